//! What holds for every total there can be.

use proptest::prelude::*;
use tradewind_kernel::{Currency, Decimal, Money};
use tradewind_pricing::{Adjustment, LineTotals, Quote, QuoteLine, QuoteShipping, Rate, Totals, totals};

fn currency() -> impl Strategy<Value = Currency> {
    // No, two and three decimals.
    prop::sample::select(vec!["jpy", "eur", "kwd"]).prop_map(|code| code.parse().expect("a code"))
}

fn price() -> impl Strategy<Value = Decimal> {
    (0i64..10_000_000, 0u32..=5).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn rates() -> impl Strategy<Value = Vec<Rate>> {
    let percent = (0i64..4_000, 0u32..=2).prop_map(|(digits, scale)| Decimal::new(digits, scale + 1));
    prop::collection::vec(percent.prop_map(|percent| Rate { percent }), 0..4)
}

fn adjustments() -> impl Strategy<Value = Vec<Adjustment>> {
    let adjustment =
        (price(), any::<bool>()).prop_map(|(amount, is_tax_inclusive)| Adjustment { amount, is_tax_inclusive });
    prop::collection::vec(adjustment, 0..3)
}

fn line() -> impl Strategy<Value = QuoteLine> {
    (price(), 0i64..2_000, any::<bool>(), rates(), adjustments()).prop_map(
        |(unit_price, quantity, is_tax_inclusive, tax_rates, adjustments)| QuoteLine {
            unit_price,
            quantity,
            is_tax_inclusive,
            tax_rates,
            adjustments,
        },
    )
}

fn method() -> impl Strategy<Value = QuoteShipping> {
    (price(), any::<bool>(), rates(), adjustments()).prop_map(|(amount, is_tax_inclusive, tax_rates, adjustments)| {
        QuoteShipping { amount, is_tax_inclusive, tax_rates, adjustments }
    })
}

fn quote() -> impl Strategy<Value = Quote> {
    (
        currency(),
        prop::collection::vec(line(), 0..12),
        prop::collection::vec(method(), 0..3),
        prop::collection::vec(price(), 0..3),
    )
        .prop_map(|(currency, lines, shipping, credits)| Quote { currency, lines, shipping, credits })
}

fn sum(lines: &[LineTotals], pick: impl Fn(&LineTotals) -> Money) -> i64 {
    lines.iter().map(|line| pick(line).minor).sum()
}

/// All sums of a quote, without its lines.
fn sums(mut totals: Totals) -> Totals {
    totals.lines.clear();
    totals.shipping.clear();
    totals
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn gross_is_net_and_tax(quote in quote()) {
        let totals = totals(&quote).expect("totals");
        for line in totals.lines.iter().chain(&totals.shipping) {
            let net = line.subtotal.minor - line.discount_subtotal.minor;
            prop_assert_eq!(line.total.minor, net + line.tax_total.minor);
            prop_assert_eq!(line.original_total.minor, line.original_subtotal.minor + line.original_tax_total.minor);
            prop_assert_eq!(line.total.minor, line.original_total.minor - line.discount_total.minor);
            prop_assert_eq!(line.discount_total.minor, line.discount_subtotal.minor + line.discount_tax_total.minor);
            if !line.tax_lines.is_empty() {
                prop_assert_eq!(line.tax_lines.iter().map(|(before, _)| before.minor).sum::<i64>(), line.original_tax_total.minor);
                prop_assert_eq!(line.tax_lines.iter().map(|(_, paid)| paid.minor).sum::<i64>(), line.tax_total.minor);
            }
        }
        prop_assert_eq!(
            totals.total.minor,
            totals.subtotal.minor - totals.discount_subtotal.minor + totals.tax_total.minor
                - totals.credit_line_total.minor
        );
    }

    #[test]
    fn lines_and_shipping_add_up_to_the_totals(quote in quote()) {
        let totals = totals(&quote).expect("totals");
        prop_assert_eq!(totals.lines.len(), quote.lines.len());
        prop_assert_eq!(totals.shipping.len(), quote.shipping.len());
        prop_assert_eq!(sum(&totals.lines, |line| line.total), totals.item_total.minor);
        prop_assert_eq!(sum(&totals.shipping, |line| line.total), totals.shipping_total.minor);
        prop_assert_eq!(
            totals.item_total.minor + totals.shipping_total.minor - totals.credit_line_total.minor,
            totals.total.minor
        );
        prop_assert_eq!(totals.item_tax_total.minor + totals.shipping_tax_total.minor, totals.tax_total.minor);
        prop_assert_eq!(sum(&totals.lines, |line| line.tax_total), totals.item_tax_total.minor);
        prop_assert_eq!(sum(&totals.lines, |line| line.subtotal), totals.item_subtotal.minor);
        prop_assert_eq!(sum(&totals.lines, |line| line.discount_total), totals.item_discount_total.minor);
        prop_assert_eq!(totals.item_subtotal.minor + totals.shipping_subtotal.minor, totals.subtotal.minor);
        prop_assert_eq!(totals.item_discount_total.minor + totals.shipping_discount_total.minor, totals.discount_total.minor);
        prop_assert_eq!(totals.original_item_total.minor + totals.original_shipping_total.minor, totals.original_total.minor);
        prop_assert_eq!(totals.original_total.minor - totals.discount_total.minor, totals.total.minor + totals.credit_line_total.minor);
    }

    #[test]
    fn the_order_of_lines_does_not_matter(quote in quote()) {
        let mut turned = quote.clone();
        turned.lines.reverse();
        turned.shipping.reverse();
        let (ours, theirs) = (totals(&quote).expect("totals"), totals(&turned).expect("totals"));
        let mut lines = theirs.lines.clone();
        lines.reverse();
        prop_assert_eq!(&ours.lines, &lines);
        prop_assert_eq!(sums(ours), sums(theirs));
    }

    #[test]
    fn nothing_takes_off_more_than_there_is(quote in quote()) {
        let totals = totals(&quote).expect("totals");
        for line in totals.lines.iter().chain(&totals.shipping) {
            for (taken, base) in [
                (line.discount_total, line.original_total),
                (line.discount_subtotal, line.original_subtotal),
                (line.discount_tax_total, line.original_tax_total),
            ] {
                prop_assert!((0..=base.minor).contains(&taken.minor), "{} of {}", taken, base);
            }
        }
        prop_assert!(totals.total.minor >= 0);
        prop_assert!(totals.credit_line_total.minor >= 0);
    }

    #[test]
    fn a_price_with_tax_is_what_is_charged(quote in quote()) {
        let totals = totals(&quote).expect("totals");
        for (line, of_line) in quote.lines.iter().zip(&totals.lines) {
            let shown = Money::round(line.unit_price * Decimal::from(line.quantity), quote.currency).expect("fits");
            let charged = if line.is_tax_inclusive { of_line.original_total } else { of_line.original_subtotal };
            prop_assert_eq!(charged, shown);
        }
    }

    #[test]
    fn the_largest_amounts_a_shop_accepts_are_totalled(
        digits in 0..=i64::MAX,
        scale in 9u32..=12,
        percent in 0i64..=100,
        quantity in 0i64..=10_000,
        is_tax_inclusive: bool,
    ) {
        // Prices up to nine billion (the catalogue takes ten), and quantities as carts do.
        let amount = Decimal::new(digits, scale);
        let line = QuoteLine {
            unit_price: amount,
            quantity,
            is_tax_inclusive,
            tax_rates: vec![Rate { percent: percent.into() }, Rate { percent: Decimal::TEN }],
            adjustments: vec![Adjustment { amount, is_tax_inclusive: !is_tax_inclusive }],
        };
        for code in ["jpy", "eur", "kwd"] {
            let quote = Quote {
                currency: code.parse().expect("a code"),
                lines: vec![line.clone(), line.clone()],
                shipping: Vec::new(),
                credits: vec![amount],
            };
            prop_assert!(totals(&quote).is_ok());
        }
    }
}

#[test]
fn minor_units_follow_the_currency() {
    let quote = |code: &str| Quote {
        currency: code.parse().expect("a code"),
        lines: vec![QuoteLine {
            unit_price: Decimal::new(33_335, 4),
            quantity: 3,
            is_tax_inclusive: false,
            tax_rates: vec![Rate { percent: Decimal::from(10) }],
            adjustments: Vec::new(),
        }],
        shipping: Vec::new(),
        credits: Vec::new(),
    };
    for (code, subtotal, tax) in [("jpy", "10", "1"), ("eur", "10.00", "1.00"), ("kwd", "10.001", "1.000")] {
        let totals = totals(&quote(code)).expect("totals");
        assert_eq!(totals.subtotal.major().to_string(), subtotal);
        assert_eq!(totals.tax_total.major().to_string(), tax);
    }
}

#[test]
fn credits_pay_no_more_than_there_is() {
    let quote = Quote {
        currency: Currency::EUR,
        lines: vec![QuoteLine {
            unit_price: Decimal::from(10),
            quantity: 1,
            is_tax_inclusive: false,
            tax_rates: vec![Rate { percent: Decimal::from(20) }],
            adjustments: Vec::new(),
        }],
        shipping: Vec::new(),
        credits: vec![Decimal::from(5), Decimal::from(20)],
    };
    let totals = totals(&quote).expect("totals");
    assert_eq!((totals.credit_line_total.minor, totals.total.minor), (1200, 0));
    assert_eq!(totals.tax_total.minor, 200, "what is paid by credit is taxed as well");

    let negative = Quote { credits: vec![Decimal::from(-5)], ..quote };
    let totals = tradewind_pricing::totals(&negative).expect("totals");
    assert_eq!((totals.credit_line_total.minor, totals.total.minor), (0, 1200), "a credit is no charge");
}
