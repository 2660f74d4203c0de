//! What a cart or an order comes to, as rows to read.

use tradewind_catalog::VariantOf;
use tradewind_checkout::CartView;
use tradewind_kernel::{Decimal, Money, Result};
use tradewind_orders::{Adjustment, Order};
use tradewind_pricing::share_by_weight;

use crate::format::{money, price};
use crate::offer::left;
use crate::state::Storefront;
use crate::views::{CartLine, Codes, GivenCode, OrderLine, Picture, Totals, TotalsRow};
use crate::visitor::Guest;

/// The amounts of a sum; pairs are with the tax and without. Promotions are taken off below what things cost without them.
struct Amounts {
    includes_tax: bool,
    items: [Money; 2],
    shipping: [Money; 2],
    discount: [Money; 2],
    /// What promotions take off, by their codes, in the order of the lines.
    promotions: Vec<(String, Decimal)>,
    credit: Money,
    tax: Money,
    total: Money,
}

impl Amounts {
    /// `shipping` is what is said about delivery; its amount where none is given.
    fn rows(&self, shipping: Option<&str>) -> Totals {
        // First with the tax, then without.
        let place = usize::from(!self.includes_tax);
        let mut rows = vec![TotalsRow::new("Subtotal", money(self.items[place]))];
        rows.extend(self.discounts(self.discount[place]));
        let delivery = shipping.map_or_else(|| money(self.shipping[place]), str::to_owned);
        rows.push(TotalsRow::new("Delivery", delivery));
        if !self.includes_tax && self.tax.minor > 0 {
            rows.push(TotalsRow::new("Tax", money(self.tax)));
        }
        if self.credit.minor > 0 {
            rows.push(TotalsRow::new("Paid with credit", less(self.credit)));
        }
        let tax_note = match (self.includes_tax, self.tax.minor) {
            (false, _) => None,
            (true, 0) => Some("incl. VAT".to_owned()),
            (true, _) => Some(format!("incl. {} VAT", money(self.tax))),
        };
        Totals { rows, total: money(self.total), tax_note }
    }

    /// A row for each promotion. Together they are what was taken off, to the cent.
    fn discounts(&self, whole: Money) -> Vec<TotalsRow> {
        let mut codes: Vec<(&str, i64)> = Vec::new();
        for (code, amount) in &self.promotions {
            let weight = Money::round(*amount, whole.currency).map_or(0, |money| money.minor);
            match codes.iter_mut().find(|(known, _)| known == code) {
                Some((_, sum)) => *sum = sum.saturating_add(weight),
                None => codes.push((code, weight)),
            }
        }
        let weights: Vec<i64> = codes.iter().map(|(_, weight)| *weight).collect();
        let shares = share_by_weight(whole.minor, &weights);
        let rows = codes.iter().zip(shares).map(|((code, _), share)| {
            TotalsRow::new(format!("Discount {code}").trim_end(), less(Money::from_minor(share, whole.currency)))
        });
        rows.collect()
    }
}

fn less(amount: Money) -> String {
    format!("−{}", money(amount))
}

fn by_code<'a>(adjustments: impl Iterator<Item = &'a Adjustment>) -> Vec<(String, Decimal)> {
    adjustments.map(|own| (own.code.clone().unwrap_or_default(), own.amount)).collect()
}

/// What the cart comes to.
pub(crate) fn of_cart(view: &CartView, region_includes_tax: bool) -> Totals {
    let (cart, totals) = (&view.cart, &view.totals);
    let of_items = cart.items.iter().flat_map(|item| &item.adjustments);
    let of_methods = cart.shipping_methods.iter().flat_map(|method| &method.adjustments);
    let amounts = Amounts {
        includes_tax: cart.items.first().map_or(region_includes_tax, |item| item.is_tax_inclusive),
        items: [totals.original_item_total, totals.original_item_subtotal],
        shipping: [totals.original_shipping_total, totals.original_shipping_subtotal],
        discount: [totals.discount_total, totals.discount_subtotal],
        promotions: by_code(of_items.chain(of_methods)),
        credit: totals.credit_line_total,
        tax: totals.tax_total,
        total: totals.total,
    };
    amounts.rows(cart.shipping_methods.is_empty().then_some("at checkout"))
}

/// What the order came to.
pub(crate) fn of_order(order: &Order) -> Totals {
    let totals = order.totals();
    let of_items = order.items.iter().flat_map(|item| &item.adjustments);
    let of_methods = order.shipping_methods.iter().flat_map(|method| &method.adjustments);
    let both = |with_tax: i64, without: i64| [order.money(with_tax), order.money(without)];
    let amounts = Amounts {
        includes_tax: order.items.first().is_some_and(|item| item.is_tax_inclusive),
        items: both(totals.items.original_total, totals.items.original_subtotal),
        shipping: both(totals.shipping.original_total, totals.shipping.original_subtotal),
        discount: both(totals.all.discount_total, totals.all.discount_subtotal),
        promotions: by_code(of_items.chain(of_methods)),
        credit: order.money(totals.credit),
        tax: order.money(totals.all.tax_total),
        total: totals.total(),
    };
    amounts.rows(None)
}

/// The codes of a cart, and which of them take anything off.
pub(crate) fn codes(view: &CartView) -> Codes {
    let cart = &view.cart;
    let of_items = cart.items.iter().flat_map(|item| &item.adjustments);
    let of_methods = cart.shipping_methods.iter().flat_map(|method| &method.adjustments);
    let effective: Vec<&str> = of_items.chain(of_methods).filter_map(|own| own.code.as_deref()).collect();
    let given = cart.promo_codes.iter();
    let given = given.map(|code| GivenCode { code: code.clone(), holds: effective.contains(&code.as_str()) });
    Codes { given: given.collect(), ..Codes::default() }
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
            let shown = if item.is_tax_inclusive { totals.original_total } else { totals.subtotal };
            lines.push(CartLine {
                id: item.id.clone(),
                href: product_path(item.goods.product_handle.as_deref()),
                title: item.goods.title.clone(),
                options: item.goods.variant_title.clone().unwrap_or_default(),
                picture: self.thumbnail(item.goods.thumbnail.as_deref()),
                unit_price: price(item.unit_price, view.cart.currency)?,
                unit_price_before: match item.compare_at_unit_price {
                    Some(before) => Some(price(before, view.cart.currency)?),
                    None => None,
                },
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
            total: money(order.money(if item.is_tax_inclusive {
                item.totals.original_total
            } else {
                item.totals.subtotal
            })),
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
