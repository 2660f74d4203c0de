//! What an audit asks of the carts. Read in the auditor's transaction, so that all books are of one moment.

use tradewind_kernel::Result;
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
}
