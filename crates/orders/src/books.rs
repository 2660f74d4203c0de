//! What an audit asks of the orders. Read in the auditor's transaction, so that all books are of one moment.

use std::collections::HashMap;

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::model::Order;
use crate::{Orders, Recorded, store};

impl Orders {
    /// The next `limit` orders after this id, in the order of ids.
    pub async fn after(&self, tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Order>> {
        store::orders_after(tx, id, limit).await
    }

    /// The histories of these orders.
    pub async fn histories(&self, tx: &mut Tx, ids: &[String]) -> Result<HashMap<String, Vec<Recorded>>> {
        let mut histories = HashMap::<String, Vec<Recorded>>::new();
        for (order_id, recorded) in store::histories(tx, ids).await? {
            histories.entry(order_id).or_default().push(recorded);
        }
        Ok(histories)
    }

    /// Those of these ids that are orders.
    pub async fn existing(&self, tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
        store::existing(tx, ids).await
    }

    /// How many carts became more than one order.
    pub async fn carts_with_several(&self, tx: &mut Tx) -> Result<i64> {
        store::carts_with_several(tx).await
    }
}
