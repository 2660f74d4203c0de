//! The prices of an answer of the catalogue: which region and place they are for, and how they look on the wire.

use std::sync::Arc;

use tradewind_catalog::{Product, Variant};
use tradewind_checkout::Prices;
use tradewind_http::wire::{Null, Raw};
use tradewind_http::{Obj, Plan, Query};
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Decimal, Error, Money, Result};
use tradewind_market::{MarketSnapshot, Region};
use tradewind_pricing::{PriceListKind, Quote, QuoteLine, Rate};

use crate::StoreState;

/// What prices depend on.
pub(crate) struct PriceView {
    market: Arc<MarketSnapshot>,
    region_id: String,
    prices: Prices,
    /// Where it would be sent to, where the request says so: amounts are shown with and without tax then.
    place: Option<(String, Option<String>)>,
}

impl PriceView {
    /// The view that a request asks for, by `region_id` or by the region of `cart_id`, for a shopper of these groups.
    pub(crate) async fn of(shop: &StoreState, query: &Query, customer_group_ids: &[String]) -> Result<Self> {
        let market = shop.market.snapshot().await?;
        let mut country = query.text("country_code").map(str::to_lowercase);
        let mut province = query.text("province").map(str::to_owned);
        let region_id = match (query.text("region_id"), query.text("cart_id")) {
            (Some(region_id), _) => region_id.to_owned(),
            (None, Some(cart_id)) => {
                let cart = shop.checkout.cart(cart_id).await?.cart;
                if let Some(address) = cart.shipping_address
                    && country.is_none()
                {
                    country = address.country_code;
                    province = address.province;
                }
                cart.region_id
            }
            (None, None) => {
                return Err(Error::invalid("region_id", "Prices need a region: please send the parameter 'region_id'"));
            }
        };
        let region = market
            .region(&region_id)
            .ok_or_else(|| Error::invalid("region_id", "Invalid request: there is no region with this 'region_id'"))?;
        let offers = shop.offers.price_lists().await?;
        Ok(Self {
            prices: Prices::new(offers, &market, region, customer_group_ids.to_vec(), shop.clock.now()),
            region_id,
            place: country.map(|country| (country, province)),
            market,
        })
    }

    fn region(&self) -> Option<&Region> {
        self.market.region(&self.region_id)
    }

    /// Writes `calculated_price` of a variant.
    pub(crate) fn write(&self, obj: &mut Obj<'_>, product: &Product, variant: &Variant) {
        let Some(region) = self.region() else { return };
        let Some(price) = self.prices.of(variant, 1) else {
            obj.always("calculated_price", Null);
            return;
        };
        obj.nest_with("calculated_price", Plan::all(), |obj| {
            obj.always("id", format!("pset_{}", body_of(variant.id.as_str())));
            obj.always("is_calculated_price_price_list", price.price.price_list.is_some());
            obj.always("is_calculated_price_tax_inclusive", price.is_tax_inclusive);
            obj.always("calculated_amount", price.amount);
            obj.always("raw_calculated_amount", Raw(price.amount));
            obj.always("is_original_price_price_list", price.original.price_list.is_some());
            obj.always("is_original_price_tax_inclusive", price.is_original_tax_inclusive);
            obj.always("original_amount", price.original_amount);
            obj.always("raw_original_amount", Raw(price.original_amount));
            obj.always("currency_code", region.currency);
            for (name, of) in [("calculated_price", &price.price), ("original_price", &price.original)] {
                obj.nest_with(name, Plan::all(), |obj| {
                    let list = of.price_list.as_ref();
                    obj.always("id", &of.id);
                    obj.always("price_list_id", list.map(|list| &list.id));
                    obj.always("price_list_type", list.map(|list| kind_name(list.kind)));
                    obj.always("min_quantity", of.min_quantity);
                    obj.always("max_quantity", of.max_quantity);
                });
            }
            let amounts = [
                ("calculated", price.amount, price.is_tax_inclusive),
                ("original", price.original_amount, price.is_original_tax_inclusive),
            ];
            for (name, amount, is_tax_inclusive) in amounts {
                let taxed = self.taxed(region, product, amount, is_tax_inclusive);
                if let Some((with_tax, without_tax)) = taxed {
                    obj.always(&format!("{name}_amount_with_tax"), with_tax);
                    obj.always(&format!("{name}_amount_without_tax"), without_tax);
                }
            }
        });
    }

    /// An amount with and without the tax of the place, as a cart there would total it.
    fn taxed(
        &self,
        region: &Region,
        product: &Product,
        amount: Decimal,
        is_tax_inclusive: bool,
    ) -> Option<(Money, Money)> {
        let (country, province) = self.place.as_ref()?;
        let type_id = product.type_id.as_ref().map(|id| id.as_str());
        let rates = self.market.tax_rates(country, province.as_deref(), product.id.as_str(), type_id);
        let quote = Quote {
            currency: region.currency,
            lines: vec![QuoteLine {
                unit_price: amount,
                quantity: 1,
                is_tax_inclusive,
                tax_rates: rates.iter().map(|rate| Rate { percent: rate.rate }).collect(),
                adjustments: Vec::new(),
            }],
            shipping: Vec::new(),
            credits: Vec::new(),
        };
        let totals = tradewind_pricing::totals(&quote).ok()?;
        let line = totals.lines.first()?;
        Some((line.total, line.subtotal))
    }
}

fn kind_name(kind: PriceListKind) -> &'static str {
    match kind {
        PriceListKind::Sale => "sale",
        PriceListKind::Override => "override",
    }
}
