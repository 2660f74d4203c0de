//! What one line comes to. This is where amounts are rounded: the line's price, its discount, each of its taxes.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Error, Money, Result};

use crate::share::share_by_weight;

/// The most a line may cost, in major units: 10^14; with the highest tax it still fits whole minor units with room to sum.
const LINE_MAX: Decimal = Decimal::from_parts(0x107a_4000, 0x5af3, 0, false, 0);
/// The highest sum of taxes on a line, in percent.
const PERCENT_MAX: Decimal = Decimal::from_parts(5000, 0, 0, false, 0);
/// A percent. Multiplying by it is exact and many times quicker than dividing by a hundred.
pub(crate) const HUNDREDTH: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

/// A tax on a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rate {
    /// Percent: 19 is 19 %.
    pub percent: Decimal,
}

/// Something taken off a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Adjustment {
    /// How much, in major units.
    pub amount: Decimal,
    /// Whether the tax is in it.
    pub is_tax_inclusive: bool,
}

/// What a line comes to. `original_total` = `original_subtotal` + `original_tax_total`; `total` = what is left of it after
/// discounts; each `discount_*` is the difference that the discount makes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LineTotals {
    /// Net, before discounts.
    pub subtotal: Money,
    /// What is paid: net and tax, after discounts.
    pub total: Money,
    /// The tax in `total`.
    pub tax_total: Money,
    /// Taken off, with its tax.
    pub discount_total: Money,
    /// Taken off, net.
    pub discount_subtotal: Money,
    /// The tax in what is taken off.
    pub discount_tax_total: Money,
    /// Net and tax, before discounts.
    pub original_total: Money,
    /// Net, before discounts.
    pub original_subtotal: Money,
    /// The tax in `original_total`.
    pub original_tax_total: Money,
    /// For each rate, in order: its tax before discounts, and after.
    pub tax_lines: Vec<(Money, Money)>,
}

/// A line before it is rounded.
pub(crate) struct Line<'a> {
    pub currency: Currency,
    /// Unit price times quantity, in major units.
    pub price: Decimal,
    pub is_tax_inclusive: bool,
    pub tax_rates: &'a [Rate],
    pub adjustments: &'a [Adjustment],
}

/// A state of a line: what it is net, and each of its taxes.
#[derive(Clone)]
struct Split {
    net: i64,
    taxes: Vec<i64>,
}

impl Split {
    fn tax(&self) -> i64 {
        self.taxes.iter().sum()
    }

    fn gross(&self) -> i64 {
        self.net + self.tax()
    }
}

impl Line<'_> {
    pub(crate) fn totals(&self) -> Result<LineTotals> {
        self.check()?;
        let percent = self.percent()?;
        let full = price_minor(self.price, percent, self.currency)?;
        let with_tax = with_tax(percent);
        let off = self.discount(with_tax)?.clamp(0, full);
        let original = self.split(full, with_tax)?;
        let reduced = if off == 0 { original.clone() } else { self.split(full - off, with_tax)? };
        let money = |minor: i64| Money::from_minor(minor, self.currency);
        Ok(LineTotals {
            subtotal: money(original.net),
            total: money(reduced.gross()),
            tax_total: money(reduced.tax()),
            discount_total: money(original.gross() - reduced.gross()),
            discount_subtotal: money(original.net - reduced.net),
            discount_tax_total: money(original.tax() - reduced.tax()),
            original_total: money(original.gross()),
            original_subtotal: money(original.net),
            original_tax_total: money(original.tax()),
            tax_lines: original
                .taxes
                .iter()
                .zip(&reduced.taxes)
                .map(|(before, after)| (money(*before), money(*after)))
                .collect(),
        })
    }

    /// Discounts and each of the rates are never negative.
    fn check(&self) -> Result<()> {
        let rates = self.tax_rates.iter().map(|rate| rate.percent);
        if rates.chain(self.adjustments.iter().map(|adjustment| adjustment.amount)).any(is_negative) {
            return Err(negative());
        }
        Ok(())
    }

    fn percent(&self) -> Result<Decimal> {
        let sum = self.tax_rates.iter().try_fold(Decimal::ZERO, |sum, rate| sum.checked_add(rate.percent));
        sum.ok_or_else(too_large)
    }

    /// All that is taken off, rounded once, in the form of the line's own price (with tax or without).
    fn discount(&self, with_tax: Decimal) -> Result<i64> {
        let mut off = Off::default();
        for adjustment in self.adjustments {
            off.add(adjustment.amount, adjustment.is_tax_inclusive == self.is_tax_inclusive).ok_or_else(too_large)?;
        }
        off.minor(self.is_tax_inclusive, with_tax, self.currency)
    }

    /// Splits an amount into net and taxes. Where the tax is in the amount, the net is rounded and the rest is tax, shared
    /// among the rates; elsewhere each tax is rounded by itself and added.
    fn split(&self, amount: i64, with_tax: Decimal) -> Result<Split> {
        let price = Money::from_minor(amount, self.currency).major();
        if self.tax_rates.is_empty() {
            return Ok(Split { net: amount, taxes: Vec::new() });
        }
        if self.is_tax_inclusive {
            let net = price.checked_div(with_tax).ok_or_else(too_large)?;
            let net = Money::round(net, self.currency)?.minor;
            let weights: Vec<i64> = self.tax_rates.iter().map(|rate| weight(rate.percent)).collect();
            return Ok(Split { net, taxes: share_by_weight(amount - net, &weights) });
        }
        let taxes = self.tax_rates.iter().map(|rate| {
            let tax = price.checked_mul(rate.percent * HUNDREDTH).ok_or_else(too_large)?;
            Ok(Money::round(tax, self.currency)?.minor)
        });
        Ok(Split { net: amount, taxes: taxes.collect::<Result<_>>()? })
    }
}

/// What is taken off one line: what is in the form of its price, and what is in the other form (with tax where the price is
/// without, and the reverse). It is converted and rounded in one piece, so that thirds of a cent do not add up wrongly.
#[derive(Clone, Copy, Default)]
pub(crate) struct Off {
    same: Decimal,
    other: Decimal,
}

impl Off {
    /// Takes off more; `None` when it is too much to be counted.
    pub(crate) fn add(&mut self, amount: Decimal, is_same_form: bool) -> Option<()> {
        let sum = if is_same_form { &mut self.same } else { &mut self.other };
        *sum = sum.checked_add(amount)?;
        Some(())
    }

    /// What that is in the form of the price, in whole minor units.
    pub(crate) fn minor(&self, is_tax_inclusive: bool, with_tax: Decimal, currency: Currency) -> Result<i64> {
        let other =
            if self.other.is_zero() { Some(self.other) } else { in_form(is_tax_inclusive, self.other, with_tax) };
        let off = other.and_then(|other| self.same.checked_add(other)).ok_or_else(too_large)?;
        Ok(Money::round(off, currency)?.minor)
    }
}

/// An amount of the other form in this one: with its tax added, or taken out.
pub(crate) fn in_form(is_tax_inclusive: bool, amount: Decimal, with_tax: Decimal) -> Option<Decimal> {
    if is_tax_inclusive { amount.checked_mul(with_tax) } else { amount.checked_div(with_tax) }
}

/// What one unit of money is with taxes of so many percent: 1.19 for 19.
pub(crate) fn with_tax(percent: Decimal) -> Decimal {
    Decimal::ONE + percent * HUNDREDTH
}

/// The price of a line, or of some units of it, in whole minor units. Prices and taxes are never negative, and leave room to
/// add taxes without overflow.
pub(crate) fn price_minor(price: Decimal, percent: Decimal, currency: Currency) -> Result<i64> {
    if is_negative(price) || is_negative(percent) {
        return Err(negative());
    }
    if price > LINE_MAX || percent > PERCENT_MAX {
        return Err(too_large());
    }
    Ok(Money::round(price, currency)?.minor)
}

fn is_negative(amount: Decimal) -> bool {
    amount.is_sign_negative() && !amount.is_zero()
}

/// A rate as a whole number of millionths of a percent.
fn weight(percent: Decimal) -> i64 {
    percent
        .checked_mul(Decimal::from(1_000_000))
        .and_then(|millionths| i64::try_from(millionths.round()).ok())
        .unwrap_or(i64::MAX / 1024)
}

fn negative() -> Error {
    Error::invalid("amount", "Prices, tax rates and discounts cannot be negative")
}

pub(crate) fn too_large() -> Error {
    Error::invalid("amount", "The amount is too large")
}
