//! Taking in the stock of another shop: locations, items and levels under the ids they have there.

use tradewind_kernel::Result;
use tradewind_platform::db::{Imported, Stored, Tx, UNIQUE};

use crate::error::sku_taken;
use crate::item::check_level;
use crate::model::{InventoryItem, Level, StockLocation};
use crate::{Inventory, store};

impl Inventory {
    /// Stores a stock location as it is, and lets these sales channels sell from it, and no others.
    pub async fn import_location(
        &self,
        tx: &mut Tx,
        location: StockLocation,
        channel_ids: &[String],
    ) -> Result<Imported> {
        let id = location.id.clone();
        let present = store::location(tx, &id).await?;
        let mut outcome = Imported::over(present.as_ref(), &location);
        match present {
            _ if outcome == Imported::Same => {}
            None => store::insert_location(tx, &location).await?,
            Some(present) => {
                store::update_location(tx, &Stored { version: present.version, value: location }).await?;
            }
        }
        let mut links_changed = 0;
        for (channel, linked) in store::channel_locations(tx).await? {
            if linked == id && !channel_ids.contains(&channel) {
                links_changed += store::unlink_channel(tx, &channel, &id).await?;
            }
        }
        for channel in channel_ids {
            links_changed += store::link_channel(tx, channel, &id).await?;
        }
        if links_changed > 0 && outcome == Imported::Same {
            outcome = Imported::Changed;
        }
        if outcome != Imported::Same {
            self.everything_changed(tx).await?;
        }
        Ok(outcome)
    }

    /// Stores an inventory item as it is, and how much of it lies where. What is promised here stays promised; levels at
    /// other locations stay. The locations are the importer's to know.
    pub async fn import_item(&self, tx: &mut Tx, item: InventoryItem, levels: &[Level]) -> Result<Imported> {
        let (id, sku) = (item.id.clone(), item.sku.clone());
        let present = store::item(tx, &id).await?;
        let mut outcome = Imported::over(present.as_ref(), &item);
        let stored = match present {
            _ if outcome == Imported::Same => Ok(()),
            None => store::insert_item(tx, &item).await,
            Some(present) => store::update_item(tx, &Stored { version: present.version, value: item }).await,
        };
        stored.map_err(|error| match &sku {
            Some(sku) if error.is(UNIQUE) => sku_taken(sku),
            _ => error,
        })?;
        for level in levels {
            if import_level(tx, level).await? && outcome == Imported::Same {
                outcome = Imported::Changed;
            }
        }
        if outcome != Imported::Same {
            self.changed(tx, vec![id]);
        }
        Ok(outcome)
    }
}

/// Stores a level; answers whether that changed anything.
async fn import_level(tx: &mut Tx, level: &Level) -> Result<bool> {
    check_level("stocked_quantity", level.stocked)?;
    check_level("incoming_quantity", level.incoming)?;
    let Some(present) = store::level(tx, &level.item_id, &level.location_id).await? else {
        store::insert_level(tx, level).await?;
        return Ok(true);
    };
    let now = tx.now();
    if present.stocked != level.stocked {
        store::set_stocked(tx, &level.item_id, &level.location_id, level.stocked, now).await?;
    }
    if present.incoming != level.incoming {
        store::set_incoming(tx, &level.item_id, &level.location_id, level.incoming, now).await?;
    }
    Ok(present.stocked != level.stocked || present.incoming != level.incoming)
}
