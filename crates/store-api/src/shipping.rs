//! `/store/shipping-options` and the shipping methods of a cart.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_checkout::OfferedShipping;
use tradewind_http::auth::PublishableKey;
use tradewind_http::{Answer, Asked, Json, PathId, Plan, Sent};
use tradewind_inventory::StockLocation;
use tradewind_kernel::{Error, Result};

use crate::carts::show;
use crate::view;
use crate::{Shop, StoreState};

#[derive(Debug, Deserialize)]
pub(crate) struct MethodSent {
    option_id: String,
    #[serde(default)]
    data: Option<Map<String, Value>>,
}

/// One method, or several at once: one for each kind of thing in the cart.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum MethodsSent {
    One(MethodSent),
    Several(Vec<MethodSent>),
}

#[derive(Debug, Deserialize)]
pub(crate) struct CalculateSent {
    cart_id: String,
}

pub(crate) async fn options(State(shop): State<Shop>, _key: PublishableKey, asked: Asked) -> Answer {
    let cart_id = asked.query.required("cart_id")?;
    asked.query.refuse(&["$and", "$or"])?;
    let mut offered = shop.checkout.shipping_options(cart_id).await?;
    if asked.query.flag("is_return") == Some(true) {
        // What is offered for a cart goes to the shopper; nothing of it comes back.
        offered.clear();
    }
    let locations = locations(&shop, &offered).await?;
    let json = Json::object(|answer| {
        answer.nest_list_with("shipping_options", Plan::all(), &offered, |obj, option| {
            view::shipping::offered(obj, option, &locations);
        });
    });
    Ok(json.into_response())
}

/// The price of an option for a cart.
pub(crate) async fn calculate(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    Sent(sent): Sent<CalculateSent>,
) -> Answer {
    let offered = shop.checkout.shipping_options(&sent.cart_id).await?;
    let found = offered.into_iter().find(|offered| offered.option.id == id);
    let found = [found.ok_or_else(|| Error::not_found("Shipping option", &id))?];
    let locations = locations(&shop, &found).await?;
    let [found] = &found;
    let json = Json::one("shipping_option", Plan::all(), |obj| {
        view::shipping::offered(obj, found, &locations);
    });
    Ok(json.into_response())
}

pub(crate) async fn choose(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<MethodsSent>,
) -> Answer {
    let methods = match sent {
        MethodsSent::One(method) => vec![method],
        MethodsSent::Several(methods) => methods,
    };
    let mut view = None;
    for MethodSent { option_id, data } in methods {
        view = Some(shop.checkout.add_shipping_method(&id, &option_id, data).await?);
    }
    let view = match view {
        Some(view) => view,
        None => return Err(Error::invalid("option_id", "Invalid request: 'option_id' is required").into()),
    };
    Ok(show(&shop, &asked.plan, &view).await?)
}

/// The stock locations that these options are sent from.
async fn locations(shop: &StoreState, offered: &[OfferedShipping]) -> Result<HashMap<String, StockLocation>> {
    let mut locations = HashMap::new();
    for option in offered {
        let Some(id) = option.zone().and_then(|(set, _)| set.location_id.as_ref()) else { continue };
        if !locations.contains_key(id)
            && let Some(location) = shop.inventory.known_location(id).await?
        {
            locations.insert(id.clone(), location);
        }
    }
    Ok(locations)
}
