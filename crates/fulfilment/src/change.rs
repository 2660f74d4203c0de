//! The verbs that change the shipping configuration: profiles, sets with their zones, options.

use tradewind_kernel::{Error, ErrorKind, Result, Timestamp};
use tradewind_market::{country, currency_info};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::error::{in_use, unknown};
use crate::model::{
    FulfillmentSet, GEO_ZONE_PREFIX, GeoZone, GeoZoneType, NewFulfillmentSet, NewGeoZone, NewProfile, NewServiceZone,
    NewShippingOption, OPTION_PREFIX, OPTION_TYPE_PREFIX, OptionPrice, OptionRule, PRICE_PREFIX, PROFILE_PREFIX,
    RULE_PREFIX, RuleOperator, SET_PREFIX, ServiceZone, ShippingOption, ShippingOptionChange, ShippingOptionType,
    ShippingProfile, ZONE_PREFIX,
};
use crate::{Fulfilment, MANUAL_PROVIDER, store};

impl Fulfilment {
    /// Makes a shipping profile.
    pub async fn create_profile(&self, tx: &mut Tx, new: NewProfile) -> Result<ShippingProfile> {
        let now = tx.now();
        let profile = ShippingProfile {
            id: new.id.unwrap_or_else(|| tx.mint().mint(PROFILE_PREFIX)),
            name: name_of("name", &new.name)?,
            type_: name_of("type", &new.type_)?,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_profile(tx, &profile).await.map_err(|error| {
            if error.is(UNIQUE) {
                let message = format!("There is a shipping profile called {} already", profile.name);
                return Error::new(ErrorKind::Duplicate, message).at("name");
            }
            error
        })?;
        self.changed(tx, &profile.id).await?;
        Ok(profile)
    }

    /// Removes a shipping profile that no option delivers. Removing one that is gone is no error.
    pub async fn delete_profile(&self, tx: &mut Tx, id: &str) -> Result<()> {
        if store::options_of_profile(tx, id).await? > 0 {
            return Err(in_use("This shipping profile", "there are shipping options for it"));
        }
        store::delete_profile(tx, id).await?;
        self.changed(tx, id).await
    }

    /// Makes a fulfilment set with its service zones.
    pub async fn create_set(&self, tx: &mut Tx, new: NewFulfillmentSet) -> Result<FulfillmentSet> {
        let now = tx.now();
        let zones = new.service_zones.into_iter().map(|zone| zone_of(tx, zone, now));
        let set = FulfillmentSet {
            service_zones: zones.collect::<Result<_>>()?,
            id: new.id.unwrap_or_else(|| tx.mint().mint(SET_PREFIX)),
            name: name_of("name", &new.name)?,
            type_: name_of("type", &new.type_)?,
            location_id: new.location_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_set(tx, &set).await?;
        self.changed(tx, &set.id).await?;
        Ok(set)
    }

    /// Adds a service zone to a fulfilment set.
    pub async fn create_zone(&self, tx: &mut Tx, set_id: &str, new: NewServiceZone) -> Result<ServiceZone> {
        let mut stored = store::set(tx, set_id).await?.ok_or_else(|| Error::not_found("Fulfillment set", set_id))?;
        let now = tx.now();
        let zone = zone_of(tx, new, now)?;
        stored.value.service_zones.push(zone.clone());
        stored.value.updated_at = now;
        store::update_set(tx, &stored).await?;
        self.changed(tx, set_id).await?;
        Ok(zone)
    }

    /// Removes a fulfilment set into whose zones no option delivers. Removing one that is gone is no error.
    pub async fn delete_set(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let Some(stored) = store::set(tx, id).await? else {
            return Ok(());
        };
        for zone in &stored.value.service_zones {
            if store::options_in_zone(tx, &zone.id).await? > 0 {
                return Err(in_use("This fulfillment set", "shipping options deliver to its zones"));
            }
        }
        store::delete_set(tx, id).await?;
        self.changed(tx, id).await
    }

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
            type_: type_of(tx, new.type_)?,
            data: new.data,
            prices: prices_of(tx, new.prices)?,
            rules: rules_of(tx, rules)?,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
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
        if let Some(mut type_) = change.type_ {
            if type_.id.is_empty() {
                type_.id.clone_from(&option.type_.id);
            }
            option.type_ = type_of(tx, type_)?;
        }
        if let Some(profile_id) = change.shipping_profile_id {
            check_profile(tx, &profile_id).await?;
            option.shipping_profile_id = profile_id;
        }
        if let Some(provider_id) = change.provider_id {
            option.provider_id = provider_id;
        }
        if let Some(data) = change.data {
            option.data = data;
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

    /// Removes a shipping option. Removing one that is gone is no error.
    pub async fn delete_option(&self, tx: &mut Tx, id: &str) -> Result<()> {
        store::delete_option(tx, id).await?;
        self.changed(tx, id).await
    }
}

async fn check_profile(tx: &mut Tx, id: &str) -> Result<()> {
    if store::profile_exists(tx, id).await? {
        return Ok(());
    }
    Err(unknown("shipping_profile_id", "shipping profile", id))
}

fn name_of(field: &str, name: &str) -> Result<String> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.chars().count() > 200 {
        return Err(Error::invalid(field, format!("The {field} has between 1 and 200 characters")));
    }
    Ok(trimmed.to_owned())
}

fn zone_of(tx: &Tx, new: NewServiceZone, now: Timestamp) -> Result<ServiceZone> {
    let geo_zones = new.geo_zones.into_iter().map(|geo| geo_zone_of(tx, geo));
    Ok(ServiceZone {
        geo_zones: geo_zones.collect::<Result<_>>()?,
        id: new.id.unwrap_or_else(|| tx.mint().mint(ZONE_PREFIX)),
        name: name_of("name", &new.name)?,
        metadata: new.metadata,
        created_at: now,
        updated_at: now,
    })
}

fn geo_zone_of(tx: &Tx, new: NewGeoZone) -> Result<GeoZone> {
    let country = country(&new.country_code).ok_or_else(|| unknown("country_code", "country", &new.country_code))?;
    let missing = match new.type_ {
        GeoZoneType::Country => None,
        GeoZoneType::Province => new.province_code.is_none().then_some("province_code"),
        GeoZoneType::City => new.city.is_none().then_some("city"),
        GeoZoneType::Zip => new.postal_expression.is_none().then_some("postal_expression"),
    };
    if let Some(field) = missing {
        let message = format!("A zone of type {} needs its {field}", new.type_.as_str());
        return Err(Error::invalid(field, message));
    }
    Ok(GeoZone {
        id: tx.mint().mint(GEO_ZONE_PREFIX),
        type_: new.type_,
        country_code: country.iso_2.to_owned(),
        province_code: new.province_code.map(|code| code.trim().to_lowercase()),
        city: new.city,
        postal_expression: new.postal_expression,
    })
}

fn type_of(tx: &Tx, mut type_: ShippingOptionType) -> Result<ShippingOptionType> {
    type_.label = name_of("type.label", &type_.label)?;
    type_.code = name_of("type.code", &type_.code)?;
    if type_.id.is_empty() {
        type_.id = tx.mint().mint(OPTION_TYPE_PREFIX);
    }
    Ok(type_)
}

fn prices_of(tx: &Tx, mut prices: Vec<OptionPrice>) -> Result<Vec<OptionPrice>> {
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
    }
    Ok(prices)
}

fn rules_of(tx: &Tx, mut rules: Vec<OptionRule>) -> Result<Vec<OptionRule>> {
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
