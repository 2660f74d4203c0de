//! `/store/carts`: opening, changing and completing a cart.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_checkout::{AddressInput, CartChange, CartView, Completion, NewCart, NewLine, Placed};
use tradewind_http::auth::{MaybeShopper, PublishableKey, Shopper};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::status_and_type;
use tradewind_http::{Answer, Asked, Json, PathId, Plan, Sent, contract};
use tradewind_kernel::{Currency, Error, Result};
use tradewind_orders::Address;
use tradewind_payments::REQUIRES_MORE;

use crate::orders;
use crate::view::cart::{self, Around};
use crate::{Shop, StoreState};

/// An address in a body: its fields, or the id of one of the shopper's own.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum AddressSent {
    /// The id of an address in the shopper's book.
    Id(String),
    /// A new address.
    Fields(Box<AddressFields>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AddressFields {
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    company: Option<String>,
    address_1: Option<String>,
    address_2: Option<String>,
    city: Option<String>,
    country_code: Option<String>,
    province: Option<String>,
    postal_code: Option<String>,
    metadata: Option<Map<String, Value>>,
}

impl AddressSent {
    fn into_input(self) -> AddressInput {
        match self {
            Self::Id(id) => AddressInput::OfCustomer(id),
            Self::Fields(fields) => AddressInput::Given(Box::new(Address {
                first_name: fields.first_name,
                last_name: fields.last_name,
                phone: fields.phone,
                company: fields.company,
                address_1: fields.address_1,
                address_2: fields.address_2,
                city: fields.city,
                country_code: fields.country_code,
                province: fields.province,
                postal_code: fields.postal_code,
                metadata: fields.metadata,
                ..Address::default()
            })),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct LineSent {
    pub(crate) variant_id: String,
    pub(crate) quantity: i64,
    #[serde(default)]
    pub(crate) metadata: Option<Map<String, Value>>,
}

impl LineSent {
    pub(crate) fn into_line(self) -> NewLine {
        NewLine { variant_id: self.variant_id, quantity: self.quantity, metadata: self.metadata }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CartSent {
    region_id: Option<String>,
    currency_code: Option<String>,
    sales_channel_id: Option<String>,
    email: Option<String>,
    locale: Option<String>,
    items: Vec<LineSent>,
    shipping_address: Option<AddressSent>,
    billing_address: Option<AddressSent>,
    promo_codes: Vec<String>,
    metadata: Option<Map<String, Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CartChangeSent {
    region_id: Option<String>,
    sales_channel_id: Option<String>,
    #[serde(deserialize_with = "change")]
    email: Change<String>,
    #[serde(deserialize_with = "change")]
    locale: Change<String>,
    #[serde(deserialize_with = "change")]
    shipping_address: Change<AddressSent>,
    #[serde(deserialize_with = "change")]
    billing_address: Change<AddressSent>,
    promo_codes: Option<Vec<String>>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

/// A cart as an answer.
pub(crate) async fn show(shop: &StoreState, plan: &Plan, view: &CartView) -> Result<Response> {
    let around = Around::of_cart(shop, plan, &view.cart).await?;
    Ok(Json::one("cart", plan, |obj| cart::cart(obj, view, &around)).into_response())
}

pub(crate) async fn create(
    State(shop): State<Shop>,
    key: PublishableKey,
    shopper: MaybeShopper,
    asked: Asked,
    Sent(sent): Sent<CartSent>,
) -> Answer {
    let currency: Option<Currency> = sent.currency_code.as_deref().map(str::parse).transpose()?;
    let view = shop
        .checkout
        .create_cart(NewCart {
            region_id: sent.region_id,
            country_code: None,
            currency,
            sales_channel_id: key.sales_channel(sent.sales_channel_id.as_deref())?,
            customer_id: shopper.customer_id().map(str::to_owned),
            email: sent.email,
            locale: sent.locale,
            items: sent.items.into_iter().map(LineSent::into_line).collect(),
            promo_codes: sent.promo_codes,
            shipping_address: sent.shipping_address.map(AddressSent::into_input),
            billing_address: sent.billing_address.map(AddressSent::into_input),
            metadata: sent.metadata,
        })
        .await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn one(State(shop): State<Shop>, _key: PublishableKey, PathId(id): PathId, asked: Asked) -> Answer {
    let view = shop.checkout.cart(&id).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn update(
    State(shop): State<Shop>,
    key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<CartChangeSent>,
) -> Answer {
    let sales_channel_id = match sent.sales_channel_id.as_deref() {
        Some(asked) => key.sales_channel(Some(asked))?,
        None => None,
    };
    let address = |sent: Change<AddressSent>| sent.map(|sent| sent.map(AddressSent::into_input));
    let change = CartChange {
        region_id: sent.region_id,
        email: sent.email,
        sales_channel_id,
        locale: sent.locale,
        promo_codes: sent.promo_codes,
        shipping_address: address(sent.shipping_address),
        billing_address: address(sent.billing_address),
        metadata: sent.metadata,
    };
    let view = shop.checkout.update_cart(&id, change).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

pub(crate) async fn taxes(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
    Sent(_): Sent<Value>,
) -> Answer {
    let view = shop.checkout.taxes(&id).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

/// Makes the cart of a guest the cart of the shopper who has logged in.
pub(crate) async fn transfer(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    PathId(id): PathId,
    asked: Asked,
    Sent(_): Sent<Value>,
) -> Answer {
    let view = shop.checkout.transfer(&id, &shopper.customer_id).await?;
    Ok(show(&shop, &asked.plan, &view).await?)
}

/// Turns a cart into an order. A refused payment is an answer, not an error: the cart can be tried again.
pub(crate) async fn complete(
    State(shop): State<Shop>,
    _key: PublishableKey,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    match shop.checkout.complete(&id).await? {
        Completion::Order(Placed { order, collections }) => {
            let shown = orders::load_placed(&shop, &asked.plan, &order, collections).await?;
            let json = Json::object(|answer| {
                answer.always("type", "order");
                answer.nest_with("order", &asked.plan, |obj| shown.write(obj, &order));
            });
            Ok(json.into_response())
        }
        Completion::Cart { view, error } => {
            let plan = contract::route(&Method::GET, "/store/carts/{id}").plan(None)?;
            let around = Around::of_cart(&shop, &plan, &view.cart).await?;
            let json = Json::object(|answer| {
                answer.always("type", "cart");
                answer.nest_with("cart", &plan, |obj| cart::cart(obj, &view, &around));
                answer.nest_with("error", Plan::all(), |obj| refusal(obj, &error));
            });
            Ok(json.into_response())
        }
    }
}

fn refusal(obj: &mut tradewind_http::Obj<'_>, error: &Error) {
    let kind = match error.is(REQUIRES_MORE) {
        true => "payment_requires_more_error",
        false => status_and_type(error.kind()).1,
    };
    obj.always("message", error.message());
    obj.always("name", "Error");
    obj.always("type", kind);
}
