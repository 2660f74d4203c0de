//! What variants cost for a shopper: one way for carts, answers of the catalogue and pages.

use std::fmt;
use std::sync::Arc;

use tradewind_catalog::{Price, Variant};
use tradewind_kernel::Timestamp;
use tradewind_market::{MarketSnapshot, Region};
use tradewind_offers::{OffersSnapshot, PriceListStatus};
use tradewind_pricing::{PriceContext, PriceInput, SelectedPrice, select_price};

/// The prices of one region, for one shopper, at one moment: those of the catalogue and those of price lists.
#[derive(Clone)]
pub struct Prices {
    offers: Arc<OffersSnapshot>,
    /// For one of a thing.
    context: PriceContext,
}

impl Prices {
    /// The prices of a region for a shopper who is in these customer groups.
    #[must_use]
    pub fn new(
        offers: Arc<OffersSnapshot>,
        market: &MarketSnapshot,
        region: &Region,
        customer_group_ids: Vec<String>,
        at: Timestamp,
    ) -> Self {
        let context = PriceContext {
            currency: region.currency,
            region_id: Some(region.id.as_str().to_owned()),
            quantity: 1,
            customer_group_ids,
            at,
            currency_includes_tax: market.prices_include_tax(None, region.currency),
            region_includes_tax: market.prices_include_tax(Some(region), region.currency),
        };
        Self { offers, context }
    }

    /// What one of the variant costs when so many are bought; `None` where it is not sold here.
    #[must_use]
    pub fn of(&self, variant: &Variant, quantity: i64) -> Option<SelectedPrice> {
        let own = variant.prices.iter().filter(|price| self.may_hold(price)).map(input);
        let listed = self.offers.list_prices(variant.id.as_str()).iter();
        let listed = listed.filter(|price| price.currency == self.context.currency).cloned();
        let prices: Vec<PriceInput> = own.chain(listed).collect();
        if quantity == self.context.quantity {
            return select_price(&prices, &self.context);
        }
        select_price(&prices, &PriceContext { quantity, ..self.context.clone() })
    }

    /// When prices will change by themselves, because a price list begins or ends.
    #[must_use]
    pub fn next_turn(&self) -> Option<Timestamp> {
        self.offers.next_turn_of_prices(self.context.at)
    }

    /// Prices of other currencies and regions are most of what a variant has; they are not copied.
    fn may_hold(&self, price: &Price) -> bool {
        price.currency == self.context.currency
            && price.region_id.as_ref().is_none_or(|id| self.context.region_id.as_ref() == Some(id))
    }
}

impl fmt::Debug for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prices").field("context", &self.context).finish_non_exhaustive()
    }
}

/// Whether any price list is for some groups of customers only: without one, everybody pays the same.
#[must_use]
pub fn depend_on_groups(offers: &OffersSnapshot) -> bool {
    offers.price_lists().any(|list| list.status == PriceListStatus::Active && !list.customer_group_ids.is_empty())
}

fn input(price: &Price) -> PriceInput {
    PriceInput {
        id: price.id.as_str().to_owned(),
        currency: price.currency,
        amount: price.amount,
        region_id: price.region_id.clone(),
        min_quantity: price.min_quantity,
        max_quantity: price.max_quantity,
        price_list: None,
    }
}
