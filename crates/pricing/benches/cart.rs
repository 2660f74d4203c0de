//! `make bench`: what pricing a cart costs, from the choice of each price to the totals, beside its limit.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a bench measures, prints and may stop at once"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tradewind_kernel::{Currency, Decimal, Timestamp};
use tradewind_pricing::{
    Adjustment, Allocation, Basket, BasketLine, BasketShipping, BuyGet, Discount, Facts, Operator, PriceContext,
    PriceInput, PriceListInput, PriceListKind, Promotion, Quote, QuoteLine, QuoteShipping, Rate, Rule, Target, Totals,
    ValueKind, apply_promotions, select_price, totals,
};

/// How often each cart is priced; the median is shown.
const ROUNDS: usize = 501;

fn main() {
    println!("{:<44} {:>10}", "", "median");
    measure("5 lines, 3 promotions, 2 taxes", 5, 10, 20.0);
    measure("200 lines, 3 promotions, 2 taxes", 200, 10, 1000.0);
    measure("200 lines, rules that name 1,000 products", 200, 1000, 1000.0);
}

fn measure(name: &str, lines: usize, named: usize, limit_micros: f64) {
    let cart = Cart::new(lines, named);
    let charged = cart.price();
    assert!(charged.discount_total.minor > 0 && charged.tax_total.minor > 0, "all of it has to happen");
    // Many in a row, so that the clock itself does not count.
    let repeats = 1 + 400 / lines;
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            for _ in 0..repeats {
                black_box(black_box(&cart).price());
            }
            began.elapsed()
        })
        .collect();
    times.sort();
    let micros = times[ROUNDS / 2].as_secs_f64() * 1_000_000.0 / f64::from(u32::try_from(repeats).unwrap());
    let verdict = if micros <= limit_micros { "ok" } else { "OVER" };
    println!("{name:<44} {micros:>10.2} µs   at most {limit_micros} µs: {verdict}");
}

struct Cart {
    goods: Vec<(Vec<PriceInput>, Facts)>,
    context: PriceContext,
    rates: Vec<Rate>,
    promotions: Vec<Promotion>,
}

fn product(index: usize) -> String {
    format!("prod_01M83DXWF0F8ZSSHS10J0{index:05}")
}

impl Cart {
    fn new(lines: usize, named: usize) -> Self {
        let goods = (0..lines).map(|index| (prices(index), facts(index))).collect();
        let context = PriceContext {
            currency: Currency::EUR,
            region_id: Some("reg_eu".to_owned()),
            quantity: 3,
            customer_group_ids: vec!["friends".to_owned(), "staff".to_owned()],
            at: Timestamp(1_000),
            currency_includes_tax: false,
            region_includes_tax: true,
        };
        let rates = vec![Rate { percent: Decimal::from(5) }, Rate { percent: Decimal::new(9_975, 3) }];
        Self { goods, context, rates, promotions: promotions(named) }
    }

    /// The way that a cart takes: prices, promotions, totals.
    fn price(&self) -> Totals {
        let percent = self.rates.iter().map(|rate| rate.percent).sum();
        let line = |(prices, facts): &(Vec<PriceInput>, Facts)| {
            let price = select_price(prices, &self.context).unwrap();
            BasketLine {
                facts: facts.clone(),
                unit_price: price.amount,
                quantity: self.context.quantity,
                is_tax_inclusive: price.is_tax_inclusive,
                tax_percent: percent,
                is_discountable: true,
            }
        };
        let sent = BasketShipping {
            facts: Facts::default(),
            amount: Decimal::new(490, 2),
            is_tax_inclusive: false,
            tax_percent: percent,
        };
        let basket = Basket {
            currency: Currency::EUR,
            facts: Facts(vec![("region_id", vec!["reg_eu".into()])]),
            lines: self.goods.iter().map(line).collect(),
            shipping: vec![sent],
        };
        let discounts = apply_promotions(&basket, &self.promotions).unwrap();
        let adjustments = |off: &[Discount]| {
            let adjustment = |one: &Discount| Adjustment { amount: one.amount, is_tax_inclusive: one.is_tax_inclusive };
            off.iter().map(adjustment).collect()
        };
        let lines = basket.lines.iter().zip(&discounts.lines).map(|(line, off)| QuoteLine {
            unit_price: line.unit_price,
            quantity: line.quantity,
            is_tax_inclusive: line.is_tax_inclusive,
            tax_rates: self.rates.clone(),
            adjustments: adjustments(off),
        });
        let shipping = basket.shipping.iter().zip(&discounts.shipping).map(|(method, off)| QuoteShipping {
            amount: method.amount,
            is_tax_inclusive: method.is_tax_inclusive,
            tax_rates: self.rates.clone(),
            adjustments: adjustments(off),
        });
        let (lines, shipping) = (lines.collect(), shipping.collect());
        totals(&Quote { currency: basket.currency, lines, shipping, credits: vec![Decimal::ONE] }).unwrap()
    }
}

/// An ordinary price, one for the region, a tier, a sale and an override for a group.
fn prices(index: usize) -> Vec<PriceInput> {
    let amount = |off: i64| Decimal::new(i64::try_from(index).unwrap() * 37 % 5000 + 1999 - off, 2);
    let price = |name: &str, off: i64| PriceInput {
        id: format!("price_{name}_{index}"),
        currency: Currency::EUR,
        amount: amount(off),
        region_id: None,
        min_quantity: None,
        max_quantity: None,
        price_list: None,
    };
    let list = |kind, group: Option<&str>| PriceListInput {
        id: "plist_01M83DXWF0F8ZSSHS10J000001".to_owned(),
        kind,
        customer_group_ids: group.map(str::to_owned).into_iter().collect(),
        starts_at: Some(Timestamp(0)),
        ends_at: None,
    };
    vec![
        price("any", 0),
        PriceInput { region_id: Some("reg_eu".to_owned()), ..price("region", 100) },
        PriceInput { min_quantity: Some(3), ..price("tier", 200) },
        PriceInput { price_list: Some(list(PriceListKind::Sale, None)), ..price("sale", 300) },
        PriceInput { price_list: Some(list(PriceListKind::Override, Some("trade"))), ..price("trade", 400) },
    ]
}

fn facts(index: usize) -> Facts {
    let one = |text: String| vec![Arc::from(text)];
    Facts(vec![
        ("items.product.type.id", one("ptyp_01M83DXWF0F8ZSSHS10J000001".to_owned())),
        ("items.product.collection.id", one("pcol_01M83DXWF0F8ZSSHS10J000001".to_owned())),
        ("items.product.tags.id", one(format!("ptag_01M83DXWF0F8ZSSHS10J00000{}", index % 2))),
        ("items.variant.id", one(format!("variant_01M83DXWF0F8ZSSHS10J0{index:05}"))),
        ("items.product.id", one(product(index))),
    ])
}

/// Every second unit of a tag for less, a tenth off named products, five off the order.
fn promotions(named: usize) -> Vec<Promotion> {
    let rule = |attribute: &str, values: Vec<String>| {
        let values = values.into_iter().map(Arc::from).collect();
        vec![Rule { attribute: attribute.into(), operator: Operator::In, values }]
    };
    let of_tag = || rule("items.product.tags.id", vec!["ptag_01M83DXWF0F8ZSSHS10J000000".to_owned()]);
    let promotion = |value_kind, value: i64, target| Promotion {
        id: "promo_01M83DXWF0F8ZSSHS10J000001".into(),
        code: "CODE".into(),
        rules: rule("region_id", vec!["reg_eu".to_owned()]),
        value_kind,
        value: value.into(),
        currency: Some(Currency::EUR),
        target,
        allocation: Allocation::Across,
        max_quantity: None,
        target_rules: Vec::new(),
        buy_get: None,
        is_tax_inclusive: true,
        budget_left: None,
    };
    // Most of the named products are not in the cart.
    let products = (0..named).rev().map(product).collect();
    let buy_get = BuyGet { buy_rules: of_tag(), buy_quantity: 1, apply_to_quantity: 1 };
    vec![
        Promotion {
            buy_get: Some(buy_get),
            target_rules: of_tag(),
            ..promotion(ValueKind::Percentage, 50, Target::Items)
        },
        Promotion {
            target_rules: rule("items.product.id", products),
            budget_left: Some(Decimal::from(50)),
            ..promotion(ValueKind::Percentage, 10, Target::Items)
        },
        promotion(ValueKind::Fixed, 5, Target::Order),
    ]
}
