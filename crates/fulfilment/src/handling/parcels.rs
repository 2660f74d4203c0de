//! Packing, unpacking, sending and delivering: the stock leaves with the parcel, and comes back when it is unpacked.

use std::sync::Arc;

use tradewind_inventory::{Departed, Departure, Unpacked};
use tradewind_kernel::{Error, Result};
use tradewind_orders::{Fulfillment, FulfillmentItem, Label, LineQuantity, Metadata, NewFulfillment, Order};

use super::OrderHandling;
use crate::{FulfilmentSnapshot, MANUAL_PROVIDER};

/// What shall be packed.
#[derive(Clone, Debug, Default)]
pub struct Packing {
    /// What of the order.
    pub lines: Vec<LineQuantity>,
    /// At which stock location; `None`: where the order's shipping option starts from.
    pub location_id: Option<String>,
    /// By which shipping option it goes; `None`: the one the shopper chose.
    pub shipping_option_id: Option<String>,
    /// What clients attach.
    pub metadata: Option<Metadata>,
}

/// What is known of a parcel that is sent.
#[derive(Clone, Debug, Default)]
pub struct Sending {
    /// What is in it, where that is said: it must be what was packed.
    pub lines: Vec<LineQuantity>,
    /// What sticks on it.
    pub labels: Vec<Label>,
}

impl OrderHandling {
    /// Packs some lines of an order: what was promised to them leaves the stock with them. Answers with the order and the parcel's
    /// id.
    pub async fn fulfil(&self, order_id: &str, packing: Packing, actor: &str) -> Result<(Arc<Order>, String)> {
        let (handling, id, actor) = (self.clone(), order_id.to_owned(), actor.to_owned());
        let snapshot = self.fulfilment.snapshot().await?;
        self.shard(order_id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = handling.orders.fulfillable(tx, &id, &packing.lines).await?;
                    let way = Way::of(&order, &packing, &snapshot)?;
                    let departures = departures(&order, &packing.lines);
                    let departed = handling.inventory.send(tx, &departures, &way.location_id).await?;
                    let new = NewFulfillment {
                        location_id: way.location_id,
                        provider_id: way.provider_id,
                        shipping_option_id: way.shipping_option_id,
                        lines: packing.lines,
                        items: departed.into_iter().filter_map(|part| item_of(&order, part)).collect(),
                        metadata: packing.metadata,
                    };
                    handling.orders.fulfil(tx, &id, new, &actor).await
                })
            })
            .await
    }

    /// Unpacks a parcel that was not sent: its goods lie in stock again, promised to the order as before.
    pub async fn cancel_fulfillment(&self, order_id: &str, fulfillment_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (handling, id, actor) = (self.clone(), order_id.to_owned(), actor.to_owned());
        let fulfillment_id = fulfillment_id.to_owned();
        self.shard(order_id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = handling.orders.cancel_fulfillment(tx, &id, &fulfillment_id, &actor).await?;
                    let parcel = order.fulfillment(&fulfillment_id)?;
                    let unpacked = unpacked(parcel);
                    handling.inventory.take_back(tx, &id, &unpacked, &parcel.location_id).await?;
                    Ok(order)
                })
            })
            .await
    }

    /// Sends a parcel.
    pub async fn ship(
        &self,
        order_id: &str,
        fulfillment_id: &str,
        sending: Sending,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        let parcel = fulfillment_id.to_owned();
        self.shard(order_id)
            .write(move |tx| {
                Box::pin(async move { orders.ship(tx, &id, &parcel, &sending.lines, sending.labels, &actor).await })
            })
            .await
    }

    /// A parcel arrived.
    pub async fn deliver(&self, order_id: &str, fulfillment_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        let parcel = fulfillment_id.to_owned();
        self.shard(order_id)
            .write(move |tx| Box::pin(async move { orders.deliver(tx, &id, &parcel, &actor).await }))
            .await
    }
}

/// From where and by what a parcel goes.
struct Way {
    location_id: String,
    provider_id: String,
    shipping_option_id: Option<String>,
}

impl Way {
    fn of(order: &Order, packing: &Packing, snapshot: &FulfilmentSnapshot) -> Result<Self> {
        let chosen = order.shipping_methods.first().map(|method| &method.shipping_option_id);
        let option = match &packing.shipping_option_id {
            Some(id) => Some(
                snapshot
                    .option(id)
                    .ok_or_else(|| Error::invalid("shipping_option_id", "There is no such shipping option"))?,
            ),
            // The one the shopper chose may be gone by now; the parcel goes all the same.
            None => chosen.and_then(|id| snapshot.option(id)),
        };
        let starts_from = || snapshot.zone(&option?.service_zone_id)?.0.location_id.clone();
        let location_id = packing.location_id.clone().or_else(starts_from);
        Ok(Self {
            location_id: location_id
                .ok_or_else(|| Error::invalid("location_id", "Say at which stock location it is packed"))?,
            provider_id: option.map_or(MANUAL_PROVIDER, |option| &option.provider_id).to_owned(),
            shipping_option_id: packing.shipping_option_id.clone().or_else(|| chosen.cloned()),
        })
    }
}

/// The lines that leave, each with what of it had not left before.
fn departures(order: &Order, lines: &[LineQuantity]) -> Vec<Departure> {
    let waiting = |position: usize, line: &LineQuantity| {
        let ordered = order.item(&line.line_id).map_or(0, |item| item.quantity);
        let earlier = lines[..position].iter().filter(|other| other.line_id == line.line_id);
        ordered - order.progress(&line.line_id).fulfilled - earlier.map(|other| other.quantity).sum::<i64>()
    };
    let departure = |(position, line): (usize, &LineQuantity)| Departure {
        line_id: line.line_id.clone(),
        quantity: line.quantity,
        waiting: waiting(position, line),
    };
    lines.iter().enumerate().map(departure).collect()
}

/// What left, as the parcel says it. It gets its id when it is packed.
fn item_of(order: &Order, part: Departed) -> Option<FulfillmentItem> {
    let goods = &order.item(&part.line_id)?.goods;
    let of_variant = || goods.variant_title.clone().unwrap_or_else(|| goods.title.clone());
    let (inventory_item_id, title, sku) = match part.item {
        Some(item) => (Some(item.id), item.title, item.sku),
        None => (None, None, None),
    };
    Some(FulfillmentItem {
        id: String::new(),
        line_id: part.line_id,
        inventory_item_id,
        title: title.unwrap_or_else(of_variant),
        sku: sku.or_else(|| goods.variant_sku.clone()).unwrap_or_default(),
        barcode: goods.variant_barcode.clone().unwrap_or_default(),
        quantity: part.quantity,
    })
}

fn unpacked(parcel: &Fulfillment) -> Vec<Unpacked> {
    let counted = parcel.items.iter().filter_map(|item| Some((item, item.inventory_item_id.clone()?)));
    let unpacked =
        counted.map(|(item, item_id)| Unpacked { line_id: item.line_id.clone(), item_id, quantity: item.quantity });
    unpacked.collect()
}
