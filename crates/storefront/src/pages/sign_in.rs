//! Signing in, opening an account, signing out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tradewind_accounts::{
    ALREADY_REGISTERED, Actor, ActorKind, CUSTOMER_EXISTS, INVALID_CREDENTIALS, NewCustomer, normalise_email,
};
use tradewind_http::auth::{session_cookie, session_of};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::problem::status_and_type;
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::answer::{self, own_path, see_other, with_cookie};
use crate::failure::Page;
use crate::sent::{Asked, Sent, check_required};
use crate::state::Storefront;
use crate::views::{Field, FieldError, Notice, RegisterPage, SignInPage, Tone};
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
        Ok(actor) => Ok(welcome(&storefront, &guest, &actor, see_other(&next(&sent))).await?),
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

async fn sign_in(storefront: &Storefront, address: ClientAddress, email: &str, password: &str) -> Result<Actor> {
    storefront.parts.login_limits.take(address, email)?;
    let accounts = &storefront.parts.accounts;
    let token = accounts.login(ActorKind::Customer, email, password).await?;
    let actor = accounts.verify(token.expose()).await?;
    if actor.customer_id().is_some() {
        return Ok(actor);
    }
    // Registered, and interrupted before the customer was made.
    with_customer(storefront, &actor, NewCustomer::default()).await
}

/// Makes the login's customer, and the actor that knows it.
async fn with_customer(storefront: &Storefront, actor: &Actor, new: NewCustomer) -> Result<Actor> {
    let accounts = &storefront.parts.accounts;
    match accounts.create_customer(actor, new).await {
        Ok(_) => {}
        Err(error) if error.is(CUSTOMER_EXISTS) => {}
        Err(error) => return Err(error),
    }
    let token = accounts.refresh(actor).await?;
    accounts.verify(token.expose()).await
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
        Ok(actor) => {
            let to = if next(&sent) == HOME { "/account?notice=welcome".to_owned() } else { next(&sent) };
            return Ok(welcome(&storefront, &guest, &actor, see_other(&to)).await?);
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

async fn open_account(storefront: &Storefront, address: ClientAddress, sent: &Sent) -> Result<Actor> {
    storefront.parts.login_limits.take(address, sent.text("email"))?;
    let accounts = &storefront.parts.accounts;
    let token = accounts.register(ActorKind::Customer, sent.text("email"), sent.as_typed("password")).await?;
    let actor = accounts.verify(token.expose()).await?;
    let new = NewCustomer {
        first_name: Some(sent.text("first_name").to_owned()),
        last_name: Some(sent.text("last_name").to_owned()),
        ..NewCustomer::default()
    };
    with_customer(storefront, &actor, new).await
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
