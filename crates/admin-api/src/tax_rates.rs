//! Tax rates, and what they apply to.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_http::auth::Staff;
use tradewind_http::call::{Change, PathIds, change, exact, exact_change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Decimal, Error, Result, Timestamp};
use tradewind_market::{
    MarketSnapshot, NewTaxRate, TaxRate, TaxRateChange, TaxRateId, TaxReference, TaxRegion, TaxRegionId, TaxRule,
};

use crate::list::{self, Listed};
use crate::tax_regions::{render_plain_rate, render_within_rate};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/tax-rates", get(all).post(create))
        .route("/admin/tax-rates/{id}", get(one).post(update).delete(delete))
        .route("/admin/tax-rates/{id}/rules", post(add_rule))
        .route("/admin/tax-rates/{id}/rules/{rule_id}", axum::routing::delete(remove_rule))
}

#[derive(Deserialize)]
struct NewBody {
    tax_region_id: TaxRegionId,
    name: String,
    code: String,
    #[serde(default, deserialize_with = "exact")]
    rate: Decimal,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    is_combinable: bool,
    #[serde(default)]
    rules: Vec<RuleBody>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct RuleBody {
    reference: String,
    reference_id: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChangeBody {
    name: Option<String>,
    code: Option<String>,
    #[serde(deserialize_with = "exact_change")]
    rate: Option<Decimal>,
    is_default: Option<bool>,
    is_combinable: Option<bool>,
    rules: Option<Vec<RuleBody>>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

/// A rate with the tax region it is in.
struct Row<'a> {
    region: &'a TaxRegion,
    rate: &'a TaxRate,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let is_default = asked.query.flag("is_default");
    let rows: Vec<Row<'_>> = market
        .tax_regions()
        .iter()
        .flat_map(|region| region.rates.iter().map(move |rate| Row { region, rate }))
        .collect();
    let page = list::part(&asked, &rows, |row| is_default.is_none_or(|wanted| row.rate.is_default == wanted))?;
    let part = (page.count, asked.paging);
    Ok(Json::page("tax_rates", &asked.plan, page.items, part, |obj, row| render(obj, row.region, row.rate))
        .into_response())
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
    if state.market.snapshot().await?.tax_region(body.tax_region_id.as_str()).is_none() {
        let message = format!("There is no tax region with id: {}", body.tax_region_id);
        return Err(Error::invalid("tax_region_id", message).into());
    }
    let new = NewTaxRate {
        id: None,
        name: body.name,
        code: Some(body.code),
        rate: body.rate,
        is_default: body.is_default,
        is_combinable: body.is_combinable,
        rules: read_rules(&state, body.rules).await?,
        metadata: body.metadata,
        created_by: Some(staff.id().to_owned()),
    };
    let (market, region_id) = (state.market.clone(), body.tax_region_id);
    let made =
        state.core.write(move |tx| Box::pin(async move { market.create_tax_rate(tx, &region_id, new).await })).await?;
    show(&state, &asked, made.id.as_str()).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChangeBody>,
) -> Answer {
    let rules = match body.rules {
        None => None,
        Some(rules) => Some(read_rules(&state, rules).await?),
    };
    let change = TaxRateChange {
        name: body.name,
        code: body.code.map(Some),
        rate: body.rate,
        is_default: body.is_default,
        is_combinable: body.is_combinable,
        rules,
        metadata: body.metadata,
    };
    let (market, region_id, rate_id) = (state.market.clone(), region_of(&state, &id).await?, TaxRateId(id.clone()));
    state
        .core
        .write(move |tx| Box::pin(async move { market.update_tax_rate(tx, &region_id, &rate_id, change).await }))
        .await?;
    show(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let snapshot = state.market.snapshot().await?;
    if let Some((region, _)) = snapshot.tax_rate(&id) {
        let (market, region_id, rate_id) = (state.market.clone(), region.id.clone(), TaxRateId(id.clone()));
        state
            .core
            .write(move |tx| Box::pin(async move { market.delete_tax_rate(tx, &region_id, &rate_id).await }))
            .await?;
    }
    Ok(Json::deleted(&id, "tax_rate").into_response())
}

async fn add_rule(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<RuleBody>,
) -> Answer {
    let (market, region_id, rate_id) = (state.market.clone(), region_of(&state, &id).await?, TaxRateId(id.clone()));
    let rules = read_rules(&state, vec![body]).await?;
    state
        .core
        .write(move |tx| {
            Box::pin(async move {
                for rule in rules {
                    market.add_tax_rule(tx, &region_id, &rate_id, rule).await?;
                }
                Ok(())
            })
        })
        .await?;
    show(&state, &asked, &id).await
}

async fn remove_rule(State(state): State<AdminState>, PathIds(id, rule_id): PathIds, asked: Asked) -> Answer {
    let (market, region_id, rate_id) = (state.market.clone(), region_of(&state, &id).await?, TaxRateId(id.clone()));
    let gone = rule_id.clone();
    state
        .core
        .write(move |tx| Box::pin(async move { market.remove_tax_rule(tx, &region_id, &rate_id, &gone).await }))
        .await?;
    let market = state.market.snapshot().await?;
    let (region, rate) = find(&market, &id)?;
    Ok(Json::object(|obj| {
        obj.id(&rule_id);
        obj.always("object", "tax_rate_rule");
        obj.always("deleted", true);
        obj.nest_with("parent", &asked.plan, |obj| render(obj, region, rate));
    })
    .into_response())
}

/// The rules, of which each names a thing that exists.
async fn read_rules(state: &AdminState, bodies: Vec<RuleBody>) -> Result<Vec<TaxRule>> {
    let mut rules = Vec::with_capacity(bodies.len());
    for body in bodies {
        let reference = TaxReference::parse(&body.reference)?;
        let id = body.reference_id;
        let exists = match reference {
            TaxReference::Product => !state.catalog.products(std::slice::from_ref(&id)).await?.is_empty(),
            TaxReference::ProductType => state.catalog.taxonomy().await?.product_type(&id).is_some(),
            TaxReference::ShippingOption => state.fulfilment.snapshot().await?.option(&id).is_some(),
        };
        if !exists {
            let shown: String = id.chars().take(80).collect();
            let message = format!("reference_id: there is no {} with id: {shown}", reference.as_str());
            return Err(Error::invalid("reference_id", message));
        }
        rules.push(TaxRule { id: String::new(), reference, reference_id: id });
    }
    Ok(rules)
}

fn find<'m>(market: &'m MarketSnapshot, id: &str) -> Result<(&'m TaxRegion, &'m TaxRate)> {
    market.tax_rate(id).ok_or_else(|| Error::not_found("Tax rate", id))
}

async fn region_of(state: &AdminState, id: &str) -> Result<TaxRegionId> {
    let market = state.market.snapshot().await?;
    Ok(find(&market, id)?.0.id.clone())
}

async fn show(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let market = state.market.snapshot().await?;
    let (region, rate) = market.tax_rate(id).ok_or_else(|| missing("Tax rate", id))?;
    Ok(Json::one("tax_rate", &asked.plan, |obj| render(obj, region, rate)).into_response())
}

fn render(obj: &mut Obj<'_>, region: &TaxRegion, rate: &TaxRate) {
    render_plain_rate(obj, region, rate);
    obj.nest("tax_region", |obj| render_within_rate(obj, region));
    obj.nest_list("rules", &rate.rules, |obj, rule| render_rule(obj, rate, rule));
}

pub(crate) fn render_rule(obj: &mut Obj<'_>, rate: &TaxRate, rule: &TaxRule) {
    obj.id(&rule.id);
    obj.put("tax_rate_id", || rate.id.as_str());
    obj.put("reference", || rule.reference.as_str());
    obj.put("reference_id", || &rule.reference_id);
    obj.put("metadata", || Null);
    obj.put("created_by", || &rate.created_by);
    obj.put("created_at", || rate.created_at);
    obj.put("updated_at", || rate.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for Row<'_> {
    fn id(&self) -> &str {
        self.rate.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.rate.name),
            ("code", self.rate.code.as_deref().unwrap_or_default()),
            ("tax_region_id", self.region.id.as_str()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.rate.created_at, self.rate.updated_at)
    }
}
