//! What staff, audits and metrics see of jobs and queues.

use std::collections::BTreeMap;

use serde_json::Value;
use tradewind_kernel::{Error, Page, Paging, Result, Timestamp};

use super::Progress;
use crate::db::{Row, Tx};
use crate::params;

/// What becomes of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It waits for its turn, or for its next try.
    Waiting,
    /// A worker has it under way.
    Running,
    /// It is done. Of those alone that somebody asked for: any other is gone then.
    Done,
    /// It failed at its last try and was set aside.
    Dead,
    /// It was canceled.
    Canceled,
}

impl State {
    /// All there are.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Dead, Self::Canceled];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Canceled => "canceled",
        }
    }

    /// The state with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing more becomes of the job unless somebody wants it.
    #[must_use]
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// A job as staff sees it. What it is about stays inside: that may be somebody's address.
#[derive(Clone, PartialEq, Debug)]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// Its queue.
    pub queue: String,
    /// Its kind, as in [`Job::KIND`](super::Job::KIND).
    pub kind: String,
    /// What becomes of it.
    pub state: State,
    /// Lower runs first.
    pub priority: i64,
    /// When it is due, or was.
    pub run_at: Timestamp,
    /// How often it was tried.
    pub attempts: i64,
    /// How often it is tried at most.
    pub attempts_max: i64,
    /// How far it is, where it says so.
    pub progress: Option<Progress>,
    /// What it came to.
    pub result: Option<Value>,
    /// The error of the last try that failed.
    pub reason: Option<String>,
    /// The request it comes from.
    pub request_id: Option<String>,
    /// When it was promised.
    pub created_at: Timestamp,
    /// When the last try began.
    pub begun_at: Option<Timestamp>,
    /// When it came to its end.
    pub ended_at: Option<Timestamp>,
    /// Since when somebody wishes that it is canceled.
    pub cancel_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "id, queue, kind, state, priority, run_at, attempts, attempts_max, progress, result, last_error, request_id,
                       created_at, begun_at, ended_at, cancel_at";

fn view(row: &Row<'_>) -> Result<JobView> {
    let state = row.text(3)?;
    Ok(JobView {
        id: row.text(0)?,
        queue: row.text(1)?,
        kind: row.text(2)?,
        state: State::named(&state).ok_or_else(|| Error::internal(format!("there is no state {state:?} of jobs")))?,
        priority: row.int(4)?,
        run_at: row.time(5)?,
        attempts: row.int(6)?,
        attempts_max: row.int(7)?,
        progress: json(row.opt_text(8)?)?,
        result: json(row.opt_text(9)?)?,
        reason: row.opt_text(10)?,
        request_id: row.opt_text(11)?,
        created_at: row.time(12)?,
        begun_at: row.opt_int(13)?.map(Timestamp),
        ended_at: row.opt_int(14)?.map(Timestamp),
        cancel_at: row.opt_int(15)?.map(Timestamp),
    })
}

fn json<T: serde::de::DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(Error::internal)
}

/// A job by its id. One statement, for [`Db::look_up`](crate::db::Db::look_up).
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<JobView>> {
    tx.query_one(&format!("SELECT {COLUMNS} FROM platform_job WHERE id = $1"), params![id], view).await
}

pub(super) async fn state_of(tx: &mut Tx, id: &str) -> Result<Option<State>> {
    let state = tx.query_one("SELECT state FROM platform_job WHERE id = $1", params![id], |row| row.text(0)).await?;
    Ok(state.as_deref().and_then(State::named))
}

/// Which jobs are listed; `None` is any.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In this state.
    pub state: Option<State>,
    /// Of this queue.
    pub queue: Option<String>,
    /// Of this kind.
    pub kind: Option<String>,
}

/// A part of the jobs, the newest first.
pub async fn list(tx: &mut Tx, filter: &Filter, paging: Paging) -> Result<Page<JobView>> {
    let (state, queue, kind) = (filter.state.map(State::name), filter.queue.as_deref(), filter.kind.as_deref());
    let which = "(CAST($1 AS TEXT) IS NULL OR state = $1) AND (CAST($2 AS TEXT) IS NULL OR queue = $2)
                 AND (CAST($3 AS TEXT) IS NULL OR kind = $3)";
    let count = format!("SELECT COUNT(*) FROM platform_job WHERE {which}");
    let count = tx.number(&count, params![state, queue, kind]).await?.unsigned_abs();
    // Ids are in the order of time.
    let sql = format!("SELECT {COLUMNS} FROM platform_job WHERE {which} ORDER BY id DESC LIMIT $4 OFFSET $5");
    let items = tx.query(&sql, params![state, queue, kind, paging.limit, paging.offset], view).await?;
    Ok(Page { items, count })
}

/// A queue as staff sees it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QueueView {
    /// Its name.
    pub name: String,
    /// How many of its jobs wait, those included whose time has not come.
    pub waiting: i64,
    /// How many are under way.
    pub running: i64,
    /// How many were set aside.
    pub dead: i64,
    /// When the one that has waited longest was due, where one is due.
    pub due_since: Option<Timestamp>,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
}

/// All queues by name: those of these names, and any in which there is a job or that is paused.
pub async fn queues(tx: &mut Tx, known: impl IntoIterator<Item = &'static str> + Send) -> Result<Vec<QueueView>> {
    let now = tx.now();
    let mut found: BTreeMap<String, QueueView> = BTreeMap::new();
    for name in known {
        found.entry(name.to_owned()).or_default();
    }
    let sql = "SELECT queue, COUNT(*), MIN(run_at) FROM platform_job WHERE state = 'waiting' GROUP BY queue";
    for (name, waiting, oldest) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?, row.time(2)?))).await? {
        let queue = found.entry(name).or_default();
        (queue.waiting, queue.due_since) = (waiting, Some(oldest).filter(|oldest| *oldest <= now));
    }
    let sql =
        "SELECT queue, state, COUNT(*) FROM platform_job WHERE state IN ('running', 'dead') GROUP BY queue, state";
    for (name, state, count) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).await? {
        let queue = found.entry(name).or_default();
        if state == State::Dead.name() { queue.dead = count } else { queue.running = count }
    }
    let sql = "SELECT name, paused_at FROM platform_queue WHERE paused_at IS NOT NULL";
    for (name, paused_at) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.time(1)?))).await? {
        found.entry(name).or_default().paused_at = Some(paused_at);
    }
    Ok(found.into_iter().map(|(name, queue)| QueueView { name, ..queue }).collect())
}

/// A job that was set aside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeadJob {
    /// Its id.
    pub id: String,
    /// Its kind, as in [`Job::KIND`](super::Job::KIND).
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
