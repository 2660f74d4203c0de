//! What links in mails ask: whether an e-mail address is one's own, whether a customer may have an order. The link shows the
//! question; only a button answers it, because mail programs open links by themselves.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_accounts::VERIFICATION_INVALID;
use tradewind_http::middleware::ClientAddress;
use tradewind_http::problem::status_and_type;
use tradewind_kernel::Result;
use tradewind_orders::{NO_TRANSFER, TRANSFER_TOKEN_INVALID};

use crate::answer::{self, see_other};
use crate::failure::Page;
use crate::sent::{Asked, Sent};
use crate::state::Storefront;
use crate::views::{Choice, DecisionPage, Notice, Tone};
use crate::visitor::{Guest, PageFacts};

/// `GET /account/verify-email?token=`
pub(crate) async fn show_email(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    Ok(answer::page(StatusCode::OK, &email(&storefront, &guest, &sent), &asked)?)
}

/// `POST /account/verify-email`
pub(crate) async fn confirm_email(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    storefront.parts.login_limits.take(address, sent.text("token")).await?;
    match storefront.parts.accounts.confirm_verification(sent.text("token")).await {
        Ok(_) => Ok(see_other("/account/sign-in?notice=verified")),
        Err(error) if error.is(VERIFICATION_INVALID) => {
            let page = over(email(&storefront, &guest, &sent), error.message());
            Ok(answer::page(status_and_type(error.kind()).0, &page, &asked)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn email(storefront: &Storefront, guest: &Guest, sent: &Sent) -> DecisionPage {
    let facts = PageFacts { title: "Your e-mail address", path: "/account/verify-email", ..PageFacts::default() };
    DecisionPage {
        shell: guest.shell(storefront, facts),
        heading: "Your e-mail address".to_owned(),
        words: "Press the button to confirm that this e-mail address is yours.".to_owned(),
        notice: None,
        action: "/account/verify-email".to_owned(),
        token: sent.text("token").to_owned(),
        choices: vec![choice("yes", "Confirm my e-mail address")],
    }
}

/// `GET /orders/{id}/transfer?token=`
pub(crate) async fn show_transfer(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    Ok(answer::page(StatusCode::OK, &transfer(&storefront, &guest, &id, &sent), &asked)?)
}

/// `POST /orders/{id}/transfer`
pub(crate) async fn decide_transfer(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    storefront.parts.login_limits.take(address, &id).await?;
    let page = transfer(&storefront, &guest, &id, &sent);
    let (status, page) = match decided(&storefront, &id, &sent).await {
        Ok(words) => {
            let notice = Some(Notice::new(Tone::Good, words));
            (StatusCode::OK, DecisionPage { notice, choices: Vec::new(), ..page })
        }
        Err(error) if error.is(NO_TRANSFER) || error.is(TRANSFER_TOKEN_INVALID) => {
            (status_and_type(error.kind()).0, over(page, error.message()))
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer::page(status, &page, &asked)?)
}

async fn decided(storefront: &Storefront, id: &str, sent: &Sent) -> Result<&'static str> {
    let orders = &storefront.parts.orders;
    if sent.text("choice") == "accept" {
        orders.accept_transfer(id, sent.text("token")).await?;
        return Ok("Done: the order is theirs now.");
    }
    orders.decline_transfer(id, sent.text("token")).await?;
    Ok("Done: the order stays as it was.")
}

fn transfer(storefront: &Storefront, guest: &Guest, id: &str, sent: &Sent) -> DecisionPage {
    let path = format!("/orders/{id}/transfer");
    let facts = PageFacts { title: "Hand over an order", path: &path, ..PageFacts::default() };
    DecisionPage {
        shell: guest.shell(storefront, facts),
        heading: "Hand over an order".to_owned(),
        words: "A customer of this shop asks to have this order in their account: to see it, and to be told about it. \
                If you do not know who that is, refuse."
            .to_owned(),
        notice: None,
        action: path,
        token: sent.text("token").to_owned(),
        choices: vec![choice("accept", "Hand the order over"), choice("decline", "Refuse")],
    }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), selected: false }
}

/// The page once there is nothing to decide any more.
fn over(page: DecisionPage, words: &str) -> DecisionPage {
    DecisionPage { notice: Some(Notice::new(Tone::Bad, words)), choices: Vec::new(), ..page }
}
