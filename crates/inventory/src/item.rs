//! Making, changing and removing inventory items.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::error::{bad_quantity, in_use, sku_taken};
use crate::model::{ITEM_PREFIX, InventoryItem, ItemChange, LEVEL_PREFIX, Level, NewItem, QUANTITY_MAX};
use crate::{Inventory, store};

/// How much of a new item lies where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLevel {
    /// Where.
    pub location_id: String,
    /// How much.
    pub stocked: i64,
}

impl Inventory {
    /// Makes an inventory item, without stock.
    pub async fn create_item(&self, tx: &mut Tx, new: NewItem) -> Result<InventoryItem> {
        self.create_stocked_item(tx, new, &[]).await
    }

    /// Makes an inventory item with its first stock, in as few statements as it takes: catalogues are filled with it.
    pub async fn create_stocked_item(&self, tx: &mut Tx, new: NewItem, levels: &[NewLevel]) -> Result<InventoryItem> {
        let now = tx.now();
        let item = InventoryItem {
            id: new.id.unwrap_or_else(|| tx.mint().mint(ITEM_PREFIX)),
            sku: sku_of(new.sku)?,
            title: new.title,
            description: new.description,
            thumbnail: new.thumbnail,
            requires_shipping: new.requires_shipping,
            customs: new.customs,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        store::insert_item(tx, &item).await.map_err(|error| duplicate(error, &item))?;
        for level in levels {
            self.insert_level(tx, &item.id, &level.location_id, level.stocked, 0).await?;
        }
        if !levels.is_empty() {
            self.changed(tx, vec![item.id.clone()]);
        }
        Ok(item)
    }

    /// Adds a level after checking it; answers whether there was none yet.
    pub(crate) async fn insert_level(
        &self,
        tx: &mut Tx,
        item_id: &str,
        location_id: &str,
        stocked: i64,
        incoming: i64,
    ) -> Result<bool> {
        check_level("stocked_quantity", stocked)?;
        check_level("incoming_quantity", incoming)?;
        if !store::location_exists(tx, location_id).await? {
            return Err(Error::not_found("Stock location", location_id));
        }
        let now = tx.now();
        let level = Level {
            id: tx.id_in(LEVEL_PREFIX, Bucket::of(item_id)),
            item_id: item_id.to_owned(),
            location_id: location_id.to_owned(),
            stocked,
            reserved: 0,
            backordered: 0,
            incoming,
            created_at: now,
            updated_at: now,
        };
        Ok(store::insert_level(tx, &level).await? == 1)
    }

    /// Changes an inventory item.
    pub async fn update_item(&self, tx: &mut Tx, id: &str, change: ItemChange) -> Result<InventoryItem> {
        let mut stored = store::item(tx, id).await?.ok_or_else(|| Error::not_found("Inventory item", id))?;
        let item = &mut stored.value;
        if let Some(sku) = change.sku {
            item.sku = sku_of(sku)?;
        }
        set(&mut item.title, change.title);
        set(&mut item.description, change.description);
        set(&mut item.thumbnail, change.thumbnail);
        set(&mut item.requires_shipping, change.requires_shipping);
        set(&mut item.customs, change.customs);
        set(&mut item.metadata, change.metadata);
        item.updated_at = tx.now();
        store::update_item(tx, &stored).await.map_err(|error| duplicate(error, &stored.value))?;
        Ok(stored.value)
    }

    /// Removes an inventory item of which nothing is promised, with its levels. Removing one that is gone is no error.
    pub async fn delete_item(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let levels = store::levels(tx, &[id.to_owned()]).await?;
        if levels.iter().any(|level| level.promised() > 0) {
            return Err(in_use("This inventory item", "some of it is promised to orders"));
        }
        store::delete_item(tx, id).await?;
        self.changed(tx, vec![id.to_owned()]);
        Ok(())
    }
}

impl Inventory {
    /// Removes those of these items of which nothing is promised; the others stay for what is still to be delivered.
    pub async fn delete_idle_items(&self, tx: &mut Tx, ids: &[String]) -> Result<()> {
        let promised: Vec<String> = store::levels(tx, ids)
            .await?
            .into_iter()
            .filter(|level| level.promised() > 0)
            .map(|level| level.item_id)
            .collect();
        for id in ids.iter().filter(|id| !promised.contains(id)) {
            self.delete_item(tx, id).await?;
        }
        Ok(())
    }
}

pub(crate) fn check_level(field: &str, quantity: i64) -> Result<()> {
    if (0..=QUANTITY_MAX).contains(&quantity) { Ok(()) } else { Err(bad_quantity(field, 0)) }
}

fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}

fn sku_of(sku: Option<String>) -> Result<Option<String>> {
    let sku = sku.map(|sku| sku.trim().to_owned()).filter(|sku| !sku.is_empty());
    if sku.as_ref().is_some_and(|sku| sku.chars().count() > 200) {
        return Err(Error::invalid("sku", "A SKU has at most 200 characters"));
    }
    Ok(sku)
}

fn duplicate(error: Error, item: &InventoryItem) -> Error {
    match &item.sku {
        Some(sku) if error.is(UNIQUE) => sku_taken(sku),
        _ => error,
    }
}
