//! The sweep: what was set aside for a while, and neither kept nor confirmed, is available again.

use std::collections::BTreeSet;

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::events::ReservationExpired;
use crate::{Inventory, store};

/// How many reservations one sweep releases at most, so that it never holds the write lane for long.
const SWEEP_MAX: i64 = 500;

impl Inventory {
    /// Releases reservations whose time is over, the longest overdue first; answers how many. The caller repeats it until the
    /// answer is 0.
    pub async fn expire(&self, tx: &mut Tx, now: Timestamp) -> Result<usize> {
        let overdue = store::overdue(tx, now, SWEEP_MAX).await?;
        let references: BTreeSet<String> = overdue.iter().map(|reservation| reservation.reference.clone()).collect();
        let released = self.release_these(tx, overdue).await?;
        for reference in references {
            tx.publish(&ReservationExpired { reference }).await?;
        }
        Ok(released)
    }
}
