//! The queues that jobs wait in: how full they are, and whether they go on. Routes of our own.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::sync::{Semaphore, watch};
use tradewind_http::problem::Answer;
use tradewind_http::{Json, Obj, PathId, Plan, Problem};
use tradewind_kernel::Result;
use tradewind_platform::jobs::{self, QueueLimits, QueueView};

use crate::job_events::STREAMS_MAX;
use crate::{AdminState, missing};

/// What this door needs to know of the shop's work.
#[derive(Clone)]
pub struct Work {
    queues: Arc<BTreeSet<&'static str>>,
    limits: Arc<QueueLimits>,
    /// Turns true when the process stops.
    pub(crate) closing: watch::Receiver<bool>,
    /// A place for each client that follows a job.
    pub(crate) streams: Arc<Semaphore>,
}

impl Work {
    /// The queues there are, what they are held to, and what turns true when the process stops.
    #[must_use]
    pub fn new(queues: BTreeSet<&'static str>, limits: QueueLimits, closing: watch::Receiver<bool>) -> Self {
        let streams = Arc::new(Semaphore::new(STREAMS_MAX));
        Self { queues: Arc::new(queues), limits: Arc::new(limits), closing, streams }
    }
}

impl Default for Work {
    fn default() -> Self {
        Self::new(BTreeSet::new(), QueueLimits::default(), watch::channel(false).1)
    }
}

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/queues", get(all))
        .route("/admin/queues/{name}/pause", post(pause))
        .route("/admin/queues/{name}/resume", post(resume))
}

async fn all(State(state): State<AdminState>) -> Answer {
    let queues = find(&state).await?;
    Ok(Json::object(|answer| {
        answer.nest_list_with("queues", Plan::all(), &queues, |obj, queue| render(obj, queue, &state.work.limits));
    })
    .into_response())
}

async fn pause(State(state): State<AdminState>, PathId(name): PathId) -> Answer {
    one(&state, &name).await?;
    let queue = name.clone();
    state.core.write(move |tx| Box::pin(async move { jobs::pause(tx, &queue).await })).await?;
    answer(&state, &name).await
}

async fn resume(State(state): State<AdminState>, PathId(name): PathId) -> Answer {
    one(&state, &name).await?;
    let queue = name.clone();
    state.core.write(move |tx| Box::pin(async move { jobs::resume(tx, &queue).await })).await?;
    answer(&state, &name).await
}

async fn answer(state: &AdminState, name: &str) -> Result<Response, Problem> {
    let queue = one(state, name).await?;
    Ok(Json::one("queue", Plan::all(), |obj| render(obj, &queue, &state.work.limits)).into_response())
}

/// A queue that there is: a slip in its name would pause nothing, and nobody would notice.
async fn one(state: &AdminState, name: &str) -> Result<QueueView, Problem> {
    let queue = find(state).await?.into_iter().find(|queue| queue.name == name);
    queue.ok_or_else(|| missing("Queue", name))
}

async fn find(state: &AdminState) -> Result<Vec<QueueView>> {
    let known = Arc::clone(&state.work.queues);
    state.core.read_own(move |tx| Box::pin(async move { jobs::queues(tx, known.iter().copied()).await })).await
}

fn render(obj: &mut Obj<'_>, queue: &QueueView, limits: &QueueLimits) {
    obj.always("name", &queue.name);
    obj.always("waiting", queue.waiting);
    obj.always("running", queue.running);
    obj.always("dead", queue.dead);
    obj.always("due_since", queue.due_since);
    obj.always("paused_at", queue.paused_at);
    obj.always("at_once", limits.at_once.get(&queue.name).copied());
    obj.always("per_minute", limits.per_minute.get(&queue.name).copied());
}
