//! Making products from what callers hand in: ids, handles, option choices; pure.

use tradewind_kernel::{Bucket, Error, IdMint, Result, Timestamp};

use crate::change::{
    NewImage, NewOption, NewOptionValue, NewPrice, NewProduct, NewVariant, ProductChange, VariantChange, VariantEntry,
};
use crate::handle::handle_of;
use crate::model::{
    Image, ImageId, OptionId, OptionValue, OptionValueId, Price, PriceId, Product, ProductId, ProductOption,
    SharedOption, Variant, VariantId,
};

/// What assembling needs from the transaction.
#[derive(Clone, Copy)]
pub(crate) struct Workbench<'t> {
    pub(crate) mint: &'t IdMint,
    pub(crate) now: Timestamp,
    /// The shared options that may be named.
    pub(crate) shared: &'t [SharedOption],
}

impl Workbench<'_> {
    pub(crate) fn product(self, new: NewProduct) -> Result<Product> {
        let id = new.id.unwrap_or_else(|| ProductId::mint(self.mint));
        let bucket = id.bucket();
        let handle = match new.handle {
            Some(handle) => handle,
            // A title of signs alone gives no handle; the id always does.
            None => Some(handle_of(&new.title)).filter(|h| !h.is_empty()).unwrap_or_else(|| id.0.to_lowercase()),
        };
        let created_at = new.created_at.unwrap_or(self.now);
        let images = self.images(bucket, new.images, &[]);
        let options = self.options(bucket, new.options, &[])?;
        let mut product = Product {
            id,
            handle,
            title: new.title,
            subtitle: new.subtitle,
            description: new.description,
            status: new.status,
            is_giftcard: new.is_giftcard,
            discountable: new.discountable,
            thumbnail: new.thumbnail.or_else(|| images.first().map(|image| image.url.clone())),
            images,
            weight: new.weight,
            length: new.length,
            height: new.height,
            width: new.width,
            origin_country: new.origin_country,
            hs_code: new.hs_code,
            mid_code: new.mid_code,
            material: new.material,
            external_id: new.external_id,
            metadata: new.metadata,
            collection_id: new.collection_id,
            type_id: new.type_id,
            tag_ids: new.tag_ids,
            category_ids: new.category_ids,
            sales_channel_ids: new.sales_channel_ids,
            shipping_profile_id: new.shipping_profile_id,
            options,
            variants: Vec::with_capacity(new.variants.len()),
            created_at,
            updated_at: created_at,
        };
        for variant in new.variants {
            self.add_variant(&mut product, variant, created_at)?;
        }
        Ok(product)
    }

    /// Adds a variant to a product that has its options already.
    pub(crate) fn add_variant(self, product: &mut Product, new: NewVariant, created_at: Timestamp) -> Result<()> {
        let bucket = product.id.bucket();
        let field = format!("variants[{}].options", product.variants.len());
        let option_value_ids = choose(&product.options, &[], &new.options, &field)?;
        product.variants.push(Variant {
            id: new.id.unwrap_or_else(|| VariantId::mint_in(self.mint, bucket)),
            title: new.title,
            sku: new.sku,
            barcode: new.barcode,
            ean: new.ean,
            upc: new.upc,
            allow_backorder: new.allow_backorder,
            manage_inventory: new.manage_inventory,
            weight: new.weight,
            length: new.length,
            height: new.height,
            width: new.width,
            origin_country: new.origin_country,
            hs_code: new.hs_code,
            mid_code: new.mid_code,
            material: new.material,
            thumbnail: new.thumbnail,
            metadata: new.metadata,
            rank: new.rank.unwrap_or(0),
            option_value_ids,
            prices: self.prices(bucket, new.prices, &[]),
            inventory: new.inventory,
            created_at,
            updated_at: created_at,
        });
        Ok(())
    }

    pub(crate) fn change_product(self, product: &mut Product, change: ProductChange) -> Result<()> {
        let bucket = product.id.bucket();
        set(&mut product.handle, change.handle);
        set(&mut product.title, change.title);
        set(&mut product.subtitle, change.subtitle);
        set(&mut product.description, change.description);
        set(&mut product.status, change.status);
        set(&mut product.is_giftcard, change.is_giftcard);
        set(&mut product.discountable, change.discountable);
        set(&mut product.thumbnail, change.thumbnail);
        set(&mut product.weight, change.weight);
        set(&mut product.length, change.length);
        set(&mut product.height, change.height);
        set(&mut product.width, change.width);
        set(&mut product.origin_country, change.origin_country);
        set(&mut product.hs_code, change.hs_code);
        set(&mut product.mid_code, change.mid_code);
        set(&mut product.material, change.material);
        set(&mut product.external_id, change.external_id);
        set(&mut product.metadata, change.metadata);
        set(&mut product.collection_id, change.collection_id);
        set(&mut product.type_id, change.type_id);
        set(&mut product.tag_ids, change.tag_ids);
        set(&mut product.category_ids, change.category_ids);
        set(&mut product.sales_channel_ids, change.sales_channel_ids);
        set(&mut product.shipping_profile_id, change.shipping_profile_id);
        if let Some(images) = change.images {
            product.images = self.images(bucket, images, &product.images);
        }
        if let Some(options) = change.options {
            let options = self.options(bucket, options, &product.options)?;
            keep_order_of_choices(product, &options);
            product.options = options;
        }
        if let Some(entries) = change.variants {
            let mut before = std::mem::take(&mut product.variants);
            for entry in entries {
                match entry {
                    VariantEntry::New(new) => self.add_variant(product, *new, self.now)?,
                    VariantEntry::Existing(id, change) => {
                        let position = before.iter().position(|variant| variant.id == id);
                        let position = position.ok_or_else(|| Error::not_found("Variant", id.as_str()))?;
                        product.variants.push(before.remove(position));
                        self.change_variant(product, id.as_str(), *change)?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) fn change_variant(self, product: &mut Product, id: &str, change: VariantChange) -> Result<()> {
        let bucket = product.id.bucket();
        let position = product.variants.iter().position(|variant| variant.id.as_str() == id);
        let position = position.ok_or_else(|| Error::not_found("Variant", id))?;
        let variant = &mut product.variants[position];
        let before = variant.clone();
        set(&mut variant.title, change.title);
        set(&mut variant.sku, change.sku);
        set(&mut variant.barcode, change.barcode);
        set(&mut variant.ean, change.ean);
        set(&mut variant.upc, change.upc);
        set(&mut variant.allow_backorder, change.allow_backorder);
        set(&mut variant.manage_inventory, change.manage_inventory);
        set(&mut variant.weight, change.weight);
        set(&mut variant.length, change.length);
        set(&mut variant.height, change.height);
        set(&mut variant.width, change.width);
        set(&mut variant.origin_country, change.origin_country);
        set(&mut variant.hs_code, change.hs_code);
        set(&mut variant.mid_code, change.mid_code);
        set(&mut variant.material, change.material);
        set(&mut variant.thumbnail, change.thumbnail);
        set(&mut variant.metadata, change.metadata);
        set(&mut variant.rank, change.rank);
        set(&mut variant.inventory, change.inventory);
        if let Some(options) = change.options {
            let field = format!("variants[{position}].options");
            variant.option_value_ids = choose(&product.options, &variant.option_value_ids, &options, &field)?;
        }
        if let Some(prices) = change.prices {
            variant.prices = self.prices(bucket, prices, &variant.prices);
        }
        if *variant != before {
            variant.updated_at = self.now;
        }
        Ok(())
    }

    fn images(self, bucket: Bucket, images: Vec<NewImage>, known: &[Image]) -> Vec<Image> {
        let numbered = (0_i64..).zip(images);
        let make = |(rank, new): (i64, NewImage)| {
            let known = known.iter().find(|image| match &new.id {
                Some(id) => image.id == *id,
                None => image.url == new.url,
            });
            Image {
                id: known
                    .map(|image| image.id.clone())
                    .or(new.id)
                    .unwrap_or_else(|| ImageId::mint_in(self.mint, bucket)),
                metadata: new.metadata.or_else(|| known.and_then(|image| image.metadata.clone())),
                variant_ids: new
                    .variant_ids
                    .or_else(|| known.map(|image| image.variant_ids.clone()))
                    .unwrap_or_default(),
                url: new.url,
                rank,
            }
        };
        numbered.map(make).collect()
    }

    pub(crate) fn options(
        self,
        bucket: Bucket,
        options: Vec<NewOption>,
        known: &[ProductOption],
    ) -> Result<Vec<ProductOption>> {
        let make = |new: NewOption| {
            let known = known.iter().find(|option| match &new.id {
                Some(id) => option.id == *id,
                None => option.title == new.title,
            });
            match known {
                // Named by its id alone: it stays as it is.
                Some(known) if new.is_shared && !known.is_shared => return Ok(known.clone()),
                Some(known) if known.is_shared => return self.shared_option(new, Some(known)),
                None if new.is_shared => return self.shared_option(new, None),
                _ => {}
            }
            Ok(ProductOption {
                values: self.option_values(bucket, new.values, known.map_or(&[], |option| &option.values)),
                id: known
                    .map(|option| option.id.clone())
                    .or(new.id)
                    .unwrap_or_else(|| OptionId::mint_in(self.mint, bucket)),
                metadata: new.metadata.or_else(|| known.and_then(|k| k.metadata.clone())),
                title: new.title,
                is_shared: false,
            })
        };
        options.into_iter().map(make).collect()
    }

    /// All values of an option; those that are known keep their id.
    pub(crate) fn option_values(
        self,
        bucket: Bucket,
        values: Vec<NewOptionValue>,
        known: &[OptionValue],
    ) -> Vec<OptionValue> {
        let make = |value: NewOptionValue| {
            let known = known.iter().find(|known| match &value.id {
                Some(id) => known.id == *id,
                None => known.value == value.value,
            });
            OptionValue {
                id: known
                    .map(|known| known.id.clone())
                    .or(value.id)
                    .unwrap_or_else(|| OptionValueId::mint_in(self.mint, bucket)),
                rank: value.rank.or_else(|| known.and_then(|known| known.rank)),
                metadata: value.metadata.or_else(|| known.and_then(|known| known.metadata.clone())),
                value: value.value,
            }
        };
        values.into_iter().map(make).collect()
    }

    /// A shared option as one product has it: with the values that are named, or with all.
    fn shared_option(self, new: NewOption, known: Option<&ProductOption>) -> Result<ProductOption> {
        let id = known.map(|option| &option.id).or(new.id.as_ref());
        let shared = id.and_then(|id| self.shared.iter().find(|shared| shared.id == *id));
        let shared = shared.ok_or_else(|| {
            let id = id.map_or("", |id| id.as_str());
            Error::invalid("options", format!("There is no option {id} that products share"))
        })?;
        let mut values = Vec::new();
        for named in &new.values {
            let value = shared.values.iter().find(|value| match &named.id {
                Some(id) => value.id == *id,
                None => value.value == named.value,
            });
            let value = value.ok_or_else(|| {
                let named = named.id.as_ref().map_or(named.value.as_str(), |id| id.as_str());
                let title = &shared.title;
                Error::invalid("options", format!("The shared option {title} has no value {named}; add it there first"))
            })?;
            values.push(value.clone());
        }
        if new.values.is_empty() {
            values.clone_from(&shared.values);
        }
        Ok(ProductOption {
            id: shared.id.clone(),
            title: shared.title.clone(),
            values,
            metadata: shared.metadata.clone(),
            is_shared: true,
        })
    }

    fn prices(self, bucket: Bucket, prices: Vec<NewPrice>, known: &[Price]) -> Vec<Price> {
        let make = |new: NewPrice| {
            // A price that is set again keeps its id: what refers to it stays right.
            let known = known.iter().find(|price| match &new.id {
                Some(id) => price.id == *id,
                None => {
                    price.currency == new.currency
                        && price.region_id == new.region_id
                        && price.min_quantity == new.min_quantity
                        && price.max_quantity == new.max_quantity
                }
            });
            Price {
                id: known
                    .map(|price| price.id.clone())
                    .or(new.id)
                    .unwrap_or_else(|| PriceId::mint_in(self.mint, bucket)),
                currency: new.currency,
                amount: new.amount,
                region_id: new.region_id,
                min_quantity: new.min_quantity,
                max_quantity: new.max_quantity,
            }
        };
        prices.into_iter().map(make).collect()
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// The values a variant chooses, in the order of the options; what is not named keeps the present choice.
fn choose(
    options: &[ProductOption],
    present: &[OptionValueId],
    chosen: &[(String, String)],
    field: &str,
) -> Result<Vec<OptionValueId>> {
    for (title, _) in chosen {
        if !options.iter().any(|option| option.title == *title) {
            return Err(Error::invalid(field, format!("The product has no option {title}")));
        }
    }
    let mut ids = Vec::with_capacity(options.len());
    for option in options {
        let named = chosen.iter().find(|(title, _)| *title == option.title);
        let value = match named {
            Some((title, value)) => {
                let found = option.values.iter().find(|known| known.value == *value);
                Some(found.ok_or_else(|| Error::invalid(field, format!("The option {title} has no value {value}")))?)
            }
            None => option.values.iter().find(|known| present.contains(&known.id)),
        };
        let value = value.ok_or_else(|| {
            let title = &option.title;
            Error::invalid(field, format!("Choose a value of the option {title}"))
        })?;
        ids.push(value.id.clone());
    }
    Ok(ids)
}

/// Puts the choices of all variants into the order of the changed options. A choice that is gone, and an option that is
/// new, are left for the check of the whole product to refuse.
pub(crate) fn keep_order_of_choices(product: &mut Product, options: &[ProductOption]) {
    for variant in &mut product.variants {
        let present = std::mem::take(&mut variant.option_value_ids);
        for option in options {
            let chosen = option.values.iter().find(|value| present.contains(&value.id));
            variant.option_value_ids.extend(chosen.map(|value| value.id.clone()));
        }
    }
}
