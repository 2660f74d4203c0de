//! Taking in the market of another shop: whole aggregates under the ids they have there.

use tradewind_kernel::{Currency, Error, Result};
use tradewind_platform::db::{Imported, Stored, Tx};

use crate::error::{country_taken, tax_region_exists, unknown_country, unknown_currency};
use crate::events::MarketPart;
use crate::model::{Region, SalesChannel, StoreSettings, TaxRegion};
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

fn known_currency(field: &str, currency: Currency) -> Result<()> {
    match currency_info(currency) {
        Some(_) => Ok(()),
        None => Err(unknown_currency(field, currency.code())),
    }
}
