//! Promotions by example: each kind of value, target and spreading, in cents that can be checked by hand.

use std::sync::Arc;

use tradewind_kernel::{Currency, Decimal};
use tradewind_pricing::{
    Adjustment, Allocation, Basket, BasketLine, BasketShipping, BuyGet, Discount, Discounts, Facts, Operator,
    Promotion, Quote, QuoteLine, QuoteShipping, Rate, Rule, Target, Totals, ValueKind, apply_promotions, totals,
};

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn facts(pairs: &[(&'static str, &str)]) -> Facts {
    Facts(pairs.iter().map(|(name, value)| (*name, vec![Arc::from(*value)])).collect())
}

fn line(product: &str, price: &str, quantity: i64) -> BasketLine {
    BasketLine {
        facts: facts(&[("items.product.id", product)]),
        unit_price: decimal(price),
        quantity,
        is_tax_inclusive: false,
        tax_percent: Decimal::ZERO,
        is_discountable: true,
    }
}

fn with_tax(line: BasketLine, percent: &str, is_tax_inclusive: bool) -> BasketLine {
    BasketLine { tax_percent: decimal(percent), is_tax_inclusive, ..line }
}

fn method(option: &str, amount: &str) -> BasketShipping {
    BasketShipping {
        facts: facts(&[("shipping_methods.shipping_option_id", option)]),
        amount: decimal(amount),
        is_tax_inclusive: false,
        tax_percent: Decimal::ZERO,
    }
}

fn basket(lines: Vec<BasketLine>, shipping: Vec<BasketShipping>) -> Basket {
    Basket { currency: Currency::EUR, facts: facts(&[("region_id", "reg_eu")]), lines, shipping }
}

fn promotion(value_kind: ValueKind, value: &str, target: Target, allocation: Allocation) -> Promotion {
    Promotion {
        id: "promo_1".into(),
        code: "CODE".into(),
        rules: Vec::new(),
        value_kind,
        value: decimal(value),
        currency: Some(Currency::EUR),
        target,
        allocation,
        max_quantity: None,
        target_rules: Vec::new(),
        buy_get: None,
        is_tax_inclusive: false,
        budget_left: None,
    }
}

fn percent(value: &str) -> Promotion {
    promotion(ValueKind::Percentage, value, Target::Items, Allocation::Across)
}

fn fixed(value: &str) -> Promotion {
    promotion(ValueKind::Fixed, value, Target::Order, Allocation::Across)
}

fn each(value: &str, max_quantity: Option<i64>) -> Promotion {
    Promotion { max_quantity, ..promotion(ValueKind::Fixed, value, Target::Items, Allocation::Each) }
}

fn rule(attribute: &str, operator: Operator, values: &[&str]) -> Rule {
    Rule { attribute: attribute.into(), operator, values: values.iter().map(|value| Arc::from(*value)).collect() }
}

fn of_product(product: &str) -> Vec<Rule> {
    vec![rule("items.product.id", Operator::In, &[product])]
}

fn off(discounts: &[Vec<Discount>]) -> Vec<Vec<(usize, String)>> {
    let shown = |discount: &Discount| (discount.promotion, discount.amount.normalize().to_string());
    discounts.iter().map(|of_one| of_one.iter().map(shown).collect()).collect()
}

/// What is taken off each line, by one promotion.
fn by_one(basket: &Basket, promotion: Promotion) -> Vec<String> {
    let discounts = apply_promotions(basket, &[promotion]).expect("discounts");
    discounts
        .lines
        .iter()
        .map(|line| line.iter().map(|one| one.amount).sum::<Decimal>().normalize().to_string())
        .collect()
}

/// What the basket comes to with these discounts.
fn charged(basket: &Basket, discounts: &Discounts) -> Totals {
    let adjustments = |of_one: &[Discount]| {
        let adjustment = |one: &Discount| Adjustment { amount: one.amount, is_tax_inclusive: one.is_tax_inclusive };
        of_one.iter().map(adjustment).collect()
    };
    let lines = basket.lines.iter().zip(&discounts.lines).map(|(line, off)| QuoteLine {
        unit_price: line.unit_price,
        quantity: line.quantity,
        is_tax_inclusive: line.is_tax_inclusive,
        tax_rates: vec![Rate { percent: line.tax_percent }],
        adjustments: adjustments(off),
    });
    let shipping = basket.shipping.iter().zip(&discounts.shipping).map(|(method, off)| QuoteShipping {
        amount: method.amount,
        is_tax_inclusive: method.is_tax_inclusive,
        tax_rates: vec![Rate { percent: method.tax_percent }],
        adjustments: adjustments(off),
    });
    let (lines, shipping) = (lines.collect(), shipping.collect());
    totals(&Quote { currency: basket.currency, lines, shipping, credits: Vec::new() }).expect("totals")
}

#[test]
fn one_value_is_shared_in_proportion_and_the_last_cent_goes_to_the_largest_remainder() {
    let two = basket(vec![line("a", "9.99", 1), line("b", "10", 2)], Vec::new());
    assert_eq!(by_one(&two, fixed("5")), ["1.67", "3.33"]);
    let three = basket(vec![line("a", "10", 1), line("b", "10", 1), line("c", "10", 1)], Vec::new());
    assert_eq!(
        by_one(&three, fixed("10")),
        ["3.34", "3.33", "3.33"],
        "of equal remainders the earlier line goes first"
    );
    // 2.999 is rounded once, not 0.999 and 2.
    assert_eq!(by_one(&two, percent("10")), ["1", "2"]);
    let small = basket(vec![line("a", "0.05", 1), line("b", "0.05", 1)], Vec::new());
    assert_eq!(by_one(&small, percent("10")), ["0.01", "0"], "a tenth of ten cents is one cent");
}

#[test]
fn off_each_is_per_unit_and_up_to_so_many_units_of_each_line() {
    let cart = basket(vec![line("a", "10", 3), line("b", "0.75", 1)], Vec::new());
    assert_eq!(by_one(&cart, each("1", Some(2))), ["2", "0.75"]);
    assert_eq!(by_one(&cart, each("1", None)), ["3", "0.75"]);
    assert_eq!(by_one(&cart, each("1", Some(0))), ["0", "0"]);
    let half = promotion(ValueKind::Percentage, "50", Target::Items, Allocation::Each);
    assert_eq!(by_one(&cart, half.clone()), ["15", "0.38"], "half of 75 cents is rounded up");
    assert_eq!(by_one(&cart, Promotion { max_quantity: Some(1), ..half }), ["5", "0.38"]);
    // A unit costs less than the value: the others do not pay for it.
    let cheap = basket(vec![line("a", "0.40", 3)], Vec::new());
    assert_eq!(by_one(&cheap, each("0.50", Some(2))), ["0.8"]);
}

#[test]
fn once_is_off_the_cheapest_units_of_all() {
    let cart = basket(vec![line("a", "30", 2), line("b", "10", 2), line("c", "20", 1)], Vec::new());
    let once = Promotion { max_quantity: Some(3), ..promotion(ValueKind::Fixed, "4", Target::Items, Allocation::Once) };
    assert_eq!(by_one(&cart, once.clone()), ["0", "8", "4"]);
    let half = Promotion { value_kind: ValueKind::Percentage, value: decimal("50"), ..once };
    assert_eq!(by_one(&cart, half), ["0", "10", "10"]);
    // 11.90 with 19 % in it is cheaper than 10.50 without any.
    let mixed = basket(vec![line("a", "10.50", 1), with_tax(line("b", "11.90", 1), "19", true)], Vec::new());
    let one = Promotion { max_quantity: Some(1), ..promotion(ValueKind::Fixed, "1", Target::Items, Allocation::Once) };
    assert_eq!(by_one(&mixed, one), ["0", "1"]);
}

#[test]
fn shipping_is_its_own_target() {
    let cart = basket(vec![line("a", "10", 1)], vec![method("so_slow", "4.90"), method("so_fast", "9.90")]);
    let free = promotion(ValueKind::Percentage, "100", Target::Shipping, Allocation::Across);
    let of = |promotion: Promotion| {
        let discounts = apply_promotions(&cart, &[promotion]).expect("discounts");
        assert!(discounts.lines.iter().all(Vec::is_empty));
        off(&discounts.shipping)
    };
    let one = |amount: &str| vec![(0, amount.to_owned())];
    assert_eq!(of(free.clone()), [one("4.9"), one("9.9")]);
    let only_fast = vec![rule("shipping_methods.shipping_option_id", Operator::Eq, &["so_fast"])];
    assert_eq!(of(Promotion { target_rules: only_fast, ..free }), [vec![], one("9.9")]);
    let fixed = promotion(ValueKind::Fixed, "5", Target::Shipping, Allocation::Each);
    assert_eq!(of(fixed.clone()), [one("4.9"), one("5")]);
    assert_eq!(of(Promotion { allocation: Allocation::Across, ..fixed.clone() }), [one("1.66"), one("3.34")]);
    let once = Promotion { allocation: Allocation::Once, max_quantity: Some(1), ..fixed };
    assert_eq!(of(once), [one("4.9"), vec![]]);
}

#[test]
fn rules_of_the_cart_and_of_targets_must_all_hold() {
    let cart = basket(vec![line("a", "10", 1), line("b", "10", 1)], Vec::new());
    let for_region = |region| vec![rule("region_id", Operator::In, &[region]), rule("region_id", Operator::Ne, &["x"])];
    assert_eq!(by_one(&cart, Promotion { rules: for_region("reg_eu"), ..percent("10") }), ["1", "1"]);
    assert_eq!(by_one(&cart, Promotion { rules: for_region("reg_us"), ..percent("10") }), ["0", "0"]);
    assert_eq!(by_one(&cart, Promotion { target_rules: of_product("b"), ..percent("10") }), ["0", "1"]);
    assert_eq!(by_one(&cart, Promotion { target_rules: of_product("b"), ..fixed("5") }), ["0", "5"]);
    let mut kept = cart.clone();
    kept.lines[0].is_discountable = false;
    assert_eq!(by_one(&kept, percent("10")), ["0", "1"]);
    assert_eq!(by_one(&kept, fixed("5")), ["0", "5"]);
}

#[test]
fn a_promotion_in_another_currency_takes_nothing() {
    let cart = basket(vec![line("a", "10", 1)], Vec::new());
    assert_eq!(by_one(&cart, Promotion { currency: Some(Currency::USD), ..percent("10") }), ["0"]);
    assert_eq!(by_one(&cart, Promotion { currency: None, ..percent("10") }), ["1"]);
    assert_eq!(by_one(&cart, Promotion { currency: None, ..fixed("1") }), ["0"], "one of what?");
}

#[test]
fn each_promotion_applies_to_what_is_left_by_those_before() {
    let cart = basket(vec![line("a", "100", 1)], Vec::new());
    let all = [percent("10"), percent("10"), fixed("70"), fixed("70"), fixed("1")];
    let discounts = apply_promotions(&cart, &all).expect("discounts");
    let amounts = [(0, "10"), (1, "9"), (2, "70"), (3, "11")].map(|(index, amount)| (index, amount.to_owned()));
    assert_eq!(off(&discounts.lines), [amounts.to_vec()]);
}

#[test]
fn buy_get_goes_first_and_never_gives_a_unit_that_was_bought() {
    let cart = basket(vec![line("a", "10", 2), line("b", "10", 3)], Vec::new());
    let terms = BuyGet { buy_rules: of_product("b"), buy_quantity: 2, apply_to_quantity: 1 };
    let b2g1 = Promotion {
        target_rules: of_product("b"),
        buy_get: Some(terms),
        max_quantity: Some(1),
        ..promotion(ValueKind::Percentage, "100", Target::Items, Allocation::Each)
    };
    let discounts = apply_promotions(&cart, &[fixed("5"), b2g1.clone()]).expect("discounts");
    let one = |index, amount: &str| (index, amount.to_owned());
    assert_eq!(off(&discounts.lines), [vec![one(0, "2.5")], vec![one(1, "10"), one(0, "2.5")]]);
    // A second one finds no units left to count.
    let twice = apply_promotions(&cart, &[b2g1.clone(), b2g1.clone()]).expect("discounts");
    assert_eq!(off(&twice.lines), [vec![], vec![one(0, "10")]]);
    let two = basket(vec![line("b", "10", 2)], Vec::new());
    assert_eq!(by_one(&two, b2g1.clone()), ["0"]);
    let nine = basket(vec![line("b", "10", 9)], Vec::new());
    assert_eq!(by_one(&nine, b2g1.clone()), ["10"], "max_quantity");
    assert_eq!(by_one(&nine, Promotion { max_quantity: None, ..b2g1.clone() }), ["30"]);
    let half_off = Promotion { value: decimal("50"), max_quantity: None, ..b2g1.clone() };
    assert_eq!(by_one(&nine, half_off), ["15"]);
    let two_off = Promotion { value_kind: ValueKind::Fixed, value: decimal("2"), max_quantity: None, ..b2g1 };
    assert_eq!(by_one(&nine, two_off), ["6"]);
}

#[test]
fn what_is_bought_may_send_for_free() {
    let cart = basket(vec![line("a", "10", 2)], vec![method("so_slow", "4.90")]);
    let terms = BuyGet { buy_rules: of_product("a"), buy_quantity: 2, apply_to_quantity: 1 };
    let free = promotion(ValueKind::Percentage, "100", Target::Shipping, Allocation::Each);
    let promotion = Promotion { buy_get: Some(terms.clone()), ..free };
    let discounts = apply_promotions(&cart, std::slice::from_ref(&promotion)).expect("discounts");
    assert_eq!(off(&discounts.shipping), [vec![(0, "4.9".to_owned())]]);
    let more = BuyGet { buy_quantity: 3, ..terms };
    let discounts = apply_promotions(&cart, &[Promotion { buy_get: Some(more), ..promotion }]).expect("discounts");
    assert_eq!(off(&discounts.shipping), [vec![]]);
}

#[test]
fn a_budget_ends_what_is_taken_off_and_is_shared() {
    let cart = basket(vec![line("a", "10", 1), line("b", "20", 1), line("c", "0.01", 1)], Vec::new());
    let with = |left: &str| by_one(&cart, Promotion { budget_left: Some(decimal(left)), ..percent("50") });
    assert_eq!(with("100"), ["5", "10", "0.01"]);
    // Of 333.11, 666.22 and 0.67 cents, the last has the largest remainder.
    assert_eq!(with("10"), ["3.33", "6.66", "0.01"]);
    assert_eq!(with("0.019"), ["0", "0.01", "0"], "part of a cent is not given away");
    assert_eq!(with("0"), ["0", "0", "0"]);
    assert_eq!(with("-3"), ["0", "0", "0"]);
}

#[test]
fn a_fixed_value_keeps_its_form_of_the_tax() {
    // 11.90 with tax off 100 without: 10 net, 1.90 tax.
    let net = basket(vec![with_tax(line("a", "100", 1), "19", false)], Vec::new());
    let discounts =
        apply_promotions(&net, &[Promotion { is_tax_inclusive: true, ..fixed("11.90") }]).expect("discounts");
    let totals = charged(&net, &discounts);
    assert_eq!(
        (totals.discount_subtotal.minor, totals.discount_tax_total.minor, totals.total.minor),
        (1000, 190, 10710)
    );
    // 10 without tax off 119 with it: the same.
    let gross = basket(vec![with_tax(line("a", "119", 1), "19", true)], Vec::new());
    let discounts = apply_promotions(&gross, &[fixed("10")]).expect("discounts");
    let totals = charged(&gross, &discounts);
    assert_eq!(
        (totals.discount_subtotal.minor, totals.discount_tax_total.minor, totals.total.minor),
        (1000, 190, 10710)
    );
    // Shared among lines of different taxes, five euro stay five euro in the promotion's form.
    let mixed =
        basket(vec![with_tax(line("a", "9.99", 3), "7", true), with_tax(line("b", "10", 1), "19", false)], Vec::new());
    let five = apply_promotions(&mixed, &[fixed("5")]).expect("discounts");
    assert_eq!(five.lines.iter().flatten().map(|one| one.amount).sum::<Decimal>(), decimal("5"));
    assert!(five.lines.iter().flatten().all(|one| !one.is_tax_inclusive));
}

#[test]
fn no_odd_cent_remains_when_everything_is_taken_off() {
    for cents in 1..400 {
        for (is_line_inclusive, is_promotion_inclusive) in [(true, false), (false, true), (true, true), (false, false)]
        {
            let mut priced = with_tax(line("a", "1", 1), "19", is_line_inclusive);
            priced.unit_price = Decimal::new(cents, 2);
            let cart = basket(vec![priced], Vec::new());
            for all in [percent("100"), fixed("1000"), each("1000", None)] {
                let all = Promotion { is_tax_inclusive: is_promotion_inclusive, ..all };
                let discounts = apply_promotions(&cart, &[fixed("0.01"), all]).expect("discounts");
                assert_eq!(charged(&cart, &discounts).total.minor, 0, "{cents} {is_line_inclusive}");
            }
        }
    }
}

#[test]
fn amounts_are_whole_minor_units_of_the_currency() {
    for (code, amounts) in [("jpy", ["1", "3"]), ("eur", ["1", "2.5"]), ("kwd", ["1.001", "2.503"])] {
        let currency: Currency = code.parse().expect("a code");
        let lines = vec![line("a", "10.01", 1), line("b", "25.025", 1)];
        let cart = Basket { currency, ..basket(lines, Vec::new()) };
        let tenth = promotion(ValueKind::Percentage, "10", Target::Items, Allocation::Each);
        let off = by_one(&cart, Promotion { currency: None, ..tenth });
        assert_eq!(off, amounts, "{code}");
    }
}

#[test]
fn what_cannot_be_right_is_refused_or_does_nothing() {
    let cart = basket(vec![line("a", "10", 1)], Vec::new());
    assert_eq!(by_one(&cart, percent("-10")), ["0"]);
    assert_eq!(by_one(&cart, percent("250")), ["10"]);
    assert_eq!(by_one(&cart, fixed("79228162514264337593543950335")), ["10"]);
    let negative = basket(vec![line("a", "-1", 1)], Vec::new());
    assert!(apply_promotions(&negative, &[]).is_err());
    let huge = basket(vec![line("a", "79228162514264337593543950335", 2)], Vec::new());
    assert!(apply_promotions(&huge, &[]).is_err());
    let many = basket((0..1000).map(|_| line("a", "99999999999999", 1)).collect(), Vec::new());
    assert!(apply_promotions(&many, &[fixed("5")]).is_err(), "the sum is too large to share");
}

#[test]
fn the_example_in_the_documentation_is_right() {
    let mut sent = method("so_slow", "10");
    sent.tax_percent = decimal("19");
    let lines = vec![with_tax(line("poster", "9.99", 1), "7", false), with_tax(line("frame", "10", 2), "19", false)];
    let cart = basket(lines, vec![sent]);
    let discounts = apply_promotions(&cart, &[percent("10"), fixed("5")]).expect("discounts");
    let one = |tenth: &str, five: &str| vec![(0, tenth.to_owned()), (1, five.to_owned())];
    assert_eq!(off(&discounts.lines), [one("1", "1.67"), one("2", "3.33")]);
    let totals = charged(&cart, &discounts);
    let lines: Vec<_> = totals.lines.iter().map(|line| (line.tax_total.minor, line.total.minor)).collect();
    assert_eq!(lines, [(51, 783), (279, 1746)]);
    assert_eq!((totals.shipping_total.minor, totals.total.minor), (1190, 3719));
}
