//! Overload: what cannot be answered in time is refused at once and for little, and what matters most goes first.

mod class;
mod gate;
mod limiter;
mod queue;
#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

pub use class::Class;
pub use gate::{Gate, GateOptions, Place};
pub use limiter::{Limiter, LimiterOptions};

use crate::idempotency::IDEMPOTENCY_KEY;
use crate::middleware::ClientAddress;

/// Marks an answer as a refusal by the gate, which is counted and not logged line by line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused;

/// Puts a gate before all routes of a router.
pub fn guard(router: Router, options: GateOptions) -> Router {
    router.layer(axum::middleware::from_fn_with_state(Arc::new(Gate::new(options)), admit))
}

async fn admit(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let Some(class) = Class::of(request.method(), route) else {
        return next.run(request).await;
    };
    match gate.enter(class, shopper_of(&request)).await {
        Some(place) => {
            let place = Arc::new(place);
            if request.headers().contains_key(IDEMPOTENCY_KEY) {
                // Such work goes on when its client hangs up, and keeps its place until it is done.
                request.extensions_mut().insert(Arc::clone(&place));
            }
            next.run(request).await
        }
        None => refusal(request.uri().path()),
    }
}

/// Whose turn a request takes: the address is what a client cannot choose for each request, as it can tokens and ids.
fn shopper_of(request: &Request) -> u64 {
    let mut hasher = DefaultHasher::new();
    request.extensions().get::<ClientAddress>().and_then(|address| address.network()).hash(&mut hasher);
    hasher.finish()
}

fn refusal(path: &str) -> Response {
    const MESSAGE: &str = "The shop is very busy at the moment. Please try again in a few seconds.";
    const JSON_BODY: &str =
        r#"{"type":"unavailable","message":"The shop is very busy at the moment. Please try again in a few seconds."}"#;
    let is_api = ["/store/", "/admin/", "/auth/"].iter().any(|door| path.starts_with(door));
    let (kind, body) = if is_api {
        (crate::wire::JSON, JSON_BODY)
    } else {
        (HeaderValue::from_static("text/plain; charset=utf-8"), MESSAGE)
    };
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response.extensions_mut().insert(Refused);
    response
}
