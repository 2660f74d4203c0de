//! Jobs: work promised in a transaction and done after it, with retries, delays and schedules, in the database itself.

mod claim;
mod control;
mod handlers;
mod limits;
mod report;
mod runner;
mod schedule;
mod settle;
mod tend;
mod view;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;
use tradewind_kernel::{Error, Result};

use crate::db::Tx;
use crate::params;

pub use control::{Calling, cancel, pause, resume, retry, revive, sweep};
pub use handlers::Handlers;
pub use limits::{PER_MINUTE_MAX, QueueLimits, is_queue_name};
pub use report::{Progress, Report};
pub use runner::{Runner, RunnerOptions};
pub use view::{DeadJob, Filter, JobView, JobsBook, QueueView, State, book, dead, find, list, queues};

/// A kind of work. The type is what is stored until it is done.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, `module.verb`.
    const KIND: &'static str;
    /// The queue it waits in.
    const QUEUE: &'static str = "default";
    /// How often it is tried before it is set aside as dead.
    const ATTEMPTS_MAX: u32 = 12;
    /// How many seconds one try may take. One that takes longer is stopped where it waits, and has failed.
    const SECONDS_MAX: u64 = 3600;
}

/// The code of an error that no further try mends: a job that fails with it is set aside at once, whatever tries it has left.
pub const HOPELESS: &str = "hopeless";

/// The queue that mails wait in.
pub const MAIL_QUEUE: &str = "mail";

/// How long a job stays readable that is done and was to be kept, or that was canceled.
const KEPT_SECONDS: i64 = 86_400;

/// How a job is enqueued, where the defaults are not right.
#[derive(Clone, Debug, Default)]
pub struct When {
    /// Not before so many seconds from now.
    pub delay_seconds: i64,
    /// Lower runs first; 0 by default.
    pub priority: i64,
    /// While a job of the same kind with this key waits, another is not added.
    pub unique_key: Option<String>,
    /// Whether somebody asked for it and wants to know what became of it: it stays readable for a day when it is done, with its
    /// result. Any other is gone then.
    pub is_kept: bool,
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
                                             leased_until, unique_key, created_at, request_id, is_kept)
                   VALUES ($1, $2, $3, $4, 'waiting', $5, $6, 0, $7, 0, $8, $9, $10, $11)
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
            request_id,
            when.is_kept
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

/// Wakes the runner of this process; it also looks by itself, for what another process promised.
static WORK_CAME: Notify = Notify::const_new();
