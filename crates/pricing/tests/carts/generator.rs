//! Random carts from a seed: products, price lists, taxes, promotions and currencies in every combination.

use std::sync::Arc;

use tradewind_kernel::{Currency, Decimal, Rng, Timestamp};
use tradewind_pricing::{
    Allocation, BuyGet, Facts, Operator, PriceContext, PriceInput, PriceListInput, PriceListKind, Promotion, Rate,
    Rule, Target, ValueKind,
};

/// A cart before anything is calculated.
#[derive(Clone, Debug)]
pub struct Cart {
    /// For whom and when; the quantity is each line's own.
    pub context: PriceContext,
    pub facts: Facts,
    pub goods: Vec<Good>,
    pub shipping: Vec<Sending>,
    pub promotions: Vec<Promotion>,
    pub credits: Vec<Decimal>,
}

/// What is put into a cart.
#[derive(Clone, Debug)]
pub struct Good {
    pub facts: Facts,
    pub prices: Vec<PriceInput>,
    pub quantity: i64,
    pub rates: Vec<Rate>,
    pub is_discountable: bool,
}

/// A way of sending.
#[derive(Clone, Debug)]
pub struct Sending {
    pub facts: Facts,
    pub amount: Decimal,
    pub is_tax_inclusive: bool,
    pub rates: Vec<Rate>,
}

const PRODUCTS: [&str; 5] = ["prod_a", "prod_b", "prod_c", "prod_d", "prod_e"];
const TAGS: [&str; 3] = ["new", "warm", "red"];
const OPTIONS: [&str; 2] = ["so_slow", "so_fast"];
const REGION: &str = "reg_1";
const NOW: i64 = 1_000_000;

/// Draws from a seed.
pub struct Generator(Rng);

impl Generator {
    pub fn new(seed: u64) -> Self {
        Self(Rng::seeded(seed))
    }

    fn below(&self, limit: u64) -> i64 {
        i64::try_from(self.0.below(limit)).expect("small")
    }

    /// True once in so many times.
    fn one_in(&self, times: u64) -> bool {
        self.0.below(times) == 0
    }

    fn pick<T: Clone>(&self, all: &[T]) -> T {
        let at = self.0.below(all.len().try_into().expect("small"));
        all[usize::try_from(at).expect("small")].clone()
    }

    fn many<T>(&self, most: u64, draw: impl Fn() -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| draw()).collect()
    }

    pub fn cart(&self) -> Cart {
        let currency: Currency = self.pick(&["eur", "jpy", "kwd", "usd"]).parse().expect("a code");
        let context = PriceContext {
            currency,
            region_id: (!self.one_in(6)).then(|| REGION.to_owned()),
            quantity: 1,
            customer_group_ids: self.many(2, || self.pick(&["staff", "friends", "trade"]).to_owned()),
            at: Timestamp(NOW),
            currency_includes_tax: self.one_in(3),
            region_includes_tax: self.one_in(2),
        };
        let facts = Facts(vec![
            ("region_id", vec![REGION.into()]),
            ("item_total", vec![Decimal::new(self.below(20_000), 2).to_string().into()]),
        ]);
        Cart {
            goods: (0..=self.below(6)).map(|_| self.good(currency)).collect(),
            shipping: self.many(2, || self.sending()),
            promotions: self.many(4, || self.promotion(currency)),
            credits: self.many(1, || self.amount()),
            facts,
            context,
        }
    }

    /// A price with as many decimals as people write, or more.
    fn amount(&self) -> Decimal {
        match self.below(8) {
            0 => Decimal::new(self.below(4), 2),
            1 => Decimal::new(self.below(3_000_000), 4),
            2 => Decimal::from(self.pick(&[0, 1, 10, 100, 1_000_000])),
            3 => Decimal::new(self.below(200) * 100 + 99, 2),
            _ => Decimal::new(self.below(30_000), 2),
        }
    }

    fn rates(&self) -> Vec<Rate> {
        let percents = ["0", "5", "7", "9.975", "19", "20", "25", "8.1", "33.333"];
        self.many(2, || Rate { percent: self.pick(&percents).parse().expect("a number") })
    }

    fn good(&self, currency: Currency) -> Good {
        let tags = self.many(2, || Arc::from(self.pick(&TAGS)));
        let product = vec![self.pick(&PRODUCTS).into()];
        Good {
            facts: Facts(vec![("items.product.tags.id", tags), ("items.product.id", product)]),
            prices: (0..=self.below(4)).map(|index| self.price(index, currency)).collect(),
            quantity: if self.one_in(10) { self.below(40) } else { 1 + self.below(5) },
            rates: self.rates(),
            is_discountable: !self.one_in(8),
        }
    }

    fn price(&self, index: i64, currency: Currency) -> PriceInput {
        let tier = self.pick(&[None, None, None, Some(2), Some(5)]);
        let list = |kind| PriceListInput {
            id: format!("plist_{index}"),
            kind,
            customer_group_ids: if self.one_in(2) {
                vec![self.pick(&["staff", "friends"]).to_owned()]
            } else {
                Vec::new()
            },
            starts_at: self.pick(&[None, None, Some(Timestamp(NOW)), Some(Timestamp(NOW + 1))]),
            ends_at: self.pick(&[None, None, Some(Timestamp(NOW)), Some(Timestamp(NOW + 1))]),
        };
        let price_list = match self.below(4) {
            // The first is the ordinary price, so that most lines have one.
            _ if index == 0 => None,
            0 => Some(list(PriceListKind::Sale)),
            1 => Some(list(PriceListKind::Override)),
            _ => None,
        };
        PriceInput {
            id: format!("price_{index}"),
            currency: if self.one_in(10) { Currency::EUR } else { currency },
            amount: self.amount(),
            region_id: self.pick(&[None, None, Some(REGION.to_owned()), Some("reg_2".to_owned())]),
            min_quantity: if index == 0 { None } else { tier },
            max_quantity: if index > 0 && self.one_in(4) { tier.map(|from: i64| from + 2) } else { None },
            price_list,
        }
    }

    fn sending(&self) -> Sending {
        Sending {
            facts: Facts(vec![("shipping_methods.shipping_option_id", vec![self.pick(&OPTIONS).into()])]),
            amount: self.amount(),
            is_tax_inclusive: self.one_in(2),
            rates: self.rates(),
        }
    }

    fn rule(&self, attribute: &str, values: &[&str]) -> Rule {
        let values = (0..=self.below(2)).map(|_| self.pick(values).into()).collect();
        let operator = self.pick(&[Operator::In, Operator::In, Operator::Eq, Operator::Ne]);
        Rule { attribute: attribute.into(), operator, values }
    }

    fn rules_of_lines(&self) -> Vec<Rule> {
        match self.below(4) {
            0 => vec![self.rule("items.product.id", &PRODUCTS)],
            1 => vec![self.rule("items.product.tags.id", &TAGS)],
            _ => Vec::new(),
        }
    }

    fn promotion(&self, currency: Currency) -> Promotion {
        let target = self.pick(&[Target::Items, Target::Items, Target::Order, Target::Shipping]);
        let value_kind = self.pick(&[ValueKind::Fixed, ValueKind::Percentage]);
        let value = match value_kind {
            ValueKind::Percentage if self.one_in(5) => Decimal::ONE_HUNDRED,
            ValueKind::Percentage => Decimal::new(self.below(1200), 1),
            ValueKind::Fixed => self.amount(),
        };
        let ordering = [Operator::Gt, Operator::Gte, Operator::Lt, Operator::Lte];
        let total = Decimal::new(self.below(200), 0).to_string().into();
        let rules = match self.below(8) {
            0 => vec![self.rule("region_id", &[REGION, "reg_2"])],
            1 => vec![Rule { attribute: "item_total".into(), operator: self.pick(&ordering), values: vec![total] }],
            _ => Vec::new(),
        };
        let target_rules = match target {
            Target::Shipping if self.one_in(2) => vec![self.rule("shipping_methods.shipping_option_id", &OPTIONS)],
            Target::Shipping => Vec::new(),
            _ => self.rules_of_lines(),
        };
        let buy_get = self.one_in(3).then(|| BuyGet {
            buy_rules: self.rules_of_lines(),
            buy_quantity: self.below(4),
            apply_to_quantity: self.below(4),
        });
        Promotion {
            id: "promo".into(),
            code: "CODE".into(),
            rules,
            value_kind,
            value,
            currency: self.pick(&[Some(currency), Some(currency), Some(currency), Some(Currency::EUR), None]),
            target,
            allocation: self.pick(&[Allocation::Each, Allocation::Across, Allocation::Once]),
            max_quantity: self.pick(&[None, Some(1), Some(2), Some(5)]),
            target_rules,
            buy_get,
            is_tax_inclusive: self.one_in(2),
            budget_left: self.one_in(4).then(|| self.amount()),
        }
    }
}
