//! The verbs that change the market: regions, sales channels, tax regions and rates, the settings of the shop.

use tradewind_kernel::{Bucket, Decimal, Error, Result, Timestamp};
use tradewind_platform::db::{Stored, Tx};

use crate::error::{country_taken, tax_region_exists, unknown_country, unknown_currency};
use crate::events::MarketPart;
use crate::model::{
    NewRegion, NewSalesChannel, NewStoreSettings, NewTaxRate, NewTaxRegion, Region, RegionChange, RegionId,
    SalesChannel, SalesChannelChange, SalesChannelId, StoreId, StoreSettings, TaxRate, TaxRateChange, TaxRateId,
    TaxRegion, TaxRegionId,
};
use crate::{Market, country, currency_info, store};

const NAME_CHARACTERS_MAX: usize = 200;
const RATES_MAX: usize = 1000;

impl Market {
    /// Makes a region; its countries must be in no other.
    pub async fn create_region(&self, tx: &mut Tx, new: NewRegion) -> Result<Region> {
        let now = tx.now();
        check_currency("currency_code", new.currency)?;
        let region = Region {
            id: new.id.unwrap_or_else(|| RegionId::mint(tx.mint())),
            name: name_of("name", new.name)?,
            currency: new.currency,
            automatic_taxes: new.automatic_taxes,
            is_tax_inclusive: new.is_tax_inclusive,
            countries: country_codes(new.countries)?,
            payment_providers: new.payment_providers,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        take_countries(tx, &region).await?;
        store::insert_region(tx, &region).await?;
        self.changed(tx, MarketPart::Region, region.id.as_str()).await?;
        Ok(region)
    }

    /// Changes a region.
    pub async fn update_region(&self, tx: &mut Tx, id: &RegionId, change: RegionChange) -> Result<Region> {
        let mut stored =
            store::region(tx, id.as_str()).await?.ok_or_else(|| Error::not_found("Region", id.as_str()))?;
        let region = &mut stored.value;
        if let Some(name) = change.name {
            region.name = name_of("name", name)?;
        }
        if let Some(currency) = change.currency {
            check_currency("currency_code", currency)?;
            region.currency = currency;
        }
        set(&mut region.automatic_taxes, change.automatic_taxes);
        set(&mut region.is_tax_inclusive, change.is_tax_inclusive);
        set(&mut region.payment_providers, change.payment_providers);
        set(&mut region.metadata, change.metadata);
        region.updated_at = tx.now();
        if let Some(countries) = change.countries {
            region.countries = country_codes(countries)?;
            store::give_up_countries(tx, id.as_str()).await?;
            take_countries(tx, region).await?;
        }
        store::update_region(tx, &stored).await?;
        self.changed(tx, MarketPart::Region, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a region; its countries are free for another. Removing one that is gone is no error.
    pub async fn delete_region(&self, tx: &mut Tx, id: &RegionId) -> Result<()> {
        store::delete_region(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::Region, id.as_str()).await
    }

    /// Makes a sales channel.
    pub async fn create_sales_channel(&self, tx: &mut Tx, new: NewSalesChannel) -> Result<SalesChannel> {
        let now = tx.now();
        let channel = SalesChannel {
            id: new.id.unwrap_or_else(|| SalesChannelId::mint(tx.mint())),
            name: name_of("name", new.name)?,
            description: new.description,
            is_disabled: new.is_disabled,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_sales_channel(tx, &channel).await?;
        self.changed(tx, MarketPart::SalesChannel, channel.id.as_str()).await?;
        Ok(channel)
    }

    /// Changes a sales channel.
    pub async fn update_sales_channel(
        &self,
        tx: &mut Tx,
        id: &SalesChannelId,
        change: SalesChannelChange,
    ) -> Result<SalesChannel> {
        let mut stored = store::sales_channel(tx, id.as_str())
            .await?
            .ok_or_else(|| Error::not_found("Sales channel", id.as_str()))?;
        let channel = &mut stored.value;
        if let Some(name) = change.name {
            channel.name = name_of("name", name)?;
        }
        set(&mut channel.description, change.description);
        set(&mut channel.is_disabled, change.is_disabled);
        set(&mut channel.metadata, change.metadata);
        channel.updated_at = tx.now();
        store::update_sales_channel(tx, &stored).await?;
        self.changed(tx, MarketPart::SalesChannel, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a sales channel, unless it is the shop's default. Removing one that is gone is no error.
    pub async fn delete_sales_channel(&self, tx: &mut Tx, id: &SalesChannelId) -> Result<()> {
        let settings = store::settings(tx).await?;
        if settings.is_some_and(|held| held.value.default_sales_channel_id.as_ref() == Some(id)) {
            return Err(Error::not_allowed(
                "This is the default sales channel of the shop; make another one the default first",
            ));
        }
        store::delete_sales_channel(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::SalesChannel, id.as_str()).await
    }

    /// Makes a tax region with its rates. A province is put under its country's tax region, which must exist.
    pub async fn create_tax_region(&self, tx: &mut Tx, new: NewTaxRegion) -> Result<TaxRegion> {
        let now = tx.now();
        let country_code = country_code("country_code", &new.country_code)?;
        let province_code = new.province_code.map(|code| code.trim().to_lowercase()).filter(|code| !code.is_empty());
        if store::tax_region_at(tx, &country_code, province_code.as_deref()).await?.is_some() {
            return Err(tax_region_exists(&country_code, province_code.as_deref()));
        }
        let parent_id = match &province_code {
            None => None,
            Some(_) => {
                let parent = store::tax_region_at(tx, &country_code, None).await?;
                Some(parent.map(|parent| parent.id).ok_or_else(|| {
                    Error::invalid(
                        "province_code",
                        "Make a tax region for the whole country first; a province stands under it",
                    )
                })?)
            }
        };
        let id = new.id.unwrap_or_else(|| TaxRegionId::mint(tx.mint()));
        let rates = new.rates.into_iter().map(|rate| rate_of(tx, id.as_str(), rate, now));
        let region = TaxRegion {
            rates: rates.collect::<Result<_>>()?,
            id,
            country_code,
            province_code,
            parent_id,
            provider_id: new.provider_id,
            metadata: new.metadata,
            created_by: new.created_by,
            created_at: now,
            updated_at: now,
        };
        check_rates(&region.rates)?;
        store::insert_tax_region(tx, &region).await?;
        self.changed(tx, MarketPart::TaxRegion, region.id.as_str()).await?;
        Ok(region)
    }

    /// Removes a tax region with its rates, and its provinces with theirs.
    pub async fn delete_tax_region(&self, tx: &mut Tx, id: &TaxRegionId) -> Result<()> {
        let Some(stored) = store::tax_region(tx, id.as_str()).await? else {
            return Ok(());
        };
        if stored.value.province_code.is_none() {
            for province in store::provinces_of(tx, &stored.value.country_code).await? {
                store::delete_tax_region(tx, &province).await?;
            }
        }
        store::delete_tax_region(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::TaxRegion, id.as_str()).await
    }

    /// Adds a rate to a tax region.
    pub async fn create_tax_rate(&self, tx: &mut Tx, region_id: &TaxRegionId, new: NewTaxRate) -> Result<TaxRate> {
        let now = tx.now();
        let rate = rate_of(tx, region_id.as_str(), new, now)?;
        let added = rate.clone();
        self.change_rates(tx, region_id, |rates| {
            rates.push(rate);
            Ok(())
        })
        .await?;
        Ok(added)
    }

    /// Changes a rate of a tax region.
    pub async fn update_tax_rate(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        id: &TaxRateId,
        change: TaxRateChange,
    ) -> Result<TaxRate> {
        let now = tx.now();
        let region = self
            .change_rates(tx, region_id, |rates| {
                let rate = rates
                    .iter_mut()
                    .find(|rate| rate.id == *id)
                    .ok_or_else(|| Error::not_found("Tax rate", id.as_str()))?;
                if let Some(name) = change.name {
                    rate.name = name_of("name", name)?;
                }
                if let Some(percent) = change.rate {
                    rate.rate = percent_of(percent)?;
                }
                set(&mut rate.code, change.code);
                set(&mut rate.is_default, change.is_default);
                set(&mut rate.is_combinable, change.is_combinable);
                set(&mut rate.rules, change.rules);
                set(&mut rate.metadata, change.metadata);
                rate.updated_at = now;
                Ok(())
            })
            .await?;
        let changed = region.rates.into_iter().find(|rate| rate.id == *id);
        changed.ok_or_else(|| Error::not_found("Tax rate", id.as_str()))
    }

    /// Removes a rate of a tax region. Removing one that is gone is no error.
    pub async fn delete_tax_rate(&self, tx: &mut Tx, region_id: &TaxRegionId, id: &TaxRateId) -> Result<()> {
        self.change_rates(tx, region_id, |rates| {
            rates.retain(|rate| rate.id != *id);
            Ok(())
        })
        .await?;
        Ok(())
    }

    async fn change_rates(
        &self,
        tx: &mut Tx,
        region_id: &TaxRegionId,
        change: impl FnOnce(&mut Vec<TaxRate>) -> Result<()>,
    ) -> Result<TaxRegion> {
        let mut stored = store::tax_region(tx, region_id.as_str())
            .await?
            .ok_or_else(|| Error::not_found("Tax region", region_id.as_str()))?;
        change(&mut stored.value.rates)?;
        check_rates(&stored.value.rates)?;
        stored.value.updated_at = tx.now();
        store::update_tax_region(tx, &stored).await?;
        self.changed(tx, MarketPart::TaxRegion, region_id.as_str()).await?;
        Ok(stored.value)
    }

    /// Stores the settings of the shop: makes them the first time, replaces them afterwards.
    pub async fn save_store(&self, tx: &mut Tx, new: NewStoreSettings) -> Result<StoreSettings> {
        let now = tx.now();
        let existing = store::settings(tx).await?;
        let (version, id, created_at) = match existing {
            Some(Stored { version, value }) => (Some(version), value.id, value.created_at),
            None => (None, new.id.unwrap_or_else(|| StoreId::mint(tx.mint())), now),
        };
        for held in &new.currencies {
            check_currency("supported_currencies", held.currency)?;
        }
        let defaults = new.currencies.iter().filter(|held| held.is_default).count();
        if !new.currencies.is_empty() && defaults != 1 {
            return Err(Error::invalid("supported_currencies", "Exactly one of the shop's currencies is its default"));
        }
        let mut codes: Vec<_> = new.currencies.iter().map(|held| held.currency).collect();
        codes.sort_unstable();
        codes.dedup();
        if codes.len() != new.currencies.len() {
            return Err(Error::invalid("supported_currencies", "A currency is named twice"));
        }
        let settings = StoreSettings {
            id,
            name: name_of("name", new.name)?,
            currencies: new.currencies,
            default_sales_channel_id: new.default_sales_channel_id,
            default_region_id: new.default_region_id,
            default_location_id: new.default_location_id,
            metadata: new.metadata,
            created_at,
            updated_at: now,
        };
        match version {
            None => store::insert_settings(tx, &settings).await?,
            Some(version) => {
                let stored = Stored { version, value: settings.clone() };
                store::update_settings(tx, &stored).await?;
            }
        }
        self.changed(tx, MarketPart::Store, settings.id.as_str()).await?;
        Ok(settings)
    }
}

fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}

fn name_of(field: &str, name: String) -> Result<String> {
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(Error::invalid(field, "A name is needed"));
    }
    if trimmed.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Error::invalid(field, format!("A name has at most {NAME_CHARACTERS_MAX} characters")));
    }
    Ok(if trimmed.len() == name.len() { name } else { trimmed.to_owned() })
}

fn check_currency(field: &str, currency: tradewind_kernel::Currency) -> Result<()> {
    match currency_info(currency) {
        Some(_) => Ok(()),
        None => Err(unknown_currency(field, currency.code())),
    }
}

fn country_code(field: &str, code: &str) -> Result<String> {
    let known = country(code).ok_or_else(|| unknown_country(field, code))?;
    Ok(known.iso_2.to_owned())
}

/// The codes in lower case, each once, in the order they were given.
fn country_codes(codes: Vec<String>) -> Result<Vec<String>> {
    let mut known: Vec<String> = Vec::with_capacity(codes.len());
    for code in codes {
        let code = country_code("countries", &code)?;
        if !known.contains(&code) {
            known.push(code);
        }
    }
    Ok(known)
}

async fn take_countries(tx: &mut Tx, region: &Region) -> Result<()> {
    for country in &region.countries {
        let Some(holder) = store::take_country(tx, country, region.id.as_str()).await? else {
            continue;
        };
        let name = store::region(tx, &holder).await?.map(|stored| stored.value.name);
        return Err(country_taken(country, name.as_deref().unwrap_or(&holder)));
    }
    Ok(())
}

fn percent_of(percent: Decimal) -> Result<Decimal> {
    if percent.is_sign_negative() && !percent.is_zero() || percent > Decimal::from(1000) {
        return Err(Error::invalid("rate", "A tax rate is a percentage between 0 and 1000"));
    }
    if percent.normalize().scale() > 6 {
        return Err(Error::invalid("rate", "A tax rate has at most six decimals"));
    }
    Ok(percent.normalize())
}

fn rate_of(tx: &Tx, region_id: &str, new: NewTaxRate, now: Timestamp) -> Result<TaxRate> {
    Ok(TaxRate {
        id: new.id.unwrap_or_else(|| TaxRateId::mint_in(tx.mint(), Bucket::of(region_id))),
        name: name_of("name", new.name)?,
        code: new.code,
        rate: percent_of(new.rate)?,
        is_default: new.is_default,
        is_combinable: new.is_combinable,
        rules: new.rules,
        metadata: new.metadata,
        created_by: new.created_by,
        created_at: now,
        updated_at: now,
    })
}

fn check_rates(rates: &[TaxRate]) -> Result<()> {
    if rates.len() > RATES_MAX {
        return Err(Error::invalid("rates", format!("A tax region has at most {RATES_MAX} rates")));
    }
    if rates.iter().filter(|rate| rate.is_default).count() > 1 {
        return Err(Error::invalid("is_default", "A tax region has one default rate at most"));
    }
    Ok(())
}
