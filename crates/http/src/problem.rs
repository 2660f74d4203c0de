//! Errors on the wire: the one place that turns an error into a status code and a JSON body.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Map, Value};
use tradewind_kernel::{Error, ErrorKind};
use tradewind_platform::telemetry;

/// Codes of ours that clients of the peer know; all others stay inside.
const CODES_OF_THE_WIRE: [&str; 1] = ["insufficient_inventory"];

/// An error on its way to a client: `{"code"?, "type", "message"}`.
#[derive(Debug)]
pub struct Problem(Cause);

#[derive(Debug)]
enum Cause {
    /// Nobody is known to be asking; the peer answers this with a message alone.
    Anonymous,
    /// There is no such route.
    UnknownRoute(String),
    /// An idempotency key was used for another request before.
    KeyOfAnotherRequest,
    /// Anything a module said.
    Said(Error),
}

/// What a handler returns.
pub type Answer = Result<Response, Problem>;

impl Problem {
    /// Nobody is known to be asking, or not somebody who may use this route.
    #[must_use]
    pub fn anonymous() -> Self {
        Self(Cause::Anonymous)
    }

    /// No route has this method and path.
    #[must_use]
    pub fn unknown_route(method: &http::Method, path: &str) -> Self {
        let shown: String = path.chars().take(120).collect();
        Self(Cause::UnknownRoute(format!("There is no {method} {shown} here")))
    }

    /// The `Idempotency-Key` stands for a request with another path, query or body.
    #[must_use]
    pub fn key_of_another_request() -> Self {
        Self(Cause::KeyOfAnotherRequest)
    }

    fn parts(&self) -> (StatusCode, Option<&'static str>, Option<&'static str>, String) {
        match &self.0 {
            Cause::Anonymous => (StatusCode::UNAUTHORIZED, None, None, "Unauthorized".to_owned()),
            Cause::UnknownRoute(message) => (StatusCode::NOT_FOUND, None, Some("not_found"), message.clone()),
            Cause::KeyOfAnotherRequest => {
                let message =
                    "This Idempotency-Key was used for a request with another path, query or body; choose a new key";
                (StatusCode::UNPROCESSABLE_ENTITY, None, Some("invalid_data"), message.to_owned())
            }
            Cause::Said(error) => {
                let (status, kind) = status_and_type(error.kind());
                let code = match error.kind() {
                    ErrorKind::Duplicate => Some("invalid_request_error"),
                    ErrorKind::Internal => Some("unknown_error"),
                    _ => CODES_OF_THE_WIRE.into_iter().find(|code| error.is(code)),
                };
                (status, code, Some(kind), message(error))
            }
        }
    }

    /// The body that goes over the wire.
    #[must_use]
    pub fn body(&self) -> Value {
        let (_, code, kind, message) = self.parts();
        let mut body = Map::new();
        if let Some(code) = code {
            body.insert("code".to_owned(), code.into());
        }
        if let Some(kind) = kind {
            body.insert("type".to_owned(), kind.into());
        }
        body.insert("message".to_owned(), message.into());
        Value::Object(body)
    }
}

/// The status and the `type` of each kind of error.
#[must_use]
pub fn status_and_type(kind: ErrorKind) -> (StatusCode, &'static str) {
    match kind {
        ErrorKind::NotFound => (StatusCode::NOT_FOUND, "not_found"),
        ErrorKind::Invalid => (StatusCode::BAD_REQUEST, "invalid_data"),
        ErrorKind::Unauthorized => (StatusCode::UNAUTHORIZED, "unauthorized"),
        ErrorKind::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        ErrorKind::Conflict => (StatusCode::CONFLICT, "conflict"),
        ErrorKind::Duplicate => (StatusCode::UNPROCESSABLE_ENTITY, "duplicate_error"),
        ErrorKind::NotAllowed => (StatusCode::BAD_REQUEST, "not_allowed"),
        ErrorKind::PaymentRequired => (StatusCode::UNPROCESSABLE_ENTITY, "payment_authorization_error"),
        ErrorKind::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "unknown_error"),
        ErrorKind::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests"),
        ErrorKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        ErrorKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "unknown_error"),
    }
}

/// The message, which names the field it is about.
fn message(error: &Error) -> String {
    match error.field() {
        Some(field) if !error.message().contains(field) => {
            format!("{field}: {}", error.message())
        }
        _ => error.message().to_owned(),
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(Cause::Said(error))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, ..) = self.parts();
        if let Cause::Said(error) = &self.0
            && status.is_server_error()
        {
            let request_id = telemetry::current_request_id().unwrap_or_default();
            tracing::error!(?error, request_id, "a request failed");
        }
        let mut response = (status, self.body().to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, crate::wire::JSON);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        } else if status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(error: Error) -> (u16, String) {
        let problem = Problem::from(error);
        (problem.parts().0.as_u16(), problem.body().to_string())
    }

    #[test]
    fn errors_have_the_shape_of_the_wire() {
        assert_eq!(
            shown(Error::not_found("Cart", "cart_nope")),
            (404, r#"{"type":"not_found","message":"Cart with id: cart_nope was not found"}"#.to_owned())
        );
        assert_eq!(
            shown(Error::invalid("email", "This is not an address")),
            (400, r#"{"type":"invalid_data","message":"email: This is not an address"}"#.to_owned())
        );
        assert_eq!(
            shown(Error::not_allowed("Too few").code("insufficient_inventory")),
            (400, r#"{"code":"insufficient_inventory","type":"not_allowed","message":"Too few"}"#.to_owned())
        );
        assert_eq!(shown(Error::conflict("Late").code("version_conflict")).0, 409);
        assert!(!shown(Error::conflict("Late").code("version_conflict")).1.contains("version"));
    }

    #[test]
    fn the_source_of_an_internal_error_stays_inside() {
        let (status, body) = shown(Error::internal("the disk is on fire"));
        assert_eq!(status, 500);
        assert!(!body.contains("fire"));
    }

    #[test]
    fn nobody_gets_a_message_alone() {
        assert_eq!(Problem::anonymous().body().to_string(), r#"{"message":"Unauthorized"}"#);
    }
}
