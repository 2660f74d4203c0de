//! `/auth/verification`: proving that an e-mail address is one's own, by the token of a mail.

use axum::extract::State;
use axum::response::IntoResponse as _;
use http::StatusCode;
use serde::Deserialize;
use tradewind_accounts::{Metadata, Verification};
use tradewind_http::auth::Entering;
use tradewind_http::middleware::ClientAddress;
use tradewind_http::{Answer, Json, Obj, Plan, Sent};
use tradewind_kernel::{Error, Result};

use crate::Shop;

/// What can be proved.
const ENTITY: &str = "email";
/// By what.
const CODE_PROVIDER: &str = "token";

#[derive(Debug, Deserialize)]
pub(crate) struct RequestSent {
    entity_id: String,
    entity_type: String,
    code_provider: String,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ConfirmSent {
    code: String,
    code_provider: Option<String>,
}

fn check(field: &str, value: &str, only: &str) -> Result<()> {
    if value == only {
        return Ok(());
    }
    Err(Error::invalid(field, format!("Invalid request: '{field}' can only be {only}")))
}

/// Sends the mail.
pub(crate) async fn request(
    State(shop): State<Shop>,
    Entering(actor): Entering,
    address: ClientAddress,
    Sent(sent): Sent<RequestSent>,
) -> Answer {
    check("entity_type", &sent.entity_type, ENTITY)?;
    check("code_provider", &sent.code_provider, CODE_PROVIDER)?;
    shop.login_limits.take(address, &sent.entity_id).await?;
    let requested = shop.accounts.request_verification(&actor, &sent.entity_id, sent.metadata).await?;
    let json = Json::object(|answer| {
        answer.nest_with("verification", Plan::all(), |obj| verification(obj, &requested));
    });
    Ok(json.with_status(StatusCode::CREATED).into_response())
}

/// Proves it. Whoever read the mail need not be logged in.
pub(crate) async fn confirm(State(shop): State<Shop>, address: ClientAddress, Sent(sent): Sent<ConfirmSent>) -> Answer {
    check("code_provider", sent.code_provider.as_deref().unwrap_or(CODE_PROVIDER), CODE_PROVIDER)?;
    shop.login_limits.take(address, &sent.code).await?;
    let confirmed = shop.accounts.confirm_verification(&sent.code).await?;
    let json = Json::object(|answer| {
        answer.always("entity_id", &confirmed.email);
        answer.always("entity_type", ENTITY);
        answer.always("code_provider", CODE_PROVIDER);
        answer.always("verified_at", confirmed.verified_at);
    });
    Ok(json.into_response())
}

/// The state of a proof. The token is in the mail alone.
pub(crate) fn verification(obj: &mut Obj<'_>, verification: &Verification) {
    obj.id(verification.id.as_str());
    obj.always("auth_identity_id", &verification.auth_identity_id);
    obj.always("entity_id", &verification.email);
    obj.always("entity_type", ENTITY);
    obj.always("code_provider", CODE_PROVIDER);
    obj.always("metadata", &verification.metadata);
    obj.always("requested_at", verification.requested_at);
    obj.always("expires_at", verification.expires_at);
    obj.always("verified_at", verification.verified_at);
}
