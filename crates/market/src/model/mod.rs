//! Regions, sales channels and the settings of the shop, as plain values.

mod reasons;
mod taxes;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Error, Result, Timestamp, id_type};

pub use reasons::{
    NewRefundReason, NewReturnReason, RefundReason, RefundReasonChange, ReturnReason, ReturnReasonChange,
};
pub use taxes::{
    NewTaxRate, NewTaxRegion, SYSTEM_TAX_PROVIDER, TaxRate, TaxRateChange, TaxReference, TaxRegion, TaxRegionChange,
    TaxRule, province_key,
};

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
id_type!(/// A price preference: whether prices in a currency or a region contain the tax.
    PricePreferenceId, "prpref");
id_type!(/// A reason why things come back.
    ReturnReasonId, "rr");
id_type!(/// A reason why money is given back.
    RefundReasonId, "refr");

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
    /// Whether prices here contain the tax: its price preference says so. What stands in the stored region is for the
    /// release before, which looks for it there.
    #[serde(skip_deserializing)]
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
    /// Whether prices in it contain the tax, where no region says otherwise: its price preference says so. What stands in
    /// the stored settings is for the release before, which looks for it there.
    #[serde(skip_deserializing)]
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
    /// The languages it is written in, as tags of BCP 47: `en`, `de-AT`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locales: Vec<String>,
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
            locales: Vec::new(),
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
    /// The languages it is written in, as tags of BCP 47.
    pub locales: Vec<String>,
    /// Where it sells, when a request does not say.
    pub default_sales_channel_id: Option<SalesChannelId>,
    /// The region of a cart that names none.
    pub default_region_id: Option<RegionId>,
    /// The stock location new stock goes to.
    pub default_location_id: Option<String>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// Whether prices in a currency, or prices made for a region, contain the tax.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PricePreference {
    /// Its id.
    pub id: PricePreferenceId,
    /// What it is about.
    pub attribute: PreferenceAttribute,
    /// The currency's code in lower case, or the region's id.
    pub value: String,
    /// Whether those prices contain the tax.
    pub is_tax_inclusive: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What a price preference can be about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PreferenceAttribute {
    /// Prices in a currency.
    CurrencyCode,
    /// Prices made for a region.
    RegionId,
}

impl PreferenceAttribute {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CurrencyCode => "currency_code",
            Self::RegionId => "region_id",
        }
    }

    /// The attribute with this name.
    pub fn parse(name: &str) -> Result<Self> {
        let known = [Self::CurrencyCode, Self::RegionId];
        known
            .into_iter()
            .find(|attribute| attribute.as_str() == name)
            .ok_or_else(|| Error::invalid("attribute", "A price preference is about a currency_code or a region_id"))
    }
}

/// A price preference to be made.
#[derive(Clone, Debug)]
pub struct NewPricePreference {
    /// The id to keep, where there is one.
    pub id: Option<PricePreferenceId>,
    /// What it is about.
    pub attribute: PreferenceAttribute,
    /// The currency's code, any case, or the region's id.
    pub value: String,
    /// Whether those prices contain the tax.
    pub is_tax_inclusive: bool,
}

/// What changes in a price preference; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct PricePreferenceChange {
    /// What it is about.
    pub attribute: Option<PreferenceAttribute>,
    /// The currency or the region.
    pub value: Option<String>,
    /// Whether those prices contain the tax.
    pub is_tax_inclusive: Option<bool>,
}
