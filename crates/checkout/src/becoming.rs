//! The order that a cart becomes. Pure: no I/O.

use tradewind_kernel::Timestamp;
use tradewind_kernel::id::body_of;
use tradewind_orders::{Address, Adjustment, ChargedTax, LineTotals, NewOrder, OrderItem, OrderShipping, TaxLine};
use tradewind_payments::PaymentCollection;
use tradewind_pricing::Totals;

use crate::model::Cart;

/// The order a cart becomes. Lines, methods and addresses keep their 26 characters, as the order does the cart's.
pub(crate) fn new_order(
    cart: &Cart,
    totals: &Totals,
    collection: Option<&PaymentCollection>,
    now: Timestamp,
) -> NewOrder {
    let items = cart.items.iter().zip(&totals.lines).map(|(item, of_line)| OrderItem {
        id: renamed("ordli", &item.id),
        goods: item.goods.clone(),
        quantity: item.quantity,
        unit_price: item.unit_price,
        compare_at_unit_price: item.compare_at_unit_price,
        is_tax_inclusive: item.is_tax_inclusive,
        totals: line_totals(of_line),
        taxes: charged_taxes("ordlitxl", &item.tax_lines, of_line),
        adjustments: order_adjustments("ordliadj", &item.adjustments),
        metadata: item.metadata.clone(),
    });
    let methods = cart.shipping_methods.iter().zip(&totals.shipping).map(|(method, of_method)| OrderShipping {
        id: renamed("ordsm", &method.id),
        shipping_option_id: method.shipping_option_id.clone(),
        name: method.name.clone(),
        amount: method.amount,
        is_tax_inclusive: method.is_tax_inclusive,
        data: method.data.clone(),
        totals: line_totals(of_method),
        taxes: charged_taxes("ordsmtxl", &method.tax_lines, of_method),
        adjustments: order_adjustments("ordsmadj", &method.adjustments),
    });
    NewOrder {
        cart_id: cart.id.as_str().to_owned(),
        region_id: cart.region_id.clone(),
        customer_id: cart.customer_id.clone(),
        sales_channel_id: cart.sales_channel_id.clone(),
        email: cart.email.clone(),
        currency: cart.currency,
        locale: cart.locale.clone(),
        shipping_address: cart.shipping_address.as_ref().map(order_address),
        billing_address: cart.billing_address.as_ref().map(order_address),
        items: items.collect(),
        shipping_methods: methods.collect(),
        credit_lines: cart.credit_lines.clone(),
        payment_collection_ids: collection.iter().map(|collection| collection.id.clone()).collect(),
        metadata: cart.metadata.clone(),
        events_before: cart.order_events,
        at: now,
    }
}

fn renamed(prefix: &str, id: &str) -> String {
    format!("{prefix}_{}", body_of(id))
}

fn order_address(address: &Address) -> Address {
    Address { id: renamed("ordaddr", &address.id), ..address.clone() }
}

fn order_adjustments(prefix: &str, of_line: &[Adjustment]) -> Vec<Adjustment> {
    of_line.iter().map(|own| Adjustment { id: renamed(prefix, &own.id), ..own.clone() }).collect()
}

fn line_totals(of_line: &tradewind_pricing::LineTotals) -> LineTotals {
    LineTotals {
        subtotal: of_line.subtotal.minor,
        total: of_line.total.minor,
        tax_total: of_line.tax_total.minor,
        discount_total: of_line.discount_total.minor,
        discount_subtotal: of_line.discount_subtotal.minor,
        discount_tax_total: of_line.discount_tax_total.minor,
        original_total: of_line.original_total.minor,
        original_subtotal: of_line.original_subtotal.minor,
        original_tax_total: of_line.original_tax_total.minor,
    }
}

fn charged_taxes(prefix: &str, lines: &[TaxLine], of_line: &tradewind_pricing::LineTotals) -> Vec<ChargedTax> {
    lines
        .iter()
        .zip(&of_line.tax_lines)
        .map(|(line, (subtotal, total))| ChargedTax {
            line: TaxLine { id: renamed(prefix, &line.id), ..line.clone() },
            subtotal: subtotal.minor,
            total: total.minor,
        })
        .collect()
}
