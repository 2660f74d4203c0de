//! The customer's address book.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_kernel::Error;

use super::account::SignedIn;
use crate::address::{AddressTexts, BOOK};
use crate::answer::{self, see_other};
use crate::failure::Page;
use crate::sent::{Asked, Sent};
use crate::state::Storefront;
use crate::views::{AddressCard, AddressPage, AddressesPage, Notice, Tone};
use crate::visitor::{Guest, PageFacts};

/// `GET /account/addresses`
pub(crate) async fn list(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let notice = match sent.text("notice") {
        "saved" => Some("The address was saved."),
        "deleted" => Some("The address was deleted."),
        _ => None,
    };
    let cards = customer.addresses.iter().map(|address| AddressCard {
        id: address.id.as_str().to_owned(),
        lines: AddressTexts::of_book(address).lines(),
        is_default: address.is_default_shipping,
    });
    let facts = PageFacts { title: "Addresses", path: "/account/addresses", ..PageFacts::default() };
    let page = AddressesPage {
        shell: guest.shell(&storefront, facts),
        notice: notice.map(|text| Notice::new(Tone::Good, text)),
        addresses: cards.collect(),
    };
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `GET /account/addresses/new`
pub(crate) async fn show_new(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    asked: HeaderMap,
) -> Page {
    let is_first = customer.addresses.is_empty();
    let page = form(&storefront, &guest, None, &AddressTexts::default(), is_first, false);
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `POST /account/addresses`
pub(crate) async fn create(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let (texts, is_default) = (AddressTexts::sent(&BOOK, &sent), sent.is_ticked("is_default"));
    let page = form(&storefront, &guest, None, &texts, is_default, true);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    storefront.parts.accounts.add_address(customer.id.as_str(), texts.into_book(is_default)).await?;
    Ok(see_other("/account/addresses?notice=saved"))
}

/// `GET /account/addresses/{id}`
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    SignedIn { guest, customer }: SignedIn,
    asked: HeaderMap,
) -> Page {
    let address = customer.address(&id).ok_or_else(|| Error::not_found("Address", &id))?;
    let texts = AddressTexts::of_book(address);
    let page = form(&storefront, &guest, Some(id), &texts, address.is_default_shipping, false);
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `POST /account/addresses/{id}`
pub(crate) async fn change(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    SignedIn { guest, customer }: SignedIn,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let (texts, is_default) = (AddressTexts::sent(&BOOK, &sent), sent.is_ticked("is_default"));
    let page = form(&storefront, &guest, Some(id.clone()), &texts, is_default, true);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    storefront.parts.accounts.update_address(customer.id.as_str(), &id, texts.into_book(is_default)).await?;
    Ok(see_other("/account/addresses?notice=saved"))
}

/// `POST /account/addresses/{id}/delete`
pub(crate) async fn delete(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    SignedIn { customer, .. }: SignedIn,
) -> Page {
    storefront.parts.accounts.remove_address(customer.id.as_str(), &id).await?;
    Ok(see_other("/account/addresses?notice=deleted"))
}

fn form(
    storefront: &Storefront,
    guest: &Guest,
    id: Option<String>,
    texts: &AddressTexts,
    is_default: bool,
    checked: bool,
) -> AddressPage {
    // Wherever the shop delivers to, in any of its regions.
    let countries: Vec<String> =
        guest.market.regions().iter().flat_map(|region| region.countries.iter().cloned()).collect();
    let address = texts.form(&BOOK, &countries, checked);
    let title = if id.is_some() { "Change address" } else { "New address" };
    let facts = PageFacts { title, path: "/account/addresses", ..PageFacts::default() };
    AddressPage { shell: guest.shell(storefront, facts), id, errors: address.errors(), address, is_default }
}
