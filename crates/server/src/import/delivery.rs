//! Reading how things are delivered: shipping profiles, and shipping options with their prices and rules.

use anyhow::Result;
use tradewind_fulfilment::{
    FulfillmentSet, GeoZone, OptionPrice, OptionRule, PriceRule, ServiceZone, ShippingOption, ShippingOptionType,
    ShippingProfile,
};

use super::known::Known;
use super::record::Record;
use super::thing::Thing;

pub(super) fn profile(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    let id = known.take_id(record)?;
    Ok(Some(Thing::ShippingProfile(ShippingProfile {
        id,
        name: record.text("name")?,
        type_: record.text("type")?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })))
}

/// A fulfilment set of a stock location.
pub(super) fn set(record: &Record<'_>, location_id: &str, known: &mut Known) -> Result<FulfillmentSet> {
    let id = known.take_id(record)?;
    let mut service_zones = Vec::new();
    for zone in record.list("service zone", "service_zones")? {
        zone.derived(&["fulfillment_set_id", "fulfillment_set", "shipping_options"]);
        let geo_zones = zone.list("geo zone", "geo_zones")?;
        service_zones.push(ServiceZone {
            id: known.take_id(&zone)?,
            name: zone.text("name")?,
            geo_zones: geo_zones.iter().map(geo_zone).collect::<Result<_>>()?,
            metadata: zone.metadata()?,
            created_at: zone.time("created_at")?,
            updated_at: zone.time("updated_at")?,
        });
    }
    Ok(FulfillmentSet {
        id,
        name: record.text("name")?,
        type_: record.text("type")?,
        location_id: Some(location_id.to_owned()),
        service_zones,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

fn geo_zone(record: &Record<'_>) -> Result<GeoZone> {
    record.derived(&["service_zone_id", "service_zone"]);
    Ok(GeoZone {
        id: record.id()?,
        type_: record.one_of("type")?,
        country_code: record.text("country_code")?.to_lowercase(),
        province_code: record.opt_text("province_code")?.map(|code| code.to_lowercase()),
        city: record.opt_text("city")?,
        postal_expression: record.value("postal_expression").cloned(),
        metadata: record.metadata()?,
    })
}

pub(super) fn option(record: &Record<'_>, known: &mut Known) -> Result<Option<Thing>> {
    record.derived(&["service_zone", "shipping_profile", "provider", "shipping_option_type_id"]);
    let id = known.take_id(record)?;
    let Some(type_) = record.object("shipping option type", "type")? else {
        return Err(record.refuse("type", "a shipping option has a type"));
    };
    let mut prices = Vec::new();
    for price in record.list("shipping option price", "prices")? {
        prices.extend(option_price(&price, known)?);
    }
    let rules = record.list("shipping option rule", "rules")?;
    Ok(Some(Thing::ShippingOption(Box::new(ShippingOption {
        id,
        name: record.text("name")?,
        price_type: record.one_of("price_type")?,
        service_zone_id: known.needed(record, "service_zone_id")?,
        shipping_profile_id: known.needed(record, "shipping_profile_id")?,
        provider_id: record.text("provider_id")?,
        type_: option_type(&type_)?,
        data: record.value("data").cloned(),
        prices,
        rules: rules.iter().map(option_rule).collect::<Result<_>>()?,
        metadata: record.metadata()?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    }))))
}

fn option_type(record: &Record<'_>) -> Result<ShippingOptionType> {
    Ok(ShippingOptionType {
        id: record.id()?,
        label: record.text("label")?,
        description: record.opt_text("description")?,
        code: record.text("code")?,
        created_at: record.time("created_at")?,
        updated_at: record.time("updated_at")?,
    })
}

/// A price; `None` where it has conditions that cannot be kept: without them it would hold for everybody.
fn option_price(record: &Record<'_>, known: &Known) -> Result<Option<OptionPrice>> {
    record.derived(&["rules_count", "price_set_id", "price_list", "price_list_id", "title", "price_set"]);
    let mut region_id = None;
    let mut rules = Vec::new();
    for rule in record.list("shipping option price rule", "price_rules")? {
        rule.derived(&["price_id", "priority"]);
        match rule.text("attribute")?.as_str() {
            "region_id" => {
                rule.derived(&["id", "operator"]);
                region_id = Some(known.needed(&rule, "value")?);
            }
            "item_total" => rules.push(PriceRule {
                id: rule.id()?,
                operator: rule.one_of("operator")?,
                value: rule
                    .text("value")?
                    .parse()
                    .map_err(|_| rule.refuse("value", "a total is compared with a number"))?,
            }),
            _ => {
                rule.derived(&["id", "operator", "value"]);
                rule.leave_out("attribute");
                record.derived(&["id", "amount", "currency_code"]);
                return Ok(None);
            }
        }
    }
    Ok(Some(OptionPrice {
        id: record.id()?,
        currency: record.currency("currency_code")?,
        region_id,
        amount: record.decimal("amount")?,
        rules,
    }))
}

fn option_rule(record: &Record<'_>) -> Result<OptionRule> {
    record.derived(&["shipping_option_id"]);
    Ok(OptionRule {
        id: record.id()?,
        attribute: record.text("attribute")?,
        operator: record.one_of("operator")?,
        value: record.value("value").cloned().ok_or_else(|| record.refuse("value", "a rule has a value"))?,
    })
}
