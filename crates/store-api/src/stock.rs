//! How many of each variant can be bought in the sales channels of the one who asks.

use std::collections::HashMap;

use tradewind_catalog::Variant;
use tradewind_kernel::Result;

use crate::StoreState;

/// What is available, by inventory item.
#[derive(Default)]
pub(crate) struct StockView {
    available: HashMap<String, i64>,
}

impl StockView {
    /// What is available of these variants in these sales channels.
    pub(crate) async fn of<'a>(
        shop: &StoreState,
        sales_channel_ids: &[String],
        variants: impl Iterator<Item = &'a Variant>,
    ) -> Result<Self> {
        let mut item_ids: Vec<String> = variants
            .filter(|variant| variant.manage_inventory)
            .flat_map(|variant| variant.inventory.iter().map(|link| link.item_id.clone()))
            .collect();
        item_ids.sort_unstable();
        item_ids.dedup();
        let mut location_ids: Vec<String> = Vec::new();
        for channel_id in sales_channel_ids {
            for location_id in shop.inventory.locations_of_channel(channel_id).await?.iter() {
                if !location_ids.contains(location_id) {
                    location_ids.push(location_id.clone());
                }
            }
        }
        let available = shop.inventory.available(&item_ids, &location_ids).await?;
        Ok(Self { available })
    }

    /// How many of a variant can be bought; `None` where its stock is not counted.
    pub(crate) fn quantity(&self, variant: &Variant) -> Option<i64> {
        if !variant.manage_inventory {
            return None;
        }
        let of_each = variant.inventory.iter().map(|link| {
            let available = self.available.get(&link.item_id).copied().unwrap_or(0);
            available.max(0) / link.required_quantity.max(1)
        });
        Some(of_each.min().unwrap_or(0))
    }
}
