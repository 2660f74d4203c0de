//! Variants of products, across products and of one, and what of the stock they use.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use http::request::Parts;
use serde::Deserialize;
use tradewind_catalog::{InventoryLink, PartsChange, Product, VariantFilter, VariantOf, VariantQuery};
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, PathIds, Problem, Sent};
use tradewind_kernel::{Error, Result};

use crate::product_body::VariantBody;
use crate::product_wire::{self, Beside};
use crate::products::{self, kept, order, variant_filter};
use crate::{AdminState, missing, product_stock};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/product-variants", get(all))
        .route("/admin/products/{id}/variants", get(of_product).post(create))
        .route("/admin/products/{id}/variants/{variant_id}", get(one).post(update).delete(delete))
        .route("/admin/products/{id}/variants/{variant_id}/inventory-items", post(link))
        .route(
            "/admin/products/{id}/variants/{variant_id}/inventory-items/{inventory_item_id}",
            post(change_link).delete(unlink),
        )
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    list(&state, &asked, Vec::new()).await
}

async fn of_product(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    if state.catalog.product(&id).await?.is_none() {
        return Err(missing("Product", &id));
    }
    list(&state, &asked, vec![id]).await
}

async fn list(state: &AdminState, asked: &Asked, product_ids: Vec<String>) -> Answer {
    let query = &asked.query;
    let page = state
        .catalog
        .find_variants(VariantQuery {
            filter: VariantFilter { product_ids, ..variant_filter(query)? },
            order: order(query)?,
            paging: asked.paging,
            ..VariantQuery::default()
        })
        .await?;
    let beside = Beside::variants(state, &asked.plan, page.items.iter().map(VariantOf::variant)).await?;
    Ok(Json::page("variants", &asked.plan, &page.items, (page.count, asked.paging), |obj, found| {
        product_wire::variant(obj, &found.product, found.variant(), &beside, false);
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathIds(product_id, id): PathIds, asked: Asked) -> Answer {
    let product = product_of(&state, &product_id, &id).await?;
    answer(&state, &asked, &product, &id).await
}

async fn create(
    State(state): State<AdminState>,
    PathId(product_id): PathId,
    asked: Asked,
    Sent(body): Sent<VariantBody>,
) -> Answer {
    if state.catalog.product(&product_id).await?.is_none() {
        return Err(missing("Product", &product_id));
    }
    let mut new = [body.into_new("variant", &*state.market.snapshot().await?)?];
    let items = product_stock::for_variants(&state, new.iter_mut()).await?;
    let catalog = state.catalog.clone();
    let made = state
        .core
        .write(move |tx| Box::pin(async move { catalog.create_variants(tx, &product_id, new.into()).await }))
        .await;
    let product = kept(&state, items, made).await?;
    products::answer(&state, &asked.plan, Arc::new(product)).await
}

async fn update(
    State(state): State<AdminState>,
    PathIds(product_id, id): PathIds,
    asked: Asked,
    Sent(body): Sent<VariantBody>,
) -> Answer {
    product_of(&state, &product_id, &id).await?;
    let change = body.into_change("variant", &*state.market.snapshot().await?)?;
    let catalog = state.catalog.clone();
    let product = state
        .core
        .write(move |tx| Box::pin(async move { catalog.update_variant(tx, &product_id, &id, change).await }))
        .await?;
    products::answer(&state, &asked.plan, Arc::new(product)).await
}

async fn delete(State(state): State<AdminState>, PathIds(product_id, id): PathIds, asked: Asked) -> Answer {
    let before = product_of(&state, &product_id, &id).await?;
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    let product = state
        .core
        .write(move |tx| Box::pin(async move { catalog.delete_variant(tx, &product_id, &gone).await }))
        .await?;
    product_stock::free(&state, product_stock::items_left(&before.variants, &product.variants)).await;
    let products = [Arc::new(product)];
    let beside = Beside::products(&state, &asked.plan, &products).await?;
    let [product] = &products;
    Ok(Json::object(|obj| {
        obj.id(&id);
        obj.always("object", "variant");
        obj.always("deleted", true);
        obj.nest_with("parent", &asked.plan, |obj| product_wire::product(obj, product, &beside));
    })
    .into_response())
}

#[derive(Deserialize)]
struct NewLink {
    inventory_item_id: String,
    required_quantity: i64,
}

/// The product, the variant and the inventory item in a path.
struct PathLink {
    product_id: String,
    variant_id: String,
    item_id: String,
}

impl FromRequestParts<AdminState> for PathLink {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AdminState) -> Result<Self, Problem> {
        let path = Path::<(String, String, String)>::from_request_parts(parts, state).await;
        let Path((product_id, variant_id, item_id)) =
            path.map_err(|_| Problem::unknown_route(&parts.method, parts.uri.path()))?;
        Ok(Self { product_id, variant_id, item_id })
    }
}

#[derive(Deserialize)]
struct LinkChange {
    required_quantity: i64,
}

async fn link(
    State(state): State<AdminState>,
    PathIds(product_id, id): PathIds,
    asked: Asked,
    Sent(body): Sent<NewLink>,
) -> Answer {
    product_of(&state, &product_id, &id).await?;
    check_item(&state, "inventory_item_id", &body.inventory_item_id).await?;
    let new = InventoryLink { item_id: body.inventory_item_id, required_quantity: body.required_quantity };
    let change = PartsChange { create: vec![(id.clone(), new)], ..PartsChange::default() };
    let product = change_parts(&state, product_id, change).await?;
    answer(&state, &asked, &product, &id).await
}

async fn change_link(
    State(state): State<AdminState>,
    PathLink { product_id, variant_id: id, item_id }: PathLink,
    asked: Asked,
    Sent(body): Sent<LinkChange>,
) -> Answer {
    product_of(&state, &product_id, &id).await?;
    let changed = InventoryLink { item_id, required_quantity: body.required_quantity };
    let change = PartsChange { update: vec![(id.clone(), changed)], ..PartsChange::default() };
    let product = change_parts(&state, product_id, change).await?;
    answer(&state, &asked, &product, &id).await
}

async fn unlink(
    State(state): State<AdminState>,
    PathLink { product_id, variant_id: id, item_id }: PathLink,
    asked: Asked,
) -> Answer {
    product_of(&state, &product_id, &id).await?;
    let change = PartsChange { delete: vec![(id.clone(), item_id.clone())], ..PartsChange::default() };
    let product = change_parts(&state, product_id, change).await?;
    let beside = Beside::variants(&state, &asked.plan, &product.variants).await?;
    Ok(Json::object(|obj| {
        obj.id(&item_id);
        obj.always("object", "variant-inventory-item-link");
        obj.always("deleted", true);
        if let Some(variant) = product.variant(&id) {
            obj.nest_with("parent", &asked.plan, |obj| {
                product_wire::variant(obj, &product, variant, &beside, false);
            });
        }
    })
    .into_response())
}

/// An inventory item that is named exists.
pub(crate) async fn check_item(state: &AdminState, field: &str, item_id: &str) -> Result<()> {
    match state.inventory.item(item_id).await?.is_some() {
        true => Ok(()),
        false => Err(Error::invalid(field, format!("{field}: there is no such inventory item"))),
    }
}

/// Changes what variants of a product take from the stock.
pub(crate) async fn change_parts(state: &AdminState, product_id: String, change: PartsChange) -> Result<Product> {
    let catalog = state.catalog.clone();
    state.core.write(move |tx| Box::pin(async move { catalog.change_parts(tx, &product_id, change).await })).await
}

/// The product with this variant; a variant of another product is not found.
pub(crate) async fn product_of(state: &AdminState, product_id: &str, variant_id: &str) -> Result<Arc<Product>> {
    let product = state.catalog.product(product_id).await?;
    let product = product.ok_or_else(|| Error::not_found("Product", product_id))?;
    if product.variant(variant_id).is_none() {
        return Err(Error::not_found("Product variant", variant_id));
    }
    Ok(product)
}

async fn answer(state: &AdminState, asked: &Asked, product: &Product, variant_id: &str) -> Answer {
    let variant = product.variant(variant_id).ok_or_else(|| missing("Product variant", variant_id))?;
    let beside = Beside::variants(state, &asked.plan, [variant]).await?;
    Ok(Json::one("variant", &asked.plan, |obj| product_wire::variant(obj, product, variant, &beside, false))
        .into_response())
}
