//! Inventory items for new variants: whatever is counted needs something to count.

use tradewind_catalog::{InventoryLink, NewProduct, NewVariant, ProductChange, Variant, VariantEntry};
use tradewind_inventory::{Customs, ItemFilter, ItemQuery, NewItem};
use tradewind_kernel::{Error, Paging, Result};

use crate::AdminState;

/// Gives every variant that is counted, and names no inventory item, one of its own. What already carries its SKU is taken:
/// SKUs of variants are unique, so it can be nothing else. That also makes a second try after a failure safe.
pub(crate) async fn for_product(state: &AdminState, new: &mut NewProduct) -> Result<Vec<String>> {
    for_variants(state, new.variants.iter_mut()).await
}

/// The same for the variants that a change of a product adds.
pub(crate) async fn for_change(state: &AdminState, change: &mut ProductChange) -> Result<Vec<String>> {
    let added = change.variants.iter_mut().flatten().filter_map(|entry| match entry {
        VariantEntry::New(variant) => Some(&mut **variant),
        VariantEntry::Existing(..) => None,
    });
    for_variants(state, added).await
}

/// The same for these variants. Returns the items that were made.
pub(crate) async fn for_variants(
    state: &AdminState,
    variants: impl Iterator<Item = &mut NewVariant>,
) -> Result<Vec<String>> {
    let mut made = Vec::new();
    for (position, variant) in variants.enumerate() {
        if let Err(error) = for_variant(state, position, variant, &mut made).await {
            take_back(state, made).await;
            return Err(error);
        }
    }
    Ok(made)
}

async fn for_variant(
    state: &AdminState,
    position: usize,
    variant: &mut NewVariant,
    made: &mut Vec<String>,
) -> Result<()> {
    if !variant.inventory.is_empty() {
        return check_links(state, position, variant).await;
    }
    if !variant.manage_inventory {
        return Ok(());
    }
    let item_id = match with_sku(state, variant).await? {
        Some(item_id) => item_id,
        None => {
            let item_id = make(state, variant).await?;
            made.push(item_id.clone());
            item_id
        }
    };
    variant.inventory = vec![InventoryLink { item_id, required_quantity: 1 }];
    Ok(())
}

/// Removes items that were made for variants that did not come to be.
pub(crate) async fn take_back(state: &AdminState, made: Vec<String>) {
    for id in made {
        let (inventory, item_id) = (state.inventory.clone(), id.clone());
        let removed = state
            .shards
            .of_id(&id)
            .write(move |tx| Box::pin(async move { inventory.delete_item(tx, &item_id).await }))
            .await;
        if let Err(error) = removed {
            // Harmless: it has no stock, and is found by its SKU the next time.
            tracing::warn!(?error, item = %id, "an inventory item without a variant was left over");
        }
    }
}

/// What these variants take from the stock.
pub(crate) fn items_of<'v>(variants: impl IntoIterator<Item = &'v Variant>) -> Vec<String> {
    let links = variants.into_iter().flat_map(|variant| &variant.inventory);
    let mut ids: Vec<String> = links.map(|link| link.item_id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What these variants took from the stock before, and take no more.
pub(crate) fn items_left(before: &[Variant], after: &[Variant]) -> Vec<String> {
    let present = items_of(after);
    items_of(before).into_iter().filter(|id| !present.contains(id)).collect()
}

/// Removes the inventory items that no variant uses any more, unless some of them are promised still. The catalogue has
/// changed already: an item that stays over is harmless, so a failure is told to the log alone.
pub(crate) async fn free(state: &AdminState, item_ids: Vec<String>) {
    if item_ids.is_empty() {
        return;
    }
    let unused = match state.catalog.unused_items(item_ids).await {
        Ok(unused) => unused,
        Err(error) => {
            tracing::warn!(?error, "inventory items of removed variants were left over");
            return;
        }
    };
    for db in state.shards.all() {
        let inventory = state.inventory.clone();
        let ids: Vec<String> = unused.iter().filter(|id| std::ptr::eq(state.shards.of_id(id), db)).cloned().collect();
        let removed = db.write(move |tx| Box::pin(async move { inventory.delete_idle_items(tx, &ids).await })).await;
        if let Err(error) = removed {
            tracing::warn!(?error, "inventory items of removed variants were left over");
        }
    }
}

async fn check_links(state: &AdminState, position: usize, variant: &NewVariant) -> Result<()> {
    for (number, link) in variant.inventory.iter().enumerate() {
        if state.inventory.item(&link.item_id).await?.is_none() {
            let field = format!("variants[{position}].inventory_items[{number}].inventory_item_id");
            return Err(Error::invalid(&field, format!("{field}: there is no such inventory item")));
        }
    }
    Ok(())
}

async fn with_sku(state: &AdminState, variant: &NewVariant) -> Result<Option<String>> {
    let Some(sku) = &variant.sku else { return Ok(None) };
    let filter = ItemFilter { skus: vec![sku.clone()], ..ItemFilter::default() };
    let query = ItemQuery { filter, ..ItemQuery::default() };
    let found = state.inventory.find_items(query, Paging { offset: 0, limit: 1 }).await?;
    Ok(found.items.into_iter().next().map(|stocked| stocked.item.id))
}

async fn make(state: &AdminState, variant: &NewVariant) -> Result<String> {
    let id = state.mint.mint("iitem");
    let item = NewItem {
        id: Some(id.clone()),
        sku: variant.sku.clone(),
        title: Some(variant.title.clone()),
        description: Some(variant.title.clone()),
        thumbnail: None,
        requires_shipping: true,
        customs: Customs {
            origin_country: variant.origin_country.clone(),
            hs_code: variant.hs_code.clone(),
            mid_code: variant.mid_code.clone(),
            material: variant.material.clone(),
            weight: variant.weight,
            length: variant.length,
            height: variant.height,
            width: variant.width,
        },
        metadata: None,
    };
    let inventory = state.inventory.clone();
    state.shards.of_id(&id).write(move |tx| Box::pin(async move { inventory.create_item(tx, item).await })).await?;
    Ok(id)
}
