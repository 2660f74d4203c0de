//! Packing an order in parts, sending the parts, and their arrival. The stock is seen to by whoever opens the transaction.

use std::sync::Arc;

use tradewind_kernel::{Bucket, Result};
use tradewind_platform::db::Tx;

use crate::change::{load, record};
use crate::delivery::{
    FULFILLMENT_ITEM_PREFIX, FULFILLMENT_PREFIX, Fulfillment, FulfillmentItem, LABEL_PREFIX, Label, LineQuantity,
    Shipment,
};
use crate::events::{FulfillmentCreated, FulfillmentDelivered, FulfillmentShipped};
use crate::history::{Change, FulfillmentRef};
use crate::model::{Metadata, Order, OrderStatus};
use crate::{Orders, error, store};

/// A parcel to be packed.
#[derive(Clone, Debug)]
pub struct NewFulfillment {
    /// The stock location.
    pub location_id: String,
    /// Who delivers it.
    pub provider_id: String,
    /// The shipping option it goes by.
    pub shipping_option_id: Option<String>,
    /// What of the order is in it.
    pub lines: Vec<LineQuantity>,
    /// What lies in it, thing by thing; ids are minted.
    pub items: Vec<FulfillmentItem>,
    /// What clients attach.
    pub metadata: Option<Metadata>,
}

impl Orders {
    /// The order, if these of its lines may be packed now: none of more than is left of it.
    pub async fn fulfillable(&self, tx: &mut Tx, id: &str, lines: &[LineQuantity]) -> Result<Order> {
        let order = load(tx, id).await?;
        if order.status == OrderStatus::Canceled {
            return Err(error::canceled());
        }
        order.check_fulfil(lines)?;
        Ok(order)
    }

    /// Packs some lines of an order. Answers with the order and the parcel's id.
    pub async fn fulfil(
        &self,
        tx: &mut Tx,
        id: &str,
        new: NewFulfillment,
        actor: &str,
    ) -> Result<(Arc<Order>, String)> {
        let order = self.fulfillable(tx, id, &new.lines).await?;
        let (bucket, now) = (Bucket::of(id), tx.now());
        let mut items = new.items;
        for item in &mut items {
            item.id = tx.id_in(FULFILLMENT_ITEM_PREFIX, bucket);
        }
        let sent = |line: &LineQuantity| order.item(&line.line_id).is_some_and(|item| item.goods.requires_shipping);
        let parcel = Fulfillment {
            id: tx.id_in(FULFILLMENT_PREFIX, bucket),
            location_id: new.location_id,
            provider_id: new.provider_id,
            shipping_option_id: new.shipping_option_id,
            requires_shipping: new.lines.iter().any(sent),
            lines: new.lines,
            items,
            labels: Vec::new(),
            metadata: new.metadata,
            created_by: actor.to_owned(),
            shipped_by: None,
            created_at: now,
            updated_at: now,
            shipped_at: None,
            delivered_at: None,
            canceled_at: None,
        };
        let parcel_id = parcel.id.clone();
        store::insert_part(tx, &parcel_id, "fulfillment", id, now).await?;
        let order = record(tx, order, Change::FulfillmentCreated(Box::new(parcel)), actor).await?;
        tx.publish(&FulfillmentCreated { order_id: id.to_owned(), fulfillment_id: parcel_id.clone(), at: now }).await?;
        Ok((order, parcel_id))
    }

    /// Sends a parcel. `lines`, where they are named, are what is in it, as whoever packed it believes.
    pub async fn ship(
        &self,
        tx: &mut Tx,
        id: &str,
        fulfillment_id: &str,
        lines: &[LineQuantity],
        labels: Vec<Label>,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let parcel = order.fulfillment(fulfillment_id)?;
        match parcel {
            Fulfillment { canceled_at: Some(_), .. } => {
                return Err(error::fulfillment_state("This fulfilment is cancelled; it cannot be shipped"));
            }
            Fulfillment { shipped_at: Some(_), .. } => {
                return Err(error::fulfillment_state("This fulfilment is shipped already"));
            }
            Fulfillment { delivered_at: Some(_), .. } => {
                return Err(error::fulfillment_state("This fulfilment is delivered already"));
            }
            _ => {}
        }
        for (position, line) in lines.iter().enumerate() {
            let packed = parcel.quantity_of(&line.line_id);
            if line.quantity != packed {
                return Err(error::not_packed(position, packed));
            }
        }
        let bucket = Bucket::of(id);
        let label = |label: Label| Label { id: tx.id_in(LABEL_PREFIX, bucket), ..label };
        let labels: Vec<Label> = labels.into_iter().map(label).collect();
        let tracking_numbers = labels.iter().map(|label| label.tracking_number.clone()).collect();
        let shipment = Shipment { fulfillment_id: fulfillment_id.to_owned(), labels };
        let order = record(tx, order, Change::Shipped(shipment), actor).await?;
        tx.publish(&FulfillmentShipped {
            order_id: id.to_owned(),
            fulfillment_id: fulfillment_id.to_owned(),
            display_id: order.display_id,
            email: order.email.clone(),
            tracking_numbers,
            at: order.updated_at,
        })
        .await?;
        Ok(order)
    }

    /// A parcel arrived, or was picked up.
    pub async fn deliver(&self, tx: &mut Tx, id: &str, fulfillment_id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let parcel = order.fulfillment(fulfillment_id)?;
        if parcel.canceled_at.is_some() {
            return Err(error::fulfillment_state("This fulfilment is cancelled; it cannot be delivered"));
        }
        if parcel.delivered_at.is_some() {
            return Err(error::fulfillment_state("This fulfilment is delivered already"));
        }
        let of = FulfillmentRef { fulfillment_id: fulfillment_id.to_owned() };
        let order = record(tx, order, Change::Delivered(of), actor).await?;
        tx.publish(&FulfillmentDelivered {
            order_id: id.to_owned(),
            fulfillment_id: fulfillment_id.to_owned(),
            at: order.updated_at,
        })
        .await?;
        Ok(order)
    }

    /// Unpacks a parcel that was not sent yet.
    pub async fn cancel_fulfillment(
        &self,
        tx: &mut Tx,
        id: &str,
        fulfillment_id: &str,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let parcel = order.fulfillment(fulfillment_id)?;
        let refusal = match parcel {
            Fulfillment { canceled_at: Some(_), .. } => Some("This fulfilment is cancelled already"),
            Fulfillment { shipped_at: Some(_), .. } => {
                Some("This fulfilment is shipped; it can be returned, not cancelled")
            }
            Fulfillment { delivered_at: Some(_), .. } => {
                Some("This fulfilment is delivered; it can be returned, not cancelled")
            }
            parcel
                if order.returns.iter().any(|back| back.is_waiting() || back.received_at.is_some())
                    && parcel.lines.iter().any(|line| {
                        let progress = order.progress(&line.line_id);
                        progress.fulfilled - line.quantity < progress.returned() + progress.return_requested
                    }) =>
            {
                Some("Some of what is in this fulfilment comes back in a return; cancel the return first")
            }
            _ => None,
        };
        if let Some(refusal) = refusal {
            return Err(error::fulfillment_state(refusal));
        }
        let of = FulfillmentRef { fulfillment_id: fulfillment_id.to_owned() };
        record(tx, order, Change::FulfillmentCanceled(of), actor).await
    }
}
