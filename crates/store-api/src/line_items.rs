//! `/store/carts/:id/line-items`: what a cart holds.

use axum::extract::State;
use axum::response::IntoResponse as _;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_checkout::LineChange;
use tradewind_http::auth::PublishableKey;
use tradewind_http::call::{Change, change};
use tradewind_http::{Answer, Asked, Json, PathId, PathIds, Sent};

use crate::Shop;
use crate::carts::{LineSent, show};
use crate::view::cart::{self, Around};

#[derive(Debug, Deserialize)]
pub(crate) struct LineChangeSent {
    quantity: i64,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

pub(crate) async fn add(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<LineSent>,
) -> Answer {
    let view = shop.checkout.add_line(&id, sent.into_line()).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn update(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathIds(id, line_id): PathIds,
    asked: Asked,
    Sent(sent): Sent<LineChangeSent>,
) -> Answer {
    let change = LineChange { quantity: sent.quantity, metadata: sent.metadata };
    let view = shop.checkout.update_line(&id, &line_id, change).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn remove(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathIds(id, line_id): PathIds,
    asked: Asked,
) -> Answer {
    let view = shop.checkout.remove_line(&id, &line_id).await?;
    let around = Around::of_cart(&shop, &asked.plan, &view.cart).await?;
    let json = Json::object(|answer| {
        answer.id(&line_id);
        answer.always("object", "line-item");
        answer.always("deleted", true);
        answer.nest_with("parent", &asked.plan, |obj| cart::cart(obj, &view, &around));
    });
    Ok(json.into_response())
}
