//! Many products, or many variants of one, made, changed and removed in one transaction: all of it, or nothing.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::post;
use serde::Deserialize;
use tradewind_catalog::{InventoryLink, PartsChange, Product, Variant, VariantId, VariantsChange};
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Obj, PathId, PathIds, Plan, Sent};
use tradewind_kernel::{Error, Result};

use crate::collections::AddAndRemove;
use crate::product_body::{ProductBody, VariantBody};
use crate::product_wire::{self, Beside};
use crate::products::{check_profile, kept};
use crate::variants::{change_parts, check_item, product_of};
use crate::{AdminState, missing, product_stock};

/// How many things a batch may name.
const BATCH_MAX: usize = 500;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/products/batch", post(products))
        .route("/admin/products/{id}/variants/batch", post(variants))
        .route("/admin/products/{id}/variants/inventory-items/batch", post(parts))
        .route("/admin/products/{id}/variants/{variant_id}/images/batch", post(pictures_of_variant))
        .route("/admin/products/{id}/images/{image_id}/variants/batch", post(variants_of_picture))
}

/// What is to be made, changed and removed.
#[derive(Deserialize)]
#[serde(default)]
pub(crate) struct Batch<C, U, D> {
    pub(crate) create: Vec<C>,
    pub(crate) update: Vec<U>,
    pub(crate) delete: Vec<D>,
}

impl<C, U, D> Default for Batch<C, U, D> {
    fn default() -> Self {
        Self { create: Vec::new(), update: Vec::new(), delete: Vec::new() }
    }
}

impl<C, U, D> Batch<C, U, D> {
    /// Refuses a batch that is too long.
    pub(crate) fn check(&self) -> Result<()> {
        let count = self.create.len() + self.update.len() + self.delete.len();
        match count > BATCH_MAX {
            true => Err(Error::invalid("body", format!("A batch names at most {BATCH_MAX} things, not {count}"))),
            false => Ok(()),
        }
    }
}

/// An error about one thing of a batch, with the way to it.
pub(crate) fn within(list: &str, position: usize, error: Error) -> Error {
    let field = match error.field() {
        Some(field) => format!("{list}[{position}].{field}"),
        None => format!("{list}[{position}]"),
    };
    error.at(field)
}

async fn products(
    State(state): State<AdminState>,
    asked: Asked,
    Sent(body): Sent<Batch<ProductBody, ProductBody, String>>,
) -> Answer {
    body.check()?;
    let market = state.market.snapshot().await?;
    let (mut creates, mut updates) = (Vec::new(), Vec::new());
    for (position, body) in body.create.into_iter().enumerate() {
        let new = body.into_new(&market).map_err(|error| within("create", position, error))?;
        let profile = check_profile(&state, new.shipping_profile_id.as_deref()).await;
        profile.map_err(|error| within("create", position, error))?;
        creates.push(new);
    }
    for (position, mut body) in body.update.into_iter().enumerate() {
        let id = body.id.take().unwrap_or_default();
        let change = body.into_change(&market).map_err(|error| within("update", position, error))?;
        let profile = check_profile(&state, change.shipping_profile_id.as_ref().and_then(Option::as_deref)).await;
        profile.map_err(|error| within("update", position, error))?;
        updates.push((id, change));
    }
    let touched: Vec<&String> = updates.iter().map(|(id, _)| id).chain(&body.delete).collect();
    let before = state.catalog.products(&touched).await?;

    let mut items = Vec::new();
    let stocked = stock_for(&state, &mut creates, &mut updates, &mut items).await;
    let (catalog, deletes) = (state.catalog.clone(), body.delete.clone());
    let outcome = match stocked {
        Err(error) => Err(error),
        Ok(()) => {
            let work = state.core.write(move |tx| {
                Box::pin(async move {
                    let (mut created, mut updated) = (Vec::new(), Vec::new());
                    // What is removed first leaves its handle and its SKUs to what comes.
                    for (position, id) in deletes.iter().enumerate() {
                        let deleted = catalog.delete_product(tx, id).await;
                        deleted.map_err(|error| within("delete", position, error))?;
                    }
                    for (position, (id, change)) in updates.into_iter().enumerate() {
                        let changed = catalog.update_product(tx, &id, change).await;
                        updated.push(Arc::new(changed.map_err(|error| within("update", position, error))?));
                    }
                    for (position, new) in creates.into_iter().enumerate() {
                        let made = catalog.create_product(tx, new).await;
                        created.push(Arc::new(made.map_err(|error| within("create", position, error))?));
                    }
                    Ok((created, updated))
                })
            });
            work.await
        }
    };
    let (created, updated): (Vec<Arc<Product>>, Vec<Arc<Product>>) = kept(&state, items, outcome).await?;
    let after = |id: &str| updated.iter().find(|product| product.id.as_str() == id);
    let left = before.iter().flat_map(|product| {
        let present = after(product.id.as_str()).map_or(&[][..], |product| &product.variants);
        product_stock::items_left(&product.variants, present)
    });
    product_stock::free(&state, left.collect()).await;

    let shown: Vec<Arc<Product>> = created.iter().chain(&updated).cloned().collect();
    let beside = Beside::products(&state, &asked.plan, &shown).await?;
    let write = |obj: &mut Obj<'_>, product: &Arc<Product>| product_wire::product(obj, product, &beside);
    Ok(Json::object(|obj| {
        obj.nest_list_with("created", &asked.plan, &created, write);
        obj.nest_list_with("updated", &asked.plan, &updated, write);
        deleted(obj, &body.delete, "product");
    })
    .into_response())
}

/// Gives all variants that come something to count; what was made is in `items` also when this fails half-way.
async fn stock_for(
    state: &AdminState,
    creates: &mut [tradewind_catalog::NewProduct],
    updates: &mut [(String, tradewind_catalog::ProductChange)],
    items: &mut Vec<String>,
) -> Result<()> {
    for (position, new) in creates.iter_mut().enumerate() {
        let made = product_stock::for_product(state, new).await;
        items.extend(made.map_err(|error| within("create", position, error))?);
    }
    for (position, (_, change)) in updates.iter_mut().enumerate() {
        let made = product_stock::for_change(state, change).await;
        items.extend(made.map_err(|error| within("update", position, error))?);
    }
    Ok(())
}

/// `deleted` of a batch: the ids of what is gone.
pub(crate) fn deleted(obj: &mut Obj<'_>, ids: &[String], object: &str) {
    obj.nest_with("deleted", Plan::all(), |obj| {
        obj.always("ids", ids);
        obj.always("object", object);
        obj.always("deleted", true);
    });
}

async fn variants(
    State(state): State<AdminState>,
    PathId(product_id): PathId,
    asked: Asked,
    Sent(body): Sent<Batch<VariantBody, VariantBody, VariantId>>,
) -> Answer {
    body.check()?;
    let before = state.catalog.product(&product_id).await?.ok_or_else(|| missing("Product", &product_id))?;
    let market = state.market.snapshot().await?;
    let mut change = VariantsChange { delete: body.delete.clone(), ..VariantsChange::default() };
    for (position, variant) in body.create.into_iter().enumerate() {
        change.create.push(variant.into_new(&format!("create[{position}]"), &market)?);
    }
    for (position, mut variant) in body.update.into_iter().enumerate() {
        let id = variant.id.take().unwrap_or_else(|| VariantId::from(""));
        change.update.push((id, variant.into_change(&format!("update[{position}]"), &market)?));
    }
    let updated: Vec<VariantId> = change.update.iter().map(|(id, _)| id.clone()).collect();
    let items = product_stock::for_variants(&state, change.create.iter_mut()).await?;
    let catalog = state.catalog.clone();
    let changed = state
        .core
        .write(move |tx| Box::pin(async move { catalog.change_variants(tx, &product_id, change).await }))
        .await;
    let product = kept(&state, items, changed).await?;
    product_stock::free(&state, product_stock::items_left(&before.variants, &product.variants)).await;

    let beside = Beside::variants(&state, &asked.plan, &product.variants).await?;
    let is_new = |variant: &&Variant| before.variant(variant.id.as_str()).is_none();
    let write = |obj: &mut Obj<'_>, variant: &Variant| product_wire::variant(obj, &product, variant, &beside, false);
    let gone: Vec<String> = body.delete.into_iter().map(|id| id.0).collect();
    Ok(Json::object(|obj| {
        obj.nest_list_with("created", &asked.plan, product.variants.iter().filter(is_new), write);
        let changed = updated.iter().filter_map(|id| product.variant(id.as_str()));
        obj.nest_list_with("updated", &asked.plan, changed, write);
        deleted(obj, &gone, "variant");
    })
    .into_response())
}

/// A part of a variant: how many of an inventory item it takes.
#[derive(Clone, Deserialize)]
struct Part {
    variant_id: String,
    inventory_item_id: String,
    #[serde(default)]
    required_quantity: Option<i64>,
}

impl Part {
    fn link(&self) -> (String, InventoryLink) {
        let required_quantity = self.required_quantity.unwrap_or(1);
        (self.variant_id.clone(), InventoryLink { item_id: self.inventory_item_id.clone(), required_quantity })
    }

    fn write(obj: &mut Obj<'_>, part: &Self) {
        obj.nest_with("product", Plan::all(), |obj| obj.always("variant_id", &part.variant_id));
        obj.nest_with("inventory", Plan::all(), |obj| obj.always("inventory_item_id", &part.inventory_item_id));
        if let Some(quantity) = part.required_quantity {
            obj.nest_with("data", Plan::all(), |obj| obj.always("required_quantity", quantity));
        }
    }
}

async fn parts(
    State(state): State<AdminState>,
    PathId(product_id): PathId,
    Sent(body): Sent<Batch<Part, Part, Part>>,
) -> Answer {
    body.check()?;
    if state.catalog.product(&product_id).await?.is_none() {
        return Err(missing("Product", &product_id));
    }
    for (position, part) in body.create.iter().enumerate() {
        let field = format!("create[{position}].inventory_item_id");
        check_item(&state, &field, &part.inventory_item_id).await?;
    }
    let change = PartsChange {
        create: body.create.iter().map(Part::link).collect(),
        update: body.update.iter().map(Part::link).collect(),
        delete: body.delete.iter().map(|part| (part.variant_id.clone(), part.inventory_item_id.clone())).collect(),
    };
    change_parts(&state, product_id, change).await?;
    Ok(Json::object(|obj| {
        for (name, parts) in [("created", &body.create), ("updated", &body.update), ("deleted", &body.delete)] {
            obj.nest_list_with(name, Plan::all(), parts, Part::write);
        }
    })
    .into_response())
}

async fn pictures_of_variant(
    State(state): State<AdminState>,
    PathIds(product_id, variant_id): PathIds,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    product_of(&state, &product_id, &variant_id).await?;
    let pair = |image_id: &String| (image_id.clone(), variant_id.clone());
    let (add, remove) = (body.add.iter().map(pair).collect(), body.remove.iter().map(pair).collect());
    change_pictures(&state, product_id, add, remove, &body).await
}

async fn variants_of_picture(
    State(state): State<AdminState>,
    PathIds(product_id, image_id): PathIds,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let product = state.catalog.product(&product_id).await?.ok_or_else(|| missing("Product", &product_id))?;
    if !product.images.iter().any(|image| image.id.as_str() == image_id) {
        return Err(missing("Product image", &image_id));
    }
    let pair = |variant_id: &String| (image_id.clone(), variant_id.clone());
    let (add, remove) = (body.add.iter().map(pair).collect(), body.remove.iter().map(pair).collect());
    change_pictures(&state, product_id, add, remove, &body).await
}

async fn change_pictures(
    state: &AdminState,
    product_id: String,
    add: Vec<(String, String)>,
    remove: Vec<(String, String)>,
    body: &AddAndRemove,
) -> Answer {
    let catalog = state.catalog.clone();
    state
        .core
        .write(move |tx| {
            Box::pin(async move { catalog.change_pictures_of_variants(tx, &product_id, &add, &remove).await })
        })
        .await?;
    Ok(Json::object(|obj| {
        obj.always("added", &body.add);
        obj.always("removed", &body.remove);
    })
    .into_response())
}
