//! Shipping profiles: things that are shipped alike.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_fulfilment::{NewProfile, ProfileChange, ShippingProfile};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/shipping-profiles", get(all).post(create))
        .route("/admin/shipping-profiles/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    name: Option<String>,
    #[serde(rename = "type")]
    type_: Option<String>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let page = list::part(&asked, fulfilment.profiles(), |_| true)?;
    Ok(Json::page("shipping_profiles", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let profile = fulfilment.profile(&id).ok_or_else(|| missing("Shipping profile", &id))?;
    Ok(Json::one("shipping_profile", &asked.plan, |obj| render(obj, profile)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewProfile {
        id: None,
        name: body.name.unwrap_or_default(),
        type_: body.type_.unwrap_or_default(),
        metadata: body.metadata.flatten(),
    };
    let fulfilment = state.fulfilment.clone();
    let made = state.core.write(move |tx| Box::pin(async move { fulfilment.create_profile(tx, new).await })).await?;
    Ok(Json::one("shipping_profile", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = ProfileChange { name: body.name, type_: body.type_, metadata: body.metadata };
    let fulfilment = state.fulfilment.clone();
    let changed =
        state.core.write(move |tx| Box::pin(async move { fulfilment.update_profile(tx, &id, change).await })).await?;
    Ok(Json::one("shipping_profile", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (fulfilment, gone) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.delete_profile(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "shipping_profile").into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, profile: &ShippingProfile) {
    obj.id(&profile.id);
    obj.put("name", || &profile.name);
    obj.put("type", || &profile.type_);
    obj.put("metadata", || &profile.metadata);
    obj.put("created_at", || profile.created_at);
    obj.put("updated_at", || profile.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for ShippingProfile {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name), ("type", &self.type_)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
