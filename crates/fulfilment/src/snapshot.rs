//! All shipping configuration in memory, as of one moment, and which options a cart is offered.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use tradewind_kernel::Decimal;
use tradewind_market::{MarketSnapshot, Region, province_key};

use crate::model::{
    FulfillmentSet, GeoZone, GeoZoneType, OptionPrice, OptionRule, RuleOperator, ServiceZone, ShippingOption,
    ShippingOptionType, ShippingProfile,
};

/// The shipping configuration as of one moment.
#[derive(Debug)]
pub struct FulfilmentSnapshot {
    profiles: Vec<ShippingProfile>,
    sets: Vec<FulfillmentSet>,
    options: Vec<Arc<ShippingOption>>,
    option_types: Vec<ShippingOptionType>,
    /// Location and provider, in order.
    location_providers: Vec<(String, String)>,
    option_by_id: HashMap<String, usize>,
    /// Zone id to the positions of its set and of itself in that set.
    zone_by_id: HashMap<String, (usize, usize)>,
}

/// What is read to make a snapshot of; lists in any order but for the pairs of location and provider.
pub(crate) struct Parts {
    pub(crate) profiles: Vec<ShippingProfile>,
    pub(crate) sets: Vec<FulfillmentSet>,
    pub(crate) options: Vec<ShippingOption>,
    pub(crate) option_types: Vec<ShippingOptionType>,
    pub(crate) location_providers: Vec<(String, String)>,
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
    /// What the items cost after discounts, in major units.
    pub item_total: Decimal,
    /// What is delivered weighs so many grams; 0 where nobody knows.
    pub weight_grams: i64,
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
    /// The id of the price that was chosen; `None` where the carrier computed it.
    pub price_id: Option<String>,
    /// What it costs, in major units.
    pub amount: Decimal,
    /// Whether the amount contains the tax.
    pub is_tax_inclusive: bool,
}

impl FulfilmentSnapshot {
    /// Builds the indexes over what was read; lists are ordered by creation.
    #[must_use]
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { mut profiles, mut sets, mut options, mut option_types, location_providers } = parts;
        profiles.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        sets.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        options.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        option_types.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
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
            option_types,
            location_providers,
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

    /// All types of shipping options, oldest first.
    #[must_use]
    pub fn option_types(&self) -> &[ShippingOptionType] {
        &self.option_types
    }

    /// A type of shipping options by id.
    #[must_use]
    pub fn option_type(&self, id: &str) -> Option<&ShippingOptionType> {
        self.option_types.iter().find(|type_| type_.id == id)
    }

    /// The providers that deliver from a stock location.
    pub fn providers_of_location(&self, location_id: &str) -> impl Iterator<Item = &str> {
        let of_location = self.location_providers.iter().filter(move |(location, _)| location == location_id);
        of_location.map(|(_, provider)| provider.as_str())
    }

    /// A fulfilment set by id.
    #[must_use]
    pub fn set(&self, id: &str) -> Option<&FulfillmentSet> {
        self.sets.iter().find(|set| set.id == id)
    }

    /// The options a shopper may be offered for this delivery, if they have a price for it, oldest first.
    pub(crate) fn offered(&self, query: &DeliveryQuery<'_>) -> impl Iterator<Item = &Arc<ShippingOption>> {
        self.options.iter().filter(move |option| self.is_offered(option, query))
    }

    /// Whether a shopper may be offered this option for this delivery, if it has a price for it.
    pub(crate) fn is_offered(&self, option: &ShippingOption, query: &DeliveryQuery<'_>) -> bool {
        let Some((set, zone)) = self.zone(&option.service_zone_id) else { return false };
        let from_here =
            query.location_ids.is_empty() || set.location_id.as_ref().is_none_or(|id| query.location_ids.contains(id));
        let delivers = query.profile_ids.is_empty() || query.profile_ids.contains(&option.shipping_profile_id);
        from_here
            && delivers
            && option.rules.iter().all(|rule| holds(rule, &IN_STORE))
            && zone.geo_zones.iter().any(|geo| covers(geo, query))
    }
}

impl DeliveryQuery<'_> {
    /// The option with the price that stands with it for this delivery, if there is one.
    pub(crate) fn flat_price(&self, option: &Arc<ShippingOption>) -> Option<PricedOption> {
        let price = price_of(&option.prices, self)?;
        Some(PricedOption {
            option: Arc::clone(option),
            price_id: Some(price.id.clone()),
            amount: price.amount,
            // A price made for the region follows the region's setting, a general one its currency's.
            is_tax_inclusive: self
                .market
                .prices_include_tax(price.region_id.is_some().then_some(self.region), price.currency),
        })
    }
}

/// What rules see when a shopper is choosing.
const IN_STORE: [(&str, &str); 2] = [("enabled_in_store", "true"), ("is_return", "false")];

/// Of the prices that hold, the one with the most conditions; of several such, the lowest.
fn price_of<'p>(prices: &'p [OptionPrice], query: &DeliveryQuery<'_>) -> Option<&'p OptionPrice> {
    let region = query.region;
    let holding = prices.iter().filter(|price| {
        price.currency == region.currency
            && price.region_id.as_ref().is_none_or(|id| id == region.id.as_str())
            && price.rules.iter().all(|rule| is_fulfilled(rule.operator, query.item_total.cmp(&rule.value)))
    });
    holding.min_by_key(|price| (Reverse(price.rules_count()), price.amount))
}

/// Whether a comparison by size turned out as the operator wants; operators that compare otherwise want nothing of it.
fn is_fulfilled(operator: RuleOperator, ordering: Ordering) -> bool {
    match operator {
        RuleOperator::Eq => ordering.is_eq(),
        RuleOperator::Gt => ordering.is_gt(),
        RuleOperator::Gte => ordering.is_ge(),
        RuleOperator::Lt => ordering.is_lt(),
        RuleOperator::Lte => ordering.is_le(),
        RuleOperator::Ne | RuleOperator::In | RuleOperator::Nin => false,
    }
}

fn covers(zone: &GeoZone, query: &DeliveryQuery<'_>) -> bool {
    let same = |held: &Option<String>, asked: Option<&str>| match (held, asked) {
        (Some(held), Some(asked)) => held.trim().to_lowercase() == asked.trim().to_lowercase(),
        _ => false,
    };
    if !zone.country_code.eq_ignore_ascii_case(query.country) {
        return false;
    }
    let key = |code: &str| province_key(&zone.country_code, code);
    let in_province = zone.province_code.as_deref().map(key) == query.province.map(key) && query.province.is_some();
    let in_city = same(&zone.city, query.city);
    match zone.type_ {
        GeoZoneType::Country => true,
        GeoZoneType::Province => in_province,
        GeoZoneType::City => in_city && (zone.province_code.is_none() || in_province),
        GeoZoneType::Zip => {
            let code = query.postal_code.map(plain).unwrap_or_default();
            let begins = |text: &str| !plain(text).is_empty() && code.starts_with(&plain(text));
            zone.postal_beginnings().any(begins)
                && (zone.province_code.is_none() || in_province)
                && (zone.city.is_none() || in_city)
        }
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
        RuleOperator::Gt | RuleOperator::Gte | RuleOperator::Lt | RuleOperator::Lte => {
            compared().is_some_and(|ordering| is_fulfilled(rule.operator, ordering))
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}
