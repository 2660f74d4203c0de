//! What a cart or an order comes to, as rows to read.

use tradewind_catalog::VariantOf;
use tradewind_checkout::CartView;
use tradewind_kernel::{Money, Result};
use tradewind_orders::Order;

use crate::format::{money, price};
use crate::offer::left;
use crate::state::Storefront;
use crate::views::{CartLine, OrderLine, Picture, Totals, TotalsRow};
use crate::visitor::Guest;

/// The amounts of a sum, with or without the tax in them.
struct Amounts {
    includes_tax: bool,
    items: [Money; 2],
    shipping: [Money; 2],
    discount: Money,
    tax: Money,
    total: Money,
}

impl Amounts {
    /// `shipping` is what is said about delivery; its amount where none is given.
    fn rows(&self, shipping: Option<&str>) -> Totals {
        // First with the tax, then without.
        let place = usize::from(!self.includes_tax);
        let mut rows = vec![TotalsRow::new("Subtotal", money(self.items[place]))];
        if self.discount.minor > 0 {
            rows.push(TotalsRow::new("Discount", format!("−{}", money(self.discount))));
        }
        let delivery = shipping.map_or_else(|| money(self.shipping[place]), str::to_owned);
        rows.push(TotalsRow::new("Delivery", delivery));
        if !self.includes_tax && self.tax.minor > 0 {
            rows.push(TotalsRow::new("Tax", money(self.tax)));
        }
        let tax_note = match (self.includes_tax, self.tax.minor) {
            (false, _) => None,
            (true, 0) => Some("incl. VAT".to_owned()),
            (true, _) => Some(format!("incl. {} VAT", money(self.tax))),
        };
        Totals { rows, total: money(self.total), tax_note }
    }
}

/// What the cart comes to.
pub(crate) fn of_cart(view: &CartView, region_includes_tax: bool) -> Totals {
    let totals = &view.totals;
    let amounts = Amounts {
        includes_tax: view.cart.items.first().map_or(region_includes_tax, |item| item.is_tax_inclusive),
        items: [totals.original_item_total, totals.original_item_subtotal],
        shipping: [totals.shipping_total, totals.shipping_subtotal],
        discount: totals.item_discount_total,
        tax: totals.tax_total,
        total: totals.total,
    };
    amounts.rows(view.cart.shipping_methods.is_empty().then_some("at checkout"))
}

/// What the order came to.
pub(crate) fn of_order(order: &Order) -> Totals {
    let totals = order.totals();
    let amounts = Amounts {
        includes_tax: order.items.first().is_some_and(|item| item.is_tax_inclusive),
        items: [order.money(totals.items.original_total), order.money(totals.items.original_subtotal)],
        shipping: [order.money(totals.shipping.total), order.money(totals.shipping.subtotal)],
        discount: order.money(totals.items.discount_total),
        tax: order.money(totals.all.tax_total),
        total: totals.total(),
    };
    amounts.rows(None)
}

impl Storefront {
    /// The lines of the visitor's cart, each with what stands in its way.
    pub(crate) async fn cart_lines(&self, guest: &Guest, view: &CartView) -> Result<Vec<CartLine>> {
        let ids: Vec<&str> = view.cart.items.iter().map(|item| item.goods.variant_id.as_str()).collect();
        let sold: Vec<VariantOf> = self.parts.catalog.variants(&ids).await?;
        let products: Vec<_> = sold.iter().map(|of| of.product.clone()).collect();
        let available = self.available(guest, &products).await?;
        let mut lines = Vec::with_capacity(view.cart.items.len());
        for (item, totals) in view.cart.items.iter().zip(&view.totals.lines) {
            let of = sold.iter().find(|of| of.variant().id.as_str() == item.goods.variant_id);
            let is_sold = of.is_some_and(|of| guest.sells(&of.product));
            let left = if is_sold { of.and_then(|of| left(of.variant(), &available)) } else { Some(0) };
            let shown = if item.is_tax_inclusive { totals.total } else { totals.subtotal };
            lines.push(CartLine {
                id: item.id.clone(),
                href: product_path(item.goods.product_handle.as_deref()),
                title: item.goods.title.clone(),
                options: item.goods.variant_title.clone().unwrap_or_default(),
                picture: self.thumbnail(item.goods.thumbnail.as_deref()),
                unit_price: price(item.unit_price, view.cart.currency)?,
                quantity: u32::try_from(item.quantity).unwrap_or(u32::MAX),
                maximum_quantity: left.map(|left| u32::try_from(left.max(item.quantity)).unwrap_or(u32::MAX)),
                total: money(shown),
                problem: problem(is_sold, left, item.quantity),
            });
        }
        Ok(lines)
    }

    /// The lines of an order.
    pub(crate) fn order_lines(&self, order: &Order) -> Vec<OrderLine> {
        let lines = order.items.iter().map(|item| OrderLine {
            href: item.goods.product_handle.as_ref().map(|handle| product_path(Some(handle))),
            title: item.goods.title.clone(),
            options: item.goods.variant_title.clone().unwrap_or_default(),
            picture: self.thumbnail(item.goods.thumbnail.as_deref()),
            quantity: u32::try_from(item.quantity).unwrap_or(u32::MAX),
            total: money(order.money(if item.is_tax_inclusive { item.totals.total } else { item.totals.subtotal })),
        });
        lines.collect()
    }

    /// A picture beside a title that says what it shows.
    pub(crate) fn thumbnail(&self, url: Option<&str>) -> Option<Picture> {
        url.map(|url| self.picture_at(url, ""))
    }
}

fn product_path(handle: Option<&str>) -> String {
    handle.map_or_else(|| "/products".to_owned(), |handle| format!("/products/{handle}"))
}

fn problem(is_sold: bool, left: Option<i64>, quantity: i64) -> Option<String> {
    match left {
        _ if !is_sold => Some("No longer for sale. Please remove it.".to_owned()),
        Some(left) if left <= 0 => Some("Sold out. Please remove it.".to_owned()),
        Some(left) if left < quantity => Some(format!("Only {left} left")),
        _ => None,
    }
}
