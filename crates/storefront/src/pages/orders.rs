//! Orders: the page after placing one, the order itself, and finding one without an account.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_http::middleware::ClientAddress;
use tradewind_kernel::{Error, Result};
use tradewind_orders::{Address, Order, OrderStatus};
use tradewind_payments::{CollectionStatus, PaymentCollection};

use crate::address::AddressTexts;
use crate::answer::{self, see_other, with_cookie};
use crate::failure::Page;
use crate::format::{date, date_iso, money};
use crate::sent::Sent;
use crate::state::Storefront;
use crate::totals;
use crate::views::{ConfirmationPage, Field, LookUpPage, Notice, OrderDetails, OrderPage, OrderRow, Tone};
use crate::visitor::{Guest, PageFacts};

const ROW_PICTURES: usize = 3;

/// `GET /orders/{id}/confirmation`
pub(crate) async fn confirmation(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    guest: Guest,
    asked: HeaderMap,
) -> Page {
    let Some(order) = known(&storefront, &guest, &id).await? else { return Ok(see_other("/orders/look-up")) };
    let collections = storefront.parts.payments.collections_of_order(&id).await?;
    let path = format!("/orders/{id}/confirmation");
    let first_name = order.shipping_address.as_ref().and_then(|address| address.first_name.clone());
    let page = ConfirmationPage {
        shell: guest.shell(&storefront, PageFacts { title: "Thank you", path: &path, ..PageFacts::default() }),
        first_name,
        email: order.email.clone().unwrap_or_default(),
        payment_text: provider_of(&collections).map(|id| guest.frame.texts.payment(id).detail).unwrap_or_default(),
        order: details(&storefront, &guest, &order, &collections),
        offer_account: guest.customer.is_none(),
    };
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `GET /orders/{id}`: what the confirmation's mail links to.
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    guest: Guest,
    asked: HeaderMap,
) -> Page {
    let Some(order) = known(&storefront, &guest, &id).await? else { return Ok(see_other("/orders/look-up")) };
    page(&storefront, &guest, &order, false, &asked).await
}

/// An order with all that is known of it.
pub(crate) async fn page(
    storefront: &Storefront,
    guest: &Guest,
    order: &Order,
    in_account: bool,
    asked: &HeaderMap,
) -> Page {
    let collections = storefront.parts.payments.collections_of_order(order.id.as_str()).await?;
    let title = format!("Order {}", order.display_id);
    let path = format!("/orders/{}", order.id.as_str());
    let page = OrderPage {
        shell: guest.shell(storefront, PageFacts { title: &title, path: &path, ..PageFacts::default() }),
        in_account,
        order: details(storefront, guest, order, &collections),
    };
    Ok(answer::page(StatusCode::OK, &page, asked)?)
}

/// The order, if the visitor may see it: it is their account's, or this browser placed or looked it up.
async fn known(storefront: &Storefront, guest: &Guest, id: &str) -> Result<Option<std::sync::Arc<Order>>> {
    let order = storefront.parts.orders.order(id).await?;
    Ok(order.filter(|order| guest.knows_order(id) || guest.owns(order)))
}

impl Guest {
    /// Whether the order is that of the signed-in customer.
    pub(crate) fn owns(&self, order: &Order) -> bool {
        let own = self.customer.as_ref().map(|customer| customer.id.as_str());
        own.is_some() && own == order.customer_id.as_deref()
    }
}

/// `GET /orders/look-up`
pub(crate) async fn look_up(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    Ok(answer::page(StatusCode::OK, &look_up_form(&storefront, &guest, &Sent::default(), false, None), &asked)?)
}

/// `POST /orders/look-up`
pub(crate) async fn find(
    State(storefront): State<Storefront>,
    guest: Guest,
    address: ClientAddress,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let form = |checked, notice| look_up_form(&storefront, &guest, &sent, checked, notice);
    let checked = form(true, None);
    if !checked.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &checked, &asked)?);
    }
    // Numbers follow each other, so that the e-mail address is all that has to be guessed.
    if let Err(error) = storefront.parts.login_limits.take(address, sent.text("email")).await {
        let page = form(false, Some(Notice::new(Tone::Bad, error.message())));
        return Ok(answer::page(StatusCode::TOO_MANY_REQUESTS, &page, &asked)?);
    }
    let number = number_in(sent.text("number")).unwrap_or_default();
    let Some(order) = storefront.parts.orders.find(number, sent.text("email")).await? else {
        let words = "There is no order with this number and e-mail address. Please compare both with the confirmation.";
        let page = form(false, Some(Notice::new(Tone::Bad, words)));
        return Ok(answer::page(StatusCode::NOT_FOUND, &page, &asked)?);
    };
    let id = order.id.as_str();
    Ok(with_cookie(see_other(&format!("/orders/{id}")), guest.order_cookie(&storefront, id)))
}

/// "1042" in "#1042" and "Order 1042".
fn number_in(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn look_up_form(
    storefront: &Storefront,
    guest: &Guest,
    sent: &Sent,
    checked: bool,
    notice: Option<Notice>,
) -> LookUpPage {
    let number_error = (checked && number_in(sent.text("number")).is_none())
        .then(|| "Enter the number of the order, for example 1042.".to_owned());
    let email_error = (checked && tradewind_accounts::normalise_email(sent.text("email")).is_err())
        .then(|| "Enter the e-mail address you ordered with.".to_owned());
    let number = Field::new("number", "Order number", "off").with_value(sent.text("number")).with_error(number_error);
    let email = Field::email("email", "E-mail")
        .with_value(sent.text("email"))
        .with_hint("The one you ordered with.")
        .with_error(email_error);
    let facts = PageFacts { title: "Find an order", path: "/orders/look-up", ..PageFacts::default() };
    LookUpPage {
        shell: guest.shell(storefront, facts),
        notice,
        errors: [number.as_error(), email.as_error()].into_iter().flatten().collect(),
        number,
        email,
    }
}

/// An order in full.
fn details(storefront: &Storefront, guest: &Guest, order: &Order, collections: &[PaymentCollection]) -> OrderDetails {
    let lines = |address: &Option<Address>| {
        address.as_ref().map(|address| AddressTexts::of_cart(address).lines()).unwrap_or_default()
    };
    let delivery_address = lines(&order.shipping_address);
    let billing_address = lines(&order.billing_address);
    let methods: Vec<&str> = order.shipping_methods.iter().map(|method| method.name.as_str()).collect();
    let (status, status_tone) = status(order.status);
    OrderDetails {
        number: order.display_id.to_string(),
        placed_on: date(order.created_at),
        placed_on_iso: date_iso(order.created_at),
        status: status.to_owned(),
        status_tone,
        lines: storefront.order_lines(order),
        totals: totals::of_order(order),
        billing_address: if billing_address == delivery_address { Vec::new() } else { billing_address },
        delivery_address,
        delivery: if methods.is_empty() { "None needed".to_owned() } else { methods.join(", ") },
        payment: payment(guest, collections),
    }
}

fn provider_of(collections: &[PaymentCollection]) -> Option<&str> {
    collections.iter().flat_map(|collection| &collection.payments).map(|payment| payment.provider_id.as_str()).next()
}

fn payment(guest: &Guest, collections: &[PaymentCollection]) -> String {
    let Some(provider) = provider_of(collections) else { return "Nothing to pay".to_owned() };
    let name = guest.frame.texts.payment(provider).name;
    let is_paid = collections.iter().all(|collection| collection.status == CollectionStatus::Completed);
    let is_off = collections.iter().all(|collection| collection.status == CollectionStatus::Canceled);
    match (is_paid, is_off) {
        (true, _) => format!("{name}, paid"),
        (_, true) => format!("{name}, called off"),
        _ => format!("{name}, to be paid"),
    }
}

fn status(status: OrderStatus) -> (&'static str, Tone) {
    match status {
        OrderStatus::Pending => ("Received", Tone::Good),
        OrderStatus::Completed | OrderStatus::Archived => ("Completed", Tone::Good),
        OrderStatus::Canceled => ("Cancelled", Tone::Bad),
    }
}

/// An order in a list.
pub(crate) fn row(storefront: &Storefront, order: &Order) -> OrderRow {
    let (status, status_tone) = status(order.status);
    let pieces: i64 = order.items.iter().map(|item| item.quantity).sum();
    let thumbnails = order.items.iter().filter_map(|item| storefront.thumbnail(item.goods.thumbnail.as_deref()));
    OrderRow {
        href: format!("/account/orders/{}", order.id.as_str()),
        number: order.display_id.to_string(),
        placed_on: date(order.created_at),
        placed_on_iso: date_iso(order.created_at),
        status: status.to_owned(),
        status_tone,
        items: if pieces == 1 { "1 item".to_owned() } else { format!("{pieces} items") },
        total: money(order.totals().total()),
        pictures: thumbnails.take(ROW_PICTURES).collect(),
    }
}

/// The order with this id, if it is the signed-in customer's.
pub(crate) async fn own(storefront: &Storefront, guest: &Guest, id: &str) -> Result<std::sync::Arc<Order>> {
    let order = storefront.parts.orders.order(id).await?;
    order.filter(|order| guest.owns(order)).ok_or_else(|| Error::not_found("Order", id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_number_is_found_in_what_people_type() {
        assert_eq!(number_in("#1042"), Some(1042));
        assert_eq!(number_in("Order 7"), Some(7));
        assert_eq!(number_in("none"), None);
        assert_eq!(number_in("99999999999999999999"), None);
    }
}
