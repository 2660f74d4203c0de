//! What promotions take off a basket: one after another, in whole minor units.

use tradewind_kernel::{Currency, Decimal, Money, Result};

use crate::line::{HUNDREDTH, Off, in_form, price_minor, too_large, with_tax};
use crate::pick::{Deal, Pick, Supply, cheapest, deal, of_each};
use crate::promotion::{Allocation, Basket, Discount, Discounts, Facts, Promotion, Target, ValueKind};
use crate::rule::Conditions;
use crate::share::share_by_weight;

/// What promotions take off a basket. Those that count units (buy-get) go first, because they look at whole units; otherwise
/// they apply in the order given, each to what the ones before it have left.
///
/// - A percentage is of the price as it is shown, with tax or without, and its discounts are in that form. A fixed value is in
///   the promotion's form, and so are its discounts; `totals` converts them where a price is in the other form.
/// - Each discount is rounded to minor units, half away from zero. One value for several targets is rounded once and shared
///   by the largest remainder, of equal remainders the earlier line first.
/// - Nothing is taken off twice: a fixed value ends where nothing is left, and is then rounded up in the other form of the
///   tax, so that no odd cent remains to be paid.
/// - A promotion in another currency takes nothing, and neither does a fixed value without a currency. One that is worth
///   nothing, or has less than a minor unit of its budget left, takes nothing and counts no units.
///
/// Fails on negative prices and taxes, and on amounts too large to be money.
pub fn apply_promotions(basket: &Basket, promotions: &[Promotion]) -> Result<Discounts> {
    let mut pieces = pieces(basket)?;
    let counts_units = |(_, promotion): &(usize, &Promotion)| promotion.buy_get.is_some();
    let (first, then): (Vec<_>, Vec<_>) = promotions.iter().enumerate().partition(counts_units);
    for (index, promotion) in first.into_iter().chain(then) {
        if is_for(promotion, basket) {
            apply(index, promotion, basket, &mut pieces)?;
        }
    }
    let mut lines: Vec<Vec<Discount>> = pieces.into_iter().map(|piece| piece.discounts).collect();
    let shipping = lines.split_off(basket.lines.len());
    Ok(Discounts { lines, shipping })
}

/// A line or a shipping method while promotions apply to it. Whole minor units are in the form of its price.
struct Piece<'a> {
    facts: &'a Facts,
    unit_price: Decimal,
    quantity: i64,
    is_tax_inclusive: bool,
    with_tax: Decimal,
    is_discountable: bool,
    full: i64,
    left: i64,
    off: Off,
    /// Units that a buy-get promotion has counted, as bought or as got.
    counted: i64,
    discounts: Vec<Discount>,
}

/// The lines of a basket and then its shipping methods.
fn pieces(basket: &Basket) -> Result<Vec<Piece<'_>>> {
    let piece = |facts, unit_price: Decimal, quantity: i64, is_tax_inclusive, percent, is_discountable| {
        let price = unit_price.checked_mul(quantity.max(0).into()).ok_or_else(too_large)?;
        let full = price_minor(price, percent, basket.currency)?;
        Ok(Piece {
            facts,
            unit_price,
            quantity: quantity.max(0),
            is_tax_inclusive,
            with_tax: with_tax(percent),
            is_discountable,
            full,
            left: full,
            off: Off::default(),
            counted: 0,
            discounts: Vec::new(),
        })
    };
    let lines = basket.lines.iter().map(|line| {
        let (quantity, percent) = (line.quantity, line.tax_percent);
        piece(&line.facts, line.unit_price, quantity, line.is_tax_inclusive, percent, line.is_discountable)
    });
    let shipping = basket
        .shipping
        .iter()
        .map(|method| piece(&method.facts, method.amount, 1, method.is_tax_inclusive, method.tax_percent, true));
    lines.chain(shipping).collect()
}

impl Piece<'_> {
    fn supply(&self, index: usize) -> Supply {
        let without_tax =
            if self.is_tax_inclusive { self.unit_price.checked_div(self.with_tax) } else { Some(self.unit_price) };
        Supply { piece: index, units: self.quantity - self.counted, price: without_tax.unwrap_or(self.unit_price) }
    }

    /// The most that can be taken off so many units, in minor units of either form.
    fn base(&self, units: i64, is_tax_inclusive: bool, currency: Currency) -> Result<i64> {
        let mut base = self.left;
        if units < self.quantity {
            let price = self.unit_price.checked_mul(units.into()).ok_or_else(too_large)?;
            base = base.min(Money::round(price, currency)?.minor);
        }
        if is_tax_inclusive == self.is_tax_inclusive {
            return Ok(base);
        }
        let converted = in_form(is_tax_inclusive, Decimal::from(base), self.with_tax);
        converted.and_then(|base| i64::try_from(base.ceil()).ok()).ok_or_else(too_large)
    }

    fn take(&mut self, discount: Discount, currency: Currency) -> Result<()> {
        let is_same_form = discount.is_tax_inclusive == self.is_tax_inclusive;
        self.off.add(discount.amount, is_same_form).ok_or_else(too_large)?;
        let off = self.off.minor(self.is_tax_inclusive, self.with_tax, currency)?;
        self.left = (self.full - off).max(0);
        self.discounts.push(discount);
        Ok(())
    }
}

fn is_for(promotion: &Promotion, basket: &Basket) -> bool {
    let is_in_currency = match promotion.currency {
        Some(currency) => currency == basket.currency,
        None => promotion.value_kind == ValueKind::Percentage,
    };
    let has_budget = promotion.budget_left.is_none_or(|left| whole_minor(left, basket.currency) > 0);
    is_in_currency
        && has_budget
        && promotion.value > Decimal::ZERO
        && promotion.rules.iter().all(|rule| rule.holds(&basket.facts))
}

fn apply(index: usize, promotion: &Promotion, basket: &Basket, pieces: &mut [Piece]) -> Result<()> {
    let currency = basket.currency;
    let form = |piece: &Piece| match promotion.value_kind {
        ValueKind::Percentage => piece.is_tax_inclusive,
        ValueKind::Fixed => promotion.is_tax_inclusive,
    };
    let picks = picks(promotion, basket, pieces);
    let base = |pick: &Pick| {
        let piece = &pieces[pick.piece];
        piece.base(pick.units, form(piece), currency)
    };
    let bases: Vec<i64> = picks.iter().map(base).collect::<Result<_>>()?;
    let mut amounts: Vec<i64> = if is_shared(promotion) {
        share_by_weight(value_off(promotion, 1, sum(&bases)?, currency), &bases)
    } else {
        let off = |(pick, base): (&Pick, &i64)| value_off(promotion, pick.units, *base, currency);
        picks.iter().zip(&bases).map(off).collect()
    };
    if let Some(budget) = promotion.budget_left {
        let budget = whole_minor(budget, currency);
        if sum(&amounts)? > budget {
            amounts = share_by_weight(budget, &amounts);
        }
    }
    for (pick, minor) in picks.iter().zip(amounts) {
        if minor > 0 {
            let piece = &mut pieces[pick.piece];
            let amount = Money::from_minor(minor, currency).major();
            let discount = Discount { promotion: index, amount, is_tax_inclusive: form(piece) };
            piece.take(discount, currency)?;
        }
    }
    Ok(())
}

/// Whether all targets share one value.
fn is_shared(promotion: &Promotion) -> bool {
    let is_across = promotion.target == Target::Order || promotion.allocation == Allocation::Across;
    promotion.buy_get.is_none() && is_across
}

/// The units that the promotion takes something off, in the order of the lines.
fn picks(promotion: &Promotion, basket: &Basket, pieces: &mut [Piece]) -> Vec<Pick> {
    let (lines, shipping) = (0..basket.lines.len(), basket.lines.len()..pieces.len());
    let range = if promotion.target == Target::Shipping { shipping } else { lines.clone() };
    let conditions = Conditions::of(&promotion.target_rules, range.len());
    let is_target = |piece: &Piece| piece.is_discountable && piece.left > 0 && conditions.hold(piece.facts);
    let targets = range.filter(|index| is_target(&pieces[*index]));
    let Some(terms) = &promotion.buy_get else {
        // Without buying and getting, it does not matter which units others have counted.
        let all = |index: usize| Supply { units: pieces[index].quantity, ..pieces[index].supply(index) };
        return match promotion.allocation {
            _ if is_shared(promotion) => of_each(&targets.map(all).collect::<Vec<_>>(), None),
            Allocation::Once => cheapest(targets.map(all).collect(), promotion.max_quantity),
            Allocation::Each | Allocation::Across => {
                of_each(&targets.map(all).collect::<Vec<_>>(), promotion.max_quantity)
            }
        };
    };
    let free = |index: usize| Some(pieces[index].supply(index)).filter(|supply| supply.units > 0);
    let to_get: Vec<Supply> = targets.filter_map(free).collect();
    let conditions = Conditions::of(&terms.buy_rules, lines.len());
    let to_buy: Vec<Supply> = lines.filter(|index| conditions.hold(pieces[*index].facts)).filter_map(free).collect();
    let Deal { got, bought } = deal(&to_buy, &to_get, terms, promotion.max_quantity);
    for pick in got.iter().chain(&bought) {
        pieces[pick.piece].counted += pick.units;
    }
    got
}

/// The value of a promotion for so many units, of which no more than the base can be taken off.
fn value_off(promotion: &Promotion, units: i64, base: i64, currency: Currency) -> i64 {
    let value = match promotion.value_kind {
        ValueKind::Percentage => {
            let share = promotion.value.checked_mul(HUNDREDTH);
            share.and_then(|share| Money::from_minor(base, currency).major().checked_mul(share))
        }
        ValueKind::Fixed => promotion.value.checked_mul(units.into()),
    };
    // What is too large to be money is more than the base.
    let minor = value.and_then(|value| Money::round(value, currency).ok()).map_or(i64::MAX, |money| money.minor);
    minor.min(base)
}

/// The whole minor units in an amount, none when it is negative.
fn whole_minor(amount: Decimal, currency: Currency) -> i64 {
    let minor = amount.max(Decimal::ZERO).checked_mul(Decimal::from(10_i64.pow(currency.minor_digits())));
    minor.and_then(|minor| i64::try_from(minor.floor()).ok()).unwrap_or(i64::MAX)
}

fn sum(amounts: &[i64]) -> Result<i64> {
    amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount)).ok_or_else(too_large)
}
