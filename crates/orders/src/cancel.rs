//! Calling an order off, finishing it and putting it away. Its stock and its payment are seen to by whoever opens the transaction.

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::Orders;
use crate::change::{load, record};
use crate::error;
use crate::events::{OrderCanceled, OrderCompleted};
use crate::history::{Change, OrderEdit};
use crate::model::{CreditLine, Order, OrderStatus};

impl Orders {
    /// Calls an order off of which nothing is packed. `actor` is who does it: a user's or a customer's id.
    pub async fn cancel(&self, tx: &mut Tx, id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        match order.status {
            OrderStatus::Pending => {}
            OrderStatus::Canceled => return Err(error::canceled()),
            other => return Err(error::not_cancelable(other.name())),
        }
        if order.fulfillments.iter().any(|parcel| parcel.canceled_at.is_none()) {
            return Err(error::packed());
        }
        let order = record(tx, order, Change::Canceled, actor).await?;
        tx.publish(&OrderCanceled {
            order_id: id.to_owned(),
            display_id: order.display_id,
            email: order.email.clone(),
            at: order.updated_at,
        })
        .await?;
        Ok(order)
    }

    /// Finishes an order, all of which has arrived where it had to be sent. Again changes nothing.
    pub async fn complete(&self, tx: &mut Tx, id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        match order.status {
            OrderStatus::Pending => {}
            OrderStatus::Completed => return Ok(Arc::new(order)),
            other => {
                return Err(error::not_completable(&format!("An order that is {} cannot be completed", other.name())));
            }
        }
        let has_arrived = |item: &crate::OrderItem| {
            let progress = order.progress(&item.id);
            !item.goods.requires_shipping || progress.delivered.max(progress.returned()) >= item.quantity
        };
        if !order.items.iter().all(has_arrived) {
            return Err(error::not_completable(
                "Not everything of this order has been delivered. Mark its fulfilments as delivered first.",
            ));
        }
        let order = record(tx, order, Change::Completed, actor).await?;
        tx.publish(&OrderCompleted {
            order_id: id.to_owned(),
            display_id: order.display_id,
            email: order.email.clone(),
            at: order.updated_at,
        })
        .await?;
        Ok(order)
    }

    /// Puts away an order that is finished or called off. Again changes nothing.
    pub async fn archive(&self, tx: &mut Tx, id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        match order.status {
            OrderStatus::Completed | OrderStatus::Canceled => record(tx, order, Change::Archived, actor).await,
            OrderStatus::Archived => Ok(Arc::new(order)),
            OrderStatus::Pending => Err(error::not_archivable(order.status.name())),
        }
    }

    /// Changes what is written on an order.
    pub async fn edit(&self, tx: &mut Tx, id: &str, edit: OrderEdit, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        if order.status == OrderStatus::Canceled {
            return Err(error::canceled());
        }
        record(tx, order, Change::Edited(Box::new(edit)), actor).await
    }

    /// Makes an order worth less, because money was given back that was not owed. A line whose id is there already is not added again.
    pub async fn credit(&self, tx: &mut Tx, id: &str, line: CreditLine, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        if order.credit_lines.iter().any(|held| held.id == line.id) {
            return Ok(Arc::new(order));
        }
        record(tx, order, Change::Credited(line), actor).await
    }
}
