//! Who of a shop's processes publishes, and who consumes: one at a time, so that events of an aggregate keep their order. Whoever
//! holds a lease says so in each transaction; one that was overtaken, however late it notices, commits nothing.

use tradewind_kernel::Result;

use crate::db::Tx;
use crate::params;

/// How long somebody who says nothing any more is believed to be at it, in seconds.
const HELD_SECONDS: i64 = 15;

/// What one process at a time does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lease {
    /// Handing the outbox to the broker.
    Publishing,
    /// Taking events from the broker.
    Consuming,
}

impl Lease {
    fn id(self) -> &'static str {
        match self {
            Self::Publishing => "events.publish",
            Self::Consuming => "events.consume",
        }
    }
}

/// Takes the lease, or holds it for longer; whether it is this holder's now.
pub(super) async fn take(tx: &mut Tx, lease: Lease, holder: &str) -> Result<bool> {
    let now = tx.now();
    let changed = tx
        .execute(
            "INSERT INTO platform_lease AS lease (id, holder, held_until) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET holder = $2, held_until = $3
             WHERE lease.holder = $2 OR lease.held_until <= $4",
            params![lease.id(), holder, now.plus_seconds(HELD_SECONDS), now],
        )
        .await?;
    Ok(changed > 0)
}

/// Leaves it to others at once.
pub(super) async fn release(tx: &mut Tx, lease: Lease, holder: &str) -> Result<()> {
    tx.execute("DELETE FROM platform_lease WHERE id = $1 AND holder = $2", params![lease.id(), holder]).await?;
    Ok(())
}
