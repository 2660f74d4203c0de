//! What an audit asks of the counters. Read in the auditor's transaction, so that all books are of one moment.

use tradewind_kernel::Result;
use tradewind_platform::db::Tx;

use crate::{Offers, store};

/// A counter that stands lower than what was claimed of it. Higher is no fault: an imported shop brings counts without claims.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShortCounter {
    /// The promotion or campaign.
    pub id: String,
    /// What the counter says was used.
    pub counted: i64,
    /// What the claims add up to.
    pub claimed: i64,
}

impl Offers {
    /// The counters of promotions and of campaigns' budgets that stand lower than what was claimed of them.
    pub async fn short_counters(&self, tx: &mut Tx) -> Result<Vec<ShortCounter>> {
        store::counts::short_counters(tx).await
    }
}
