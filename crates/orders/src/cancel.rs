//! Calling an order off. Its stock and its payment are given back by whoever opens the transaction.

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::error;
use crate::events::OrderCanceled;
use crate::model::{Change, Order, OrderStatus, Recorded, apply};
use crate::{Orders, store};

impl Orders {
    /// Calls an order off. `actor` is who does it: a user's or a customer's id.
    pub async fn cancel(&self, tx: &mut Tx, id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = store::order(tx, id).await?.ok_or_else(|| error::unknown(id))?;
        if order.status != OrderStatus::Pending {
            return Err(error::not_cancelable(order.status.name()));
        }
        let recorded =
            Recorded { seq: order.version + 1, change: Change::Canceled, actor: actor.to_owned(), at: tx.now() };
        let order = apply(Some(order), recorded.clone()).ok_or_else(|| error::unknown(id))?;
        store::append(tx, &recorded, &order).await?;
        tx.publish(&OrderCanceled {
            order_id: id.to_owned(),
            display_id: order.display_id,
            email: order.email.clone(),
            at: order.updated_at,
        })
        .await?;
        Ok(Arc::new(order))
    }
}
