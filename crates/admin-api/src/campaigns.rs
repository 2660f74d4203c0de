//! Campaigns: promotions that run for a time and share a budget.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Number;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Currency, Decimal, Error, Result, Timestamp};
use tradewind_offers::{Budget, BudgetHolder, BudgetKind, Campaign, CampaignChange, NewBudget, NewCampaign, Used};

use crate::collections::AddAndRemove;
use crate::list::{self, Listed};
use crate::product_body::decimal;
use crate::promotion_wire::word;
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/campaigns", get(all).post(create))
        .route("/admin/campaigns/{id}", get(one).post(update).delete(delete))
        .route("/admin/campaigns/{id}/promotions", post(change_promotions))
}

/// A campaign, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct CampaignBody {
    name: Option<String>,
    campaign_identifier: Option<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    budget: Option<BudgetBody>,
    #[serde(deserialize_with = "change")]
    starts_at: Change<String>,
    #[serde(deserialize_with = "change")]
    ends_at: Change<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BudgetBody {
    #[serde(rename = "type")]
    kind: Option<BudgetKind>,
    #[serde(deserialize_with = "change")]
    limit: Change<Number>,
    currency_code: Option<String>,
    attribute: Option<String>,
}

impl CampaignBody {
    pub(crate) fn read(self) -> Result<NewCampaign> {
        Ok(NewCampaign {
            id: None,
            identifier: self.campaign_identifier.unwrap_or_default(),
            name: self.name.unwrap_or_default(),
            description: self.description.flatten(),
            starts_at: moment("starts_at", self.starts_at)?.flatten(),
            ends_at: moment("ends_at", self.ends_at)?.flatten(),
            budget: self.budget.map(BudgetBody::read).transpose()?,
        })
    }
}

impl BudgetBody {
    fn read(self) -> Result<NewBudget> {
        let kind = self.kind.ok_or_else(|| Error::invalid("budget.type", "budget.type is required"))?;
        let holder = match self.attribute.as_deref() {
            None => None,
            Some("customer_id") => Some(BudgetHolder::CustomerId),
            Some("customer_email") => Some(BudgetHolder::CustomerEmail),
            Some(_) => {
                let message = "budget.attribute must be customer_id or customer_email";
                return Err(Error::invalid("budget.attribute", message));
            }
        };
        let limit = limit(self.limit)?.flatten();
        Ok(NewBudget { kind, limit, currency: currency("budget.currency_code", self.currency_code)?, holder })
    }
}

fn limit(limit: Change<Number>) -> Result<Option<Option<Decimal>>> {
    let read = |number: Number| {
        decimal(&number)
            .ok_or_else(|| Error::invalid("budget.limit", "budget.limit must be a number that is not endless"))
    };
    limit.map(|limit| limit.map(read).transpose()).transpose()
}

/// A moment that may be cleared.
pub(crate) fn moment(field: &str, text: Change<String>) -> Result<Option<Option<Timestamp>>> {
    let read = |text: String| {
        text.parse().map_err(|_| {
            Error::invalid(field, format!("{field} must be a date and time, such as 2026-01-31T12:00:00Z"))
        })
    };
    text.map(|text| text.map(read).transpose()).transpose()
}

/// A currency, where one is named.
pub(crate) fn currency(field: &str, code: Option<String>) -> Result<Option<Currency>> {
    let read = |code: String| {
        code.parse()
            .map_err(|_| Error::invalid(field, format!("{field} must be three letters, as in ISO 4217: eur, usd, jpy")))
    };
    code.map(read).transpose()
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let spent_in = asked.query.get("budget").and_then(|budget| budget.get("currency_code")).and_then(|it| it.as_str());
    let campaigns = snapshot.campaigns().map(|campaign| &**campaign);
    let page = list::part(&asked, campaigns, |campaign| {
        let own = campaign.budget.as_ref().and_then(|budget| budget.currency);
        spent_in.is_none_or(|code| own.is_some_and(|own| own.code() == code))
    })?;
    let ids: Vec<String> = page.items.iter().map(|campaign| campaign.id.clone()).collect();
    let used = state.offers.used(&[], &ids).await?;
    let part = (page.count, asked.paging);
    let render = |obj: &mut Obj<'_>, campaign| render(obj, campaign, &used);
    Ok(Json::page("campaigns", &asked.plan, page.items, part, render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let campaign = snapshot.campaign(&id).ok_or_else(|| missing("Campaign", &id))?;
    answer(&state, &asked, campaign).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<CampaignBody>) -> Answer {
    let (offers, new) = (state.offers.clone(), body.read()?);
    let made = state.core.write(move |tx| Box::pin(async move { offers.create_campaign(tx, new).await })).await?;
    answer(&state, &asked, &made).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<CampaignBody>,
) -> Answer {
    let change = CampaignChange {
        identifier: body.campaign_identifier,
        name: body.name,
        description: body.description,
        starts_at: moment("starts_at", body.starts_at)?,
        ends_at: moment("ends_at", body.ends_at)?,
        limit: limit(body.budget.unwrap_or_default().limit)?,
    };
    let offers = state.offers.clone();
    let changed =
        state.core.write(move |tx| Box::pin(async move { offers.update_campaign(tx, &id, change).await })).await?;
    answer(&state, &asked, &changed).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (offers, gone) = (state.offers.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { offers.delete_campaign(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "campaign").into_response())
}

async fn change_promotions(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let offers = state.offers.clone();
    let campaign = state
        .core
        .write(move |tx| {
            Box::pin(async move { offers.change_promotions_of_campaign(tx, &id, &body.add, &body.remove).await })
        })
        .await?;
    answer(&state, &asked, &campaign).await
}

async fn answer(state: &AdminState, asked: &Asked, campaign: &Campaign) -> Answer {
    let used = state.offers.used(&[], std::slice::from_ref(&campaign.id)).await?;
    Ok(Json::one("campaign", &asked.plan, |obj| render(obj, campaign, &used)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, campaign: &Campaign, used: &Used) {
    obj.id(&campaign.id);
    obj.put("name", || &campaign.name);
    obj.put("description", || &campaign.description);
    obj.put("campaign_identifier", || &campaign.identifier);
    obj.put("starts_at", || campaign.starts_at);
    obj.put("ends_at", || campaign.ends_at);
    obj.put("created_at", || campaign.created_at);
    obj.put("updated_at", || campaign.updated_at);
    obj.put("deleted_at", || Null);
    let used = used.budget(&campaign.id);
    obj.nest_some("budget", campaign.budget.as_ref(), |obj, budget| render_budget(obj, &campaign.id, budget, used));
}

fn render_budget(obj: &mut Obj<'_>, campaign_id: &str, budget: &Budget, used: i64) {
    obj.id(&budget.id);
    obj.put("type", || word(budget.kind));
    obj.put("currency_code", || budget.currency);
    obj.put("attribute", || budget.holder.map(word));
    obj.put("created_at", || budget.created_at);
    obj.put("updated_at", || budget.updated_at);
    obj.put("deleted_at", || Null);
    obj.put("campaign_id", || campaign_id);
    obj.amount("limit", "raw_limit", || budget.limit);
    obj.amount("used", "raw_used", || Some(budget.shown(used)));
}

impl Listed for Campaign {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let description = self.description.as_deref().unwrap_or_default();
        vec![("name", &self.name), ("campaign_identifier", &self.identifier), ("description", description)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
