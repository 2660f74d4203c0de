//! `/hooks/payment/{provider}`: what payment providers tell of their own accord.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::post;
use http::HeaderMap;
use tradewind_checkout::Checkout;
use tradewind_http::{Answer, Json};
use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_payments::{Notice, Payments};

/// The largest notice that is read.
const NOTICE_BYTES_MAX: usize = 256 * 1024;

/// What notices are about.
#[derive(Clone)]
pub struct HooksState {
    /// Who knows whether a notice is to be believed.
    pub payments: Payments,
    /// Whose carts it is about.
    pub checkout: Checkout,
}

/// The routes that payment providers call.
pub fn router(state: HooksState) -> Router {
    Router::new().route("/hooks/payment/{provider}", post(payment)).with_state(state)
}

/// A provider's notice: 200 once what it tells has been acted upon; anything else makes the provider send it again.
async fn payment(
    State(state): State<HooksState>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Answer {
    let notice = read(headers, body).await?;
    let provider_id = known(&state.payments, &provider)?;
    if let Some(cart_id) = state.payments.noticed_cart(&provider_id, &notice)? {
        state.checkout.noticed(&cart_id).await?;
    }
    Ok(Json::object(|answer| answer.always("received", true)).into_response())
}

async fn read(headers: HeaderMap, body: Body) -> Result<Notice> {
    let body = axum::body::to_bytes(body, NOTICE_BYTES_MAX).await.map_err(|error| {
        Error::new(ErrorKind::TooLarge, format!("The notice is too large: at most {NOTICE_BYTES_MAX} bytes are read"))
            .caused_by(error)
    })?;
    let text = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    Ok(Notice { headers: headers.iter().filter_map(text).collect(), body })
}

/// The provider's id; in addresses it may stand without its `pp_`.
fn known(payments: &Payments, provider: &str) -> Result<String> {
    let with_prefix = format!("pp_{provider}");
    let mut ids = payments.providers().ids();
    let found = ids.find(|id| *id == provider || *id == with_prefix);
    found.map(str::to_owned).ok_or_else(|| Error::not_found("Payment provider", provider))
}
