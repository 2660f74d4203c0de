//! How an order changes: its next event, the document that it leads to, and who changed it.

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::history::{Change, Recorded, apply};
use crate::model::Order;
use crate::{Orders, error, store};

impl Orders {
    /// The order with this id, inside a transaction.
    pub async fn order_in(&self, tx: &mut Tx, id: &str) -> Result<Order> {
        load(tx, id).await
    }
}

/// The order, inside the transaction that changes it.
pub(crate) async fn load(tx: &mut Tx, id: &str) -> Result<Order> {
    store::order(tx, id).await?.ok_or_else(|| error::unknown(id))
}

/// Adds a change to an order's history and saves what it leads to.
pub(crate) async fn record(tx: &mut Tx, order: Order, change: Change, actor: &str) -> Result<Arc<Order>> {
    let id = order.id.clone();
    let recorded = Recorded { seq: order.version + 1, change, actor: actor.to_owned(), at: tx.now() };
    let order = apply(Some(order), recorded.clone()).ok_or_else(|| error::unknown(id.as_str()))?;
    store::append(tx, &recorded, &order).await?;
    Ok(Arc::new(order))
}
