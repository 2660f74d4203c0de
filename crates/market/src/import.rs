//! Taking in the market of another shop: whole aggregates under the ids they have there.

use tradewind_kernel::{Currency, Error, ErrorKind, Result};
use tradewind_platform::db::{Imported, Stored, Tx, UNIQUE};

use crate::error::{country_taken, tax_region_exists, unknown_country, unknown_currency};
use crate::events::MarketPart;
use crate::model::{PricePreference, RefundReason, Region, ReturnReason, SalesChannel, StoreSettings, TaxRegion};
use crate::{Market, country, currency_info, store};

impl Market {
    /// Stores a sales channel as it is.
    pub async fn import_sales_channel(&self, tx: &mut Tx, channel: SalesChannel) -> Result<Imported> {
        let present = store::sales_channel(tx, channel.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &channel);
        let id = channel.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_sales_channel(tx, &channel).await?,
            Some(present) => store::update_sales_channel(tx, &replaced(present, channel)).await?,
        }
        self.changed(tx, MarketPart::SalesChannel, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores a region as it is; its countries must be in no other.
    pub async fn import_region(&self, tx: &mut Tx, region: Region) -> Result<Imported> {
        known_currency("currency_code", region.currency)?;
        if let Some(code) = region.countries.iter().find(|code| country(code).is_none()) {
            return Err(unknown_country("countries", code));
        }
        let present = store::region(tx, region.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &region);
        if outcome == Imported::Same {
            return Ok(outcome);
        }
        let id = region.id.clone();
        store::give_up_countries(tx, id.as_str()).await?;
        for code in &region.countries {
            if let Some(holder) = store::take_country(tx, code, id.as_str()).await? {
                let name = store::region(tx, &holder).await?.map(|stored| stored.value.name);
                return Err(country_taken(code, name.as_deref().unwrap_or(&holder)));
            }
        }
        match present {
            None => store::insert_region(tx, &region).await?,
            Some(present) => store::update_region(tx, &replaced(present, region)).await?,
        }
        self.changed(tx, MarketPart::Region, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores a tax region with its rates as it is. A place has one: another with the same place is refused.
    pub async fn import_tax_region(&self, tx: &mut Tx, region: TaxRegion) -> Result<Imported> {
        if country(&region.country_code).is_none() {
            return Err(unknown_country("country_code", &region.country_code));
        }
        let holder = store::tax_region_at(tx, &region.country_code, region.province_code.as_deref()).await?;
        if holder.is_some_and(|holder| holder.id != region.id) {
            return Err(tax_region_exists(&region.country_code, region.province_code.as_deref()));
        }
        let present = store::tax_region(tx, region.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &region);
        let id = region.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_tax_region(tx, &region).await?,
            Some(present) if present.value.country_code == region.country_code => {
                store::update_tax_region(tx, &replaced(present, region)).await?;
            }
            Some(_) => return Err(Error::invalid("country_code", "A tax region stays in its country")),
        }
        self.changed(tx, MarketPart::TaxRegion, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores a price preference as it is, in place of one that is here about the same currency or region.
    pub async fn import_price_preference(&self, tx: &mut Tx, preference: PricePreference) -> Result<Imported> {
        let about = store::price_preference_about(tx, preference.attribute, &preference.value).await?;
        if let Some(other) = about.filter(|other| other.value.id != preference.id) {
            store::delete_price_preference(tx, other.value.id.as_str()).await?;
        }
        let present = store::price_preference(tx, preference.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &preference);
        let id = preference.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_price_preference(tx, &preference).await?,
            Some(present) => store::update_price_preference(tx, &replaced(present, preference)).await?,
        }
        self.changed(tx, MarketPart::PricePreference, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores a return reason as it is; its value must be its own.
    pub async fn import_return_reason(&self, tx: &mut Tx, reason: ReturnReason) -> Result<Imported> {
        let present = store::return_reason(tx, reason.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &reason);
        let id = reason.id.clone();
        let stored = match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_return_reason(tx, &reason).await,
            Some(present) => store::update_return_reason(tx, &replaced(present, reason)).await,
        };
        stored.map_err(|error| taken(error, "value"))?;
        self.changed(tx, MarketPart::ReturnReason, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores a refund reason as it is; its code must be its own.
    pub async fn import_refund_reason(&self, tx: &mut Tx, reason: RefundReason) -> Result<Imported> {
        let present = store::refund_reason(tx, reason.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &reason);
        let id = reason.id.clone();
        let stored = match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_refund_reason(tx, &reason).await,
            Some(present) => store::update_refund_reason(tx, &replaced(present, reason)).await,
        };
        stored.map_err(|error| taken(error, "code"))?;
        self.changed(tx, MarketPart::RefundReason, id.as_str()).await?;
        Ok(outcome)
    }

    /// Stores the settings of the shop as they are, in place of those there are.
    pub async fn import_store(&self, tx: &mut Tx, settings: StoreSettings) -> Result<Imported> {
        for held in &settings.currencies {
            known_currency("supported_currencies", held.currency)?;
        }
        let present = store::settings(tx).await?;
        let outcome = Imported::over(present.as_ref(), &settings);
        let id = settings.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_settings(tx, &settings).await?,
            Some(present) if present.value.id == id => {
                store::update_settings(tx, &replaced(present, settings)).await?;
            }
            Some(present) => {
                store::delete_settings(tx, present.value.id.as_str()).await?;
                store::insert_settings(tx, &settings).await?;
            }
        }
        self.changed(tx, MarketPart::Store, id.as_str()).await?;
        Ok(outcome)
    }
}

fn replaced<T>(present: Stored<T>, value: T) -> Stored<T> {
    Stored { version: present.version, value }
}

fn taken(error: Error, field: &str) -> Error {
    match error.is(UNIQUE) {
        true => Error::new(ErrorKind::Duplicate, "Another reason has this already").at(field),
        false => error,
    }
}

fn known_currency(field: &str, currency: Currency) -> Result<()> {
    match currency_info(currency) {
        Some(_) => Ok(()),
        None => Err(unknown_currency(field, currency.code())),
    }
}
