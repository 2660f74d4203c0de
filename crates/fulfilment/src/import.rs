//! Taking in the shipping configuration of another shop: whole aggregates under the ids they have there.

use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_market::{country, currency_info};
use tradewind_platform::db::{Imported, Stored, Tx, UNIQUE};

use crate::error::unknown;
use crate::model::{FulfillmentSet, ShippingOption, ShippingProfile};
use crate::{Fulfilment, store};

impl Fulfilment {
    /// Stores a shipping profile as it is; its name must be its own.
    pub async fn import_profile(&self, tx: &mut Tx, profile: ShippingProfile) -> Result<Imported> {
        let present = store::profile(tx, &profile.id).await?;
        let outcome = Imported::over(present.as_ref(), &profile);
        let (id, name) = (profile.id.clone(), profile.name.clone());
        let stored = match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_profile(tx, &profile).await,
            Some(present) => store::update_profile(tx, &Stored { version: present.version, value: profile }).await,
        };
        stored.map_err(|error| {
            if error.is(UNIQUE) {
                let message = format!("There is another shipping profile called {name} already");
                return Error::new(ErrorKind::Duplicate, message).at("name");
            }
            error
        })?;
        self.changed(tx, &id).await?;
        Ok(outcome)
    }

    /// Stores a fulfilment set with its zones as it is.
    pub async fn import_set(&self, tx: &mut Tx, set: FulfillmentSet) -> Result<Imported> {
        for geo in set.service_zones.iter().flat_map(|zone| &zone.geo_zones) {
            if country(&geo.country_code).is_none() {
                return Err(unknown("country_code", "country", &geo.country_code));
            }
        }
        let present = store::set(tx, &set.id).await?;
        let outcome = Imported::over(present.as_ref(), &set);
        let id = set.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_set(tx, &set).await?,
            Some(present) => store::update_set(tx, &Stored { version: present.version, value: set }).await?,
        }
        self.changed(tx, &id).await?;
        Ok(outcome)
    }

    /// Stores a shipping option as it is. Its zone and profile are the importer's to know.
    pub async fn import_option(&self, tx: &mut Tx, option: ShippingOption) -> Result<Imported> {
        for price in &option.prices {
            if currency_info(price.currency).is_none() {
                return Err(unknown("prices", "currency", price.currency.code()));
            }
        }
        let present = store::option(tx, &option.id).await?;
        let outcome = Imported::over(present.as_ref(), &option);
        let id = option.id.clone();
        match present {
            _ if outcome == Imported::Same => return Ok(outcome),
            None => store::insert_option(tx, &option).await?,
            Some(present) => store::update_option(tx, &Stored { version: present.version, value: option }).await?,
        }
        self.changed(tx, &id).await?;
        Ok(outcome)
    }
}
