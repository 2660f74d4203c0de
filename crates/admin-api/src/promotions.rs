//! Promotions: something off, for whoever gives the code or for everybody.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde_json::Value;
use tradewind_http::problem::Answer;
use tradewind_http::query::Query;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Timestamp};
use tradewind_offers::{OffersSnapshot, StoredPromotion, Used};

use crate::list::{self, Listed, wanted};
use crate::promotion_wire::{PromotionBody, render};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/promotions", get(all).post(create))
        .route("/admin/promotions/{id}", get(one).post(update).delete(delete))
}

/// The promotion with this id or this code.
pub(crate) fn find<'s>(snapshot: &'s OffersSnapshot, id: &str) -> Result<&'s Arc<StoredPromotion>, Error> {
    let found = snapshot.promotion(id).or_else(|| snapshot.promotion_by_code(id));
    found.ok_or_else(|| Error::not_found("Promotion", id))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let campaigns = wanted(&asked.query, "campaign_id")?;
    let currencies = currencies(&asked.query);
    let promotions = snapshot.promotions().map(|stored| &**stored);
    let page = list::part(&asked, promotions, |stored| {
        let own = stored.promotion.campaign_id.as_deref().unwrap_or("null");
        let currency = stored.promotion.method.currency;
        campaigns.as_ref().is_none_or(|ids| ids.iter().any(|id| id == own))
            && currencies
                .as_ref()
                .is_none_or(|codes| codes.iter().any(|code| currency.is_some_and(|it| it.code() == code)))
    })?;
    let used = used(&state, page.items.iter().copied()).await?;
    let part = (page.count, asked.paging);
    let render = |obj: &mut Obj<'_>, stored| render(obj, stored, &used);
    Ok(Json::page("promotions", &asked.plan, page.items, part, render).into_response())
}

/// The currencies of `application_method[currency_code]`.
fn currencies(query: &Query) -> Option<Vec<String>> {
    match query.get("application_method")?.get("currency_code")? {
        Value::Array(codes) => Some(codes.iter().filter_map(|code| code.as_str().map(str::to_lowercase)).collect()),
        code => Some(vec![code.as_str()?.to_lowercase()]),
    }
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    answer(&state, &asked, &id).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(mut body): Sent<PromotionBody>) -> Answer {
    let campaign = body.campaign.take().map(|campaign| campaign.read()).transpose()?;
    let mut new = body.read_new()?;
    if campaign.is_some() && new.campaign_id.is_some() {
        let message = "campaign: send either a campaign to be made or the campaign_id of one that exists, not both";
        return Err(Error::invalid("campaign", message).into());
    }
    let offers = state.offers.clone();
    let made = state
        .core
        .write(move |tx| {
            Box::pin(async move {
                if let Some(campaign) = campaign {
                    new.campaign_id = Some(offers.create_campaign(tx, campaign).await?.id);
                }
                offers.create_promotion(tx, new).await
            })
        })
        .await?;
    answer(&state, &asked, &made.id).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<PromotionBody>,
) -> Answer {
    let (offers, change) = (state.offers.clone(), body.read_change()?);
    let changed =
        state.core.write(move |tx| Box::pin(async move { offers.update_promotion(tx, &id, change).await })).await?;
    answer(&state, &asked, &changed.id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (offers, gone) = (state.offers.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { offers.delete_promotion(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "promotion").into_response())
}

async fn answer(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let stored = find(&snapshot, id).map_err(|_| missing("Promotion", id))?;
    let used = used(state, [&**stored]).await?;
    Ok(Json::one("promotion", &asked.plan, |obj| render(obj, stored, &used)).into_response())
}

/// What the counters of some promotions and of their campaigns stand at.
async fn used<'p>(
    state: &AdminState,
    promotions: impl IntoIterator<Item = &'p StoredPromotion>,
) -> Result<Used, Error> {
    let (mut ids, mut campaign_ids) = (Vec::new(), Vec::new());
    for stored in promotions {
        ids.push(stored.promotion.id.clone());
        campaign_ids.extend(stored.promotion.campaign_id.clone());
    }
    state.offers.used(&ids, &campaign_ids).await
}

impl Listed for StoredPromotion {
    fn id(&self) -> &str {
        &self.promotion.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("code", &self.promotion.code)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.promotion.created_at, self.promotion.updated_at)
    }
}
