//! What promotions may ask about a cart, its lines and its shipping methods. Attributes are named as staff write them in rules.

use std::sync::Arc;

use tradewind_catalog::VariantOf;
use tradewind_fulfilment::FulfilmentSnapshot;
use tradewind_kernel::Decimal;
use tradewind_orders::TaxLine;
use tradewind_pricing::{Basket, BasketLine, BasketShipping, Facts};

use crate::edit::Draft;
use crate::model::{Cart, CartItem, ShippingMethod};

/// A draft as promotions see it.
pub(crate) fn basket(
    draft: &Draft,
    sold: &[Option<VariantOf>],
    options: &FulfilmentSnapshot,
    customer_group_ids: &[String],
) -> Basket {
    let cart = &draft.cart;
    let lines: Vec<BasketLine> = cart
        .items
        .iter()
        .zip(sold)
        .map(|(item, sold)| BasketLine {
            facts: line_facts(item, sold.as_ref()),
            unit_price: item.unit_price,
            quantity: item.quantity,
            is_tax_inclusive: item.is_tax_inclusive,
            tax_percent: percent(&item.tax_lines),
            is_discountable: item.goods.is_discountable,
        })
        .collect();
    let shipping: Vec<BasketShipping> = cart
        .shipping_methods
        .iter()
        .map(|method| BasketShipping {
            facts: shipping_facts(method, options),
            amount: method.amount,
            is_tax_inclusive: method.is_tax_inclusive,
            tax_percent: percent(&method.tax_lines),
        })
        .collect();
    let mut facts = cart_facts(cart, customer_group_ids);
    // A promotion may ask whether anything in the cart is of a kind.
    facts.0.extend(lines.iter().flat_map(|line| line.facts.0.iter().cloned()));
    facts.0.extend(shipping.iter().flat_map(|method| method.facts.0.iter().cloned()));
    Basket { currency: cart.currency, facts, lines, shipping }
}

fn cart_facts(cart: &Cart, customer_group_ids: &[String]) -> Facts {
    let mut facts = Facts::default();
    let price_of_items: Decimal = cart.items.iter().map(price).sum();
    one(&mut facts, "region_id", &cart.region_id);
    one(&mut facts, "currency_code", cart.currency.code());
    some(&mut facts, "sales_channel_id", cart.sales_channel_id.as_deref());
    some(&mut facts, "email", cart.email.as_deref());
    some(&mut facts, "customer.email", cart.email.as_deref());
    some(&mut facts, "customer_id", cart.customer_id.as_deref());
    some(&mut facts, "customer.id", cart.customer_id.as_deref());
    facts.0.push(("customer.groups.id", customer_group_ids.iter().map(|id| Arc::from(id.as_str())).collect()));
    if let Some(address) = &cart.shipping_address {
        some(&mut facts, "shipping_address.country_code", address.country_code.as_deref());
        some(&mut facts, "shipping_address.province", address.province.as_deref());
        some(&mut facts, "shipping_address.city", address.city.as_deref());
        some(&mut facts, "shipping_address.postal_code", address.postal_code.as_deref());
    }
    // What the items cost before promotions.
    for name in ["item_total", "item_subtotal", "subtotal"] {
        number(&mut facts, name, price_of_items);
    }
    facts
}

fn line_facts(item: &CartItem, sold: Option<&VariantOf>) -> Facts {
    let mut facts = Facts::default();
    for name in ["items.product.id", "items.product_id"] {
        one(&mut facts, name, &item.goods.product_id);
    }
    for name in ["items.variant.id", "items.variant_id"] {
        one(&mut facts, name, &item.goods.variant_id);
    }
    some(&mut facts, "items.variant_sku", item.goods.variant_sku.as_deref());
    number(&mut facts, "items.quantity", item.quantity.into());
    number(&mut facts, "items.unit_price", item.unit_price);
    for name in ["items.subtotal", "items.total"] {
        number(&mut facts, name, price(item));
    }
    // What it is today, not what it was when it was put into the cart.
    let Some(product) = sold.map(|sold| &sold.product) else { return facts };
    some(&mut facts, "items.product.collection_id", product.collection_id.as_ref().map(|id| id.as_str()));
    some(&mut facts, "items.product.collection.id", product.collection_id.as_ref().map(|id| id.as_str()));
    some(&mut facts, "items.product.type_id", product.type_id.as_ref().map(|id| id.as_str()));
    some(&mut facts, "items.product.type.id", product.type_id.as_ref().map(|id| id.as_str()));
    let categories = product.category_ids.iter().map(|id| Arc::from(id.as_str()));
    facts.0.push(("items.product.categories.id", categories.collect()));
    let tags = product.tag_ids.iter().map(|id| Arc::from(id.as_str()));
    facts.0.push(("items.product.tags.id", tags.collect()));
    facts
}

fn shipping_facts(method: &ShippingMethod, options: &FulfilmentSnapshot) -> Facts {
    let mut facts = Facts::default();
    for name in ["shipping_methods.shipping_option_id", "shipping_methods.shipping_option.id"] {
        one(&mut facts, name, &method.shipping_option_id);
    }
    number(&mut facts, "shipping_methods.amount", method.amount);
    if let Some(option) = options.option(&method.shipping_option_id) {
        for name in [
            "shipping_methods.shipping_option.shipping_option_type_id",
            "shipping_methods.shipping_option.type.id",
            "shipping_methods.shipping_option_type_id",
        ] {
            one(&mut facts, name, &option.type_.id);
        }
    }
    facts
}

/// What a line costs before promotions, in major units. A product too large is refused where the cart is totalled.
fn price(item: &CartItem) -> Decimal {
    item.unit_price.checked_mul(item.quantity.into()).unwrap_or(Decimal::ZERO)
}

fn percent(taxes: &[TaxLine]) -> Decimal {
    taxes.iter().map(|tax| tax.rate).sum()
}

fn one(facts: &mut Facts, name: &'static str, value: &str) {
    facts.0.push((name, vec![Arc::from(value)]));
}

fn some(facts: &mut Facts, name: &'static str, value: Option<&str>) {
    if let Some(value) = value {
        one(facts, name, value);
    }
}

fn number(facts: &mut Facts, name: &'static str, value: Decimal) {
    one(facts, name, &value.to_string());
}
