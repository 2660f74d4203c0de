//! `/store/orders/{id}/transfer`: a customer asks for an order, and whoever reads its mail agrees or refuses.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use tradewind_http::auth::{PublishableKey, Shopper};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::{Answer, Asked, Json, PathId, Sent};
use tradewind_orders::{Order, TransferRequest};

use crate::customers::own;
use crate::orders::load;
use crate::view::order::Place;
use crate::{Shop, StoreState};

#[derive(Debug, Deserialize)]
pub(crate) struct RequestSent {
    description: Option<String>,
    update_order_email: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct TokenSent {
    token: String,
}

async fn show(shop: &StoreState, asked: &Asked, order: &Arc<Order>) -> Answer {
    let shown = load(shop, &asked.plan, std::slice::from_ref(order), Place::Alone).await?;
    Ok(Json::one("order", &asked.plan, |obj| shown.write(obj, order)).into_response())
}

pub(crate) async fn request(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    address: ClientAddress,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<RequestSent>,
) -> Answer {
    let customer = own(&shop, &shopper).await?;
    // Each request is a mail.
    shop.login_limits.take(address, &id).await?;
    let request = TransferRequest {
        email: sent.update_order_email.unwrap_or(false).then(|| customer.email.clone()),
        customer_id: shopper.customer_id,
        description: sent.description,
    };
    let order = shop.orders.request_transfer(&id, request).await?;
    show(&shop, &asked, &order).await
}

pub(crate) async fn accept(
    State(shop): State<Shop>,
    _key: PublishableKey,
    address: ClientAddress,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<TokenSent>,
) -> Answer {
    shop.login_limits.take(address, &id).await?;
    let order = shop.orders.accept_transfer(&id, &sent.token).await?;
    show(&shop, &asked, &order).await
}

pub(crate) async fn decline(
    State(shop): State<Shop>,
    _key: PublishableKey,
    address: ClientAddress,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<TokenSent>,
) -> Answer {
    shop.login_limits.take(address, &id).await?;
    let order = shop.orders.decline_transfer(&id, &sent.token).await?;
    show(&shop, &asked, &order).await
}

pub(crate) async fn cancel(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = shop.orders.cancel_transfer(&id, &shopper.customer_id).await?;
    show(&shop, &asked, &order).await
}
