//! Shipping profiles and fulfilment sets with their zones, as plain values.

mod options;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::Timestamp;

pub use options::{
    NewShippingOption, OptionPrice, OptionRule, OptionRuleChanges, OptionTypeChange, PriceRule, PriceType,
    RuleOperator, ShippingOption, ShippingOptionChange, ShippingOptionType,
};

/// What ids of shipping profiles begin with.
pub const PROFILE_PREFIX: &str = "sp";
/// What ids of fulfilment sets begin with.
pub const SET_PREFIX: &str = "fuset";
/// What ids of service zones begin with.
pub const ZONE_PREFIX: &str = "serzo";
/// What ids of geo zones begin with.
pub const GEO_ZONE_PREFIX: &str = "fgz";
/// What ids of shipping options begin with.
pub const OPTION_PREFIX: &str = "so";
/// What ids of types of shipping options begin with.
pub const OPTION_TYPE_PREFIX: &str = "sotype";
/// What ids of rules of shipping options begin with.
pub const RULE_PREFIX: &str = "sorul";
/// What ids of prices begin with.
pub const PRICE_PREFIX: &str = "price";
/// What ids of rules of prices begin with.
pub const PRICE_RULE_PREFIX: &str = "prule";

/// What clients keep beside our own fields.
pub type Metadata = Option<Map<String, Value>>;

/// Things that are shipped alike: parcels, bulky goods, downloads.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShippingProfile {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind; `default` is the one products have that name none.
    #[serde(rename = "type")]
    pub type_: String,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A shipping profile to be made.
#[derive(Clone, Debug, Default)]
pub struct NewProfile {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub type_: String,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// How one stock location delivers (or lets pick up), and to where.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FulfillmentSet {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind: `shipping` or `pickup`.
    #[serde(rename = "type")]
    pub type_: String,
    /// The stock location it starts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// To where.
    pub service_zones: Vec<ServiceZone>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Places that are delivered to on the same terms.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ServiceZone {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The places.
    pub geo_zones: Vec<GeoZone>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One place of a service zone: a country, a province, a city, or postal codes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct GeoZone {
    /// Its id.
    pub id: String,
    /// How narrow it is.
    #[serde(rename = "type")]
    pub type_: GeoZoneType,
    /// ISO 3166 alpha-2 code in lower case.
    pub country_code: String,
    /// The province, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province_code: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// How postal codes begin that belong to it: a text, or texts in a list or an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_expression: Option<Value>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
}

impl GeoZone {
    /// How postal codes begin that belong to it.
    pub fn postal_beginnings(&self) -> impl Iterator<Item = &str> {
        beginnings(self.postal_expression.as_ref()).into_iter()
    }
}

/// The texts of a postal expression.
pub(crate) fn beginnings(expression: Option<&Value>) -> Vec<&str> {
    match expression {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(items)) => items.iter().flat_map(|item| beginnings(Some(item))).collect(),
        Some(Value::Object(fields)) => fields.values().flat_map(|item| beginnings(Some(item))).collect(),
        _ => Vec::new(),
    }
}

/// How narrow a geo zone is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeoZoneType {
    /// A whole country.
    #[default]
    Country,
    /// A province.
    Province,
    /// A city.
    City,
    /// Postal codes.
    Zip,
}

impl GeoZoneType {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Province => "province",
            Self::City => "city",
            Self::Zip => "zip",
        }
    }
}

/// What changes in a shipping profile; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ProfileChange {
    /// A new name.
    pub name: Option<String>,
    /// A new kind.
    pub type_: Option<String>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// What changes in a service zone; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ServiceZoneChange {
    /// A new name.
    pub name: Option<String>,
    /// All its places.
    pub geo_zones: Option<Vec<NewGeoZone>>,
}

/// A fulfilment set to be made.
#[derive(Clone, Debug, Default)]
pub struct NewFulfillmentSet {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// `shipping` or `pickup`.
    pub type_: String,
    /// The stock location it starts from.
    pub location_id: Option<String>,
    /// To where.
    pub service_zones: Vec<NewServiceZone>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// A service zone to be made.
#[derive(Clone, Debug, Default)]
pub struct NewServiceZone {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The places.
    pub geo_zones: Vec<NewGeoZone>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

impl NewServiceZone {
    /// Whole countries.
    pub fn countries<T: Into<String>>(name: impl Into<String>, countries: impl IntoIterator<Item = T>) -> Self {
        let geo_zones = countries.into_iter().map(|country| NewGeoZone::country(country.into()));
        Self { name: name.into(), geo_zones: geo_zones.collect(), ..Self::default() }
    }
}

/// A geo zone to be made.
#[derive(Clone, Debug, Default)]
pub struct NewGeoZone {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// How narrow it is.
    pub type_: GeoZoneType,
    /// ISO 3166 alpha-2 code, any case.
    pub country_code: String,
    /// The province.
    pub province_code: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// How postal codes begin that belong to it: a text, or texts in a list or an object.
    pub postal_expression: Option<Value>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

impl NewGeoZone {
    /// A whole country.
    #[must_use]
    pub fn country(country_code: String) -> Self {
        Self { country_code, ..Self::default() }
    }
}
