//! `/auth`: logins by e-mail and password, tokens and sessions.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::Value;
use tradewind_accounts::{ActorKind, AskedFor, Claims, LogIn};
use tradewind_http::auth::{Bearer, Entering, LoggedIn, session_cookie, session_of};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::{Answer, Json, PathId, PathIds, Plan, Problem, Sent};
use tradewind_kernel::{Error, ErrorKind, Result, Secret};

use crate::Shop;
use crate::{auth_mfa as mfa, auth_verification as verification};

/// The one way of logging in.
const PROVIDER: &str = "emailpass";

#[derive(Debug, Deserialize)]
pub(crate) struct IdentifierSent {
    identifier: String,
}

fn actor_kind(name: &str) -> Result<ActorKind> {
    ActorKind::with_login(name)
        .ok_or_else(|| Error::invalid("actor_type", "Invalid request: 'actor_type' is customer or user"))
}

fn actor_of(actor_type: &str, provider: &str) -> Result<ActorKind> {
    if provider != PROVIDER {
        return Err(Error::invalid("auth_provider", "Invalid request: 'auth_provider' can only be emailpass"));
    }
    actor_kind(actor_type)
}

/// E-mail and password of a body; without either, nobody is logged in.
fn credentials(sent: &Value) -> Result<(&str, &str)> {
    let text = |name: &str| sent.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    match (text("email"), text("password")) {
        (Some(email), Some(password)) => Ok((email, password)),
        (None, _) => Err(unauthorized("email", "Email should be a string")),
        (_, None) => Err(unauthorized("password", "Password should be a string")),
    }
}

fn unauthorized(field: &str, message: &str) -> Error {
    Error::new(ErrorKind::Unauthorized, message).at(field)
}

fn token(token: &Secret) -> Response {
    Json::object(|answer| answer.always("token", token.expose())).into_response()
}

/// The token of a login, and what else is asked for before it opens anything.
fn logged_in(log_in: &LogIn) -> Response {
    let json = Json::object(|answer| {
        match &log_in.asked {
            None => {}
            Some(AskedFor::SecondFactor(challenge)) => {
                answer.always("mfa_required", true);
                answer.nest_with("mfa_challenge", Plan::all(), |obj| mfa::challenge(obj, challenge));
            }
            Some(AskedFor::Verification(verification)) => {
                answer.always("verification_required", true);
                if let Some(verification) = verification {
                    answer.nest_with("verification", Plan::all(), |obj| verification::verification(obj, verification));
                }
            }
        }
        answer.always("token", log_in.token.expose());
    });
    json.into_response()
}

pub(crate) async fn login(
    State(shop): State<Shop>,
    PathIds(actor_type, provider): PathIds,
    address: ClientAddress,
    Sent(sent): Sent<Value>,
) -> Answer {
    let kind = actor_of(&actor_type, &provider)?;
    let (email, password) = credentials(&sent)?;
    shop.login_limits.take(address, email).await?;
    Ok(logged_in(&shop.accounts.login(kind, email, password).await?))
}

pub(crate) async fn register(
    State(shop): State<Shop>,
    PathIds(actor_type, provider): PathIds,
    address: ClientAddress,
    Sent(sent): Sent<Value>,
) -> Answer {
    let kind = actor_of(&actor_type, &provider)?;
    let (email, password) = credentials(&sent)?;
    shop.login_limits.take(address, email).await?;
    Ok(token(&shop.accounts.register(kind, email, password).await?))
}

/// Asks for a mail with a link. The answer is the same for everybody, so that nobody learns who shops here.
pub(crate) async fn reset_password(
    State(shop): State<Shop>,
    PathIds(actor_type, provider): PathIds,
    address: ClientAddress,
    Sent(sent): Sent<IdentifierSent>,
) -> Answer {
    let kind = actor_of(&actor_type, &provider)?;
    shop.login_limits.take(address, &sent.identifier).await?;
    shop.accounts.request_password_reset(kind, &sent.identifier).await?;
    let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((StatusCode::CREATED, plain, "Created").into_response())
}

/// Sets a new password by the token of such a mail.
pub(crate) async fn set_password(
    State(shop): State<Shop>,
    PathIds(actor_type, provider): PathIds,
    address: ClientAddress,
    headers: HeaderMap,
    Sent(sent): Sent<Value>,
) -> Answer {
    actor_of(&actor_type, &provider)?;
    let proof = headers
        .get(header::AUTHORIZATION)
        .and_then(|text| text.to_str().ok())
        .and_then(|text| text.strip_prefix("Bearer "))
        .ok_or_else(Problem::anonymous)?;
    let password = sent
        .get("password")
        .and_then(Value::as_str)
        .ok_or_else(|| Error::invalid("password", "Invalid request: 'password' is required"))?;
    shop.login_limits.take(address, proof).await?;
    shop.accounts.reset_password(proof, password).await?;
    Ok(Json::object(|answer| answer.always("success", true)).into_response())
}

pub(crate) async fn refresh(State(shop): State<Shop>, Entering(actor): Entering) -> Answer {
    Ok(logged_in(&shop.accounts.refresh(&actor).await?))
}

/// Where other shops send those who come back from logging in elsewhere. An e-mail and a password have no such way.
pub(crate) async fn callback(PathIds(actor_type, provider): PathIds) -> Answer {
    actor_of(&actor_type, &provider)?;
    Err(unauthorized("auth_provider", "auth_provider: emailpass does not log in by a callback").into())
}

/// Makes somebody of the staff of a login elsewhere. An e-mail and a password need an invitation instead.
pub(crate) async fn provision(PathId(provider): PathId, LoggedIn(actor): LoggedIn) -> Answer {
    actor_of(actor.kind.as_str(), &provider)?;
    let why = "auth_provider: emailpass cannot vouch for anybody; staff joins by an invitation";
    Err(Error::not_allowed(why).at("auth_provider").into())
}

/// Turns a token into a session that a cookie carries.
pub(crate) async fn open_session(State(shop): State<Shop>, Bearer(actor): Bearer) -> Answer {
    let session = shop.accounts.open_session(&actor).await?;
    let claims = serde_json::to_value(Claims::of(&actor)).map_err(Error::internal)?;
    let mut response = Json::object(|answer| answer.always("user", &claims)).into_response();
    let options = &shop.options;
    response.headers_mut().insert(
        header::SET_COOKIE,
        session_cookie(Some(session.expose()), options.session_seconds, options.secure_cookies),
    );
    Ok(response)
}

pub(crate) async fn close_session(State(shop): State<Shop>, headers: HeaderMap) -> Answer {
    let session = session_of(&headers).ok_or_else(Problem::anonymous)?;
    shop.accounts.actor_of_session(&session).await.map_err(|error| match error.kind() {
        ErrorKind::Unauthorized => Problem::anonymous(),
        _ => Problem::from(error),
    })?;
    shop.accounts.close_session(&session).await?;
    let mut response = Json::object(|answer| answer.always("success", true)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, session_cookie(None, 0, shop.options.secure_cookies));
    Ok(response)
}

/// The ways of logging in.
pub(crate) async fn providers(PathId(actor_type): PathId) -> Answer {
    actor_kind(&actor_type)?;
    let json = Json::object(|answer| {
        answer.nest_list_with("providers", Plan::all(), [PROVIDER], |obj, id| {
            obj.id(id);
            obj.always("identifier", id);
            obj.always("display_name", "Email/Password Authentication");
            obj.always("flow", "credentials");
        });
    });
    Ok(json.into_response())
}
