//! The verbs that change the market: regions, sales channels, the settings of the shop.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::error::{country_taken, unknown_country, unknown_currency};
use crate::events::MarketPart;
use crate::model::{
    NewRegion, NewSalesChannel, NewStoreSettings, PreferenceAttribute, Region, RegionChange, RegionId, SalesChannel,
    SalesChannelChange, SalesChannelId, StoreId, StoreSettings,
};
use crate::{Market, country, currency_info, store};

const NAME_CHARACTERS_MAX: usize = 200;
const LOCALES_MAX: usize = 200;

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
        self.prefer(tx, PreferenceAttribute::RegionId, region.id.as_str(), region.is_tax_inclusive).await?;
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
        if let Some(is_tax_inclusive) = change.is_tax_inclusive {
            self.prefer(tx, PreferenceAttribute::RegionId, id.as_str(), is_tax_inclusive).await?;
        }
        region.is_tax_inclusive = includes_tax(tx, region).await?;
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
        if let Some(held) = store::price_preference_about(tx, PreferenceAttribute::RegionId, id.as_str()).await? {
            store::delete_price_preference(tx, held.value.id.as_str()).await?;
        }
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
            locales: locale_tags(new.locales)?,
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
        for held in &settings.currencies {
            self.prefer_currency(tx, held.currency, held.is_tax_inclusive).await?;
        }
        self.changed(tx, MarketPart::Store, settings.id.as_str()).await?;
        Ok(settings)
    }
}

/// Whether prices in a region contain the tax, as the preferences stand in this transaction.
async fn includes_tax(tx: &mut Tx, region: &Region) -> Result<bool> {
    let own = store::price_preference_about(tx, PreferenceAttribute::RegionId, region.id.as_str()).await?;
    let held = match own {
        Some(own) => Some(own),
        None => store::price_preference_about(tx, PreferenceAttribute::CurrencyCode, region.currency.code()).await?,
    };
    Ok(held.is_some_and(|held| held.value.is_tax_inclusive))
}

/// Tags of BCP 47 as far as their form goes, each once.
fn locale_tags(tags: Vec<String>) -> Result<Vec<String>> {
    if tags.len() > LOCALES_MAX {
        return Err(Error::invalid("supported_locales", format!("A shop has at most {LOCALES_MAX} languages")));
    }
    let mut known: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let mut parts = tag.split('-');
        let begins_well = parts.next().is_some_and(|language| {
            (2..=8).contains(&language.len()) && language.bytes().all(|letter| letter.is_ascii_alphabetic())
        });
        let goes_on_well = parts
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric()));
        if !begins_well || !goes_on_well || tag.len() > 35 {
            let shown: String = tag.chars().take(40).collect();
            let message = format!("{shown} is not a language tag, such as en, de-AT or zh-Hant-TW");
            return Err(Error::invalid("supported_locales", message));
        }
        if known.iter().any(|held| held.eq_ignore_ascii_case(&tag)) {
            return Err(Error::invalid("supported_locales", format!("The language {tag} is named twice")));
        }
        known.push(tag);
    }
    Ok(known)
}

pub(crate) fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}

pub(crate) fn name_of(field: &str, name: String) -> Result<String> {
    let trimmed = name.trim();
    if trimmed.is_empty() {
        return Err(Error::invalid(field, "A name is needed"));
    }
    if trimmed.chars().count() > NAME_CHARACTERS_MAX {
        return Err(Error::invalid(field, format!("A name has at most {NAME_CHARACTERS_MAX} characters")));
    }
    Ok(if trimmed.len() == name.len() { name } else { trimmed.to_owned() })
}

pub(crate) fn check_currency(field: &str, currency: tradewind_kernel::Currency) -> Result<()> {
    match currency_info(currency) {
        Some(_) => Ok(()),
        None => Err(unknown_currency(field, currency.code())),
    }
}

pub(crate) fn country_code(field: &str, code: &str) -> Result<String> {
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
