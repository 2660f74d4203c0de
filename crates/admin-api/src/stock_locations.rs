//! Stock locations: where stock lies, and which channels sell from there.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_fulfilment::{FulfilmentSnapshot, NewFulfillmentSet};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_inventory::{LocationAddress, LocationChange, NewLocation, StockLocation};
use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_market::SalesChannel;

use crate::collections::AddAndRemove;
use crate::list::{self, Listed};
use crate::{AdminState, fulfillment_sets, sales_channels};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/stock-locations", get(all).post(create))
        .route("/admin/stock-locations/{id}", get(one).post(update).delete(delete))
        .route("/admin/stock-locations/{id}/fulfillment-providers", post(change_providers))
        .route("/admin/stock-locations/{id}/fulfillment-sets", post(add_set))
        .route("/admin/stock-locations/{id}/sales-channels", post(change_channels))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    name: Option<String>,
    address: Option<AddressBody>,
    address_id: Option<String>,
    #[serde(deserialize_with = "change")]
    metadata: Change<serde_json::Map<String, serde_json::Value>>,
}

impl Body {
    fn check(&self) -> Result<()> {
        match self.address_id {
            None => Ok(()),
            Some(_) => Err(Error::invalid(
                "address_id",
                "address_id: an address belongs to one location; send it in 'address'",
            )),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AddressBody {
    address_1: String,
    address_2: Option<String>,
    company: Option<String>,
    city: Option<String>,
    country_code: String,
    phone: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
}

impl From<AddressBody> for LocationAddress {
    fn from(body: AddressBody) -> Self {
        Self {
            id: String::new(),
            address_1: body.address_1,
            address_2: body.address_2,
            company: body.company,
            city: body.city,
            country_code: body.country_code,
            phone: body.phone,
            province: body.province,
            postal_code: body.postal_code,
        }
    }
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    asked.query.refuse(&["address_id"])?;
    let locations = state.inventory.locations().await?;
    let of_channel = match list::wanted(&asked.query, "sales_channel_id")? {
        None => None,
        Some(ids) => {
            let mut found = Vec::new();
            for id in ids {
                found.extend(state.inventory.locations_of_channel(&id).await?.iter().cloned());
            }
            Some(found)
        }
    };
    let page =
        list::part(&asked, &locations, |location| of_channel.as_ref().is_none_or(|ids| ids.contains(&location.id)))?;
    let mut shown = Vec::with_capacity(page.items.len());
    for location in page.items {
        shown.push((location, Beside::load(&state, location).await?));
    }
    let part = (page.count, asked.paging);
    Ok(Json::page("stock_locations", &asked.plan, &shown, part, |obj, (location, beside)| {
        render(obj, location, beside);
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let location = location(&state, &id).await?;
    answer(&state, &asked, &location).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    body.check()?;
    let id = state.mint.mint("sloc");
    let new = NewLocation {
        id: Some(id.clone()),
        name: body.name.unwrap_or_default(),
        address: body.address.map(Into::into),
        metadata: body.metadata.flatten(),
    };
    let inventory = state.inventory.clone();
    let made = state
        .shards
        .of_id(&id)
        .write(move |tx| Box::pin(async move { inventory.create_location(tx, new).await }))
        .await?;
    answer(&state, &asked, &made).await
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    body.check()?;
    let change = LocationChange { name: body.name, address: body.address.map(Into::into), metadata: body.metadata };
    let inventory = state.inventory.clone();
    let database = state.shards.of_id(&id).clone();
    let changed =
        database.write(move |tx| Box::pin(async move { inventory.update_location(tx, &id, change).await })).await?;
    answer(&state, &asked, &changed).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    refuse_in_use(&state, &id).await?;
    let (inventory, gone) = (state.inventory.clone(), id.clone());
    state
        .shards
        .of_id(&id)
        .write(move |tx| Box::pin(async move { inventory.delete_location(tx, &gone).await }))
        .await?;
    Ok(Json::deleted(&id, "stock_location").into_response())
}

async fn change_channels(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let location = location(&state, &id).await?;
    sales_channels::check(&state, "add", &body.add).await?;
    let inventory = state.inventory.clone();
    let database = state.shards.of_id(&id).clone();
    database
        .write(move |tx| {
            Box::pin(async move {
                for channel_id in &body.remove {
                    inventory.unlink_channel(tx, channel_id, &id).await?;
                }
                for channel_id in &body.add {
                    inventory.link_channel(tx, channel_id, &id).await?;
                }
                Ok(())
            })
        })
        .await?;
    answer(&state, &asked, &location).await
}

#[derive(Deserialize)]
struct SetBody {
    name: String,
    #[serde(rename = "type")]
    type_: String,
}

async fn add_set(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<SetBody>,
) -> Answer {
    let location = location(&state, &id).await?;
    let new =
        NewFulfillmentSet { name: body.name, type_: body.type_, location_id: Some(id), ..NewFulfillmentSet::default() };
    let fulfilment = state.fulfilment.clone();
    state.core.write(move |tx| Box::pin(async move { fulfilment.create_set(tx, new).await })).await?;
    answer(&state, &asked, &location).await
}

async fn change_providers(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let location = location(&state, &id).await?;
    let fulfilment = state.fulfilment.clone();
    state
        .core
        .write(move |tx| {
            Box::pin(async move { fulfilment.change_location_providers(tx, &id, &body.add, &body.remove).await })
        })
        .await?;
    answer(&state, &asked, &location).await
}

/// A location that other modules name stays: theirs must go first.
async fn refuse_in_use(state: &AdminState, id: &str) -> Result<()> {
    let why = if state.fulfilment.snapshot().await?.sets().iter().any(|set| set.location_id.as_deref() == Some(id)) {
        "it has fulfillment sets; remove those first"
    } else if state.market.snapshot().await?.store().default_location_id.as_deref() == Some(id) {
        "it is the default location of the shop; make another one the default first"
    } else {
        return Ok(());
    };
    Err(Error::not_allowed(format!("This stock location cannot be removed: {why}")))
}

async fn location(state: &AdminState, id: &str) -> Result<StockLocation> {
    state.inventory.location(id).await?.ok_or_else(|| Error::not_found("Stock location", id))
}

async fn answer(state: &AdminState, asked: &Asked, location: &StockLocation) -> Answer {
    let beside = Beside::load(state, location).await?;
    Ok(Json::one("stock_location", &asked.plan, |obj| render(obj, location, &beside)).into_response())
}

/// What is shown beside a location, of other modules.
struct Beside {
    fulfilment: std::sync::Arc<FulfilmentSnapshot>,
    channels: Vec<SalesChannel>,
}

impl Beside {
    async fn load(state: &AdminState, location: &StockLocation) -> Result<Self> {
        let market = state.market.snapshot().await?;
        let ids = state.inventory.channels_of_location(&location.id).await?;
        let channels = ids.iter().filter_map(|id| market.sales_channel(id).cloned()).collect();
        Ok(Self { fulfilment: state.fulfilment.snapshot().await?, channels })
    }
}

fn render(obj: &mut Obj<'_>, location: &StockLocation, beside: &Beside) {
    obj.id(&location.id);
    obj.put("name", || &location.name);
    obj.put("metadata", || &location.metadata);
    obj.put("created_at", || location.created_at);
    obj.put("updated_at", || location.updated_at);
    obj.nest_some("address", location.address.as_ref(), |obj, address| render_address(obj, location, address));
    let sets = beside.fulfilment.sets().iter().filter(|set| set.location_id.as_deref() == Some(&location.id));
    obj.nest_list("fulfillment_sets", sets, fulfillment_sets::render);
    obj.nest_list("fulfillment_providers", beside.fulfilment.providers_of_location(&location.id), |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
        obj.put("created_at", || location.created_at);
        obj.put("updated_at", || location.updated_at);
        obj.put("deleted_at", || Null);
    });
    obj.nest_list("sales_channels", &beside.channels, sales_channels::render);
}

fn render_address(obj: &mut Obj<'_>, location: &StockLocation, address: &LocationAddress) {
    obj.id(&address.id);
    obj.put("address_1", || &address.address_1);
    obj.put("address_2", || &address.address_2);
    obj.put("company", || &address.company);
    obj.put("city", || &address.city);
    obj.put("country_code", || &address.country_code);
    obj.put("phone", || &address.phone);
    obj.put("province", || &address.province);
    obj.put("postal_code", || &address.postal_code);
    obj.put("metadata", || Null);
    obj.put("created_at", || location.created_at);
    obj.put("updated_at", || location.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for StockLocation {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
