//! `Idempotency-Key` on every POST of the Store API and the Admin API: a request that is sent again has one effect and one
//! answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use futures::FutureExt as _;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use sha2::{Digest as _, Sha256};
use tradewind_accounts::Accounts;
use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_platform::db::{Db, Visit};
use tradewind_platform::idempotency::{Claim, Claiming, IdempotencyKeys, KeptAnswer};
use tradewind_platform::telemetry;

use crate::auth;
use crate::overload::Place;
use crate::problem::{Answer, Problem};
use crate::public_url::{current_public_url, with_public_url};

/// The header that makes a POST safe to send again.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
pub const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const KEY_BYTES_MAX: usize = 255;
/// The largest body that is compared with the one sent before.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// The largest answer that is kept.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;
/// How much longer than a request may take its key stays claimed.
const LEASE_BEYOND_REQUEST_SECONDS: u64 = 30;

/// Routes that answer with what is there by then, so that they may be made again once they had their effect.
const MAY_REPEAT: [&str; 1] = ["/store/carts/{id}/complete"];
/// Routes whose answers hold a secret that is shown once. It is not written down for the sake of a repetition.
const ANSWERS_A_SECRET: [&str; 3] = ["/admin/api-keys", "/admin/invites", "/admin/invites/{id}/resend"];

/// What honours the header.
struct Idempotency {
    keys: IdempotencyKeys,
    accounts: Accounts,
    timeout: Duration,
}

/// Honours `Idempotency-Key` on the POSTs of these routes, but for those under `/auth`: their answers are tokens, which are
/// not kept, and logging in again does no harm. `db` is where the effects of the requests go; no request works longer than
/// `timeout`.
pub fn honour_idempotency_keys(router: Router, db: Db, accounts: Accounts, timeout: Duration) -> Router {
    let lease_seconds = timeout.as_secs().saturating_add(LEASE_BEYOND_REQUEST_SECONDS);
    let keys = IdempotencyKeys::new(db, i64::try_from(lease_seconds).unwrap_or(i64::MAX));
    let state = Arc::new(Idempotency { keys, accounts, timeout });
    router.layer(axum::middleware::from_fn_with_state(state, once))
}

async fn once(State(idempotency): State<Arc<Idempotency>>, request: Request, next: Next) -> Response {
    let is_asked_for = request.headers().contains_key(IDEMPOTENCY_KEY)
        && request.method() == Method::POST
        && !request.uri().path().starts_with("/auth/");
    if !is_asked_for {
        return next.run(request).await;
    }
    answer(idempotency, request, next).await.unwrap_or_else(Problem::into_response)
}

async fn answer(idempotency: Arc<Idempotency>, request: Request, next: Next) -> Answer {
    let (parts, body) = request.into_parts();
    let key = key_of(&parts)?;
    let Some(caller) = auth::caller(&idempotency.accounts, &parts.headers).await? else {
        // Whoever may not ask at all is told so, and nothing is written down for them.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let body = axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|error| too_large().caused_by(error))?;
    let path_and_query = parts.uri.path_and_query().map_or("", |all| all.as_str());
    let keyed = Keyed {
        id: digest(&[caller.as_bytes(), key.as_bytes()]),
        fingerprint: digest(&[path_and_query.as_bytes(), &body]),
        route: parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str).to_owned(),
        request: Request::from_parts(parts, Body::from(body)),
    };
    // In a task of its own: a client that goes away, most likely to ask again, leaves no key claimed and no work half-way.
    let request_id = telemetry::current_request_id().unwrap_or_default();
    let place = keyed.request.extensions().get::<Arc<Place>>().cloned();
    let work = async move {
        let answer = idempotency.claim_and_work(keyed, next).await;
        drop(place);
        answer
    };
    let work = Visit::carried(with_public_url(current_public_url(), work));
    let task = telemetry::with_request_id(request_id, work);
    match tokio::spawn(task).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(Error::internal(error).into()),
        },
    }
}

/// A request with its key.
struct Keyed {
    id: String,
    fingerprint: String,
    route: String,
    request: Request,
}

impl Idempotency {
    async fn claim_and_work(&self, keyed: Keyed, next: Next) -> Answer {
        let may_repeat = MAY_REPEAT.contains(&keyed.route.as_str());
        match self.keys.claim(&keyed.id, &keyed.fingerprint, may_repeat).await? {
            Claiming::Claimed(claim) => Ok(self.work(&claim, keyed, next).await),
            Claiming::Answered(answer) => Ok(replayed(answer)?),
            Claiming::OtherRequest => Err(Problem::key_of_another_request()),
            Claiming::InFlight => {
                let error = Error::conflict(
                    "A request with this Idempotency-Key is still under way. Please ask again in a moment.",
                );
                let mut response = Problem::from(error).into_response();
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                Ok(response)
            }
            Claiming::AnswerLost => Err(Error::conflict(
                "The request with this Idempotency-Key was carried out already, but its answer is not there any more. \
                 Please look at what it changed before you send it again under a new key.",
            )
            .into()),
        }
    }

    async fn work(&self, claim: &Arc<Claim>, keyed: Keyed, next: Next) -> Response {
        let answers_a_secret = ANSWERS_A_SECRET.contains(&keyed.route.as_str());
        let work = tokio::time::timeout(self.timeout, Arc::clone(claim).scope(next.run(keyed.request)));
        let (kept, outcome) = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(response)) if is_final(response.status()) && !answers_a_secret => {
                let (kept, response) = kept(response).await;
                (kept, Ok(response))
            }
            Ok(Ok(response)) => (None, Ok(response)),
            Ok(Err(_)) => (None, Ok(took_too_long())),
            Err(panic) => (None, Err(panic)),
        };
        if let Err(error) = self.keys.finish(claim, kept).await {
            // Its lease runs out; what was done stays done.
            tracing::warn!(?error, "the answer to an idempotent request could not be kept");
        }
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

/// Whether the same request would be answered the same way again. What asks for another try is not kept.
fn is_final(status: StatusCode) -> bool {
    let asks_again = [StatusCode::UNAUTHORIZED, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
    !status.is_server_error() && !asks_again
}

/// The answer as it is kept, where it is text of a sane length, and the answer as it is sent.
async fn kept(response: Response) -> (Option<KeptAnswer>, Response) {
    if response.body().size_hint().exact().is_none_or(|bytes| bytes > ANSWER_BYTES_MAX) {
        return (None, response);
    }
    let (parts, body) = response.into_parts();
    let body = match axum::body::to_bytes(body, usize::MAX).await {
        Ok(body) => body,
        Err(error) => return (None, Problem::from(Error::internal(error)).into_response()),
    };
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let kept = std::str::from_utf8(&body).ok().map(|text| KeptAnswer {
        status: parts.status.as_u16(),
        content_type,
        body: text.to_owned(),
    });
    (kept, Response::from_parts(parts, Body::from(body)))
}

fn replayed(answer: KeptAnswer) -> Result<Response> {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(Error::internal)?;
    let headers = response.headers_mut();
    headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    if let Some(kind) = answer.content_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::try_from(kind).map_err(Error::internal)?);
    }
    Ok(response)
}

fn key_of(parts: &Parts) -> Result<String> {
    parts
        .headers
        .get(IDEMPOTENCY_KEY)
        .map(HeaderValue::as_bytes)
        .filter(|key| (1..=KEY_BYTES_MAX).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic))
        .map(|key| String::from_utf8_lossy(key).into_owned())
        .ok_or_else(|| {
            Error::invalid(
                "Idempotency-Key",
                format!(
                    "The header Idempotency-Key must be 1 to {KEY_BYTES_MAX} visible ASCII characters, such as a UUID"
                ),
            )
        })
}

/// A digest of several texts, each with its length, so that no two lists of texts are taken for each other.
fn digest(texts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    BASE64.encode(hasher.finalize())
}

fn too_large() -> Error {
    Error::new(
        ErrorKind::TooLarge,
        format!("With an Idempotency-Key, a body of at most {BODY_BYTES_MAX} bytes is read; send larger ones without"),
    )
}

fn took_too_long() -> Response {
    Problem::from(Error::new(ErrorKind::Unavailable, "This took too long. Please try again.")).into_response()
}
