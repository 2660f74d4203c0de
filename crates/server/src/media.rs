//! `/media`: pictures and other public files from the blobs.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tradewind_platform::blobs::{Blobs, is_valid_key};

/// A picture's name changes when the picture does, so it may be kept for good.
const KEEP: &str = "public, max-age=31536000, immutable";

pub(crate) async fn file(State(blobs): State<Blobs>, Path(key): Path<String>) -> Response {
    if !is_valid_key(&key) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match blobs.get(&key).await {
        Ok(Some(bytes)) => {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&key)));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(KEEP));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            (headers, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(?error, key, "a file could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn content_type(key: &str) -> &'static str {
    match key.rsplit('.').next() {
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
