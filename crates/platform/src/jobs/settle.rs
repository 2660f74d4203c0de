//! How a try at a job ended, as it is stored: done, tried again later, set aside, canceled, handed back.

use tradewind_kernel::{Error, Result};

use super::claim::Claimed;
use super::tend::End;
use super::{HOPELESS, KEPT_SECONDS, Report, Runner, WORK_CAME};
use crate::db::Param;

impl Runner {
    pub(super) async fn settle(&self, job: &Claimed, report: &Report, end: End) -> Result<()> {
        let stored = match end {
            End::Done(_) if !job.is_kept => {
                self.done.lock().push(job.id.clone());
                Ok(())
            }
            End::Done(result) => self.keep(job, report.last(), result).await,
            End::Failed(error) => self.fail(job, error).await,
            End::Canceled => self.end_canceled(job, report.last()).await,
            End::HandedBack => self.hand_back(job).await,
        };
        // A place in its queue may have become free.
        WORK_CAME.notify_one();
        stored
    }

    /// A job is done that whoever asked for it wants to read.
    async fn keep(&self, job: &Claimed, progress: Option<String>, result: Option<String>) -> Result<()> {
        let now = self.clock.now();
        self.end(
            job,
            "state = 'done', progress = COALESCE($1, progress), result = $2, ended_at = $3, kept_until = $4,
             unique_key = NULL",
            vec![progress.into(), result.into(), now.into(), now.plus_seconds(KEPT_SECONDS).into()],
        )
        .await
    }

    async fn end_canceled(&self, job: &Claimed, progress: Option<String>) -> Result<()> {
        tracing::info!(job = %job.id, kind = %job.kind, "a job was canceled");
        let now = self.clock.now();
        self.end(
            job,
            "state = 'canceled', progress = COALESCE($1, progress), ended_at = $2, kept_until = $3, unique_key = NULL",
            vec![progress.into(), now.into(), now.plus_seconds(KEPT_SECONDS).into()],
        )
        .await
    }

    /// A job that was stopped with its process waits as it did before; this was no try.
    async fn hand_back(&self, job: &Claimed) -> Result<()> {
        tracing::info!(job = %job.id, kind = %job.kind, "a job was handed back, as the process stops");
        self.end(job, "state = 'waiting', attempts = attempts - 1", Vec::new()).await
    }

    async fn fail(&self, job: &Claimed, error: Error) -> Result<()> {
        let dead = job.attempts >= job.attempts_max || error.is(HOPELESS);
        let now = self.clock.now();
        let run_at = now.plus_millis(self.back_off_millis(job.attempts));
        tracing::warn!(?error, job = %job.id, kind = %job.kind, attempts = job.attempts, dead,
            request_id = job.request_id, "a job failed");
        let state = if dead { "dead" } else { "waiting" };
        self.end(
            job,
            // One that was to be canceled is not tried again. A dead job does not keep another with its key from being done: a
            // schedule goes on.
            "state = CASE WHEN cancel_at IS NULL THEN $1 ELSE 'canceled' END, run_at = $2, last_error = $3,
             unique_key = CASE WHEN $4 OR cancel_at IS NOT NULL THEN NULL ELSE unique_key END,
             ended_at = CASE WHEN $4 OR cancel_at IS NOT NULL THEN $5 ELSE ended_at END,
             kept_until = CASE WHEN cancel_at IS NULL THEN kept_until ELSE $6 END",
            vec![
                state.into(),
                run_at.into(),
                format!("{error:?}").into(),
                dead.into(),
                now.into(),
                now.plus_seconds(KEPT_SECONDS).into(),
            ],
        )
        .await
    }

    /// Stores what becomes of a job under way; nothing where another worker has taken it over.
    async fn end(&self, job: &Claimed, set: &'static str, mut values: Vec<Param<'static>>) -> Result<()> {
        let first = values.len() + 1;
        let sql = format!(
            "UPDATE platform_job SET {set}, leased_until = 0
             WHERE id = ${first} AND state = 'running' AND attempts = ${}",
            first + 1
        );
        values.extend([Param::from(job.id.clone()), job.attempts.into()]);
        let ending = self.db.write(move |tx| Box::pin(async move { tx.execute(&sql, &values).await }));
        ending.await.map(|_| ())
    }

    /// 1 s, 2 s, 4 s ... up to an hour, each with up to half again by chance, so that failures do not come back together.
    fn back_off_millis(&self, attempts: i64) -> i64 {
        let base = 1000_i64 << (attempts - 1).clamp(0, 12);
        let capped = base.min(3_600_000);
        let jitter = self.rng.below(u64::try_from(capped / 2).unwrap_or(0));
        capped + i64::try_from(jitter).unwrap_or(0)
    }
}
