//! `X-Tradewind-Token`: who has written sees it, on a store whose replicas may be behind.
//!
//! The answer to what may write carries a token; a request that brings it back is served by replicas that have come so far, or
//! by the primary. Clients that know nothing of it miss nothing either: a shopper's own things are read from the primary
//! wherever they are read, and without a token so is everything that the staff reads.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::HeaderName;
use http::{HeaderValue, Method};
use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Db, MustSee, Visit};

use crate::problem::Problem;

/// The header that carries the token, both ways.
pub const TOKEN: HeaderName = HeaderName::from_static("x-tradewind-token");

/// Honours the header on these routes, where the store has replicas. Without them nothing is behind, and the header means
/// nothing.
pub fn honour_tokens(router: Router, db: Db) -> Router {
    if !db.has_replicas() {
        return router;
    }
    router.layer(axum::middleware::from_fn_with_state(db, seeing))
}

async fn seeing(State(db): State<Db>, request: Request, next: Next) -> Response {
    let must_see = match must_see(&request) {
        Ok(must_see) => must_see,
        Err(error) => return Problem::from(error).into_response(),
    };
    let may_write = ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    let visit = Visit::new(must_see);
    let mut response = Arc::clone(&visit).scope(next.run(request)).await;
    let is_refused = response.status().is_client_error() || response.status().is_server_error();
    if may_write && let Some(token) = token(&db, &visit, is_refused).await {
        response.headers_mut().insert(TOKEN, token);
    }
    response
}

/// What the reads of a request must see.
fn must_see(request: &Request) -> Result<MustSee> {
    let Some(sent) = request.headers().get(TOKEN) else {
        // The staff looks for what it has just changed, maybe by another process than the one that changed it.
        let is_of_staff = request.uri().path().starts_with("/admin/");
        return Ok(if is_of_staff { MustSee::Everything } else { MustSee::Recent });
    };
    let position = sent.to_str().ok().and_then(|text| text.parse().ok());
    position.map(MustSee::Upto).ok_or_else(|| {
        Error::invalid("X-Tradewind-Token", "The header X-Tradewind-Token must be a token that this shop has sent")
    })
}

/// Where the request's own commits are, or where the store is: what it wrote before may have been asked for once more. Who was
/// refused is not worth a question.
async fn token(db: &Db, visit: &Visit, is_refused: bool) -> Option<HeaderValue> {
    let position = match visit.written() {
        Some(position) => position,
        None if is_refused => return None,
        None => db.position().await.ok().flatten()?,
    };
    HeaderValue::try_from(position.to_string()).ok()
}
