//! What one line comes to. This is where amounts are rounded: the line's price, its discount, each of its taxes.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Error, Money, Result};

use crate::share::share_by_weight;

/// The most a line may cost, in major units: 10^14; with the highest tax it still fits whole minor units with room to sum.
const LINE_MAX: Decimal = Decimal::from_parts(0x107a_4000, 0x5af3, 0, false, 0);
/// The highest sum of taxes on a line, in percent.
const PERCENT_MAX: Decimal = Decimal::from_parts(5000, 0, 0, false, 0);

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
        let full = Money::round(self.price, self.currency)?.minor;
        let off = self.discount()?.clamp(0, full);
        let original = self.split(full)?;
        let reduced = self.split(full - off)?;
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

    /// Prices, rates and discounts are never negative, and leave room to add taxes without overflow.
    fn check(&self) -> Result<()> {
        let negative = |amount: &Decimal| amount.is_sign_negative() && !amount.is_zero();
        let wrong = negative(&self.price)
            || self.tax_rates.iter().any(|rate| negative(&rate.percent))
            || self.adjustments.iter().any(|adjustment| negative(&adjustment.amount));
        if wrong {
            return Err(Error::invalid("amount", "Prices, tax rates and discounts cannot be negative"));
        }
        if self.price > LINE_MAX || self.percent() > PERCENT_MAX {
            return Err(too_large());
        }
        Ok(())
    }

    fn percent(&self) -> Decimal {
        self.tax_rates.iter().map(|rate| rate.percent).sum()
    }

    /// All that is taken off, rounded once, in the form of the line's own price (with tax or without).
    fn discount(&self) -> Result<i64> {
        let with_tax = Decimal::ONE + self.percent() / Decimal::ONE_HUNDRED;
        let mut off = Decimal::ZERO;
        for adjustment in self.adjustments {
            let converted = match (self.is_tax_inclusive, adjustment.is_tax_inclusive) {
                (true, false) => adjustment.amount.checked_mul(with_tax),
                (false, true) => adjustment.amount.checked_div(with_tax),
                _ => Some(adjustment.amount),
            };
            off = converted.and_then(|amount| off.checked_add(amount)).ok_or_else(too_large)?;
        }
        Ok(Money::round(off, self.currency)?.minor)
    }

    /// Splits an amount into net and taxes. Where the tax is in the amount, the net is rounded and the rest is tax, shared
    /// among the rates; elsewhere each tax is rounded by itself and added.
    fn split(&self, amount: i64) -> Result<Split> {
        let price = Money::from_minor(amount, self.currency).major();
        if self.tax_rates.is_empty() {
            return Ok(Split { net: amount, taxes: Vec::new() });
        }
        if self.is_tax_inclusive {
            let with_tax = Decimal::ONE + self.percent() / Decimal::ONE_HUNDRED;
            let net = price.checked_div(with_tax).ok_or_else(too_large)?;
            let net = Money::round(net, self.currency)?.minor;
            let weights: Vec<i64> = self.tax_rates.iter().map(|rate| weight(rate.percent)).collect();
            return Ok(Split { net, taxes: share_by_weight(amount - net, &weights) });
        }
        let taxes = self.tax_rates.iter().map(|rate| {
            let tax = price.checked_mul(rate.percent / Decimal::ONE_HUNDRED).ok_or_else(too_large)?;
            Ok(Money::round(tax, self.currency)?.minor)
        });
        Ok(Split { net: amount, taxes: taxes.collect::<Result<_>>()? })
    }
}

/// A rate as a whole number of millionths of a percent.
fn weight(percent: Decimal) -> i64 {
    percent
        .checked_mul(Decimal::from(1_000_000))
        .and_then(|millionths| i64::try_from(millionths.round()).ok())
        .unwrap_or(i64::MAX / 1024)
}

fn too_large() -> Error {
    Error::invalid("amount", "The amount is too large")
}
