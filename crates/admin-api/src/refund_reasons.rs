//! Refund reasons: why money is given back.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;
use tradewind_market::{NewRefundReason, RefundReason, RefundReasonChange, RefundReasonId};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/refund-reasons", get(all).post(create))
        .route("/admin/refund-reasons/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    label: Option<String>,
    code: Option<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.refund_reasons(), |_| true)?;
    Ok(Json::page("refund_reasons", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let reason = market.refund_reason(&id).ok_or_else(|| missing("Refund reason", &id))?;
    Ok(Json::one("refund_reason", &asked.plan, |obj| render(obj, reason)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewRefundReason {
        id: None,
        code: body.code.unwrap_or_default(),
        label: body.label.unwrap_or_default(),
        description: body.description.flatten(),
    };
    let market = state.market.clone();
    let made = state.core.write(move |tx| Box::pin(async move { market.create_refund_reason(tx, new).await })).await?;
    Ok(Json::one("refund_reason", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = RefundReasonChange { code: body.code, label: body.label, description: body.description };
    let (market, id) = (state.market.clone(), RefundReasonId(id));
    let changed =
        state.core.write(move |tx| Box::pin(async move { market.update_refund_reason(tx, &id, change).await })).await?;
    Ok(Json::one("refund_reason", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), RefundReasonId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_refund_reason(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "refund_reason").into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, reason: &RefundReason) {
    obj.id(reason.id.as_str());
    obj.put("label", || &reason.label);
    obj.put("code", || &reason.code);
    obj.put("description", || &reason.description);
    obj.put("created_at", || reason.created_at);
    obj.put("updated_at", || reason.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for RefundReason {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("label", &self.label),
            ("code", &self.code),
            ("description", self.description.as_deref().unwrap_or_default()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
