//! Rules of promotions: what they compare with by name, what they can compare with, and changes of several at once.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;
use tradewind_catalog::{ProductFilter, ProductQuery};
use tradewind_http::call::PathIds;
use tradewind_http::problem::Answer;
use tradewind_http::query::unknown_order;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Sent};
use tradewind_kernel::{Error, Page, Paging, Result};
use tradewind_market::{countries, currencies};
use tradewind_offers::{Promotion, PromotionRule, RuleSet};

use crate::AdminState;
use crate::list::wanted;
use crate::promotion_attributes::{Attribute, Nature, operator_label, rule_set};
use crate::promotion_wire::{RuleBody, changed_rules, new_rules, render_rule, word};
use crate::promotions::find;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/promotions/{id}/rules/batch", post(change_cart_rules))
        .route("/admin/promotions/{id}/target-rules/batch", post(change_target_rules))
        .route("/admin/promotions/{id}/buy-rules/batch", post(change_buy_rules))
        .route("/admin/promotions/{id}/{rule_type}", get(rules))
        .route("/admin/promotions/rule-attribute-options/{rule_type}", get(attribute_options))
        .route("/admin/promotions/rule-value-options/{rule_type}/{rule_attribute_id}", get(value_options))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Batch {
    create: Vec<RuleBody>,
    update: Vec<RuleBody>,
    delete: Vec<String>,
}

async fn change_cart_rules(state: State<AdminState>, id: PathId, asked: Asked, sent: Sent<Batch>) -> Answer {
    change_rules(RuleSet::Cart, state, id, asked, sent).await
}

async fn change_target_rules(state: State<AdminState>, id: PathId, asked: Asked, sent: Sent<Batch>) -> Answer {
    change_rules(RuleSet::Target, state, id, asked, sent).await
}

async fn change_buy_rules(state: State<AdminState>, id: PathId, asked: Asked, sent: Sent<Batch>) -> Answer {
    change_rules(RuleSet::Buy, state, id, asked, sent).await
}

async fn change_rules(
    set: RuleSet,
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Batch>,
) -> Answer {
    let (create, update) = (new_rules("create", body.create)?, changed_rules(body.update));
    let (offers, delete) = (state.offers.clone(), body.delete.clone());
    let (created, updated) = state
        .core
        .write(move |tx| Box::pin(async move { offers.change_rules(tx, &id, set, create, update, &delete).await }))
        .await?;
    Ok(Json::object(|obj| {
        obj.nest_list_with("created", &asked.plan, &created, render_rule);
        obj.nest_list_with("updated", &asked.plan, &updated, render_rule);
        obj.nest_with("deleted", Plan::all(), |obj| {
            obj.always("ids", &body.delete);
            obj.always("object", "promotion-rule");
            obj.always("deleted", true);
        });
    })
    .into_response())
}

/// The rules of a promotion with the names of what they compare with, after what of the promotion looks like a rule.
async fn rules(State(state): State<AdminState>, PathIds(id, rule_type): PathIds) -> Answer {
    let set = rule_set(&rule_type)?;
    let snapshot = state.offers.snapshot().await?;
    let promotion = &find(&snapshot, &id)?.promotion;
    let mut shown = Vec::new();
    for attribute in Nature::of(promotion).attributes(set) {
        if attribute.is_disguised {
            let value = value_of(promotion, attribute.id);
            if attribute.is_required || !value.is_null() {
                shown.push((attribute, None, value));
            }
        }
    }
    for rule in promotion.rules_of(set) {
        let attributes = Nature::of(promotion).attributes(set);
        if let Some(attribute) = attributes.into_iter().find(|attribute| attribute.value == rule.attribute) {
            let values = named_values(&state, &attribute, &rule.values).await?;
            shown.push((attribute, Some(rule), values));
        }
    }
    Ok(Json::object(|obj| {
        obj.nest_list_with("rules", Plan::all(), &shown, |obj, (attribute, rule, values)| {
            render_named(obj, attribute, *rule, values);
        });
    })
    .into_response())
}

/// A field of a promotion that looks like a rule.
fn value_of(promotion: &Promotion, field: &str) -> Value {
    match field {
        "buy_rules_min_quantity" => promotion.method.buy_quantity.into(),
        "apply_to_quantity" => promotion.method.apply_to_quantity.into(),
        _ => match promotion.method.currency {
            Some(currency) => serde_json::json!([{ "label": currency.code(), "value": currency.code() }]),
            None => Value::Null,
        },
    }
}

/// What a rule compares with: a number as it is, anything else with its name.
async fn named_values(state: &AdminState, attribute: &Attribute, values: &[String]) -> Result<Value> {
    if attribute.is_number() {
        return Ok(values.first().cloned().into());
    }
    let all = Paging { offset: 0, limit: values.len() as u64 };
    let named = choices(state, attribute.id, Some(values), "", all).await?;
    let label = |value: &String| {
        let found = named.as_ref().and_then(|named| named.items.iter().find(|choice| choice.value == *value));
        found.map_or_else(|| value.clone(), |choice| choice.label.clone())
    };
    let pairs = values.iter().map(|value| serde_json::json!({ "value": value, "label": label(value) }));
    Ok(pairs.collect())
}

fn render_named(obj: &mut Obj<'_>, attribute: &Attribute, rule: Option<&PromotionRule>, values: &Value) {
    attribute.render(obj);
    let operator = match rule {
        Some(rule) => {
            obj.id(&rule.id);
            obj.always("value", attribute.value);
            obj.always("description", &rule.description);
            obj.always("created_at", rule.created_at);
            obj.always("updated_at", rule.updated_at);
            obj.always("deleted_at", Null);
            word(rule.operator)
        }
        None => "eq".into(),
    };
    obj.always("attribute", attribute.value);
    obj.always("attribute_label", attribute.label);
    obj.always("operator_label", operator_label(operator.as_str().unwrap_or_default()));
    obj.always("operator", operator);
    // What must be there and is not yet, is an empty choice.
    match (values, attribute.is_number()) {
        (Value::Null, false) => obj.always("values", Value::Array(Vec::new())),
        (values, _) => obj.always("values", values),
    }
}

async fn attribute_options(PathId(rule_type): PathId, asked: Asked) -> Answer {
    let attributes = Nature::asked(&asked).attributes(rule_set(&rule_type)?);
    Ok(Json::object(|obj| {
        obj.nest_list_with("attributes", Plan::all(), &attributes, |obj, attribute| {
            obj.id(attribute.id);
            obj.always("value", attribute.value);
            attribute.render(obj);
        });
    })
    .into_response())
}

async fn value_options(
    State(state): State<AdminState>,
    PathIds(rule_type, attribute_id): PathIds,
    asked: Asked,
) -> Answer {
    let attributes = Nature::asked(&asked).attributes(rule_set(&rule_type)?);
    let attribute = attributes.iter().find(|attribute| attribute.id == attribute_id).ok_or_else(|| {
        let known: Vec<&str> = attributes.iter().map(|attribute| attribute.id).collect();
        let message = format!("rule_attribute_id must be one of {} here", known.join(", "));
        Error::invalid("rule_attribute_id", message)
    })?;
    if let Some((name, _)) = asked.query.order().first() {
        return Err(unknown_order(name).into());
    }
    let among = wanted(&asked.query, "value")?;
    let words = asked.query.text("q").unwrap_or_default();
    let page = choices(&state, attribute.id, among.as_deref(), words, asked.paging).await?.ok_or_else(|| {
        let message =
            format!("rule_attribute_id: {attribute_id} is compared with a number, not with a choice of values");
        Error::invalid("rule_attribute_id", message)
    })?;
    let part = (page.count, asked.paging);
    let render = |obj: &mut Obj<'_>, choice: &Choice| {
        obj.always("label", &choice.label);
        obj.always("value", &choice.value);
    };
    Ok(Json::page("values", Plan::all(), &page.items, part, render).into_response())
}

/// What a rule can compare with.
struct Choice {
    label: String,
    value: String,
}

impl Choice {
    fn new(label: &str, value: &str) -> Self {
        Self { label: label.to_owned(), value: value.to_owned() }
    }
}

/// What an attribute can be compared with: among some values, with these words in the name. `None` where it is no choice.
async fn choices(
    state: &AdminState,
    attribute: &str,
    among: Option<&[String]>,
    words: &str,
    paging: Paging,
) -> Result<Option<Page<Choice>>> {
    let all: Vec<Choice> = match attribute {
        "product" if among.is_some_and(<[String]>::is_empty) => Vec::new(),
        "product" => {
            let filter = ProductFilter {
                ids: among.map(<[String]>::to_vec).unwrap_or_default(),
                q: Some(words.to_owned()).filter(|words| !words.is_empty()),
                ..ProductFilter::default()
            };
            let page = state.catalog.find(ProductQuery { filter, paging, ..ProductQuery::default() }).await?;
            let items = page.items.iter().map(|product| Choice::new(&product.title, product.id.as_str())).collect();
            return Ok(Some(Page { items, count: page.count }));
        }
        "product_category" | "product_collection" | "product_type" | "product_tag" => terms(state, attribute).await?,
        "customer_group" => {
            let groups = state.accounts.groups().await?;
            groups.iter().map(|group| Choice::new(&group.name, group.id.as_str())).collect()
        }
        "region" => {
            let market = state.market.snapshot().await?;
            market.regions().iter().map(|region| Choice::new(&region.name, region.id.as_str())).collect()
        }
        "sales_channel" => {
            let market = state.market.snapshot().await?;
            market.sales_channels().iter().map(|channel| Choice::new(&channel.name, channel.id.as_str())).collect()
        }
        "country" => countries().iter().map(|country| Choice::new(country.display_name, country.iso_2)).collect(),
        "currency_code" => currencies().iter().map(|it| Choice::new(it.name, it.code.code())).collect(),
        "shipping_option_type" => {
            let fulfilment = state.fulfilment.snapshot().await?;
            let types = fulfilment.options().iter().map(|option| &option.type_);
            types.map(|own| Choice::new(&own.label, &own.id)).collect()
        }
        _ => return Ok(None),
    };
    let words = words.to_lowercase();
    let mut fitting: Vec<Choice> = Vec::new();
    for choice in all {
        let is_named = among.is_none_or(|among| among.contains(&choice.value));
        if is_named && words.split_whitespace().all(|word| choice.label.to_lowercase().contains(word)) {
            fitting.push(choice);
        }
    }
    Ok(Some(Page::cut(fitting, paging)))
}

/// The categories, collections, types or tags of the catalogue.
async fn terms(state: &AdminState, attribute: &str) -> Result<Vec<Choice>> {
    let taxonomy = state.catalog.taxonomy().await?;
    Ok(match attribute {
        "product_category" => taxonomy.categories().iter().map(|it| Choice::new(&it.name, it.id.as_str())).collect(),
        "product_collection" => {
            taxonomy.collections().iter().map(|it| Choice::new(&it.title, it.id.as_str())).collect()
        }
        "product_type" => taxonomy.types().iter().map(|it| Choice::new(&it.value, it.id.as_str())).collect(),
        _ => taxonomy.tags().iter().map(|it| Choice::new(&it.value, it.id.as_str())).collect(),
    })
}
