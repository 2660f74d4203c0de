//! What does each kind of job, and what is due on a schedule; filled in `wiring.rs`.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use tradewind_kernel::{Error, Result};

use super::{HOPELESS, Job, Report, When};
use crate::db::{Tx, TxFuture};

/// The largest result of a job, in bytes of JSON. What is larger is a file, and the result says where it is.
const RESULT_BYTES_MAX: usize = 16 * 1024;

/// A try at a job, which ends with its result as JSON where it has one.
pub(super) type Work = Pin<Box<dyn Future<Output = Result<Option<String>>> + Send>>;
pub(super) type Tick = Arc<dyn for<'t> Fn(&'t mut Tx) -> TxFuture<'t, ()> + Send + Sync>;

/// What does one kind of job.
#[derive(Clone)]
pub(super) struct Handler {
    queue: &'static str,
    pub(super) seconds_max: u64,
    pub(super) begin: Arc<dyn Fn(&str, Report) -> Work + Send + Sync>,
}

/// What does each kind of job, and what is due on a schedule.
#[derive(Clone, Default)]
pub struct Handlers {
    pub(super) kinds: HashMap<&'static str, Handler>,
    /// Each with its name and its seconds.
    pub(super) schedules: Vec<(&'static str, i64, Tick)>,
}

impl Handlers {
    /// Registers what does a kind of job. It may run twice for one job (a crash in between), so it must bear that; and it may be
    /// stopped wherever it waits, when the job is canceled or takes too long.
    pub fn on<J: Job, F>(&mut self, handler: impl Fn(J) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.register::<J>(move |body, _| {
            let job = read::<J>(body);
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler(job?).await.map(|()| None) })
        });
    }

    /// [`on`](Self::on) for a job that says how far it is, and ends with a small result for whoever asked for it: a count, the
    /// name of a file.
    pub fn on_reporting<J: Job, F, R>(&mut self, handler: impl Fn(J, Report) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<R>> + Send + 'static,
        R: Serialize,
    {
        let handler = Arc::new(handler);
        self.register::<J>(move |body, report| {
            let job = read::<J>(body);
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler(job?, report).await.and_then(|result| stored(&result)).map(Some) })
        });
    }

    fn register<J: Job>(&mut self, begin: impl Fn(&str, Report) -> Work + Send + Sync + 'static) {
        let handler = Handler { queue: J::QUEUE, seconds_max: J::SECONDS_MAX, begin: Arc::new(begin) };
        self.kinds.insert(J::KIND, handler);
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

    /// The queues that these jobs wait in.
    #[must_use]
    pub fn queues(&self) -> BTreeSet<&'static str> {
        self.kinds.values().map(|handler| handler.queue).collect()
    }
}

fn read<J: Job>(body: &str) -> Result<J> {
    serde_json::from_str(body).map_err(Error::internal)
}

fn stored(result: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(result).map_err(Error::internal)?;
    if text.len() > RESULT_BYTES_MAX {
        let error = format!("the result of a job may have {RESULT_BYTES_MAX} bytes, and this one has {}", text.len());
        return Err(Error::internal(error).code(HOPELESS));
    }
    Ok(text)
}
