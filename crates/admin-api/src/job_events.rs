//! One job as it goes on: a stream of server-sent events, which ends with the job. What a job told stands in the store, so it does
//! not matter which process does it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures::stream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, timeout};
use tradewind_http::PathId;
use tradewind_http::problem::Answer;
use tradewind_kernel::{Error, ErrorKind};

use crate::{AdminState, jobs, missing};

/// How many clients follow jobs at the same time, in one process.
pub(crate) const STREAMS_MAX: usize = 64;
/// How often a job is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often something is sent where nothing happens: proxies close what is silent.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// How long one stream lives. A client asks again by itself, and has to show anew who it is.
const STREAM_MAX: Duration = Duration::from_secs(600);
/// Has nginx pass each event on at once.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/jobs/{id}/events", get(follow))
}

/// Events named `job`, each with the job as `GET /admin/jobs/{id}` shows it: at once, and whenever that has changed. After the one
/// in which it has ended, or after `gone` where its row was removed, the stream ends.
async fn follow(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    if jobs::find(&state, &id).await?.is_none() {
        return Err(missing("Job", &id));
    }
    let place = Arc::clone(&state.work.streams).try_acquire_owned().map_err(|_| {
        let message = format!("{STREAMS_MAX} clients follow jobs already; ask for the job itself now and then instead");
        Error::new(ErrorKind::TooManyRequests, message)
    })?;
    let following =
        Following { state, id, told: Vec::new(), until: Instant::now() + STREAM_MAX, is_over: false, place };
    let events = Sse::new(stream::unfold(following, Following::next));
    Ok(([UNBUFFERED], events.keep_alive(KeepAlive::new().interval(HEARTBEAT_EVERY))).into_response())
}

struct Following {
    state: AdminState,
    id: String,
    /// What was sent last.
    told: Vec<u8>,
    until: Instant,
    is_over: bool,
    #[expect(dead_code, reason = "held until the stream ends")]
    place: OwnedSemaphorePermit,
}

impl Following {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        while !self.is_over && Instant::now() < self.until {
            match jobs::find(&self.state, &self.id).await {
                Ok(Some(job)) => {
                    self.is_over = job.state.is_over();
                    let shown = jobs::answer(&job).0;
                    if shown != self.told {
                        let event = Event::default().event("job").data(String::from_utf8_lossy(&shown));
                        self.told = shown;
                        return Some((Ok(event), self));
                    }
                }
                Ok(None) => {
                    self.is_over = true;
                    return Some((Ok(Event::default().event("gone").data("{}")), self));
                }
                Err(error) => tracing::warn!(?error, job = %self.id, "a job that is followed could not be read"),
            }
            if timeout(LOOK_EVERY, closes(&mut self.state.work.closing)).await.is_ok() {
                return None;
            }
        }
        None
    }
}

/// Waits until the process stops; for ever where nobody is left who could say so.
async fn closes(closing: &mut watch::Receiver<bool>) {
    if closing.wait_for(|closes| *closes).await.is_err() {
        std::future::pending::<()>().await;
    }
}
