//! Reservations: stock that is promised to orders, or set aside by the staff.

use std::collections::HashMap;

use axum::Extension;
use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_http::auth::Staff;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::query::unknown_order;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Asked, Json, Obj, PathId, Query, Sent};
use tradewind_inventory::{
    HoldChange, NewHold, Range, Reservation, ReservationFilter, ReservationKey, ReservationQuery, StockedItem,
};
use tradewind_kernel::{Decimal, Error, Page, Result, Timestamp};

use crate::AdminState;
use crate::inventory_items::{self, stocked, whole};
use crate::list::wanted;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/reservations", get(all).post(create))
        .route("/admin/reservations/{id}", get(one).post(update).delete(delete))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let page = match asked.query.asks_for_deleted()? {
        true => Page { items: Vec::new(), count: 0 },
        false => {
            let query = ReservationQuery { filter: filter(&asked.query)?, order: order(&asked.query)? };
            state.inventory.find_reservations(query, asked.paging).await?
        }
    };
    let items = items_of(&state, &page.items).await?;
    let part = (page.count, asked.paging);
    Ok(Json::page("reservations", &asked.plan, &page.items, part, |obj, held| render(obj, held, &items))
        .into_response())
}

fn filter(query: &Query) -> Result<ReservationFilter> {
    let list = |name: &str| wanted(query, name).map(Option::unwrap_or_default);
    let (descriptions, pattern) = described(query)?;
    let words: Vec<&str> = query.text("q").into_iter().chain(pattern.as_deref()).collect();
    Ok(ReservationFilter {
        ids: Vec::new(),
        references: Vec::new(),
        item_ids: list("inventory_item_id")?,
        location_ids: list("location_id")?,
        line_ids: list("line_item_id")?,
        created_by: list("created_by")?,
        descriptions,
        words: (!words.is_empty()).then(|| words.join(" ")),
        quantity: whole(query.numbers("quantity")?),
        created_at: moments(query, "created_at")?,
        updated_at: moments(query, "updated_at")?,
    })
}

/// The descriptions that are asked for one by one, and the words of a pattern.
fn described(query: &Query) -> Result<(Vec<String>, Option<String>)> {
    let Some(operators) = query.below("description") else {
        return Ok((wanted(query, "description")?.unwrap_or_default(), None));
    };
    let mut pattern = String::new();
    for name in operators.names() {
        match (name, operators.text(name)) {
            ("$eq" | "$in", _) => {}
            ("$like" | "$ilike" | "$contains", Some(text)) => {
                pattern.push(' ');
                pattern.push_str(&text.replace('%', " "));
            }
            _ => {
                let message = format!("'description' cannot be compared with '{name}' here");
                return Err(Error::invalid("description", message));
            }
        }
    }
    Ok((query.texts("description").unwrap_or_default(), Some(pattern)))
}

fn moments(query: &Query, name: &str) -> Result<Range<Timestamp>> {
    let range = query.times(name)?;
    Ok(Range { gt: range.gt, gte: range.gte, lt: range.lt, lte: range.lte, ..Range::default() })
}

fn order(query: &Query) -> Result<Vec<(ReservationKey, bool)>> {
    let read = |(name, descending): (&str, bool)| {
        let key = match name {
            "id" => ReservationKey::Id,
            "quantity" => ReservationKey::Quantity,
            "created_at" => ReservationKey::CreatedAt,
            "updated_at" => ReservationKey::UpdatedAt,
            _ => return Err(unknown_order(name)),
        };
        Ok((key, descending))
    };
    query.order().into_iter().map(read).collect()
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let held = found(&state, &id).await?;
    answer(&state, &asked, held).await
}

#[derive(Deserialize)]
struct NewBody {
    location_id: String,
    inventory_item_id: String,
    quantity: i64,
    #[serde(default)]
    line_item_id: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
}

async fn create(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    asked: Asked,
    Sent(body): Sent<NewBody>,
) -> Answer {
    let item_id = body.inventory_item_id.clone();
    stocked(&state, &item_id).await?;
    let new = NewHold {
        item_id: body.inventory_item_id,
        location_id: body.location_id,
        quantity: body.quantity,
        line_id: body.line_item_id,
        description: body.description,
        created_by: Some(staff.id().to_owned()),
        metadata: body.metadata,
    };
    let inventory = state.inventory.clone();
    let made = state
        .shards
        .of_id(&item_id)
        .write(move |tx| Box::pin(async move { inventory.create_hold(tx, new).await }))
        .await?;
    answer(&state, &asked, made).await
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    location_id: Option<String>,
    #[serde(default)]
    quantity: Option<i64>,
    #[serde(default, deserialize_with = "change")]
    description: Change<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let held = found(&state, &id).await?;
    let change = HoldChange {
        location_id: body.location_id,
        quantity: body.quantity,
        description: body.description,
        metadata: body.metadata,
    };
    let inventory = state.inventory.clone();
    let changed = state
        .shards
        .of_id(&held.item_id)
        .write(move |tx| Box::pin(async move { inventory.update_hold(tx, &id, change).await }))
        .await?;
    answer(&state, &asked, changed).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let held = found(&state, &id).await?;
    let (inventory, gone) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&held.item_id)
        .write(move |tx| Box::pin(async move { inventory.delete_hold(tx, &gone).await }))
        .await?;
    Ok(Json::deleted(&id, "reservation").into_response())
}

async fn found(state: &AdminState, id: &str) -> Result<Reservation> {
    state.inventory.reservation(id).await?.ok_or_else(|| Error::not_found("Reservation", id))
}

async fn answer(state: &AdminState, asked: &Asked, held: Reservation) -> Answer {
    let held = [held];
    let items = items_of(state, &held).await?;
    let [held] = &held;
    Ok(Json::one("reservation", &asked.plan, |obj| render(obj, held, &items)).into_response())
}

/// The items that reservations are of, by id.
async fn items_of(state: &AdminState, held: &[Reservation]) -> Result<HashMap<String, StockedItem>> {
    let mut ids: Vec<String> = held.iter().map(|held| held.item_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    let items = state.inventory.items(&ids).await?;
    Ok(items.into_iter().map(|stocked| (stocked.item.id.clone(), stocked)).collect())
}

fn render(obj: &mut Obj<'_>, held: &Reservation, items: &HashMap<String, StockedItem>) {
    obj.id(&held.id);
    obj.put("location_id", || &held.location_id);
    obj.put("inventory_item_id", || &held.item_id);
    obj.put("quantity", || held.quantity);
    obj.put("raw_quantity", || Raw(Decimal::from(held.quantity)));
    obj.put("line_item_id", || held.details.lines.first().map(|line| &line.line_id));
    obj.put("description", || &held.details.description);
    obj.put("created_by", || &held.details.created_by);
    obj.put("external_id", || Null);
    obj.put("allow_backorder", || false);
    obj.put("metadata", || &held.details.metadata);
    obj.put("created_at", || held.created_at);
    obj.put("updated_at", || held.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_some("inventory_item", items.get(&held.item_id), inventory_items::render);
}
