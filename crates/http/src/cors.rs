//! Which other origins may read the answers, by the configuration of each door.

use http::header;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

/// Origins that may call a door from a browser: exact origins, or `*` for any.
#[derive(Clone, Debug, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// These origins, such as `http://localhost:8000`.
    #[must_use]
    pub fn new(origins: Vec<String>) -> Self {
        Self(origins.into_iter().map(|origin| origin.trim_end_matches('/').to_owned()).collect())
    }

    fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|own| own == "*" || own == origin)
    }
}

/// The origins of each door.
#[derive(Clone, Debug, Default)]
pub struct Cors {
    /// Of `/store`.
    pub store: Origins,
    /// Of `/admin`.
    pub admin: Origins,
    /// Of `/auth`.
    pub auth: Origins,
}

impl Cors {
    /// The origins for a path; pages have none, they are their own.
    #[must_use]
    pub fn of(&self, path: &str) -> Option<&Origins> {
        let door = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match door {
            "store" => Some(&self.store),
            "admin" => Some(&self.admin),
            "auth" => Some(&self.auth),
            _ => None,
        }
    }
}

/// Whether a request only asks if another would be allowed.
#[must_use]
pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS
        && headers.contains_key(header::ORIGIN)
        && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight request.
#[must_use]
pub fn preflight(origins: &Origins, asked: &HeaderMap) -> (StatusCode, HeaderMap) {
    let mut headers = HeaderMap::new();
    allow(origins, asked.get(header::ORIGIN), &mut headers);
    headers.insert(header::VARY, HeaderValue::from_static("Origin, Access-Control-Request-Headers"));
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers
            .insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE"));
        if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
        }
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
    }
    (StatusCode::NO_CONTENT, headers)
}

/// Marks an answer as readable by the origin that asked, where it is allowed.
pub fn allow(origins: &Origins, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    let Some(origin) = origin else { return };
    if origin.to_str().is_ok_and(|text| origins.allow(text)) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("x-request-id, idempotency-replayed, retry-after, x-tradewind-token"),
        );
    }
}
