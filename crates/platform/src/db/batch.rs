//! Batches: what many want at the same moment is done for all of them by one transaction, row by row only where that fails.
//!
//! SQLite's lane puts many commands into one commit by itself. On PostgreSQL each command would be a transaction of its own, with
//! a dozen messages there and back. A hot kind of command therefore also knows how it is done for many by set. While one
//! transaction is under way, commands queue; the next takes them all. An idle shop waits for nobody.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use tracing::Instrument as _;
use tradewind_kernel::{Bucket, Error, ErrorKind, Result};

use super::lane::{WAITING_MAX, full};
use super::visit::{MustSee, Visit};
use super::{Shards, Tx, TxFuture};
use crate::idempotency::Claim;
use crate::telemetry;

/// How many commands one transaction carries at most.
const BATCH_MAX: usize = 128;

/// A kind of command that many give at the same moment.
pub trait Batch: Send + Sync + 'static {
    /// What a command is about.
    type Item: Clone + Send + Sync + 'static;
    /// What it answers.
    type Answer: Send + 'static;

    /// Does one by itself.
    fn one<'t>(&'t self, tx: &'t mut Tx, item: Self::Item) -> TxFuture<'t, Self::Answer>;

    /// Does all of them, by set, and answers in their order. Where one of them cannot be done so it fails: then nothing of it
    /// is kept, and each is done by itself, in the order in which they came.
    ///
    /// It runs beside others at READ COMMITTED, so that those who want the same row queue for it instead of being begun
    /// anew: whatever it decides has to stand in the condition of the statement that writes.
    fn all<'t>(&'t self, tx: &'t mut Tx, asked: Vec<Asked<Self::Item>>) -> TxFuture<'t, Vec<Self::Answer>>;
}

/// A command and where it came from.
#[derive(Clone, Debug)]
pub struct Asked<I> {
    /// What it is about.
    pub item: I,
    /// The id of the request that gave it, where one did.
    pub request_id: Option<String>,
}

/// Commands of one kind on their way into a sharded store. Cheap to clone.
pub struct Batches<B: Batch> {
    batch: Arc<B>,
    shards: Shards,
    lines: Arc<[Mutex<Line<B>>]>,
}

impl<B: Batch> Clone for Batches<B> {
    fn clone(&self) -> Self {
        Self { batch: Arc::clone(&self.batch), shards: self.shards.clone(), lines: Arc::clone(&self.lines) }
    }
}

/// Who waits for a database.
struct Line<B: Batch> {
    waiting: VecDeque<Waiting<B>>,
    is_served: bool,
}

struct Waiting<B: Batch> {
    item: B::Item,
    asker: Asker,
    reply: oneshot::Sender<Result<B::Answer>>,
}

/// The request that gave a command.
#[derive(Clone)]
struct Asker {
    request_id: Option<String>,
    claim: Option<Arc<Claim>>,
    visit: Option<Arc<Visit>>,
    span: tracing::Span,
}

impl Asker {
    fn current() -> Self {
        Self {
            request_id: telemetry::current_request_id(),
            claim: Claim::current(),
            visit: Visit::current(),
            span: tracing::Span::current(),
        }
    }

    /// Runs a future as part of that request. Boxed: each of the scopes would hold it once more.
    async fn scope<T>(self, future: BoxFuture<'_, T>) -> T {
        let Self { request_id, claim, visit, span } = self;
        let named = async move {
            match request_id {
                Some(id) => telemetry::with_request_id(id, future).await,
                None => future.await,
            }
        };
        let claimed = async move {
            match claim {
                Some(claim) => claim.scope(named).await,
                None => named.await,
            }
        };
        let seen = async move {
            match visit {
                Some(visit) => visit.scope(claimed).await,
                None => claimed.await,
            }
        };
        seen.instrument(span).await
    }
}

impl<B: Batch> Batches<B> {
    /// Commands of this kind for these databases.
    #[must_use]
    pub fn new(batch: B, shards: Shards) -> Self {
        let lines = shards.all().iter().map(|_| Mutex::new(Line { waiting: VecDeque::new(), is_served: false }));
        Self { batch: Arc::new(batch), lines: lines.collect(), shards }
    }

    /// Does what is asked, in the database of a bucket; together with others, where they are many. The answer comes after the
    /// commit.
    pub async fn write(&self, bucket: Bucket, item: B::Item) -> Result<B::Answer> {
        let at = self.shards.index_of(bucket);
        if !self.shards.all()[at].is_shared() {
            return self.alone(at, item).await;
        }
        let (reply, answer) = oneshot::channel();
        {
            let mut line = self.lines[at].lock();
            if line.waiting.len() >= WAITING_MAX {
                return Err(full());
            }
            line.waiting.push_back(Waiting { item, asker: Asker::current(), reply });
            if !std::mem::replace(&mut line.is_served, true) {
                tokio::spawn(self.clone().serve(at));
            }
        }
        answer.await.map_err(Error::internal)?
    }

    /// Does what is asked in a transaction of its own: for what cannot be done by set.
    pub async fn write_alone(&self, bucket: Bucket, item: B::Item) -> Result<B::Answer> {
        self.alone(self.shards.index_of(bucket), item).await
    }

    async fn alone(&self, at: usize, item: B::Item) -> Result<B::Answer> {
        let batch = Arc::clone(&self.batch);
        self.shards.all()[at].write(move |tx| Box::pin(async move { batch.one(tx, item).await })).await
    }

    /// Serves a line until nobody waits in it.
    async fn serve(self, at: usize) {
        let mut served = Served { line: &self.lines[at], is_empty: false };
        while let Some(next) = served.next() {
            Box::pin(self.carry(at, next)).await;
        }
    }

    async fn carry(&self, at: usize, waiting: Vec<Waiting<B>>) {
        let error = if waiting.len() == 1 {
            None
        } else {
            match Box::pin(self.together(at, &waiting)).await {
                Ok(answers) => {
                    for (waiting, answer) in waiting.into_iter().zip(answers) {
                        // The caller may have gone away; its work stands all the same.
                        let _ = waiting.reply.send(Ok(answer));
                    }
                    return;
                }
                Err(error) => Some(error),
            }
        };
        // Whether a commit that nobody answered was kept is not known: it is not done again.
        let is_unknown = error.as_ref().is_some_and(|error| error.kind() == ErrorKind::Unavailable);
        for Waiting { item, asker, reply } in waiting {
            let outcome = match &error {
                Some(error) if is_unknown => {
                    Err(Error::new(error.kind(), error.message()).caused_by(format!("{error:?}")))
                }
                _ => asker.scope(Box::pin(self.alone(at, item))).await,
            };
            let _ = reply.send(outcome);
        }
    }

    async fn together(&self, at: usize, waiting: &[Waiting<B>]) -> Result<Vec<B::Answer>> {
        let asked: Vec<_> = waiting
            .iter()
            .map(|one| Asked { item: one.item.clone(), request_id: one.asker.request_id.clone() })
            .collect();
        let claims: Vec<_> = waiting.iter().filter_map(|one| one.asker.claim.clone()).collect();
        let visits: Vec<_> = waiting.iter().filter_map(|one| one.asker.visit.clone()).collect();
        let (batch, count) = (Arc::clone(&self.batch), asked.len());
        let writing = self.shards.all()[at].write_for(count, move |tx| {
            Box::pin(async move {
                Claim::mark_all(tx, &claims).await?;
                batch.all(tx, asked).await
            })
        });
        if visits.is_empty() {
            return writing.await;
        }
        let of_all = Visit::new(MustSee::Recent);
        let outcome = Arc::clone(&of_all).scope(writing).await;
        for visit in visits {
            visit.has_written_with(&of_all);
        }
        outcome
    }
}

/// The one who serves a line. Whatever becomes of it, the line can be served again.
struct Served<'l, B: Batch> {
    line: &'l Mutex<Line<B>>,
    is_empty: bool,
}

impl<B: Batch> Served<'_, B> {
    /// Those who wait now, as many as one transaction carries; nothing, and the line is left, when nobody does.
    fn next(&mut self) -> Option<Vec<Waiting<B>>> {
        let mut line = self.line.lock();
        if line.waiting.is_empty() {
            line.is_served = false;
            self.is_empty = true;
            return None;
        }
        let count = line.waiting.len().min(BATCH_MAX);
        Some(line.waiting.drain(..count).collect())
    }
}

impl<B: Batch> Drop for Served<'_, B> {
    fn drop(&mut self) {
        if !self.is_empty {
            let mut line = self.line.lock();
            line.is_served = false;
            // Whoever waits is told that nothing was done.
            line.waiting.clear();
        }
    }
}
