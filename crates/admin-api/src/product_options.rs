//! Options across products, those that products share, and the options of one product.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_catalog::{
    ListedOption, Metadata, NewOption, NewOptionValue, OptionChange, OptionFilter, OptionId, OptionQuery, OptionValue,
    OptionValueChange, OptionValueId, OptionsChange, Product,
};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Obj, PathId, PathIds, Plan, Query, Sent};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::list::{self, Listed, wanted};
use crate::product_body::{OptionBody, by_id, ranked, ranks};
use crate::product_wire::{fields, option_value, times};
use crate::products::{self, order, range};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/product-options", get(all).post(create))
        .route("/admin/product-options/{id}", get(one).post(update).delete(delete))
        .route("/admin/product-options/{id}/values", get(values))
        .route("/admin/product-options/{id}/values/{value_id}", get(value).post(update_value).delete(delete_value))
        .route("/admin/products/{id}/options", get(of_product))
        .route("/admin/products/{id}/options/batch", post(change_of_product))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    title: Option<String>,
    values: Option<Vec<String>>,
    ranks: Map<String, Value>,
    is_exclusive: Option<bool>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Metadata>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    list(&state, &asked, None).await
}

async fn of_product(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    if state.catalog.product(&id).await?.is_none() {
        return Err(missing("Product", &id));
    }
    list(&state, &asked, Some(id)).await
}

async fn list(state: &AdminState, asked: &Asked, product_id: Option<String>) -> Answer {
    let (filter, order) = (filter(&asked.query)?, order(&asked.query)?);
    let query = OptionQuery { filter, order, product_id, paging: asked.paging, ..OptionQuery::default() };
    let page = state.catalog.find_options(query).await?;
    let mut shown = Vec::with_capacity(page.items.len());
    for option in page.items {
        shown.push(Shown::load(state, &asked.plan, option).await?);
    }
    let part = (page.count, asked.paging);
    Ok(Json::page("product_options", &asked.plan, &shown, part, Shown::write).into_response())
}

/// What a query, or a group in its `$and` or `$or`, says of options.
fn filter(query: &Query) -> Result<OptionFilter> {
    let groups = |name| query.groups(name).iter().map(filter).collect::<Result<Vec<_>>>();
    Ok(OptionFilter {
        ids: wanted(query, "id")?.unwrap_or_default(),
        titles: wanted(query, "title")?.unwrap_or_default(),
        q: query.text("q").map(str::to_owned),
        is_exclusive: query.flag("is_exclusive"),
        created_at: range(query.times("created_at")?),
        updated_at: range(query.times("updated_at")?),
        nothing: query.asks_for_deleted()?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    answer(&state, &asked, &id).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    if body.is_exclusive == Some(true) {
        let message = "is_exclusive: an option of one product alone is made with that product";
        return Err(Error::invalid("is_exclusive", message).into());
    }
    let ranks = ranks(&body.ranks, "body")?;
    let new = NewOption {
        title: body.title.unwrap_or_default(),
        values: ranked(body.values.unwrap_or_default(), &ranks),
        metadata: body.metadata.flatten(),
        ..NewOption::default()
    };
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| Box::pin(async move { catalog.create_option(tx, new).await })).await?;
    answer(&state, &asked, made.id.as_str()).await
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let held = found(&state, &id).await?;
    if body.is_exclusive.is_some_and(|is_exclusive| is_exclusive == held.is_shared()) {
        let message = "is_exclusive: whether products share an option is settled when it is made; make another one";
        return Err(Error::invalid("is_exclusive", message).into());
    }
    let change = OptionChange {
        title: body.title,
        values: body.values.map(|values| ranked(values, &[])),
        ranks: ranks(&body.ranks, "body")?,
        metadata: body.metadata,
    };
    let (catalog, changed) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.update_option(tx, &changed, change).await })).await?;
    answer(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_option(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "product_option").into_response())
}

/// A value with the times of its option, as lists of values take it.
struct ListedValue {
    value: OptionValue,
    times: (Timestamp, Timestamp),
}

impl Listed for ListedValue {
    fn id(&self) -> &str {
        self.value.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("value", &self.value.value)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        self.times
    }

    fn number(&self, name: &str) -> Option<i64> {
        (name == "rank").then(|| self.value.rank.unwrap_or(i64::MAX))
    }
}

async fn values(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let option = found(&state, &id).await?;
    let listed = |value: &OptionValue| ListedValue { value: value.clone(), times: option.times() };
    let all: Vec<ListedValue> = option.values().iter().map(listed).collect();
    let page = list::part(&asked, &all, |_| true)?;
    let part = (page.count, asked.paging);
    Ok(Json::page("product_option_values", &asked.plan, page.items, part, |obj, listed| {
        option_value(obj, &id, &listed.value, listed.times);
    })
    .into_response())
}

async fn value(State(state): State<AdminState>, PathIds(id, value_id): PathIds, asked: Asked) -> Answer {
    answer_value(&state, &asked, &id, &value_id).await
}

#[derive(Deserialize)]
struct ValueBody {
    #[serde(default)]
    value: Option<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Metadata>,
}

async fn update_value(
    State(state): State<AdminState>,
    PathIds(id, value_id): PathIds,
    asked: Asked,
    Sent(body): Sent<ValueBody>,
) -> Answer {
    let change = OptionValueChange { value: body.value, metadata: body.metadata };
    let (catalog, option, changed) = (state.catalog.clone(), id.clone(), value_id.clone());
    state
        .core
        .write(move |tx| Box::pin(async move { catalog.update_option_value(tx, &option, &changed, change).await }))
        .await?;
    answer_value(&state, &asked, &id, &value_id).await
}

async fn delete_value(State(state): State<AdminState>, PathIds(id, value_id): PathIds) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), value_id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_option_value(tx, &id, &gone).await })).await?;
    Ok(Json::deleted(&value_id, "product_option_value").into_response())
}

/// An option that a product gets: a shared one, by its id alone or with some of its values, or a new one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Added {
    Id(OptionId),
    Option(Box<OptionBody>),
}

/// A value that an option of a product gets: of a shared option by its id, of its own as a new text.
#[derive(Deserialize)]
#[serde(untagged)]
enum AddedValue {
    Id(OptionValueId),
    New { value: String },
}

#[derive(Deserialize)]
struct ValuesBody {
    product_option_id: OptionId,
    #[serde(default)]
    add: Vec<AddedValue>,
    #[serde(default)]
    remove: Vec<OptionValueId>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OptionsBody {
    add: Vec<Added>,
    remove: Vec<OptionId>,
    update: Vec<ValuesBody>,
}

async fn change_of_product(
    State(state): State<AdminState>,
    PathId(product_id): PathId,
    asked: Asked,
    Sent(body): Sent<OptionsBody>,
) -> Answer {
    let mut change = OptionsChange { remove: body.remove, ..OptionsChange::default() };
    for (position, added) in body.add.into_iter().enumerate() {
        change.add.push(match added {
            Added::Id(id) => by_id(id),
            Added::Option(option) => option.read(&format!("add[{position}]"))?,
        });
    }
    for ValuesBody { product_option_id, add, remove } in body.update {
        let add = add.into_iter().map(|added| match added {
            AddedValue::Id(id) => NewOptionValue::of_id(id),
            AddedValue::New { value } => NewOptionValue::from(value),
        });
        change.values.push((product_option_id, add.collect(), remove));
    }
    let catalog = state.catalog.clone();
    let product: Product = state
        .core
        .write(move |tx| Box::pin(async move { catalog.change_options_of_product(tx, &product_id, change).await }))
        .await?;
    products::answer(&state, &asked.plan, Arc::new(product)).await
}

async fn found(state: &AdminState, id: &str) -> Result<ListedOption> {
    state.catalog.option(id).await?.ok_or_else(|| Error::not_found("Product option", id))
}

async fn answer(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let shown = Shown::load(state, &asked.plan, found(state, id).await?).await?;
    Ok(Json::one("product_option", &asked.plan, |obj| Shown::write(obj, &shown)).into_response())
}

async fn answer_value(state: &AdminState, asked: &Asked, id: &str, value_id: &str) -> Answer {
    let option = found(state, id).await?;
    let value = option.values().iter().find(|value| value.id.as_str() == value_id);
    let value = value.ok_or_else(|| missing("Product option value", value_id))?;
    let times = option.times();
    Ok(Json::one("product_option_value", &asked.plan, |obj| option_value(obj, id, value, times)).into_response())
}

/// An option with the products that have it.
struct Shown {
    option: ListedOption,
    products: Vec<Arc<Product>>,
}

impl Shown {
    async fn load(state: &AdminState, plan: &Plan, option: ListedOption) -> Result<Self> {
        let products = match &option {
            ListedOption::Own { product, .. } => vec![Arc::clone(product)],
            ListedOption::Shared(_) if plan.below("products").is_none() => Vec::new(),
            ListedOption::Shared(option) => {
                let ids = state.catalog.products_using(option.id.as_str()).await?;
                state.catalog.products(&ids).await?
            }
        };
        Ok(Self { option, products })
    }

    fn write(obj: &mut Obj<'_>, shown: &Self) {
        let option = &shown.option;
        obj.id(option.id().as_str());
        obj.put("title", || option.title());
        obj.put("is_exclusive", || !option.is_shared());
        obj.put("metadata", || option.metadata());
        times(obj, option.times());
        obj.nest_list("values", option.values(), |obj, value| {
            option_value(obj, option.id().as_str(), value, option.times());
        });
        obj.nest_list("products", &shown.products, |obj, product| fields(obj, product));
    }
}
