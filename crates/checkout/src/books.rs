//! What an audit asks of the carts. Read in the auditor's transaction, so that all books are of one moment.

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::{Checkout, store};

impl Checkout {
    /// The next `limit` completed carts after this id, in the order of ids.
    pub async fn completed_after(&self, tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<String>> {
        store::completed_after(tx, id, limit).await
    }

    /// Of these carts, those that exist, each with whether it is completed.
    pub async fn completion_of(&self, tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, bool)>> {
        store::completion_of(tx, ids).await
    }

    /// The next `limit` carts after this id that wait for another system to say whether they are paid, in the order of ids,
    /// each with when that system is asked again.
    pub async fn awaiting_after(&self, tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<(String, Timestamp)>> {
        store::awaiting_after(tx, id, limit).await
    }

    /// Of these carts, those that wait for another system to say whether they are paid. What is claimed for them has no order.
    pub async fn awaiting_of(&self, tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
        store::awaiting_of(tx, ids).await
    }
}
