//! The cart: what it holds, and the pure rules about its lines.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Error, Result, Timestamp, id_type};
use tradewind_orders::{Address, Adjustment, CreditLine, Goods, Metadata, Order, TaxLine};
use tradewind_payments::PaymentCollection;
use tradewind_pricing::Totals;

id_type!(
    /// A cart.
    CartId, "cart"
);

/// How many lines a cart may have.
pub const LINES_MAX: usize = 1_000;
/// How many of a thing a line may ask for.
pub const QUANTITY_MAX: i64 = 10_000;

/// What a shopper is about to buy.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Cart {
    /// Its id.
    pub id: CartId,
    /// The region, which decides the currency, the taxes and the ways of paying.
    pub region_id: String,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Where it was opened: it holds what is offered there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_channel_id: Option<String>,
    /// Where messages about the order will go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whose it is; a guest who gave an e-mail address has a customer too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Whether its customer has an account. A guest's cart can still become somebody's.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_account: bool,
    /// The shopper's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// What it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<CartItem>,
    /// How it will be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipping_methods: Vec<ShippingMethod>,
    /// Where it will be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Where the invoice will go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// Codes the shopper gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promo_codes: Vec<String>,
    /// The promotions that turned out to be used up when the cart was to become an order. They take nothing off it any
    /// more, unless the shopper gives their code again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused_promotion_ids: Vec<String>,
    /// What is already paid otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_lines: Vec<CreditLine>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// How it is paid, once that has begun. (A column, like `completed_at`: set without writing the cart out again.)
    #[serde(skip)]
    pub payment_collection_id: Option<String>,
    /// Since when another system is asked for its money: until that is settled it cannot be changed.
    #[serde(skip)]
    pub awaiting_since: Option<Timestamp>,
    /// How many events the history of its order has: attempts to pay.
    #[serde(skip)]
    pub order_events: i64,
    /// When it became an order.
    #[serde(skip)]
    pub completed_at: Option<Timestamp>,
}

/// A line of a cart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CartItem {
    /// Its id.
    pub id: String,
    /// What is bought.
    pub goods: Goods,
    /// How many.
    pub quantity: i64,
    /// The price of one, in major units.
    pub unit_price: Decimal,
    /// The price it is compared with: what one costs without the price list that applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at_unit_price: Option<Decimal>,
    /// Whether the price has the tax in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_tax_inclusive: bool,
    /// Its taxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_lines: Vec<TaxLine>,
    /// What is taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// What clients attached; lines that differ in it stay apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A chosen way of sending (a part of) the cart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippingMethod {
    /// Its id.
    pub id: String,
    /// The shipping option.
    pub shipping_option_id: String,
    /// The option's name.
    pub name: String,
    /// What kind of thing the option sends; a cart has one method for each.
    pub shipping_profile_id: String,
    /// The price, in major units.
    pub amount: Decimal,
    /// Whether the price has the tax in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_tax_inclusive: bool,
    /// What the provider needs to know (a pick-up point).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Metadata>,
    /// Its taxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tax_lines: Vec<TaxLine>,
    /// What is taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// When it was chosen.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A cart as it is shown: with what it comes to, and how its payment stands.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The cart.
    pub cart: Cart,
    /// What it comes to; its lines and methods in the order of the cart's.
    pub totals: Totals,
    /// How its payment stands, once that has begun.
    pub payment_collection: Option<PaymentCollection>,
    /// The version that was shown.
    pub version: i64,
}

/// How completing a cart ended.
#[derive(Debug)]
pub enum Completion {
    /// It is an order, now or since an earlier completion.
    Order(Placed),
    /// The payment was refused or asks for more; the cart can be tried again.
    Cart {
        /// The cart.
        view: Box<CartView>,
        /// What the shopper should know.
        error: Error,
    },
}

/// An order that a cart became.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The order.
    pub order: Arc<Order>,
    /// What it is paid with, where that was recorded by this very completion. Otherwise it is to be asked for.
    pub collections: Option<Vec<PaymentCollection>>,
}

/// An address on its way into a cart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AddressInput {
    /// A new one. Its id and times are set by the cart.
    Given(Box<Address>),
    /// One of the customer's own, by id.
    OfCustomer(String),
}

/// A line to be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLine {
    /// What.
    pub variant_id: String,
    /// How many.
    pub quantity: i64,
    /// What clients attach.
    pub metadata: Option<Metadata>,
}

/// A change of a line. Quantity 0 removes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineChange {
    /// How many, from now on.
    pub quantity: i64,
    /// `Some(None)` takes the metadata away, `None` leaves it.
    pub metadata: Option<Option<Metadata>>,
}

/// A cart to be opened.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NewCart {
    /// The region; otherwise that of `country_code`, otherwise the shop's default.
    pub region_id: Option<String>,
    /// The country the shopper is in.
    pub country_code: Option<String>,
    /// The currency, where it is given: it must be the region's.
    pub currency: Option<Currency>,
    /// Where it is opened; otherwise the shop's default.
    pub sales_channel_id: Option<String>,
    /// Who opens it, when signed in.
    pub customer_id: Option<String>,
    /// Where messages about the order will go.
    pub email: Option<String>,
    /// The shopper's language.
    pub locale: Option<String>,
    /// What it holds from the beginning.
    pub items: Vec<NewLine>,
    /// Codes of promotions.
    pub promo_codes: Vec<String>,
    /// Where it will be sent.
    pub shipping_address: Option<AddressInput>,
    /// Where the invoice will go.
    pub billing_address: Option<AddressInput>,
    /// What clients attach.
    pub metadata: Option<Metadata>,
}

/// A change of a cart. `None` leaves a thing as it is; `Some(None)` takes it away.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CartChange {
    /// Another region; everything is priced anew.
    pub region_id: Option<String>,
    /// The e-mail address.
    pub email: Option<Option<String>>,
    /// Another sales channel.
    pub sales_channel_id: Option<String>,
    /// The shopper's language.
    pub locale: Option<Option<String>>,
    /// Codes of promotions, in the place of those it has.
    pub promo_codes: Option<Vec<String>>,
    /// Where it will be sent.
    pub shipping_address: Option<Option<AddressInput>>,
    /// Where the invoice will go.
    pub billing_address: Option<Option<AddressInput>>,
    /// What clients attach.
    pub metadata: Option<Option<Metadata>>,
}

impl Cart {
    /// The line with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&CartItem> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Whether it has become an order.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.completed_at.is_some()
    }

    /// Whether another system is being asked for its money.
    #[must_use]
    pub fn is_awaiting_payment(&self) -> bool {
        self.awaiting_since.is_some()
    }

    /// Whether anything in it has to be sent.
    #[must_use]
    pub fn requires_shipping(&self) -> bool {
        self.items.iter().any(|item| item.goods.requires_shipping)
    }

    /// The line that a new one of the same kind is added to.
    pub(crate) fn line_like(&self, variant_id: &str, metadata: Option<&Metadata>) -> Option<usize> {
        let meant = |metadata: Option<&Metadata>| metadata.filter(|map| !map.is_empty()).cloned();
        self.items
            .iter()
            .position(|item| item.goods.variant_id == variant_id && meant(item.metadata.as_ref()) == meant(metadata))
    }
}

/// A quantity that a line may have.
pub(crate) fn check_quantity(quantity: i64) -> Result<i64> {
    if (1..=QUANTITY_MAX).contains(&quantity) {
        return Ok(quantity);
    }
    Err(Error::invalid("quantity", format!("A quantity is a whole number from 1 to {QUANTITY_MAX}")))
}

fn is_false(truth: &bool) -> bool {
    !truth
}
