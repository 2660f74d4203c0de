//! What rules of promotions can ask about, and how it can be compared.

use tradewind_http::{Asked, Obj, Plan};
use tradewind_kernel::{Error, Result};
use tradewind_offers::{Promotion, PromotionKind, RuleSet, Target, ValueKind};

/// What rules can ask about.
#[derive(Clone, Copy)]
pub(crate) struct Attribute {
    pub(crate) id: &'static str,
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) field_type: &'static str,
    pub(crate) is_required: bool,
    /// Kept as a field of the promotion, shown as a rule.
    pub(crate) is_disguised: bool,
}

const fn several(id: &'static str, value: &'static str, label: &'static str) -> Attribute {
    Attribute { id, value, label, field_type: "multiselect", is_required: false, is_disguised: false }
}

const fn disguised(id: &'static str, field_type: &'static str, label: &'static str) -> Attribute {
    Attribute { id, value: id, label, field_type, is_required: true, is_disguised: true }
}

const OF_CARTS: [Attribute; 5] = [
    several("customer_group", "customer.groups.id", "Customer Group"),
    several("region", "region.id", "Region"),
    several("country", "shipping_address.country_code", "Country"),
    several("sales_channel", "sales_channel_id", "Sales Channel"),
    Attribute { field_type: "number", ..several("item_subtotal", "item_subtotal", "Item Subtotal") },
];

const OF_ITEMS: [Attribute; 5] = [
    several("product", "items.product.id", "Product"),
    several("product_category", "items.product.categories.id", "Product Category"),
    several("product_collection", "items.product.collection_id", "Product Collection"),
    several("product_type", "items.product.type_id", "Product Type"),
    several("product_tag", "items.product.tags.id", "Product Tag"),
];

const OF_SHIPPING: [Attribute; 1] = [several(
    "shipping_option_type",
    "shipping_methods.shipping_option.shipping_option_type_id",
    "Shipping Option Type",
)];

/// How rules compare, with the words for it.
const OPERATORS: [(&str, &str); 7] = [
    ("in", "In"),
    ("eq", "Equals"),
    ("ne", "Not In"),
    ("gt", "Greater than"),
    ("gte", "Greater than or equal to"),
    ("lt", "Less than"),
    ("lte", "Less than or equal to"),
];

impl Attribute {
    fn operators(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let allowed: &[&str] = match (self.is_disguised, self.is_number()) {
            (true, _) => &["eq"],
            (false, true) => &["eq", "gt", "gte", "lt", "lte"],
            (false, false) => &["in", "eq", "ne"],
        };
        OPERATORS.into_iter().filter(move |(value, _)| allowed.contains(value))
    }

    /// Whether it is compared with one number instead of a choice of values.
    pub(crate) fn is_number(&self) -> bool {
        self.field_type == "number"
    }

    /// Writes what it is, but for its id and what it is called in rules.
    pub(crate) fn render(&self, obj: &mut Obj<'_>) {
        obj.always("label", self.label);
        obj.always("field_type", self.field_type);
        obj.always("required", self.is_required);
        if self.is_disguised {
            obj.always("disguised", true);
        }
        if self.id == "currency_code" {
            obj.always("hydrate", true);
        }
        obj.nest_list_with("operators", Plan::all(), self.operators(), |obj, (value, label)| {
            obj.id(value);
            obj.always("value", value);
            obj.always("label", label);
        });
    }
}

/// What a promotion is, as far as it decides what its rules can ask about.
pub(crate) struct Nature {
    is_buy_get: bool,
    is_fixed: bool,
    is_of_shipping: bool,
}

impl Nature {
    pub(crate) fn of(promotion: &Promotion) -> Self {
        Self {
            is_buy_get: promotion.kind == PromotionKind::BuyGet,
            is_fixed: promotion.method.value_kind == ValueKind::Fixed,
            is_of_shipping: promotion.method.target == Target::ShippingMethods,
        }
    }

    /// As far as a query says.
    pub(crate) fn asked(asked: &Asked) -> Self {
        let is = |name: &str, value: &str| asked.query.text(name) == Some(value);
        Self {
            is_buy_get: is("promotion_type", "buyget"),
            is_fixed: is("application_method_type", "fixed"),
            is_of_shipping: is("application_method_target_type", "shipping_methods"),
        }
    }

    pub(crate) fn attributes(&self, set: RuleSet) -> Vec<Attribute> {
        let mut attributes = match set {
            RuleSet::Cart => OF_CARTS.to_vec(),
            RuleSet::Target if self.is_of_shipping => OF_SHIPPING.to_vec(),
            RuleSet::Target | RuleSet::Buy => OF_ITEMS.to_vec(),
        };
        match set {
            RuleSet::Cart => attributes.push(Attribute {
                is_required: self.is_fixed,
                ..disguised("currency_code", "select", "Currency Code")
            }),
            RuleSet::Buy if self.is_buy_get => {
                attributes.push(disguised("buy_rules_min_quantity", "number", "Minimum quantity of items"));
            }
            RuleSet::Target if self.is_buy_get => {
                let label = "Quantity of items promotion will apply to";
                attributes.push(disguised("apply_to_quantity", "number", label));
            }
            _ => {}
        }
        attributes
    }
}

/// The rules that a path names.
pub(crate) fn rule_set(rule_type: &str) -> Result<RuleSet> {
    match rule_type {
        "rules" => Ok(RuleSet::Cart),
        "target-rules" => Ok(RuleSet::Target),
        "buy-rules" => Ok(RuleSet::Buy),
        _ => Err(Error::invalid("rule_type", "rule_type must be rules, target-rules or buy-rules")),
    }
}

/// The words for an operator.
pub(crate) fn operator_label(operator: &str) -> &str {
    OPERATORS.iter().find(|(value, _)| *value == operator).map_or(operator, |(_, label)| label)
}
