//! Inventory items: what is counted.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::public_url::PublicUrl;
use tradewind_http::query::{NumberRange, unknown_order};
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Asked, Json, Obj, PathId, Query, Sent};
use tradewind_inventory::{
    Customs, ItemChange, ItemFilter, ItemKey, ItemQuery, Level, NewItem, NewLevel, Range, StockedItem,
};
use tradewind_kernel::{Decimal, Error, Result};

use crate::AdminState;
use crate::list::wanted;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/inventory-items", get(all).post(create))
        .route("/admin/inventory-items/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(deserialize_with = "change")]
    sku: Change<String>,
    #[serde(deserialize_with = "change")]
    title: Change<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    #[serde(deserialize_with = "change")]
    thumbnail: Change<String>,
    requires_shipping: Option<bool>,
    #[serde(deserialize_with = "change")]
    origin_country: Change<String>,
    #[serde(deserialize_with = "change")]
    hs_code: Change<String>,
    #[serde(deserialize_with = "change")]
    mid_code: Change<String>,
    #[serde(deserialize_with = "change")]
    material: Change<String>,
    #[serde(deserialize_with = "change")]
    weight: Change<i64>,
    #[serde(deserialize_with = "change")]
    length: Change<i64>,
    #[serde(deserialize_with = "change")]
    height: Change<i64>,
    #[serde(deserialize_with = "change")]
    width: Change<i64>,
    #[serde(deserialize_with = "change")]
    metadata: Change<serde_json::Map<String, serde_json::Value>>,
    location_levels: Vec<LevelBody>,
}

impl Body {
    /// What customs ask for, as this body changes it.
    fn customs(&self, held: Customs) -> Customs {
        Customs {
            origin_country: self.origin_country.clone().unwrap_or(held.origin_country),
            hs_code: self.hs_code.clone().unwrap_or(held.hs_code),
            mid_code: self.mid_code.clone().unwrap_or(held.mid_code),
            material: self.material.clone().unwrap_or(held.material),
            weight: self.weight.unwrap_or(held.weight),
            length: self.length.unwrap_or(held.length),
            height: self.height.unwrap_or(held.height),
            width: self.width.unwrap_or(held.width),
        }
    }
}

#[derive(Clone, Deserialize)]
pub(crate) struct LevelBody {
    pub(crate) location_id: String,
    #[serde(default)]
    pub(crate) stocked_quantity: i64,
    #[serde(default)]
    pub(crate) incoming_quantity: i64,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = ItemQuery { filter: filter(&asked.query)?, order: order(&asked.query)? };
    let page = state.inventory.find_items(query, asked.paging).await?;
    Ok(Json::page("inventory_items", &asked.plan, &page.items, (page.count, asked.paging), render).into_response())
}

/// What a query, or a group in its `$and` or `$or`, says of items.
fn filter(query: &Query) -> Result<ItemFilter> {
    let list = |name: &str| wanted(query, name).map(Option::unwrap_or_default);
    let numbers = |name: &str| query.numbers(name).map(whole);
    let groups = |name| query.groups(name).iter().map(filter).collect::<Result<Vec<_>>>();
    Ok(ItemFilter {
        ids: list("id")?,
        skus: list("sku")?,
        words: query.text("q").map(str::to_owned),
        location_ids: at_locations(query.get("location_levels"))?,
        origin_countries: list("origin_country")?,
        hs_codes: list("hs_code")?,
        mid_codes: list("mid_code")?,
        materials: list("material")?,
        requires_shipping: query.flag("requires_shipping"),
        weight: numbers("weight")?,
        length: numbers("length")?,
        height: numbers("height")?,
        width: numbers("width")?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}

/// What a number is compared with, as the inventory takes it.
pub(crate) fn whole(range: NumberRange) -> Range<i64> {
    let NumberRange { among, not, gt, gte, lt, lte } = range;
    Range { among, not, gt, gte, lt, lte }
}

fn order(query: &Query) -> Result<Vec<(ItemKey, bool)>> {
    let read = |(name, descending): (&str, bool)| {
        let key = match name {
            "id" => ItemKey::Id,
            "sku" => ItemKey::Sku,
            "title" => ItemKey::Title,
            "created_at" => ItemKey::CreatedAt,
            "updated_at" => ItemKey::UpdatedAt,
            _ => return Err(unknown_order(name)),
        };
        Ok((key, descending))
    };
    query.order().into_iter().map(read).collect()
}

/// The locations in `location_levels[location_id]=…`.
fn at_locations(value: Option<&serde_json::Value>) -> Result<Vec<String>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let wrong = || Error::invalid("location_levels", "'location_levels' can name a location_id, or a list of them");
    let fields = value.as_object().ok_or_else(wrong)?;
    match (fields.len(), fields.get("location_id")) {
        (1, Some(serde_json::Value::String(id))) => Ok(vec![id.clone()]),
        (1, Some(serde_json::Value::Array(ids))) => {
            ids.iter().map(|id| id.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    answer(&state, &asked, &id).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let id = state.mint.mint("iitem");
    let new = NewItem {
        id: Some(id.clone()),
        customs: body.customs(Customs::default()),
        sku: body.sku.flatten(),
        title: body.title.flatten(),
        description: body.description.flatten(),
        thumbnail: body.thumbnail.flatten(),
        requires_shipping: body.requires_shipping.unwrap_or(true),
        metadata: body.metadata.flatten(),
    };
    let levels = body.location_levels;
    let inventory = state.inventory.clone();
    state
        .shards
        .of_id(&id)
        .write(move |tx| {
            Box::pin(async move {
                let stocked = levels
                    .iter()
                    .map(|level| NewLevel { location_id: level.location_id.clone(), stocked: level.stocked_quantity });
                let item = inventory.create_stocked_item(tx, new, &stocked.collect::<Vec<_>>()).await?;
                for level in levels.iter().filter(|level| level.incoming_quantity != 0) {
                    inventory.set_incoming(tx, &item.id, &level.location_id, level.incoming_quantity).await?;
                }
                Ok(())
            })
        })
        .await?;
    answer(&state, &asked, &id).await
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let held = stocked(&state, &id).await?;
    let change = ItemChange {
        customs: Some(body.customs(held.item.customs)),
        sku: body.sku,
        title: body.title,
        description: body.description,
        thumbnail: body.thumbnail,
        requires_shipping: body.requires_shipping,
        metadata: body.metadata,
    };
    let (inventory, item_id) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| Box::pin(async move { inventory.update_item(tx, &item_id, change).await }))
        .await?;
    answer(&state, &asked, &id).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    stocked(&state, &id).await?;
    if state.catalog.unused_items(vec![id.clone()]).await?.is_empty() {
        let message =
            "This inventory item cannot be removed: a variant is counted by it; take it out of the variant first";
        return Err(Error::not_allowed(message).into());
    }
    let (inventory, gone) = (state.inventory.clone(), id.clone());
    state.shards.of_id(&id).write(move |tx| Box::pin(async move { inventory.delete_item(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "inventory_item").into_response())
}

pub(crate) async fn stocked(state: &AdminState, id: &str) -> Result<StockedItem> {
    state.inventory.item(id).await?.ok_or_else(|| Error::not_found("Inventory item", id))
}

pub(crate) async fn answer(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let item = stocked(state, id).await?;
    Ok(Json::one("inventory_item", &asked.plan, |obj| render(obj, &item)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, stocked: &StockedItem) {
    let StockedItem { item, levels } = stocked;
    obj.id(&item.id);
    obj.put("sku", || &item.sku);
    obj.put("title", || &item.title);
    obj.put("description", || &item.description);
    obj.put("thumbnail", || PublicUrl::of(&item.thumbnail));
    obj.put("origin_country", || &item.customs.origin_country);
    obj.put("hs_code", || &item.customs.hs_code);
    obj.put("requires_shipping", || item.requires_shipping);
    obj.put("mid_code", || &item.customs.mid_code);
    obj.put("material", || &item.customs.material);
    obj.put("unit_of_measure", || Null);
    obj.put("weight", || item.customs.weight);
    obj.put("length", || item.customs.length);
    obj.put("height", || item.customs.height);
    obj.put("width", || item.customs.width);
    obj.put("metadata", || &item.metadata);
    obj.put("reserved_quantity", || levels.iter().map(Level::promised).sum::<i64>());
    obj.put("stocked_quantity", || levels.iter().map(|level| level.stocked).sum::<i64>());
    obj.put("created_at", || item.created_at);
    obj.put("updated_at", || item.updated_at);
    obj.nest_list("location_levels", levels, render_level);
}

pub(crate) fn render_level(obj: &mut Obj<'_>, level: &Level) {
    obj.id(&level.id);
    obj.put("location_id", || &level.location_id);
    obj.put("inventory_item_id", || &level.item_id);
    obj.put("metadata", || Null);
    // What is sold although it is not there is promised too: less than nothing can be available.
    let quantities = [
        ("stocked_quantity", "raw_stocked_quantity", level.stocked),
        ("reserved_quantity", "raw_reserved_quantity", level.promised()),
        ("incoming_quantity", "raw_incoming_quantity", level.incoming),
    ];
    for (name, raw_name, quantity) in quantities {
        obj.put(name, || quantity);
        obj.put(raw_name, || Raw(Decimal::from(quantity)));
    }
    obj.put("available_quantity", || level.stocked - level.promised());
    obj.put("created_at", || level.created_at);
    obj.put("updated_at", || level.updated_at);
    obj.put("deleted_at", || Null);
}
