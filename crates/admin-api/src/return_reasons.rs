//! Return reasons: why things come back, as a tree.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;
use tradewind_market::{MarketSnapshot, NewReturnReason, ReturnReason, ReturnReasonChange, ReturnReasonId};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/return-reasons", get(all).post(create))
        .route("/admin/return-reasons/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    value: Option<String>,
    label: Option<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    parent_return_reason_id: Option<ReturnReasonId>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.return_reasons(), |_| true)?;
    let part = (page.count, asked.paging);
    let shown = Json::page("return_reasons", &asked.plan, page.items, part, |obj, reason| render(obj, reason, &market));
    Ok(shown.into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    show(&state, &asked, &id).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewReturnReason {
        id: None,
        value: body.value.unwrap_or_default(),
        label: body.label.unwrap_or_default(),
        description: body.description.flatten(),
        parent_id: body.parent_return_reason_id,
        metadata: body.metadata.flatten(),
    };
    let market = state.market.clone();
    let made = state.core.write(move |tx| Box::pin(async move { market.create_return_reason(tx, new).await })).await?;
    show(&state, &asked, made.id.as_str()).await
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = ReturnReasonChange {
        value: body.value,
        label: body.label,
        description: body.description,
        metadata: body.metadata,
    };
    let (market, reason_id) = (state.market.clone(), ReturnReasonId(id.clone()));
    state
        .core
        .write(move |tx| Box::pin(async move { market.update_return_reason(tx, &reason_id, change).await }))
        .await?;
    show(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), ReturnReasonId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_return_reason(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "return_reason").into_response())
}

async fn show(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let market = state.market.snapshot().await?;
    let reason = market.return_reason(id).ok_or_else(|| missing("Return reason", id))?;
    Ok(Json::one("return_reason", &asked.plan, |obj| render(obj, reason, &market)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, reason: &ReturnReason, market: &MarketSnapshot) {
    render_plain(obj, reason);
    let parent = reason.parent_id.as_ref().and_then(|id| market.return_reason(id.as_str()));
    obj.nest_some("parent_return_reason", parent, render_plain);
    let below = market.return_reasons().iter().filter(|below| below.parent_id.as_ref() == Some(&reason.id));
    obj.nest_list("return_reason_children", below, render_plain);
}

fn render_plain(obj: &mut Obj<'_>, reason: &ReturnReason) {
    obj.id(reason.id.as_str());
    obj.put("value", || &reason.value);
    obj.put("label", || &reason.label);
    obj.put("parent_return_reason_id", || reason.parent_id.as_ref().map(|id| id.as_str()));
    obj.put("description", || &reason.description);
    obj.put("metadata", || &reason.metadata);
    obj.put("created_at", || reason.created_at);
    obj.put("updated_at", || reason.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for ReturnReason {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("value", &self.value),
            ("label", &self.label),
            ("description", self.description.as_deref().unwrap_or_default()),
            ("parent_return_reason_id", self.parent_id.as_ref().map(|id| id.as_str()).unwrap_or_default()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
