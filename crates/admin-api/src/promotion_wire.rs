//! Promotions and their rules, as they are sent and shown.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use tradewind_http::Obj;
use tradewind_http::call::{Change, change};
use tradewind_http::wire::Null;
use tradewind_kernel::{Decimal, Error, Result};
use tradewind_offers::{
    Allocation, Method, MethodChange, NewMethod, NewPromotion, NewRule, Operator, PromotionChange, PromotionKind,
    PromotionRule, PromotionStatus, RuleChange, StoredPromotion, Target, Used, ValueKind,
};

use crate::campaigns::{self, CampaignBody, currency};
use crate::product_body::decimal;

/// A promotion, new or changed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PromotionBody {
    code: Option<String>,
    is_automatic: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<PromotionKind>,
    is_tax_inclusive: Option<bool>,
    status: Option<PromotionStatus>,
    #[serde(deserialize_with = "change")]
    campaign_id: Change<String>,
    /// A campaign to be made with it.
    pub(crate) campaign: Option<CampaignBody>,
    application_method: MethodBody,
    rules: Vec<RuleBody>,
    #[serde(deserialize_with = "change")]
    limit: Change<i64>,
    #[serde(deserialize_with = "change")]
    metadata: Change<Map<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MethodBody {
    #[serde(rename = "type")]
    value_kind: Option<ValueKind>,
    value: Option<Number>,
    #[serde(deserialize_with = "change")]
    currency_code: Change<String>,
    target_type: Option<Target>,
    allocation: Option<Allocation>,
    #[serde(deserialize_with = "change")]
    max_quantity: Change<i64>,
    #[serde(deserialize_with = "change")]
    buy_rules_min_quantity: Change<i64>,
    #[serde(deserialize_with = "change")]
    apply_to_quantity: Change<i64>,
    target_rules: Vec<RuleBody>,
    buy_rules: Vec<RuleBody>,
}

/// A rule, new or changed.
#[derive(Deserialize)]
pub(crate) struct RuleBody {
    id: Option<String>,
    #[serde(default, deserialize_with = "change")]
    description: Change<String>,
    attribute: Option<String>,
    operator: Option<Operator>,
    values: Option<Values>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Several(Vec<String>),
}

impl From<Values> for Vec<String> {
    fn from(values: Values) -> Self {
        match values {
            Values::One(value) => vec![value],
            Values::Several(values) => values,
        }
    }
}

impl PromotionBody {
    pub(crate) fn read_new(self) -> Result<NewPromotion> {
        let method = self.application_method;
        let required = |field: &str| Error::invalid(field, format!("{field} is required"));
        Ok(NewPromotion {
            id: None,
            code: self.code.unwrap_or_default(),
            is_automatic: self.is_automatic.unwrap_or(false),
            is_tax_inclusive: self.is_tax_inclusive.unwrap_or(false),
            kind: self.kind.ok_or_else(|| required("type"))?,
            status: self.status.unwrap_or(PromotionStatus::Draft),
            limit: self.limit.flatten(),
            campaign_id: self.campaign_id.flatten(),
            method: NewMethod {
                value_kind: method.value_kind.ok_or_else(|| required("application_method.type"))?,
                value: value(method.value)?.ok_or_else(|| required("application_method.value"))?,
                currency: currency(CURRENCY, method.currency_code.flatten())?,
                target: method.target_type.ok_or_else(|| required("application_method.target_type"))?,
                allocation: method.allocation,
                max_quantity: method.max_quantity.flatten(),
                buy_quantity: method.buy_rules_min_quantity.flatten(),
                apply_to_quantity: method.apply_to_quantity.flatten(),
                target_rules: new_rules("application_method.target_rules", method.target_rules)?,
                buy_rules: new_rules("application_method.buy_rules", method.buy_rules)?,
            },
            rules: new_rules("rules", self.rules)?,
            metadata: self.metadata.flatten(),
        })
    }

    pub(crate) fn read_change(self) -> Result<PromotionChange> {
        let method = self.application_method;
        let currency = method.currency_code.map(|code| currency(CURRENCY, code)).transpose()?;
        Ok(PromotionChange {
            code: self.code,
            is_automatic: self.is_automatic,
            is_tax_inclusive: self.is_tax_inclusive,
            kind: self.kind,
            status: self.status,
            limit: self.limit,
            campaign_id: self.campaign_id,
            method: MethodChange {
                value_kind: method.value_kind,
                value: value(method.value)?,
                currency,
                target: method.target_type,
                allocation: method.allocation,
                max_quantity: method.max_quantity,
                buy_quantity: method.buy_rules_min_quantity,
                apply_to_quantity: method.apply_to_quantity,
            },
            metadata: self.metadata,
        })
    }
}

const CURRENCY: &str = "application_method.currency_code";

fn value(value: Option<Number>) -> Result<Option<Decimal>> {
    let field = "application_method.value";
    let endless = || Error::invalid(field, format!("{field} must be a number that is not endless"));
    value.map(|number| decimal(&number).ok_or_else(endless)).transpose()
}

/// Rules to be made; `field` is the list they were sent in.
pub(crate) fn new_rules(field: &str, rules: Vec<RuleBody>) -> Result<Vec<NewRule>> {
    let numbered = rules.into_iter().enumerate();
    let read = |(position, rule): (usize, RuleBody)| {
        let required = |name: &str| {
            let field = format!("{field}[{position}].{name}");
            Error::invalid(&*field, format!("{field} is required"))
        };
        Ok(NewRule {
            description: rule.description.flatten(),
            attribute: rule.attribute.ok_or_else(|| required("attribute"))?,
            operator: rule.operator.ok_or_else(|| required("operator"))?,
            values: rule.values.ok_or_else(|| required("values"))?.into(),
        })
    };
    numbered.map(read).collect()
}

/// Rules to be changed.
pub(crate) fn changed_rules(rules: Vec<RuleBody>) -> Vec<RuleChange> {
    let read = |rule: RuleBody| RuleChange {
        id: rule.id.unwrap_or_default(),
        description: rule.description,
        attribute: rule.attribute,
        operator: rule.operator,
        values: rule.values.map(Into::into),
    };
    rules.into_iter().map(read).collect()
}

/// The wire's word for one of a few choices, which the modules keep under the same names.
pub(crate) fn word<T: Serialize>(choice: T) -> Value {
    serde_json::to_value(choice).unwrap_or_default()
}

pub(crate) fn render(obj: &mut Obj<'_>, stored: &StoredPromotion, used: &Used) {
    let promotion = &stored.promotion;
    obj.id(&promotion.id);
    obj.put("code", || &promotion.code);
    obj.put("is_automatic", || promotion.is_automatic);
    obj.put("is_tax_inclusive", || promotion.is_tax_inclusive);
    obj.put("type", || word(promotion.kind));
    obj.put("limit", || promotion.limit);
    obj.put("used", || used.promotion(&promotion.id));
    obj.put("status", || word(promotion.status));
    obj.put("created_at", || promotion.created_at);
    obj.put("updated_at", || promotion.updated_at);
    obj.put("deleted_at", || Null);
    obj.put("metadata", || &promotion.metadata);
    // Whoever asks for the campaign is told its id beside it.
    if obj.plan().wants("campaign_id") || obj.plan().below("campaign").is_some() {
        obj.always("campaign_id", &promotion.campaign_id);
    }
    obj.nest("application_method", |obj| render_method(obj, &promotion.id, &promotion.method));
    obj.nest_list("rules", &promotion.rules, render_rule);
    obj.nest_some("campaign", stored.campaign.as_ref(), |obj, campaign| campaigns::render(obj, campaign, used));
}

fn render_method(obj: &mut Obj<'_>, promotion_id: &str, method: &Method) {
    obj.id(&method.id);
    obj.put("currency_code", || method.currency);
    obj.put("max_quantity", || method.max_quantity);
    obj.put("apply_to_quantity", || method.apply_to_quantity);
    obj.put("buy_rules_min_quantity", || method.buy_quantity);
    obj.put("type", || word(method.value_kind));
    obj.put("target_type", || word(method.target));
    obj.put("allocation", || method.allocation.map(word));
    obj.put("created_at", || method.created_at);
    obj.put("updated_at", || method.updated_at);
    obj.put("deleted_at", || Null);
    obj.put("promotion_id", || promotion_id);
    obj.nest_list("target_rules", &method.target_rules, render_rule);
    obj.nest_list("buy_rules", &method.buy_rules, render_rule);
    obj.amount("value", "raw_value", || Some(method.value));
}

pub(crate) fn render_rule(obj: &mut Obj<'_>, rule: &PromotionRule) {
    obj.id(&rule.id);
    obj.put("description", || &rule.description);
    obj.put("attribute", || &rule.attribute);
    obj.put("operator", || word(rule.operator));
    obj.put("created_at", || rule.created_at);
    obj.put("updated_at", || rule.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_list("values", &rule.values, |obj, value| obj.put("value", || value));
}
