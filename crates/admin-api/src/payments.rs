//! Payments: what was promised and paid, and moving it.

use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::HeaderMap;
use serde::Deserialize;
use tradewind_http::auth::Staff;
use tradewind_http::call::exact_change;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, Sent};
use tradewind_kernel::{Currency, Decimal, Error, Money, Result};
use tradewind_payments::{MovementKind, PaymentCollection, Wish};

use crate::{AdminState, missing, order_wire};

/// The longest key of a client's own.
const KEY_LENGTH_MAX: usize = 200;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/payments", get(all))
        .route("/admin/payments/{id}", get(one))
        .route("/admin/payments/{id}/capture", post(capture))
        .route("/admin/payments/{id}/refund", post(refund))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    asked.query.refuse(&["q", "id", "payment_session_id", "created_at", "updated_at", "deleted_at"])?;
    let page = state.payments.list(asked.paging).await?;
    let market = state.market.snapshot().await?;
    let part = (page.count, asked.paging);
    let found = page.items.iter().filter_map(|(collection, id)| Some((collection, collection.payment(id)?)));
    Ok(Json::page("payments", &asked.plan, found, part, |obj, (collection, payment)| {
        order_wire::payment(obj, collection, payment, &market);
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let found = state.payments.collection_of_payment(&id).await?;
    answer(&state, &asked, &found.ok_or_else(|| missing("Payment", &id))?, &id).await
}

async fn answer(state: &AdminState, asked: &Asked, collection: &PaymentCollection, id: &str) -> Answer {
    let payment = collection.payment(id).ok_or_else(|| missing("Payment", id))?;
    let market = state.market.snapshot().await?;
    Ok(Json::one("payment", &asked.plan, |obj| order_wire::payment(obj, collection, payment, &market)).into_response())
}

#[derive(Deserialize)]
struct Body {
    #[serde(default, deserialize_with = "exact_change")]
    amount: Option<Decimal>,
    refund_reason_id: Option<String>,
    note: Option<String>,
}

async fn capture(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    headers: HeaderMap,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    move_money(&state, (&staff, MovementKind::Capture), &id, &headers, &asked, body).await
}

async fn refund(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    headers: HeaderMap,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    if let Some(reason) = &body.refund_reason_id
        && state.market.snapshot().await?.refund_reason(reason).is_none()
    {
        return Err(Error::invalid("refund_reason_id", "There is no such refund reason").into());
    }
    move_money(&state, (&staff, MovementKind::Refund), &id, &headers, &asked, body).await
}

async fn move_money(
    state: &AdminState,
    (staff, kind): (&Staff, MovementKind),
    id: &str,
    headers: &HeaderMap,
    asked: &Asked,
    body: Body,
) -> Answer {
    let found = state.payments.collection_of_payment(id).await?;
    let currency = found.ok_or_else(|| missing("Payment", id))?.currency();
    let wish = Wish {
        kind,
        amount: body.amount.map(|amount| money(amount, currency)).transpose()?,
        key: key(headers)?,
        note: body.note,
        reason_id: body.refund_reason_id,
        created_by: Some(staff.id().to_owned()),
    };
    let collection = state.handling.move_money(id, wish).await?;
    answer(state, asked, &collection, id).await
}

/// An amount that the currency can pay: no part of its smallest unit is left over.
fn money(amount: Decimal, currency: Currency) -> Result<Money> {
    let money = Money::round(amount, currency)?;
    match money.major() == amount {
        true => Ok(money),
        false => {
            Err(Error::invalid("amount", format!("{amount} is not a whole number of the smallest unit of {currency}")))
        }
    }
}

/// The client's own key: a request that is sent again with it moves no money a second time.
fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| !key.is_empty() && key.len() <= KEY_LENGTH_MAX);
    let key = key.ok_or_else(|| {
        Error::invalid("idempotency-key", format!("An idempotency key is 1 to {KEY_LENGTH_MAX} printable characters"))
    })?;
    Ok(Some(key.to_owned()))
}
