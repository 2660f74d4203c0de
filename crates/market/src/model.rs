//! Regions, sales channels, tax regions and the settings of the shop, as plain values.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Decimal, Timestamp, id_type};

id_type!(/// A region: the countries that share a currency and a way of showing taxes.
    RegionId, "reg");
id_type!(/// A sales channel: a place where the shop sells.
    SalesChannelId, "sc");
id_type!(/// The shop itself.
    StoreId, "store");
id_type!(/// A country, or a province of one, with its tax rates.
    TaxRegionId, "txreg");
id_type!(/// A tax rate.
    TaxRateId, "txr");

/// What clients keep beside our own fields.
pub type Metadata = Option<Map<String, Value>>;

/// The countries that share a currency and a way of showing taxes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Region {
    /// Its id.
    pub id: RegionId,
    /// Its name, as staff and shoppers read it.
    pub name: String,
    /// What is charged here.
    pub currency: Currency,
    /// Whether taxes are computed as the cart changes.
    pub automatic_taxes: bool,
    /// Whether prices here contain the tax.
    pub is_tax_inclusive: bool,
    /// ISO 3166 alpha-2 codes in lower case; a country is in one region at most.
    pub countries: Vec<String>,
    /// Ids of the payment providers offered here.
    pub payment_providers: Vec<String>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A region to be made. An id may be given: imports keep theirs.
#[derive(Clone, Debug)]
pub struct NewRegion {
    /// The id to keep, where there is one.
    pub id: Option<RegionId>,
    /// Its name.
    pub name: String,
    /// What is charged here.
    pub currency: Currency,
    /// Whether taxes are computed as the cart changes.
    pub automatic_taxes: bool,
    /// Whether prices here contain the tax.
    pub is_tax_inclusive: bool,
    /// ISO 3166 alpha-2 codes, any case.
    pub countries: Vec<String>,
    /// Ids of payment providers.
    pub payment_providers: Vec<String>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

impl NewRegion {
    /// A region with nothing but a name and a currency: automatic taxes, prices without tax, no country yet.
    pub fn named(name: impl Into<String>, currency: Currency) -> Self {
        Self {
            id: None,
            name: name.into(),
            currency,
            automatic_taxes: true,
            is_tax_inclusive: false,
            countries: Vec::new(),
            payment_providers: Vec::new(),
            metadata: None,
        }
    }
}

/// What changes in a region; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct RegionChange {
    /// A new name.
    pub name: Option<String>,
    /// A new currency.
    pub currency: Option<Currency>,
    /// Whether taxes are computed as the cart changes.
    pub automatic_taxes: Option<bool>,
    /// Whether prices contain the tax.
    pub is_tax_inclusive: Option<bool>,
    /// All its countries.
    pub countries: Option<Vec<String>>,
    /// All its payment providers.
    pub payment_providers: Option<Vec<String>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// A place where the shop sells: its web shop, an app, a marketplace.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SalesChannel {
    /// Its id.
    pub id: SalesChannelId,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A disabled channel sells nothing.
    pub is_disabled: bool,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A sales channel to be made.
#[derive(Clone, Debug, Default)]
pub struct NewSalesChannel {
    /// The id to keep, where there is one.
    pub id: Option<SalesChannelId>,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// A disabled channel sells nothing.
    pub is_disabled: bool,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a sales channel; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct SalesChannelChange {
    /// A new name.
    pub name: Option<String>,
    /// A new description; `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// Whether it sells.
    pub is_disabled: Option<bool>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// A currency the shop sells in.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoreCurrency {
    /// The currency.
    pub currency: Currency,
    /// Exactly one is the default.
    pub is_default: bool,
    /// Whether prices in it contain the tax, where no region says otherwise.
    pub is_tax_inclusive: bool,
}

/// The settings of the shop as a whole. There is one shop.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct StoreSettings {
    /// Its id.
    pub id: StoreId,
    /// Its name.
    pub name: String,
    /// What it sells in.
    pub currencies: Vec<StoreCurrency>,
    /// Where it sells, when a request does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_sales_channel_id: Option<SalesChannelId>,
    /// The region of a cart that names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_region_id: Option<RegionId>,
    /// The stock location new stock goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_location_id: Option<String>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl StoreSettings {
    /// A shop that has not been set up: no name, no currency.
    #[must_use]
    pub fn unset() -> Self {
        Self {
            id: StoreId("store".to_owned()),
            name: String::new(),
            currencies: Vec::new(),
            default_sales_channel_id: None,
            default_region_id: None,
            default_location_id: None,
            metadata: None,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    /// The currency new things are priced in first.
    #[must_use]
    pub fn default_currency(&self) -> Option<Currency> {
        let default = self.currencies.iter().find(|held| held.is_default);
        default.or_else(|| self.currencies.first()).map(|held| held.currency)
    }
}

/// The settings to be stored: the first time they make the shop, afterwards they replace its settings.
#[derive(Clone, Debug, Default)]
pub struct NewStoreSettings {
    /// The id to keep, where there is one; an existing shop keeps its own.
    pub id: Option<StoreId>,
    /// Its name.
    pub name: String,
    /// What it sells in; one of them is the default.
    pub currencies: Vec<StoreCurrency>,
    /// Where it sells, when a request does not say.
    pub default_sales_channel_id: Option<SalesChannelId>,
    /// The region of a cart that names none.
    pub default_region_id: Option<RegionId>,
    /// The stock location new stock goes to.
    pub default_location_id: Option<String>,
    /// What clients keep beside it.
    pub metadata: Metadata,
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
    /// What kind of thing.
    pub reference: TaxReference,
    /// Its id.
    pub reference_id: String,
}

/// What a tax rule can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
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
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::ProductType => "product_type",
            Self::ShippingOption => "shipping_option",
        }
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
    /// Who computes the tax.
    pub provider_id: Option<String>,
    /// Its rates.
    pub rates: Vec<NewTaxRate>,
    /// What clients keep beside it.
    pub metadata: Metadata,
    /// The staff member who makes it.
    pub created_by: Option<String>,
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
