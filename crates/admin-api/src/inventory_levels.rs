//! How much of an inventory item lies where, for one location or for many at once.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Obj, PathId, PathIds, Plan, Sent};
use tradewind_inventory::Level;
use tradewind_kernel::{Error, Result, Timestamp};

use crate::inventory_items::{LevelBody, answer, render, render_level, stocked};
use crate::list::{self, Listed};
use crate::product_batch::{Batch, within};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/inventory-items/{id}/location-levels", get(levels).post(create_level))
        .route("/admin/inventory-items/{id}/location-levels/batch", post(batch_of_item))
        .route("/admin/inventory-items/{id}/location-levels/{location_id}", post(update_level).delete(delete_level))
        .route("/admin/inventory-items/location-levels/batch", post(batch))
        .route("/admin/inventory-items/batch", post(batch))
}

#[derive(Deserialize)]
struct LevelChange {
    #[serde(default)]
    stocked_quantity: Option<i64>,
    #[serde(default)]
    incoming_quantity: Option<i64>,
}

/// A level as lists take it.
struct ListedLevel(Level);

impl Listed for ListedLevel {
    fn id(&self) -> &str {
        &self.0.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("location_id", &self.0.location_id)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.0.created_at, self.0.updated_at)
    }

    fn number(&self, name: &str) -> Option<i64> {
        Some(match name {
            "stocked_quantity" => self.0.stocked,
            "reserved_quantity" => self.0.promised(),
            "incoming_quantity" => self.0.incoming,
            _ => return None,
        })
    }
}

async fn levels(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let held = stocked(&state, &id).await?.levels;
    let all: Vec<ListedLevel> = held.into_iter().map(ListedLevel).collect();
    let page = list::part(&asked, &all, |_| true)?;
    let part = (page.count, asked.paging);
    Ok(Json::page("inventory_levels", &asked.plan, page.items, part, |obj, level| render_level(obj, &level.0))
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
    stocked(&state, &id).await?;
    let (inventory, item_id) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| {
            Box::pin(async move {
                let (stocked, incoming) = (body.stocked_quantity, body.incoming_quantity);
                inventory.update_level(tx, &item_id, &location_id, stocked, incoming).await
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

/// A level in a batch; the item is named in the path or here.
#[derive(Clone, Deserialize)]
struct LevelOf {
    #[serde(default)]
    inventory_item_id: String,
    location_id: String,
    #[serde(default)]
    stocked_quantity: Option<i64>,
    #[serde(default)]
    incoming_quantity: Option<i64>,
}

#[derive(Deserialize)]
struct LevelBatch {
    #[serde(flatten)]
    levels: Batch<LevelOf, LevelOf, String>,
    /// Whether levels go although there is stock at them.
    #[serde(default)]
    force: bool,
}

async fn batch_of_item(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(mut body): Sent<LevelBatch>,
) -> Answer {
    stocked(&state, &id).await?;
    for level in body.levels.create.iter_mut().chain(&mut body.levels.update) {
        level.inventory_item_id.clone_from(&id);
    }
    let done = change(&state, body, Some(&id)).await?;
    Ok(done.show(&asked.plan).into_response())
}

async fn batch(State(state): State<AdminState>, Sent(body): Sent<LevelBatch>) -> Answer {
    let done = change(&state, body, None).await?;
    Ok(done.show(Plan::all()).into_response())
}

/// What a batch made of levels.
#[derive(Default)]
struct Done {
    created: Vec<Level>,
    updated: Vec<Level>,
    deleted: Vec<String>,
}

impl Done {
    fn show(&self, plan: &Plan) -> Json {
        Json::object(|obj: &mut Obj<'_>| {
            obj.nest_list_with("created", plan, &self.created, render_level);
            obj.nest_list_with("updated", plan, &self.updated, render_level);
            obj.always("deleted", &self.deleted);
        })
    }
}

/// What of a batch concerns one shard, each with its place in the batch.
#[derive(Default)]
struct Part {
    create: Vec<(usize, LevelOf)>,
    update: Vec<(usize, LevelOf)>,
    delete: Vec<(usize, String)>,
}

/// Carries a batch out: all of it or nothing, for items that live in the same database.
async fn change(state: &AdminState, body: LevelBatch, item_id: Option<&str>) -> Result<Done> {
    body.levels.check()?;
    let LevelBatch { levels, force } = body;
    check_places(state, &levels.create).await?;
    let mut parts: Vec<Part> = state.shards.all().iter().map(|_| Part::default()).collect();
    let shard_of = |id: &str| {
        let home = state.shards.of_id(id);
        state.shards.all().iter().position(|db| std::ptr::eq(db, home)).unwrap_or(0)
    };
    for (position, level) in levels.create.into_iter().enumerate() {
        parts[shard_of(&level.inventory_item_id)].create.push((position, level));
    }
    for (position, level) in levels.update.into_iter().enumerate() {
        parts[shard_of(&level.inventory_item_id)].update.push((position, level));
    }
    for (position, id) in levels.delete.into_iter().enumerate() {
        let level = state.inventory.level(&id).await?;
        let level = level.filter(|level| item_id.is_none_or(|item_id| level.item_id == item_id));
        let level = level.ok_or_else(|| within("delete", position, Error::not_found("Stock level", &id)))?;
        parts[shard_of(&level.item_id)].delete.push((position, id));
    }
    let mut done = Done::default();
    for (db, part) in state.shards.all().iter().zip(parts) {
        let inventory = state.inventory.clone();
        let of_shard = db.write(move |tx| {
            Box::pin(async move {
                let mut done = Done::default();
                for (position, id) in part.delete {
                    let deleted = inventory.delete_level_by_id(tx, &id, force).await;
                    deleted.map_err(|error| within("delete", position, error))?;
                    done.deleted.push(id);
                }
                for (position, level) in part.update {
                    let LevelOf { inventory_item_id, location_id, stocked_quantity, incoming_quantity } = level;
                    let changed = inventory
                        .update_level(tx, &inventory_item_id, &location_id, stocked_quantity, incoming_quantity)
                        .await;
                    done.updated.push(changed.map_err(|error| within("update", position, error))?);
                }
                for (position, level) in part.create {
                    let (stocked, incoming) =
                        (level.stocked_quantity.unwrap_or(0), level.incoming_quantity.unwrap_or(0));
                    let made = inventory
                        .create_level(tx, &level.inventory_item_id, &level.location_id, stocked, incoming)
                        .await;
                    done.created.push(made.map_err(|error| within("create", position, error))?);
                }
                Ok(done)
            })
        });
        let of_shard = of_shard.await?;
        done.created.extend(of_shard.created);
        done.updated.extend(of_shard.updated);
        done.deleted.extend(of_shard.deleted);
    }
    Ok(done)
}

/// The items and locations that levels are made for exist.
async fn check_places(state: &AdminState, levels: &[LevelOf]) -> Result<()> {
    let items: Vec<String> = levels.iter().map(|level| level.inventory_item_id.clone()).collect();
    let items = state.inventory.items(&items).await?;
    let locations = state.inventory.locations().await?;
    for (position, level) in levels.iter().enumerate() {
        let wrong = |name: &str, what: &str| {
            let field = format!("create[{position}].{name}");
            Error::invalid(&field, format!("{field}: there is no such {what}"))
        };
        if !items.iter().any(|stocked| stocked.item.id == level.inventory_item_id) {
            return Err(wrong("inventory_item_id", "inventory item"));
        }
        if !locations.iter().any(|location| location.id == level.location_id) {
            return Err(wrong("location_id", "stock location"));
        }
    }
    Ok(())
}
