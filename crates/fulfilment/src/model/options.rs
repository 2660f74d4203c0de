//! Shipping options: ways of having things delivered, with their prices and rules, as plain values.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tradewind_kernel::{Currency, Decimal, Timestamp};

use super::Metadata;

/// A way of having things delivered, and what it costs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShippingOption {
    /// Its id.
    pub id: String,
    /// Its name, as shoppers read it.
    pub name: String,
    /// Whether it has a price, or a carrier computes one.
    pub price_type: PriceType,
    /// To where it delivers.
    pub service_zone_id: String,
    /// What it delivers.
    pub shipping_profile_id: String,
    /// Who delivers.
    pub provider_id: String,
    /// What kind of delivery it is.
    #[serde(rename = "type")]
    pub type_: ShippingOptionType,
    /// What the provider keeps in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Its prices.
    pub prices: Vec<OptionPrice>,
    /// When it is offered: all of them must hold.
    pub rules: Vec<OptionRule>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Where the price of a shipping option comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceType {
    /// It is stored with the option.
    #[default]
    Flat,
    /// The provider computes it for each cart.
    Calculated,
}

impl PriceType {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Calculated => "calculated",
        }
    }
}

/// What kind of delivery an option is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShippingOptionType {
    /// Its id; an empty one is minted.
    pub id: String,
    /// Its name.
    pub label: String,
    /// What to expect of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What programs call it.
    pub code: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What changes in a type of shipping options; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct OptionTypeChange {
    /// A new name.
    pub label: Option<String>,
    /// What to expect of it.
    pub description: Option<String>,
    /// What programs call it.
    pub code: Option<String>,
}

/// A price of a shipping option.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OptionPrice {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// In what.
    pub currency: Currency,
    /// In this region only; such a price beats a general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// How much, in major units.
    pub amount: Decimal,
    /// For which totals; all of them must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PriceRule>,
}

impl OptionPrice {
    /// A price for any total.
    #[must_use]
    pub fn of(currency: Currency, amount: Decimal) -> Self {
        Self { id: String::new(), currency, region_id: None, amount, rules: Vec::new() }
    }

    /// How many conditions it has; of several prices that hold, the one with the most is charged.
    #[must_use]
    pub fn rules_count(&self) -> usize {
        self.rules.len() + usize::from(self.region_id.is_some())
    }
}

/// A condition on what the items cost under which a price holds.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PriceRule {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// How it is compared: by size, or `eq`.
    pub operator: RuleOperator,
    /// With how much, in major units.
    pub value: Decimal,
}

/// A condition under which a shipping option is offered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OptionRule {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// What is looked at: `enabled_in_store`, `is_return`.
    pub attribute: String,
    /// How it is compared.
    pub operator: RuleOperator,
    /// With what: a text, or a list of texts for `in` and `nin`.
    pub value: Value,
}

/// What changes in the rules of a shipping option, all at once.
#[derive(Clone, Debug, Default)]
pub struct OptionRuleChanges {
    /// Rules to be added, in this order after those there are.
    pub create: Vec<OptionRule>,
    /// Rules to be replaced, by their ids.
    pub update: Vec<OptionRule>,
    /// The ids of rules to be removed.
    pub delete: Vec<String>,
}

/// How a rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOperator {
    /// Is.
    Eq,
    /// Is not.
    Ne,
    /// Is one of.
    In,
    /// Is none of.
    Nin,
    /// Is more than.
    Gt,
    /// Is at least.
    Gte,
    /// Is less than.
    Lt,
    /// Is at most.
    Lte,
}

impl RuleOperator {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::In => "in",
            Self::Nin => "nin",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
        }
    }
}

/// A shipping option to be made.
#[derive(Clone, Debug, Default)]
pub struct NewShippingOption {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it has a price, or a carrier computes one.
    pub price_type: PriceType,
    /// To where it delivers.
    pub service_zone_id: String,
    /// What it delivers.
    pub shipping_profile_id: String,
    /// Who delivers; the manual provider, where it is empty.
    pub provider_id: String,
    /// The type it is of, where there is one already.
    pub type_id: Option<String>,
    /// What kind of delivery it is, where no `type_id` says so: such a type is made.
    pub type_: ShippingOptionType,
    /// What the provider keeps in it.
    pub data: Option<Value>,
    /// Its prices.
    pub prices: Vec<OptionPrice>,
    /// When it is offered; an empty list stands for: in the shop, and not for returns.
    pub rules: Vec<OptionRule>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a shipping option; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ShippingOptionChange {
    /// A new name.
    pub name: Option<String>,
    /// Whether it has a price, or a carrier computes one.
    pub price_type: Option<PriceType>,
    /// Another type that there is already.
    pub type_id: Option<String>,
    /// Another kind of delivery, where no `type_id` says so: such a type is made.
    pub type_: Option<ShippingOptionType>,
    /// What it delivers.
    pub shipping_profile_id: Option<String>,
    /// Who delivers.
    pub provider_id: Option<String>,
    /// What the provider keeps in it; `Some(None)` clears it.
    pub data: Option<Option<Value>>,
    /// All its prices.
    pub prices: Option<Vec<OptionPrice>>,
    /// All its rules.
    pub rules: Option<Vec<OptionRule>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}
