//! Price lists: prices that hold for a time, for some groups of customers, instead of the ordinary ones.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Sent};
use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_offers::{ListPrice, PriceList};

use crate::collections::{AddAndRemove, check_products};
use crate::list::{self, Listed, fits_time, wanted};
use crate::price_list_wire::{
    PriceBody, PriceListBody, changed_prices, new_prices, render, render_price, shows_prices, variants,
};
use crate::promotion_wire::word;
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/price-lists", get(all).post(create))
        .route("/admin/price-lists/{id}", get(one).post(update).delete(delete))
        .route("/admin/price-lists/{id}/prices", get(prices))
        .route("/admin/price-lists/{id}/prices/batch", post(change_prices))
        .route("/admin/price-lists/{id}/products", post(change_products))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Batch {
    create: Vec<PriceBody>,
    update: Vec<PriceBody>,
    delete: Vec<String>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let query = &asked.query;
    let statuses = wanted(query, "status")?;
    let mut lists = Vec::new();
    for list in snapshot.price_lists() {
        if fits_time(query, "starts_at", list.starts_at)? && fits_time(query, "ends_at", list.ends_at)? {
            lists.push(list);
        }
    }
    let page = list::part(&asked, lists, |list| {
        let status = word(list.status);
        let rules = usize::from(!list.customer_group_ids.is_empty()).to_string();
        statuses.as_ref().is_none_or(|wanted| wanted.iter().any(|wanted| status == **wanted))
            && query
                .get("rules_count")
                .and_then(Value::as_array)
                .is_none_or(|counts| counts.iter().any(|count| count.to_string().trim_matches('"') == rules))
    })?;
    let all_prices = prices_of(&state, &asked, &page.items).await?;
    let part = (page.count, asked.paging);
    let render = |obj: &mut Obj<'_>, list: &PriceList| render(obj, list, &own(&all_prices, list));
    Ok(Json::page("price_lists", &asked.plan, page.items, part, render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    let list = snapshot.price_list(&id).ok_or_else(|| missing("Price list", &id))?;
    answer(&state, &asked, list).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<PriceListBody>) -> Answer {
    check_variants(&state, body.variants()).await?;
    let market = state.market.snapshot().await?;
    let (offers, new) = (state.offers.clone(), body.read_new(&market)?);
    let made = state.core.write(move |tx| Box::pin(async move { offers.create_price_list(tx, new).await })).await?;
    answer(&state, &asked, &made).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<PriceListBody>,
) -> Answer {
    let (offers, change) = (state.offers.clone(), body.read_change()?);
    let changed =
        state.core.write(move |tx| Box::pin(async move { offers.update_price_list(tx, &id, change).await })).await?;
    answer(&state, &asked, &changed).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (offers, gone) = (state.offers.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { offers.delete_price_list(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "price_list").into_response())
}

async fn prices(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let snapshot = state.offers.snapshot().await?;
    snapshot.price_list(&id).ok_or_else(|| missing("Price list", &id))?;
    match asked.query.order()[..] {
        [] | [("id" | "created_at", false)] => {}
        [(name, _), ..] => return Err(tradewind_http::query::unknown_order(name).into()),
    }
    let page = state.offers.list_prices(&id, asked.paging).await?;
    let part = (page.count, asked.paging);
    Ok(Json::page("prices", &asked.plan, &page.items, part, render_price).into_response())
}

async fn change_prices(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Batch>,
) -> Answer {
    check_variants(&state, variants("create", &body.create)).await?;
    check_variants(&state, variants("update", &body.update)).await?;
    let market = state.market.snapshot().await?;
    let (create, update) = (new_prices("create", body.create, &market)?, changed_prices(body.update, &market)?);
    let (offers, delete) = (state.offers.clone(), body.delete.clone());
    let done = state
        .core
        .write(move |tx| Box::pin(async move { offers.change_list_prices(tx, &id, create, update, &delete).await }))
        .await?;
    Ok(Json::object(|obj| {
        obj.nest_list_with("created", &asked.plan, &done.created, render_price);
        obj.nest_list_with("updated", &asked.plan, &done.updated, render_price);
        obj.nest_with("deleted", Plan::all(), |obj| {
            obj.always("ids", &body.delete);
            obj.always("object", "price");
            obj.always("deleted", true);
        });
    })
    .into_response())
}

async fn change_products(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    check_products(&state, &body).await?;
    let products = state.catalog.products(&body.remove).await?;
    let variants = products.iter().flat_map(|product| product.variants.iter());
    let variant_ids: Vec<String> = variants.map(|variant| variant.id.as_str().to_owned()).collect();
    let (offers, list_id) = (state.offers.clone(), id.clone());
    state
        .core
        .write(move |tx| Box::pin(async move { offers.remove_variants_from_list(tx, &list_id, &variant_ids).await }))
        .await?;
    let snapshot = state.offers.snapshot().await?;
    let list = snapshot.price_list(&id).ok_or_else(|| missing("Price list", &id))?;
    answer(&state, &asked, list).await
}

/// The variants with these ids exist; the first that does not is named by its field.
async fn check_variants(state: &AdminState, named: Vec<(String, String)>) -> Result<()> {
    let ids: Vec<&str> = named.iter().map(|(_, id)| id.as_str()).collect();
    let found = state.catalog.variants(&ids).await?;
    let known: std::collections::HashSet<&str> = found.iter().map(|it| it.variant().id.as_str()).collect();
    match named.iter().find(|(_, id)| !known.contains(id.as_str())) {
        None => Ok(()),
        Some((field, id)) => {
            let shown: String = id.chars().take(80).collect();
            Err(Error::invalid(field, format!("{field}: there is no variant with id: {shown}")))
        }
    }
}

async fn answer(state: &AdminState, asked: &Asked, list: &PriceList) -> Answer {
    let prices = prices_of(state, asked, &[list]).await?;
    Ok(Json::one("price_list", &asked.plan, |obj| render(obj, list, &own(&prices, list))).into_response())
}

/// The prices of some lists, where they are asked for.
async fn prices_of(state: &AdminState, asked: &Asked, lists: &[&PriceList]) -> Result<Vec<ListPrice>> {
    if !shows_prices(&asked.plan) {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = lists.iter().map(|list| list.id.clone()).collect();
    state.offers.prices_of_lists(&ids).await
}

fn own<'p>(prices: &'p [ListPrice], list: &PriceList) -> Vec<&'p ListPrice> {
    prices.iter().filter(|price| price.list_id == list.id).collect()
}

impl Listed for PriceList {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("title", &self.title), ("description", self.description.as_deref().unwrap_or_default())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
