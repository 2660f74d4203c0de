//! Calling an order off, finishing it and putting it away.

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_orders::{Order, OrderEdit};
use tradewind_payments::{MovementKind, Wish};

use super::OrderHandling;

impl OrderHandling {
    /// Calls an order off: what was promised to it can be had again, what was promised for it is given back, what was paid for it
    /// is refunded. Order, stock and the wish for the money are one transaction; then the providers are asked, and one that does
    /// not answer is asked again by a job.
    pub async fn cancel(&self, order_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (handling, id, by) = (self.clone(), order_id.to_owned(), actor.to_owned());
        let wishes = self
            .shard(order_id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = handling.orders.cancel(tx, &id, &by).await?;
                    let lines: Vec<String> = order.items.iter().map(|item| item.id.clone()).collect();
                    handling.inventory.release(tx, &id).await?;
                    handling.inventory.release_lines(tx, &lines).await?;
                    let mut wishes = Vec::new();
                    for collection in handling.payments.collections_in(tx, &id).await? {
                        for payment in collection.payments.iter().filter(|payment| payment.canceled_at.is_none()) {
                            let kind = match (payment.captured().minor, payment.refunded().minor) {
                                (0, _) => MovementKind::Cancel,
                                (captured, refunded) if refunded < captured => MovementKind::Refund,
                                _ => continue,
                            };
                            let wish = Wish::all(kind, Some(by.clone()));
                            let under_way = handling.intend(tx, &collection.id, &payment.id, wish).await?;
                            wishes.extend(under_way.map(|under_way| (collection.clone(), under_way)));
                        }
                    }
                    Ok(wishes)
                })
            })
            .await?;
        for (collection, under_way) in wishes {
            if let Err(error) = self.bring_to_an_end(&collection, &under_way).await {
                tracing::warn!(?error, order_id, key = under_way.key, "the money of a cancelled order waits");
            }
        }
        self.read(order_id).await
    }

    /// Finishes an order, all of which has arrived.
    pub async fn complete(&self, order_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        self.shard(order_id).write(move |tx| Box::pin(async move { orders.complete(tx, &id, &actor).await })).await
    }

    /// Puts away an order that is finished or called off.
    pub async fn archive(&self, order_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        self.shard(order_id).write(move |tx| Box::pin(async move { orders.archive(tx, &id, &actor).await })).await
    }

    /// Changes what is written on an order.
    pub async fn edit(&self, order_id: &str, edit: OrderEdit, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        self.shard(order_id).write(move |tx| Box::pin(async move { orders.edit(tx, &id, edit, &actor).await })).await
    }

    async fn read(&self, order_id: &str) -> Result<Arc<Order>> {
        let found = self.orders.order(order_id).await?;
        found.ok_or_else(|| tradewind_kernel::Error::not_found("Order", order_id))
    }
}
