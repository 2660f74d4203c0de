//! Reading the offers: campaigns with their budgets, promotions with their rules, price lists and their prices.

use anyhow::Result;
use serde_json::Value;
use tradewind_kernel::{Money, Timestamp};
use tradewind_offers::{Budget, Campaign, ListPrice, Method, PriceList, Promotion, PromotionRule};
use tradewind_pricing::PriceListKind;

use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn campaign(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["promotions", "currency"]);
    let id = known.take_id(record)?;
    let (budget, given) = match record.object("campaign budget", "budget")? {
        Some(record) => {
            let budget = budget(&record)?;
            let given = given(&record, &budget)?;
            (Some(budget), given)
        }
        None => (None, 0),
    };
    let campaign = Campaign {
        id,
        identifier: record.text("campaign_identifier")?,
        name: record.text("name")?,
        description: record.opt_text("description")?,
        starts_at: record.opt_time("starts_at")?,
        ends_at: record.opt_time("ends_at")?,
        budget,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    };
    Ok(Some(Thing::Campaign { campaign: Box::new(campaign), given }))
}

fn budget(record: &Record<'_>) -> Result<Budget> {
    record.derived(&["campaign_id", "campaign", "usages"]);
    Ok(Budget {
        id: record.id()?,
        kind: record.one_of("type")?,
        limit: record.opt_decimal("limit")?,
        currency: match record.opt_text("currency_code")? {
            Some(_) => Some(record.currency("currency_code")?),
            None => None,
        },
        holder: match record.opt_text("attribute")? {
            Some(_) => Some(record.one_of("attribute")?),
            None => None,
        },
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

/// What a budget gave: minor units, or uses.
fn given(record: &Record<'_>, budget: &Budget) -> Result<i64> {
    let used = record.opt_decimal("used")?.unwrap_or_default();
    match budget.currency.filter(|_| budget.kind.is_spending()) {
        Some(currency) => {
            let spent = Money::round(used, currency).map_err(|error| record.refuse("used", error))?;
            Ok(spent.minor)
        }
        None => Ok(record.opt_whole("used")?.unwrap_or(0)),
    }
}

pub(super) fn promotion(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["campaign"]);
    let id = known.take_id(record)?;
    let Some(method) = record.object("application method", "application_method")? else {
        return Err(record.refuse("application_method", "a promotion takes something off"));
    };
    let created_at = record.time("created_at")?;
    let promotion = Promotion {
        id,
        code: record.text("code")?,
        is_automatic: record.flag("is_automatic", false)?,
        is_tax_inclusive: record.flag("is_tax_inclusive", false)?,
        kind: record.one_of("type")?,
        status: record.one_of("status")?,
        limit: record.opt_whole("limit")?,
        campaign_id: known.reference(record, "campaign_id")?,
        method: application_method(&method, created_at)?,
        rules: rules(record, "rules", created_at)?,
        metadata: record.metadata()?,
        created_at,
        updated_at: record.time("updated_at")?,
    };
    let used = record.opt_whole("used")?.unwrap_or(0);
    Ok(Some(Thing::Promotion { promotion: Box::new(promotion), used }))
}

fn application_method(record: &Record<'_>, created_at: Timestamp) -> Result<Method> {
    record.derived(&["promotion_id", "promotion"]);
    Ok(Method {
        id: record.id()?,
        value_kind: record.one_of("type")?,
        value: record.decimal("value")?,
        currency: match record.opt_text("currency_code")? {
            Some(_) => Some(record.currency("currency_code")?),
            None => None,
        },
        target: record.one_of("target_type")?,
        allocation: match record.opt_text("allocation")? {
            Some(_) => Some(record.one_of("allocation")?),
            None => None,
        },
        max_quantity: record.opt_whole("max_quantity")?,
        buy_quantity: record.opt_whole("buy_rules_min_quantity")?,
        apply_to_quantity: record.opt_whole("apply_to_quantity")?,
        target_rules: rules(record, "target_rules", created_at)?,
        buy_rules: rules(record, "buy_rules", created_at)?,
        created_at: record.opt_time("created_at")?.unwrap_or(created_at),
        updated_at: record.opt_time("updated_at")?.unwrap_or(created_at),
    })
}

/// The rules in a field; where they carry no times, those of the promotion stand for them.
fn rules(record: &Record<'_>, field: &'static str, created_at: Timestamp) -> Result<Vec<PromotionRule>> {
    let mut rules = Vec::new();
    for rule in record.list("promotion rule", field)? {
        let values = rule.value("values").and_then(Value::as_array).into_iter().flatten();
        let text = |value: &Value| value.get("value").unwrap_or(value).as_str().map(str::to_owned);
        let values: Option<Vec<String>> = values.map(text).collect();
        rules.push(PromotionRule {
            id: rule.id()?,
            description: rule.opt_text("description")?,
            attribute: rule.text("attribute")?,
            operator: rule.one_of("operator")?,
            values: values.ok_or_else(|| rule.refuse("values", "each of them is a text"))?,
            created_at: rule.opt_time("created_at")?.unwrap_or(created_at),
            updated_at: rule.opt_time("updated_at")?.unwrap_or(created_at),
        });
    }
    Ok(rules)
}

/// A price list; `None` where it has a condition that cannot be kept: without it its prices would hold for everybody.
pub(super) fn price_list(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["prices", "rules_count", "price_list_rules"]);
    let mut customer_group_ids = Vec::new();
    for (attribute, value) in record.value("rules").and_then(Value::as_object).into_iter().flatten() {
        let ids = value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        match attribute.as_str() {
            "customer.groups.id" | "customer_group_id" => customer_group_ids.extend(ids),
            other => {
                record.forget();
                record.leave_out(&format!("rules.{other}"));
                return Ok(None);
            }
        }
    }
    let id = known.take_id(record)?;
    known.add_parent(&id);
    Ok(Some(Thing::PriceList(Box::new(PriceList {
        id,
        title: record.text("title")?,
        description: record.opt_text("description")?,
        kind: match record.text("type")?.as_str() {
            "sale" => PriceListKind::Sale,
            "override" => PriceListKind::Override,
            other => return Err(record.refuse("type", format!("there is no kind of price list {other:?}"))),
        },
        status: record.one_of("status")?,
        starts_at: record.opt_time("starts_at")?,
        ends_at: record.opt_time("ends_at")?,
        customer_group_ids,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

/// A price of the list that is being read; `None` where it has a condition that cannot be kept.
pub(super) fn list_price(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["price_set_id", "rules_count", "price_list_id", "price_list", "title"]);
    let set = record.object("price set", "price_set")?;
    let variant = set.as_ref().map(|set| set.object("price set variant", "variant")).transpose()?.flatten();
    let (Some(set), Some(variant)) = (set, variant) else {
        return Err(record.refuse("price_set.variant", "a price of a list is that of a variant"));
    };
    set.derived(&["id"]);
    let mut region_id = None;
    for rule in record.list("price rule", "price_rules")? {
        rule.derived(&["id", "price_id", "priority", "operator"]);
        if rule.text("attribute")? != "region_id" {
            rule.derived(&["value"]);
            rule.leave_out("attribute");
            record.forget();
            return Ok(None);
        }
        region_id = Some(known.needed(&rule, "value")?);
    }
    Ok(Some(Thing::ListPrice(ListPrice {
        id: record.id()?,
        list_id: known.parent().to_owned(),
        variant_id: variant.id()?,
        currency: record.currency("currency_code")?,
        amount: record.decimal("amount")?,
        region_id,
        min_quantity: record.opt_whole("min_quantity")?,
        max_quantity: record.opt_whole("max_quantity")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}
