//! Regions: the countries that share a currency.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Currency, Error, Result, Timestamp};
use tradewind_market::{Country, NewRegion, Region, RegionChange, RegionId, country};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/regions", get(all).post(create))
        .route("/admin/regions/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    name: Option<String>,
    currency_code: Option<String>,
    countries: Option<Vec<String>>,
    automatic_taxes: Option<bool>,
    is_tax_inclusive: Option<bool>,
    payment_providers: Option<Vec<String>>,
    #[serde(deserialize_with = "change")]
    metadata: Change<serde_json::Map<String, serde_json::Value>>,
}

impl Body {
    fn currency(&self) -> Result<Option<Currency>> {
        self.currency_code.as_deref().map(str::parse).transpose()
    }

    /// The payment providers named here exist.
    fn check_providers(&self, state: &AdminState) -> Result<()> {
        let known = state.payments.providers();
        match self.payment_providers.iter().flatten().find(|id| known.get(id).is_err()) {
            None => Ok(()),
            Some(id) => Err(Error::invalid(
                "payment_providers",
                format!("payment_providers: there is no payment provider with id: {id}"),
            )),
        }
    }
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.regions(), |_| true)?;
    Ok(Json::page("regions", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let region = market.region(&id).ok_or_else(|| missing("Region", &id))?;
    Ok(Json::one("region", &asked.plan, |obj| render(obj, region)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    body.check_providers(&state)?;
    let currency = body.currency()?.ok_or_else(|| Error::invalid("currency_code", "currency_code is required"))?;
    let new = NewRegion {
        automatic_taxes: body.automatic_taxes.unwrap_or(true),
        is_tax_inclusive: body.is_tax_inclusive.unwrap_or(false),
        countries: body.countries.unwrap_or_default(),
        payment_providers: body.payment_providers.unwrap_or_default(),
        metadata: body.metadata.flatten(),
        ..NewRegion::named(body.name.unwrap_or_default(), currency)
    };
    let market = state.market.clone();
    let made = state.core.write(move |tx| Box::pin(async move { market.create_region(tx, new).await })).await?;
    Ok(Json::one("region", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    body.check_providers(&state)?;
    let change = RegionChange {
        currency: body.currency()?,
        name: body.name,
        automatic_taxes: body.automatic_taxes,
        is_tax_inclusive: body.is_tax_inclusive,
        countries: body.countries,
        payment_providers: body.payment_providers,
        metadata: body.metadata,
    };
    let (market, id) = (state.market.clone(), RegionId(id));
    let changed =
        state.core.write(move |tx| Box::pin(async move { market.update_region(tx, &id, change).await })).await?;
    Ok(Json::one("region", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), RegionId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_region(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "region").into_response())
}

fn render(obj: &mut Obj<'_>, region: &Region) {
    obj.id(region.id.as_str());
    obj.put("name", || &region.name);
    obj.put("currency_code", || region.currency);
    obj.put("automatic_taxes", || region.automatic_taxes);
    obj.put_named("is_tax_inclusive", || region.is_tax_inclusive);
    obj.put("metadata", || &region.metadata);
    obj.put("created_at", || region.created_at);
    obj.put("updated_at", || region.updated_at);
    obj.put("deleted_at", || Null);
    let mut countries: Vec<&Country> = region.countries.iter().filter_map(|code| country(code)).collect();
    countries.sort_unstable_by_key(|country| country.display_name);
    obj.nest_list("countries", countries, |obj, country| {
        obj.put("iso_2", || country.iso_2);
        obj.put("iso_3", || country.iso_3);
        obj.put("num_code", || country.num_code);
        obj.put("name", || country.name);
        obj.put("display_name", || country.display_name);
        obj.put("region_id", || region.id.as_str());
        obj.put("metadata", || Null);
        obj.put("created_at", || region.created_at);
        obj.put("updated_at", || region.updated_at);
        obj.put("deleted_at", || Null);
    });
    obj.nest_list("payment_providers", &region.payment_providers, |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
    });
}

impl Listed for Region {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name), ("currency_code", self.currency.code())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
