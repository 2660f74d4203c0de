//! What staff does with jobs and queues: cancel, try again, pause, resume; and the sweep of what was kept long enough.

use tradewind_kernel::{Error, Result, Timestamp};

use super::view::{State, state_of};
use super::{KEPT_SECONDS, WORK_CAME};
use crate::db::{Db, Tx};
use crate::params;
use crate::sweep::remove_due;

/// What came of the wish to cancel a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Calling {
    /// It was not under way, and is canceled.
    Off,
    /// It is under way. Its worker stops it within a second or two, where it is not done before.
    Soon,
}

/// Cancels a job. One that waits or was set aside ends at once. One that is under way is stopped where it waits for something:
/// what it did so far stays.
pub async fn cancel(tx: &mut Tx, id: &str) -> Result<Calling> {
    let now = tx.now();
    let ended = tx
        .execute(
            "UPDATE platform_job SET state = 'canceled', cancel_at = $1, ended_at = $1, kept_until = $2, unique_key = NULL
             WHERE id = $3 AND state IN ('waiting', 'dead')",
            params![now, now.plus_seconds(KEPT_SECONDS), id],
        )
        .await?;
    if ended > 0 {
        return Ok(Calling::Off);
    }
    let sql = "UPDATE platform_job SET cancel_at = COALESCE(cancel_at, $1) WHERE id = $2 AND state = 'running'";
    if tx.execute(sql, params![now, id]).await? > 0 {
        return Ok(Calling::Soon);
    }
    match state_of(tx, id).await? {
        Some(State::Canceled) => Ok(Calling::Off),
        Some(_) => Err(Error::conflict("This job is done; there is nothing left to cancel")),
        None => Err(Error::not_found("Job", id)),
    }
}

/// Has a job that was set aside or canceled tried again from the beginning, and one that waits for its next try tried now.
pub async fn retry(tx: &mut Tx, id: &str) -> Result<()> {
    let now = tx.now();
    let revived = tx
        .execute(
            "UPDATE platform_job SET attempts = CASE WHEN state = 'waiting' THEN attempts ELSE 0 END, state = 'waiting',
                run_at = $1, progress = NULL, cancel_at = NULL, begun_at = NULL, ended_at = NULL, kept_until = NULL
             WHERE id = $2 AND state IN ('waiting', 'dead', 'canceled')",
            params![now, id],
        )
        .await?;
    if revived > 0 {
        tx.after_commit(|| WORK_CAME.notify_one());
        return Ok(());
    }
    match state_of(tx, id).await? {
        Some(State::Done) => Err(Error::conflict("This job is done; ask for it anew to have it done again")),
        Some(_) => Err(Error::conflict("This job is under way; it can be tried again once it has ended")),
        None => Err(Error::not_found("Job", id)),
    }
}

/// Has jobs of a queue that were set aside tried again from the beginning: one of them, or all; says how many.
pub async fn revive(tx: &mut Tx, queue: &str, id: Option<&str>) -> Result<u64> {
    let now = tx.now();
    let revived = tx
        .execute(
            "UPDATE platform_job SET state = 'waiting', attempts = 0, run_at = $1, ended_at = NULL
             WHERE state = 'dead' AND queue = $2 AND (CAST($3 AS TEXT) IS NULL OR id = $3)",
            params![now, queue, id],
        )
        .await?;
    tx.after_commit(|| WORK_CAME.notify_one());
    Ok(revived)
}

/// Pauses a queue in all processes: from the commit on nothing of it begins. What is under way goes on, what waits stays. Returns
/// since when it is paused.
pub async fn pause(tx: &mut Tx, queue: &str) -> Result<Timestamp> {
    let now = tx.now();
    let sql = "INSERT INTO platform_queue AS own (name, paused_at) VALUES ($1, $2)
               ON CONFLICT (name) DO UPDATE SET paused_at = COALESCE(own.paused_at, excluded.paused_at)
               RETURNING paused_at";
    let since = tx.query_one(sql, params![queue, now], |row| row.time(0)).await?;
    Ok(since.unwrap_or(now))
}

/// Lets a paused queue go on.
pub async fn resume(tx: &mut Tx, queue: &str) -> Result<()> {
    tx.execute("UPDATE platform_queue SET paused_at = NULL WHERE name = $1", params![queue]).await?;
    tx.after_commit(|| WORK_CAME.notify_one());
    Ok(())
}

/// Removes jobs that are over and were kept long enough; returns how many.
pub async fn sweep(db: &Db) -> Result<u64> {
    remove_due(db, "platform_job", "kept_until").await
}
