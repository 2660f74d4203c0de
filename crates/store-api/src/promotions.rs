//! `/store/carts/:id/promotions`: codes a shopper gives.

use axum::extract::State;
use serde::Deserialize;
use tradewind_http::auth::PublishableKey;
use tradewind_http::{Answer, Asked, PathId, Sent};

use crate::Shop;
use crate::carts::show;

#[derive(Debug, Deserialize)]
pub(crate) struct CodesSent {
    promo_codes: Vec<String>,
}

pub(crate) async fn add(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<CodesSent>,
) -> Answer {
    let view = shop.checkout.add_promotions(&id, sent.promo_codes).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn remove(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<CodesSent>,
) -> Answer {
    let view = shop.checkout.remove_promotions(&id, sent.promo_codes).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}
