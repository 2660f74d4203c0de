//! What an audit and reports ask of the payments. An audit reads in its own transaction, so that all books are of one moment.

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::model::PaymentCollection;
use crate::{Payments, store};

impl Payments {
    /// The collections of these orders.
    pub async fn collections_of_orders(&self, tx: &mut Tx, order_ids: &[String]) -> Result<Vec<PaymentCollection>> {
        store::collections_of_orders(tx, order_ids).await
    }

    /// The collections of these orders, for a report: from a replica where there is one.
    pub async fn reported_collections(&self, order_ids: &[String]) -> Result<Vec<PaymentCollection>> {
        let mut found = Vec::with_capacity(order_ids.len());
        for db in self.shards.all() {
            let wanted = order_ids.to_vec();
            let part = db.scan(move |tx| Box::pin(async move { store::collections_of_orders(tx, &wanted).await }));
            found.extend(part.await?);
        }
        Ok(found)
    }

    /// The next `limit` collections after this id that belong to no order, in the order of ids.
    pub async fn without_order_after(&self, tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<PaymentCollection>> {
        store::without_order_after(tx, id, limit).await
    }
}
