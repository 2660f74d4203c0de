//! What makes sense of a promotion, a campaign, a price list. What contradicts itself is refused with its field and the reason.

use tradewind_kernel::{Currency, Decimal, Error, Result, Timestamp};
use tradewind_market::currency_info;

use crate::error::PRICES_OVERLAP;
use crate::model::{
    Allocation, BudgetKind, Campaign, ListPrice, Method, Operator, PriceList, Promotion, PromotionKind, PromotionRule,
    Target, ValueKind,
};

const NAME_MAX: usize = 255;
const DESCRIPTION_MAX: usize = 10_000;
const RULES_MAX: usize = 100;
const VALUES_MAX: usize = 1_000;
const GROUPS_MAX: usize = 500;
const QUANTITY_MAX: i64 = 1_000_000;
const LIMIT_MAX: i64 = 1_000_000_000_000;
/// The largest price and the largest fixed value: ten thousand millions.
const AMOUNT_MAX: Decimal = Decimal::from_parts(1_410_065_408, 2, 0, false, 0);
const AMOUNT_DECIMALS_MAX: u32 = 9;

/// A promotion makes sense by itself.
pub(crate) fn promotion(promotion: &Promotion) -> Result<()> {
    name("code", &promotion.code)?;
    if promotion.code.chars().any(char::is_control) || promotion.code.trim() != promotion.code {
        return Err(Error::invalid("code", "A code neither begins nor ends with a space, and is one line"));
    }
    if promotion.limit.is_some_and(|limit| !(1..=LIMIT_MAX).contains(&limit)) {
        return Err(Error::invalid("limit", format!("limit must be from 1 to {LIMIT_MAX}")));
    }
    value(&promotion.method)?;
    allocation(&promotion.method)?;
    match promotion.kind {
        PromotionKind::Standard if !promotion.method.buy_rules.is_empty() => Err(Error::invalid(
            "application_method.buy_rules",
            "application_method.buy_rules: only a promotion of type buyget asks for something to be bought",
        )),
        PromotionKind::Standard => Ok(()),
        PromotionKind::BuyGet => buy_get(&promotion.method),
    }?;
    rules("rules", &promotion.rules)?;
    rules("application_method.target_rules", &promotion.method.target_rules)?;
    rules("application_method.buy_rules", &promotion.method.buy_rules)
}

fn value(method: &Method) -> Result<()> {
    let field = "application_method.value";
    let bad = |message: &str| Err(Error::invalid(field, format!("{field} {message}")));
    if let Some(code) = method.currency {
        currency("application_method.currency_code", code)?;
    }
    match method.value_kind {
        _ if method.value <= Decimal::ZERO => bad("must be above 0"),
        ValueKind::Percentage if method.value > Decimal::ONE_HUNDRED => bad("is a percentage: it must be at most 100"),
        ValueKind::Percentage if method.value.normalize().scale() > AMOUNT_DECIMALS_MAX => bad("has too many decimals"),
        ValueKind::Percentage => Ok(()),
        ValueKind::Fixed => {
            amount(field, method.value)?;
            match method.currency {
                Some(_) => Ok(()),
                None => Err(Error::invalid(
                    "application_method.currency_code",
                    "application_method.currency_code is required for a fixed value",
                )),
            }
        }
    }
}

fn allocation(method: &Method) -> Result<()> {
    let refuse = |field: &str, message: &str| {
        let field = format!("application_method.{field}");
        Err(Error::invalid(&*field, format!("{field} {message}")))
    };
    for (field, quantity) in [
        ("max_quantity", method.max_quantity),
        ("buy_rules_min_quantity", method.buy_quantity),
        ("apply_to_quantity", method.apply_to_quantity),
    ] {
        if quantity.is_some_and(|quantity| !(1..=QUANTITY_MAX).contains(&quantity)) {
            return refuse(field, &format!("must be from 1 to {QUANTITY_MAX}"));
        }
    }
    let each = matches!(method.allocation, Some(Allocation::Each | Allocation::Once));
    if method.target == Target::Order {
        if each {
            return refuse("allocation", "must be across for the target_type order");
        }
        if !method.target_rules.is_empty() {
            return refuse("target_rules", "are not possible for the target_type order, which has no single targets");
        }
    } else if method.allocation.is_none() {
        return refuse("allocation", "is required for the target_types items and shipping_methods");
    }
    match method.max_quantity {
        None if each => refuse("max_quantity", "is required for the allocations each and once"),
        Some(_) if !each => refuse("max_quantity", "is not possible for the allocation across"),
        _ => Ok(()),
    }
}

fn buy_get(method: &Method) -> Result<()> {
    let missing = [
        ("buy_rules_min_quantity", method.buy_quantity.is_none()),
        ("apply_to_quantity", method.apply_to_quantity.is_none()),
        ("buy_rules", method.buy_rules.is_empty()),
        ("target_rules", method.target_rules.is_empty()),
    ];
    if method.target != Target::Items {
        let field = "application_method.target_type";
        return Err(Error::invalid(field, format!("{field} must be items for a promotion of type buyget")));
    }
    match missing.iter().find(|(_, is_missing)| *is_missing) {
        None => Ok(()),
        Some((field, _)) => {
            let field = format!("application_method.{field}");
            Err(Error::invalid(&*field, format!("{field} is required for a promotion of type buyget")))
        }
    }
}

fn rules(field: &str, rules: &[PromotionRule]) -> Result<()> {
    at_most(field, rules.len(), RULES_MAX)?;
    for (position, rule) in rules.iter().enumerate() {
        let field = format!("{field}[{position}]");
        name(&format!("{field}.attribute"), &rule.attribute)?;
        description(&format!("{field}.description"), rule.description.as_deref())?;
        let values = format!("{field}.values");
        at_most(&values, rule.values.len(), VALUES_MAX)?;
        if rule.values.is_empty() {
            return Err(Error::invalid(&*values, format!("{values} must name at least one value")));
        }
        for value in &rule.values {
            name(&values, value)?;
        }
        let compares_numbers = matches!(rule.operator, Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte);
        if compares_numbers && (rule.values.len() > 1 || rule.values[0].parse::<Decimal>().is_err()) {
            return Err(Error::invalid(&*values, format!("{values} must be one number for this operator")));
        }
    }
    Ok(())
}

/// A campaign makes sense by itself.
pub(crate) fn campaign(campaign: &Campaign) -> Result<()> {
    name("name", &campaign.name)?;
    name("campaign_identifier", &campaign.identifier)?;
    description("description", campaign.description.as_deref())?;
    dates(campaign.starts_at, campaign.ends_at)?;
    let Some(budget) = &campaign.budget else { return Ok(()) };
    match (budget.kind.is_spending(), budget.currency) {
        (true, None) => {
            return Err(Error::invalid(
                "budget.currency_code",
                "budget.currency_code is required for a budget of what is spent",
            ));
        }
        (true, Some(code)) => currency("budget.currency_code", code)?,
        (false, Some(_)) => {
            return Err(Error::invalid(
                "budget.currency_code",
                "budget.currency_code is not possible for a budget of uses, which have no currency",
            ));
        }
        (false, None) => {}
    }
    match (budget.kind, budget.holder) {
        (BudgetKind::UseByAttribute | BudgetKind::SpendByAttribute, None) => Err(Error::invalid(
            "budget.attribute",
            "budget.attribute is required for this budget: customer_id or customer_email",
        )),
        (BudgetKind::Usage | BudgetKind::Spend, Some(_)) => {
            Err(Error::invalid("budget.attribute", "budget.attribute is not possible for a budget that all share"))
        }
        _ => budget.most().map(drop),
    }
}

/// A promotion and its campaign fit together.
pub(crate) fn together(promotion: &Promotion, campaign: &Campaign) -> Result<()> {
    let spent_in = campaign.budget.as_ref().filter(|budget| budget.kind.is_spending()).and_then(|it| it.currency);
    match (spent_in, promotion.method.currency) {
        (Some(budget), Some(own)) if budget != own => Err(Error::invalid(
            "campaign_id",
            format!("The promotion {} is in {own}, the campaign's budget in {budget}", promotion.code),
        )),
        _ => Ok(()),
    }
}

/// A price list makes sense by itself.
pub(crate) fn price_list(list: &PriceList) -> Result<()> {
    name("title", &list.title)?;
    description("description", list.description.as_deref())?;
    dates(list.starts_at, list.ends_at)?;
    at_most("rules", list.customer_group_ids.len(), GROUPS_MAX)?;
    list.customer_group_ids.iter().try_for_each(|id| name("rules", id))
}

/// A price of a list makes sense by itself; `field` is where it was sent.
pub(crate) fn list_price(field: &str, price: &ListPrice) -> Result<()> {
    name(&format!("{field}.variant_id"), &price.variant_id)?;
    currency(&format!("{field}.currency_code"), price.currency)?;
    amount(&format!("{field}.amount"), price.amount)?;
    for (end, quantity) in [("min_quantity", price.min_quantity), ("max_quantity", price.max_quantity)] {
        if quantity.is_some_and(|quantity| !(0..=QUANTITY_MAX).contains(&quantity)) {
            let field = format!("{field}.{end}");
            return Err(Error::invalid(&*field, format!("{field} must be from 0 to {QUANTITY_MAX}")));
        }
    }
    match (price.min_quantity, price.max_quantity) {
        (Some(min), Some(max)) if min > max => {
            let field = format!("{field}.max_quantity");
            Err(Error::invalid(&*field, format!("{field} must not be below min_quantity")))
        }
        _ => Ok(()),
    }
}

/// No two of a list's prices hold for the same; `field` says where a price was sent.
pub(crate) fn no_overlap(prices: &[ListPrice], field: impl Fn(&ListPrice) -> Option<String>) -> Result<()> {
    for (position, price) in prices.iter().enumerate() {
        for other in &prices[..position] {
            if price.overlaps(other) {
                let (sent, kept) = match (field(price), field(other)) {
                    (Some(sent), _) => (sent, &other.id),
                    (None, Some(sent)) => (sent, &price.id),
                    (None, None) => ("prices".to_owned(), &other.id),
                };
                let message = format!(
                    "{sent}: the list has a price in {} for variant {} that holds for some of the same quantities ({kept}); \
                     change that one, or choose other quantities",
                    price.currency, price.variant_id
                );
                return Err(Error::invalid(sent, message).code(PRICES_OVERLAP));
            }
        }
    }
    Ok(())
}

fn name(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::invalid(field, format!("{field} must not be empty")));
    }
    if text.chars().count() > NAME_MAX {
        return Err(Error::invalid(field, format!("{field} may be at most {NAME_MAX} characters long")));
    }
    Ok(())
}

fn description(field: &str, text: Option<&str>) -> Result<()> {
    if text.is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
        return Err(Error::invalid(field, format!("{field} may be at most {DESCRIPTION_MAX} characters long")));
    }
    Ok(())
}

fn at_most(field: &str, number: usize, most: usize) -> Result<()> {
    if number > most {
        return Err(Error::invalid(field, format!("{field} may be at most {most}")));
    }
    Ok(())
}

fn dates(starts_at: Option<Timestamp>, ends_at: Option<Timestamp>) -> Result<()> {
    match (starts_at, ends_at) {
        (Some(start), Some(end)) if end <= start => {
            Err(Error::invalid("ends_at", "ends_at must be later than starts_at"))
        }
        _ => Ok(()),
    }
}

fn amount(field: &str, amount: Decimal) -> Result<()> {
    if amount < Decimal::ZERO || amount > AMOUNT_MAX {
        return Err(Error::invalid(field, format!("{field} must be from 0 to {AMOUNT_MAX}")));
    }
    if amount.normalize().scale() > AMOUNT_DECIMALS_MAX {
        return Err(Error::invalid(field, format!("{field} may have at most {AMOUNT_DECIMALS_MAX} decimals")));
    }
    Ok(())
}

fn currency(field: &str, code: Currency) -> Result<()> {
    match currency_info(code) {
        Some(_) => Ok(()),
        None => Err(Error::invalid(field, format!("{field}: {code} is not a currency of ISO 4217"))),
    }
}
