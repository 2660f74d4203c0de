//! When those who work behind the commits look again: they are woken, and they look by themselves for what others left.

use std::time::Duration;

use tokio::sync::{Notify, watch};

/// How often somebody who was not woken looks: another process may have left work.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long one that was woken waits for more to come: in a rush one commit then deals with much.
const GATHER: Duration = Duration::from_millis(10);

/// Waits until there may be work, or `stop` has changed.
pub(crate) async fn until_work_may_be_there(came: &Notify, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = came.notified() => tokio::time::sleep(GATHER).await,
        () = tokio::time::sleep(LOOK_EVERY) => {}
        _ = stop.changed() => {}
    }
}
