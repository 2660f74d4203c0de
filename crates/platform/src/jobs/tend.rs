//! A job under way: its lease is extended, its progress stored, and it is stopped when it has to end.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::FutureExt as _;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::claim::Claimed;
use super::handlers::Handler;
use super::{Report, Runner};
use crate::params;

/// How often somebody looks after a job under way: its progress is stored so often at most, and a wish to cancel it is seen so soon.
const LOOK_EVERY_MILLIS: u64 = 1000;

/// How a try at a job ended.
#[derive(Debug)]
pub(super) enum End {
    /// It is done, with this result where it has one.
    Done(Option<String>),
    /// It failed.
    Failed(Error),
    /// It was stopped, as somebody wished.
    Canceled,
    /// It was stopped, as its process stops; it goes on elsewhere.
    HandedBack,
}

impl End {
    /// As the metric calls it.
    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Failed(_) => "failed",
            Self::Canceled => "canceled",
            Self::HandedBack => "handed_back",
        }
    }
}

impl Runner {
    /// Does a job, and looks after it as long as that takes. A job that has to end is dropped where it waits: what it did so far
    /// stays.
    pub(super) async fn tend(&self, job: &Claimed, handler: &Handler, report: &Report) -> End {
        let mut hands_back = self.hands_back.subscribe();
        let work = AssertUnwindSafe((handler.begin)(&job.body, report.clone())).catch_unwind();
        let seconds_max = handler.seconds_max;
        tokio::select! {
            outcome = work => match outcome {
                Ok(Ok(result)) => End::Done(result),
                Ok(Err(error)) => End::Failed(error),
                Err(panic) => End::Failed(panicked(&*panic)),
            },
            () = self.until_canceled(job, report) => End::Canceled,
            () = tokio::time::sleep(Duration::from_secs(seconds_max)) => End::Failed(took_too_long(seconds_max)),
            _ = hands_back.wait_for(|has_to| *has_to) => End::HandedBack,
        }
    }

    /// Extends a job's lease and stores its progress, until somebody wishes that it ends.
    async fn until_canceled(&self, job: &Claimed, report: &Report) {
        let third_millis = self.options.lease_seconds.unsigned_abs() * 1000 / 3;
        let look_every = Duration::from_millis(third_millis.min(LOOK_EVERY_MILLIS));
        let third = Duration::from_millis(third_millis);
        let mut since_extended = Duration::ZERO;
        loop {
            tokio::time::sleep(look_every).await;
            since_extended += look_every;
            let news = report.news();
            let is_canceled = if news.is_some() || since_extended >= third {
                since_extended = Duration::ZERO;
                self.extend(job, news).await
            } else {
                self.is_canceled(job).await
            };
            match is_canceled {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(?error, job = %job.id, "a job's lease could not be extended; another worker may take it up");
                }
            }
        }
    }

    /// Extends the lease; says whether somebody wishes that the job ends.
    async fn extend(&self, job: &Claimed, progress: Option<String>) -> Result<bool> {
        let (id, attempts) = (job.id.clone(), job.attempts);
        let leased_until = self.clock.now().plus_seconds(self.options.lease_seconds);
        let extending = self.db.write(move |tx| {
            Box::pin(async move {
                // One that another worker has taken over has another number of tries.
                let sql = "UPDATE platform_job SET leased_until = $1, progress = COALESCE($2, progress)
                           WHERE id = $3 AND state = 'running' AND attempts = $4 RETURNING cancel_at";
                let params = params![leased_until, progress.as_deref(), &id, attempts];
                tx.query_one(sql, params, |row| row.opt_int(0)).await
            })
        });
        Ok(extending.await?.flatten().is_some())
    }

    async fn is_canceled(&self, job: &Claimed) -> Result<bool> {
        let id = job.id.clone();
        let looking = self.db.look_up(move |tx| {
            Box::pin(async move {
                let sql = "SELECT cancel_at FROM platform_job WHERE id = $1 AND state = 'running'";
                tx.query_one(sql, params![&id], |row| row.opt_int(0)).await
            })
        });
        Ok(looking.await?.flatten().is_some())
    }
}

fn took_too_long(seconds_max: u64) -> Error {
    Error::new(ErrorKind::Unavailable, format!("it took longer than {seconds_max} seconds, and was stopped"))
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::internal(format!("it panicked: {said}"))
}
