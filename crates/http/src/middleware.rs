//! What surrounds every request: its id, the time it may take, panics, CORS, headers, the access log and metrics.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use http::header::{self, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use metrics::{Counter, Histogram};
use tradewind_kernel::{Error, ErrorKind, IdMint};
use tradewind_platform::telemetry;

use crate::cors::{self, Cors};
use crate::overload::Refused;
use crate::problem::Problem;
use crate::public_url::with_public_url;

/// The header that carries the id of a request, both ways.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that is taken over from a client.
const REQUEST_ID_MAX: usize = 64;

/// What surrounds the requests of a shop.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Where the ids of requests come from.
    pub mint: IdMint,
    /// Which origins may call the doors from a browser.
    pub cors: Cors,
    /// How long a request may take.
    pub timeout: Duration,
    /// How many proxies of ours stand in front and append to `x-forwarded-for`; with 0 the header is not believed.
    pub trusted_proxies: usize,
    /// The address shoppers use, without a slash at its end.
    pub public_url: Arc<str>,
}

/// Surrounds all routes of a router.
pub fn surround(router: Router, surroundings: Surroundings) -> Router {
    router.layer(axum::middleware::from_fn_with_state(Arc::new(surroundings), around))
}

/// The address of the client, as far as it can be believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// As a key for limits.
    #[must_use]
    pub fn key(self) -> String {
        match self.network() {
            Some(IpAddr::V6(network)) => format!("{network}/64"),
            Some(IpAddr::V4(address)) => address.to_string(),
            None => "unknown".to_owned(),
        }
    }

    /// What one client has: an address, or the /64 that a household is given.
    #[must_use]
    pub fn network(self) -> Option<IpAddr> {
        self.0.map(|address| match address {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            IpAddr::V4(_) => address,
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(None)))
    }
}

async fn around(State(surroundings): State<Arc<Surroundings>>, mut request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let id = request_id(request.headers(), &surroundings.mint);
    let origins = surroundings.cors.of(request.uri().path());
    if let Some(origins) = origins
        && cors::is_preflight(request.method(), request.headers())
    {
        return cors::preflight(origins, request.headers()).into_response();
    }
    let address = client_address(&request, surroundings.trusted_proxies);
    request.extensions_mut().insert(address);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let origin = request.headers().get(header::ORIGIN).cloned();

    let answered = with_public_url(Arc::clone(&surroundings.public_url), next.run(request));
    let handled = AssertUnwindSafe(answered).catch_unwind();
    let timed = tokio::time::timeout(surroundings.timeout, handled);
    let mut response = telemetry::with_request_id(id.clone(), async {
        match timed.await {
            Ok(Ok(response)) => response,
            Ok(Err(panic)) => panicked(&*panic),
            Err(_) => took_too_long(surroundings.timeout),
        }
    })
    .await;

    let headers = response.headers_mut();
    if let Some(origins) = origins {
        cors::allow(origins, origin.as_ref(), headers);
        // Whatever a door does not declare cacheable belongs to one caller.
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
    }
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    record(&method, route.as_ref(), &response, watch.elapsed(), &id);
    response
}

/// The client's own id where it is sane, or a new one.
fn request_id(headers: &HeaderMap, mint: &IdMint) -> String {
    let sane = |id: &&str| {
        !id.is_empty()
            && id.len() <= REQUEST_ID_MAX
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    match headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(sane) {
        Some(id) => id.to_owned(),
        None => mint.mint("req"),
    }
}

/// The peer of the connection or, behind our proxies, the address the outermost of them saw.
fn client_address(request: &Request, trusted_proxies: usize) -> ClientAddress {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    if trusted_proxies == 0 {
        return ClientAddress(peer);
    }
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let seen = forwarded.iter().rev().nth(trusted_proxies - 1).or_else(|| forwarded.first());
    ClientAddress(seen.and_then(|address| address.parse().ok()).or(peer))
}

fn panicked(panic: &(dyn Any + Send)) -> Response {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    Problem::from(Error::internal(format!("a handler panicked: {said}"))).into_response()
}

fn took_too_long(timeout: Duration) -> Response {
    let error = Error::new(ErrorKind::Unavailable, "This took too long. Please try again.")
        .caused_by(format!("no answer within {timeout:?}"));
    Problem::from(error).into_response()
}

struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "telemetry measures how long answers take")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    #[expect(clippy::disallowed_methods, reason = "telemetry measures how long answers take")]
    fn elapsed(&self) -> Duration {
        std::time::Instant::now().duration_since(self.0)
    }
}

type Meters = Vec<(Method, u16, Counter, Histogram)>;

thread_local! {
    // Looking a metric up by its labels costs more than the rest of a small answer, so each thread keeps the handles.
    static METERS: RefCell<HashMap<Box<str>, Meters>> = RefCell::new(HashMap::new());
}

fn record(method: &Method, route: Option<&MatchedPath>, response: &Response, elapsed: Duration, request_id: &str) {
    let route = route.map_or("unmatched", MatchedPath::as_str);
    let status = response.status().as_u16();
    METERS.with_borrow_mut(|by_route| {
        if !by_route.contains_key(route) {
            by_route.insert(route.into(), Meters::new());
        }
        let Some(meters) = by_route.get_mut(route) else { return };
        let known = meters.iter().position(|(own, code, ..)| own == method && *code == status);
        let position = known.unwrap_or_else(|| {
            meters.push(meter(method, route, status));
            meters.len() - 1
        });
        let (.., requests, seconds) = &meters[position];
        requests.increment(1);
        seconds.record(elapsed.as_secs_f64());
    });
    if response.extensions().get::<Refused>().is_some() {
        // Under a flood, a line for each would cost more than the refusal; the gate says how many there were.
        return;
    }
    tracing::info!(
        target: "tradewind::access",
        method = method.as_str(),
        route,
        status,
        duration_ms = elapsed.saturating_mul(1000).as_secs_f64(),
        bytes = response.body().size_hint().exact(),
        request_id,
        "answered"
    );
}

fn meter(method: &Method, route: &str, status: u16) -> (Method, u16, Counter, Histogram) {
    // Methods are a stranger's text: only the usual ones become a label.
    let label = match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    };
    let labels = [("route", route.to_owned()), ("method", label.to_owned()), ("status", status.to_string())];
    (
        method.clone(),
        status,
        metrics::counter!("tradewind_http_requests_total", &labels),
        metrics::histogram!("tradewind_http_request_seconds", &labels),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::routing::get;
    use http::StatusCode;
    use tower::ServiceExt as _;
    use tradewind_kernel::{Clock, Rng};

    async fn answer(request: http::request::Builder) -> (StatusCode, HeaderMap, String) {
        let router = Router::new()
            .route("/store/fine", get(async || "fine"))
            .route("/store/panic", get(async || -> &'static str { panic!("oh") }))
            .route("/store/slow", get(async || tokio::time::sleep(Duration::from_secs(60)).await))
            .route("/store/address", get(async |address: ClientAddress| address.key()))
            .fallback(crate::call::unknown);
        let surroundings = Surroundings {
            mint: IdMint::new(Clock::System, Rng::seeded(1)),
            cors: Cors {
                store: crate::cors::Origins::new(vec!["http://localhost:8000/".to_owned()]),
                ..Cors::default()
            },
            timeout: Duration::from_millis(50),
            trusted_proxies: 1,
            public_url: "https://shop.example".into(),
        };
        let request = request.body(Body::empty()).expect("a request");
        let response = surround(router, surroundings).oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 10_000).await.expect("a body");
        (parts.status, parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn every_answer_carries_an_id() {
        let (_, headers, _) = answer(Request::get("/store/fine").header(REQUEST_ID, "abc-1")).await;
        assert_eq!(headers[REQUEST_ID], "abc-1");
        let (_, headers, _) = answer(Request::get("/store/fine").header(REQUEST_ID, "x".repeat(65))).await;
        assert!(headers[REQUEST_ID].to_str().is_ok_and(|id| id.starts_with("req_")));
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    }

    #[tokio::test]
    async fn panics_and_slow_answers_and_unknown_paths_are_json() {
        let (status, _, body) = answer(Request::get("/store/panic")).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(body.contains("unknown_error") && !body.contains("oh\""));
        let (status, _, body) = answer(Request::get("/store/slow")).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("message"));
        let (status, _, body) = answer(Request::get("/store/nothing")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(body.contains("not_found"));
    }

    #[tokio::test]
    async fn only_configured_origins_are_allowed() {
        let ask = |origin: &str| {
            Request::options("/store/fine")
                .header("origin", origin)
                .header("access-control-request-method", "GET")
                .header("access-control-request-headers", "x-publishable-api-key")
        };
        let (status, headers, _) = answer(ask("http://localhost:8000")).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "http://localhost:8000");
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_CREDENTIALS], "true");
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_HEADERS], "x-publishable-api-key");
        let (_, headers, _) = answer(ask("http://elsewhere.example")).await;
        assert!(!headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
        let request = Request::get("/store/fine").header("origin", "http://localhost:8000");
        let (_, headers, _) = answer(request).await;
        assert_eq!(headers[header::ACCESS_CONTROL_ALLOW_ORIGIN], "http://localhost:8000");
    }

    #[tokio::test]
    async fn the_address_is_what_our_proxy_saw() {
        let request = Request::get("/store/address").header("x-forwarded-for", "6.6.6.6, 192.0.2.7");
        assert_eq!(answer(request).await.2, "192.0.2.7");
        let request = Request::get("/store/address").header("x-forwarded-for", "2001:db8:1:2:3:4:5:6");
        assert_eq!(answer(request).await.2, "2001:db8:1:2::/64");
    }
}
