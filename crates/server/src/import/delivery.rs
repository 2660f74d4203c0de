//! Reading how things are delivered: shipping profiles, and shipping options with their prices and rules.

use anyhow::Result;
use tradewind_fulfilment::{
    FulfillmentSet, GeoZone, GeoZoneType, OptionPrice, OptionRule, PriceType, RuleOperator, ServiceZone,
    ShippingOption, ShippingOptionType, ShippingProfile,
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
    record.leave_out_metadata()?;
    let postal_expression = match record.value("postal_expression") {
        Some(value) if !value.is_string() => {
            record.leave_out("postal_expression");
            None
        }
        _ => record.opt_text("postal_expression")?,
    };
    Ok(GeoZone {
        id: record.id()?,
        type_: match record.text("type")?.as_str() {
            "country" => GeoZoneType::Country,
            "province" => GeoZoneType::Province,
            "city" => GeoZoneType::City,
            "zip" => GeoZoneType::Zip,
            other => return Err(record.refuse("type", format!("there is no kind of zone {other:?}"))),
        },
        country_code: record.text("country_code")?.to_lowercase(),
        province_code: record.opt_text("province_code")?.map(|code| code.to_lowercase()),
        city: record.opt_text("city")?,
        postal_expression,
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
        price_type: match record.text("price_type")?.as_str() {
            "flat" => PriceType::Flat,
            "calculated" => PriceType::Calculated,
            other => return Err(record.refuse("price_type", format!("there is no kind of price {other:?}"))),
        },
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
    })
}

/// A price; `None` where it has conditions that cannot be kept: without them it would hold for everybody.
fn option_price(record: &Record<'_>, known: &Known) -> Result<Option<OptionPrice>> {
    record.derived(&["rules_count", "price_set_id", "price_list", "price_list_id", "title", "price_set"]);
    let mut region_id = None;
    for rule in record.list("shipping option price rule", "price_rules")? {
        rule.derived(&["id", "price_id", "priority", "operator"]);
        if rule.text("attribute")? != "region_id" {
            rule.derived(&["value"]);
            rule.leave_out("attribute");
            record.derived(&["id", "amount", "currency_code"]);
            return Ok(None);
        }
        region_id = Some(known.needed(&rule, "value")?);
    }
    Ok(Some(OptionPrice {
        id: record.id()?,
        currency: record.currency("currency_code")?,
        region_id,
        amount: record.decimal("amount")?,
    }))
}

fn option_rule(record: &Record<'_>) -> Result<OptionRule> {
    record.derived(&["shipping_option_id"]);
    let operator = match record.text("operator")?.as_str() {
        "eq" => RuleOperator::Eq,
        "ne" => RuleOperator::Ne,
        "in" => RuleOperator::In,
        "nin" => RuleOperator::Nin,
        "gt" => RuleOperator::Gt,
        "gte" => RuleOperator::Gte,
        "lt" => RuleOperator::Lt,
        "lte" => RuleOperator::Lte,
        other => return Err(record.refuse("operator", format!("there is no comparison {other:?}"))),
    };
    Ok(OptionRule {
        id: record.id()?,
        attribute: record.text("attribute")?,
        operator,
        value: record.value("value").cloned().ok_or_else(|| record.refuse("value", "a rule has a value"))?,
    })
}
