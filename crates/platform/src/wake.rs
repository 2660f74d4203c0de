//! When those who work behind the commits look again: they are woken, and they look by themselves for what others left.

use std::time::Duration;

use tokio::sync::{Notify, watch};
use tradewind_kernel::Rng;

/// How often somebody who was not woken looks: another process may have left work.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long one that was woken waits for more to come: in a rush one commit then deals with much. Nobody who waits for a mail notices.
const GATHER: Duration = Duration::from_millis(50);

/// The first pause after a failure, in milliseconds; each is twice the one before.
const PAUSE_MS_MIN: u64 = 200;
/// The longest pause, in milliseconds.
const PAUSE_MS_MAX: u64 = 30_000;

/// Waits until there may be work, or `stop` has changed.
pub(crate) async fn until_work_may_be_there(came: &Notify, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = came.notified() => tokio::time::sleep(GATHER).await,
        () = tokio::time::sleep(LOOK_EVERY) => {}
        _ = stop.changed() => {}
    }
}

/// Waits for so long, or until `stop` has changed.
pub(crate) async fn pause_or_stop(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        _ = stop.changed() => {}
    }
}

/// Leaves alone what has failed so often in a row: 0.2 s, 0.4 s ... up to 30 s, up to half of it less by chance, so that those who
/// wait for the same thing do not come back together.
pub(crate) async fn pause_after_failures(failures: u32, rng: &Rng, stop: &mut watch::Receiver<bool>) {
    let whole = (PAUSE_MS_MIN << failures.saturating_sub(1).min(16)).min(PAUSE_MS_MAX);
    pause_or_stop(Duration::from_millis(whole - rng.below(whole / 2)), stop).await;
}
