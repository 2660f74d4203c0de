//! Lines of a cart: what may be added, and how it is described.

use tradewind_catalog::VariantOf;
use tradewind_kernel::{Decimal, Error, Result};
use tradewind_orders::Goods;

use crate::edit::{Draft, Edit};
use crate::model::{CartItem, CartView, LINES_MAX, LineChange, NewLine, QUANTITY_MAX, check_quantity};
use crate::{Checkout, error};

impl Checkout {
    /// Adds so many of a variant; to a line of the same variant and metadata, where there is one.
    pub async fn add_line(&self, cart_id: &str, new: NewLine) -> Result<CartView> {
        check_quantity(new.quantity)?;
        self.edit(cart_id, Edit::AddLine(new)).await
    }

    /// Sets a line's quantity (0 removes it) and metadata.
    pub async fn update_line(&self, cart_id: &str, line_id: &str, change: LineChange) -> Result<CartView> {
        if change.quantity != 0 {
            check_quantity(change.quantity)?;
        }
        self.edit(cart_id, Edit::SetLine { line_id: line_id.to_owned(), change }).await
    }

    /// Removes a line.
    pub async fn remove_line(&self, cart_id: &str, line_id: &str) -> Result<CartView> {
        self.edit(cart_id, Edit::RemoveLine { line_id: line_id.to_owned() }).await
    }

    /// Puts a line into a draft. Its price and its stock are looked at when the draft is refreshed.
    pub(crate) async fn put_line(&self, draft: &mut Draft, new: &NewLine) -> Result<()> {
        check_quantity(new.quantity)?;
        let sold = self.offered(draft, &new.variant_id).await?;
        let now = draft.now;
        if let Some(position) = draft.cart.line_like(&new.variant_id, new.metadata.as_ref()) {
            let item = &mut draft.cart.items[position];
            item.quantity = check_quantity(item.quantity.saturating_add(new.quantity))?;
            item.updated_at = now;
            draft.grown.push(item.id.clone());
            return Ok(());
        }
        if draft.cart.items.len() >= LINES_MAX {
            return Err(Error::not_allowed(format!(
                "A cart holds at most {LINES_MAX} lines of at most {QUANTITY_MAX} each"
            )));
        }
        let id = self.parts.mint.mint_in("cali", draft.cart.id.bucket());
        draft.grown.push(id.clone());
        let goods = self.describe(&sold).await?;
        draft.cart.items.push(CartItem {
            id,
            goods,
            quantity: new.quantity,
            unit_price: Decimal::ZERO,
            compare_at_unit_price: None,
            is_tax_inclusive: false,
            tax_lines: Vec::new(),
            adjustments: Vec::new(),
            metadata: new.metadata.clone().filter(|map| !map.is_empty()),
            created_at: now,
            updated_at: now,
        });
        Ok(())
    }

    /// A variant that shoppers of the cart's sales channel may buy.
    async fn offered(&self, draft: &Draft, variant_id: &str) -> Result<VariantOf> {
        let sold = self.parts.catalog.variant(variant_id).await?.ok_or_else(|| error::unknown_variant(variant_id))?;
        if !is_offered(&sold, draft.cart.sales_channel_id.as_deref()) {
            // What is not published is not there, for shoppers.
            return Err(if sold.product.status == tradewind_catalog::ProductStatus::Published {
                error::not_offered_here(&sold.product.title)
            } else {
                error::unknown_variant(variant_id)
            });
        }
        Ok(sold)
    }

    async fn describe(&self, sold: &VariantOf) -> Result<Goods> {
        let taxonomy = self.parts.catalog.taxonomy().await?;
        let (product, variant) = (&sold.product, sold.variant());
        let product_type = product.type_id.as_ref().and_then(|id| taxonomy.product_type(id.as_str()));
        let collection = product.collection_id.as_ref().and_then(|id| taxonomy.collection(id.as_str()));
        Ok(Goods {
            variant_id: variant.id.as_str().to_owned(),
            product_id: product.id.as_str().to_owned(),
            title: product.title.clone(),
            subtitle: Some(variant.title.clone()),
            thumbnail: variant.thumbnail.clone().or_else(|| product.thumbnail.clone()),
            product_subtitle: product.subtitle.clone(),
            product_description: product.description.clone(),
            product_handle: Some(product.handle.clone()),
            product_type: product_type.map(|of| of.value.clone()),
            product_type_id: product.type_id.as_ref().map(|id| id.as_str().to_owned()),
            product_collection: collection.map(|of| of.title.clone()),
            variant_sku: variant.sku.clone(),
            variant_barcode: variant.barcode.clone(),
            variant_title: Some(variant.title.clone()),
            shipping_profile_id: product.shipping_profile_id.clone(),
            requires_shipping: product.shipping_profile_id.is_some() || !variant.inventory.is_empty(),
            is_discountable: product.discountable,
            is_giftcard: product.is_giftcard,
        })
    }
}

/// Whether shoppers of a sales channel may buy it; without a channel, whether it is published.
pub(crate) fn is_offered(sold: &VariantOf, sales_channel_id: Option<&str>) -> bool {
    match sales_channel_id {
        Some(channel) => sold.product.is_offered_in(channel),
        None => sold.product.status == tradewind_catalog::ProductStatus::Published,
    }
}
