//! Setting how much of an item lies at a location.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::error::{in_use, level_exists};
use crate::events::StockSet;
use crate::item::check_level;
use crate::model::Level;
use crate::{Inventory, store};

impl Inventory {
    /// Starts keeping an item at a location; there must be no level for it yet.
    pub async fn create_level(
        &self,
        tx: &mut Tx,
        item_id: &str,
        location_id: &str,
        stocked: i64,
        incoming: i64,
    ) -> Result<Level> {
        check_item(tx, item_id).await?;
        if !self.insert_level(tx, item_id, location_id, stocked, incoming).await? {
            return Err(level_exists());
        }
        self.told(tx, item_id, location_id, Some(stocked)).await?;
        found(tx, item_id, location_id).await
    }

    /// Sets how much of an item lies at a location; the level is made where there is none. What is promised stays promised.
    pub async fn set_level(&self, tx: &mut Tx, item_id: &str, location_id: &str, stocked: i64) -> Result<Level> {
        check_level("stocked_quantity", stocked)?;
        let now = tx.now();
        if store::set_stocked(tx, item_id, location_id, stocked, now).await? == 0 {
            return self.create_level(tx, item_id, location_id, stocked, 0).await;
        }
        self.told(tx, item_id, location_id, Some(stocked)).await?;
        found(tx, item_id, location_id).await
    }

    /// Sets how much of an item is on its way to a location.
    pub async fn set_incoming(&self, tx: &mut Tx, item_id: &str, location_id: &str, incoming: i64) -> Result<Level> {
        check_level("incoming_quantity", incoming)?;
        let now = tx.now();
        if store::set_incoming(tx, item_id, location_id, incoming, now).await? == 0 {
            return Err(no_level(location_id));
        }
        found(tx, item_id, location_id).await
    }

    /// Sets how much of an item lies at a location, is on its way there, or both; there must be a level for it.
    pub async fn update_level(
        &self,
        tx: &mut Tx,
        item_id: &str,
        location_id: &str,
        stocked: Option<i64>,
        incoming: Option<i64>,
    ) -> Result<Level> {
        let mut level = found(tx, item_id, location_id).await?;
        if let Some(stocked) = stocked {
            level = self.set_level(tx, item_id, location_id, stocked).await?;
        }
        if let Some(incoming) = incoming {
            level = self.set_incoming(tx, item_id, location_id, incoming).await?;
        }
        Ok(level)
    }

    /// Stops keeping an item at a location, unless some of it is promised there, or lies there or is on its way and `force`
    /// does not say that this is meant.
    pub async fn delete_level_by_id(&self, tx: &mut Tx, level_id: &str, force: bool) -> Result<()> {
        let level = store::level_by_id(tx, level_id).await?;
        let level = level.ok_or_else(|| Error::not_found("Stock level", level_id))?;
        if !force && (level.stocked > 0 || level.incoming > 0) {
            return Err(in_use(
                "This stock level",
                "there is stock at it, or on its way; 'force' removes it all the same",
            ));
        }
        self.delete_level(tx, &level.item_id, &level.location_id).await
    }

    /// Stops keeping an item at a location, unless some of it is promised there. Removing a level that is gone is no error.
    pub async fn delete_level(&self, tx: &mut Tx, item_id: &str, location_id: &str) -> Result<()> {
        let level = store::level(tx, item_id, location_id).await?;
        if level.is_some_and(|level| level.promised() > 0) {
            return Err(in_use("This stock level", "some of it is promised to orders"));
        }
        if store::delete_level(tx, item_id, location_id).await? > 0 {
            self.told(tx, item_id, location_id, None).await?;
        }
        Ok(())
    }

    async fn told(&self, tx: &mut Tx, item_id: &str, location_id: &str, stocked: Option<i64>) -> Result<()> {
        self.changed(tx, vec![item_id.to_owned()]);
        tx.publish(&StockSet { item_id: item_id.to_owned(), location_id: location_id.to_owned(), stocked }).await
    }
}

async fn check_item(tx: &mut Tx, item_id: &str) -> Result<()> {
    match store::item(tx, item_id).await? {
        Some(_) => Ok(()),
        None => Err(Error::not_found("Inventory item", item_id)),
    }
}

async fn found(tx: &mut Tx, item_id: &str, location_id: &str) -> Result<Level> {
    store::level(tx, item_id, location_id).await?.ok_or_else(|| no_level(location_id))
}

fn no_level(location_id: &str) -> Error {
    Error::not_found("Stock level at the location", location_id)
}
