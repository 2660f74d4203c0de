//! Answers: pages with their headers and compressed forms, and redirects.

use std::io::Write as _;

use askama::Template;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use tradewind_kernel::{Error, Result};

/// Everything comes from the shop itself; pictures of imported shops may come from elsewhere, encrypted.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Smaller pages are not worth compressing.
const COMPRESS_BYTES_MIN: usize = 1_024;
/// A page for one visitor is compressed while they wait: quickly.
const GZIP_LEVEL_QUICK: u32 = 4;

/// A page for this visitor alone.
pub(crate) fn page(status: StatusCode, page: &impl Template, asked: &HeaderMap) -> Result<Response> {
    let html = page.render().map_err(Error::internal)?;
    let is_worth_it = html.len() >= COMPRESS_BYTES_MIN && accepts(asked, "gzip");
    let packed = if is_worth_it { gzip(html.as_bytes(), GZIP_LEVEL_QUICK) } else { None };
    let mut response = match packed {
        Some(packed) => with_encoding(Response::new(Body::from(packed)), "gzip"),
        None => Response::new(Body::from(html)),
    };
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    set_page_headers(headers);
    Ok(response)
}

/// The headers of every page.
pub(crate) fn set_page_headers(headers: &mut HeaderMap) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
}

/// The same answer, marked as compressed.
pub(crate) fn with_encoding(mut response: Response, encoding: &'static str) -> Response {
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    response
}

/// On to another page, read anew.
pub(crate) fn see_other(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, to);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The same answer with a cookie.
pub(crate) fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// The path to go on to, if it is one of ours: a stranger's link must not lead away from the shop.
pub(crate) fn own_path(path: &str) -> Option<&str> {
    let is_own = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 500
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_own.then_some(path)
}

/// Whether the client takes this encoding.
pub(crate) fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        name.trim() == encoding && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

/// The bytes as gzip; none if that fails, which writing to memory does not.
pub(crate) fn gzip(plain: &[u8], level: u32) -> Option<Bytes> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    writer.write_all(plain).and_then(|()| writer.finish()).ok().map(Bytes::from)
}

/// The bytes as Brotli; none if that fails, which writing to memory does not.
pub(crate) fn brotli(plain: &[u8], quality: u32) -> Option<Bytes> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4_096, quality, 22);
    let written = writer.write_all(plain).and_then(|()| writer.flush());
    drop(writer);
    written.ok().map(|()| Bytes::from(packed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_followed() {
        assert_eq!(own_path("/account?page=2"), Some("/account?page=2"));
        for stranger in
            ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "", "/a b", "/a\r\nb"]
        {
            assert_eq!(own_path(stranger), None, "{stranger}");
        }
    }
}
