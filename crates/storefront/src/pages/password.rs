//! Forgotten passwords: asking for a link by mail, and choosing a new one by it.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tradewind_accounts::{ActorKind, RESET_TOKEN_INVALID, normalise_email};
use tradewind_http::middleware::ClientAddress;
use tradewind_http::problem::status_and_type;
use tradewind_kernel::ErrorKind;

use crate::answer::{self, see_other};
use crate::failure::Page;
use crate::sent::{Asked, Sent};
use crate::state::Storefront;
use crate::views::{Field, ForgottenPasswordPage, NewPasswordPage, Notice, Tone};
use crate::visitor::{Guest, PageFacts};

/// `GET /account/forgotten-password`
pub(crate) async fn show_forgotten(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    Ok(answer::page(StatusCode::OK, &forgotten(&storefront, &guest, &Sent::default(), false, false), &asked)?)
}

/// `POST /account/forgotten-password`: the answer is the same whether the address is known or not.
pub(crate) async fn ask(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let page = forgotten(&storefront, &guest, &sent, true, false);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    storefront.parts.login_limits.take(address, sent.text("email")).await?;
    storefront.parts.accounts.request_password_reset(ActorKind::Customer, sent.text("email")).await?;
    Ok(answer::page(StatusCode::OK, &forgotten(&storefront, &guest, &sent, false, true), &asked)?)
}

fn forgotten(
    storefront: &Storefront,
    guest: &Guest,
    sent: &Sent,
    checked: bool,
    is_sent: bool,
) -> ForgottenPasswordPage {
    let error = (checked && normalise_email(sent.text("email")).is_err())
        .then(|| "Enter an e-mail address like name@example.com.".to_owned());
    let email = Field::email("email", "E-mail").with_value(sent.text("email")).with_error(error);
    let facts = PageFacts { title: "Forgotten password", path: "/account/forgotten-password", ..PageFacts::default() };
    ForgottenPasswordPage {
        shell: guest.shell(storefront, facts),
        errors: email.as_error().into_iter().collect(),
        email,
        sent: is_sent,
    }
}

/// `GET /account/reset-password?token=`: where the mail's link leads.
pub(crate) async fn show_new(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    if sent.text("token").is_empty() {
        return Ok(see_other("/account/forgotten-password"));
    }
    Ok(answer::page(StatusCode::OK, &new_password(&storefront, &guest, &sent, None, None), &asked)?)
}

/// `POST /account/reset-password`
pub(crate) async fn set(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    // The token stands for the e-mail, which the form does not know.
    storefront.parts.login_limits.take(address, sent.text("token")).await?;
    let outcome = storefront.parts.accounts.reset_password(sent.text("token"), sent.as_typed("password")).await;
    let page = match &outcome {
        Ok(()) => return Ok(see_other("/account/sign-in?notice=password")),
        Err(error) if error.field() == Some("password") => {
            let error = Some(format!("{}.", error.message()));
            new_password(&storefront, &guest, &sent, error, None)
        }
        Err(error) if error.is(RESET_TOKEN_INVALID) || error.kind() == ErrorKind::Unavailable => {
            let notice = Notice::new(Tone::Bad, error.message());
            new_password(&storefront, &guest, &sent, None, Some(notice))
        }
        Err(_) => return Ok(outcome.map(|()| see_other("/"))?),
    };
    let status = outcome.err().map_or(StatusCode::OK, |error| status_and_type(error.kind()).0);
    Ok(answer::page(status, &page, &asked)?)
}

fn new_password(
    storefront: &Storefront,
    guest: &Guest,
    sent: &Sent,
    error: Option<String>,
    notice: Option<Notice>,
) -> NewPasswordPage {
    let password = Field::password("password", "New password", "new-password")
        .with_hint("At least 8 characters.")
        .with_error(error);
    let facts = PageFacts { title: "Choose a new password", path: "/account/reset-password", ..PageFacts::default() };
    NewPasswordPage {
        shell: guest.shell(storefront, facts),
        notice,
        errors: password.as_error().into_iter().collect(),
        token: sent.text("token").to_owned(),
        password,
    }
}
