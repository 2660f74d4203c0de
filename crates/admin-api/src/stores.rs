//! The settings of the shop. There is one shop; the wire's list has one entry.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Currency, Decimal, Error, Result, Timestamp};
use tradewind_market::{
    MarketSnapshot, NewStoreSettings, RegionId, SalesChannelId, StoreCurrency, StoreSettings, currency_info,
};

use crate::list::{self, Listed};
use crate::{AdminState, currencies, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/stores", get(all)).route("/admin/stores/{id}", get(one).post(update))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    name: Option<String>,
    supported_currencies: Option<Vec<CurrencyBody>>,
    supported_locales: Option<Vec<LocaleBody>>,
    #[serde(deserialize_with = "change")]
    default_sales_channel_id: Change<SalesChannelId>,
    #[serde(deserialize_with = "change")]
    default_region_id: Change<RegionId>,
    #[serde(deserialize_with = "change")]
    default_location_id: Change<String>,
    #[serde(deserialize_with = "change")]
    metadata: Change<serde_json::Map<String, serde_json::Value>>,
}

#[derive(Deserialize)]
struct CurrencyBody {
    currency_code: String,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    is_tax_inclusive: Option<bool>,
}

#[derive(Deserialize)]
struct LocaleBody {
    locale_code: String,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, [market.store()], |_| true)?;
    Ok(Json::page("stores", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let store = Some(market.store()).filter(|store| store.id.as_str() == id).ok_or_else(|| missing("Store", &id))?;
    Ok(Json::one("store", &asked.plan, |obj| render(obj, store)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let snapshot = state.market.snapshot().await?;
    let held = Some(snapshot.store()).filter(|store| store.id.as_str() == id).ok_or_else(|| missing("Store", &id))?;
    check_references(&state, &snapshot, &body).await?;
    let currencies = match body.supported_currencies {
        Some(currencies) => read_currencies(currencies, held)?,
        None => held.currencies.clone(),
    };
    let new = NewStoreSettings {
        id: Some(held.id.clone()),
        name: body.name.unwrap_or_else(|| held.name.clone()),
        currencies,
        locales: match body.supported_locales {
            Some(locales) => locales.into_iter().map(|locale| locale.locale_code).collect(),
            None => held.locales.clone(),
        },
        default_sales_channel_id: body
            .default_sales_channel_id
            .unwrap_or_else(|| held.default_sales_channel_id.clone()),
        default_region_id: body.default_region_id.unwrap_or_else(|| held.default_region_id.clone()),
        default_location_id: body.default_location_id.unwrap_or_else(|| held.default_location_id.clone()),
        metadata: body.metadata.unwrap_or_else(|| held.metadata.clone()),
    };
    let market = state.market.clone();
    let saved = state.core.write(move |tx| Box::pin(async move { market.save_store(tx, new).await })).await?;
    Ok(Json::one("store", &asked.plan, |obj| render(obj, &saved)).into_response())
}

async fn check_references(state: &AdminState, market: &MarketSnapshot, body: &Body) -> Result<()> {
    let unknown = |field: &str, what: &str| Error::invalid(field, format!("{field}: there is no such {what}"));
    if let Some(Some(id)) = &body.default_sales_channel_id
        && market.sales_channel(id.as_str()).is_none()
    {
        return Err(unknown("default_sales_channel_id", "sales channel"));
    }
    if let Some(Some(id)) = &body.default_region_id
        && market.region(id.as_str()).is_none()
    {
        return Err(unknown("default_region_id", "region"));
    }
    if let Some(Some(id)) = &body.default_location_id
        && state.inventory.location(id).await?.is_none()
    {
        return Err(unknown("default_location_id", "stock location"));
    }
    Ok(())
}

fn read_currencies(bodies: Vec<CurrencyBody>, held: &StoreSettings) -> Result<Vec<StoreCurrency>> {
    let read = |body: CurrencyBody| {
        let currency: Currency = body.currency_code.parse()?;
        let before = held.currencies.iter().find(|held| held.currency == currency);
        let was_tax_inclusive = before.is_some_and(|held| held.is_tax_inclusive);
        Ok(StoreCurrency {
            currency,
            is_default: body.is_default,
            is_tax_inclusive: body.is_tax_inclusive.unwrap_or(was_tax_inclusive),
        })
    };
    bodies.into_iter().map(read).collect()
}

fn render(obj: &mut Obj<'_>, store: &StoreSettings) {
    obj.id(store.id.as_str());
    obj.put("name", || &store.name);
    obj.put("default_sales_channel_id", || store.default_sales_channel_id.as_ref().map(|id| id.as_str()));
    obj.put("default_region_id", || store.default_region_id.as_ref().map(|id| id.as_str()));
    obj.put("default_location_id", || &store.default_location_id);
    obj.put("metadata", || &store.metadata);
    obj.put("created_at", || store.created_at);
    obj.put("updated_at", || store.updated_at);
    obj.nest_list("supported_currencies", &store.currencies, |obj, held| {
        // A currency is known by its code; the wire wants an id beside it.
        obj.id(&format!("stocur_{}", held.currency));
        obj.put("currency_code", || held.currency);
        obj.put("is_default", || held.is_default);
        obj.put("store_id", || store.id.as_str());
        times(obj, store);
        obj.nest_some("currency", currency_info(held.currency), |obj, known| {
            currencies::render(obj, known);
            obj.put("raw_rounding", || Raw(Decimal::ZERO));
            times(obj, store);
        });
    });
    obj.nest_list("supported_locales", &store.locales, |obj, tag| {
        obj.id(&format!("stloc_{tag}"));
        obj.put("locale_code", || tag);
        obj.put("store_id", || store.id.as_str());
        times(obj, store);
    });
}

fn times(obj: &mut Obj<'_>, store: &StoreSettings) {
    obj.put("created_at", || store.created_at);
    obj.put("updated_at", || store.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for StoreSettings {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
