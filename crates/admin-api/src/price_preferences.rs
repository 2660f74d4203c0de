//! Price preferences: whether prices in a currency or a region contain the tax.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Timestamp};
use tradewind_market::{
    NewPricePreference, PreferenceAttribute, PricePreference, PricePreferenceChange, PricePreferenceId,
};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/price-preferences", get(all).post(create))
        .route("/admin/price-preferences/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    attribute: Option<String>,
    value: Option<String>,
    is_tax_inclusive: Option<bool>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.price_preferences(), |_| true)?;
    Ok(Json::page("price_preferences", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let held = market.price_preferences().iter().find(|held| held.id.as_str() == id);
    let held = held.ok_or_else(|| missing("Price preference", &id))?;
    Ok(Json::one("price_preference", &asked.plan, |obj| render(obj, held)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let attribute = body.attribute.ok_or_else(|| Error::invalid("attribute", "attribute is required"))?;
    let new = NewPricePreference {
        id: None,
        attribute: PreferenceAttribute::parse(&attribute)?,
        value: body.value.unwrap_or_default(),
        is_tax_inclusive: body.is_tax_inclusive.unwrap_or(false),
    };
    let market = state.market.clone();
    let made =
        state.core.write(move |tx| Box::pin(async move { market.create_price_preference(tx, new).await })).await?;
    Ok(Json::one("price_preference", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = PricePreferenceChange {
        attribute: body.attribute.as_deref().map(PreferenceAttribute::parse).transpose()?,
        value: body.value,
        is_tax_inclusive: body.is_tax_inclusive,
    };
    let (market, id) = (state.market.clone(), PricePreferenceId(id));
    let changed = state
        .core
        .write(move |tx| Box::pin(async move { market.update_price_preference(tx, &id, change).await }))
        .await?;
    Ok(Json::one("price_preference", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), PricePreferenceId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_price_preference(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "price_preference").into_response())
}

fn render(obj: &mut Obj<'_>, preference: &PricePreference) {
    obj.id(preference.id.as_str());
    obj.put("attribute", || preference.attribute.as_str());
    obj.put("value", || &preference.value);
    obj.put("is_tax_inclusive", || preference.is_tax_inclusive);
    obj.put("created_at", || preference.created_at);
    obj.put("updated_at", || preference.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for PricePreference {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("attribute", self.attribute.as_str()), ("value", &self.value)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
