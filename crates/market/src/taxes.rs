//! The verbs that change taxes: tax regions, their rates, and what the rates apply to.

use std::collections::HashSet;

use tradewind_kernel::{Bucket, Decimal, Error, Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::change::{country_code, name_of, set};
use crate::error::tax_region_exists;
use crate::events::MarketPart;
use crate::model::{
    NewTaxRate, NewTaxRegion, SYSTEM_TAX_PROVIDER, TaxRate, TaxRateChange, TaxRateId, TaxRegion, TaxRegionChange,
    TaxRegionId, TaxRule,
};
use crate::{Market, store};

const RATES_MAX: usize = 1000;
const RULES_MAX: usize = 10_000;
const PROVINCE_CHARACTERS_MAX: usize = 100;

impl Market {
    /// Makes a tax region with its rates. A province is put under its country's tax region, which must exist.
    pub async fn create_tax_region(&self, tx: &mut Tx, new: NewTaxRegion) -> Result<TaxRegion> {
        let now = tx.now();
        let country_code = country_code("country_code", &new.country_code)?;
        let province_code = match new.province_code.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(code) => Some(province_of(&country_code, code)?),
        };
        let provider_id = new.provider_id.map(known_provider).transpose()?;
        let parent_id = parent_of(tx, &country_code, province_code.as_deref(), new.parent_id).await?;
        if store::tax_region_at(tx, &country_code, province_code.as_deref()).await?.is_some() {
            return Err(tax_region_exists(&country_code, province_code.as_deref()));
        }
        let id = new.id.unwrap_or_else(|| TaxRegionId::mint(tx.mint()));
        let rates = new.rates.into_iter().map(|rate| rate_of(tx, id.as_str(), rate, now));
        let region = TaxRegion {
            rates: rates.collect::<Result<_>>()?,
            id,
            country_code,
            province_code,
            parent_id,
            provider_id,
            metadata: new.metadata,
            created_by: new.created_by,
            created_at: now,
            updated_at: now,
        };
        check_rates(&region.rates)?;
        store::insert_tax_region(tx, &region).await?;
        self.changed(tx, MarketPart::TaxRegion, region.id.as_str()).await?;
        Ok(region)
    }

    /// Changes a tax region.
    pub async fn update_tax_region(&self, tx: &mut Tx, id: &TaxRegionId, change: TaxRegionChange) -> Result<TaxRegion> {
        let mut stored =
            store::tax_region(tx, id.as_str()).await?.ok_or_else(|| Error::not_found("Tax region", id.as_str()))?;
        let region = &mut stored.value;
        if let Some(code) = change.province_code {
            if region.province_code.is_none() {
                return Err(Error::invalid(
                    "province_code",
                    "This is the tax region of a whole country; make another one for the province",
                ));
            }
            let code = province_of(&region.country_code, code.trim())?;
            let holder = store::tax_region_at(tx, &region.country_code, Some(&code)).await?;
            if holder.is_some_and(|holder| holder.id != *id) {
                return Err(tax_region_exists(&region.country_code, Some(&code)));
            }
            region.province_code = Some(code);
        }
        if let Some(provider_id) = change.provider_id {
            region.provider_id = Some(known_provider(provider_id)?);
        }
        set(&mut region.metadata, change.metadata);
        region.updated_at = tx.now();
        store::update_tax_region(tx, &stored).await?;
        self.changed(tx, MarketPart::TaxRegion, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a tax region with its rates, and its provinces with theirs.
    pub async fn delete_tax_region(&self, tx: &mut Tx, id: &TaxRegionId) -> Result<()> {
        let Some(stored) = store::tax_region(tx, id.as_str()).await? else {
            return Ok(());
        };
        if stored.value.province_code.is_none() {
            for province in store::provinces_of(tx, &stored.value.country_code).await? {
                store::delete_tax_region(tx, &province).await?;
            }
        }
        store::delete_tax_region(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::TaxRegion, id.as_str()).await
    }

    /// Adds a rate to a tax region.
    pub async fn create_tax_rate(&self, tx: &mut Tx, region_id: &TaxRegionId, new: NewTaxRate) -> Result<TaxRate> {
        let now = tx.now();
        let rate = rate_of(tx, region_id.as_str(), new, now)?;
        let added = rate.clone();
        self.change_rates(tx, region_id, |rates| {
            rates.push(rate);
            Ok(())
        })
        .await?;
        Ok(added)
    }

    /// Changes a rate of a tax region.
    pub async fn update_tax_rate(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        id: &TaxRateId,
        change: TaxRateChange,
    ) -> Result<TaxRate> {
        let now = tx.now();
        let rules = change.rules.map(|rules| rules_of(tx, rules)).transpose()?;
        let region = self
            .change_rates(tx, region_id, |rates| {
                let rate = rates
                    .iter_mut()
                    .find(|rate| rate.id == *id)
                    .ok_or_else(|| Error::not_found("Tax rate", id.as_str()))?;
                if let Some(name) = change.name {
                    rate.name = name_of("name", name)?;
                }
                if let Some(percent) = change.rate {
                    rate.rate = percent_of(percent)?;
                }
                set(&mut rate.code, change.code);
                set(&mut rate.is_default, change.is_default);
                set(&mut rate.is_combinable, change.is_combinable);
                set(&mut rate.rules, rules);
                set(&mut rate.metadata, change.metadata);
                rate.updated_at = now;
                Ok(())
            })
            .await?;
        let changed = region.rates.into_iter().find(|rate| rate.id == *id);
        changed.ok_or_else(|| Error::not_found("Tax rate", id.as_str()))
    }

    /// Removes a rate of a tax region. Removing one that is gone is no error.
    pub async fn delete_tax_rate(&self, tx: &mut Tx, region_id: &TaxRegionId, id: &TaxRateId) -> Result<()> {
        self.change_rates(tx, region_id, |rates| {
            rates.retain(|rate| rate.id != *id);
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Lets a rate apply to one thing more; to what it applies to already it does once.
    pub async fn add_tax_rule(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        rate_id: &TaxRateId,
        rule: TaxRule,
    ) -> Result<TaxRate> {
        self.change_rules(tx, region_id, rate_id, |rules| rules.push(rule)).await
    }

    /// Lets a rate no longer apply to what this rule names. A rule that is gone is no error.
    pub async fn remove_tax_rule(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        rate_id: &TaxRateId,
        rule_id: &str,
    ) -> Result<TaxRate> {
        self.change_rules(tx, region_id, rate_id, |rules| rules.retain(|rule| rule.id != rule_id)).await
    }

    async fn change_rules(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        rate_id: &TaxRateId,
        change: impl FnOnce(&mut Vec<TaxRule>),
    ) -> Result<TaxRate> {
        let unknown = || Error::not_found("Tax rate", rate_id.as_str());
        let region = store::tax_region(tx, region_id.as_str()).await?.ok_or_else(unknown)?;
        let rate = region.value.rates.into_iter().find(|rate| rate.id == *rate_id).ok_or_else(unknown)?;
        let mut rules = rate.rules;
        change(&mut rules);
        let change = TaxRateChange { rules: Some(rules), ..TaxRateChange::default() };
        self.update_tax_rate(tx, region_id, rate_id, change).await
    }

    async fn change_rates(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        change: impl FnOnce(&mut Vec<TaxRate>) -> Result<()>,
    ) -> Result<TaxRegion> {
        let mut stored = store::tax_region(tx, region_id.as_str())
            .await?
            .ok_or_else(|| Error::not_found("Tax region", region_id.as_str()))?;
        change(&mut stored.value.rates)?;
        check_rates(&stored.value.rates)?;
        stored.value.updated_at = tx.now();
        store::update_tax_region(tx, &stored).await?;
        self.changed(tx, MarketPart::TaxRegion, region_id.as_str()).await?;
        Ok(stored.value)
    }
}

fn percent_of(percent: Decimal) -> Result<Decimal> {
    if percent.is_sign_negative() && !percent.is_zero() || percent > Decimal::from(1000) {
        return Err(Error::invalid("rate", "A tax rate is a percentage between 0 and 1000"));
    }
    if percent.normalize().scale() > 6 {
        return Err(Error::invalid("rate", "A tax rate has at most six decimals"));
    }
    Ok(percent.normalize())
}

fn rate_of(tx: &Tx, region_id: &str, new: NewTaxRate, now: Timestamp) -> Result<TaxRate> {
    Ok(TaxRate {
        id: new.id.unwrap_or_else(|| TaxRateId::mint_in(tx.mint(), Bucket::of(region_id))),
        name: name_of("name", new.name)?,
        code: new.code,
        rate: percent_of(new.rate)?,
        is_default: new.is_default,
        is_combinable: new.is_combinable,
        rules: rules_of(tx, new.rules)?,
        metadata: new.metadata,
        created_by: new.created_by,
        created_at: now,
        updated_at: now,
    })
}

/// The rules, each with an id; one that says what another before it says is left out.
fn rules_of(tx: &Tx, rules: Vec<TaxRule>) -> Result<Vec<TaxRule>> {
    if rules.len() > RULES_MAX {
        return Err(Error::invalid("rules", format!("A tax rate has at most {RULES_MAX} rules")));
    }
    let mut seen = HashSet::with_capacity(rules.len());
    let mut kept = Vec::with_capacity(rules.len());
    for mut rule in rules {
        if rule.reference_id.is_empty() {
            return Err(Error::invalid("rules", "A tax rule names what it applies to in reference_id"));
        }
        if seen.insert((rule.reference, rule.reference_id.clone())) {
            if rule.id.is_empty() {
                rule.id = tx.mint().mint("txrule");
            }
            kept.push(rule);
        }
    }
    Ok(kept)
}

/// The code of a province, in lower case. One that begins with another country's code is refused.
fn province_of(country: &str, code: &str) -> Result<String> {
    let invalid = |message: String| Err(Error::invalid("province_code", message));
    if code.is_empty() || code.chars().count() > PROVINCE_CHARACTERS_MAX {
        return invalid(format!("A province has between 1 and {PROVINCE_CHARACTERS_MAX} characters"));
    }
    let code = code.to_lowercase();
    // ISO 3166-2: the country, a dash, at most three letters or digits.
    if let Some((before, own)) = code.split_once('-')
        && before.len() == 2
        && own.len() <= 3
        && before != country
        && crate::country(before).is_some()
    {
        let (code, country) = (code.to_uppercase(), country.to_uppercase());
        return invalid(format!("{code} is a province of another country than {country}"));
    }
    Ok(code)
}

/// The tax region that a new one stands under: a province under its country's, a country under none.
async fn parent_of(
    tx: &mut Tx,
    country: &str,
    province: Option<&str>,
    named: Option<TaxRegionId>,
) -> Result<Option<TaxRegionId>> {
    let invalid = |field: &str, message: &str| Err(Error::invalid(field, message));
    let Some(named) = named else {
        if province.is_none() {
            return Ok(None);
        }
        return match store::tax_region_at(tx, country, None).await? {
            Some(parent) => Ok(Some(parent.id)),
            None => {
                invalid("province_code", "Make a tax region for the whole country first; a province stands under it")
            }
        };
    };
    let Some(parent) = store::tax_region(tx, named.as_str()).await? else {
        return Err(Error::invalid("parent_id", format!("There is no tax region with id: {named}")));
    };
    if province.is_none() {
        return invalid("province_code", "A tax region that stands under another needs its province_code");
    }
    if parent.value.country_code != country {
        return Err(Error::invalid(
            "parent_id",
            format!(
                "The province is in {}, the tax region it shall stand under in {}",
                country.to_uppercase(),
                parent.value.country_code.to_uppercase()
            ),
        ));
    }
    if parent.value.province_code.is_some() {
        return invalid("parent_id", "A province stands under the tax region of its whole country");
    }
    Ok(Some(named))
}

fn known_provider(id: String) -> Result<String> {
    if id == SYSTEM_TAX_PROVIDER {
        return Ok(id);
    }
    Err(Error::invalid("provider_id", format!("There is no such tax provider; this shop has {SYSTEM_TAX_PROVIDER}")))
}

fn check_rates(rates: &[TaxRate]) -> Result<()> {
    if rates.len() > RATES_MAX {
        return Err(Error::invalid("rates", format!("A tax region has at most {RATES_MAX} rates")));
    }
    if rates.iter().filter(|rate| rate.is_default).count() > 1 {
        return Err(Error::invalid("is_default", "A tax region has one default rate at most"));
    }
    Ok(())
}
