//! Inventory items and how much of them lies where.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::public_url::PublicUrl;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Asked, Json, Obj, PathId, PathIds, Sent};
use tradewind_inventory::{Customs, ItemChange, ItemQuery, Level, NewItem, NewLevel, StockedItem};
use tradewind_kernel::{Decimal, Error, Page, Result};

use crate::list::wanted;
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/inventory-items", get(all).post(create))
        .route("/admin/inventory-items/{id}", get(one).post(update))
        .route("/admin/inventory-items/{id}/location-levels", get(levels).post(create_level))
        .route("/admin/inventory-items/{id}/location-levels/{location_id}", post(update_level).delete(delete_level))
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

#[derive(Deserialize)]
struct LevelBody {
    location_id: String,
    #[serde(default)]
    stocked_quantity: i64,
    #[serde(default)]
    incoming_quantity: i64,
}

#[derive(Deserialize)]
struct LevelChange {
    #[serde(default)]
    stocked_quantity: Option<i64>,
    #[serde(default)]
    incoming_quantity: Option<i64>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = &asked.query;
    let unsupported = [
        "$and",
        "$or",
        "origin_country",
        "mid_code",
        "hs_code",
        "material",
        "requires_shipping",
        "weight",
        "length",
        "height",
        "width",
    ];
    query.refuse(&unsupported)?;
    let wanted = ItemQuery {
        ids: wanted(query, "id")?.unwrap_or_default(),
        skus: wanted(query, "sku")?.unwrap_or_default(),
        words: query.text("q").map(str::to_owned),
        location_ids: at_locations(query.get("location_levels"))?,
    };
    let page = state.inventory.find_items(wanted, asked.paging).await?;
    Ok(Json::page("inventory_items", &asked.plan, &page.items, (page.count, asked.paging), render).into_response())
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

async fn levels(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    asked.query.refuse(&["$and", "$or"])?;
    let mut levels = stocked(&state, &id).await?.levels;
    if let Some(locations) = wanted(&asked.query, "location_id")? {
        levels.retain(|level| locations.contains(&level.location_id));
    }
    let page = Page::cut(levels, asked.paging);
    Ok(Json::page("inventory_levels", &asked.plan, &page.items, (page.count, asked.paging), render_level)
        .into_response())
}

async fn create_level(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<LevelBody>,
) -> Answer {
    stocked(&state, &id).await?;
    if state.inventory.location(&body.location_id).await?.is_none() {
        return Err(Error::invalid("location_id", "location_id: there is no such stock location").into());
    }
    let (inventory, item_id) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| {
            Box::pin(async move {
                let (stocked, incoming) = (body.stocked_quantity, body.incoming_quantity);
                inventory.create_level(tx, &item_id, &body.location_id, stocked, incoming).await
            })
        })
        .await?;
    answer(&state, &asked, &id).await
}

async fn update_level(
    State(state): State<AdminState>,
    PathIds(id, location_id): PathIds,
    asked: Asked,
    Sent(body): Sent<LevelChange>,
) -> Answer {
    let held = stocked(&state, &id).await?;
    if !held.levels.iter().any(|level| level.location_id == location_id) {
        return Err(missing("Stock level at the location", &location_id));
    }
    let (inventory, item_id) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| {
            Box::pin(async move {
                if let Some(quantity) = body.stocked_quantity {
                    inventory.set_level(tx, &item_id, &location_id, quantity).await?;
                }
                if let Some(quantity) = body.incoming_quantity {
                    inventory.set_incoming(tx, &item_id, &location_id, quantity).await?;
                }
                Ok(())
            })
        })
        .await?;
    answer(&state, &asked, &id).await
}

async fn delete_level(State(state): State<AdminState>, PathIds(id, location_id): PathIds, asked: Asked) -> Answer {
    let held = stocked(&state, &id).await?;
    let level = held.levels.iter().find(|level| level.location_id == location_id);
    let level_id = level.ok_or_else(|| missing("Stock level at the location", &location_id))?.id.clone();
    let (inventory, item_id) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| Box::pin(async move { inventory.delete_level(tx, &item_id, &location_id).await }))
        .await?;
    let left = stocked(&state, &id).await?;
    Ok(Json::object(|obj| {
        obj.id(&level_id);
        obj.always("object", "inventory-level");
        obj.always("deleted", true);
        obj.nest_with("parent", &asked.plan, |obj| render(obj, &left));
    })
    .into_response())
}

async fn stocked(state: &AdminState, id: &str) -> Result<StockedItem> {
    state.inventory.item(id).await?.ok_or_else(|| Error::not_found("Inventory item", id))
}

async fn answer(state: &AdminState, asked: &Asked, id: &str) -> Answer {
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

fn render_level(obj: &mut Obj<'_>, level: &Level) {
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
