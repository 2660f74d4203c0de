//! What a request asks, read and checked before a handler sees it: `Asked` for the query, `Sent` for the body.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request};
use axum::response::IntoResponse as _;
use http::request::Parts;
use http::{Method, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tradewind_kernel::{Decimal, Error, ErrorKind, Paging, Result};

use crate::contract::{self, Route};
use crate::fields::Plan;
use crate::problem::Problem;
use crate::query::Query;

/// The largest body of the API, in bytes.
pub const BODY_BYTES_MAX: usize = 100 * 1024;

/// The query of a request, checked by the contract, and what its answer shows.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The parameters.
    pub query: Query,
    /// The fields of the answer.
    pub plan: Arc<Plan>,
    /// Which part of a list.
    pub paging: Paging,
}

impl Asked {
    /// Reads the query of a request to the route with this path template.
    pub fn of(method: &Method, path_template: &str, raw_query: Option<&str>) -> Result<Self> {
        let route = contract::route(method, path_template);
        let query = route.query(raw_query)?;
        let plan = route.plan(query.text("fields"))?;
        let paging = query.paging(route.default_limit);
        Ok(Self { query, plan, paging })
    }
}

fn path_template(parts: &Parts) -> &str {
    parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str)
}

fn route_of(parts: &Parts) -> &'static Route {
    contract::route(&parts.method, path_template(parts))
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::of(&parts.method, path_template(parts), parts.uri.query())?)
    }
}

/// A JSON body, checked by the contract and read into a type. An empty body is an empty object.
#[derive(Clone, Debug)]
pub struct Sent<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let route = route_of(&parts);
        let mut value = read_json(&parts, body).await?;
        route.check_body(&mut value)?;
        let read = serde_json::from_value(value)
            .map_err(|error| Error::invalid("body", format!("Invalid request: the body cannot be read: {error}")))?;
        Ok(Self(read))
    }
}

async fn read_json(parts: &Parts, body: axum::body::Body) -> Result<Value> {
    let too_large =
        || Error::new(ErrorKind::TooLarge, format!("The body is too large: at most {BODY_BYTES_MAX} bytes are read"));
    let length = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length > BODY_BYTES_MAX) {
        return Err(too_large());
    }
    let bytes = axum::body::to_bytes(body, BODY_BYTES_MAX).await.map_err(|error| {
        // The only other failure is a client that went away, which reads no answer.
        too_large().caused_by(error)
    })?;
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    if !is_json(parts) {
        return Err(Error::invalid(
            "content-type",
            "Invalid request: the body must be JSON, with the header content-type: application/json",
        ));
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        Error::invalid(
            "body",
            format!("Invalid request: the body is not JSON (line {}, column {})", error.line(), error.column()),
        )
    })
}

fn is_json(parts: &Parts) -> bool {
    parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
    })
}

/// The id (or code) in the path, decoded and of a sane length.
#[derive(Clone, Debug)]
pub struct PathId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path(id) =
            axum::extract::Path::<String>::from_request_parts(parts, state).await.map_err(|_| bad_path(parts))?;
        Ok(Self(sane(id, parts)?))
    }
}

/// Two ids in the path: `/store/carts/{id}/line-items/{line_id}`.
#[derive(Clone, Debug)]
pub struct PathIds(pub String, pub String);

impl<S: Send + Sync> FromRequestParts<S> for PathIds {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let axum::extract::Path((first, second)) =
            axum::extract::Path::<(String, String)>::from_request_parts(parts, state)
                .await
                .map_err(|_| bad_path(parts))?;
        Ok(Self(sane(first, parts)?, sane(second, parts)?))
    }
}

fn sane(id: String, parts: &Parts) -> Result<String, Problem> {
    if id.len() > 256 || id.contains('\0') { Err(bad_path(parts)) } else { Ok(id) }
}

fn bad_path(parts: &Parts) -> Problem {
    Problem::unknown_route(&parts.method, parts.uri.path())
}

/// A field of a body that may be absent (leave it), `null` (clear it) or a value (set it).
///
/// Give such fields `#[serde(default, deserialize_with = "tradewind_http::call::change")]`.
pub type Change<T> = Option<Option<T>>;

/// Reads a [`Change`]: a field that is there, `null` or not.
pub fn change<'de, T, D>(deserializer: D) -> Result<Change<T>, D::Error>
where
    T: serde::Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    <Option<T> as serde::Deserialize>::deserialize(deserializer).map(Some)
}

/// Reads a number as it was written: an amount, a rate. Give such fields
/// `#[serde(deserialize_with = "tradewind_http::call::exact")]`.
pub fn exact<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    let number = <serde_json::Number as serde::Deserialize>::deserialize(deserializer)?;
    let text = number.to_string();
    let read = text.parse().or_else(|_| Decimal::from_scientific(&text));
    read.map_err(|_| serde::de::Error::custom(format_args!("{text} is too large a number")))
}

/// Like [`exact`], for a field that may be absent: give it `#[serde(default)]` besides.
pub fn exact_change<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    exact(deserializer).map(Some)
}

/// The answer to a method that a route does not have, and to paths without a route.
pub async fn unknown(request: Request) -> axum::response::Response {
    Problem::unknown_route(request.method(), request.uri().path()).into_response()
}
