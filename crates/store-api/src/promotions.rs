//! `/store/carts/:id/promotions`: codes a shopper gives. The shop has no promotions yet, so no code is known.

use axum::extract::State;
use serde::Deserialize;
use tradewind_http::auth::PublishableKey;
use tradewind_http::{Answer, Asked, PathId, Sent};
use tradewind_kernel::{Error, Result};

use crate::Shop;
use crate::carts::show;

#[derive(Debug, Deserialize)]
pub(crate) struct CodesSent {
    promo_codes: Vec<String>,
}

/// Refuses codes that nobody made.
pub(crate) fn check_codes(codes: &[String]) -> Result<()> {
    let Some(unknown) = codes.first() else { return Ok(()) };
    let shown: String = unknown.chars().take(60).collect();
    Err(Error::invalid("promo_codes", format!("'promo_codes': the code {shown} is not known")))
}

pub(crate) async fn add(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<CodesSent>,
) -> Answer {
    let view = shop.checkout.cart(&id).await?;
    check_codes(&sent.promo_codes)?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

/// A code that is not on the cart is gone from it already.
pub(crate) async fn remove(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(_): Sent<CodesSent>,
) -> Answer {
    let view = shop.checkout.cart(&id).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}
