//! The verbs that change shipping options: what they are, what they cost, when they are offered.

use serde_json::Value;
use tradewind_kernel::{Error, Result};
use tradewind_market::currency_info;
use tradewind_platform::db::Tx;

use crate::error::unknown;
use crate::model::{
    NewShippingOption, OPTION_PREFIX, OptionPrice, OptionRule, OptionRuleChanges, PRICE_PREFIX, PRICE_RULE_PREFIX,
    PriceType, RULE_PREFIX, RuleOperator, ShippingOption, ShippingOptionChange, ShippingOptionType,
};
use crate::option_types::type_of;
use crate::profiles::name_of;
use crate::{Fulfilment, MANUAL_PROVIDER, store};

const PRICES_MAX: usize = 2000;
const RULES_MAX: usize = 200;

impl Fulfilment {
    /// Makes a shipping option.
    pub async fn create_option(&self, tx: &mut Tx, new: NewShippingOption) -> Result<ShippingOption> {
        let now = tx.now();
        if store::set_of_zone(tx, &new.service_zone_id).await?.is_none() {
            return Err(unknown("service_zone_id", "service zone", &new.service_zone_id));
        }
        check_profile(tx, &new.shipping_profile_id).await?;
        let rules = if new.rules.is_empty() { offered_in_store() } else { new.rules };
        let provider_id = Some(new.provider_id).filter(|id| !id.is_empty());
        let option = ShippingOption {
            id: new.id.unwrap_or_else(|| tx.mint().mint(OPTION_PREFIX)),
            name: name_of("name", &new.name)?,
            price_type: new.price_type,
            service_zone_id: new.service_zone_id,
            shipping_profile_id: new.shipping_profile_id,
            provider_id: provider_id.unwrap_or_else(|| MANUAL_PROVIDER.to_owned()),
            type_: chosen_type(tx, new.type_id.as_deref(), new.type_).await?,
            data: new.data,
            prices: prices_of(tx, new.prices)?,
            rules: rules_of(tx, rules)?,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        self.check_carrier(&option)?;
        store::insert_option(tx, &option).await?;
        self.changed(tx, &option.id).await?;
        Ok(option)
    }

    /// Changes a shipping option.
    pub async fn update_option(&self, tx: &mut Tx, id: &str, change: ShippingOptionChange) -> Result<ShippingOption> {
        let mut stored = store::option(tx, id).await?.ok_or_else(|| Error::not_found("Shipping option", id))?;
        let option = &mut stored.value;
        if let Some(name) = change.name {
            option.name = name_of("name", &name)?;
        }
        if change.type_id.is_some() || change.type_.is_some() {
            option.type_ = chosen_type(tx, change.type_id.as_deref(), change.type_.unwrap_or_default()).await?;
        }
        if let Some(profile_id) = change.shipping_profile_id {
            check_profile(tx, &profile_id).await?;
            option.shipping_profile_id = profile_id;
        }
        let is_for_carrier = change.price_type.is_some() || change.provider_id.is_some() || change.data.is_some();
        if let Some(price_type) = change.price_type {
            option.price_type = price_type;
        }
        if let Some(provider_id) = change.provider_id {
            option.provider_id = provider_id;
        }
        if let Some(data) = change.data {
            option.data = data;
        }
        if is_for_carrier {
            self.check_carrier(option)?;
        }
        if let Some(prices) = change.prices {
            option.prices = prices_of(tx, prices)?;
        }
        if let Some(rules) = change.rules {
            option.rules = rules_of(tx, rules)?;
        }
        if let Some(metadata) = change.metadata {
            option.metadata = metadata;
        }
        option.updated_at = tx.now();
        store::update_option(tx, &stored).await?;
        self.changed(tx, id).await?;
        Ok(stored.value)
    }

    /// Changes rules of a shipping option, all of them or none. Removing one that is gone is no error.
    pub async fn change_option_rules(
        &self,
        tx: &mut Tx,
        id: &str,
        changes: OptionRuleChanges,
    ) -> Result<ShippingOption> {
        let stored = store::option(tx, id).await?.ok_or_else(|| Error::not_found("Shipping option", id))?;
        let mut rules = stored.value.rules;
        for update in changes.update {
            match rules.iter_mut().find(|held| held.id == update.id) {
                Some(held) => *held = update,
                None => return Err(unknown("update", "rule of this shipping option", &update.id)),
            }
        }
        rules.retain(|rule| !changes.delete.contains(&rule.id));
        rules.extend(changes.create);
        self.update_option(tx, id, ShippingOptionChange { rules: Some(rules), ..ShippingOptionChange::default() }).await
    }

    /// Removes a shipping option. Removing one that is gone is no error.
    pub async fn delete_option(&self, tx: &mut Tx, id: &str) -> Result<()> {
        store::delete_option(tx, id).await?;
        self.changed(tx, id).await
    }

    /// The carrier exists, and can deliver (and compute prices, where it shall) with what the option keeps for it.
    fn check_carrier(&self, option: &ShippingOption) -> Result<()> {
        let carrier = self.carriers().get(&option.provider_id)?;
        let data = option.data.as_ref().unwrap_or(&Value::Null);
        carrier.check(data, option.price_type == PriceType::Calculated)
    }
}

async fn check_profile(tx: &mut Tx, id: &str) -> Result<()> {
    if store::profile_exists(tx, id).await? {
        return Ok(());
    }
    Err(unknown("shipping_profile_id", "shipping profile", id))
}

/// The type with this id, or the one that is described, which is made with its option.
async fn chosen_type(tx: &mut Tx, id: Option<&str>, described: ShippingOptionType) -> Result<ShippingOptionType> {
    match id {
        Some(id) => {
            let held =
                store::option_type(tx, id).await?.ok_or_else(|| unknown("type_id", "shipping option type", id))?;
            Ok(held.value)
        }
        None => type_of(tx, described, "type."),
    }
}

fn prices_of(tx: &Tx, mut prices: Vec<OptionPrice>) -> Result<Vec<OptionPrice>> {
    if prices.len() > PRICES_MAX {
        return Err(Error::invalid("prices", format!("A shipping option has at most {PRICES_MAX} prices")));
    }
    for price in &mut prices {
        if currency_info(price.currency).is_none() {
            return Err(unknown("prices", "currency", price.currency.code()));
        }
        if price.amount.is_sign_negative() && !price.amount.is_zero() {
            return Err(Error::invalid("prices", "A delivery costs nothing or more, never less"));
        }
        if price.id.is_empty() {
            price.id = tx.mint().mint(PRICE_PREFIX);
        }
        if price.rules.len() > RULES_MAX {
            return Err(Error::invalid("prices.rules", format!("A price has at most {RULES_MAX} rules")));
        }
        for rule in &mut price.rules {
            if matches!(rule.operator, RuleOperator::In | RuleOperator::Nin | RuleOperator::Ne) {
                return Err(Error::invalid("prices.rules.operator", "A total is compared with eq, gt, gte, lt or lte"));
            }
            if rule.id.is_empty() {
                rule.id = tx.mint().mint(PRICE_RULE_PREFIX);
            }
        }
    }
    Ok(prices)
}

fn rules_of(tx: &Tx, mut rules: Vec<OptionRule>) -> Result<Vec<OptionRule>> {
    if rules.len() > RULES_MAX {
        return Err(Error::invalid("rules", format!("A shipping option has at most {RULES_MAX} rules")));
    }
    for rule in &mut rules {
        rule.attribute = name_of("rules.attribute", &rule.attribute)?;
        let takes_list = matches!(rule.operator, RuleOperator::In | RuleOperator::Nin);
        if takes_list != rule.value.is_array() {
            return Err(Error::invalid(
                "rules.value",
                "The operators in and nin compare with a list, the others with one value",
            ));
        }
        if rule.id.is_empty() {
            rule.id = tx.mint().mint(RULE_PREFIX);
        }
    }
    Ok(rules)
}

fn offered_in_store() -> Vec<OptionRule> {
    let is = |attribute: &str, value: &str| OptionRule {
        id: String::new(),
        attribute: attribute.to_owned(),
        operator: RuleOperator::Eq,
        value: value.into(),
    };
    vec![is("enabled_in_store", "true"), is("is_return", "false")]
}
