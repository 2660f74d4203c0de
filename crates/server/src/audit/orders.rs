//! Each order beside its history, its cart, its claims and its payments.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use tradewind_inventory::Reservation;
use tradewind_kernel::{Result, Timestamp};
use tradewind_orders::{Order, OrderStatus, fold};
use tradewind_payments::PaymentCollection;
use tradewind_platform::db::Tx;

use super::{Audit, Auditor, Book, PAGE, Reading};
use crate::wiring::Shop;

/// A line of an order for which no stock is claimed.
pub(super) struct Unclaimed {
    order_id: String,
    title: String,
    variant_id: String,
    placed_at: Timestamp,
}

impl Auditor {
    pub(super) async fn orders(&self, tx: &mut Tx, reading: &mut Reading) -> Result<()> {
        let mut last = String::new();
        loop {
            let orders = self.shop.orders.after(tx, &last, PAGE).await?;
            let Some(end) = orders.last() else { return Ok(()) };
            end.id.as_str().clone_into(&mut last);
            self.page(tx, orders, reading).await?;
        }
    }

    async fn page(&self, tx: &mut Tx, orders: Vec<Order>, reading: &mut Reading) -> Result<()> {
        let ids: Vec<String> = orders.iter().map(|order| order.id.as_str().to_owned()).collect();
        let carts: Vec<String> = orders.iter().map(|order| order.cart_id.clone()).collect();
        let mut histories = self.shop.orders.histories(tx, &ids).await?;
        let completion: HashMap<_, _> = self.shop.checkout.completion_of(tx, &carts).await?.into_iter().collect();
        let mut claims = HashMap::<String, Vec<Reservation>>::new();
        for claim in self.shop.inventory.reservations_of_all(tx, &ids).await? {
            claims.entry(claim.reference.clone()).or_default().push(claim);
        }
        let mut payments = HashMap::<String, Vec<PaymentCollection>>::new();
        for collection in self.shop.payments.collections_of_orders(tx, &ids).await? {
            if let Some(order_id) = &collection.order_id {
                payments.entry(order_id.clone()).or_default().push(collection);
            }
        }
        for order in orders {
            let id = order.id.as_str();
            let told = &mut reading.told;
            if fold(histories.remove(id).unwrap_or_default()).as_ref() != Some(&order) {
                told.find(Book::Histories, format!("{id} is not what its history tells"));
            }
            match completion.get(&order.cart_id) {
                Some(true) => {}
                Some(false) => told.find(Book::Carts, format!("{id} exists, but its cart is not completed")),
                None => {
                    told.brought += 1;
                    continue;
                }
            }
            check_payments(&order, payments.get(id).map_or(&[], Vec::as_slice), told);
            let claimed = claims.get(id).map_or(&[][..], Vec::as_slice);
            check_claims(&order, claimed, reading);
        }
        Ok(())
    }

    /// Money that was promised for a cart belongs to its order.
    pub(super) async fn payments_without_order(&self, tx: &mut Tx, audit: &mut Audit) -> Result<()> {
        let mut last = String::new();
        loop {
            let collections = self.shop.payments.without_order_after(tx, &last, PAGE).await?;
            let Some(end) = collections.last() else { return Ok(()) };
            last.clone_from(&end.id);
            for collection in &collections {
                if collection.authorized().minor > collection.refunded().minor {
                    audit.find(Book::Payments, format!("{} holds money and belongs to no order", collection.id));
                }
            }
        }
    }
}

fn check_payments(order: &Order, collections: &[PaymentCollection], audit: &mut Audit) {
    let (id, total) = (order.id.as_str(), order.original_totals().total().minor);
    let promised: i64 = collections.iter().map(|collection| collection.authorized().minor).sum();
    if order.status == OrderStatus::Canceled {
        let kept: i64 = collections.iter().map(|it| it.captured().minor - it.refunded().minor).sum();
        if kept > 0 {
            audit.find(Book::Payments, format!("{id} is cancelled, and {kept} minor units were not given back"));
        }
    } else if promised != total {
        audit.find(Book::Payments, format!("{id} costs {total} minor units, and {promised} were promised for it"));
    }
}

/// What is claimed for each line is a whole multiple of what has not left of it, the same for each of its items.
fn check_claims(order: &Order, claims: &[Reservation], reading: &mut Reading) {
    let (id, told) = (order.id.as_str(), &mut reading.told);
    let held: i64 = claims.iter().map(|claim| claim.quantity).sum();
    if order.status == OrderStatus::Canceled {
        if held > 0 {
            told.find(Book::Claims, format!("{id} is cancelled, and {held} units are still claimed for it"));
        }
        return;
    }
    told.orders += 1;
    told.claimed += held;
    let mut by_line: HashMap<&str, BTreeMap<&str, i64>> = HashMap::new();
    for claim in claims {
        let of_lines: i64 = claim.details.lines.iter().map(|line| line.quantity).sum();
        if of_lines != claim.quantity {
            told.find(Book::Claims, format!("{} claims {} for lines of {of_lines}", claim.id, claim.quantity));
        }
        for line in claim.details.lines.iter().filter(|line| line.quantity > 0) {
            *by_line.entry(&line.line_id).or_default().entry(&claim.item_id).or_default() += line.quantity;
        }
    }
    for item in &order.items {
        told.units += item.quantity;
        let waiting = item.quantity - order.progress(&item.id).fulfilled;
        let items = by_line.remove(item.id.as_str()).unwrap_or_default();
        if items.is_empty() && waiting > 0 {
            reading.unclaimed.push(Unclaimed {
                order_id: id.to_owned(),
                title: item.goods.title.clone(),
                variant_id: item.goods.variant_id.clone(),
                placed_at: order.created_at,
            });
        }
        for (item_id, claimed) in items {
            if claimed < waiting || waiting == 0 || claimed % waiting != 0 {
                let title = &item.goods.title;
                let text = format!("{id} has {waiting} of {title:?} to send and claims {claimed} of {item_id}");
                told.find(Book::Claims, text);
            }
        }
    }
    for line in by_line.keys() {
        told.find(Book::Claims, format!("{id} claims stock for the line {line}, which it does not have"));
    }
}

/// Nothing need be claimed for what is not counted. Whether a variant is counted, the catalogue says as it is now: a
/// product that was changed since the order was placed is given the benefit of the doubt.
pub(super) async fn compare_with_catalog(shop: &Arc<Shop>, reading: &mut Reading) -> Result<()> {
    for unclaimed in std::mem::take(&mut reading.unclaimed) {
        let Some(sold) = shop.catalog.variant(&unclaimed.variant_id).await? else { continue };
        if sold.variant().manage_inventory && sold.product.updated_at <= unclaimed.placed_at {
            let Unclaimed { order_id, title, .. } = unclaimed;
            reading.told.find(Book::Claims, format!("{order_id} sells {title:?} and claims none of it"));
        }
    }
    Ok(())
}
