//! Changing and removing products: load, change, check the whole, save what differs.

use std::collections::HashSet;

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Stored, Tx};

use crate::assemble::Workbench;
use crate::change::{NewPrice, NewVariant, PartsChange, ProductChange, VariantChange, VariantsChange};
use crate::check::{check_product, unique_fields};
use crate::create::{check_options_are_own, check_unique, ids_taken, shared_options, term_ids, unknown_term};
use crate::events::{Change, ProductChanged};
use crate::model::{CategoryId, CollectionId, InventoryLink, OptionId, Product, ProductId, VariantId};
use crate::shelf::Stale;
use crate::{Catalog, store};

impl Catalog {
    /// Changes a product; fails with not found when there is none.
    pub async fn update_product(&self, tx: &mut Tx, id: &str, change: ProductChange) -> Result<Product> {
        let named: Vec<OptionId> = change.options.iter().flatten().filter_map(|option| option.id.clone()).collect();
        self.edit_with(tx, id, &named, |bench, product| bench.change_product(product, change)).await
    }

    /// Removes a product with all that is in it.
    pub async fn delete_product(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let stored = load(tx, id).await?;
        store::delete_product(tx, &stored.value).await?;
        self.product_changed(tx, stored.value.id, Change::Deleted).await
    }

    /// Adds variants to a product.
    pub async fn create_variants(&self, tx: &mut Tx, product_id: &str, new: Vec<NewVariant>) -> Result<Product> {
        self.edit(tx, product_id, |bench, product| {
            let mut new = new.into_iter();
            new.try_for_each(|variant| bench.add_variant(product, variant, bench.now))
        })
        .await
    }

    /// Changes a variant of a product.
    pub async fn update_variant(
        &self,
        tx: &mut Tx,
        product_id: &str,
        variant_id: &str,
        change: VariantChange,
    ) -> Result<Product> {
        self.edit(tx, product_id, |bench, product| bench.change_variant(product, variant_id, change)).await
    }

    /// Removes a variant from a product.
    pub async fn delete_variant(&self, tx: &mut Tx, product_id: &str, variant_id: &str) -> Result<Product> {
        self.edit(tx, product_id, |_, product| {
            let before = product.variants.len();
            product.variants.retain(|variant| variant.id.as_str() != variant_id);
            match product.variants.len() < before {
                true => Ok(()),
                false => Err(Error::not_found("Variant", variant_id)),
            }
        })
        .await
    }

    /// Sets all prices of a variant; a price for the same currency, region and quantities keeps its id.
    pub async fn set_prices(&self, tx: &mut Tx, variant_id: &str, prices: Vec<NewPrice>) -> Result<Product> {
        let change = VariantChange { prices: Some(prices), ..VariantChange::default() };
        let product_id = product_of_variant(tx, variant_id).await?;
        self.update_variant(tx, product_id.as_str(), variant_id, change).await
    }

    /// Sets what leaves the stock when one of a variant is sold.
    pub async fn set_inventory(&self, tx: &mut Tx, variant_id: &str, inventory: Vec<InventoryLink>) -> Result<Product> {
        let change = VariantChange { inventory: Some(inventory), ..VariantChange::default() };
        let product_id = product_of_variant(tx, variant_id).await?;
        self.update_variant(tx, product_id.as_str(), variant_id, change).await
    }

    /// Puts products into a collection, and takes others out of it. A product is in one collection at most.
    pub async fn change_products_of_collection<T: AsRef<str> + Sync>(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        add: &[T],
        remove: &[T],
    ) -> Result<()> {
        for id in add {
            let collection_id = Some(CollectionId::from(collection_id));
            let change = ProductChange { collection_id: Some(collection_id), ..ProductChange::default() };
            self.update_product(tx, id.as_ref(), change).await?;
        }
        for id in remove {
            self.edit(tx, id.as_ref(), |_, product| {
                product.collection_id.take_if(|present| present.as_str() == collection_id);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Puts products into a category, and takes others out of it.
    pub async fn change_products_of_category<T: AsRef<str> + Sync>(
        &self,
        tx: &mut Tx,
        category_id: &str,
        add: &[T],
        remove: &[T],
    ) -> Result<()> {
        for id in add {
            self.edit(tx, id.as_ref(), |_, product| {
                if !product.category_ids.iter().any(|present| present.as_str() == category_id) {
                    product.category_ids.push(CategoryId::from(category_id));
                }
                Ok(())
            })
            .await?;
        }
        for id in remove {
            self.edit(tx, id.as_ref(), |_, product| {
                product.category_ids.retain(|present| present.as_str() != category_id);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    /// Makes, changes and removes variants of a product at once; what must hold, holds when all of it is done.
    pub async fn change_variants(&self, tx: &mut Tx, product_id: &str, change: VariantsChange) -> Result<Product> {
        self.edit(tx, product_id, |bench, product| {
            for id in &change.delete {
                let before = product.variants.len();
                product.variants.retain(|variant| variant.id != *id);
                if product.variants.len() == before {
                    return Err(Error::not_found("Variant", id.as_str()));
                }
            }
            for (id, change) in change.update {
                bench.change_variant(product, id.as_str(), change)?;
            }
            let mut new = change.create.into_iter();
            new.try_for_each(|variant| bench.add_variant(product, variant, bench.now))
        })
        .await
    }

    /// Changes what variants of a product take from the stock.
    pub async fn change_parts(&self, tx: &mut Tx, product_id: &str, change: PartsChange) -> Result<Product> {
        self.edit(tx, product_id, |bench, product| {
            for (variant_id, item_id) in &change.delete {
                parts_of(product, variant_id, bench.now)?.retain(|link| link.item_id != *item_id);
            }
            for (variant_id, changed) in change.update {
                let parts = parts_of(product, &variant_id, bench.now)?;
                let held = parts.iter_mut().find(|link| link.item_id == changed.item_id);
                let held = held.ok_or_else(|| Error::not_found("Inventory item of the variant", &changed.item_id))?;
                held.required_quantity = changed.required_quantity;
            }
            for (variant_id, new) in change.create {
                let parts = parts_of(product, &variant_id, bench.now)?;
                if parts.iter().any(|link| link.item_id == new.item_id) {
                    let message = "inventory_item_id: the variant uses this item already";
                    return Err(Error::invalid("inventory_item_id", message));
                }
                parts.push(new);
            }
            Ok(())
        })
        .await
    }

    /// Lets pictures of a product show variants of it, and others show them no more: pairs of picture and variant. What
    /// shows no variant in particular shows the product as a whole.
    pub async fn change_pictures_of_variants(
        &self,
        tx: &mut Tx,
        product_id: &str,
        add: &[(String, String)],
        remove: &[(String, String)],
    ) -> Result<Product> {
        self.edit(tx, product_id, |_, product| {
            for (field, pairs) in [("add", add), ("remove", remove)] {
                for (image_id, variant_id) in pairs {
                    let unknown = |what: &str, id: &str| {
                        Error::invalid(
                            field,
                            format!("The product has no {what} {}", id.chars().take(80).collect::<String>()),
                        )
                    };
                    let variant = product.variants.iter().find(|variant| variant.id.as_str() == variant_id);
                    let variant_id = variant.map(|v| v.id.clone()).ok_or_else(|| unknown("variant", variant_id))?;
                    let image = product.images.iter_mut().find(|image| image.id.as_str() == image_id);
                    let shown = &mut image.ok_or_else(|| unknown("picture", image_id))?.variant_ids;
                    shown.retain(|id| *id != variant_id);
                    if field == "add" {
                        shown.push(variant_id);
                    }
                }
            }
            Ok(())
        })
        .await
    }

    pub(crate) async fn edit<F>(&self, tx: &mut Tx, id: &str, change: F) -> Result<Product>
    where
        F: FnOnce(Workbench<'_>, &mut Product) -> Result<()>,
    {
        self.edit_with(tx, id, &[], change).await
    }

    /// Changes a product; `named` are the options by whose ids the change speaks.
    pub(crate) async fn edit_with<F>(&self, tx: &mut Tx, id: &str, named: &[OptionId], change: F) -> Result<Product>
    where
        F: FnOnce(Workbench<'_>, &mut Product) -> Result<()>,
    {
        let before = load(tx, id).await?;
        let mut after = before.value.clone();
        let mut options: Vec<OptionId> =
            after.options.iter().filter(|option| option.is_shared).map(|option| option.id.clone()).collect();
        options.extend_from_slice(named);
        let shared = shared_options(tx, &options).await?;
        change(Workbench { mint: tx.mint(), now: tx.now(), shared: &shared }, &mut after)?;
        forget_missing_variants(&mut after);
        check_product(&mut after)?;
        if !named.is_empty() {
            check_options_are_own(tx, &after).await?;
        }
        settle_terms(tx, &before.value, &mut after).await?;
        if after == before.value {
            return Ok(after);
        }
        if must_be_unique(&after) != must_be_unique(&before.value) {
            check_unique(tx, std::slice::from_ref(&after), &HashSet::new()).await?;
        }
        after.updated_at = later(before.value.updated_at, tx.now());
        store::update_product(tx, &before, &after).await.map_err(ids_taken)?;
        self.product_changed(tx, after.id.clone(), Change::Updated).await?;
        Ok(after)
    }

    pub(crate) async fn product_changed(&self, tx: &mut Tx, id: ProductId, change: Change) -> Result<()> {
        tx.publish(&ProductChanged { product_id: id.clone(), change }).await?;
        self.changed(tx, Stale::Products(vec![id])).await
    }
}

/// What a variant takes from the stock, for a change.
fn parts_of<'p>(product: &'p mut Product, variant_id: &str, now: Timestamp) -> Result<&'p mut Vec<InventoryLink>> {
    let variant = product.variants.iter_mut().find(|variant| variant.id.as_str() == variant_id);
    let variant = variant.ok_or_else(|| Error::not_found("Variant", variant_id))?;
    variant.updated_at = variant.updated_at.max(now);
    Ok(&mut variant.inventory)
}

async fn load(tx: &mut Tx, id: &str) -> Result<Stored<Product>> {
    store::load(tx, id).await?.ok_or_else(|| Error::not_found("Product", id))
}

async fn product_of_variant(tx: &mut Tx, variant_id: &str) -> Result<ProductId> {
    let product_id = store::product_of_variant(tx, variant_id).await?;
    product_id.ok_or_else(|| Error::not_found("Variant", variant_id))
}

fn must_be_unique(product: &Product) -> (&str, [(&'static str, Vec<&str>); 4]) {
    (&product.handle, unique_fields(product))
}

/// A change is never older than what it changed, even when the clock was turned back.
fn later(before: Timestamp, now: Timestamp) -> Timestamp {
    before.max(now)
}

/// A picture shows what is there.
fn forget_missing_variants(product: &mut Product) {
    let present: HashSet<&VariantId> = product.variants.iter().map(|variant| &variant.id).collect();
    for image in &mut product.images {
        image.variant_ids.retain(|id| present.contains(id));
    }
}

/// Terms that were named before and exist no more are forgotten; terms that are named anew must exist.
async fn settle_terms(tx: &mut Tx, before: &Product, after: &mut Product) -> Result<()> {
    let named: Vec<&str> = term_ids(after).map(|(_, id)| id).collect();
    let existing: HashSet<String> = store::existing_terms(tx, &named).await?.into_iter().collect();
    let known: HashSet<&str> = term_ids(before).map(|(_, id)| id).collect();
    for (field, id) in term_ids(after) {
        if !existing.contains(id) && !known.contains(id) {
            return Err(unknown_term(field, id));
        }
    }
    after.category_ids.retain(|id| existing.contains(id.as_str()));
    after.tag_ids.retain(|id| existing.contains(id.as_str()));
    after.collection_id.take_if(|id| !existing.contains(id.as_str()));
    after.type_id.take_if(|id| !existing.contains(id.as_str()));
    Ok(())
}
