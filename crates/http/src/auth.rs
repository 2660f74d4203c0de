//! Who is calling: the publishable key of a storefront, a shopper, somebody of the staff or a program.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use tradewind_accounts::{Accounts, Actor, ActorKind, ApiKey, SecondFactor};
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::problem::Problem;

/// The header that carries a storefront's key.
pub const PUBLISHABLE_KEY_HEADER: &str = "x-publishable-api-key";
/// The cookie that carries a session, by the name that clients of the peer know.
pub const SESSION_COOKIE: &str = "connect.sid";

/// The key of the storefront that asks; without one, nothing of the Store API answers.
#[derive(Clone, Debug)]
pub struct PublishableKey(pub Arc<ApiKey>);

impl PublishableKey {
    /// The sales channels it sells in.
    #[must_use]
    pub fn sales_channel_ids(&self) -> &[String] {
        &self.0.sales_channel_ids
    }

    /// The sales channel of a new cart: the one that is asked for, where the key has it, or the key's only one.
    pub fn sales_channel(&self, asked: Option<&str>) -> Result<Option<String>> {
        let own = self.sales_channel_ids();
        match asked {
            Some(asked) if own.iter().any(|id| id == asked) => Ok(Some(asked.to_owned())),
            Some(_) => Err(Error::invalid(
                "sales_channel_id",
                "Invalid request: 'sales_channel_id' is not one of the publishable key's",
            )),
            None if own.len() > 1 => Err(Error::invalid(
                "sales_channel_id",
                "Invalid request: 'sales_channel_id' is needed, as the publishable key has several",
            )),
            None => Ok(own.first().cloned()),
        }
    }

    /// The key with the token in these headers.
    pub async fn of(accounts: &Accounts, headers: &HeaderMap) -> Result<Self> {
        let refused = |message: &str| Error::not_allowed(message);
        let token = headers
            .get(PUBLISHABLE_KEY_HEADER)
            .and_then(|token| token.to_str().ok())
            .filter(|token| !token.is_empty())
            .ok_or_else(|| refused("A publishable API key is required in the request header x-publishable-api-key"))?;
        let key = accounts.publishable_key(token).await?.ok_or_else(|| {
            refused("The request header x-publishable-api-key does not hold a valid key of this shop")
        })?;
        Ok(Self(key))
    }
}

impl<S> FromRequestParts<S> for PublishableKey
where
    Accounts: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self::of(&Accounts::from_ref(state), &parts.headers).await?)
    }
}

/// The shopper who asks; without a login, or with one that no shopper belongs to, the answer is 401.
#[derive(Clone, Debug)]
pub struct Shopper {
    /// The shopper's id.
    pub customer_id: String,
    /// How it was proved.
    pub actor: Actor,
}

/// The shopper who asks, where one does. A proof that is not good counts as none.
#[derive(Clone, Debug)]
pub struct MaybeShopper(pub Option<Shopper>);

impl MaybeShopper {
    /// The shopper's id.
    #[must_use]
    pub fn customer_id(&self) -> Option<&str> {
        self.0.as_ref().map(|shopper| shopper.customer_id.as_str())
    }
}

impl MaybeShopper {
    /// Who these headers prove.
    pub async fn of(accounts: &Accounts, headers: &HeaderMap) -> Result<Self> {
        Ok(Self(proved(accounts, headers).await?.and_then(as_shopper)))
    }
}

/// Somebody with a shopper's login, whether or not the shopper exists already.
#[derive(Clone, Debug)]
pub struct Registered(pub Actor);

/// Anybody with a login.
#[derive(Clone, Debug)]
pub struct LoggedIn(pub Actor);

/// Anybody who has typed the right password, also while the second factor is still to come.
#[derive(Clone, Debug)]
pub struct Entering(pub Actor);

/// Anybody with a bearer token: what opens a session.
#[derive(Clone, Debug)]
pub struct Bearer(pub Actor);

/// Somebody of the staff, or a program with a secret key.
#[derive(Clone, Debug)]
pub struct Staff(pub Actor);

impl Staff {
    /// The id of the user or of the key.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.id.as_deref().unwrap_or_default()
    }
}

fn authorization(headers: &HeaderMap, scheme: &str) -> Option<String> {
    let (name, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| credentials.trim().to_owned())
}

/// The session cookie's value.
#[must_use]
pub fn session_of(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(cookie::Cookie::split_parse)
        .filter_map(|cookie| cookie.ok())
        .find(|cookie| cookie.name() == SESSION_COOKIE)
        .map(|cookie| cookie.value().to_owned())
}

/// A cookie that carries a session for so many seconds; with no session, one that takes it away.
#[must_use]
pub fn session_cookie(session: Option<&str>, seconds: i64, secure: bool) -> HeaderValue {
    let (value, age) = session.map_or(("", 0), |session| (session, seconds));
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

/// Who a bearer token or a session proves; `None` where there is none or it is not good. A failure of ours stays one.
async fn proved(accounts: &Accounts, headers: &HeaderMap) -> Result<Option<Actor>> {
    if let Some(token) = authorization(headers, "Bearer") {
        return good(accounts.verify(&token).await);
    }
    match session_of(headers) {
        Some(session) => good(accounts.actor_of_session(&session).await),
        None => Ok(None),
    }
}

fn good(outcome: Result<Actor>) -> Result<Option<Actor>> {
    match outcome {
        Ok(actor) => Ok(Some(actor)),
        Err(error) if matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable) => Err(error),
        Err(_) => Ok(None),
    }
}

/// The program whose secret key is in `Authorization: Basic base64("sk_…:")`.
async fn program(accounts: &Accounts, headers: &HeaderMap) -> Result<Option<Actor>> {
    let Some(credentials) = authorization(headers, "Basic") else { return Ok(None) };
    // Some clients send the key as it is.
    let token = BASE64.decode(&credentials).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or(credentials);
    accounts.secret_key(token.split(':').next().unwrap_or_default()).await
}

/// Who is calling, as a text that stays the same from call to call: somebody who is logged in, a program, or else whoever has
/// a storefront's key. `None` is somebody whom nothing answers.
pub(crate) async fn caller(accounts: &Accounts, headers: &HeaderMap) -> Result<Option<String>> {
    let actor = match program(accounts, headers).await? {
        Some(program) => Some(program),
        None => proved(accounts, headers).await?,
    };
    if let Some(actor) = actor {
        let id = actor.id.as_deref().unwrap_or(&actor.auth_identity_id);
        return Ok(Some(format!("{} {id}", actor.kind.as_str())));
    }
    match PublishableKey::of(accounts, headers).await {
        Ok(key) => Ok(Some(format!("anonymous {}", key.0.id.as_str()))),
        Err(error) if error.kind() == ErrorKind::NotAllowed => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether nothing more is asked for; what comes between password and second factor opens nothing.
fn is_in(actor: &Actor) -> bool {
    actor.second_factor != SecondFactor::Pending
}

fn as_shopper(actor: Actor) -> Option<Shopper> {
    let customer_id = actor.customer_id()?.to_owned();
    Some(Shopper { customer_id, actor })
}

macro_rules! extract {
    ($name:ty, |$accounts:ident, $headers:ident| $proof:expr) => {
        impl<S> FromRequestParts<S> for $name
        where
            Accounts: FromRef<S>,
            S: Send + Sync,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let ($accounts, $headers) = (&Accounts::from_ref(state), &parts.headers);
                $proof.ok_or_else(Problem::anonymous)
            }
        }
    };
}

extract!(Shopper, |accounts, headers| proved(accounts, headers).await?.and_then(as_shopper));
extract!(MaybeShopper, |accounts, headers| { Some(Self::of(accounts, headers).await?) });
extract!(Registered, |accounts, headers| {
    proved(accounts, headers).await?.filter(|actor| actor.kind == ActorKind::Customer && is_in(actor)).map(Self)
});
extract!(LoggedIn, |accounts, headers| proved(accounts, headers).await?.filter(is_in).map(Self));
extract!(Entering, |accounts, headers| proved(accounts, headers).await?.map(Self));
extract!(Bearer, |accounts, headers| match authorization(headers, "Bearer") {
    Some(token) => good(accounts.verify(&token).await)?.map(Self),
    None => None,
});
extract!(Staff, |accounts, headers| {
    let actor = match program(accounts, headers).await? {
        Some(program) => Some(program),
        None => proved(accounts, headers).await?,
    };
    actor.filter(|actor| actor.staff_id().is_some()).map(Self)
});

/// Whether a request proves anybody at all, right or wrong: such an answer is nobody else's.
#[must_use]
pub fn has_proof(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION)
        || headers
            .get_all(header::COOKIE)
            .iter()
            .any(|cookies| cookies.to_str().is_ok_and(|text| text.contains(SESSION_COOKIE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_the_cookies() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; connect.sid=abc; b=2"));
        assert_eq!(session_of(&headers).as_deref(), Some("abc"));
        assert!(has_proof(&headers));
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1"));
        assert_eq!(session_of(&headers), None);
        let cookie = session_cookie(Some("abc"), 60, true);
        assert_eq!(cookie, "connect.sid=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure");
    }

    #[test]
    fn the_scheme_is_told_apart() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("bearer  t.o.k"));
        assert_eq!(authorization(&headers, "Bearer").as_deref(), Some("t.o.k"));
        assert_eq!(authorization(&headers, "Basic"), None);
    }
}
