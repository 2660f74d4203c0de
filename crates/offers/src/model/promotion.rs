//! Promotions as they are stored, and as pricing takes them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Timestamp};
use tradewind_pricing as pricing;

use super::{Change, Metadata};

/// Something off, for whoever gives the code or for everybody.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Promotion {
    /// Its id.
    pub id: String,
    /// What a shopper gives to use it; no two promotions share one.
    pub code: String,
    /// Whether it applies without its code being given.
    pub is_automatic: bool,
    /// Whether a fixed value has the tax in it.
    pub is_tax_inclusive: bool,
    /// Whether something must be bought to get something.
    pub kind: PromotionKind,
    /// Whether it may be used.
    pub status: PromotionStatus,
    /// How often it may be used in all.
    pub limit: Option<i64>,
    /// The campaign it belongs to.
    pub campaign_id: Option<String>,
    /// What it takes off.
    pub method: Method,
    /// Conditions on the cart; all must hold.
    pub rules: Vec<PromotionRule>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Promotion {
    /// What ids of promotions begin with.
    pub const PREFIX: &'static str = "promo";

    /// The rules of a set.
    #[must_use]
    pub fn rules_of(&self, set: RuleSet) -> &[PromotionRule] {
        match set {
            RuleSet::Cart => &self.rules,
            RuleSet::Target => &self.method.target_rules,
            RuleSet::Buy => &self.method.buy_rules,
        }
    }

    pub(crate) fn rules_of_mut(&mut self, set: RuleSet) -> &mut Vec<PromotionRule> {
        match set {
            RuleSet::Cart => &mut self.rules,
            RuleSet::Target => &mut self.method.target_rules,
            RuleSet::Buy => &mut self.method.buy_rules,
        }
    }

    /// The promotion as pricing takes it, without a budget.
    #[must_use]
    pub fn input(&self) -> pricing::Promotion {
        let method = &self.method;
        let rules = |rules: &[PromotionRule]| rules.iter().map(PromotionRule::input).collect::<Vec<_>>();
        pricing::Promotion {
            id: self.id.as_str().into(),
            code: self.code.as_str().into(),
            rules: rules(&self.rules),
            value_kind: match method.value_kind {
                ValueKind::Fixed => pricing::ValueKind::Fixed,
                ValueKind::Percentage => pricing::ValueKind::Percentage,
            },
            value: method.value,
            currency: method.currency,
            target: match method.target {
                Target::Items => pricing::Target::Items,
                Target::ShippingMethods => pricing::Target::Shipping,
                Target::Order => pricing::Target::Order,
            },
            allocation: match method.allocation {
                Some(Allocation::Each) => pricing::Allocation::Each,
                Some(Allocation::Once) => pricing::Allocation::Once,
                Some(Allocation::Across) | None => pricing::Allocation::Across,
            },
            max_quantity: method.max_quantity,
            target_rules: rules(&method.target_rules),
            buy_get: (self.kind == PromotionKind::BuyGet).then(|| pricing::BuyGet {
                buy_rules: rules(&method.buy_rules),
                buy_quantity: method.buy_quantity.unwrap_or(1),
                apply_to_quantity: method.apply_to_quantity.unwrap_or(1),
            }),
            is_tax_inclusive: self.is_tax_inclusive,
            budget_left: None,
        }
    }
}

/// Whether something must be bought to get something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PromotionKind {
    /// Something off.
    Standard,
    /// Something off when something is bought.
    BuyGet,
}

/// Whether a promotion may be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromotionStatus {
    /// Being prepared.
    Draft,
    /// It may be used.
    Active,
    /// Not any more.
    Inactive,
}

/// What a promotion takes off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Method {
    /// Its id.
    pub id: String,
    /// How the value is meant.
    pub value_kind: ValueKind,
    /// Major units, or percent.
    pub value: Decimal,
    /// The currency of a fixed value, or the one a percentage is limited to.
    pub currency: Option<Currency>,
    /// What it is taken off.
    pub target: Target,
    /// How it is spread; off an order always across.
    pub allocation: Option<Allocation>,
    /// Of how many units at most.
    pub max_quantity: Option<i64>,
    /// How many must be bought, of what fits the buy rules.
    pub buy_quantity: Option<i64>,
    /// To how many of the targets it applies each time.
    pub apply_to_quantity: Option<i64>,
    /// Conditions on the targets; all must hold.
    pub target_rules: Vec<PromotionRule>,
    /// Conditions on what must be bought.
    pub buy_rules: Vec<PromotionRule>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Method {
    /// What ids of methods begin with.
    pub const PREFIX: &'static str = "proappmet";
}

/// How a value is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// Major units.
    Fixed,
    /// Percent.
    Percentage,
}

/// What something is taken off.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "what they say")]
pub enum Target {
    Items,
    ShippingMethods,
    Order,
}

/// How a value is spread over its targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allocation {
    /// Off each unit, of at most so many a line.
    Each,
    /// Shared by all.
    Across,
    /// Off each unit, of at most so many in all.
    Once,
}

/// A condition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PromotionRule {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub description: Option<String>,
    /// What is asked about.
    pub attribute: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub values: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl PromotionRule {
    /// What ids of rules begin with.
    pub const PREFIX: &'static str = "prorul";

    fn input(&self) -> pricing::Rule {
        // Two names for one thing are in use; a cart knows the first.
        let attribute = match self.attribute.as_str() {
            "region.id" => "region_id",
            "sales_channel.id" => "sales_channel_id",
            "customer_group.id" => "customer.groups.id",
            other => other,
        };
        pricing::Rule {
            attribute: attribute.into(),
            operator: match self.operator {
                Operator::In => pricing::Operator::In,
                Operator::Eq => pricing::Operator::Eq,
                Operator::Ne => pricing::Operator::Ne,
                Operator::Gt => pricing::Operator::Gt,
                Operator::Gte => pricing::Operator::Gte,
                Operator::Lt => pricing::Operator::Lt,
                Operator::Lte => pricing::Operator::Lte,
            },
            values: self.values.iter().map(|value| Arc::from(value.as_str())).collect(),
        }
    }
}

/// How a rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as in pricing")]
pub enum Operator {
    In,
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
}

/// Which rules of a promotion.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleSet {
    /// Conditions on the cart.
    Cart,
    /// Conditions on the targets.
    Target,
    /// Conditions on what must be bought.
    Buy,
}

/// A promotion to be made. An id may be given: imports keep theirs.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in Promotion")]
pub struct NewPromotion {
    pub id: Option<String>,
    pub code: String,
    pub is_automatic: bool,
    pub is_tax_inclusive: bool,
    pub kind: PromotionKind,
    pub status: PromotionStatus,
    pub limit: Option<i64>,
    pub campaign_id: Option<String>,
    pub method: NewMethod,
    pub rules: Vec<NewRule>,
    pub metadata: Metadata,
}

/// What a new promotion takes off.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in Method")]
pub struct NewMethod {
    pub value_kind: ValueKind,
    pub value: Decimal,
    pub currency: Option<Currency>,
    pub target: Target,
    pub allocation: Option<Allocation>,
    pub max_quantity: Option<i64>,
    pub buy_quantity: Option<i64>,
    pub apply_to_quantity: Option<i64>,
    pub target_rules: Vec<NewRule>,
    pub buy_rules: Vec<NewRule>,
}

/// A condition to be made.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in PromotionRule")]
pub struct NewRule {
    pub description: Option<String>,
    pub attribute: String,
    pub operator: Operator,
    pub values: Vec<String>,
}

/// What to change of a promotion.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in Promotion")]
pub struct PromotionChange {
    pub code: Option<String>,
    pub is_automatic: Option<bool>,
    pub is_tax_inclusive: Option<bool>,
    pub kind: Option<PromotionKind>,
    pub status: Option<PromotionStatus>,
    pub limit: Change<i64>,
    pub campaign_id: Change<String>,
    pub method: MethodChange,
    pub metadata: Option<Metadata>,
}

/// What to change of what a promotion takes off.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in Method")]
pub struct MethodChange {
    pub value_kind: Option<ValueKind>,
    pub value: Option<Decimal>,
    pub currency: Change<Currency>,
    pub target: Option<Target>,
    pub allocation: Option<Allocation>,
    pub max_quantity: Change<i64>,
    pub buy_quantity: Change<i64>,
    pub apply_to_quantity: Change<i64>,
}

/// What to change of a rule.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in PromotionRule")]
pub struct RuleChange {
    /// Which rule.
    pub id: String,
    pub description: Change<String>,
    pub attribute: Option<String>,
    pub operator: Option<Operator>,
    pub values: Option<Vec<String>>,
}
