//! What a cart comes to: its lines and methods as the pure pricing function takes them.

use tradewind_kernel::Result;
use tradewind_orders::{Adjustment, TaxLine};
use tradewind_pricing::{Quote, QuoteLine, QuoteShipping, Rate, Totals};

use crate::model::Cart;

/// The totals of a cart; those of its lines and methods come in the cart's order.
pub(crate) fn totals(cart: &Cart) -> Result<Totals> {
    let lines = cart.items.iter().map(|item| QuoteLine {
        unit_price: item.unit_price,
        quantity: item.quantity,
        is_tax_inclusive: item.is_tax_inclusive,
        tax_rates: rates(&item.tax_lines),
        adjustments: adjustments(&item.adjustments),
    });
    let shipping = cart.shipping_methods.iter().map(|method| QuoteShipping {
        amount: method.amount,
        is_tax_inclusive: method.is_tax_inclusive,
        tax_rates: rates(&method.tax_lines),
        adjustments: adjustments(&method.adjustments),
    });
    tradewind_pricing::totals(&Quote {
        currency: cart.currency,
        lines: lines.collect(),
        shipping: shipping.collect(),
        credits: cart.credit_lines.iter().map(|credit| credit.amount).collect(),
    })
}

fn rates(lines: &[TaxLine]) -> Vec<Rate> {
    lines.iter().map(|line| Rate { percent: line.rate }).collect()
}

fn adjustments(of_line: &[Adjustment]) -> Vec<tradewind_pricing::Adjustment> {
    of_line
        .iter()
        .map(|adjustment| tradewind_pricing::Adjustment {
            amount: adjustment.amount,
            is_tax_inclusive: adjustment.is_tax_inclusive,
        })
        .collect()
}
