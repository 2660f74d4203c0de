//! `/store/payment-providers` and `/store/payment-collections`: how a cart is paid.

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::Value;
use tradewind_http::auth::{MaybeShopper, PublishableKey};
use tradewind_http::{Answer, Asked, Json, PathId, Sent};
use tradewind_kernel::{Error, Page};

use crate::Shop;
use crate::view::payment;

#[derive(Debug, Deserialize)]
pub(crate) struct CollectionSent {
    cart_id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SessionSent {
    provider_id: String,
    #[serde(default)]
    data: Value,
}

/// The providers of a region.
pub(crate) async fn providers(State(shop): State<Shop>, _key: PublishableKey, asked: Asked) -> Answer {
    let region_id = asked.query.required("region_id")?;
    let market = shop.market.snapshot().await?;
    let region = market.region(region_id).ok_or_else(|| Error::not_found("Region", region_id))?;
    let known: Vec<&str> = shop.payments.providers().ids().collect();
    let offered = region.payment_providers.iter().map(String::as_str);
    let offered: Vec<&str> = offered.filter(|id| known.contains(id)).collect();
    let page = Page::cut(offered, asked.paging);
    let about = (page.count, asked.paging);
    let json = Json::page("payment_providers", &asked.plan, page.items, about, |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
    });
    Ok(json.into_response())
}

pub(crate) async fn create_collection(
    State(shop): State<Shop>,
    _key: PublishableKey,
    asked: Asked,
    Sent(sent): Sent<CollectionSent>,
) -> Answer {
    let collection = shop.checkout.payment_collection(&sent.cart_id).await?;
    let json = Json::one("payment_collection", &asked.plan, |obj| {
        payment::collection(obj, &collection);
    });
    Ok(json.into_response())
}

pub(crate) async fn begin_session(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: MaybeShopper,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<SessionSent>,
) -> Answer {
    let collection = shop.checkout.begin_payment(&id, &sent.provider_id, sent.data).await?;
    let shopper = match shopper.customer_id() {
        Some(id) => shop.accounts.customer(id).await?,
        None => None,
    };
    let json = Json::one("payment_collection", &asked.plan, |obj| {
        payment::collection_for(obj, &collection, shopper.as_ref());
    });
    Ok(json.into_response())
}
