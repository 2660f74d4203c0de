//! Shipping options: what is offered to shoppers, for how much and when.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use tradewind_fulfilment::{FulfilmentSnapshot, OptionRuleChanges, RuleOperator, ShippingOption};
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, Plan, Sent};
use tradewind_kernel::{Error, Timestamp};

use crate::list::{self, Listed};
use crate::shipping_option_body::{ChangeBody, NewBody, RuleBody};
use crate::shipping_option_wire::{render, render_rule};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/shipping-options", get(all).post(create))
        .route("/admin/shipping-options/{id}", get(one).post(update).delete(delete))
        .route("/admin/shipping-options/{id}/rules/batch", post(change_rules))
}

#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct RulesBody {
    create: Vec<RuleBody>,
    update: Vec<RuleBody>,
    delete: Vec<String>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = &asked.query;
    let fulfilment = state.fulfilment.snapshot().await?;
    let locations = list::wanted(query, "stock_location_id")?;
    let (is_return, admin_only) = (query.flag("is_return"), query.flag("admin_only"));
    let starts_at = |option: &ShippingOption| {
        let set = fulfilment.zone(&option.service_zone_id).map(|(set, _)| set);
        set.and_then(|set| set.location_id.as_deref())
    };
    let page = list::part(&asked, fulfilment.options().iter().map(AsRef::as_ref), |option: &ShippingOption| {
        locations.as_ref().is_none_or(|wanted| wanted.iter().any(|id| starts_at(option) == Some(id)))
            && is_return.is_none_or(|wanted| says(option, "is_return", "true") == wanted)
            && admin_only.is_none_or(|wanted| says(option, "enabled_in_store", "false") == wanted)
    })?;
    let part = (page.count, asked.paging);
    let shown =
        Json::page("shipping_options", &asked.plan, page.items, part, |obj, option| render(obj, option, &fulfilment));
    Ok(shown.into_response())
}

/// Whether a rule of the option says that an attribute is this.
fn says(option: &ShippingOption, attribute: &str, value: &str) -> bool {
    let mut rules = option.rules.iter();
    rules.any(|rule| rule.attribute == attribute && rule.operator == RuleOperator::Eq && rule.value == value)
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    show(&state, &asked, &id).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<NewBody>) -> Answer {
    let new = body.read(&*state.market.snapshot().await?)?;
    let fulfilment = state.fulfilment.clone();
    let made = state.core.write(move |tx| Box::pin(async move { fulfilment.create_option(tx, new).await })).await?;
    show(&state, &asked, &made.id).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChangeBody>,
) -> Answer {
    let held = state.fulfilment.snapshot().await?;
    let held = held.option(&id).ok_or_else(|| missing("Shipping option", &id))?;
    let change = body.read(held, &*state.market.snapshot().await?)?;
    let (fulfilment, option_id) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.update_option(tx, &option_id, change).await })).await?;
    show(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (fulfilment, gone) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.delete_option(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "shipping_option").into_response())
}

async fn change_rules(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<RulesBody>,
) -> Answer {
    let (count, updated, deleted) =
        (body.create.len(), body.update.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>(), body.delete.clone());
    let changes = OptionRuleChanges {
        create: body.create.into_iter().map(Into::into).collect(),
        update: body.update.into_iter().map(Into::into).collect(),
        delete: body.delete,
    };
    let fulfilment = state.fulfilment.clone();
    let changed = state
        .core
        .write(move |tx| Box::pin(async move { fulfilment.change_option_rules(tx, &id, changes).await }))
        .await?;
    // New rules stand behind those there were.
    let created = &changed.rules[changed.rules.len().saturating_sub(count)..];
    let updated = changed.rules.iter().filter(|rule| updated.contains(&rule.id));
    Ok(Json::object(|answer| {
        answer.nest_list_with("created", &asked.plan, created, |obj, rule| render_rule(obj, &changed, rule));
        answer.nest_list_with("updated", &asked.plan, updated, |obj, rule| render_rule(obj, &changed, rule));
        answer.nest_with("deleted", Plan::all(), |obj| {
            obj.always("ids", &deleted);
            obj.always("object", "shipping_option_rule");
            obj.always("deleted", true);
        });
    })
    .into_response())
}

async fn show(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let option = find(&fulfilment, id)?;
    Ok(Json::one("shipping_option", &asked.plan, |obj| render(obj, option, &fulfilment)).into_response())
}

fn find<'f>(fulfilment: &'f FulfilmentSnapshot, id: &str) -> Result<&'f ShippingOption, Error> {
    fulfilment.option(id).map(AsRef::as_ref).ok_or_else(|| Error::not_found("Shipping option", id))
}

impl Listed for ShippingOption {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &self.name),
            ("price_type", self.price_type.as_str()),
            ("service_zone_id", &self.service_zone_id),
            ("shipping_profile_id", &self.shipping_profile_id),
            ("provider_id", &self.provider_id),
            ("shipping_option_type_id", &self.type_.id),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
