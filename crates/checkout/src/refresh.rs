//! Bringing a draft up to date: prices, stock, taxes, promotions and shipping, in this order. Everything comes from memory.

use std::sync::Arc;

use tradewind_catalog::VariantOf;
use tradewind_kernel::{IdMint, Result};
use tradewind_market::TaxRate;
use tradewind_offers::OffersSnapshot;
use tradewind_orders::TaxLine;

use crate::edit::{Draft, Edit};
use crate::model::{Cart, CartView};
use crate::prices::{Prices, depend_on_groups};
use crate::promotions::{Deals, clear};
use crate::{Checkout, error};

/// Who computes the taxes.
const TAX_PROVIDER: &str = "system";

impl Checkout {
    /// Computes a cart's taxes, also where its region does not do so by itself.
    pub async fn taxes(&self, cart_id: &str) -> Result<CartView> {
        self.edit(cart_id, Edit::Tax).await
    }

    pub(crate) async fn refresh(&self, draft: &mut Draft) -> Result<()> {
        let sold = self.sold_in(&draft.cart).await?;
        let offers = self.parts.offers.snapshot().await?;
        let usable = self.usable(&draft.cart, draft.now, &offers).await?;
        let groups = match depend_on_groups(&offers) || Deals::ask_for_groups(&usable) {
            true => self.groups_of(&draft.cart).await?,
            false => Vec::new(),
        };
        price_lines(draft, &sold, offers, groups.clone())?;
        if !draft.grown.is_empty() {
            self.check_stock(draft, &sold).await?;
        }
        // Where taxes were asked for once, they are kept up to date.
        let is_taxed = draft.cart.items.iter().any(|item| !item.tax_lines.is_empty());
        let taxes = draft.tax_anyway || is_taxed || draft.region()?.automatic_taxes;
        if taxes {
            tax_items(draft, &self.parts.mint)?;
        }
        let deals = self.deals(usable, groups).await?;
        self.take_off(deals.as_ref(), draft, &sold)?;
        if !draft.cart.shipping_methods.is_empty() {
            // What sending costs may depend on what the items come to, and promotions on what sending costs.
            self.refresh_shipping(draft).await?;
            if taxes {
                tax_methods(draft, &self.parts.mint)?;
            }
            self.take_off(deals.as_ref(), draft, &sold)?;
        }
        Ok(())
    }

    fn take_off(&self, deals: Option<&Deals>, draft: &mut Draft, sold: &[Option<VariantOf>]) -> Result<()> {
        match deals {
            Some(deals) => deals.take_off(draft, sold, &self.parts.mint),
            None => {
                clear(&mut draft.cart);
                Ok(())
            }
        }
    }

    /// The groups the cart's customer is in.
    async fn groups_of(&self, cart: &Cart) -> Result<Vec<String>> {
        let customer = match &cart.customer_id {
            Some(id) => self.parts.accounts.customer(id).await?,
            None => None,
        };
        Ok(customer.map(|customer| customer.group_ids).unwrap_or_default())
    }

    /// What each line of the cart sells; `None` for what the catalogue no longer knows.
    pub(crate) async fn sold_in(&self, cart: &Cart) -> Result<Vec<Option<VariantOf>>> {
        let mut sold = Vec::with_capacity(cart.items.len());
        for item in &cart.items {
            sold.push(self.parts.catalog.variant(&item.goods.variant_id).await?);
        }
        Ok(sold)
    }
}

/// Gives each line today's price. A line that was not touched keeps its price where there is none today: completing the
/// cart will say so, changing an address must not.
fn price_lines(
    draft: &mut Draft,
    sold: &[Option<VariantOf>],
    offers: Arc<OffersSnapshot>,
    customer_group_ids: Vec<String>,
) -> Result<()> {
    let prices = Prices::new(offers, &draft.market, draft.region()?, customer_group_ids, draft.now);
    for (item, sold) in draft.cart.items.iter_mut().zip(sold) {
        match sold.as_ref().and_then(|sold| prices.of(sold.variant(), item.quantity)) {
            Some(price) => {
                item.unit_price = price.amount;
                item.is_tax_inclusive = price.is_tax_inclusive;
                let lowered = price.price_list_id.is_some() && price.original_amount > price.amount;
                item.compare_at_unit_price = lowered.then_some(price.original_amount);
            }
            None if draft.price_all || draft.grown.contains(&item.id) => {
                return Err(error::no_price(&item.goods.title, draft.cart.currency));
            }
            None => {}
        }
    }
    Ok(())
}

/// Puts the tax rates of where the cart is sent on its lines; none where that is not known yet.
fn tax_items(draft: &mut Draft, mint: &IdMint) -> Result<()> {
    let (market, place, bucket) = (Arc::clone(&draft.market), owned_destination(draft)?, draft.cart.id.bucket());
    for item in &mut draft.cart.items {
        let rates = place.as_ref().map_or_else(Vec::new, |(country, province)| {
            let type_id = item.goods.product_type_id.as_deref();
            market.tax_rates(country, province.as_deref(), &item.goods.product_id, type_id)
        });
        set_tax_lines(&mut item.tax_lines, &rates, |prefix| mint.mint_in(prefix, bucket), "calitxl");
    }
    Ok(())
}

/// The same for shipping methods.
fn tax_methods(draft: &mut Draft, mint: &IdMint) -> Result<()> {
    let (market, place, bucket) = (Arc::clone(&draft.market), owned_destination(draft)?, draft.cart.id.bucket());
    for method in &mut draft.cart.shipping_methods {
        let rates = place.as_ref().map_or_else(Vec::new, |(country, province)| {
            market.shipping_tax_rates(country, province.as_deref(), &method.shipping_option_id)
        });
        set_tax_lines(&mut method.tax_lines, &rates, |prefix| mint.mint_in(prefix, bucket), "casmtxl");
    }
    Ok(())
}

fn owned_destination(draft: &Draft) -> Result<Option<(String, Option<String>)>> {
    Ok(destination(draft)?.map(|(country, province)| (country.to_owned(), province.map(str::to_owned))))
}

/// Replaces a line's taxes, unless they are what they should be: then they keep their ids.
fn set_tax_lines(lines: &mut Vec<TaxLine>, rates: &[&TaxRate], mint: impl Fn(&str) -> String, prefix: &str) {
    let is_same = |line: &TaxLine, rate: &TaxRate| {
        line.tax_rate_id.as_deref() == Some(rate.id.as_str())
            && line.rate == rate.rate
            && line.code == rate.code
            && line.description == rate.name
    };
    let are_same = lines.len() == rates.len() && lines.iter().zip(rates).all(|(line, rate)| is_same(line, rate));
    if are_same {
        return;
    }
    *lines = rates
        .iter()
        .map(|rate| TaxLine {
            id: mint(prefix),
            tax_rate_id: Some(rate.id.as_str().to_owned()),
            description: rate.name.clone(),
            code: rate.code.clone(),
            rate: rate.rate,
            provider_id: TAX_PROVIDER.to_owned(),
        })
        .collect();
}

/// Where the cart is sent, as far as taxes and shipping ask: country and province. Without an address, the only country
/// of its region.
pub(crate) fn destination(draft: &Draft) -> Result<Option<(&str, Option<&str>)>> {
    let address = draft.cart.shipping_address.as_ref();
    if let Some(address) = address
        && let Some(country) = &address.country_code
    {
        return Ok(Some((country, address.province.as_deref())));
    }
    match &draft.region()?.countries[..] {
        [only] => Ok(Some((only, None))),
        _ => Ok(None),
    }
}
