//! Jobs: work promised in a transaction and done after it, with retries, delays and schedules, in the database itself.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::{Notify, Semaphore, watch};
use tradewind_kernel::{Clock, Error, Result, Rng, Timestamp};

use crate::db::{Db, Tx, json_list};
use crate::wake::until_work_may_be_there;
use crate::{params, telemetry};

/// A kind of work. The type is what is stored until it is done.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, `module.verb`.
    const KIND: &'static str;
    /// The queue it waits in.
    const QUEUE: &'static str = "default";
    /// How often it is tried before it is set aside as dead.
    const ATTEMPTS_MAX: u32 = 12;
}

/// The code of an error that no further try mends: a job that fails with it is set aside at once, whatever tries it has left.
pub const HOPELESS: &str = "hopeless";

/// The queue that mails wait in.
pub const MAIL_QUEUE: &str = "mail";

/// How a job is enqueued, where the defaults are not right.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Not before so many seconds from now.
    pub delay_seconds: i64,
    /// Lower runs first; 0 by default.
    pub priority: i64,
    /// While a job of the same kind with this key waits, another is not added.
    pub unique_key: Option<String>,
}

impl Tx {
    /// Promises work: it will be done if, and only if, this transaction commits. Returns the job's id.
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> Result<String> {
        self.enqueue_when(job, When::default()).await
    }

    /// Promises work for later, with a priority or a key. Returns its id (of the waiting one, where the key is taken).
    pub async fn enqueue_when<J: Job>(&mut self, job: &J, when: When) -> Result<String> {
        let id = self.mint().mint("job");
        let body = serde_json::to_string(job).map_err(Error::internal)?;
        let now = self.now();
        let request_id = self.request_id().map(str::to_owned);
        let sql = "INSERT INTO platform_job (id, queue, kind, body, state, priority, run_at, attempts, attempts_max,
                                             leased_until, unique_key, created_at, request_id)
                   VALUES ($1, $2, $3, $4, 'waiting', $5, $6, 0, $7, 0, $8, $9, $10)
                   ON CONFLICT (kind, unique_key) DO NOTHING";
        let params = params![
            &id,
            J::QUEUE,
            J::KIND,
            body,
            when.priority,
            now.plus_seconds(when.delay_seconds),
            J::ATTEMPTS_MAX,
            when.unique_key.as_deref(),
            now,
            request_id
        ];
        if when.unique_key.is_none() {
            // Nothing can stand in its way.
            self.run(sql, params).await?;
        } else if self.execute(sql, params).await? == 0 {
            let waiting = self
                .query_one(
                    "SELECT id FROM platform_job WHERE kind = $1 AND unique_key = $2",
                    params![J::KIND, when.unique_key.as_deref()],
                    |row| row.text(0),
                )
                .await?;
            return waiting.ok_or_else(|| Error::internal("a job's key was taken by no job"));
        }
        self.after_commit(|| WORK_CAME.notify_one());
        Ok(id)
    }
}

static WORK_CAME: Notify = Notify::const_new();

type Work = Pin<Box<dyn Future<Output = Result<()>> + Send>>;
type Handler = Arc<dyn Fn(&str) -> Work + Send + Sync>;
type Tick = Arc<dyn for<'t> Fn(&'t mut Tx) -> crate::db::TxFuture<'t, ()> + Send + Sync>;

/// What does each kind of job, and what is due on a schedule; filled in `wiring.rs`.
#[derive(Clone, Default)]
pub struct Handlers {
    kinds: HashMap<&'static str, Handler>,
    schedules: Vec<(&'static str, i64, Tick)>,
}

impl Handlers {
    /// Registers what does a kind of job. It may run twice for one job (a crash in between), so it must bear that.
    pub fn on<J: Job, F>(&mut self, handler: impl Fn(J) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.kinds.insert(
            J::KIND,
            Arc::new(move |body| {
                let job = serde_json::from_str::<J>(body).map_err(Error::internal);
                let handler = Arc::clone(&handler);
                Box::pin(async move { handler(job?).await })
            }),
        );
    }

    /// Enqueues a job every `seconds`, once per tick however many processes run.
    pub fn every<J: Job + Clone>(&mut self, name: &'static str, seconds: i64, job: J) {
        self.schedules.push((
            name,
            seconds,
            Arc::new(move |tx| {
                let job = job.clone();
                Box::pin(async move {
                    let when = When { unique_key: Some(name.to_owned()), ..When::default() };
                    tx.enqueue_when(&job, when).await.map(|_| ())
                })
            }),
        ));
    }
}

/// Runs jobs of one database.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    handlers: Arc<Handlers>,
    clock: Clock,
    rng: Rng,
    /// How many jobs at a time.
    concurrency: usize,
    permits: Arc<Semaphore>,
    /// Done, and still in the table: they leave it with the next claim, in one commit.
    done: Arc<Mutex<Vec<String>>>,
    /// The second, since 1970, in which schedules were last looked at.
    ticked_at: Arc<AtomicI64>,
    /// How long a running job is its worker's own. The worker extends it while it works; one that died loses it after that.
    lease_seconds: i64,
}

const CLAIM_MAX: i64 = 32;

struct Claimed {
    id: String,
    kind: String,
    body: String,
    attempts: i64,
    attempts_max: i64,
    request_id: Option<String>,
}

impl Runner {
    /// A runner of at most `concurrency` jobs at a time. What a worker had under way when it died is taken up by another
    /// after `lease_seconds`.
    #[must_use]
    pub fn new(db: Db, handlers: Handlers, clock: Clock, rng: Rng, concurrency: usize, lease_seconds: i64) -> Self {
        let concurrency = concurrency.max(1);
        let permits = Arc::new(Semaphore::new(concurrency));
        let (done, ticked_at) = (Arc::default(), Arc::new(AtomicI64::new(i64::MIN)));
        let lease_seconds = lease_seconds.max(1);
        Self { db, handlers: Arc::new(handlers), clock, rng, concurrency, permits, done, ticked_at, lease_seconds }
    }

    /// Runs until `stop` turns true, then waits for the jobs under way.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.start_due().await {
                Ok(false) => {}
                Ok(true) => continue,
                Err(error) => tracing::warn!(?error, "jobs could not be claimed; trying again"),
            }
            until_work_may_be_there(&WORK_CAME, &mut stop).await;
        }
        let all = u32::try_from(self.concurrency).unwrap_or(u32::MAX);
        let _ = self.permits.acquire_many(all).await;
        if let Err(error) = self.claim(0).await {
            tracing::warn!(?error, "jobs that are done could not be taken off the list; they will be done again");
        }
    }

    /// Does everything that is due now, and returns when it is done: for tests and the command line.
    pub async fn run_due(&self) -> Result<u64> {
        let mut done = 0;
        loop {
            self.tick().await?;
            let claimed = self.claim(CLAIM_MAX).await?;
            if claimed.is_empty() {
                return Ok(done);
            }
            for job in claimed {
                self.work(job).await;
                done += 1;
            }
        }
    }

    /// Takes up what is due, as far as there is room; says whether there may be more.
    async fn start_due(&self) -> Result<bool> {
        self.tick().await?;
        let free = i64::try_from(self.permits.available_permits()).unwrap_or(0);
        if free == 0 {
            // Until there is room for several: each claim is a commit.
            let some = u32::try_from(self.concurrency.div_ceil(4)).unwrap_or(1);
            let _ = self.permits.acquire_many(some).await.map_err(Error::internal)?;
            return Ok(true);
        }
        let room = free.min(CLAIM_MAX);
        let claimed = self.claim(room).await?;
        let as_many_as_fit = claimed.len() as i64 == room;
        for job in claimed {
            let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(Error::internal)?;
            let runner = self.clone();
            tokio::spawn(async move {
                runner.work(job).await;
                drop(permit);
            });
        }
        Ok(as_many_as_fit)
    }

    /// Turns due schedule ticks into jobs; the row's primary key lets one process win each tick.
    async fn tick(&self) -> Result<()> {
        let now = self.clock.now().unix_seconds();
        // Ticks are of whole seconds: one look in each is enough.
        if self.ticked_at.load(Ordering::Relaxed) == now {
            return Ok(());
        }
        let due = {
            let names: Vec<_> = self.handlers.schedules.iter().map(|s| (s.0, s.1)).collect();
            let ticks = self
                .db
                .look_up(|tx| {
                    Box::pin(async move {
                        tx.query("SELECT name, last_tick FROM platform_schedule", &[], |row| {
                            Ok((row.text(0)?, row.int(1)?))
                        })
                        .await
                    })
                })
                .await?;
            let last: HashMap<String, i64> = ticks.into_iter().collect();
            names.iter().any(|(name, seconds)| last.get(*name).is_none_or(|tick| *tick < now.div_euclid(*seconds)))
        };
        if !due {
            self.ticked_at.store(now, Ordering::Relaxed);
            return Ok(());
        }
        let schedules = self.handlers.schedules.clone();
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    for (name, seconds, enqueue) in &schedules {
                        let tick = now.div_euclid(*seconds);
                        let won = tx
                            .execute(
                                "INSERT INTO platform_schedule (name, last_tick) VALUES ($1, $2)
                                 ON CONFLICT (name) DO UPDATE SET last_tick = excluded.last_tick
                                 WHERE platform_schedule.last_tick < excluded.last_tick",
                                params![*name, tick],
                            )
                            .await?;
                        if won > 0 {
                            enqueue(tx).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await?;
        self.ticked_at.store(now, Ordering::Relaxed);
        Ok(())
    }

    /// Takes what is done off the list, and up to `limit` jobs that are due from it.
    async fn claim(&self, limit: i64) -> Result<Vec<Claimed>> {
        let now = self.clock.now();
        let leased_until = now.plus_seconds(self.lease_seconds);
        let done = std::mem::take(&mut *self.done.lock());
        if done.is_empty() && !self.any_due(now).await? {
            return Ok(Vec::new());
        }
        let leaving = done.clone();
        // Each of these statements says for itself which jobs it is about; whoever adds more meanwhile does not matter.
        let claimed = self.db.write_for(1, move |tx| {
            Box::pin(async move {
                if !leaving.is_empty() {
                    let sql = format!("DELETE FROM platform_job WHERE {}", tx.dialect().in_list("id", "$1"));
                    tx.run(&sql, params![json_list(&leaving)]).await?;
                }
                // What a worker that died had under way waits again, unless it has brought its worker down at every try.
                tx.run(
                    "UPDATE platform_job SET leased_until = 0,
                        state = CASE WHEN attempts >= attempts_max THEN 'dead' ELSE 'waiting' END,
                        unique_key = CASE WHEN attempts >= attempts_max THEN NULL ELSE unique_key END,
                        last_error = CASE WHEN attempts >= attempts_max THEN 'its worker died at the last try' ELSE last_error END
                     WHERE state = 'running' AND leased_until <= $1",
                    params![now],
                )
                .await?;
                let sql = format!(
                    "UPDATE platform_job SET state = 'running', attempts = attempts + 1, leased_until = $1
                     WHERE id IN (SELECT id FROM platform_job
                         WHERE state = 'waiting' AND run_at <= $2
                         ORDER BY priority, run_at LIMIT $3 {})
                     RETURNING id, kind, body, attempts, attempts_max, request_id",
                    tx.dialect().skip_locked()
                );
                tx.query(&sql, params![leased_until, now, limit], |row| {
                    Ok(Claimed {
                        id: row.text(0)?,
                        kind: row.text(1)?,
                        body: row.text(2)?,
                        attempts: row.int(3)?,
                        attempts_max: row.int(4)?,
                        request_id: row.opt_text(5)?,
                    })
                })
                .await
            })
        });
        let claimed = claimed.await;
        if claimed.is_err() {
            self.done.lock().extend(done);
        }
        claimed
    }

    async fn any_due(&self, now: Timestamp) -> Result<bool> {
        let due = self.db.look_up(move |tx| {
            Box::pin(async move {
                tx.number(
                    "SELECT EXISTS (SELECT 1 FROM platform_job
                      WHERE (state = 'waiting' AND run_at <= $1) OR (state = 'running' AND leased_until <= $1))",
                    params![now],
                )
                .await
            })
        });
        Ok(due.await? != 0)
    }

    async fn work(&self, job: Claimed) {
        let request_id = job.request_id.clone().unwrap_or_else(|| job.id.clone());
        telemetry::with_request_id(request_id, async {
            let outcome = match self.handlers.kinds.get(job.kind.as_str()) {
                Some(handler) => self.keep_leased(&job.id, handler(&job.body)).await,
                None => Err(Error::internal(format!("no handler is registered for {}", job.kind))),
            };
            metrics::counter!("tradewind_jobs_total", "kind" => job.kind.clone(),
                "outcome" => if outcome.is_ok() { "done" } else { "failed" })
            .increment(1);
            if let Err(error) = self.settle(&job, outcome).await {
                // Its lease runs out and somebody does it again.
                tracing::error!(?error, job = %job.id, "a job's outcome could not be stored");
            }
        })
        .await;
    }

    /// Extends a job's lease for as long as the work on it takes.
    async fn keep_leased<T>(&self, id: &str, work: impl Future<Output = T>) -> T {
        let third = Duration::from_millis(self.lease_seconds.unsigned_abs() * 1000 / 3);
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                outcome = &mut work => return outcome,
                () = tokio::time::sleep(third) => {}
            }
            let (id, leased_until) = (id.to_owned(), self.clock.now().plus_seconds(self.lease_seconds));
            let extending = self.db.write(move |tx| {
                Box::pin(async move {
                    let sql = "UPDATE platform_job SET leased_until = $1 WHERE id = $2 AND state = 'running'";
                    tx.execute(sql, params![leased_until, id]).await
                })
            });
            if let Err(error) = extending.await {
                tracing::warn!(?error, "a job's lease could not be extended; another worker may take it up");
            }
        }
    }

    async fn settle(&self, job: &Claimed, outcome: Result<()>) -> Result<()> {
        let id = job.id.clone();
        let Err(error) = outcome else {
            self.done.lock().push(id);
            WORK_CAME.notify_one();
            return Ok(());
        };
        let dead = job.attempts >= job.attempts_max || error.is(HOPELESS);
        let run_at = self.clock.now().plus_millis(self.back_off_millis(job.attempts));
        tracing::warn!(?error, job = %job.id, kind = %job.kind, attempts = job.attempts, dead,
            request_id = job.request_id, "a job failed");
        let (state, text) = (if dead { "dead" } else { "waiting" }, format!("{error:?}"));
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    // A dead job does not keep another with its key from being done: a schedule goes on.
                    tx.execute(
                        "UPDATE platform_job SET state = $1, run_at = $2, last_error = $3, leased_until = 0,
                            unique_key = CASE WHEN $4 THEN NULL ELSE unique_key END
                         WHERE id = $5",
                        params![state, run_at, text, dead, id],
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
    }

    /// 1 s, 2 s, 4 s ... up to an hour, each with up to half again by chance, so that failures do not come back together.
    fn back_off_millis(&self, attempts: i64) -> i64 {
        let base = 1000_i64 << (attempts - 1).clamp(0, 12);
        let capped = base.min(3_600_000);
        let jitter = self.rng.below(u64::try_from(capped / 2).unwrap_or(0));
        capped + i64::try_from(jitter).unwrap_or(0)
    }
}

/// A job that was set aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadJob {
    /// Its id.
    pub id: String,
    /// Its kind, as in [`Job::KIND`].
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it was set aside: the error of the last try.
    pub reason: String,
    /// When it was promised.
    pub created_at: Timestamp,
}

/// The jobs of a queue that were set aside, the newest first, at most so many.
pub async fn dead(tx: &mut Tx, queue: &str, limit: i64) -> Result<Vec<DeadJob>> {
    tx.query(
        "SELECT id, kind, attempts, last_error, created_at FROM platform_job
         WHERE state = 'dead' AND queue = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
        params![queue, limit],
        |row| {
            Ok(DeadJob {
                id: row.text(0)?,
                kind: row.text(1)?,
                attempts: row.int(2)?,
                reason: row.opt_text(3)?.unwrap_or_default(),
                created_at: Timestamp(row.int(4)?),
            })
        },
    )
    .await
}

/// Has jobs of a queue that were set aside tried again from the beginning: one of them, or all; says how many.
pub async fn revive(tx: &mut Tx, queue: &str, id: Option<&str>) -> Result<u64> {
    let now = tx.now();
    let revived = tx
        .execute(
            "UPDATE platform_job SET state = 'waiting', attempts = 0, run_at = $1
             WHERE state = 'dead' AND queue = $2 AND (CAST($3 AS TEXT) IS NULL OR id = $3)",
            params![now, queue, id],
        )
        .await?;
    tx.after_commit(|| WORK_CAME.notify_one());
    Ok(revived)
}

/// What an audit wants to know of the jobs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JobsBook {
    /// How many a worker has under way, or had when it died a moment ago.
    pub running: i64,
    /// How many were due before the moment asked about and have not begun, or were lost by their worker before it.
    pub overdue: i64,
    /// How many were set aside after their last try.
    pub dead: i64,
}

/// The jobs as an audit sees them: what was due before this moment and has not begun is overdue.
pub async fn book(tx: &mut Tx, before: Timestamp) -> Result<JobsBook> {
    let running = tx.number("SELECT COUNT(*) FROM platform_job WHERE state = 'running'", &[]).await?;
    let overdue = "SELECT COUNT(*) FROM platform_job
                   WHERE (state = 'waiting' AND run_at < $1) OR (state = 'running' AND leased_until < $1)";
    let overdue = tx.number(overdue, params![before]).await?;
    let dead = tx.number("SELECT COUNT(*) FROM platform_job WHERE state = 'dead'", &[]).await?;
    Ok(JobsBook { running, overdue, dead })
}
