//! Promotions as pricing takes them: whom they are for, what they ask for, and what they take off.

use std::sync::Arc;

use tradewind_kernel::{Currency, Decimal};

/// What rules are asked about: each attribute with its values (a product has several tags). Attributes are named as on the
/// wire: `region_id`, `customer.groups.id`, `shipping_address.country_code`; of lines, `items.product.id`,
/// `items.product.tags.id`; of shipping methods, `shipping_methods.shipping_option_id`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts(pub Vec<(&'static str, Vec<Arc<str>>)>);

/// How a rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "named as on the wire")]
pub enum Operator {
    In,
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// A condition on facts. It holds when any of the fact's values compares with any of its own; `Ne` when none is equal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// What is asked about.
    pub attribute: Arc<str>,
    /// How it compares.
    pub operator: Operator,
    /// With what. Numbers are compared as numbers by the ordering operators.
    pub values: Vec<Arc<str>>,
}

/// How the value of a promotion is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueKind {
    /// An amount in major units of the promotion's currency.
    Fixed,
    /// Percent: 10 is 10 %.
    Percentage,
}

/// What a promotion takes something off.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Target {
    /// Lines that fit the target rules.
    Items,
    /// Shipping methods that fit the target rules.
    Shipping,
    /// All lines that fit the target rules, sharing one value whatever the allocation.
    Order,
}

/// How the value is spread over its targets.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Allocation {
    /// The whole value off each unit, of at most `max_quantity` units a line. Buy-get promotions always apply so, to what is
    /// got.
    Each,
    /// One value shared by all targets in proportion to what is left of their prices.
    Across,
    /// The value off each unit, of at most `max_quantity` units in all, the cheapest first.
    Once,
}

/// Buy some, get some.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuyGet {
    /// What must be bought.
    pub buy_rules: Vec<Rule>,
    /// How many of it.
    pub buy_quantity: i64,
    /// To how many of the targets at most the value applies each time.
    pub apply_to_quantity: i64,
}

/// A promotion that may be used now: active, within its campaign's dates, and not used up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Promotion {
    /// Its id.
    pub id: Arc<str>,
    /// Its code.
    pub code: Arc<str>,
    /// Conditions on the cart; all must hold.
    pub rules: Vec<Rule>,
    /// How the value is meant.
    pub value_kind: ValueKind,
    /// The value: major units or percent.
    pub value: Decimal,
    /// The currency the promotion is limited to; a fixed value without one takes nothing.
    pub currency: Option<Currency>,
    /// What it takes something off.
    pub target: Target,
    /// How it is spread.
    pub allocation: Allocation,
    /// Of how many units at most: a line, or in all, as the allocation says; of what is got, in all. Shared values know no
    /// units.
    pub max_quantity: Option<i64>,
    /// Conditions on the targets; all must hold.
    pub target_rules: Vec<Rule>,
    /// For buy-get promotions, what is to be bought.
    pub buy_get: Option<BuyGet>,
    /// Whether a fixed value has the tax in it. A percentage is of the price as it is shown.
    pub is_tax_inclusive: bool,
    /// What is left of its campaign's budget, in major units; no more than this is taken off, counted as it stands on the
    /// discounts.
    pub budget_left: Option<Decimal>,
}

/// A cart as promotions see it. Amounts are in major units.
#[derive(Clone, PartialEq, Debug)]
pub struct Basket {
    /// The currency of all amounts.
    pub currency: Currency,
    /// What is known of the cart and its shopper.
    pub facts: Facts,
    /// Its lines.
    pub lines: Vec<BasketLine>,
    /// Its shipping methods.
    pub shipping: Vec<BasketShipping>,
}

/// A line of a basket.
#[derive(Clone, PartialEq, Debug)]
pub struct BasketLine {
    /// What is known of what is bought.
    pub facts: Facts,
    /// What one costs.
    pub unit_price: Decimal,
    /// How many.
    pub quantity: i64,
    /// Whether the tax is in the price.
    pub is_tax_inclusive: bool,
    /// The sum of its taxes, in percent.
    pub tax_percent: Decimal,
    /// Whether discounts may apply to it at all.
    pub is_discountable: bool,
}

/// A shipping method of a basket.
#[derive(Clone, PartialEq, Debug)]
pub struct BasketShipping {
    /// What is known of the way of sending.
    pub facts: Facts,
    /// What it costs.
    pub amount: Decimal,
    /// Whether the tax is in it.
    pub is_tax_inclusive: bool,
    /// The sum of its taxes, in percent.
    pub tax_percent: Decimal,
}

/// What a promotion takes off one line or shipping method: whole minor units, in major units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Discount {
    /// The promotion: its position in the list that was given.
    pub promotion: usize,
    /// How much.
    pub amount: Decimal,
    /// Whether the tax is in it.
    pub is_tax_inclusive: bool,
}

/// What all promotions take off a basket.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Discounts {
    /// For each line, in order.
    pub lines: Vec<Vec<Discount>>,
    /// For each shipping method, in order.
    pub shipping: Vec<Vec<Discount>>,
}
