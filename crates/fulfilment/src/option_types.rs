//! The verbs that change the types of shipping options: the kinds of delivery there are.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::error::in_use;
use crate::model::{OPTION_TYPE_PREFIX, OptionTypeChange, ShippingOptionType};
use crate::profiles::name_of;
use crate::{Fulfilment, store};

impl Fulfilment {
    /// Makes a type of shipping options.
    pub async fn create_option_type(&self, tx: &mut Tx, new: ShippingOptionType) -> Result<ShippingOptionType> {
        let type_ = type_of(tx, new, "")?;
        store::insert_option_type(tx, &type_).await?;
        self.changed(tx, &type_.id).await?;
        Ok(type_)
    }

    /// Changes a type of shipping options, and with it all options of that type.
    pub async fn update_option_type(
        &self,
        tx: &mut Tx,
        id: &str,
        change: OptionTypeChange,
    ) -> Result<ShippingOptionType> {
        let unknown = || Error::not_found("Shipping option type", id);
        let mut stored = store::option_type(tx, id).await?.ok_or_else(unknown)?;
        let type_ = &mut stored.value;
        if let Some(label) = change.label {
            type_.label = name_of("label", &label)?;
        }
        if let Some(code) = change.code {
            type_.code = name_of("code", &code)?;
        }
        if let Some(description) = change.description {
            type_.description = Some(description);
        }
        type_.updated_at = tx.now();
        store::update_option_type(tx, &stored).await?;
        for mut option in store::options_of_type(tx, id).await? {
            option.value.type_ = stored.value.clone();
            store::update_option(tx, &option).await?;
        }
        self.changed(tx, id).await?;
        Ok(stored.value)
    }

    /// Removes a type that no shipping option has. Removing one that is gone is no error.
    pub async fn delete_option_type(&self, tx: &mut Tx, id: &str) -> Result<()> {
        if !store::options_of_type(tx, id).await?.is_empty() {
            return Err(in_use("This shipping option type", "there are shipping options of it"));
        }
        store::delete_option_type(tx, id).await?;
        self.changed(tx, id).await
    }
}

/// A type as it is stored; `prefix` stands before the names of its fields where it was sent within something else.
pub(crate) fn type_of(tx: &Tx, mut type_: ShippingOptionType, prefix: &str) -> Result<ShippingOptionType> {
    type_.label = name_of(&format!("{prefix}label"), &type_.label)?;
    type_.code = name_of(&format!("{prefix}code"), &type_.code)?;
    if type_.id.is_empty() {
        type_.id = tx.mint().mint(OPTION_TYPE_PREFIX);
    }
    type_.created_at = tx.now();
    type_.updated_at = tx.now();
    Ok(type_)
}
