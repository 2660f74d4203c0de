//! Tax regions: where which taxes are charged.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_http::auth::Staff;
use tradewind_http::call::{Change, change, exact};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Sent};
use tradewind_kernel::{Decimal, Timestamp};
use tradewind_market::{
    MarketSnapshot, NewTaxRate, NewTaxRegion, SYSTEM_TAX_PROVIDER, TaxRate, TaxRegion, TaxRegionChange, TaxRegionId,
};

use crate::list::{self, Listed};
use crate::tax_rates::render_rule;
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/tax-regions", get(all).post(create))
        .route("/admin/tax-regions/{id}", get(one).post(update).delete(delete))
        .route("/admin/tax-providers", get(providers))
}

#[derive(Deserialize)]
struct NewBody {
    country_code: String,
    province_code: Option<String>,
    parent_id: Option<TaxRegionId>,
    provider_id: Option<String>,
    default_tax_rate: Option<RateBody>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct RateBody {
    #[serde(default, deserialize_with = "exact")]
    rate: Decimal,
    code: String,
    name: String,
    #[serde(default)]
    is_combinable: bool,
    metadata: Option<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChangeBody {
    province_code: Option<String>,
    provider_id: Option<String>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.tax_regions(), |_| true)?;
    let part = (page.count, asked.paging);
    let shown = Json::page("tax_regions", &asked.plan, page.items, part, |obj, region| render(obj, region, &market));
    Ok(shown.into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    show(&state, &asked, &id).await
}

async fn create(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    asked: Asked,
    Sent(body): Sent<NewBody>,
) -> Answer {
    let created_by = Some(staff.id().to_owned());
    let default = body.default_tax_rate.map(|rate| NewTaxRate {
        name: rate.name,
        code: Some(rate.code),
        rate: rate.rate,
        is_default: true,
        is_combinable: rate.is_combinable,
        metadata: rate.metadata,
        created_by: created_by.clone(),
        ..NewTaxRate::default()
    });
    let new = NewTaxRegion {
        id: None,
        country_code: body.country_code,
        province_code: body.province_code,
        parent_id: body.parent_id,
        provider_id: body.provider_id,
        rates: default.into_iter().collect(),
        metadata: body.metadata,
        created_by,
    };
    let market = state.market.clone();
    let made = state.core.write(move |tx| Box::pin(async move { market.create_tax_region(tx, new).await })).await?;
    show(&state, &asked, made.id.as_str()).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChangeBody>,
) -> Answer {
    let change =
        TaxRegionChange { province_code: body.province_code, provider_id: body.provider_id, metadata: body.metadata };
    let (market, region_id) = (state.market.clone(), TaxRegionId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.update_tax_region(tx, &region_id, change).await })).await?;
    show(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), TaxRegionId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_tax_region(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "tax_region").into_response())
}

/// Those who compute taxes. There is one: the shop's own rates.
async fn providers(asked: Asked) -> Answer {
    let ids = list::wanted(&asked.query, "id")?;
    let is_wanted = ids.is_none_or(|ids| ids.iter().any(|id| id == SYSTEM_TAX_PROVIDER))
        && asked.query.flag("is_enabled") != Some(false);
    let found = is_wanted.then_some(SYSTEM_TAX_PROVIDER).into_iter();
    let page = tradewind_kernel::Page::cut(found.collect(), asked.paging);
    Ok(Json::page("tax_providers", &asked.plan, page.items, (page.count, asked.paging), |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
    })
    .into_response())
}

async fn show(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let market = state.market.snapshot().await?;
    let region = market.tax_region(id).ok_or_else(|| missing("Tax region", id))?;
    Ok(Json::one("tax_region", &asked.plan, |obj| render(obj, region, &market)).into_response())
}

fn render(obj: &mut Obj<'_>, region: &TaxRegion, market: &MarketSnapshot) {
    render_plain(obj, region);
    let children = market.tax_regions().iter().filter(|child| child.parent_id.as_ref() == Some(&region.id));
    obj.nest_list("children", children, |obj, child| {
        render_plain(obj, child);
        obj.nest_list("tax_rates", &child.rates, |obj, rate| render_rate(obj, child, rate));
    });
    let parent = region.parent_id.as_ref().and_then(|id| market.tax_region(id.as_str()));
    obj.nest_some("parent", parent, render_plain);
    obj.nest_list("tax_rates", &region.rates, |obj, rate| render_rate(obj, region, rate));
}

/// A tax region without what is around it.
fn render_plain(obj: &mut Obj<'_>, region: &TaxRegion) {
    obj.id(region.id.as_str());
    obj.put("country_code", || &region.country_code);
    obj.put("province_code", || &region.province_code);
    obj.put("parent_id", || region.parent_id.as_ref().map(|id| id.as_str()));
    obj.put("provider_id", || &region.provider_id);
    obj.put("created_by", || &region.created_by);
    obj.put("metadata", || &region.metadata);
    obj.put("created_at", || region.created_at);
    obj.put("updated_at", || region.updated_at);
    obj.put("deleted_at", || Null);
}

/// A tax region as it is shown within one of its rates: what is around it by their ids.
pub(crate) fn render_within_rate(obj: &mut Obj<'_>, region: &TaxRegion) {
    render_plain(obj, region);
    for (name, id) in
        [("provider", region.provider_id.as_deref()), ("parent", region.parent_id.as_ref().map(|id| id.as_str()))]
    {
        if obj.plan().wants(name) {
            match id {
                Some(id) => obj.nest_with(name, Plan::all(), |obj| obj.id(id)),
                None => obj.always(name, Null),
            }
        }
    }
}

fn render_rate(obj: &mut Obj<'_>, region: &TaxRegion, rate: &TaxRate) {
    render_plain_rate(obj, region, rate);
    obj.nest_list("rules", &rate.rules, |obj, rule| render_rule(obj, rate, rule));
}

/// A tax rate without what is around it.
pub(crate) fn render_plain_rate(obj: &mut Obj<'_>, region: &TaxRegion, rate: &TaxRate) {
    obj.id(rate.id.as_str());
    obj.put("rate", || rate.rate);
    obj.put("code", || &rate.code);
    obj.put("name", || &rate.name);
    obj.put("is_default", || rate.is_default);
    obj.put("is_combinable", || rate.is_combinable);
    obj.put("tax_region_id", || region.id.as_str());
    obj.put("metadata", || &rate.metadata);
    obj.put("created_by", || &rate.created_by);
    obj.put("created_at", || rate.created_at);
    obj.put("updated_at", || rate.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for TaxRegion {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("country_code", &self.country_code),
            ("province_code", self.province_code.as_deref().unwrap_or_default()),
            ("parent_id", self.parent_id.as_ref().map(|id| id.as_str()).unwrap_or_default()),
            ("provider_id", self.provider_id.as_deref().unwrap_or_default()),
            ("created_by", self.created_by.as_deref().unwrap_or_default()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
