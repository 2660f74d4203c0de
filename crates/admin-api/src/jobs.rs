//! The jobs of the shop: what waits, what is under way, what became of it; and another try, or none. Routes of our own: the peer has
//! nothing like them.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Json, Obj, PathId, Plan, accepted};
use tradewind_kernel::{Error, Paging, Result};
use tradewind_platform::jobs::{self, Calling, Filter, JobView};

use crate::{AdminState, missing};

const LIMIT: u64 = 20;
const LIMIT_MAX: u64 = 100;
/// The deepest a list is looked into; whoever wants more asks more narrowly.
const OFFSET_MAX: u64 = 10_000;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/jobs", get(all))
        .route("/admin/jobs/{id}", get(one))
        .route("/admin/jobs/{id}/retry", post(retry))
        .route("/admin/jobs/{id}/cancel", post(cancel))
}

/// Which jobs are listed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    state: Option<String>,
    queue: Option<String>,
    kind: Option<String>,
    limit: Option<u64>,
    offset: Option<u64>,
}

impl Which {
    fn filter(self) -> Result<(Filter, Paging)> {
        let state = match self.state.as_deref() {
            None => None,
            Some(name) => Some(jobs::State::named(name).ok_or_else(|| {
                let known = jobs::State::ALL.map(jobs::State::name).join(", ");
                let shown: String = name.chars().take(20).collect();
                Error::invalid("state", format!("state: a job is {known}, not {shown:?}"))
            })?),
        };
        let paging = Paging { limit: self.limit.unwrap_or(LIMIT), offset: self.offset.unwrap_or(0) };
        if !(1..=LIMIT_MAX).contains(&paging.limit) {
            return Err(Error::invalid("limit", format!("limit: it is from 1 to {LIMIT_MAX}")));
        }
        if paging.offset > OFFSET_MAX {
            let message = format!("offset: it is at most {OFFSET_MAX}; state, queue and kind make the list shorter");
            return Err(Error::invalid("offset", message));
        }
        Ok((Filter { state, queue: self.queue, kind: self.kind }, paging))
    }
}

async fn all(State(state): State<AdminState>, which: Result<Query<Which>, QueryRejection>) -> Answer {
    let Query(which) = which.map_err(|_| {
        Error::invalid("query", "Jobs are listed with state, queue, kind, limit and offset; the last two are numbers")
    })?;
    let (filter, paging) = which.filter()?;
    let listing = state.core.scan_own(move |tx| Box::pin(async move { jobs::list(tx, &filter, paging).await }));
    let page = listing.await?;
    let part = (page.count, paging);
    Ok(Json::page("jobs", Plan::all(), page.items, part, |obj, job| render(obj, &job)).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let job = find(&state, &id).await?.ok_or_else(|| missing("Job", &id))?;
    Ok(answer(&job).into_response())
}

async fn retry(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let wanted = id.clone();
    state.core.write(move |tx| Box::pin(async move { jobs::retry(tx, &wanted).await })).await?;
    Ok(accepted(&id))
}

/// 200 where the job has ended by it, 202 where a worker has yet to stop it.
async fn cancel(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let wanted = id.clone();
    let canceling = state.core.write(move |tx| {
        Box::pin(async move { Ok((jobs::cancel(tx, &wanted).await?, jobs::find(tx, &wanted).await?)) })
    });
    let (calling, job) = canceling.await?;
    let job = job.ok_or_else(|| missing("Job", &id))?;
    let status = match calling {
        Calling::Off => StatusCode::OK,
        Calling::Soon => StatusCode::ACCEPTED,
    };
    Ok(answer(&job).with_status(status))
}

pub(crate) async fn find(state: &AdminState, id: &str) -> Result<Option<JobView>> {
    let id = id.to_owned();
    state.core.look_up(move |tx| Box::pin(async move { jobs::find(tx, &id).await })).await
}

/// `{"job": {…}}`.
pub(crate) fn answer(job: &JobView) -> Json {
    Json::one("job", Plan::all(), |obj| render(obj, job))
}

fn render(obj: &mut Obj<'_>, job: &JobView) {
    obj.id(&job.id);
    obj.always("queue", &job.queue);
    obj.always("kind", &job.kind);
    obj.always("state", job.state.name());
    obj.always("priority", job.priority);
    obj.always("attempts", job.attempts);
    obj.always("attempts_max", job.attempts_max);
    match &job.progress {
        Some(progress) => obj.nest_with("progress", Plan::all(), |obj| {
            obj.always("done", progress.done);
            obj.always("total", progress.total);
            obj.always("note", &progress.note);
        }),
        None => obj.always("progress", Null),
    }
    obj.always("result", &job.result);
    obj.always("reason", &job.reason);
    obj.always("request_id", &job.request_id);
    obj.always("created_at", job.created_at);
    obj.always("run_at", job.run_at);
    obj.always("begun_at", job.begun_at);
    obj.always("ended_at", job.ended_at);
    obj.always("cancel_requested_at", job.cancel_at);
}
