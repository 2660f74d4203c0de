//! The runner: takes up what is due as far as there is room, and does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Semaphore, watch};
use tradewind_kernel::{Clock, Error, Result, Rng};

use super::claim::{CLAIM_MAX, Claimed};
use super::tend::End;
use super::{Handlers, QueueLimits, Report, WORK_CAME};
use crate::db::Db;
use crate::telemetry;
use crate::wake::until_work_may_be_there;

/// How jobs are run.
#[derive(Clone, Debug)]
pub struct RunnerOptions {
    /// How many this process does at a time.
    pub concurrency: usize,
    /// How long a running job is its worker's own. The worker extends it while it works; one that died loses it after that.
    pub lease_seconds: i64,
    /// How long jobs under way are given when the process is asked to stop, in seconds. What is not done by then is stopped where
    /// it waits, and waits for another worker.
    pub shutdown_seconds_max: u64,
    /// What queues are held to.
    pub limits: QueueLimits,
}

/// Runs jobs of one database.
#[derive(Clone)]
pub struct Runner {
    pub(super) db: Db,
    pub(super) handlers: Arc<Handlers>,
    pub(super) clock: Clock,
    pub(super) rng: Rng,
    pub(super) options: Arc<RunnerOptions>,
    permits: Arc<Semaphore>,
    /// Done, and still in the table: they leave it with the next claim, in one commit.
    pub(super) done: Arc<Mutex<Vec<String>>>,
    /// The second, since 1970, in which schedules were last looked at.
    pub(super) ticked_at: Arc<AtomicI64>,
    /// Whether a queue was paused when somebody last looked.
    pub(super) is_paused: Arc<AtomicBool>,
    /// Turns true when jobs under way have to be handed back.
    pub(super) hands_back: Arc<watch::Sender<bool>>,
}

impl Runner {
    /// A runner of this database's jobs.
    #[must_use]
    pub fn new(db: Db, handlers: Handlers, clock: Clock, rng: Rng, options: RunnerOptions) -> Self {
        let (lease_seconds, concurrency) = (options.lease_seconds.max(1), options.concurrency.max(1));
        let options = RunnerOptions { lease_seconds, concurrency, ..options };
        Self {
            db,
            handlers: Arc::new(handlers),
            clock,
            rng,
            permits: Arc::new(Semaphore::new(concurrency)),
            options: Arc::new(options),
            done: Arc::default(),
            ticked_at: Arc::new(AtomicI64::new(i64::MIN)),
            is_paused: Arc::default(),
            hands_back: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Runs until `stop` turns true, then lets the jobs under way finish, and hands back those that do not in time.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.start_due().await {
                Ok(false) => {}
                Ok(true) => continue,
                Err(error) => tracing::warn!(?error, "jobs could not be claimed; trying again"),
            }
            until_work_may_be_there(&WORK_CAME, &mut stop).await;
        }
        let all = u32::try_from(self.options.concurrency).unwrap_or(u32::MAX);
        let patience = Duration::from_secs(self.options.shutdown_seconds_max);
        if tokio::time::timeout(patience, self.permits.acquire_many(all)).await.is_err() {
            self.hands_back.send_replace(true);
            let _ = self.permits.acquire_many(all).await;
        }
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
            let some = u32::try_from(self.options.concurrency.div_ceil(4)).unwrap_or(1);
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

    async fn work(&self, job: Claimed) {
        let request_id = job.request_id.clone().unwrap_or_else(|| job.id.clone());
        telemetry::with_request_id(request_id, async {
            let report = Report::default();
            let end = match self.handlers.kinds.get(job.kind.as_str()) {
                Some(handler) => self.tend(&job, handler, &report).await,
                None => End::Failed(Error::internal(format!("no handler is registered for {}", job.kind))),
            };
            metrics::counter!("tradewind_jobs_total", "kind" => job.kind.clone(), "outcome" => end.label())
                .increment(1);
            if let Err(error) = self.settle(&job, &report, end).await {
                // Its lease runs out and somebody does it again.
                tracing::error!(?error, job = %job.id, "a job's outcome could not be stored");
            }
        })
        .await;
    }
}
