//! `X-Tradewind-Token`: who has written sees it, on a store whose replicas may be behind.
//!
//! The answer to what may write carries a token; a request that brings it back is served by replicas that have come so far, or
//! by the primary. Clients that know nothing of it miss nothing either: a shopper's own things are read from the primary
//! wherever they are read, and without a token so is everything that the staff reads. Where several processes share a store,
//! each hears what the others have changed before it answers the staff, who may have changed it.

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

/// Lets nobody miss on these routes what they have just stored. The header is honoured where the store has replicas; without them
/// nothing is behind, and it means nothing.
pub fn see_own_writes(router: Router, db: Db) -> Router {
    if !db.is_shared() {
        return router;
    }
    let router = router.layer(axum::middleware::from_fn_with_state(db.clone(), catching_up));
    if !db.has_replicas() {
        return router;
    }
    router.layer(axum::middleware::from_fn_with_state(db, seeing))
}

async fn catching_up(State(db): State<Db>, request: Request, next: Next) -> Response {
    if is_of_staff(&request) {
        db.catch_up().await;
    }
    next.run(request).await
}

fn is_of_staff(request: &Request) -> bool {
    request.uri().path().starts_with("/admin/")
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
        return Ok(if is_of_staff(request) { MustSee::Everything } else { MustSee::Recent });
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
