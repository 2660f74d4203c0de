//! All shipping configuration in memory, as of one moment, and which options a cart is offered.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tradewind_kernel::{Currency, Decimal};
use tradewind_market::{MarketSnapshot, Region};

use crate::model::{
    FulfillmentSet, GeoZone, GeoZoneType, OptionPrice, OptionRule, PriceType, RuleOperator, ServiceZone,
    ShippingOption, ShippingProfile,
};

/// The shipping configuration as of one moment.
#[derive(Debug)]
pub struct FulfilmentSnapshot {
    profiles: Vec<ShippingProfile>,
    sets: Vec<FulfillmentSet>,
    options: Vec<Arc<ShippingOption>>,
    option_by_id: HashMap<String, usize>,
    /// Zone id to the positions of its set and of itself in that set.
    zone_by_id: HashMap<String, (usize, usize)>,
}

/// Where a delivery goes, what is in it, and who sells it.
#[derive(Clone, Copy, Debug)]
pub struct DeliveryQuery<'a> {
    /// ISO 3166 alpha-2 code, any case.
    pub country: &'a str,
    /// The province, where it is known.
    pub province: Option<&'a str>,
    /// The city, where it is known.
    pub city: Option<&'a str>,
    /// The postal code, where it is known.
    pub postal_code: Option<&'a str>,
    /// From where the sales channel sells; empty: from anywhere.
    pub location_ids: &'a [String],
    /// The shipping profiles of what is delivered; empty: any.
    pub profile_ids: &'a [String],
    /// The cart's region: it gives the currency and the prices made for it.
    pub region: &'a Region,
    /// The market: it says whether prices contain the tax.
    pub market: &'a MarketSnapshot,
}

/// A shipping option with its price for one delivery.
#[derive(Clone, PartialEq, Debug)]
pub struct PricedOption {
    /// The option.
    pub option: Arc<ShippingOption>,
    /// The id of the price that was chosen.
    pub price_id: String,
    /// What it costs, in major units.
    pub amount: Decimal,
    /// Whether the amount contains the tax.
    pub is_tax_inclusive: bool,
}

impl FulfilmentSnapshot {
    /// Builds the indexes over what was read; lists are ordered by creation.
    #[must_use]
    pub fn new(
        mut profiles: Vec<ShippingProfile>,
        mut sets: Vec<FulfillmentSet>,
        mut options: Vec<ShippingOption>,
    ) -> Self {
        profiles.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        sets.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        options.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        let mut zone_by_id = HashMap::new();
        for (of_set, set) in sets.iter().enumerate() {
            for (of_zone, zone) in set.service_zones.iter().enumerate() {
                zone_by_id.insert(zone.id.clone(), (of_set, of_zone));
            }
        }
        let positions = options.iter().enumerate();
        Self {
            option_by_id: positions.map(|(position, option)| (option.id.clone(), position)).collect(),
            options: options.into_iter().map(Arc::new).collect(),
            profiles,
            sets,
            zone_by_id,
        }
    }

    /// All shipping profiles, oldest first.
    #[must_use]
    pub fn profiles(&self) -> &[ShippingProfile] {
        &self.profiles
    }

    /// A shipping profile by id.
    #[must_use]
    pub fn profile(&self, id: &str) -> Option<&ShippingProfile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The profile of products that name none: the oldest of kind `default`, else the oldest.
    #[must_use]
    pub fn default_profile(&self) -> Option<&ShippingProfile> {
        let default = self.profiles.iter().find(|profile| profile.type_ == "default");
        default.or_else(|| self.profiles.first())
    }

    /// All fulfilment sets, oldest first.
    #[must_use]
    pub fn sets(&self) -> &[FulfillmentSet] {
        &self.sets
    }

    /// A service zone by id, with the set it is in.
    #[must_use]
    pub fn zone(&self, id: &str) -> Option<(&FulfillmentSet, &ServiceZone)> {
        let &(of_set, of_zone) = self.zone_by_id.get(id)?;
        let set = &self.sets[of_set];
        Some((set, &set.service_zones[of_zone]))
    }

    /// All shipping options, oldest first.
    #[must_use]
    pub fn options(&self) -> &[Arc<ShippingOption>] {
        &self.options
    }

    /// A shipping option by id.
    #[must_use]
    pub fn option(&self, id: &str) -> Option<&Arc<ShippingOption>> {
        self.option_by_id.get(id).map(|&position| &self.options[position])
    }

    /// The options a shopper is offered for this delivery, with their prices, oldest first. Options without a price for it
    /// are left out; so are those whose price a carrier computes, until there is a carrier that does.
    #[must_use]
    pub fn options_for(&self, query: &DeliveryQuery<'_>) -> Vec<PricedOption> {
        self.options.iter().filter_map(|option| self.priced(option, query)).collect()
    }

    /// This option with its price for this delivery, if the shopper is offered it.
    #[must_use]
    pub fn option_for(&self, id: &str, query: &DeliveryQuery<'_>) -> Option<PricedOption> {
        self.option(id).and_then(|option| self.priced(option, query))
    }

    fn priced(&self, option: &Arc<ShippingOption>, query: &DeliveryQuery<'_>) -> Option<PricedOption> {
        let (set, zone) = self.zone(&option.service_zone_id)?;
        let from_here =
            query.location_ids.is_empty() || set.location_id.as_ref().is_none_or(|id| query.location_ids.contains(id));
        let delivers = query.profile_ids.is_empty() || query.profile_ids.contains(&option.shipping_profile_id);
        let offered = from_here
            && delivers
            && option.price_type == PriceType::Flat
            && option.rules.iter().all(|rule| holds(rule, &IN_STORE))
            && zone.geo_zones.iter().any(|geo| covers(geo, query));
        if !offered {
            return None;
        }
        let price = price_of(&option.prices, query.region.currency, query.region.id.as_str())?;
        Some(PricedOption {
            option: Arc::clone(option),
            price_id: price.id.clone(),
            amount: price.amount,
            // A price made for the region follows the region's setting, a general one its currency's.
            is_tax_inclusive: query
                .market
                .prices_include_tax(price.region_id.is_some().then_some(query.region), price.currency),
        })
    }
}

/// What rules see when a shopper is choosing.
const IN_STORE: [(&str, &str); 2] = [("enabled_in_store", "true"), ("is_return", "false")];

/// The price in a currency: one made for the region beats a general one.
fn price_of<'p>(prices: &'p [OptionPrice], currency: Currency, region_id: &str) -> Option<&'p OptionPrice> {
    let fits = |price: &&OptionPrice| price.currency == currency;
    let mut of_region = prices.iter().filter(fits);
    let own = of_region.find(|price| price.region_id.as_deref() == Some(region_id));
    own.or_else(|| prices.iter().filter(fits).find(|price| price.region_id.is_none()))
}

fn covers(zone: &GeoZone, query: &DeliveryQuery<'_>) -> bool {
    let same = |held: &Option<String>, asked: Option<&str>| match (held, asked) {
        (Some(held), Some(asked)) => held.trim().to_lowercase() == asked.trim().to_lowercase(),
        _ => false,
    };
    if !zone.country_code.eq_ignore_ascii_case(query.country) {
        return false;
    }
    let in_province = same(&zone.province_code, query.province);
    let in_city = same(&zone.city, query.city);
    match zone.type_ {
        GeoZoneType::Country => true,
        GeoZoneType::Province => in_province,
        GeoZoneType::City => in_city && (zone.province_code.is_none() || in_province),
        GeoZoneType::Zip => match (&zone.postal_expression, query.postal_code) {
            (Some(beginning), Some(code)) => {
                plain(code).starts_with(&plain(beginning))
                    && (zone.province_code.is_none() || in_province)
                    && (zone.city.is_none() || in_city)
            }
            _ => false,
        },
    }
}

/// A postal code without spaces and dashes, in capitals: `sw1a 1aa` is `SW1A1AA`.
fn plain(postal_code: &str) -> String {
    let letters = postal_code.chars().filter(|character| character.is_alphanumeric());
    letters.collect::<String>().to_uppercase()
}

/// Whether a rule holds; about what is not known, none does.
fn holds(rule: &OptionRule, known: &[(&str, &str)]) -> bool {
    let Some((_, actual)) = known.iter().find(|(attribute, _)| *attribute == rule.attribute) else {
        return false;
    };
    let is = |wanted: &Value| text_of(wanted).as_deref() == Some(*actual);
    let among = || rule.value.as_array().is_some_and(|list| list.iter().any(is));
    let compared = || {
        let wanted: Decimal = text_of(&rule.value)?.parse().ok()?;
        let actual: Decimal = actual.parse().ok()?;
        Some(actual.cmp(&wanted))
    };
    match rule.operator {
        RuleOperator::Eq => is(&rule.value),
        RuleOperator::Ne => !is(&rule.value),
        RuleOperator::In => among(),
        RuleOperator::Nin => !among(),
        RuleOperator::Gt => compared().is_some_and(std::cmp::Ordering::is_gt),
        RuleOperator::Gte => compared().is_some_and(std::cmp::Ordering::is_ge),
        RuleOperator::Lt => compared().is_some_and(std::cmp::Ordering::is_lt),
        RuleOperator::Lte => compared().is_some_and(std::cmp::Ordering::is_le),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
