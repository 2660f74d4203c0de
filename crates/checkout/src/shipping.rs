//! Ways of sending a cart: which are offered, and choosing one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tradewind_fulfilment::{
    DeliveryQuery, FulfillmentSet, FulfilmentSnapshot, PricedOption, ServiceZone, ShippingOption, option_not_offered,
};
use tradewind_inventory::demand_per_item;
use tradewind_kernel::{Decimal, Result};
use tradewind_orders::Metadata;

use crate::Checkout;
use crate::edit::{Draft, Edit};
use crate::model::{Cart, CartView, ShippingMethod};
use crate::refresh::destination;
use crate::stock::demands_of;

/// A way of sending that is offered for a cart.
#[derive(Clone, Debug)]
pub struct OfferedShipping {
    /// The option.
    pub option: Arc<ShippingOption>,
    /// The id of the price that holds for the cart; `None` where the carrier computed it.
    pub price_id: Option<String>,
    /// The price, in major units.
    pub amount: Decimal,
    /// Whether the price has the tax in it.
    pub is_tax_inclusive: bool,
    /// Whether the stock it would be sent from has too little of what is in the cart.
    pub insufficient_inventory: bool,
    snapshot: Arc<FulfilmentSnapshot>,
}

impl OfferedShipping {
    /// Where the option belongs: its zone, and that zone's set.
    #[must_use]
    pub fn zone(&self) -> Option<(&FulfillmentSet, &ServiceZone)> {
        self.snapshot.zone(&self.option.service_zone_id)
    }
}

impl Checkout {
    /// The ways of sending that are offered for a cart; none before it is known where it is sent.
    pub async fn shipping_options(&self, cart_id: &str) -> Result<Vec<OfferedShipping>> {
        let (cart, _) = self.load_cart(cart_id).await?;
        let market = self.parts.market.snapshot().await?;
        let draft = Draft::new(cart, 0, market, self.parts.clock.now());
        let locations = self.locations_of(&draft.cart).await?;
        let profile_ids: Vec<String> = profiles_of(&draft.cart).into_iter().map(str::to_owned).collect();
        let weight_grams = self.weight_of(&draft.cart).await?;
        let Some(query) = delivery(&draft, &locations, &profile_ids, weight_grams)? else {
            return Ok(Vec::new());
        };
        let snapshot = self.parts.fulfilment.snapshot().await?;
        let needs = self.needs_of(&draft.cart).await?;
        let mut offered = Vec::new();
        for priced in self.parts.fulfilment.options_for(&query).await? {
            let set = snapshot.zone(&priced.option.service_zone_id).map(|(set, _)| set);
            // A set without a location of its own is served from all of the channel's.
            let insufficient_inventory = match set.and_then(|set| set.location_id.as_ref()) {
                Some(location) => self.is_short_at(std::slice::from_ref(location), needs.as_ref()).await?,
                None => self.is_short_at(&locations, needs.as_ref()).await?,
            };
            offered.push(OfferedShipping {
                option: priced.option,
                price_id: priced.price_id,
                amount: priced.amount,
                is_tax_inclusive: priced.is_tax_inclusive,
                insufficient_inventory,
                snapshot: Arc::clone(&snapshot),
            });
        }
        Ok(offered)
    }

    /// Chooses a way of sending; it takes the place of the one chosen before for the same kind of things.
    pub async fn add_shipping_method(
        &self,
        cart_id: &str,
        option_id: &str,
        data: Option<Metadata>,
    ) -> Result<CartView> {
        self.edit(cart_id, Edit::Ship { option_id: option_id.to_owned(), data }).await
    }

    pub(crate) async fn ship(&self, draft: &mut Draft, option_id: &str, data: Option<&Metadata>) -> Result<()> {
        let locations = self.locations_of(&draft.cart).await?;
        let priced = self.offered_now(draft, &locations, option_id).await?;
        let priced = priced.ok_or_else(|| option_not_offered(option_id))?;
        let method = ShippingMethod {
            id: self.parts.mint.mint_in("casm", draft.cart.id.bucket()),
            shipping_option_id: priced.option.id.clone(),
            name: priced.option.name.clone(),
            shipping_profile_id: priced.option.shipping_profile_id.clone(),
            amount: priced.amount,
            is_tax_inclusive: priced.is_tax_inclusive,
            data: data.cloned(),
            tax_lines: Vec::new(),
            adjustments: Vec::new(),
            created_at: draft.now,
            updated_at: draft.now,
        };
        let methods = &mut draft.cart.shipping_methods;
        methods.retain(|chosen| chosen.shipping_profile_id != method.shipping_profile_id);
        methods.push(method);
        Ok(())
    }

    /// Gives chosen methods today's price, and drops those that are no longer offered where the cart is sent now, or are
    /// for things it no longer holds.
    pub(crate) async fn refresh_shipping(&self, draft: &mut Draft) -> Result<()> {
        let locations = self.locations_of(&draft.cart).await?;
        let mut kept = Vec::with_capacity(draft.cart.shipping_methods.len());
        for mut method in std::mem::take(&mut draft.cart.shipping_methods) {
            let offered = self.offered_now(draft, &locations, &method.shipping_option_id).await?;
            if let Some(priced) = offered {
                method.amount = priced.amount;
                method.is_tax_inclusive = priced.is_tax_inclusive;
                kept.push(method);
            }
        }
        draft.cart.shipping_methods = kept;
        Ok(())
    }

    /// How much of each item the cart takes out of stock; `None` when it holds something of which there is no stock at all.
    async fn needs_of(&self, cart: &Cart) -> Result<Option<HashMap<String, i64>>> {
        let mut demands = Vec::new();
        for (item, sold) in cart.items.iter().zip(self.sold_in(cart).await?) {
            let Some(sold) = sold else { continue };
            match demands_of(item, &sold) {
                Ok(of_line) => demands.extend(of_line),
                Err(_) => return Ok(None),
            }
        }
        let per_item = demand_per_item(&demands)?;
        Ok(Some(per_item.into_iter().map(|(id, demand)| (id.to_owned(), demand.strict)).collect()))
    }

    /// The option with its price for where the draft is sent, if it is offered there for what the cart holds.
    async fn offered_now(
        &self,
        draft: &Draft,
        location_ids: &[String],
        option_id: &str,
    ) -> Result<Option<PricedOption>> {
        let weight_grams = self.weight_of(&draft.cart).await?;
        let Some(query) = delivery(draft, location_ids, &[], weight_grams)? else {
            return Ok(None);
        };
        let profiles = profiles_of(&draft.cart);
        let fits = |priced: &PricedOption| {
            profiles.is_empty() || profiles.contains(priced.option.shipping_profile_id.as_str())
        };
        Ok(self.parts.fulfilment.option_for(option_id, &query).await?.filter(fits))
    }

    /// What the things in the cart weigh, as far as the catalogue knows, in grams.
    async fn weight_of(&self, cart: &Cart) -> Result<i64> {
        let sold = self.sold_in(cart).await?;
        let weights = cart.items.iter().zip(&sold).map(|(item, sold)| {
            let each = sold.as_ref().and_then(|sold| sold.variant().weight.or(sold.product.weight));
            each.unwrap_or(0).saturating_mul(item.quantity)
        });
        Ok(weights.fold(0, i64::saturating_add))
    }

    async fn is_short_at(&self, location_ids: &[String], needs: Option<&HashMap<String, i64>>) -> Result<bool> {
        let Some(needs) = needs else { return Ok(true) };
        let needed: Vec<_> = needs.iter().map(|(item_id, needed)| (item_id.as_str(), *needed)).collect();
        Ok(!self.parts.inventory.short_of(&needed, location_ids).await?.is_empty())
    }
}

fn delivery<'a>(
    draft: &'a Draft,
    location_ids: &'a [String],
    profile_ids: &'a [String],
    weight_grams: i64,
) -> Result<Option<DeliveryQuery<'a>>> {
    let Some((country, province)) = destination(draft)? else {
        return Ok(None);
    };
    let address = draft.cart.shipping_address.as_ref();
    Ok(Some(DeliveryQuery {
        country,
        province,
        city: address.and_then(|address| address.city.as_deref()),
        postal_code: address.and_then(|address| address.postal_code.as_deref()),
        location_ids,
        profile_ids,
        item_total: item_total(&draft.cart),
        weight_grams,
        region: draft.region()?,
        market: &draft.market,
    }))
}

/// What the items cost after discounts, in major units.
fn item_total(cart: &Cart) -> Decimal {
    let lines = cart.items.iter().map(|item| {
        let discounts: Decimal = item.adjustments.iter().map(|adjustment| adjustment.amount).sum();
        item.unit_price * Decimal::from(item.quantity) - discounts
    });
    lines.sum()
}

/// The kinds of things in the cart that have to be sent.
pub(crate) fn profiles_of(cart: &Cart) -> BTreeSet<&str> {
    cart.items
        .iter()
        .filter(|item| item.goods.requires_shipping)
        .filter_map(|item| item.goods.shipping_profile_id.as_deref())
        .collect()
}
