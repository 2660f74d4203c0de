//! `/store/returns`: a shopper sends goods back.

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use tradewind_http::auth::PublishableKey;
use tradewind_http::wire::Null;
use tradewind_http::{Answer, Asked, Json, Sent};
use tradewind_kernel::Error;
use tradewind_orders::{Choice, LineQuantity, NewReturn};

use crate::Shop;

#[derive(Deserialize)]
pub(crate) struct Body {
    order_id: String,
    items: Vec<Item>,
    return_shipping: Shipping,
    note: Option<String>,
    receive_now: Option<bool>,
    location_id: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    quantity: i64,
    reason_id: Option<String>,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Shipping {
    option_id: String,
}

/// Asks for goods to be taken back. The order's id cannot be guessed: whoever has it was given it.
pub(crate) async fn create(
    State(shop): State<Shop>,
    _key: PublishableKey,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    let (market, shipping) = (shop.market.snapshot().await?, shop.fulfilment.snapshot().await?);
    if body.receive_now == Some(true) {
        return Err(Error::not_allowed("Only the shop says that goods have arrived").at("receive_now").into());
    }
    if shipping.option(&body.return_shipping.option_id).is_none() {
        return Err(Error::invalid("return_shipping.option_id", "There is no such shipping option").into());
    }
    let mut choices = Vec::with_capacity(body.items.len());
    for (position, item) in body.items.into_iter().enumerate() {
        if item.reason_id.as_ref().is_some_and(|reason| market.return_reason(reason).is_none()) {
            let field = format!("items.{position}.reason_id");
            return Err(Error::invalid(field, "There is no such return reason").into());
        }
        choices.push(Choice {
            line: LineQuantity { line_id: item.id, quantity: item.quantity },
            reason_id: item.reason_id,
            note: item.note.or_else(|| body.note.clone()),
        });
    }
    let new = NewReturn { location_id: body.location_id, ..NewReturn::default() };
    let (order, id) = shop.handling.return_goods(&body.order_id, new, choices, "customer").await?;
    let back = order.back(&id)?;
    let json = Json::one("return", &asked.plan, |obj| {
        obj.id(&back.id);
        obj.put("order_id", || order.id.as_str());
        obj.put("status", || back.status.as_str());
        obj.put("created_at", || back.created_at);
        obj.put("updated_at", || back.updated_at);
        obj.put("deleted_at", || Null);
        obj.put("metadata", || &back.metadata);
        obj.nest_list("items", &back.items, |obj, item| {
            obj.id(&item.id);
            obj.put("item_id", || &item.line_id);
            obj.put("quantity", || item.quantity);
            obj.put("received_quantity", || item.received);
            obj.put("reason_id", || &item.reason_id);
            obj.put("note", || &item.note);
        });
    });
    Ok(json.into_response())
}
