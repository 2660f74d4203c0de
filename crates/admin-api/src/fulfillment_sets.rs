//! Fulfilment sets and their service zones: to where a stock location delivers.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_fulfilment::{
    FulfillmentSet, FulfilmentSnapshot, GeoZone, GeoZoneType, NewGeoZone, NewServiceZone, ServiceZone,
    ServiceZoneChange,
};
use tradewind_http::call::PathIds;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Result};

use crate::AdminState;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/fulfillment-sets/{id}", axum::routing::delete(delete))
        .route("/admin/fulfillment-sets/{id}/service-zones", post(add_zone))
        .route("/admin/fulfillment-sets/{id}/service-zones/{zone_id}", get(zone).post(update_zone).delete(delete_zone))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ZoneBody {
    name: Option<String>,
    geo_zones: Option<Vec<GeoZoneBody>>,
}

#[derive(Deserialize)]
struct GeoZoneBody {
    id: Option<String>,
    #[serde(rename = "type")]
    type_: GeoZoneType,
    country_code: String,
    province_code: Option<String>,
    city: Option<String>,
    postal_expression: Option<Value>,
    metadata: Option<Map<String, Value>>,
}

impl From<GeoZoneBody> for NewGeoZone {
    fn from(body: GeoZoneBody) -> Self {
        Self {
            id: body.id,
            type_: body.type_,
            country_code: body.country_code,
            province_code: body.province_code,
            city: body.city,
            postal_expression: body.postal_expression,
            metadata: body.metadata,
        }
    }
}

fn read(geo_zones: Vec<GeoZoneBody>) -> Vec<NewGeoZone> {
    geo_zones.into_iter().map(Into::into).collect()
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (fulfilment, gone) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.delete_set(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "fulfillment_set").into_response())
}

async fn add_zone(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ZoneBody>,
) -> Answer {
    let new = NewServiceZone {
        name: body.name.unwrap_or_default(),
        geo_zones: read(body.geo_zones.unwrap_or_default()),
        ..NewServiceZone::default()
    };
    let (fulfilment, set_id) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.create_zone(tx, &set_id, new).await })).await?;
    show_set(&state, &asked, &id).await
}

async fn zone(State(state): State<AdminState>, PathIds(id, zone_id): PathIds, asked: Asked) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let (set, zone) = find(&fulfilment, &id, &zone_id)?;
    Ok(Json::one("service_zone", &asked.plan, |obj| render_zone(obj, set, zone)).into_response())
}

async fn update_zone(
    State(state): State<AdminState>,
    PathIds(id, zone_id): PathIds,
    asked: Asked,
    Sent(body): Sent<ZoneBody>,
) -> Answer {
    let change = ServiceZoneChange { name: body.name, geo_zones: body.geo_zones.map(read) };
    let (fulfilment, set_id) = (state.fulfilment.clone(), id.clone());
    state
        .core
        .write(move |tx| Box::pin(async move { fulfilment.update_zone(tx, &set_id, &zone_id, change).await }))
        .await?;
    show_set(&state, &asked, &id).await
}

async fn delete_zone(State(state): State<AdminState>, PathIds(id, zone_id): PathIds, asked: Asked) -> Answer {
    let (fulfilment, set_id, gone) = (state.fulfilment.clone(), id.clone(), zone_id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.delete_zone(tx, &set_id, &gone).await })).await?;
    let fulfilment = state.fulfilment.snapshot().await?;
    Ok(Json::object(|obj| {
        obj.id(&zone_id);
        obj.always("object", "service_zone");
        obj.always("deleted", true);
        if let Some(set) = fulfilment.set(&id) {
            obj.nest_with("parent", &asked.plan, |obj| render(obj, set));
        }
    })
    .into_response())
}

/// The zone, if it is one of the set's.
fn find<'f>(
    fulfilment: &'f FulfilmentSnapshot,
    set_id: &str,
    zone_id: &str,
) -> Result<(&'f FulfillmentSet, &'f ServiceZone)> {
    let found = fulfilment.zone(zone_id).filter(|(set, _)| set.id == set_id);
    found.ok_or_else(|| Error::not_found("Service zone", zone_id))
}

async fn show_set(state: &AdminState, asked: &Asked, id: &str) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let set = fulfilment.set(id).ok_or_else(|| Error::not_found("Fulfillment set", id))?;
    Ok(Json::one("fulfillment_set", &asked.plan, |obj| render(obj, set)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, set: &FulfillmentSet) {
    obj.id(&set.id);
    obj.put("name", || &set.name);
    obj.put("type", || &set.type_);
    obj.put("metadata", || &set.metadata);
    obj.put("created_at", || set.created_at);
    obj.put("updated_at", || set.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_list("service_zones", &set.service_zones, |obj, zone| render_zone(obj, set, zone));
}

fn render_zone(obj: &mut Obj<'_>, set: &FulfillmentSet, zone: &ServiceZone) {
    render_plain_zone(obj, set, zone);
    obj.nest_list("geo_zones", &zone.geo_zones, |obj, geo| render_geo_zone(obj, zone, geo));
}

/// A service zone without what is in it.
pub(crate) fn render_plain_zone(obj: &mut Obj<'_>, set: &FulfillmentSet, zone: &ServiceZone) {
    obj.id(&zone.id);
    obj.put("name", || &zone.name);
    obj.put("fulfillment_set_id", || &set.id);
    obj.put("metadata", || &zone.metadata);
    obj.put("created_at", || zone.created_at);
    obj.put("updated_at", || zone.updated_at);
    obj.put("deleted_at", || Null);
}

fn render_geo_zone(obj: &mut Obj<'_>, zone: &ServiceZone, geo: &GeoZone) {
    obj.id(&geo.id);
    obj.put("type", || geo.type_.as_str());
    obj.put("country_code", || &geo.country_code);
    obj.put("province_code", || &geo.province_code);
    obj.put("city", || &geo.city);
    obj.put("postal_expression", || &geo.postal_expression);
    obj.put("service_zone_id", || &zone.id);
    obj.put("metadata", || &geo.metadata);
    obj.put("created_at", || zone.created_at);
    obj.put("updated_at", || zone.updated_at);
    obj.put("deleted_at", || Null);
}
