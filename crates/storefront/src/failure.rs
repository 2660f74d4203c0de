//! What goes wrong, as a page; and what is refused before it can: posts that other sites send in a shopper's name.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tradewind_http::problem::status_and_type;
use tradewind_kernel::{Error, ErrorKind};
use tradewind_platform::telemetry;

use crate::answer;
use crate::state::Storefront;
use crate::views::{Link, ProblemPage};
use crate::visitor::{Guest, PageFacts};

/// What a handler returns.
pub(crate) type Page = Result<Response, Failure>;

/// An error on its way to becoming a page.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Arc<Error>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

impl From<askama::Error> for Failure {
    fn from(error: askama::Error) -> Self {
        Error::internal(error).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, _) = status_and_type(self.0.kind());
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Surrounds every page: refuses posts from other sites, and gives failures their page.
pub(crate) async fn around(State(storefront): State<Storefront>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let response = if is_from_elsewhere(&parts.method, &parts.headers, &parts.uri, &storefront.parts.public_url) {
        let words = "This form was sent from another site, so nothing was done. Please go back and send it from here.";
        Failure::from(Error::new(ErrorKind::Forbidden, words)).into_response()
    } else {
        let mut copy = Request::new(axum::body::Body::empty());
        *copy.method_mut() = parts.method.clone();
        *copy.uri_mut() = parts.uri.clone();
        *copy.headers_mut() = parts.headers.clone();
        let response = next.run(Request::from_parts(parts, body)).await;
        parts = copy.into_parts().0;
        response
    };
    let failure = match response.extensions().get::<Failure>() {
        Some(failure) => failure.clone(),
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => {
            Error::new(ErrorKind::NotFound, "There is nothing to do this way here.").into()
        }
        None => return response,
    };
    page_of(&storefront, &failure.0, response.status(), &mut parts).await
}

async fn page_of(
    storefront: &Storefront,
    error: &Error,
    status: StatusCode,
    parts: &mut axum::http::request::Parts,
) -> Response {
    let request_id = telemetry::current_request_id();
    if status.is_server_error() {
        tracing::error!(?error, request_id = request_id.as_deref().unwrap_or_default(), "a page failed");
    }
    let Ok(guest) = Guest::from_request_parts(parts, storefront).await else {
        // Not even the frame of a page can be made.
        return (status, error.message().to_owned()).into_response();
    };
    let (heading, text) = words(error, status);
    let title = PageFacts { title: heading, path: parts.uri.path(), ..PageFacts::default() };
    let goods = &guest.frame.shop.goods;
    let mut links = vec![Link::new(format!("Browse all {goods}"), "/products"), Link::new("Search", "/search")];
    if status.is_server_error() {
        let again = if parts.method == Method::GET { guest.here.clone() } else { "/cart".to_owned() };
        links.insert(0, Link::new("Try again", again));
    }
    let page = ProblemPage {
        shell: guest.shell(storefront, title),
        status: status.as_u16(),
        heading: heading.to_owned(),
        text,
        request_id: request_id.filter(|_| status.is_server_error()),
        links,
    };
    match answer::page(status, &page, &parts.headers) {
        Ok(response) => response,
        Err(_) => (status, error.message().to_owned()).into_response(),
    }
}

fn words(error: &Error, status: StatusCode) -> (&'static str, String) {
    match error.kind() {
        ErrorKind::NotFound => {
            ("Off the chart", "There is no page at this address. It may have moved, or never been.".to_owned())
        }
        ErrorKind::Internal => (
            "Something went wrong",
            "It is not your doing. Nothing was changed; please try again in a moment.".to_owned(),
        ),
        _ if status.is_server_error() => ("Not just now", error.message().to_owned()),
        ErrorKind::TooManyRequests => ("A moment, please", error.message().to_owned()),
        _ => ("That did not work", error.message().to_owned()),
    }
}

/// Whether a browser says that another site sent this post. Cookies do not travel with such posts (SameSite), and this is
/// the second lock. A program that says nothing about where it comes from is no browser with a shopper's cookies.
fn is_from_elsewhere(method: &Method, headers: &HeaderMap, uri: &Uri, public_url: &str) -> bool {
    if method.is_safe() {
        return false;
    }
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HeaderName::from_static("sec-fetch-site"))) {
        (Some(origin), _) => {
            let host = text(header::HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
            let is_public = origin == public_url.trim_end_matches('/');
            let is_host = origin.split_once("://").is_some_and(|(_, of_origin)| Some(of_origin) == host);
            !is_public && !is_host
        }
        (None, Some(site)) => !matches!(site, "same-origin" | "none"),
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn refused(origin: Option<&'static str>, site: Option<&'static str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("127.0.0.1:9000"));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        if let Some(site) = site {
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
        }
        is_from_elsewhere(&Method::POST, &headers, &Uri::from_static("/cart"), "https://shop.example")
    }

    #[test]
    fn posts_of_other_sites_are_refused() {
        assert!(refused(Some("https://elsewhere.example"), None));
        assert!(refused(Some("null"), None));
        assert!(refused(None, Some("cross-site")));
        assert!(!refused(Some("http://127.0.0.1:9000"), None));
        assert!(!refused(Some("https://shop.example"), Some("same-origin")));
        assert!(!refused(None, None));
    }
}
