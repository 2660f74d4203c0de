//! `/auth/mfa`: second factors and recovery codes of whoever is logged in, and the second step of a login.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use tradewind_accounts::{CHALLENGE_ATTEMPTS_MAX, Challenge, Factor, NewFactor};
use tradewind_http::auth::{Entering, LoggedIn};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::wire::Null;
use tradewind_http::{Answer, Json, Obj, PathId, Plan, Sent};
use tradewind_kernel::Result;

use crate::{Shop, StoreState};

/// How the one way of logging in is named in a challenge.
const PROVIDER: &str = "emailpass";

#[derive(Debug, Deserialize)]
pub(crate) struct CodeSent {
    code: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProofSent {
    method: Option<String>,
    code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AnswerSent {
    method: String,
    code: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CountSent {
    count: Option<usize>,
}

/// Codes are six digits: how often a login may try one is counted as passwords are.
async fn take(shop: &StoreState, address: ClientAddress, login_id: &str) -> Result<()> {
    shop.login_limits.take(address, login_id).await
}

pub(crate) async fn list(State(shop): State<Shop>, LoggedIn(actor): LoggedIn) -> Answer {
    let factors = shop.accounts.factors(&actor).await?;
    let json = Json::object(|answer| answer.nest_list_with("mfa_factors", Plan::all(), &factors, factor));
    Ok(json.into_response())
}

pub(crate) async fn start(
    State(shop): State<Shop>,
    LoggedIn(actor): LoggedIn,
    address: ClientAddress,
    Sent(sent): Sent<NewFactor>,
) -> Answer {
    take(&shop, address, &actor.auth_identity_id).await?;
    let begun = shop.accounts.start_factor(&actor, sent).await?;
    let json = Json::object(|answer| {
        answer.nest_with("mfa_factor", Plan::all(), |obj| factor(obj, &begun.factor));
        answer.always("secret", begun.secret.expose());
        answer.always("otpauth_url", begun.otpauth_url.expose());
    });
    Ok(json.into_response())
}

pub(crate) async fn verify(
    State(shop): State<Shop>,
    LoggedIn(actor): LoggedIn,
    address: ClientAddress,
    PathId(id): PathId,
    Sent(sent): Sent<CodeSent>,
) -> Answer {
    take(&shop, address, &actor.auth_identity_id).await?;
    Ok(show(&shop.accounts.verify_factor(&actor, &id, &sent.code).await?))
}

pub(crate) async fn disable(
    State(shop): State<Shop>,
    LoggedIn(actor): LoggedIn,
    address: ClientAddress,
    PathId(id): PathId,
    Sent(sent): Sent<ProofSent>,
) -> Answer {
    take(&shop, address, &actor.auth_identity_id).await?;
    let proof = sent.method.as_deref().zip(sent.code.as_deref());
    Ok(show(&shop.accounts.disable_factor(&actor, &id, proof).await?))
}

pub(crate) async fn make_recovery_codes(
    State(shop): State<Shop>,
    LoggedIn(actor): LoggedIn,
    address: ClientAddress,
    Sent(sent): Sent<CountSent>,
) -> Answer {
    take(&shop, address, &actor.auth_identity_id).await?;
    let codes = shop.accounts.make_recovery_codes(&actor, sent.count).await?;
    // Shown this once.
    let codes: Vec<&str> = codes.iter().map(|code| code.expose()).collect();
    Ok(Json::object(|answer| answer.always("recovery_codes", &codes)).into_response())
}

/// The second step of a login: the code, for the token.
pub(crate) async fn verify_challenge(
    State(shop): State<Shop>,
    Entering(actor): Entering,
    address: ClientAddress,
    PathId(id): PathId,
    Sent(sent): Sent<AnswerSent>,
) -> Answer {
    take(&shop, address, &actor.auth_identity_id).await?;
    let token = shop.accounts.verify_challenge(&actor, &id, &sent.method, &sent.code).await?;
    Ok(Json::object(|answer| answer.always("token", token.expose())).into_response())
}

fn show(shown: &Factor) -> Response {
    Json::one("mfa_factor", Plan::all(), |obj| factor(obj, shown)).into_response()
}

fn factor(obj: &mut Obj<'_>, factor: &Factor) {
    obj.id(factor.id.as_str());
    obj.always("auth_identity_id", &factor.auth_identity_id);
    obj.nest_with("auth_identity", Plan::all(), |obj| obj.id(&factor.auth_identity_id));
    obj.always("provider", &factor.provider);
    obj.always("status", factor.status.as_str());
    obj.always("metadata", &factor.metadata);
    obj.always("created_at", factor.created_at);
    obj.always("updated_at", factor.updated_at);
    obj.always("deleted_at", Null);
}

/// A request for the second factor, as the login's answer shows it.
pub(crate) fn challenge(obj: &mut Obj<'_>, challenge: &Challenge) {
    obj.id(challenge.id.as_str());
    obj.always("auth_identity_id", &challenge.auth_identity_id);
    obj.always("auth_provider", PROVIDER);
    obj.always("methods", &challenge.methods);
    obj.always("expires_at", challenge.expires_at);
    obj.always("attempts", 0);
    obj.always("max_attempts", CHALLENGE_ATTEMPTS_MAX);
    obj.always("completed_at", Null);
    obj.always("metadata", Null);
}
