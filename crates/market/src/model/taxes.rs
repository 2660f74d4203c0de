//! Tax regions with their rates, as plain values.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Decimal, Error, Result, Timestamp};

use super::{Metadata, TaxRateId, TaxRegionId};

/// The provider that computes taxes by the rates of the tax regions.
pub const SYSTEM_TAX_PROVIDER: &str = "tp_system";

/// How a province is told from its neighbours: in lower case, and without the country that ISO 3166-2 puts before it, so
/// that `US-CA`, `us-ca` and `ca` are one province.
#[must_use]
pub fn province_key(country_code: &str, province: &str) -> String {
    let lower = province.trim().to_lowercase();
    let own = lower.strip_prefix(&country_code.to_lowercase()).and_then(|rest| rest.strip_prefix('-'));
    own.map_or_else(|| lower.clone(), str::to_owned)
}

/// A country, or a province of one, with its tax rates.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TaxRegion {
    /// Its id.
    pub id: TaxRegionId,
    /// ISO 3166 alpha-2 code in lower case.
    pub country_code: String,
    /// The province, in lower case; `None` for the whole country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province_code: Option<String>,
    /// The country's tax region, of a province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<TaxRegionId>,
    /// Who computes the tax; `tp_system` is the rates below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_id: Option<String>,
    /// Its rates.
    pub rates: Vec<TaxRate>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// The staff member who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A tax rate of a tax region.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TaxRate {
    /// Its id.
    pub id: TaxRateId,
    /// Its name, as receipts show it.
    pub name: String,
    /// Its code, as receipts and bookkeeping show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Percent: 19 is nineteen hundredths.
    pub rate: Decimal,
    /// Applies to whatever no rule picks out; one a region.
    pub is_default: bool,
    /// In a province: is charged beside the country's rate instead of in its place.
    pub is_combinable: bool,
    /// What it applies to, unless it is the default.
    pub rules: Vec<TaxRule>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// The staff member who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// One thing a tax rate applies to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaxRule {
    /// Its id; an empty one is minted.
    #[serde(default)]
    pub id: String,
    /// What kind of thing.
    pub reference: TaxReference,
    /// Its id.
    pub reference_id: String,
}

/// What a tax rule can name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxReference {
    /// A product.
    Product,
    /// All products of a type.
    ProductType,
    /// A shipping option.
    ShippingOption,
}

impl TaxReference {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::ProductType => "product_type",
            Self::ShippingOption => "shipping_option",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Result<Self> {
        let known = [Self::Product, Self::ProductType, Self::ShippingOption];
        known.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| {
            Error::invalid("reference", "A tax rule refers to a product, a product_type or a shipping_option")
        })
    }
}

/// A tax region to be made, with its rates.
#[derive(Clone, Debug, Default)]
pub struct NewTaxRegion {
    /// The id to keep, where there is one.
    pub id: Option<TaxRegionId>,
    /// ISO 3166 alpha-2 code, any case.
    pub country_code: String,
    /// The province, any case.
    pub province_code: Option<String>,
    /// The country's tax region, of a province; it is found by the country where it is not given.
    pub parent_id: Option<TaxRegionId>,
    /// Who computes the tax.
    pub provider_id: Option<String>,
    /// Its rates.
    pub rates: Vec<NewTaxRate>,
    /// What clients keep beside it.
    pub metadata: Metadata,
    /// The staff member who makes it.
    pub created_by: Option<String>,
}

/// What changes in a tax region; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct TaxRegionChange {
    /// Another province of the same country.
    pub province_code: Option<String>,
    /// Who computes the tax.
    pub provider_id: Option<String>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// A tax rate to be made.
#[derive(Clone, Debug, Default)]
pub struct NewTaxRate {
    /// The id to keep, where there is one.
    pub id: Option<TaxRateId>,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// Percent.
    pub rate: Decimal,
    /// Applies to whatever no rule picks out.
    pub is_default: bool,
    /// In a province: beside the country's rate instead of in its place.
    pub is_combinable: bool,
    /// What it applies to.
    pub rules: Vec<TaxRule>,
    /// What clients keep beside it.
    pub metadata: Metadata,
    /// The staff member who makes it.
    pub created_by: Option<String>,
}

/// What changes in a tax rate; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct TaxRateChange {
    /// A new name.
    pub name: Option<String>,
    /// A new code; `Some(None)` clears it.
    pub code: Option<Option<String>>,
    /// A new percentage.
    pub rate: Option<Decimal>,
    /// Whether it applies to whatever no rule picks out.
    pub is_default: Option<bool>,
    /// Whether it is charged beside the country's rate.
    pub is_combinable: Option<bool>,
    /// All its rules.
    pub rules: Option<Vec<TaxRule>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}
