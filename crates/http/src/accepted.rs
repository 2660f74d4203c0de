//! The answer to a request that starts work: it is promised, and where to look how far it is.

use axum::response::Response;
use http::{HeaderValue, StatusCode, header};

use crate::Plan;
use crate::wire::Json;

/// 202 with `{"job": {"id", "queued": true}}`, and where the job can be looked at. To be given once the transaction that promised the job
/// has committed; the job is best promised with `When { is_kept: true, .. }`, so that it can still be read when it is done.
#[must_use]
pub fn accepted(job_id: &str) -> Response {
    let answer = Json::object(|answer| {
        answer.nest_with("job", Plan::all(), |job| {
            job.id(job_id);
            job.always("queued", true);
        });
    });
    let mut response = answer.with_status(StatusCode::ACCEPTED);
    if let Ok(place) = HeaderValue::from_str(&format!("/admin/jobs/{job_id}")) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}
