//! Totals of carts recorded from the peer, checked to the minor unit: inputs and answers are copied as they were recorded.

use tradewind_kernel::{Currency, Decimal, Money};
use tradewind_pricing::{Adjustment, Quote, QuoteLine, QuoteShipping, Rate, Totals, totals};

struct Recorded {
    name: &'static str,
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
    /// Amount, and whether it is with tax.
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

const RECORDED: [Recorded; 14] = [
    Recorded {
        name: "plain 3x9.99",
        lines: &[Line { price: "9.99", quantity: 3, is_inclusive: false, rates: &[], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        totals: [
            "39.97", "39.97", "0", "0", "0", "0", "39.97", "0", "29.97", "29.97", "0", "0", "29.97", "29.97", "0",
            "10", "10", "0", "0", "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "fixed order 5",
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
        lines: &[Line { price: "10", quantity: 3, is_inclusive: false, rates: &[], off: &[("2", false)] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        totals: [
            "38", "40", "0", "2", "2", "0", "40", "0", "28", "30", "0", "2", "30", "30", "0", "10", "10", "0", "0",
            "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "free shipping",
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &[], off: &[("10", false)] }],
        totals: [
            "10", "20", "0", "10", "10", "0", "20", "0", "10", "10", "0", "0", "10", "10", "0", "0", "10", "0", "10",
            "10", "10", "0", "0",
        ],
    },
    Recorded {
        name: "tax dk25",
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
        lines: &[Line { price: "7.5", quantity: 2, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "31.25", "25", "6.25", "0", "0", "0", "31.25", "6.25", "18.75", "15", "3.75", "0", "18.75", "15", "3.75",
            "12.5", "10", "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "tier price 5",
        lines: &[Line { price: "8", quantity: 5, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "62.5", "50", "12.5", "0", "0", "0", "62.5", "12.5", "50", "40", "10", "0", "50", "40", "10", "12.5", "10",
            "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "tax inclusive dk",
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
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[("2", false)] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "22.5", "20", "4.5", "2.5", "2", "0.5", "25", "5", "10", "10", "2", "2.5", "12.5", "10", "2.5", "12.5",
            "10", "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
    Recorded {
        name: "limit once 2",
        lines: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        shipping: &[Line { price: "10", quantity: 1, is_inclusive: false, rates: &["25"], off: &[] }],
        totals: [
            "25", "20", "5", "0", "0", "0", "25", "5", "12.5", "10", "2.5", "0", "12.5", "10", "2.5", "12.5", "10",
            "2.5", "0", "12.5", "10", "2.5", "0",
        ],
    },
];

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn rates(line: &Line) -> Vec<Rate> {
    line.rates.iter().map(|rate| Rate { percent: decimal(rate) }).collect()
}

fn adjustments(line: &Line) -> Vec<Adjustment> {
    let adjustment = |(amount, is_tax_inclusive): &(&str, bool)| Adjustment {
        amount: decimal(amount),
        is_tax_inclusive: *is_tax_inclusive,
    };
    line.off.iter().map(adjustment).collect()
}

#[test]
fn totals_are_those_of_the_peer_to_the_minor_unit() {
    for recorded in &RECORDED {
        let lines = recorded.lines.iter().map(|line| QuoteLine {
            unit_price: decimal(line.price),
            quantity: line.quantity,
            is_tax_inclusive: line.is_inclusive,
            tax_rates: rates(line),
            adjustments: adjustments(line),
        });
        let shipping = recorded.shipping.iter().map(|line| QuoteShipping {
            amount: decimal(line.price),
            is_tax_inclusive: line.is_inclusive,
            tax_rates: rates(line),
            adjustments: adjustments(line),
        });
        let quote = Quote {
            currency: Currency::EUR,
            lines: lines.collect(),
            shipping: shipping.collect(),
            credits: Vec::new(),
        };
        let ours = in_order(&totals(&quote).expect("totals"));
        // The peer adds up fractions of cents; where it has none, not a cent may differ.
        let is_whole = recorded.totals.iter().all(|total| decimal(total).normalize().scale() <= 2);
        let within = if is_whole { Decimal::ZERO } else { Decimal::new(1, 2) };
        for ((name, ours), theirs) in NAMES.iter().zip(ours).zip(recorded.totals) {
            let difference = (ours.major() - decimal(theirs)).abs();
            assert!(difference <= within, "{}: {name} is {ours}, the peer's {theirs}", recorded.name);
        }
    }
}
