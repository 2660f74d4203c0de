//! The order and the changes it is folded from. Pure: no I/O.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tradewind_kernel::{Currency, Decimal, Money, Timestamp, id_type};

use crate::delivery::Fulfillment;
use crate::giving_back::Return;
use crate::transfer::Transfer;

id_type!(
    /// An order; its 26 characters are those of the cart it grew from.
    OrderId, "order"
);

/// What merchants and clients attach to things.
pub type Metadata = serde_json::Map<String, Value>;

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Placed; not finished yet.
    Pending,
    /// Finished.
    Completed,
    /// Called off.
    Canceled,
    /// Finished and put away.
    Archived,
}

impl OrderStatus {
    /// Its name, as it is stored.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Archived => "archived",
        }
    }
}

/// A postal address, as a cart and its order carry it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Address {
    /// Its id.
    pub id: String,
    /// The customer it was copied from, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_1: Option<String>,
    /// A second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_2: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Country, two letters in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Province or state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What is bought, as it was described when it was put into the cart: a later change of the product does not rewrite it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Goods {
    /// The variant.
    pub variant_id: String,
    /// Its product.
    pub product_id: String,
    /// What the line is called: the product's title.
    pub title: String,
    /// What tells it from its siblings: the variant's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// The product's own subtitle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_subtitle: Option<String>,
    /// The product's description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_description: Option<String>,
    /// The product's handle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_handle: Option<String>,
    /// The value of the product's type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// The product's type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type_id: Option<String>,
    /// The title of the product's collection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_collection: Option<String>,
    /// Stock keeping unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_sku: Option<String>,
    /// Barcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_barcode: Option<String>,
    /// The variant's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_title: Option<String>,
    /// The shipping profile of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_profile_id: Option<String>,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// Whether promotions may lower its price.
    pub is_discountable: bool,
    /// Whether it is a gift card.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_giftcard: bool,
}

/// A tax on a line of a cart or an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxLine {
    /// Its id.
    pub id: String,
    /// The tax rate it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_rate_id: Option<String>,
    /// The rate's name, "Moms".
    pub description: String,
    /// The rate's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Percent.
    pub rate: Decimal,
    /// Who computed it.
    pub provider_id: String,
}

/// Something taken off a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Adjustment {
    /// Its id.
    pub id: String,
    /// The code the shopper gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The promotion it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promotion_id: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How much, in major units.
    pub amount: Decimal,
    /// Whether the amount has the tax in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_tax_inclusive: bool,
}

/// Something the shopper has already paid otherwise (a gift card, store credit): it lowers what is left to pay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreditLine {
    /// Its id.
    pub id: String,
    /// How much, in major units.
    pub amount: Decimal,
    /// What kind of thing it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The id of that thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_id: Option<String>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// What credit lines refer to that stand for money given back.
pub const REFUND_REFERENCE: &str = "payment_collection";

impl CreditLine {
    /// Whether it stands for money that was given back.
    #[must_use]
    pub fn is_refund(&self) -> bool {
        self.reference.as_deref() == Some(REFUND_REFERENCE)
    }
}

/// What a line comes to, in minor units of the order's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "[i64; 9]", into = "[i64; 9]")]
pub struct LineTotals {
    /// Without tax, before discounts.
    pub subtotal: i64,
    /// What is paid for it.
    pub total: i64,
    /// The tax in the total.
    pub tax_total: i64,
    /// Taken off, with tax.
    pub discount_total: i64,
    /// Taken off, without tax.
    pub discount_subtotal: i64,
    /// The tax in what is taken off.
    pub discount_tax_total: i64,
    /// What would be paid without discounts.
    pub original_total: i64,
    /// The same without tax.
    pub original_subtotal: i64,
    /// The tax in the original total.
    pub original_tax_total: i64,
}

// Stored as a list in this order: nine names a line would be most of the document.
impl From<[i64; 9]> for LineTotals {
    fn from(list: [i64; 9]) -> Self {
        let [
            subtotal,
            total,
            tax_total,
            discount_total,
            discount_subtotal,
            discount_tax_total,
            original_total,
            original_subtotal,
            original_tax_total,
        ] = list;
        Self {
            subtotal,
            total,
            tax_total,
            discount_total,
            discount_subtotal,
            discount_tax_total,
            original_total,
            original_subtotal,
            original_tax_total,
        }
    }
}

impl From<LineTotals> for [i64; 9] {
    fn from(totals: LineTotals) -> Self {
        [
            totals.subtotal,
            totals.total,
            totals.tax_total,
            totals.discount_total,
            totals.discount_subtotal,
            totals.discount_tax_total,
            totals.original_total,
            totals.original_subtotal,
            totals.original_tax_total,
        ]
    }
}

impl LineTotals {
    /// What some of a line's pieces come to, each amount rounded down to the minor unit.
    fn part(self, some: i64, of: i64) -> Self {
        let amounts: [i64; 9] = self.into();
        let share = |amount: i64| i128::from(amount) * i128::from(some) / i128::from(of.max(1));
        amounts.map(|amount| i64::try_from(share(amount)).unwrap_or(amount)).into()
    }

    fn sum(lines: impl Iterator<Item = Self>) -> Self {
        lines.fold(Self::default(), |sum, line| {
            let (sum, line): ([i64; 9], [i64; 9]) = (sum.into(), line.into());
            std::array::from_fn(|at| sum[at].saturating_add(line[at])).into()
        })
    }
}

/// A tax on a line of an order, with what it came to in minor units.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ChargedTax {
    /// The tax.
    pub line: TaxLine,
    /// Of the price before discounts.
    pub subtotal: i64,
    /// Of what is paid.
    pub total: i64,
}

/// A line of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderItem {
    /// Its id, `ordli_...`.
    pub id: String,
    /// What is bought.
    pub goods: Goods,
    /// How many.
    pub quantity: i64,
    /// The price of one, in major units.
    pub unit_price: Decimal,
    /// The price it is compared with, in major units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare_at_unit_price: Option<Decimal>,
    /// Whether the price has the tax in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_tax_inclusive: bool,
    /// What the line comes to.
    pub totals: LineTotals,
    /// Its taxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<ChargedTax>,
    /// What was taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// A way of sending an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderShipping {
    /// Its id, `ordsm_...`.
    pub id: String,
    /// The shipping option.
    pub shipping_option_id: String,
    /// The option's name.
    pub name: String,
    /// The price, in major units.
    pub amount: Decimal,
    /// Whether the price has the tax in it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_tax_inclusive: bool,
    /// What the provider needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Metadata>,
    /// What it comes to.
    pub totals: LineTotals,
    /// Its taxes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<ChargedTax>,
    /// What was taken off.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
}

/// An order: the fold of its changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// How many changes it is the fold of.
    pub version: i64,
    /// The number people call it by.
    pub display_id: i64,
    /// Where it stands.
    pub status: OrderStatus,
    /// The cart it grew from.
    pub cart_id: String,
    /// The region it was placed in.
    pub region_id: String,
    /// Who placed it; a guest has a customer too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// Where it was placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales_channel_id: Option<String>,
    /// Where messages about it go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The language it was placed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// Where it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Where the invoice goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// What was bought.
    pub items: Vec<OrderItem>,
    /// How it is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shipping_methods: Vec<OrderShipping>,
    /// What was already paid otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credit_lines: Vec<CreditLine>,
    /// How it is paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_collection_ids: Vec<String>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// When it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled_at: Option<Timestamp>,
    /// Who asks to take it over, while that is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer: Option<Transfer>,
    /// The parcels it was packed into.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fulfillments: Vec<Fulfillment>,
    /// What came back of it, or is about to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub returns: Vec<Return>,
}

/// What an order comes to: the sums of its lines, so that the two can never differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OrderTotals {
    /// Items and shipping together.
    pub all: LineTotals,
    /// The items.
    pub items: LineTotals,
    /// The shipping.
    pub shipping: LineTotals,
    /// What credit lines pay of it, in minor units; at most all of it.
    pub credit: i64,
    /// The currency of these amounts.
    pub currency: Currency,
}

impl OrderTotals {
    /// What is left to pay for the whole order after its credit lines.
    #[must_use]
    pub fn total(&self) -> Money {
        Money::from_minor(self.all.total - self.credit, self.currency)
    }
}

impl Order {
    /// What it comes to: what came back is not paid for.
    #[must_use]
    pub fn totals(&self) -> OrderTotals {
        self.sum(self.items.iter().map(|item| self.line_totals(item)), |_| true)
    }

    /// What it came to when it was placed.
    #[must_use]
    pub fn original_totals(&self) -> OrderTotals {
        self.sum(self.items.iter().map(|item| item.totals), |line| !line.is_refund())
    }

    /// What a line comes to without what came back of it.
    #[must_use]
    pub fn line_totals(&self, item: &OrderItem) -> LineTotals {
        match self.progress(&item.id).returned() {
            0 => item.totals,
            returned => item.totals.part(item.quantity - returned, item.quantity),
        }
    }

    fn sum(&self, items: impl Iterator<Item = LineTotals>, counts: impl Fn(&CreditLine) -> bool) -> OrderTotals {
        let items = LineTotals::sum(items);
        let shipping = LineTotals::sum(self.shipping_methods.iter().map(|method| method.totals));
        let all = LineTotals::sum([items, shipping].into_iter());
        // What pricing was given is within the range of money.
        let minor = |line: &CreditLine| Money::round(line.amount, self.currency).map_or(0, |credit| credit.minor);
        let credits = self
            .credit_lines
            .iter()
            .filter(|line| counts(line))
            .fold(0_i64, |sum, line| sum.saturating_add(minor(line)));
        OrderTotals { all, items, shipping, credit: credits.clamp(0, all.total.max(0)), currency: self.currency }
    }

    /// An amount of this order, in its currency.
    #[must_use]
    pub fn money(&self, minor: i64) -> Money {
        Money::from_minor(minor, self.currency)
    }
}

fn is_false(truth: &bool) -> bool {
    !truth
}
