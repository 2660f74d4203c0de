//! Pricing: recorded totals, worked examples, and properties that hold for every cart.

use proptest::prelude::*;
use tradewind_kernel::{Currency, Decimal};

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn line(unit_price: &str, quantity: i64, inclusive: bool, rates: &[&str], off: &[(&str, bool)]) -> QuoteLine {
    QuoteLine {
        unit_price: decimal(unit_price),
        quantity,
        is_tax_inclusive: inclusive,
        tax_rates: rates.iter().map(|rate| Rate { percent: decimal(rate) }).collect(),
        adjustments: off
            .iter()
            .map(|(amount, inclusive)| Adjustment { amount: decimal(amount), is_tax_inclusive: *inclusive })
            .collect(),
    }
}

fn shipping(amount: &str, inclusive: bool, rates: &[&str], off: &[(&str, bool)]) -> QuoteShipping {
    let line = line(amount, 1, inclusive, rates, off);
    QuoteShipping {
        amount: line.unit_price,
        is_tax_inclusive: inclusive,
        tax_rates: line.tax_rates,
        adjustments: line.adjustments,
    }
}

fn quote(lines: Vec<QuoteLine>, shipping: Vec<QuoteShipping>) -> Quote {
    Quote { currency: Currency::EUR, lines, shipping, credits: Vec::new() }
}

/// Total, subtotal, tax, discount and original total, in cents.
fn summary(quote: &Quote) -> [i64; 5] {
    let totals = totals(quote).unwrap();
    [totals.total, totals.subtotal, totals.tax_total, totals.discount_total, totals.original_total]
        .map(|money| money.minor)
}

#[test]
fn recorded_carts_come_to_what_the_peer_said_rounded_line_by_line() {
    // Three at 9.99 and one at 10, shipping 10: no tax.
    let plain = quote(
        vec![line("9.99", 3, false, &[], &[]), line("10", 1, false, &[], &[])],
        vec![shipping("10", false, &[], &[])],
    );
    assert_eq!(summary(&plain), [4997, 4997, 0, 0, 4997]);
    // 25 % on everything; the peer says 62.4625.
    let danish = quote(
        vec![line("9.99", 3, false, &["25"], &[]), line("10", 1, false, &["25"], &[])],
        vec![shipping("10", false, &["25"], &[])],
    );
    assert_eq!(summary(&danish), [6246, 4997, 1249, 0, 6246]);
    // 7 % and 19 %, ten percent off the items, free shipping; the peer charged 31.04037.
    let german = quote(
        vec![line("9.99", 1, false, &["7"], &[("0.999", false)]), line("10", 2, false, &["19"], &[("2", false)])],
        vec![shipping("10", false, &["19"], &[("10", false)])],
    );
    assert_eq!(summary(&german), [3104, 3999, 405, 1535, 4639]);
    // Shipping with the tax in it; the peer says 59.9625.
    let inclusive = quote(
        vec![line("9.99", 3, false, &["25"], &[]), line("10", 1, false, &["25"], &[])],
        vec![shipping("10", true, &["25"], &[])],
    );
    assert_eq!(summary(&inclusive), [5996, 4797, 1199, 0, 5996]);
    // Five off the order, shared by the peer as 1.66555... and 3.33444...
    let fixed = quote(
        vec![
            line("9.99", 1, false, &[], &[("1.6655551850616872", false)]),
            line("10", 2, false, &[], &[("3.334444814938313", false)]),
        ],
        vec![shipping("10", false, &[], &[])],
    );
    assert_eq!(summary(&fixed), [3499, 3999, 0, 500, 3999]);
}

#[test]
fn the_tax_in_a_price_is_taken_out_not_added() {
    let totals = totals(&quote(vec![line("119", 1, true, &["19"], &[])], Vec::new())).unwrap();
    assert_eq!((totals.total.minor, totals.subtotal.minor, totals.tax_total.minor), (11900, 10000, 1900));
}

#[test]
fn a_discount_with_tax_in_it_comes_off_the_price_as_it_is() {
    let inclusive = quote(vec![line("119", 1, true, &["19"], &[("11.90", true)])], Vec::new());
    assert_eq!(summary(&inclusive), [10710, 10000, 1710, 1190, 11900]);
    let exclusive = quote(vec![line("100", 1, false, &["19"], &[("11.90", true)])], Vec::new());
    assert_eq!(summary(&exclusive), [10710, 10000, 1710, 1190, 11900]);
}

#[test]
fn discounts_in_the_other_form_are_added_up_before_they_are_rounded() {
    // Three cents with 20 % in them are 2.5 without; each by itself is 0.8333...
    let cent = ("0.01", true);
    let thirds = quote(vec![line("1", 1, false, &["20"], &[cent, cent, cent])], Vec::new());
    assert_eq!(totals(&thirds).unwrap().discount_subtotal.minor, 3);
}

#[test]
fn taxes_beyond_counting_are_refused() {
    let rates = ["79228162514264337593543950335", "79228162514264337593543950335"];
    assert!(totals(&quote(vec![line("1", 1, false, &rates, &[])], Vec::new())).is_err());
}

#[test]
fn several_taxes_on_a_line_are_rounded_one_by_one_and_add_up() {
    let totals = totals(&quote(vec![line("0.99", 1, false, &["5", "9.975"], &[])], Vec::new())).unwrap();
    let taxes: Vec<i64> = totals.lines[0].tax_lines.iter().map(|(_, after)| after.minor).collect();
    assert_eq!(taxes, [5, 10]);
    assert_eq!(totals.total.minor, 114);
}

#[test]
fn currencies_round_to_their_own_minor_unit() {
    let of = |code: &str| {
        let quote =
            Quote { currency: code.parse().unwrap(), ..quote(vec![line("10.0055", 1, false, &["10"], &[])], vec![]) };
        totals(&quote).unwrap().total.minor
    };
    assert_eq!((of("eur"), of("jpy"), of("kwd")), (1101, 11, 11007));
}

#[test]
fn credit_pays_at_most_everything() {
    let mut cart = quote(vec![line("10", 1, false, &[], &[])], Vec::new());
    cart.credits = vec![decimal("4"), decimal("100")];
    let totals = totals(&cart).unwrap();
    assert_eq!((totals.total.minor, totals.credit_line_total.minor), (0, 1000));
}

#[test]
fn amounts_beyond_money_are_refused() {
    let huge = quote(vec![line("79228162514264337593543950335", 2, false, &[], &[])], Vec::new());
    assert!(totals(&huge).is_err());
}

prop_compose! {
    fn any_line()(
        cents in 0_i64..1_000_000,
        thousandths in 0_i64..10,
        quantity in 1_i64..1000,
        is_tax_inclusive: bool,
        rates in prop::collection::vec(0_i64..3000, 0..3),
        off in prop::collection::vec((0_i64..2_000_000, any::<bool>()), 0..3),
    ) -> QuoteLine {
        QuoteLine {
            unit_price: Decimal::new(cents * 10 + thousandths, 3),
            quantity,
            is_tax_inclusive,
            tax_rates: rates.into_iter().map(|rate| Rate { percent: Decimal::new(rate, 2) }).collect(),
            adjustments: off
                .into_iter()
                .map(|(amount, is_tax_inclusive)| Adjustment { amount: Decimal::new(amount, 3), is_tax_inclusive })
                .collect(),
        }
    }
}

fn any_currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["eur", "jpy", "kwd"]).prop_map(|code| code.parse().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn every_cart_adds_up(currency in any_currency(), lines in prop::collection::vec(any_line(), 0..6), sent in any_line()) {
        let shipping = vec![QuoteShipping {
            amount: sent.unit_price,
            is_tax_inclusive: sent.is_tax_inclusive,
            tax_rates: sent.tax_rates,
            adjustments: sent.adjustments,
        }];
        let quote = Quote { currency, lines, shipping, credits: Vec::new() };
        let totals = totals(&quote).unwrap();
        for line in totals.lines.iter().chain(&totals.shipping) {
            prop_assert_eq!(line.original_total.minor, line.original_subtotal.minor + line.original_tax_total.minor);
            prop_assert_eq!(line.total.minor, line.subtotal.minor - line.discount_subtotal.minor + line.tax_total.minor);
            prop_assert_eq!(line.discount_total.minor, line.discount_subtotal.minor + line.discount_tax_total.minor);
            prop_assert!(line.total.minor >= 0 && line.discount_total.minor >= 0);
            prop_assert!(line.discount_total.minor <= line.original_total.minor);
            prop_assert_eq!(line.tax_lines.iter().map(|(_, after)| after.minor).sum::<i64>(), line.tax_total.minor);
        }
        let sum = |pick: fn(&LineTotals) -> i64| totals.lines.iter().chain(&totals.shipping).map(pick).sum::<i64>();
        prop_assert_eq!(totals.total.minor, sum(|line| line.total.minor));
        prop_assert_eq!(totals.tax_total.minor, sum(|line| line.tax_total.minor));
        prop_assert_eq!(totals.original_total.minor, totals.total.minor + totals.discount_total.minor);
        prop_assert_eq!(totals.total.minor, totals.subtotal.minor - totals.discount_subtotal.minor + totals.tax_total.minor);

        let mut turned = quote.clone();
        turned.lines.reverse();
        let turned = super::totals(&turned).unwrap();
        prop_assert_eq!(turned.total, totals.total);
        prop_assert_eq!(turned.tax_total, totals.tax_total);
    }

    #[test]
    fn shares_add_up_and_are_fair(amount in -1_000_000_i64..1_000_000, weights in prop::collection::vec(0_i64..10_000, 1..20)) {
        let shares = share_by_weight(amount, &weights);
        prop_assert_eq!(shares.iter().sum::<i64>(), amount);
        let total: i64 = weights.iter().sum();
        if total > 0 {
            for (share, weight) in shares.iter().zip(&weights) {
                let exact = i128::from(amount) * i128::from(*weight);
                prop_assert!((i128::from(*share) * i128::from(total) - exact).abs() < i128::from(total));
            }
        }
    }
}
