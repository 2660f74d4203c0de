//! The verbs that change shipping profiles.

use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::error::in_use;
use crate::model::{NewProfile, PROFILE_PREFIX, ProfileChange, ShippingProfile};
use crate::{Fulfilment, store};

impl Fulfilment {
    /// Makes a shipping profile.
    pub async fn create_profile(&self, tx: &mut Tx, new: NewProfile) -> Result<ShippingProfile> {
        let now = tx.now();
        let profile = ShippingProfile {
            id: new.id.unwrap_or_else(|| tx.mint().mint(PROFILE_PREFIX)),
            name: name_of("name", &new.name)?,
            type_: name_of("type", &new.type_)?,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        let stored = store::insert_profile(tx, &profile).await;
        stored.map_err(|error| taken(error, &profile.name))?;
        self.changed(tx, &profile.id).await?;
        Ok(profile)
    }

    /// Changes a shipping profile.
    pub async fn update_profile(&self, tx: &mut Tx, id: &str, change: ProfileChange) -> Result<ShippingProfile> {
        let mut stored = store::profile(tx, id).await?.ok_or_else(|| Error::not_found("Shipping profile", id))?;
        let profile = &mut stored.value;
        if let Some(name) = change.name {
            profile.name = name_of("name", &name)?;
        }
        if let Some(type_) = change.type_ {
            profile.type_ = name_of("type", &type_)?;
        }
        if let Some(metadata) = change.metadata {
            profile.metadata = metadata;
        }
        profile.updated_at = tx.now();
        let saved = store::update_profile(tx, &stored).await;
        saved.map_err(|error| taken(error, &stored.value.name))?;
        self.changed(tx, id).await?;
        Ok(stored.value)
    }

    /// Removes a shipping profile that no option delivers. Removing one that is gone is no error.
    pub async fn delete_profile(&self, tx: &mut Tx, id: &str) -> Result<()> {
        if store::options_of_profile(tx, id).await? > 0 {
            return Err(in_use("This shipping profile", "there are shipping options for it"));
        }
        store::delete_profile(tx, id).await?;
        self.changed(tx, id).await
    }
}

fn taken(error: Error, name: &str) -> Error {
    if error.is(UNIQUE) {
        let message = format!("There is a shipping profile called {name} already");
        return Error::new(ErrorKind::Duplicate, message).at("name");
    }
    error
}

/// A name without spaces around it.
pub(crate) fn name_of(field: &str, name: &str) -> Result<String> {
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.chars().count() > 200 {
        return Err(Error::invalid(field, format!("The {field} has between 1 and 200 characters")));
    }
    Ok(trimmed.to_owned())
}
