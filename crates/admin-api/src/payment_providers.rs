//! The payment providers that a region can offer.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json};
use tradewind_kernel::Page;

use crate::{AdminState, list};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/payments/payment-providers", get(all))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let ids = list::wanted(&asked.query, "id")?;
    let known = state.payments.providers().ids();
    let wanted = known.filter(|id| ids.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted == id)));
    let found = wanted.filter(|_| asked.query.flag("is_enabled") != Some(false)).collect();
    let page = Page::cut(found, asked.paging);
    Ok(Json::page("payment_providers", &asked.plan, page.items, (page.count, asked.paging), |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
    })
    .into_response())
}
