//! Inventory items for new variants: whatever is counted needs something to count.

use tradewind_catalog::{InventoryLink, NewProduct, NewVariant, ProductChange, VariantEntry};
use tradewind_inventory::{Customs, ItemQuery, NewItem};
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
        if !variant.inventory.is_empty() {
            check_links(state, position, variant).await?;
        } else if variant.manage_inventory {
            let item_id = match with_sku(state, variant).await? {
                Some(item_id) => item_id,
                None => {
                    let item_id = make(state, variant).await?;
                    made.push(item_id.clone());
                    item_id
                }
            };
            variant.inventory = vec![InventoryLink { item_id, required_quantity: 1 }];
        }
    }
    Ok(made)
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
    let query = ItemQuery { skus: vec![sku.clone()], ..ItemQuery::default() };
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
