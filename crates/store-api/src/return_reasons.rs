//! `/store/return-reasons`: why things come back. The shop keeps none yet, so the list is empty.

use axum::response::IntoResponse as _;
use tradewind_http::auth::PublishableKey;
use tradewind_http::{Answer, Asked, Json, PathId};
use tradewind_kernel::Error;

pub(crate) async fn list(_key: PublishableKey, asked: Asked) -> Answer {
    let nothing = std::iter::empty::<()>();
    let about = (0, asked.paging);
    Ok(Json::page("return_reasons", &asked.plan, nothing, about, |_, ()| {}).into_response())
}

pub(crate) async fn one(_key: PublishableKey, PathId(id): PathId) -> Answer {
    Err(Error::not_found("Return reason", &id).into())
}
