//! Products: found, made, changed, removed.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_catalog::{Direction, OrderKey, Product, ProductFilter, ProductQuery, TimeRange, VariantFilter};
use tradewind_http::problem::Answer;
use tradewind_http::query::{self, Query, unknown_order};
use tradewind_http::{Asked, Json, PathId, Plan, Sent};
use tradewind_kernel::{Error, Result};

use crate::list::wanted;
use crate::product_body::ProductBody;
use crate::product_wire::{self, Beside};
use crate::{AdminState, missing, product_stock};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/products", get(all).post(create))
        .route("/admin/products/{id}", get(one).post(update).delete(delete))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = ProductQuery { filter: filter(&asked.query)?, order: order(&asked.query)?, paging: asked.paging };
    if query.filter.q.is_some() {
        // Staff look for what they have just made.
        state.catalog.settle_search().await?;
    }
    let page = state.catalog.find(query).await?;
    let beside = Beside::products(&state, &asked.plan, &page.items).await?;
    Ok(Json::page("products", &asked.plan, &page.items, (page.count, asked.paging), |obj, product| {
        product_wire::product(obj, product, &beside);
    })
    .into_response())
}

/// What a query, or a group in its `$and` or `$or`, says of products.
fn filter(query: &Query) -> Result<ProductFilter> {
    query.refuse(&["price_list_id"])?;
    let list = |name: &str| wanted(query, name).map(Option::unwrap_or_default);
    let groups = |name| query.groups(name).iter().map(filter).collect::<Result<Vec<_>>>();
    let mut all = groups("$and")?;
    let mut status = None;
    match &list("status")?[..] {
        [] => {}
        [only] => status = Some(only.parse()?),
        several => {
            let of = |status: &String| Ok(ProductFilter { status: Some(status.parse()?), ..ProductFilter::default() });
            let any = several.iter().map(of).collect::<Result<_>>()?;
            all.push(ProductFilter { any, ..ProductFilter::default() });
        }
    }
    Ok(ProductFilter {
        ids: list("id")?,
        handles: list("handle")?,
        titles: list("title")?,
        external_ids: list("external_id")?,
        q: query.text("q").map(str::to_owned),
        category_ids: list("category_id")?,
        collection_ids: list("collection_id")?,
        tag_ids: list("tag_id")?,
        type_ids: list("type_id")?,
        option_ids: list("option_id")?,
        option_value_ids: list("option_value_id")?,
        sales_channel_ids: list("sales_channel_id")?,
        variants: query.below("variants").map(|query| variant_filter(&query).map(Box::new)).transpose()?,
        status,
        is_giftcard: query.flag("is_giftcard"),
        created_at: range(query.times("created_at")?),
        updated_at: range(query.times("updated_at")?),
        nothing: query.asks_for_deleted()?,
        all,
        any: groups("$or")?,
    })
}

/// What a query, or a group in its `$and` or `$or`, says of variants.
pub(crate) fn variant_filter(query: &Query) -> Result<VariantFilter> {
    let list = |name: &str| wanted(query, name).map(Option::unwrap_or_default);
    let groups = |name| query.groups(name).iter().map(variant_filter).collect::<Result<Vec<_>>>();
    Ok(VariantFilter {
        ids: list("id")?,
        product_ids: Vec::new(),
        skus: list("sku")?,
        eans: list("ean")?,
        upcs: list("upc")?,
        barcodes: list("barcode")?,
        q: query.text("q").map(str::to_owned),
        allow_backorder: query.flag("allow_backorder"),
        manage_inventory: query.flag("manage_inventory"),
        choice: None,
        created_at: range(query.times("created_at")?),
        updated_at: range(query.times("updated_at")?),
        nothing: query.asks_for_deleted()?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}

pub(crate) fn range(range: query::TimeRange) -> TimeRange {
    TimeRange { gt: range.gt, gte: range.gte, lt: range.lt, lte: range.lte }
}

pub(crate) fn order(query: &Query) -> Result<Vec<(OrderKey, Direction)>> {
    let read = |(name, descending): (&str, bool)| {
        let key: OrderKey = name.parse().map_err(|_| unknown_order(name))?;
        Ok((key, if descending { Direction::Descending } else { Direction::Ascending }))
    };
    query.order().into_iter().map(read).collect()
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let product = state.catalog.product(&id).await?.ok_or_else(|| missing("Product", &id))?;
    answer(&state, &asked.plan, product).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<ProductBody>) -> Answer {
    let mut new = body.into_new(&*state.market.snapshot().await?)?;
    check_profile(&state, new.shipping_profile_id.as_deref()).await?;
    let items = product_stock::for_product(&state, &mut new).await?;
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| Box::pin(async move { catalog.create_product(tx, new).await })).await;
    let product = kept(&state, items, made).await?;
    answer(&state, &asked.plan, Arc::new(product)).await
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ProductBody>,
) -> Answer {
    let before = state.catalog.product(&id).await?.ok_or_else(|| missing("Product", &id))?;
    let mut change = body.into_change(&*state.market.snapshot().await?)?;
    check_profile(&state, change.shipping_profile_id.as_ref().and_then(Option::as_deref)).await?;
    let items = product_stock::for_change(&state, &mut change).await?;
    let catalog = state.catalog.clone();
    let changed =
        state.core.write(move |tx| Box::pin(async move { catalog.update_product(tx, &id, change).await })).await;
    let product = kept(&state, items, changed).await?;
    product_stock::free(&state, product_stock::items_left(&before.variants, &product.variants)).await;
    answer(&state, &asked.plan, Arc::new(product)).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let before = state.catalog.product(&id).await?.ok_or_else(|| missing("Product", &id))?;
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_product(tx, &gone).await })).await?;
    product_stock::free(&state, product_stock::items_of(&before.variants)).await;
    Ok(Json::deleted(&id, "product").into_response())
}

/// A shipping profile that is named exists.
pub(crate) async fn check_profile(state: &AdminState, profile_id: Option<&str>) -> Result<()> {
    let Some(id) = profile_id else { return Ok(()) };
    let fulfilment = state.fulfilment.snapshot().await?;
    match fulfilment.profile(id).is_some() {
        true => Ok(()),
        false => Err(Error::invalid("shipping_profile_id", "shipping_profile_id: there is no such shipping profile")),
    }
}

/// What the catalogue made of a change; the inventory items made for it go again where it refused.
pub(crate) async fn kept<T>(state: &AdminState, items: Vec<String>, outcome: Result<T>) -> Result<T> {
    if outcome.is_err() {
        product_stock::take_back(state, items).await;
    }
    outcome
}

/// A product, as the answer to a request.
pub(crate) async fn answer(state: &AdminState, plan: &Plan, product: Arc<Product>) -> Answer {
    let products = [product];
    let beside = Beside::products(state, plan, &products).await?;
    let [product] = &products;
    Ok(Json::one("product", plan, |obj| product_wire::product(obj, product, &beside)).into_response())
}
