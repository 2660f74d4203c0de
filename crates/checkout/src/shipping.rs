//! Ways of sending a cart: which are offered, and choosing one.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tradewind_fulfilment::{
    Destination, FulfilmentSet, FulfilmentSnapshot, OptionPrice, PricedOption, ServiceZone, ShippingOption,
};
use tradewind_inventory::demand_per_item;
use tradewind_kernel::{Error, Result};
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
    pub option: ShippingOption,
    /// The price that holds for the cart.
    pub price: OptionPrice,
    /// Whether the price has the tax in it.
    pub is_tax_inclusive: bool,
    /// Whether the stock it would be sent from has too little of what is in the cart.
    pub insufficient_inventory: bool,
    snapshot: Arc<FulfilmentSnapshot>,
}

impl OfferedShipping {
    /// Where the option belongs: its zone, and that zone's set.
    #[must_use]
    pub fn zone(&self) -> Option<(&FulfilmentSet, &ServiceZone)> {
        self.snapshot.zone(&self.option.zone_id)
    }
}

impl Checkout {
    /// The ways of sending that are offered for a cart; none before it is known where it is sent.
    pub async fn shipping_options(&self, cart_id: &str) -> Result<Vec<OfferedShipping>> {
        let cart = self.load(cart_id).await?.cart;
        let market = self.parts.market.snapshot().await?;
        let draft = Draft::new(cart, 0, market, self.parts.clock.now());
        let Some((country_code, province)) = destination(&draft)? else {
            return Ok(Vec::new());
        };
        let snapshot = self.parts.fulfilment.snapshot().await?;
        let region = draft.region()?;
        let to = Destination {
            country_code: &country_code,
            province: province.as_deref(),
            region_id: region.id.as_str(),
            currency: draft.cart.currency,
        };
        let profile_ids: Vec<&str> = profiles_of(&draft.cart).into_iter().collect();
        let needs = self.needs_of(&draft.cart).await?;
        let mut offered = Vec::new();
        for priced in snapshot.options_for(to, &profile_ids) {
            offered.push(OfferedShipping {
                option: priced.option.clone(),
                price: priced.price.clone(),
                is_tax_inclusive: includes_tax(&draft, priced.price)?,
                insufficient_inventory: self.is_short_at(&priced.set.location_id, needs.as_ref()).await?,
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

    pub(crate) async fn ship(
        &self,
        draft: &mut Draft,
        option_id: &str,
        data: Option<&Metadata>,
    ) -> Result<()> {
        let snapshot = self.parts.fulfilment.snapshot().await?;
        let now = draft.now;
        let method = {
            let priced = offered_now(draft, &snapshot, option_id)?.ok_or_else(|| {
                Error::invalid("option_id", "This shipping option is not offered for the cart's address")
            })?;
            ShippingMethod {
                id: self.parts.mint.mint_in("casm", draft.cart.id.bucket()),
                shipping_option_id: priced.option.id.as_str().to_owned(),
                name: priced.option.name.clone(),
                shipping_profile_id: priced.option.profile_id.as_str().to_owned(),
                amount: priced.price.amount,
                is_tax_inclusive: false,
                data: data.cloned(),
                tax_lines: Vec::new(),
                adjustments: Vec::new(),
                created_at: now,
                updated_at: now,
            }
        };
        let methods = &mut draft.cart.shipping_methods;
        methods.retain(|chosen| chosen.shipping_profile_id != method.shipping_profile_id);
        methods.push(method);
        Ok(())
    }

    /// Gives chosen methods today's price, and drops those that are no longer offered where the cart is sent now, or are
    /// for things it no longer holds.
    pub(crate) async fn refresh_shipping(&self, draft: &mut Draft) -> Result<()> {
        let snapshot = self.parts.fulfilment.snapshot().await?;
        let mut kept = Vec::with_capacity(draft.cart.shipping_methods.len());
        for mut method in std::mem::take(&mut draft.cart.shipping_methods) {
            let Some(priced) = offered_now(draft, &snapshot, &method.shipping_option_id)? else {
                continue;
            };
            method.amount = priced.price.amount;
            method.is_tax_inclusive = includes_tax(draft, priced.price)?;
            kept.push(method);
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

    async fn is_short_at(
        &self,
        location_id: &str,
        needs: Option<&HashMap<String, i64>>,
    ) -> Result<bool> {
        let Some(needs) = needs else { return Ok(true) };
        if needs.is_empty() {
            return Ok(false);
        }
        let item_ids: Vec<String> = needs.keys().cloned().collect();
        let available = self.parts.inventory.available(&item_ids, &[location_id.to_owned()]).await?;
        Ok(needs.iter().any(|(id, needed)| *needed > available.get(id).copied().unwrap_or(0)))
    }
}

/// Whether a price has the tax in it: one made for a region as the region says, any other as its currency does.
fn includes_tax(draft: &Draft, price: &OptionPrice) -> Result<bool> {
    let region = draft.region()?;
    let of_region = price.region_id.as_ref().map(|_| region);
    Ok(draft.market.prices_include_tax(of_region, price.currency))
}

/// The option with its price for where the draft is sent, if it is offered there for what the cart holds.
fn offered_now<'s>(
    draft: &Draft,
    snapshot: &'s FulfilmentSnapshot,
    option_id: &str,
) -> Result<Option<PricedOption<'s>>> {
    let Some((country_code, province)) = destination(draft)? else {
        return Ok(None);
    };
    let to = Destination {
        country_code: &country_code,
        province: province.as_deref(),
        region_id: &draft.cart.region_id,
        currency: draft.cart.currency,
    };
    let profiles = profiles_of(&draft.cart);
    let fits = |priced: &PricedOption<'_>| {
        profiles.is_empty() || profiles.contains(priced.option.profile_id.as_str())
    };
    Ok(snapshot.option_for(option_id, to).filter(fits))
}

/// The kinds of things in the cart that have to be sent.
pub(crate) fn profiles_of(cart: &Cart) -> BTreeSet<&str> {
    cart.items
        .iter()
        .filter(|item| item.goods.requires_shipping)
        .filter_map(|item| item.goods.shipping_profile_id.as_deref())
        .collect()
}
