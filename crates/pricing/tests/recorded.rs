//! Carts recorded from the peer, checked to the minor unit: prices, taxes, promotions and answers are copied as they were
//! recorded; what promotions take off and what the cart comes to is ours.

use tradewind_kernel::{Currency, Decimal, Money};
use tradewind_pricing::{
    Adjustment, Allocation, Basket, BasketLine, BasketShipping, BuyGet, Discount, Facts, Operator, Promotion, Quote,
    QuoteLine, QuoteShipping, Rate, Rule, Target, Totals, ValueKind, apply_promotions, totals,
};

struct Recorded {
    name: &'static str,
    /// Codes, in the order in which the cart named them.
    promotions: &'static [&'static str],
    lines: &'static [Line],
    shipping: &'static [Line],
    /// In the order of [`NAMES`].
    totals: [&'static str; 23],
}

struct Line {
    price: &'static str,
    quantity: i64,
    is_inclusive: bool,
    rates: &'static [&'static str],
    /// What the peer's promotions took off: amount, and whether it is with tax.
    off: &'static [(&'static str, bool)],
}

const NAMES: [&str; 23] = [
    "total",
    "subtotal",
    "tax_total",
    "discount_total",
    "discount_subtotal",
    "discount_tax_total",
    "original_total",
    "original_tax_total",
    "item_total",
    "item_subtotal",
    "item_tax_total",
    "item_discount_total",
    "original_item_total",
    "original_item_subtotal",
    "original_item_tax_total",
    "shipping_total",
    "shipping_subtotal",
    "shipping_tax_total",
    "shipping_discount_total",
    "original_shipping_total",
    "original_shipping_subtotal",
    "original_shipping_tax_total",
    "credit_line_total",
];

fn in_order(totals: &Totals) -> [Money; 23] {
    [
        totals.total,
        totals.subtotal,
        totals.tax_total,
        totals.discount_total,
        totals.discount_subtotal,
        totals.discount_tax_total,
        totals.original_total,
        totals.original_tax_total,
        totals.item_total,
        totals.item_subtotal,
        totals.item_tax_total,
        totals.item_discount_total,
        totals.original_item_total,
        totals.original_item_subtotal,
        totals.original_item_tax_total,
        totals.shipping_total,
        totals.shipping_subtotal,
        totals.shipping_tax_total,
        totals.shipping_discount_total,
        totals.original_shipping_total,
        totals.original_shipping_subtotal,
        totals.original_shipping_tax_total,
        totals.credit_line_total,
    ]
}

const RECORDED: [Recorded; 17] = [
    Recorded {
        name: "plain 3x9.99",
        promotions: &[],
        lines: &[Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &[], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        totals: [
            "39.97", "39.97", "0", "0", "0", "0", "39.97", "0", "29.97", "29.97", "0", "0", "29.97", "29.97", "0",
            "10", "10", "0", "0", "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "fixed order 5",
        promotions: &["FIVEOFF"],
        lines: &[
            Line { price: "9.99", quantity: 1, is_inclusive: false, rates: &[], off: &[("1.6655551850616872", false)] },
            Line { price: "10", quantity: 2, is_inclusive: false, rates: &[], off: &[("3.334444814938313", false)] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        totals: [
            "34.99", "39.99", "0", "5", "5", "0", "39.99", "0", "24.99", "29.99", "0", "5", "29.99", "29.99", "0",
            "10", "10", "0", "0", "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "fixed each 1 max2",
        promotions: &["EACH1"],
        lines: &[Line { price: "10", quantity: 3, is_inclusive: false, rates: &[], off: &[("2", false)] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        totals: [
            "38", "40", "0", "2", "2", "0", "40", "0", "28", "30", "0", "2", "30", "30", "0", "10", "10", "0", "0",
            "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "free shipping",
        promotions: &["FREESHIP"],
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[("10", false)] }],
        totals: [
            "10", "20", "0", "10", "10", "0", "20", "0", "10", "10", "0", "0", "10", "10", "0", "0", "10", "0", "10",
            "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "tax dk25",
        promotions: &[],
        lines: &[
            Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &["25"], off: &[] },
            Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "62.4625", "49.97", "12.4925", "0", "0", "0", "62.4625", "12.4925", "49.9625", "39.97", "9.9925", "0",
            "49.9625", "39.97", "9.9925", "12.5", "10", "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "tax de19 7",
        promotions: &[],
        lines: &[
            Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &["7"], off: &[] },
            Line { price: "10", quantity: 1, is_inclusive: false, rates: &["19"], off: &[] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["19"], off: &[] }],
        totals: [
            "55.8679", "49.97", "5.8979", "0", "0", "0", "55.8679", "5.8979", "43.9679", "39.97", "3.9979", "0",
            "43.9679", "39.97", "3.9979", "11.9", "10", "1.9", "0", "11.9", "10", "1.9", "0",
        ],
    },
    Recorded {
        name: "tax de fixed5",
        promotions: &["FIVEOFF"],
        lines: &[
            Line {
                price: "9.99",
                quantity: 3,
                is_inclusive: false,
                rates: &["7"],
                off: &[("3.7490617963472603", false)],
            },
            Line {
                price: "10",
                quantity: 1,
                is_inclusive: false,
                rates: &["19"],
                off: &[("1.2509382036527394", false)],
            },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["19"], off: &[] }],
        totals: [
            "50.36778741556167",
            "49.97",
            "5.397787415561671",
            "5.5001125844383285",
            "5",
            "0.5001125844383287",
            "55.8679",
            "5.8979",
            "38.46778741556167",
            "39.97",
            "3.4977874155616715",
            "5.5001125844383285",
            "43.9679",
            "39.97",
            "3.9979",
            "11.9",
            "10",
            "1.9",
            "0",
            "11.9",
            "10",
            "1.9",
            "0",
        ],
    },
    Recorded {
        name: "tax de stacked complete",
        promotions: &["TENPCT", "FREESHIP"],
        lines: &[
            Line { price: "9.99", quantity: 1, is_inclusive: false, rates: &["7"], off: &[("0.999", false)] },
            Line { price: "10", quantity: 2, is_inclusive: false, rates: &["19"], off: &[("2", false)] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["19"], off: &[("10", false)] }],
        totals: [
            "31.04037", "39.99", "4.04937", "15.34893", "12.999", "2.34993", "46.3893", "6.3993", "31.04037", "29.99",
            "4.04937", "3.44893", "34.4893", "29.99", "4.4993", "0", "10", "0", "11.9", "11.9", "10", "1.9", "0",
        ],
    },
    Recorded {
        name: "sale price",
        promotions: &[],
        lines: &[Line { price: "7.5", quantity: 2, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "31.25", "25", "6.25", "0", "0", "0", "31.25", "6.25", "18.75", "15", "3.75", "0", "18.75", "15", "3.75",
            "12.5", "10", "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "tier price 5",
        promotions: &[],
        lines: &[Line { price: "8", quantity: 5, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "62.5", "50", "12.5", "0", "0", "0", "62.5", "12.5", "50", "40", "10", "0", "50", "40", "10", "12.5", "10",
            "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "tax inclusive dk",
        promotions: &[],
        lines: &[
            Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &["25"], off: &[] },
            Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: true, rates: &["25"], off: &[] }],
        totals: [
            "59.9625", "47.97", "11.9925", "0", "0", "0", "59.9625", "11.9925", "49.9625", "39.97", "9.9925", "0",
            "49.9625", "39.97", "9.9925", "10", "8", "2", "0", "10", "8", "2", "0",
        ],
    },
    Recorded {
        name: "tax inclusive dk pct10",
        promotions: &["TENPCT"],
        lines: &[
            Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &["25"], off: &[("2.997", false)] },
            Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[("1", false)] },
        ],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: true, rates: &["25"], off: &[] }],
        totals: [
            "54.96625", "47.97", "10.99325", "4.99625", "3.997", "0.99925", "59.9625", "11.9925", "44.96625", "39.97",
            "8.99325", "4.99625", "49.9625", "39.97", "9.9925", "10", "8", "2", "0", "10", "8", "2", "0",
        ],
    },
    Recorded {
        name: "limit once 1",
        promotions: &["ONCE"],
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[("2", false)] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "22.5", "20", "4.5", "2.5", "2", "0.5", "25", "5", "10", "10", "2", "2.5", "12.5", "10", "2.5", "12.5",
            "10", "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "limit once 2",
        promotions: &[],
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "25", "20", "5", "0", "0", "0", "25", "5", "12.5", "10", "2.5", "0", "12.5", "10", "2.5", "12.5", "10",
            "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "ten percent",
        promotions: &["TENPCT"],
        lines: &[
            Line { price: "10", quantity: 2, is_inclusive: false, rates: &[], off: &[("2", false)] },
            Line { price: "10", quantity: 3, is_inclusive: false, rates: &[], off: &[("3", false)] },
        ],
        shipping: &[],
        totals: [
            "45", "50", "0", "5", "5", "0", "50", "0", "45", "50", "0", "5", "50", "50", "0", "0", "0", "0", "0", "0",
            "0", "0", "0",
        ],
    },
    Recorded {
        name: "five off",
        promotions: &["FIVEOFF"],
        lines: &[
            Line { price: "10", quantity: 2, is_inclusive: false, rates: &[], off: &[("2", false)] },
            Line { price: "10", quantity: 3, is_inclusive: false, rates: &[], off: &[("3", false)] },
        ],
        shipping: &[],
        totals: [
            "45", "50", "0", "5", "5", "0", "50", "0", "45", "50", "0", "5", "50", "50", "0", "0", "0", "0", "0", "0",
            "0", "0", "0",
        ],
    },
    Recorded {
        name: "five off and two for one more",
        promotions: &["FIVEOFF", "B2G1"],
        lines: &[
            Line { price: "10", quantity: 2, is_inclusive: false, rates: &[], off: &[("2.5", false)] },
            Line { price: "10", quantity: 3, is_inclusive: false, rates: &[], off: &[("10", false), ("2.5", false)] },
        ],
        shipping: &[],
        totals: [
            "35", "50", "0", "15", "15", "0", "50", "0", "35", "50", "0", "15", "50", "50", "0", "0", "0", "0", "0",
            "0", "0", "0", "0",
        ],
    },
];

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn rates(line: &Line) -> Vec<Rate> {
    line.rates.iter().map(|rate| Rate { percent: decimal(rate) }).collect()
}

/// A promotion as it was created before the carts were recorded.
fn promotion(code: &str) -> Promotion {
    let (value_kind, value, target, allocation) = match code {
        "TENPCT" => (ValueKind::Percentage, "10", Target::Items, Allocation::Across),
        "ONCE" => (ValueKind::Percentage, "20", Target::Items, Allocation::Across),
        "FIVEOFF" => (ValueKind::Fixed, "5", Target::Order, Allocation::Across),
        "EACH1" => (ValueKind::Fixed, "1", Target::Items, Allocation::Each),
        "FREESHIP" => (ValueKind::Percentage, "100", Target::Shipping, Allocation::Across),
        "B2G1" => (ValueKind::Percentage, "100", Target::Items, Allocation::Each),
        other => panic!("no promotion {other}"),
    };
    let product_rules = || {
        let attribute = "items.product.id".into();
        vec![Rule { attribute, operator: Operator::In, values: vec!["second line's".into()] }]
    };
    let is_buy_get = code == "B2G1";
    Promotion {
        id: code.into(),
        code: code.into(),
        rules: Vec::new(),
        value_kind,
        value: decimal(value),
        currency: Some(Currency::EUR),
        target,
        allocation,
        max_quantity: match code {
            "EACH1" => Some(2),
            "B2G1" => Some(1),
            _ => None,
        },
        target_rules: if is_buy_get { product_rules() } else { Vec::new() },
        buy_get: is_buy_get.then(|| BuyGet { buy_rules: product_rules(), buy_quantity: 2, apply_to_quantity: 1 }),
        is_tax_inclusive: false,
        budget_left: None,
    }
}

fn basket(recorded: &Recorded) -> Basket {
    let tax_percent = |line: &Line| line.rates.iter().map(|rate| decimal(rate)).sum();
    let product = |index: usize| if index == 1 { "second line's" } else { "another" };
    let lines = recorded.lines.iter().enumerate().map(|(index, line)| BasketLine {
        facts: Facts(vec![("items.product.id", vec![product(index).into()])]),
        unit_price: decimal(line.price),
        quantity: line.quantity,
        is_tax_inclusive: line.is_inclusive,
        tax_percent: tax_percent(line),
        is_discountable: true,
    });
    let shipping = recorded.shipping.iter().map(|line| BasketShipping {
        facts: Facts::default(),
        amount: decimal(line.price),
        is_tax_inclusive: line.is_inclusive,
        tax_percent: tax_percent(line),
    });
    let (lines, shipping) = (lines.collect(), shipping.collect());
    Basket { currency: Currency::EUR, facts: Facts::default(), lines, shipping }
}

fn adjustments(discounts: &[Discount]) -> Vec<Adjustment> {
    let adjustment =
        |discount: &Discount| Adjustment { amount: discount.amount, is_tax_inclusive: discount.is_tax_inclusive };
    discounts.iter().map(adjustment).collect()
}

/// The totals with what our promotions take off, which is the peer's to the minor unit of each line.
fn ours(recorded: &Recorded) -> Totals {
    let promotions: Vec<Promotion> = recorded.promotions.iter().map(|code| promotion(code)).collect();
    let discounts = apply_promotions(&basket(recorded), &promotions).expect("discounts");
    let taken = discounts.lines.iter().chain(&discounts.shipping);
    for (line, taken) in recorded.lines.iter().chain(recorded.shipping).zip(taken) {
        assert_eq!(line.off.len(), taken.len(), "{}", recorded.name);
        // The peer lists a line's discounts by code, not in the order in which they apply.
        let sum: Decimal = taken.iter().map(|discount| discount.amount).sum();
        let theirs: Decimal = line.off.iter().map(|(amount, _)| decimal(amount)).sum();
        assert!((sum - theirs).abs() < Decimal::new(1, 2), "{}: {sum}, the peer's {theirs}", recorded.name);
        assert!(
            taken.iter().all(|discount| line.off.iter().all(|(_, with_tax)| *with_tax == discount.is_tax_inclusive))
        );
    }
    let lines = recorded.lines.iter().zip(&discounts.lines).map(|(line, taken)| QuoteLine {
        unit_price: decimal(line.price),
        quantity: line.quantity,
        is_tax_inclusive: line.is_inclusive,
        tax_rates: rates(line),
        adjustments: adjustments(taken),
    });
    let shipping = recorded.shipping.iter().zip(&discounts.shipping).map(|(line, taken)| QuoteShipping {
        amount: decimal(line.price),
        is_tax_inclusive: line.is_inclusive,
        tax_rates: rates(line),
        adjustments: adjustments(taken),
    });
    let (lines, shipping) = (lines.collect(), shipping.collect());
    totals(&Quote { currency: Currency::EUR, lines, shipping, credits: Vec::new() }).expect("totals")
}

#[test]
fn totals_are_those_of_the_peer_to_the_minor_unit() {
    for recorded in &RECORDED {
        let ours = in_order(&ours(recorded));
        // The peer adds up fractions of cents; where it has none, not a cent may differ.
        let is_whole = recorded.totals.iter().all(|total| decimal(total).normalize().scale() <= 2);
        let within = if is_whole { Decimal::ZERO } else { Decimal::new(1, 2) };
        for ((name, ours), theirs) in NAMES.iter().zip(ours).zip(recorded.totals) {
            let difference = (ours.major() - decimal(theirs)).abs();
            assert!(difference <= within, "{}: {name} is {ours}, the peer's {theirs}", recorded.name);
        }
    }
}
