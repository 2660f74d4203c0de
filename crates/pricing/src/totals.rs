//! What a whole cart comes to: sums of lines that are rounded already, so that what is shown adds up.

use tradewind_kernel::{Currency, Decimal, Error, Money, Result};

use crate::line::{Adjustment, Line, LineTotals, Rate};

/// A cart, as far as its price goes.
#[derive(Clone, PartialEq, Debug)]
pub struct Quote {
    /// The currency of everything in it.
    pub currency: Currency,
    /// What is bought.
    pub lines: Vec<QuoteLine>,
    /// How it is sent.
    pub shipping: Vec<QuoteShipping>,
    /// What is already paid for otherwise (gift cards, store credit), in major units.
    pub credits: Vec<Decimal>,
}

/// A line of a quote.
#[derive(Clone, PartialEq, Debug)]
pub struct QuoteLine {
    /// What one costs, in major units.
    pub unit_price: Decimal,
    /// How many.
    pub quantity: i64,
    /// Whether the tax is in the price.
    pub is_tax_inclusive: bool,
    /// The taxes.
    pub tax_rates: Vec<Rate>,
    /// What is taken off the whole line.
    pub adjustments: Vec<Adjustment>,
}

/// A way of sending in a quote.
#[derive(Clone, PartialEq, Debug)]
pub struct QuoteShipping {
    /// What it costs, in major units.
    pub amount: Decimal,
    /// Whether the tax is in it.
    pub is_tax_inclusive: bool,
    /// The taxes.
    pub tax_rates: Vec<Rate>,
    /// What is taken off.
    pub adjustments: Vec<Adjustment>,
}

/// What a cart comes to. Of each group, `*_subtotal` is net before discounts, `*_total` is what is paid, `original_*` is
/// before discounts. The whole is items plus shipping, and `total` is that less the credits.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "named as on the wire; the rule is in the comment above")]
pub struct Totals {
    /// For each line, in order.
    pub lines: Vec<LineTotals>,
    /// For each way of sending, in order.
    pub shipping: Vec<LineTotals>,
    pub total: Money,
    pub subtotal: Money,
    pub tax_total: Money,
    pub discount_total: Money,
    pub discount_subtotal: Money,
    pub discount_tax_total: Money,
    pub original_total: Money,
    pub original_subtotal: Money,
    pub original_tax_total: Money,
    pub item_total: Money,
    pub item_subtotal: Money,
    pub item_tax_total: Money,
    pub item_discount_total: Money,
    pub original_item_total: Money,
    pub original_item_subtotal: Money,
    pub original_item_tax_total: Money,
    pub shipping_total: Money,
    pub shipping_subtotal: Money,
    pub shipping_tax_total: Money,
    pub shipping_discount_total: Money,
    pub original_shipping_total: Money,
    pub original_shipping_subtotal: Money,
    pub original_shipping_tax_total: Money,
    pub credit_line_total: Money,
    pub credit_line_subtotal: Money,
    pub credit_line_tax_total: Money,
}

/// Computes what a cart comes to. Fails only on amounts too large to be money.
pub fn totals(quote: &Quote) -> Result<Totals> {
    let currency = quote.currency;
    let lines = quote
        .lines
        .iter()
        .map(|line| {
            let price = line
                .unit_price
                .checked_mul(Decimal::from(line.quantity))
                .ok_or_else(|| Error::invalid("quantity", "The line's price is too large"))?;
            Line {
                currency,
                price,
                is_tax_inclusive: line.is_tax_inclusive,
                tax_rates: &line.tax_rates,
                adjustments: &line.adjustments,
            }
            .totals()
        })
        .collect::<Result<Vec<_>>>()?;
    let shipping = quote
        .shipping
        .iter()
        .map(|method| {
            Line {
                currency,
                price: method.amount,
                is_tax_inclusive: method.is_tax_inclusive,
                tax_rates: &method.tax_rates,
                adjustments: &method.adjustments,
            }
            .totals()
        })
        .collect::<Result<Vec<_>>>()?;
    let (items, sent) = (Sums::of(&lines)?, Sums::of(&shipping)?);
    let all = items.plus(&sent)?;
    let credits = quote
        .credits
        .iter()
        .try_fold(0_i64, |sum, credit| sum.checked_add(Money::round(*credit, currency)?.minor).ok_or_else(too_large))?;
    // Credit pays at most everything.
    let credit = credits.clamp(0, all.total.max(0));
    let money = |minor: i64| Money::from_minor(minor, currency);
    Ok(Totals {
        lines,
        shipping,
        total: money(all.total - credit),
        subtotal: money(all.subtotal),
        tax_total: money(all.tax_total),
        discount_total: money(all.discount_total),
        discount_subtotal: money(all.discount_subtotal),
        discount_tax_total: money(all.discount_tax_total),
        original_total: money(all.original_total),
        original_subtotal: money(all.subtotal),
        original_tax_total: money(all.original_tax_total),
        item_total: money(items.total),
        item_subtotal: money(items.subtotal),
        item_tax_total: money(items.tax_total),
        item_discount_total: money(items.discount_total),
        original_item_total: money(items.original_total),
        original_item_subtotal: money(items.subtotal),
        original_item_tax_total: money(items.original_tax_total),
        shipping_total: money(sent.total),
        shipping_subtotal: money(sent.subtotal),
        shipping_tax_total: money(sent.tax_total),
        shipping_discount_total: money(sent.discount_total),
        original_shipping_total: money(sent.original_total),
        original_shipping_subtotal: money(sent.subtotal),
        original_shipping_tax_total: money(sent.original_tax_total),
        credit_line_total: money(credit),
        credit_line_subtotal: money(credit),
        credit_line_tax_total: money(0),
    })
}

/// Sums of lines, in minor units.
#[derive(Clone, Copy, Default)]
struct Sums {
    total: i64,
    subtotal: i64,
    tax_total: i64,
    discount_total: i64,
    discount_subtotal: i64,
    discount_tax_total: i64,
    original_total: i64,
    original_tax_total: i64,
}

impl Sums {
    fn of(lines: &[LineTotals]) -> Result<Self> {
        lines.iter().try_fold(Self::default(), |sums, line| {
            sums.plus(&Self {
                total: line.total.minor,
                subtotal: line.subtotal.minor,
                tax_total: line.tax_total.minor,
                discount_total: line.discount_total.minor,
                discount_subtotal: line.discount_subtotal.minor,
                discount_tax_total: line.discount_tax_total.minor,
                original_total: line.original_total.minor,
                original_tax_total: line.original_tax_total.minor,
            })
        })
    }

    fn plus(&self, other: &Self) -> Result<Self> {
        let add = |a: i64, b: i64| a.checked_add(b).ok_or_else(too_large);
        Ok(Self {
            total: add(self.total, other.total)?,
            subtotal: add(self.subtotal, other.subtotal)?,
            tax_total: add(self.tax_total, other.tax_total)?,
            discount_total: add(self.discount_total, other.discount_total)?,
            discount_subtotal: add(self.discount_subtotal, other.discount_subtotal)?,
            discount_tax_total: add(self.discount_tax_total, other.discount_tax_total)?,
            original_total: add(self.original_total, other.original_total)?,
            original_tax_total: add(self.original_tax_total, other.original_tax_total)?,
        })
    }
}

fn too_large() -> Error {
    Error::invalid("items", "The cart's total is too large")
}
