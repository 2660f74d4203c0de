//! What staff do with an order: pack it in parts, send the parts, call it off, finish it.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_fulfilment::{Packing, Sending};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, Plan, Sent};
use tradewind_kernel::{Error, Result};
use tradewind_orders::{Address, Label, LineQuantity, Order, OrderEdit};

use crate::orders::{answer, load};
use crate::{AdminState, fulfillment_wire, missing, order_changes, order_wire};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        // No order's id: the export is not there yet.
        .route("/admin/orders/export", any(tradewind_http::call::unknown))
        .route("/admin/orders/{id}/cancel", post(cancel))
        .route("/admin/orders/{id}/complete", post(complete))
        .route("/admin/orders/{id}/archive", post(archive))
        .route("/admin/orders/{id}/changes", get(changes))
        .route("/admin/orders/{id}/line-items", get(line_items))
        .route("/admin/orders/{id}/fulfillments", post(fulfil))
        .route("/admin/orders/{id}/fulfillments/{fulfillment_id}/cancel", post(cancel_fulfillment))
        .route("/admin/orders/{id}/fulfillments/{fulfillment_id}/shipments", post(ship))
        .route("/admin/orders/{id}/fulfillments/{fulfillment_id}/mark-as-delivered", post(deliver))
        .route("/admin/fulfillments/{id}/cancel", post(cancel_parcel))
        .route("/admin/fulfillments/{id}/shipment", post(ship_parcel))
}

/// A line of an order in a body, with how many of it.
#[derive(Deserialize)]
pub(crate) struct LineBody {
    pub(crate) id: String,
    pub(crate) quantity: i64,
}

impl From<LineBody> for LineQuantity {
    fn from(body: LineBody) -> Self {
        Self { line_id: body.id, quantity: body.quantity }
    }
}

#[derive(Deserialize)]
struct LabelBody {
    tracking_number: String,
    tracking_url: String,
    label_url: String,
}

impl From<LabelBody> for Label {
    fn from(body: LabelBody) -> Self {
        Self {
            id: String::new(),
            tracking_number: body.tracking_number,
            tracking_url: body.tracking_url,
            label_url: body.label_url,
        }
    }
}

async fn cancel(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.cancel(&id, staff.id()).await?;
    answer(&state, &asked, order).await
}

async fn complete(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.complete(&id, staff.id()).await?;
    answer(&state, &asked, order).await
}

async fn archive(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.archive(&id, staff.id()).await?;
    answer(&state, &asked, order).await
}

#[derive(Deserialize)]
pub(crate) struct EditBody {
    email: Option<String>,
    shipping_address: Option<AddressBody>,
    billing_address: Option<AddressBody>,
    locale: Option<String>,
    metadata: Option<Map<String, Value>>,
}

/// What changes in an address; what is not named stays.
#[derive(Deserialize)]
struct AddressBody {
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    address_1: Option<String>,
    address_2: Option<String>,
    city: Option<String>,
    country_code: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    metadata: Option<Map<String, Value>>,
}

impl AddressBody {
    fn over(self, held: Option<&Address>, field: &str) -> Result<Address> {
        let held = held.ok_or_else(|| Error::invalid(field, "This order has no such address that could be changed"))?;
        let held = held.clone();
        Ok(Address {
            first_name: self.first_name.or(held.first_name),
            last_name: self.last_name.or(held.last_name),
            phone: self.phone.or(held.phone),
            company: self.company.or(held.company),
            address_1: self.address_1.or(held.address_1),
            address_2: self.address_2.or(held.address_2),
            city: self.city.or(held.city),
            country_code: self.country_code.map(|code| code.to_lowercase()).or(held.country_code),
            province: self.province.or(held.province),
            postal_code: self.postal_code.or(held.postal_code),
            metadata: self.metadata.or(held.metadata),
            ..held
        })
    }
}

pub(crate) async fn edit(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<EditBody>,
) -> Answer {
    let order = state.orders.order(&id).await?.ok_or_else(|| missing("Order", &id))?;
    let over = |address: Option<AddressBody>, held: Option<&Address>, field: &str| {
        address.map(|address| address.over(held, field)).transpose()
    };
    let edit = OrderEdit {
        email: body.email,
        shipping_address: over(body.shipping_address, order.shipping_address.as_ref(), "shipping_address")?,
        billing_address: over(body.billing_address, order.billing_address.as_ref(), "billing_address")?,
        locale: body.locale,
        metadata: body.metadata,
    };
    let order = state.handling.edit(&id, edit, staff.id()).await?;
    answer(&state, &asked, order).await
}

#[derive(Deserialize)]
struct PackingBody {
    items: Vec<LineBody>,
    location_id: Option<String>,
    shipping_option_id: Option<String>,
    metadata: Option<Map<String, Value>>,
}

async fn fulfil(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<PackingBody>,
) -> Answer {
    let packing = Packing {
        lines: body.items.into_iter().map(LineQuantity::from).collect(),
        location_id: body.location_id,
        shipping_option_id: body.shipping_option_id,
        metadata: body.metadata,
    };
    let (order, _) = state.handling.fulfil(&id, packing, staff.id()).await?;
    answer(&state, &asked, order).await
}

async fn cancel_fulfillment(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, parcel)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let order = state.handling.cancel_fulfillment(&id, &parcel, staff.id()).await?;
    answer(&state, &asked, order).await
}

#[derive(Deserialize)]
struct SendingBody {
    #[serde(default)]
    items: Vec<LineBody>,
    labels: Option<Vec<LabelBody>>,
}

impl From<SendingBody> for Sending {
    fn from(body: SendingBody) -> Self {
        Self {
            lines: body.items.into_iter().map(LineQuantity::from).collect(),
            labels: body.labels.into_iter().flatten().map(Label::from).collect(),
        }
    }
}

async fn ship(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, parcel)): Path<(String, String)>,
    asked: Asked,
    Sent(body): Sent<SendingBody>,
) -> Answer {
    let order = state.handling.ship(&id, &parcel, body.into(), staff.id()).await?;
    answer(&state, &asked, order).await
}

async fn deliver(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, parcel)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    let order = state.handling.deliver(&id, &parcel, staff.id()).await?;
    answer(&state, &asked, order).await
}

async fn cancel_parcel(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order_id = order_of_parcel(&state, &id).await?;
    let order = state.handling.cancel_fulfillment(&order_id, &id, staff.id()).await?;
    parcel(&asked.plan, &order, &id)
}

async fn ship_parcel(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<SendingBody>,
) -> Answer {
    let order_id = order_of_parcel(&state, &id).await?;
    let order = state.handling.ship(&order_id, &id, body.into(), staff.id()).await?;
    parcel(&asked.plan, &order, &id)
}

async fn order_of_parcel(state: &AdminState, id: &str) -> Result<String> {
    let order = state.orders.order_of_fulfillment(id).await?;
    order.map(|order| order.id.0.clone()).ok_or_else(|| Error::not_found("Fulfillment", id))
}

fn parcel(plan: &Plan, order: &Order, id: &str) -> Answer {
    let parcel = order.fulfillment(id)?;
    Ok(Json::one("fulfillment", plan, |obj| fulfillment_wire::fulfillment(obj, order, parcel)).into_response())
}

async fn changes(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let order = state.orders.order(&id).await?.ok_or_else(|| missing("Order", &id))?;
    let history = state.orders.events(&id).await?;
    let changes = order_changes::changes(&order, &history);
    Ok(Json::object(|obj| {
        obj.nest_list_with("order_changes", &asked.plan, &changes, |obj, change| {
            order_changes::render(obj, &order, change);
        });
    })
    .into_response())
}

async fn line_items(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let order = state.orders.order(&id).await?.ok_or_else(|| missing("Order", &id))?;
    let orders = [order];
    let beside = load(&state, &asked.plan, &orders).await?;
    let [order] = &orders;
    Ok(Json::object(|obj| {
        obj.nest_list_with("order_items", &asked.plan, &order.items, |obj, item| {
            order_wire::detail(obj, order, item);
            obj.nest("item", |obj| order_wire::item(obj, order, item, &beside));
        });
    })
    .into_response())
}
