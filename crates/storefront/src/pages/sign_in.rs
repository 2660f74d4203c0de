//! Signing in, opening an account, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tradewind_accounts::{
    ALREADY_REGISTERED, Actor, ActorKind, AskedFor, CUSTOMER_EXISTS, INVALID_CREDENTIALS, Metadata, NewCustomer,
    WRONG_CODE, normalise_email,
};
use tradewind_http::auth::{session_cookie, session_of};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::problem::status_and_type;
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::answer::{self, own_path, see_other, with_cookie};
use crate::failure::Page;
use crate::pages::in_query;
use crate::sent::{Asked, Sent, check_required};
use crate::state::Storefront;
use crate::views::{Field, FieldError, Notice, RegisterPage, SecondFactorPage, SignInPage, Tone};
use crate::visitor::{Guest, PageFacts, cart_cookie};

const HOME: &str = "/account";

fn next(sent: &Sent) -> String {
    own_path(sent.text("next")).unwrap_or(HOME).to_owned()
}

/// `GET /account/sign-in`
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    if guest.customer.is_some() {
        return Ok(see_other(&next(&sent)));
    }
    let notice = match sent.text("notice") {
        "password" => Some(Notice::new(Tone::Good, "Your new password is set. Please sign in with it.")),
        "verified" => Some(Notice::new(Tone::Good, "Your e-mail address is confirmed. Please sign in.")),
        "verify" => Some(Notice::new(
            Tone::Good,
            "We have sent a message to your e-mail address. Please confirm it by the link in there, then sign in.",
        )),
        "out" => Some(Notice::new(Tone::Good, "You are signed out.")),
        _ => None,
    };
    Ok(answer::page(StatusCode::OK, &form(&storefront, &guest, &sent, false, notice), &asked)?)
}

/// `POST /account/sign-in`
pub(crate) async fn enter(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let page = form(&storefront, &guest, &sent, true, None);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    match sign_in(&storefront, address, sent.text("email"), sent.as_typed("password")).await {
        Ok(entry) => Ok(let_in(&storefront, &guest, entry, &next(&sent)).await?),
        Err(error) if is_for_the_form(&error) => {
            let words = match error.is(INVALID_CREDENTIALS) {
                true => "E-mail address and password do not belong together.",
                false => error.message(),
            };
            let (status, _) = status_and_type(error.kind());
            let page = form(&storefront, &guest, &sent, false, Some(Notice::new(Tone::Bad, words)));
            Ok(answer::page(status, &page, &asked)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_for_the_form(error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::Internal)
}

/// How far somebody has come.
enum Entry {
    /// They are in.
    In(Actor),
    /// The second factor is still to come.
    Code(Actor, String),
    /// Their e-mail address is still to be confirmed.
    Confirm(Actor, String),
}

/// Goes on from the password: into the shop, to the code, or back with a word about the mail that was sent.
async fn let_in(storefront: &Storefront, guest: &Guest, entry: Entry, next: &str) -> Result<Response> {
    let accounts = &storefront.parts.accounts;
    match entry {
        Entry::In(actor) => welcome(storefront, guest, &actor, see_other(next)).await,
        Entry::Code(actor, challenge) => {
            // The session proves the password until the code proves the rest; it opens nothing.
            let session = accounts.open_session(&actor).await?;
            let to = format!("/account/sign-in/code?challenge={}&next={}", in_query(&challenge), in_query(next));
            let cookie =
                session_cookie(Some(session.expose()), storefront.parts.session_seconds, storefront.is_secure());
            Ok(with_cookie(see_other(&to), cookie))
        }
        Entry::Confirm(actor, email) => {
            accounts.request_verification(&actor, &email, Metadata::new()).await?;
            Ok(see_other("/account/sign-in?notice=verify"))
        }
    }
}

async fn sign_in(storefront: &Storefront, address: ClientAddress, email: &str, password: &str) -> Result<Entry> {
    storefront.parts.login_limits.take(address, email).await?;
    let accounts = &storefront.parts.accounts;
    let log_in = accounts.login(ActorKind::Customer, email, password).await?;
    let actor = accounts.verify(log_in.token.expose()).await?;
    match log_in.asked {
        Some(AskedFor::SecondFactor(challenge)) => Ok(Entry::Code(actor, challenge.id.0)),
        Some(AskedFor::Verification(_)) => Ok(Entry::Confirm(actor, email.to_owned())),
        None if actor.customer_id().is_some() => Ok(Entry::In(actor)),
        // Registered, and interrupted before the customer was made.
        None => with_customer(storefront, &actor, email, NewCustomer::default()).await,
    }
}

/// `GET /account/sign-in/code`: the second step.
pub(crate) async fn show_code(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    Ok(answer::page(StatusCode::OK, &code_form(&storefront, &guest, &sent, None), &asked)?)
}

/// `POST /account/sign-in/code`
pub(crate) async fn enter_code(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    headers: HeaderMap,
    sent: Sent,
) -> Page {
    let Some(session) = session_of(&headers) else { return Ok(see_other("/account/sign-in")) };
    let accounts = &storefront.parts.accounts;
    let Ok(actor) = accounts.actor_of_session(&session).await else { return Ok(see_other("/account/sign-in")) };
    storefront.parts.login_limits.take(address, &actor.auth_identity_id).await?;
    let code = sent.text("code");
    // A code of the app is digits; a recovery code is longer.
    let method =
        if code.chars().filter(|c| !c.is_whitespace()).all(|c| c.is_ascii_digit()) { "totp" } else { "recovery_code" };
    match accounts.verify_challenge(&actor, sent.text("challenge"), method, code).await {
        Ok(token) => {
            let actor = accounts.verify(token.expose()).await?;
            accounts.close_session(&session).await?;
            Ok(welcome(&storefront, &guest, &actor, see_other(&next(&sent))).await?)
        }
        Err(error) if error.is(WRONG_CODE) => {
            let page = code_form(&storefront, &guest, &sent, Some(error.message().to_owned()));
            Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &headers)?)
        }
        Err(error) if is_for_the_form(&error) => {
            let page = form(&storefront, &guest, &sent, false, Some(Notice::new(Tone::Bad, error.message())));
            Ok(answer::page(status_and_type(error.kind()).0, &page, &headers)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn code_form(storefront: &Storefront, guest: &Guest, sent: &Sent, error: Option<String>) -> SecondFactorPage {
    let code = Field::new("code", "Code from your app, or a recovery code", "one-time-code").with_error(error);
    let facts = PageFacts { title: "Your code", path: "/account/sign-in/code", ..PageFacts::default() };
    SecondFactorPage {
        shell: guest.shell(storefront, facts),
        errors: errors([&code]),
        code,
        challenge: sent.text("challenge").to_owned(),
        next: next(sent),
    }
}

/// Makes the login's customer, and the actor that knows it.
async fn with_customer(storefront: &Storefront, actor: &Actor, email: &str, new: NewCustomer) -> Result<Entry> {
    let accounts = &storefront.parts.accounts;
    match accounts.create_customer(actor, new).await {
        Ok(_) => {}
        Err(error) if error.is(CUSTOMER_EXISTS) => {}
        Err(error) => return Err(error),
    }
    let log_in = accounts.refresh(actor).await?;
    let actor = accounts.verify(log_in.token.expose()).await?;
    Ok(match log_in.asked {
        None => Entry::In(actor),
        Some(AskedFor::SecondFactor(challenge)) => Entry::Code(actor, challenge.id.0),
        Some(AskedFor::Verification(_)) => Entry::Confirm(actor, email.to_owned()),
    })
}

/// Opens the session, and brings the cart along.
async fn welcome(storefront: &Storefront, guest: &Guest, actor: &Actor, to: Response) -> Result<Response> {
    let session = storefront.parts.accounts.open_session(actor).await?;
    let cookie = session_cookie(Some(session.expose()), storefront.parts.session_seconds, storefront.is_secure());
    if let (Some(view), Some(customer_id)) = (&guest.cart, actor.customer_id())
        && let Err(error) = storefront.parts.checkout.transfer(view.cart.id.as_str(), customer_id).await
    {
        // Somebody else's cart in this browser stays theirs.
        tracing::info!(?error, "the cart could not be brought along");
        return Ok(with_cookie(with_cookie(to, cookie), cart_cookie(storefront, None)));
    }
    Ok(with_cookie(to, cookie))
}

fn form(storefront: &Storefront, guest: &Guest, sent: &Sent, checked: bool, notice: Option<Notice>) -> SignInPage {
    let (email, password) = fields(sent, checked, "Enter your password.", "current-password");
    let facts = PageFacts { title: "Sign in", path: "/account/sign-in", ..PageFacts::default() };
    SignInPage {
        shell: guest.shell(storefront, facts),
        notice,
        errors: errors([&email, &password]),
        email,
        password,
        next: next(sent),
    }
}

fn fields(sent: &Sent, checked: bool, missing: &str, autocomplete: &'static str) -> (Field, Field) {
    let email_error = (checked && normalise_email(sent.text("email")).is_err())
        .then(|| "Enter an e-mail address like name@example.com.".to_owned());
    let password_error = if checked { check_required(sent.as_typed("password"), missing) } else { None };
    (
        Field::email("email", "E-mail").with_value(sent.text("email")).with_error(email_error),
        Field::password("password", "Password", autocomplete).with_error(password_error),
    )
}

fn errors<const COUNT: usize>(fields: [&Field; COUNT]) -> Vec<FieldError> {
    fields.into_iter().filter_map(Field::as_error).collect()
}

/// `GET /account/register`
pub(crate) async fn show_register(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    if guest.customer.is_some() {
        return Ok(see_other(&next(&sent)));
    }
    Ok(answer::page(StatusCode::OK, &register_form(&storefront, &guest, &sent, false), &asked)?)
}

/// `POST /account/register`
pub(crate) async fn register(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let mut page = register_form(&storefront, &guest, &sent, true);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    let error = match open_account(&storefront, address, &sent).await {
        Ok(entry) => {
            let to = if next(&sent) == HOME { "/account?notice=welcome".to_owned() } else { next(&sent) };
            return Ok(let_in(&storefront, &guest, entry, &to).await?);
        }
        Err(error) => error,
    };
    if error.is(ALREADY_REGISTERED) || error.is(CUSTOMER_EXISTS) {
        page.email.error = Some("There is an account for this address already. Please sign in.".to_owned());
    } else if error.field() == Some("password") {
        page.password.error = Some(format!("{}.", error.message()));
    } else if is_for_the_form(&error) {
        page.notice = Some(Notice::new(Tone::Bad, error.message()));
    } else {
        return Err(error.into());
    }
    page.errors = errors([&page.email, &page.password]);
    let (status, _) = status_and_type(error.kind());
    let status = if page.errors.is_empty() { status } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(answer::page(status, &page, &asked)?)
}

async fn open_account(storefront: &Storefront, address: ClientAddress, sent: &Sent) -> Result<Entry> {
    storefront.parts.login_limits.take(address, sent.text("email")).await?;
    let accounts = &storefront.parts.accounts;
    let token = accounts.register(ActorKind::Customer, sent.text("email"), sent.as_typed("password")).await?;
    let actor = accounts.verify(token.expose()).await?;
    let new = NewCustomer {
        first_name: Some(sent.text("first_name").to_owned()),
        last_name: Some(sent.text("last_name").to_owned()),
        ..NewCustomer::default()
    };
    with_customer(storefront, &actor, sent.text("email"), new).await
}

fn register_form(storefront: &Storefront, guest: &Guest, sent: &Sent, checked: bool) -> RegisterPage {
    let required = |name: &str, missing: &str| if checked { check_required(sent.text(name), missing) } else { None };
    let name = |field: &'static str, label, autocomplete, missing: &str| {
        Field::new(field, label, autocomplete).with_value(sent.text(field)).with_error(required(field, missing))
    };
    let first_name = name("first_name", "First name", "given-name", "Enter a first name.");
    let last_name = name("last_name", "Last name", "family-name", "Enter a last name.");
    let (email, password) = fields(sent, checked, "Choose a password.", "new-password");
    let password = password.with_hint("At least 8 characters.");
    let facts = PageFacts { title: "Create an account", path: "/account/register", ..PageFacts::default() };
    RegisterPage {
        shell: guest.shell(storefront, facts),
        notice: None,
        errors: errors([&first_name, &last_name, &email, &password]),
        first_name,
        last_name,
        email,
        password,
        next: next(sent),
    }
}

/// `POST /account/sign-out`
pub(crate) async fn leave(State(storefront): State<Storefront>, asked: HeaderMap) -> Page {
    if let Some(session) = session_of(&asked) {
        storefront.parts.accounts.close_session(&session).await?;
    }
    let to = see_other("/account/sign-in?notice=out");
    // The cart is the customer's; the next person at this browser begins with their own.
    let to = with_cookie(to, cart_cookie(&storefront, None));
    Ok(with_cookie(to, session_cookie(None, 0, storefront.is_secure())))
}
