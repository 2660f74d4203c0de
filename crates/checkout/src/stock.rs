//! What a cart takes out of stock, and whether that is there.

use tradewind_catalog::VariantOf;
use tradewind_inventory::{Demand, demand_per_item};
use tradewind_kernel::Result;

use crate::edit::Draft;
use crate::model::{Cart, CartItem};
use crate::{Checkout, error};

/// What a line takes out of stock. A variant that is counted but linked to no item has none: nothing can be sold of it.
pub(crate) fn demands_of(item: &CartItem, sold: &VariantOf) -> Result<Vec<Demand>> {
    let variant = sold.variant();
    if !variant.manage_inventory {
        return Ok(Vec::new());
    }
    if variant.inventory.is_empty() && !variant.allow_backorder {
        return Err(error::not_enough(&item.goods.title));
    }
    let demand = |link: &tradewind_catalog::InventoryLink| Demand {
        item_id: link.item_id.clone(),
        quantity: item.quantity.saturating_mul(link.required_quantity),
        allow_backorder: variant.allow_backorder,
        // What is promised is promised to the line of the order.
        line_id: order_line_id(&item.id),
    };
    Ok(variant.inventory.iter().map(demand).collect())
}

/// The id that a cart's line has in the order: the same 26 characters.
pub(crate) fn order_line_id(cart_line_id: &str) -> String {
    format!("ordli_{}", tradewind_kernel::id::body_of(cart_line_id))
}

impl Checkout {
    /// Refuses a draft whose grown lines ask for more than there is. Demand for an item is summed over all lines of the
    /// cart before it is compared. Completion asks again, and that answer counts.
    pub(crate) async fn check_stock(&self, draft: &Draft, sold: &[Option<VariantOf>]) -> Result<()> {
        let mut demands = Vec::new();
        let mut wanted = Vec::new();
        for (item, sold) in draft.cart.items.iter().zip(sold) {
            let Some(sold) = sold else { continue };
            let has_grown = draft.grown.contains(&item.id);
            match demands_of(item, sold) {
                Ok(of_line) => {
                    if has_grown {
                        let strict = of_line.iter().filter(|demand| !demand.allow_backorder);
                        wanted.extend(strict.map(|demand| (demand.item_id.clone(), item)));
                    }
                    demands.extend(of_line);
                }
                Err(error) if has_grown => return Err(error),
                Err(_) => {}
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let locations = self.locations_of(&draft.cart).await?;
        let per_item = demand_per_item(&demands)?;
        let demanded = |item_id: &str| per_item.get(item_id).map_or(0, |demand| demand.strict);
        let needed: Vec<_> = wanted.iter().map(|(item_id, _)| (item_id.as_str(), demanded(item_id))).collect();
        let short = self.parts.inventory.short_of(&needed, &locations).await?;
        match wanted.iter().find(|(item_id, _)| short.contains(item_id)) {
            Some((_, line)) => Err(error::not_enough(&line.goods.title)),
            None => Ok(()),
        }
    }

    /// Where the stock of the cart's sales channel lies, in order of preference.
    pub(crate) async fn locations_of(&self, cart: &Cart) -> Result<std::sync::Arc<[String]>> {
        match &cart.sales_channel_id {
            Some(channel) => self.parts.inventory.locations_of_channel(channel).await,
            None => Ok(std::sync::Arc::from([])),
        }
    }
}
