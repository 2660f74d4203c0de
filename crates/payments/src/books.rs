//! What an audit asks of the payments. Read in the auditor's transaction, so that all books are of one moment.

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::model::PaymentCollection;
use crate::{Payments, store};

impl Payments {
    /// The collections of these orders.
    pub async fn collections_of_orders(&self, tx: &mut Tx, order_ids: &[String]) -> Result<Vec<PaymentCollection>> {
        store::collections_of_orders(tx, order_ids).await
    }

    /// The next `limit` collections after this id that belong to no order, in the order of ids.
    pub async fn without_order_after(&self, tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<PaymentCollection>> {
        store::without_order_after(tx, id, limit).await
    }
}
