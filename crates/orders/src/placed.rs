//! The orders of a period, read a chunk at a time for reports: from a replica where there is one.

use std::collections::HashMap;

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Merged, Shards};

use crate::model::{Order, OrderId};
use crate::store::ListEntry;
use crate::{Orders, store};

/// How many entries of customers' lists are read at a time.
const ENTRIES_READ: usize = 200;

/// The orders of a period, the oldest first, whichever shard they are in.
pub struct PlacedOrders {
    shards: Shards,
    before: Timestamp,
    merged: Merged<(Timestamp, String), Order>,
}

/// An order of a customer's list.
#[derive(Clone, Debug)]
pub struct PlacedOrder {
    /// On whose list it is.
    pub customer_id: String,
    /// The order.
    pub order: Order,
}

impl Orders {
    /// The orders that were placed at `from` or later, and earlier than `before`.
    #[must_use]
    pub fn placed_between(&self, from: Timestamp, before: Timestamp) -> PlacedOrders {
        // Every id comes after the empty one.
        let merged = Merged::after(&(from, String::new()), self.shards.all().len());
        PlacedOrders { shards: self.shards.clone(), before, merged }
    }

    /// The same orders of these customers, handed out a chunk at a time, customer by customer within each shard.
    pub async fn placed_by(
        &self,
        customer_ids: &[String],
        (from, before): (Timestamp, Timestamp),
        mut each: impl FnMut(PlacedOrder) -> Result<()> + Send,
    ) -> Result<()> {
        let limit = i64::try_from(ENTRIES_READ).map_err(Error::internal)?;
        for db in self.shards.all() {
            let mut last: ListEntry = (String::new(), from, String::new());
            loop {
                let (ids, after) = (customer_ids.to_vec(), last.clone());
                let listed = db.scan(move |tx| {
                    Box::pin(async move { store::listed_after(tx, &ids, (from, before), &after, limit).await })
                });
                let entries = listed.await?;
                let Some(newest) = entries.last() else { break };
                last = newest.clone();
                let is_over = entries.len() < ENTRIES_READ;
                let mut orders = self.reported(entries.iter().map(|(.., id)| id.clone()).collect()).await?;
                for (customer_id, _, order_id) in entries {
                    // A list may be ahead of the order on a replica, and behind it where an order changed hands.
                    if let Some(order) = orders.remove(&OrderId(order_id)) {
                        each(PlacedOrder { customer_id, order })?;
                    }
                }
                if is_over {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn reported(&self, ids: Vec<String>) -> Result<HashMap<OrderId, Order>> {
        let mut found = HashMap::with_capacity(ids.len());
        for db in self.shards.all() {
            let wanted = ids.clone();
            let orders = db.scan(move |tx| Box::pin(async move { store::orders(tx, &wanted).await })).await?;
            found.extend(orders.into_iter().map(|order| (order.id.clone(), std::sync::Arc::unwrap_or_clone(order))));
        }
        Ok(found)
    }
}

impl PlacedOrders {
    /// The next orders, at most so many; none once the period is over.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Order>> {
        let (shards, before) = (&self.shards, self.before);
        let rows = i64::try_from(limit).map_err(Error::internal)?;
        let read = |shard: usize, after: (Timestamp, String)| {
            let db = shards.all()[shard].clone();
            async move {
                db.scan(move |tx| Box::pin(async move { store::placed_after(tx, &after, before, rows).await })).await
            }
        };
        self.merged.next(limit, read).await
    }
}
