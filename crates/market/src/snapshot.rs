//! The whole market in memory, as of one moment: what every price, cart and page asks first.

use std::collections::HashMap;

use tradewind_kernel::Currency;

use crate::model::{
    PreferenceAttribute, PricePreference, RefundReason, Region, RegionId, ReturnReason, SalesChannel, StoreSettings,
    TaxRate, TaxReference, TaxRegion, TaxRegionId, province_key,
};

/// The market as of one moment.
#[derive(Debug)]
pub struct MarketSnapshot {
    regions: Vec<Region>,
    sales_channels: Vec<SalesChannel>,
    tax_regions: Vec<TaxRegion>,
    price_preferences: Vec<PricePreference>,
    return_reasons: Vec<ReturnReason>,
    refund_reasons: Vec<RefundReason>,
    store: StoreSettings,
    region_by_id: HashMap<RegionId, usize>,
    region_by_country: HashMap<String, usize>,
    tax_region_by_place: HashMap<(String, Option<String>), usize>,
}

/// What is read to make a snapshot of, in any order.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) regions: Vec<Region>,
    pub(crate) sales_channels: Vec<SalesChannel>,
    pub(crate) tax_regions: Vec<TaxRegion>,
    pub(crate) price_preferences: Vec<PricePreference>,
    pub(crate) return_reasons: Vec<ReturnReason>,
    pub(crate) refund_reasons: Vec<RefundReason>,
    pub(crate) store: StoreSettings,
}

impl MarketSnapshot {
    /// Builds the indexes over what was read; lists are ordered by creation.
    #[must_use]
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts {
            mut regions,
            mut sales_channels,
            mut tax_regions,
            mut price_preferences,
            mut return_reasons,
            mut refund_reasons,
            mut store,
        } = parts;
        regions.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        sales_channels.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        tax_regions.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        price_preferences.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        return_reasons.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        refund_reasons.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        for region in &mut regions {
            let own = preferred(&price_preferences, PreferenceAttribute::RegionId, region.id.as_str());
            let of_currency =
                || preferred(&price_preferences, PreferenceAttribute::CurrencyCode, region.currency.code());
            region.is_tax_inclusive = own.or_else(of_currency).unwrap_or(false);
        }
        for held in &mut store.currencies {
            let own = preferred(&price_preferences, PreferenceAttribute::CurrencyCode, held.currency.code());
            held.is_tax_inclusive = own.unwrap_or(false);
        }
        let mut region_by_country = HashMap::new();
        for (position, region) in regions.iter().enumerate() {
            for country in &region.countries {
                region_by_country.insert(country.clone(), position);
            }
        }
        Self {
            region_by_id: positions(&regions, |region| region.id.clone()),
            tax_region_by_place: positions(&tax_regions, |tax| {
                let province = tax.province_code.as_deref().map(|code| province_key(&tax.country_code, code));
                (tax.country_code.clone(), province)
            }),
            region_by_country,
            regions,
            sales_channels,
            tax_regions,
            price_preferences,
            return_reasons,
            refund_reasons,
            store,
        }
    }

    /// All regions, oldest first.
    #[must_use]
    pub fn regions(&self) -> &[Region] {
        &self.regions
    }

    /// A region by id.
    #[must_use]
    pub fn region(&self, id: &str) -> Option<&Region> {
        self.region_by_id.get(id).map(|&position| &self.regions[position])
    }

    /// The region a country is in; the code in any case.
    #[must_use]
    pub fn region_of_country(&self, country: &str) -> Option<&Region> {
        let position = self.region_by_country.get(&*lower(country))?;
        Some(&self.regions[*position])
    }

    /// The region of a cart that names none: the shop's default, or its oldest.
    #[must_use]
    pub fn default_region(&self) -> Option<&Region> {
        let default = self.store.default_region_id.as_ref();
        default.and_then(|id| self.region(id.as_str())).or_else(|| self.regions.first())
    }

    /// All sales channels, oldest first.
    #[must_use]
    pub fn sales_channels(&self) -> &[SalesChannel] {
        &self.sales_channels
    }

    /// A sales channel by id.
    #[must_use]
    pub fn sales_channel(&self, id: &str) -> Option<&SalesChannel> {
        self.sales_channels.iter().find(|channel| channel.id.as_str() == id)
    }

    /// The settings of the shop.
    #[must_use]
    pub fn store(&self) -> &StoreSettings {
        &self.store
    }

    /// All tax regions, oldest first.
    #[must_use]
    pub fn tax_regions(&self) -> &[TaxRegion] {
        &self.tax_regions
    }

    /// A tax region by id.
    #[must_use]
    pub fn tax_region(&self, id: &str) -> Option<&TaxRegion> {
        self.tax_regions.iter().find(|region| region.id.as_str() == id)
    }

    /// A tax rate by id, with the tax region it is in.
    #[must_use]
    pub fn tax_rate(&self, id: &str) -> Option<(&TaxRegion, &TaxRate)> {
        let mut all = self.tax_regions.iter().flat_map(|region| region.rates.iter().map(move |rate| (region, rate)));
        all.find(|(_, rate)| rate.id.as_str() == id)
    }

    /// All price preferences, oldest first.
    #[must_use]
    pub fn price_preferences(&self) -> &[PricePreference] {
        &self.price_preferences
    }

    /// All return reasons, oldest first.
    #[must_use]
    pub fn return_reasons(&self) -> &[ReturnReason] {
        &self.return_reasons
    }

    /// A return reason by id.
    #[must_use]
    pub fn return_reason(&self, id: &str) -> Option<&ReturnReason> {
        self.return_reasons.iter().find(|reason| reason.id.as_str() == id)
    }

    /// All refund reasons, oldest first.
    #[must_use]
    pub fn refund_reasons(&self) -> &[RefundReason] {
        &self.refund_reasons
    }

    /// A refund reason by id.
    #[must_use]
    pub fn refund_reason(&self, id: &str) -> Option<&RefundReason> {
        self.refund_reasons.iter().find(|reason| reason.id.as_str() == id)
    }

    /// Whether prices in this currency contain the tax: a region decides for itself, else its currency does.
    #[must_use]
    pub fn prices_include_tax(&self, region: Option<&Region>, currency: Currency) -> bool {
        region.map_or_else(
            || preferred(&self.price_preferences, PreferenceAttribute::CurrencyCode, currency.code()).unwrap_or(false),
            |region| region.is_tax_inclusive,
        )
    }

    /// The rates on a product that is delivered to this place: one, or two where a province's rate is charged beside
    /// its country's. Nearer and narrower rates win: province before country, product before type before default.
    #[must_use]
    pub fn tax_rates(
        &self,
        country: &str,
        province: Option<&str>,
        product_id: &str,
        product_type_id: Option<&str>,
    ) -> Vec<&TaxRate> {
        self.rates(country, province, |rate| {
            if names(rate, TaxReference::Product, product_id) {
                Some(Fit::Product)
            } else if product_type_id.is_some_and(|type_id| names(rate, TaxReference::ProductType, type_id)) {
                Some(Fit::ProductType)
            } else {
                rate.is_default.then_some(Fit::Default)
            }
        })
    }

    /// The rates on a shipping option that delivers to this place.
    #[must_use]
    pub fn shipping_tax_rates(&self, country: &str, province: Option<&str>, option_id: &str) -> Vec<&TaxRate> {
        self.rates(country, province, |rate| {
            if names(rate, TaxReference::ShippingOption, option_id) {
                Some(Fit::ShippingOption)
            } else {
                rate.is_default.then_some(Fit::Default)
            }
        })
    }

    fn rates(&self, country: &str, province: Option<&str>, fit: impl Fn(&TaxRate) -> Option<Fit>) -> Vec<&TaxRate> {
        let country = lower(country).into_owned();
        let of_country = self.tax_region_at(country.clone(), None);
        let of_province = province.and_then(|province| {
            let key = province_key(&country, province);
            self.tax_region_at(country, Some(key))
        });
        let near = of_province.and_then(|region| narrowest(region, &fit));
        let wide = of_country.and_then(|region| narrowest(region, &fit));
        match (near, wide) {
            (Some((_, near)), Some((_, wide))) if near.is_combinable => vec![near, wide],
            (Some((_, near)), _) => vec![near],
            (None, Some((_, wide))) => vec![wide],
            (None, None) => Vec::new(),
        }
    }

    fn tax_region_at(&self, country: String, province: Option<String>) -> Option<&TaxRegion> {
        let position = self.tax_region_by_place.get(&(country, province))?;
        Some(&self.tax_regions[*position])
    }

    /// The tax region a new province belongs under.
    #[must_use]
    pub fn tax_region_of_country(&self, country: &str) -> Option<TaxRegionId> {
        self.tax_region_at(lower(country).into_owned(), None).map(|region| region.id.clone())
    }
}

/// How narrowly a rate fits, narrowest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    ShippingOption,
    Product,
    ProductType,
    Default,
}

fn narrowest(region: &TaxRegion, fit: impl Fn(&TaxRate) -> Option<Fit>) -> Option<(Fit, &TaxRate)> {
    let fitting = region.rates.iter().filter_map(|rate| Some((fit(rate)?, rate)));
    fitting.min_by_key(|(fit, _)| *fit)
}

fn names(rate: &TaxRate, reference: TaxReference, id: &str) -> bool {
    rate.rules.iter().any(|rule| rule.reference == reference && rule.reference_id == id)
}

fn preferred(preferences: &[PricePreference], attribute: PreferenceAttribute, value: &str) -> Option<bool> {
    let held = preferences.iter().find(|held| held.attribute == attribute && held.value == value);
    held.map(|held| held.is_tax_inclusive)
}

fn lower(code: &str) -> std::borrow::Cow<'_, str> {
    if code.bytes().any(|letter| letter.is_ascii_uppercase()) { code.to_ascii_lowercase().into() } else { code.into() }
}

fn positions<T, K: std::hash::Hash + Eq>(list: &[T], key: impl Fn(&T) -> K) -> HashMap<K, usize> {
    list.iter().enumerate().map(|(position, item)| (key(item), position)).collect()
}
