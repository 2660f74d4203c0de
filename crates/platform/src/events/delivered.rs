//! What consumers have had of a broker, so that what comes again does nothing.

use tradewind_kernel::Result;

use crate::db::{Db, Tx};
use crate::params;
use crate::sweep::remove_due;

/// How long it is known that a consumer has had an event, in days. An event comes again within minutes, when a process or the
/// broker died in between; at worst as late as that process is started again.
const KNOWN_DAYS: i64 = 30;

/// Notes that a consumer has an event now; whether it is the first time.
pub(super) async fn note(tx: &mut Tx, consumer: &str, event_id: &str) -> Result<bool> {
    let forget_at = tx.now().plus_seconds(KNOWN_DAYS * 86_400);
    let sql = "INSERT INTO platform_delivered (id, forget_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    Ok(tx.execute(sql, params![format!("{consumer}:{event_id}"), forget_at]).await? > 0)
}

/// Forgets what was delivered so long ago that it comes no more; returns how many rows went.
pub async fn sweep(db: &Db) -> Result<u64> {
    remove_due(db, "platform_delivered", "forget_at").await
}
