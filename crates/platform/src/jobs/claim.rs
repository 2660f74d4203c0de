//! The claim: which of the jobs that are due a worker takes up, most urgent first, within what their queues are held to.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tradewind_kernel::{Result, Timestamp};

use super::{KEPT_SECONDS, QueueLimits, Runner, RunnerOptions};
use crate::db::{Param, Tx, TxFuture, json_list};
use crate::params;

/// How many jobs are taken up in one transaction.
pub(super) const CLAIM_MAX: i64 = 32;

/// A job that this worker has taken up.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) id: String,
    queue: String,
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) attempts: i64,
    pub(super) attempts_max: i64,
    pub(super) is_kept: bool,
    pub(super) request_id: Option<String>,
}

impl Runner {
    /// Takes what is done off the list, and up to `limit` jobs that are due from it.
    pub(super) async fn claim(&self, limit: i64) -> Result<Vec<Claimed>> {
        let now = self.clock.now();
        let done = std::mem::take(&mut *self.done.lock());
        if done.is_empty() && !self.any_due(now).await? {
            return Ok(Vec::new());
        }
        let leased_until = now.plus_seconds(self.options.lease_seconds);
        let is_limited = !self.options.limits.is_empty() || self.is_paused.load(Ordering::Relaxed);
        let limits = is_limited.then(|| Arc::clone(&self.options));
        let claiming = claiming(done.clone(), Wanted { now, leased_until, limit }, limits);
        let claimed = match is_limited {
            // What is under way is counted: nobody may come between.
            true => self.db.write(claiming).await,
            // Each statement says for itself which jobs it is about; whoever adds more meanwhile does not matter.
            false => self.db.write_for(1, claiming).await,
        };
        if claimed.is_err() {
            self.done.lock().extend(done);
        }
        claimed
    }

    /// Whether anything is due; looks besides whether a queue is paused.
    async fn any_due(&self, now: Timestamp) -> Result<bool> {
        let found = self.db.look_up(move |tx| {
            Box::pin(async move {
                let sql = "SELECT CASE WHEN EXISTS (SELECT 1 FROM platform_job
                        WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1))
                        THEN 1 ELSE 0 END,
                    CASE WHEN EXISTS (SELECT 1 FROM platform_queue WHERE paused_at IS NOT NULL) THEN 1 ELSE 0 END";
                tx.query_one(sql, params![now], |row| Ok((row.bool(0)?, row.bool(1)?))).await
            })
        });
        let (is_due, is_paused) = found.await?.unwrap_or_default();
        self.is_paused.store(is_paused, Ordering::Relaxed);
        Ok(is_due)
    }
}

/// Takes what is done off the list, and what is wanted from it.
fn claiming(
    leaving: Vec<String>,
    wanted: Wanted,
    limited: Option<Arc<RunnerOptions>>,
) -> impl for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, Vec<Claimed>> + Clone + Send + 'static {
    move |tx| {
        Box::pin(async move {
            if !leaving.is_empty() {
                let sql = format!("DELETE FROM platform_job WHERE {}", tx.dialect().in_list("id", "$1"));
                tx.run(&sql, params![json_list(&leaving)]).await?;
            }
            take_back(tx, wanted.now).await?;
            match limited {
                Some(options) => wanted.claim_within(tx, &options.limits).await,
                None => wanted.claim(tx).await,
            }
        })
    }
}

/// What a worker that died had under way waits again, unless it has brought its worker down at every try, or was to be canceled.
async fn take_back(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE platform_job SET leased_until = 0,
            state = CASE WHEN cancel_at IS NOT NULL THEN 'canceled'
                         WHEN attempts >= attempts_max THEN 'dead' ELSE 'waiting' END,
            unique_key = CASE WHEN cancel_at IS NOT NULL OR attempts >= attempts_max THEN NULL ELSE unique_key END,
            last_error = CASE WHEN attempts >= attempts_max THEN 'its worker died at the last try' ELSE last_error END,
            ended_at = CASE WHEN cancel_at IS NOT NULL OR attempts >= attempts_max THEN $1 ELSE ended_at END,
            kept_until = CASE WHEN cancel_at IS NOT NULL THEN $2 ELSE kept_until END
         WHERE state = 'running' AND leased_until <= $1",
        params![now, now.plus_seconds(KEPT_SECONDS)],
    )
    .await
}

/// What a worker wants to take up.
#[derive(Clone, Copy)]
struct Wanted {
    now: Timestamp,
    leased_until: Timestamp,
    limit: i64,
}

impl Wanted {
    /// Where no queue is held to anything. Should one have been paused since somebody looked, nothing is claimed, and the next
    /// look finds it.
    async fn claim(self, tx: &mut Tx) -> Result<Vec<Claimed>> {
        let which = format!(
            "SELECT id FROM platform_job
             WHERE state = 'waiting' AND run_at <= $3
               AND NOT EXISTS (SELECT 1 FROM platform_queue WHERE paused_at IS NOT NULL)
             ORDER BY priority, run_at LIMIT $4 {}",
            tx.dialect().skip_locked()
        );
        self.take(tx, &which, params![self.leased_until, self.now, self.now, self.limit]).await
    }

    /// Where some queues are paused or limited: of each queue as many as it has room for, by one statement that walks the index
    /// of each queue apart. A backlog that may not go on is never walked over.
    async fn claim_within(self, tx: &mut Tx, limits: &QueueLimits) -> Result<Vec<Claimed>> {
        let held = Held::read(tx, limits).await?;
        let mut values: Vec<Param<'static>> = vec![self.leased_until.into(), self.now.into()];
        let mut which = String::new();
        for queue in waiting_queues(tx).await? {
            let room = held.room(&queue, limits, self.now).min(self.limit);
            if room <= 0 {
                continue;
            }
            let or_those = if which.is_empty() { "" } else { "UNION ALL" };
            let (name, due, most) = (values.len() + 1, values.len() + 2, values.len() + 3);
            let _ = write!(
                which,
                " {or_those} SELECT * FROM (SELECT id, priority, run_at FROM platform_job
                     WHERE state = 'waiting' AND queue = ${name} AND run_at <= ${due}
                     ORDER BY priority, run_at LIMIT ${most} {}) AS queue{name}",
                tx.dialect().skip_locked()
            );
            values.extend([Param::from(queue), self.now.into(), room.into()]);
        }
        if which.is_empty() {
            return Ok(Vec::new());
        }
        let which = format!("SELECT id FROM ({which}) AS due ORDER BY priority, run_at LIMIT ${}", values.len() + 1);
        values.push(self.limit.into());
        let claimed = self.take(tx, &which, &values).await?;
        held.spend(tx, limits, &claimed, self.now).await?;
        Ok(claimed)
    }

    async fn take(self, tx: &mut Tx, which: &str, values: &[Param<'_>]) -> Result<Vec<Claimed>> {
        let sql = format!(
            "UPDATE platform_job SET state = 'running', attempts = attempts + 1, leased_until = $1, begun_at = $2
             WHERE id IN ({which})
             RETURNING id, queue, kind, body, attempts, attempts_max, is_kept, request_id"
        );
        tx.query(&sql, values, |row| {
            Ok(Claimed {
                id: row.text(0)?,
                queue: row.text(1)?,
                kind: row.text(2)?,
                body: row.text(3)?,
                attempts: row.int(4)?,
                attempts_max: row.int(5)?,
                is_kept: row.bool(6)?,
                request_id: row.opt_text(7)?,
            })
        })
        .await
    }
}

/// What stands in the way of queues at the moment, over all processes.
struct Held {
    /// Whether each is paused, and when its bucket is full again.
    rows: HashMap<String, (bool, i64)>,
    /// How many jobs of each are under way, where that is limited.
    running: HashMap<String, i64>,
}

impl Held {
    async fn read(tx: &mut Tx, limits: &QueueLimits) -> Result<Self> {
        let sql = "SELECT name, paused_at, full_at_micros FROM platform_queue";
        let rows = tx.query(sql, &[], |row| Ok((row.text(0)?, (row.opt_int(1)?.is_some(), row.int(2)?)))).await?;
        let running = if limits.at_once.is_empty() {
            Vec::new()
        } else {
            let sql = "SELECT queue, COUNT(*) FROM platform_job WHERE state = 'running' GROUP BY queue";
            tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?))).await?
        };
        Ok(Self { rows: rows.into_iter().collect(), running: running.into_iter().collect() })
    }

    fn full_at_micros(&self, queue: &str) -> i64 {
        self.rows.get(queue).map_or(0, |(_, full_at_micros)| *full_at_micros)
    }

    /// How many jobs of a queue may begin.
    fn room(&self, queue: &str, limits: &QueueLimits, now: Timestamp) -> i64 {
        if self.rows.get(queue).is_some_and(|(is_paused, _)| *is_paused) {
            return 0;
        }
        let under_way = self.running.get(queue).copied().unwrap_or(0);
        let places = limits.at_once.get(queue).map_or(i64::MAX, |at_once| i64::from(*at_once) - under_way);
        let tokens = limits.pace(queue).map_or(i64::MAX, |pace| pace.tokens(self.full_at_micros(queue), now));
        places.min(tokens)
    }

    /// Takes a token for each job that has begun of a queue with a pace.
    async fn spend(&self, tx: &mut Tx, limits: &QueueLimits, begun: &[Claimed], now: Timestamp) -> Result<()> {
        for queue in limits.per_minute.keys() {
            let taken = begun.iter().filter(|job| job.queue == *queue).count() as i64;
            let Some(pace) = limits.pace(queue).filter(|_| taken > 0) else { continue };
            let full_at_micros = pace.after(self.full_at_micros(queue), now, taken);
            tx.execute(
                "INSERT INTO platform_queue (name, full_at_micros) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET full_at_micros = excluded.full_at_micros",
                params![queue, full_at_micros],
            )
            .await?;
        }
        Ok(())
    }
}

/// The queues in which jobs wait, found by one step along the index for each.
async fn waiting_queues(tx: &mut Tx) -> Result<Vec<String>> {
    tx.query(
        "WITH RECURSIVE found(queue) AS (
             SELECT MIN(queue) FROM platform_job WHERE state = 'waiting'
             UNION ALL
             SELECT (SELECT MIN(queue) FROM platform_job WHERE state = 'waiting' AND queue > found.queue)
             FROM found WHERE found.queue IS NOT NULL)
         SELECT queue FROM found WHERE queue IS NOT NULL",
        &[],
        |row| row.text(0),
    )
    .await
}
