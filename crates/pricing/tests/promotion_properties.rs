//! What holds for all promotions on every basket.

use std::sync::Arc;

use proptest::prelude::*;
use tradewind_kernel::{Currency, Decimal, Money};
use tradewind_pricing::{
    Adjustment, Allocation, Basket, BasketLine, BuyGet, Discount, Discounts, Facts, Operator, Promotion, Quote,
    QuoteLine, Rate, Rule, Target, Totals, ValueKind, apply_promotions, totals,
};

fn amount() -> impl Strategy<Value = Decimal> {
    (0..50_000_i64, 0..4_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn line() -> impl Strategy<Value = BasketLine> {
    let product = prop::sample::select(vec!["prod_a", "prod_b", "prod_c"]);
    let percent = prop::sample::select(vec!["0", "7", "19", "20", "9.975"]);
    (product, amount(), 0..8_i64, any::<bool>(), percent, any::<bool>()).prop_map(
        |(product, unit_price, quantity, is_tax_inclusive, percent, is_discountable)| BasketLine {
            facts: Facts(vec![("items.product.id", vec![product.into()])]),
            unit_price,
            quantity,
            is_tax_inclusive,
            tax_percent: percent.parse().expect("a number"),
            is_discountable,
        },
    )
}

fn basket() -> impl Strategy<Value = Basket> {
    let currency = prop::sample::select(vec!["eur", "jpy", "kwd"]);
    (currency, prop::collection::vec(line(), 1..8)).prop_map(|(currency, lines)| Basket {
        currency: currency.parse().expect("a code"),
        facts: Facts::default(),
        lines,
        shipping: Vec::new(),
    })
}

fn of_products(products: Vec<&str>) -> Vec<Rule> {
    if products.is_empty() {
        return Vec::new();
    }
    let values = products.into_iter().map(Arc::from).collect();
    vec![Rule { attribute: "items.product.id".into(), operator: Operator::In, values }]
}

fn products() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(vec!["prod_a", "prod_b", "prod_c"], 0..3)
}

fn promotion() -> impl Strategy<Value = Promotion> {
    let spread = prop::sample::select(vec![Allocation::Each, Allocation::Across, Allocation::Once]);
    let kind = prop::sample::select(vec![ValueKind::Fixed, ValueKind::Percentage]);
    let target = prop::sample::select(vec![Target::Items, Target::Order]);
    let buy_get = prop::option::of((products(), 1..4_i64, 1..4_i64));
    let limits = (prop::option::of(0..5_i64), prop::option::of(amount()));
    (spread, kind, amount(), target, products(), buy_get, limits, any::<bool>()).prop_map(
        |(allocation, value_kind, value, target, products, buy_get, (max_quantity, budget_left), is_tax_inclusive)| {
            let is_percentage = value_kind == ValueKind::Percentage;
            let buy_get = buy_get.map(|(bought, buy_quantity, apply_to_quantity)| BuyGet {
                buy_rules: of_products(bought),
                buy_quantity,
                apply_to_quantity,
            });
            Promotion {
                id: "promo".into(),
                code: "CODE".into(),
                rules: Vec::new(),
                value_kind,
                value: if is_percentage { value.min(Decimal::from(120)) } else { value },
                currency: None,
                target,
                allocation,
                max_quantity,
                target_rules: of_products(products),
                buy_get,
                is_tax_inclusive,
                budget_left,
            }
        },
    )
}

fn promotions() -> impl Strategy<Value = Vec<Promotion>> {
    prop::collection::vec(promotion(), 0..5)
}

/// The discounts; fixed values are in the basket's currency.
fn apply(basket: &Basket, promotions: &[Promotion]) -> Discounts {
    let ours = |promotion: &Promotion| Promotion { currency: Some(basket.currency), ..promotion.clone() };
    apply_promotions(basket, &promotions.iter().map(ours).collect::<Vec<_>>()).expect("discounts")
}

fn charged(basket: &Basket, discounts: &Discounts) -> Totals {
    let adjustment = |one: &Discount| Adjustment { amount: one.amount, is_tax_inclusive: one.is_tax_inclusive };
    let lines = basket.lines.iter().zip(&discounts.lines).map(|(line, off)| QuoteLine {
        unit_price: line.unit_price,
        quantity: line.quantity,
        is_tax_inclusive: line.is_tax_inclusive,
        tax_rates: vec![Rate { percent: line.tax_percent }],
        adjustments: off.iter().map(adjustment).collect(),
    });
    let lines = lines.collect();
    totals(&Quote { currency: basket.currency, lines, shipping: Vec::new(), credits: Vec::new() }).expect("totals")
}

fn minor(amount: Decimal, currency: Currency) -> i64 {
    Money::round(amount, currency).expect("fits").minor
}

fn off(of_line: &[Discount]) -> Decimal {
    of_line.iter().map(|one| one.amount).sum()
}

/// All discounts of one promotion.
fn of_promotion(discounts: &Discounts, index: usize) -> Decimal {
    discounts.lines.iter().flatten().filter(|one| one.promotion == index).map(|one| one.amount).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn discounts_are_whole_minor_units_and_exceed_no_base(basket in basket(), promotions in promotions()) {
        let discounts = apply(&basket, &promotions);
        for (line, of_line) in basket.lines.iter().zip(&discounts.lines) {
            let price = Decimal::from(minor(line.unit_price * Decimal::from(line.quantity), basket.currency));
            let with_tax = Decimal::ONE + line.tax_percent / Decimal::ONE_HUNDRED;
            for one in of_line {
                prop_assert!(one.amount > Decimal::ZERO);
                prop_assert_eq!(Decimal::from(1000) * one.amount % Decimal::ONE, Decimal::ZERO);
                let taken = Decimal::from(minor(one.amount, basket.currency));
                let base = match (line.is_tax_inclusive, one.is_tax_inclusive) {
                    (true, false) => price / with_tax,
                    (false, true) => price * with_tax,
                    _ => price,
                };
                prop_assert!(taken <= base.ceil(), "{} of {}", taken, base);
            }
            prop_assert!(line.is_discountable || of_line.is_empty());
            // In the form of the line, all together take no more than there is.
            if of_line.iter().all(|one| one.is_tax_inclusive == line.is_tax_inclusive) {
                prop_assert!(Decimal::from(minor(off(of_line), basket.currency)) <= price);
            }
        }
        let totals = charged(&basket, &discounts);
        prop_assert!(totals.total.minor >= 0 && totals.discount_total.minor <= totals.original_total.minor);
    }

    #[test]
    fn budgets_are_never_exceeded(basket in basket(), promotions in promotions()) {
        let discounts = apply(&basket, &promotions);
        for (index, promotion) in promotions.iter().enumerate() {
            let taken = of_promotion(&discounts, index);
            prop_assert!(promotion.budget_left.is_none_or(|left| taken <= left), "{} of {:?}", taken, promotion.budget_left);
        }
    }

    #[test]
    fn the_order_of_lines_decides_ties_and_nothing_else(
        basket in basket(),
        promotion in promotion(),
        prices in Just((1..8_i64).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        // All prices differ, so that it is clear what is cheapest; who gets the last minor unit of a shared value is not.
        let mut basket = basket;
        for (line, price) in basket.lines.iter_mut().zip(prices) {
            line.unit_price = Decimal::from(price * 1009);
            line.is_tax_inclusive = false;
        }
        let promotion = Promotion { is_tax_inclusive: false, ..promotion };
        let mut turned = basket.clone();
        turned.lines.reverse();
        let ours = apply(&basket, std::slice::from_ref(&promotion));
        let mut theirs = apply(&turned, std::slice::from_ref(&promotion));
        theirs.lines.reverse();
        let is_shared = promotion.target == Target::Order || promotion.allocation == Allocation::Across;
        let has_ties = is_shared || promotion.budget_left.is_some();
        for (one, other) in ours.lines.iter().zip(&theirs.lines) {
            let apart = (minor(off(one), basket.currency) - minor(off(other), basket.currency)).abs();
            prop_assert!(apart <= i64::from(has_ties), "{} and {}", off(one), off(other));
        }
        prop_assert_eq!(of_promotion(&ours, 0), of_promotion(&theirs, 0));
    }

    #[test]
    fn what_was_added_and_removed_leaves_no_trace(basket in basket(), promotions in promotions(), at in 0..8_usize, other in line()) {
        let before = apply(&basket, &promotions);
        let mut with_more = basket.clone();
        let at = at.min(basket.lines.len());
        // It has no part in any promotion: it neither is discounted nor counts as bought.
        let facts = Facts(vec![("items.product.id", vec!["prod_other".into()])]);
        with_more.lines.insert(at, BasketLine { facts, is_discountable: false, ..other });
        let named = |promotion: &Promotion| {
            let buy_get = promotion.buy_get.clone().map(|terms| BuyGet {
                buy_rules: if terms.buy_rules.is_empty() { of_products(vec!["prod_a", "prod_b", "prod_c"]) } else { terms.buy_rules },
                ..terms
            });
            Promotion { buy_get, ..promotion.clone() }
        };
        let promotions: Vec<Promotion> = promotions.iter().map(named).collect();
        let mut after = apply(&with_more, &promotions);
        prop_assert_eq!(after.lines.remove(at), vec![]);
        prop_assert_eq!(&after, &before, "others pay for what has no part in it");
        with_more.lines.remove(at);
        let again = apply(&with_more, &promotions);
        prop_assert_eq!(charged(&with_more, &again), charged(&basket, &before));
    }

    #[test]
    fn a_promotion_more_takes_no_less(basket in basket(), promotions in promotions()) {
        // Each applies to what is left, so the total falls with each that comes last.
        let mut before = charged(&basket, &apply(&basket, &[])).total.minor;
        let others: Vec<Promotion> = promotions.into_iter().map(|one| Promotion { buy_get: None, ..one }).collect();
        for count in 1..=others.len() {
            let after = charged(&basket, &apply(&basket, &others[..count])).total.minor;
            prop_assert!(after <= before, "{} after {}", after, before);
            before = after;
        }
    }

    #[test]
    fn units_are_not_given_away_twice(
        quantity in 0..40_i64,
        terms in prop::collection::vec((1..4_i64, 1..4_i64), 1..4),
    ) {
        let line = BasketLine {
            facts: Facts::default(),
            unit_price: Decimal::TEN,
            quantity,
            is_tax_inclusive: false,
            tax_percent: Decimal::ZERO,
            is_discountable: true,
        };
        let basket = Basket { currency: Currency::EUR, facts: Facts::default(), lines: vec![line], shipping: Vec::new() };
        let promotion = |(buy_quantity, apply_to_quantity): &(i64, i64)| Promotion {
            id: "promo".into(),
            code: "CODE".into(),
            rules: Vec::new(),
            value_kind: ValueKind::Percentage,
            value: Decimal::ONE_HUNDRED,
            currency: None,
            target: Target::Items,
            allocation: Allocation::Each,
            max_quantity: None,
            target_rules: Vec::new(),
            buy_get: Some(BuyGet {
                buy_rules: Vec::new(),
                buy_quantity: *buy_quantity,
                apply_to_quantity: *apply_to_quantity,
            }),
            is_tax_inclusive: false,
            budget_left: None,
        };
        let discounts = apply(&basket, &terms.iter().map(promotion).collect::<Vec<_>>());
        let mut counted = 0;
        for (index, (buy, get)) in terms.iter().enumerate() {
            let got = minor(of_promotion(&discounts, index), Currency::EUR) / 1000;
            counted += got + (got + get - 1) / get * buy;
        }
        prop_assert!(counted <= quantity, "{} of {}", counted, quantity);
    }
}
