//! What an audit asks of the stock. Read in the auditor's transaction, so that all books are of one moment.

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::model::Reservation;
use crate::{Inventory, store};

/// A stock level that promises something else than what is reserved of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnevenLevel {
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// What the level counts as promised, backorders included.
    pub promised: i64,
    /// What its held reservations add up to.
    pub reserved: i64,
}

impl Inventory {
    /// The levels whose counters and reservations disagree.
    pub async fn uneven_levels(&self, tx: &mut Tx) -> Result<Vec<UnevenLevel>> {
        store::uneven_levels(tx).await
    }

    /// Up to `limit` reservations that should have lapsed before this moment and are still held.
    pub async fn overdue(&self, tx: &mut Tx, before: Timestamp, limit: i64) -> Result<Vec<Reservation>> {
        store::overdue(tx, before, limit).await
    }

    /// What these references hold, or let leave.
    pub async fn reservations_of_all(&self, tx: &mut Tx, references: &[String]) -> Result<Vec<Reservation>> {
        store::reservations_among(tx, references).await
    }

    /// The next `limit` references after this one that hold something; holds by the staff, which are their own
    /// reference, are left out.
    pub async fn references_after(&self, tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>> {
        store::references_after(tx, after, limit).await
    }
}
