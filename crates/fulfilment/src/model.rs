//! Shipping profiles, fulfilment sets with their zones, and shipping options, as plain values.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Decimal, Timestamp};

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
    /// How postal codes begin that belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_expression: Option<String>,
}

/// How narrow a geo zone is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GeoZoneType {
    /// A whole country.
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
#[derive(Clone, Debug)]
pub struct NewGeoZone {
    /// How narrow it is.
    pub type_: GeoZoneType,
    /// ISO 3166 alpha-2 code, any case.
    pub country_code: String,
    /// The province.
    pub province_code: Option<String>,
    /// The city.
    pub city: Option<String>,
    /// How postal codes begin that belong to it.
    pub postal_expression: Option<String>,
}

impl NewGeoZone {
    /// A whole country.
    #[must_use]
    pub fn country(country_code: String) -> Self {
        Self { type_: GeoZoneType::Country, country_code, province_code: None, city: None, postal_expression: None }
    }
}

/// A way of having things delivered, and what it costs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ShippingOption {
    /// Its id.
    pub id: String,
    /// Its name, as shoppers read it.
    pub name: String,
    /// Whether it has a price, or a carrier computes one.
    pub price_type: PriceType,
    /// To where it delivers.
    pub service_zone_id: String,
    /// What it delivers.
    pub shipping_profile_id: String,
    /// Who delivers.
    pub provider_id: String,
    /// What kind of delivery it is.
    #[serde(rename = "type")]
    pub type_: ShippingOptionType,
    /// What the provider keeps in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Its prices.
    pub prices: Vec<OptionPrice>,
    /// When it is offered: all of them must hold.
    pub rules: Vec<OptionRule>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Where the price of a shipping option comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceType {
    /// It is stored with the option.
    #[default]
    Flat,
    /// The provider computes it for each cart.
    Calculated,
}

impl PriceType {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Calculated => "calculated",
        }
    }
}

/// What kind of delivery an option is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ShippingOptionType {
    /// Its id; an empty one is minted.
    pub id: String,
    /// Its name.
    pub label: String,
    /// What to expect of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What programs call it.
    pub code: String,
}

/// A price of a shipping option.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OptionPrice {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// In what.
    pub currency: Currency,
    /// In this region only; such a price beats a general one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region_id: Option<String>,
    /// How much, in major units.
    pub amount: Decimal,
}

/// A condition under which a shipping option is offered.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OptionRule {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// What is looked at: `enabled_in_store`, `is_return`.
    pub attribute: String,
    /// How it is compared.
    pub operator: RuleOperator,
    /// With what: a text, or a list of texts for `in` and `nin`.
    pub value: Value,
}

/// How a rule compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOperator {
    /// Is.
    Eq,
    /// Is not.
    Ne,
    /// Is one of.
    In,
    /// Is none of.
    Nin,
    /// Is more than.
    Gt,
    /// Is at least.
    Gte,
    /// Is less than.
    Lt,
    /// Is at most.
    Lte,
}

impl RuleOperator {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::In => "in",
            Self::Nin => "nin",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
        }
    }
}

/// A shipping option to be made.
#[derive(Clone, Debug, Default)]
pub struct NewShippingOption {
    /// The id to keep, where there is one.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// Whether it has a price, or a carrier computes one.
    pub price_type: PriceType,
    /// To where it delivers.
    pub service_zone_id: String,
    /// What it delivers.
    pub shipping_profile_id: String,
    /// Who delivers; the manual provider, where it is empty.
    pub provider_id: String,
    /// What kind of delivery it is.
    pub type_: ShippingOptionType,
    /// What the provider keeps in it.
    pub data: Option<Value>,
    /// Its prices.
    pub prices: Vec<OptionPrice>,
    /// When it is offered; an empty list stands for: in the shop, and not for returns.
    pub rules: Vec<OptionRule>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a shipping option; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct ShippingOptionChange {
    /// A new name.
    pub name: Option<String>,
    /// What kind of delivery it is.
    pub type_: Option<ShippingOptionType>,
    /// What it delivers.
    pub shipping_profile_id: Option<String>,
    /// Who delivers.
    pub provider_id: Option<String>,
    /// What the provider keeps in it; `Some(None)` clears it.
    pub data: Option<Option<Value>>,
    /// All its prices.
    pub prices: Option<Vec<OptionPrice>>,
    /// All its rules.
    pub rules: Option<Vec<OptionRule>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}
