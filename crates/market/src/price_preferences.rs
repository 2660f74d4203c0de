//! The verbs that say whether prices contain the tax.

use tradewind_kernel::{Currency, Error, ErrorKind, Result};
use tradewind_platform::db::Tx;

use crate::change::check_currency;
use crate::events::MarketPart;
use crate::model::{
    NewPricePreference, PreferenceAttribute, PricePreference, PricePreferenceChange, PricePreferenceId,
};
use crate::{Market, store};

impl Market {
    /// Makes a price preference; a currency or a region has one at most.
    pub async fn create_price_preference(&self, tx: &mut Tx, new: NewPricePreference) -> Result<PricePreference> {
        let now = tx.now();
        let preference = PricePreference {
            value: checked_value(tx, new.attribute, &new.value).await?,
            id: new.id.unwrap_or_else(|| PricePreferenceId::mint(tx.mint())),
            attribute: new.attribute,
            is_tax_inclusive: new.is_tax_inclusive,
            created_at: now,
            updated_at: now,
        };
        if store::price_preference_about(tx, preference.attribute, &preference.value).await?.is_some() {
            return Err(taken(&preference));
        }
        store::insert_price_preference(tx, &preference).await?;
        self.changed(tx, MarketPart::PricePreference, preference.id.as_str()).await?;
        Ok(preference)
    }

    /// Changes a price preference.
    pub async fn update_price_preference(
        &self,
        tx: &mut Tx,
        id: &PricePreferenceId,
        change: PricePreferenceChange,
    ) -> Result<PricePreference> {
        let mut stored = store::price_preference(tx, id.as_str())
            .await?
            .ok_or_else(|| Error::not_found("Price preference", id.as_str()))?;
        let preference = &mut stored.value;
        if change.attribute.is_some() || change.value.is_some() {
            let attribute = change.attribute.unwrap_or(preference.attribute);
            let value = change.value.as_ref().unwrap_or(&preference.value);
            preference.value = checked_value(tx, attribute, value).await?;
            preference.attribute = attribute;
            let holder = store::price_preference_about(tx, attribute, &preference.value).await?;
            if holder.is_some_and(|holder| holder.value.id != *id) {
                return Err(taken(preference));
            }
        }
        if let Some(is_tax_inclusive) = change.is_tax_inclusive {
            preference.is_tax_inclusive = is_tax_inclusive;
        }
        preference.updated_at = tx.now();
        store::update_price_preference(tx, &stored).await?;
        self.changed(tx, MarketPart::PricePreference, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a price preference: a region then follows its currency, a currency's prices are without tax. Removing one
    /// that is gone is no error.
    pub async fn delete_price_preference(&self, tx: &mut Tx, id: &PricePreferenceId) -> Result<()> {
        store::delete_price_preference(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::PricePreference, id.as_str()).await
    }

    /// Lets the preference about a currency or a region say this, whether there is one yet or not.
    pub(crate) async fn prefer(
        &self,
        tx: &mut Tx,
        attribute: PreferenceAttribute,
        value: &str,
        is_tax_inclusive: bool,
    ) -> Result<()> {
        match store::price_preference_about(tx, attribute, value).await? {
            None => {
                let new = NewPricePreference { id: None, attribute, value: value.to_owned(), is_tax_inclusive };
                self.create_price_preference(tx, new).await?;
            }
            Some(held) if held.value.is_tax_inclusive != is_tax_inclusive => {
                let change = PricePreferenceChange {
                    is_tax_inclusive: Some(is_tax_inclusive),
                    ..PricePreferenceChange::default()
                };
                self.update_price_preference(tx, &held.value.id, change).await?;
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// As [`Market::prefer`], for a currency of the shop: no preference says that its prices are without tax.
    pub(crate) async fn prefer_currency(&self, tx: &mut Tx, currency: Currency, is_tax_inclusive: bool) -> Result<()> {
        let about = PreferenceAttribute::CurrencyCode;
        if !is_tax_inclusive && store::price_preference_about(tx, about, currency.code()).await?.is_none() {
            return Ok(());
        }
        self.prefer(tx, about, currency.code(), is_tax_inclusive).await
    }
}

/// The currency's code in lower case, or the id of a region that exists.
async fn checked_value(tx: &mut Tx, attribute: PreferenceAttribute, value: &str) -> Result<String> {
    match attribute {
        PreferenceAttribute::CurrencyCode => {
            let currency: Currency = value.parse().map_err(|error: Error| error.at("value"))?;
            check_currency("value", currency)?;
            Ok(currency.code().to_owned())
        }
        PreferenceAttribute::RegionId => {
            if store::region(tx, value).await?.is_none() {
                let shown: String = value.chars().take(80).collect();
                return Err(Error::invalid("value", format!("There is no region with id: {shown}")));
            }
            Ok(value.to_owned())
        }
    }
}

fn taken(preference: &PricePreference) -> Error {
    let (attribute, value) = (preference.attribute.as_str(), &preference.value);
    Error::new(
        ErrorKind::Duplicate,
        format!("There is a price preference for the {attribute} {value} already; change that one"),
    )
    .at("value")
}
