//! The customer's own pages: overview, orders, details. Visitors who are not signed in are led to the door.

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use tradewind_accounts::{Customer, CustomerChange};
use tradewind_kernel::Paging;
use tradewind_orders::CustomerOrders;

use super::orders;
use crate::address::AddressTexts;
use crate::answer::{self, see_other};
use crate::failure::Page;
use crate::sent::{Asked, Sent, check_optional, check_required};
use crate::state::Storefront;
use crate::views::{AccountPage, AddressCard, DetailsPage, Field, FieldKind, Notice, OrdersPage, Tone};
use crate::visitor::{Guest, PageFacts};

const LATEST_COUNT: u64 = 3;
const PAGE_LENGTH: u64 = 10;
/// As far as anybody leafs.
const PAGE_MAX: u64 = 10_000;

/// A visitor who is signed in. Others are sent to sign in and come back.
pub(crate) struct SignedIn {
    pub(crate) guest: Guest,
    pub(crate) customer: Customer,
}

impl FromRequestParts<Storefront> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, storefront: &Storefront) -> Result<Self, Response> {
        let mut guest =
            Guest::from_request_parts(parts, storefront).await.map_err(|failure| failure.into_response())?;
        match guest.customer.clone() {
            Some(customer) => Ok(Self { guest, customer }),
            None => {
                let here = std::mem::take(&mut guest.here);
                let next = if parts.method == Method::GET { super::in_query(&here) } else { "/account".to_owned() };
                Err(see_other(&format!("/account/sign-in?next={next}")))
            }
        }
    }
}

/// `GET /account`
pub(crate) async fn overview(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let latest = newest(&storefront, &customer, Paging { offset: 0, limit: LATEST_COUNT }).await?;
    let default = customer.addresses.iter().find(|address| address.is_default_shipping);
    let page = AccountPage {
        shell: guest.shell(&storefront, PageFacts { title: "Your account", path: "/account", ..PageFacts::default() }),
        notice: (sent.text("notice") == "welcome")
            .then(|| Notice::new(Tone::Good, "Welcome aboard. Your account is ready.")),
        name: full_name(&customer),
        email: customer.email.clone(),
        orders: latest.items.iter().map(|order| orders::row(&storefront, order)).collect(),
        address: default.or_else(|| customer.addresses.first()).map(|address| AddressCard {
            id: address.id.as_str().to_owned(),
            lines: AddressTexts::of_book(address).lines(),
            is_default: true,
        }),
    };
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

fn full_name(customer: &Customer) -> String {
    let names = [customer.first_name.as_deref(), customer.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if name.is_empty() { customer.email.clone() } else { name }
}

async fn newest(
    storefront: &Storefront,
    customer: &Customer,
    paging: Paging,
) -> tradewind_kernel::Result<tradewind_kernel::Page<std::sync::Arc<tradewind_orders::Order>>> {
    let wanted = CustomerOrders { ids: None, statuses: Vec::new(), newest_first: true, paging };
    storefront.parts.orders.orders_of_customer(customer.id.as_str(), &wanted).await
}

/// `GET /account/orders`
pub(crate) async fn list_orders(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let number = sent.text("page").parse().unwrap_or(1).clamp(1, PAGE_MAX);
    let paging = Paging { offset: (number - 1) * PAGE_LENGTH, limit: PAGE_LENGTH };
    let found = newest(&storefront, &customer, paging).await?;
    let href = |number: u64| format!("/account/orders?page={number}");
    let page = OrdersPage {
        shell: guest.shell(&storefront, PageFacts { title: "Orders", path: "/account/orders", ..PageFacts::default() }),
        orders: found.items.iter().map(|order| orders::row(&storefront, order)).collect(),
        newer: (number > 1).then(|| href(number - 1)),
        older: (found.count > number * PAGE_LENGTH).then(|| href(number + 1)),
    };
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `GET /account/orders/{id}`
pub(crate) async fn show_order(
    State(storefront): State<Storefront>,
    Path(id): Path<String>,
    SignedIn { guest, .. }: SignedIn,
    asked: HeaderMap,
) -> Page {
    let order = orders::own(&storefront, &guest, &id).await?;
    orders::page(&storefront, &guest, &order, true, &asked).await
}

/// `GET /account/details`
pub(crate) async fn show_details(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let values = [text(&customer.first_name), text(&customer.last_name), text(&customer.phone)];
    let notice = (sent.text("notice") == "saved").then(|| Notice::new(Tone::Good, "Your details were saved."));
    Ok(answer::page(StatusCode::OK, &details(&storefront, &guest, &customer, &values, false, notice), &asked)?)
}

/// `POST /account/details`
pub(crate) async fn save_details(
    State(storefront): State<Storefront>,
    SignedIn { guest, customer }: SignedIn,
    asked: HeaderMap,
    sent: Sent,
) -> Page {
    let values = ["first_name", "last_name", "phone"].map(|name| sent.text(name).to_owned());
    let page = details(&storefront, &guest, &customer, &values, true, None);
    if !page.errors.is_empty() {
        return Ok(answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, &asked)?);
    }
    let [first_name, last_name, phone] = values.map(|text| Some((!text.is_empty()).then_some(text)));
    let change = CustomerChange { first_name, last_name, phone, ..CustomerChange::default() };
    storefront.parts.accounts.update_customer(customer.id.as_str(), change).await?;
    Ok(see_other("/account/details?notice=saved"))
}

fn details(
    storefront: &Storefront,
    guest: &Guest,
    customer: &Customer,
    [first_name, last_name, phone]: &[String; 3],
    checked: bool,
    notice: Option<Notice>,
) -> DetailsPage {
    let required = |text: &str, missing: &str| if checked { check_required(text, missing) } else { None };
    let first_name = Field::new("first_name", "First name", "given-name")
        .with_value(first_name)
        .with_error(required(first_name, "Enter a first name."));
    let last_name = Field::new("last_name", "Last name", "family-name")
        .with_value(last_name)
        .with_error(required(last_name, "Enter a last name."));
    let phone = Field::new("phone", "Telephone", "tel")
        .of_kind(FieldKind::Telephone)
        .optional()
        .with_value(phone)
        .with_error(if checked { check_optional(phone) } else { None });
    let facts = PageFacts { title: "Your details", path: "/account/details", ..PageFacts::default() };
    let errors = [&first_name, &last_name, &phone].into_iter().filter_map(Field::as_error).collect();
    DetailsPage {
        shell: guest.shell(storefront, facts),
        notice,
        errors,
        email: customer.email.clone(),
        first_name,
        last_name,
        phone,
    }
}
