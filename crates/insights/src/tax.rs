//! The tax report: what was sold net and with how much tax, by currency, place and rate, and what of it came back.

use std::collections::BTreeMap;

use tradewind_kernel::{Currency, Decimal, Result, Timestamp};
use tradewind_orders::{ChargedTax, LineTotals, Order, OrderStatus};

use crate::Insights;
use crate::sales::{ORDERS_READ, code, country};
use crate::table::{Cell, Column, Out, left, right};

/// How many places and rates are told apart. Provinces are what shoppers typed, of which there may be any number; what comes
/// after so many is told without its province.
const GROUPS_MAX: usize = 10_000;

pub(crate) static COLUMNS: [Column; 11] = [
    left("currency", "Currency", 6),
    left("country", "Country", 6),
    left("province", "Province", 12),
    left("tax", "Tax", 14),
    right("rate", "Rate %", 6),
    right("items_net", "Items net", 10),
    right("items_tax", "Items tax", 10),
    right("shipping_net", "Shipping net", 10),
    right("shipping_tax", "Shipping tax", 10),
    right("returned_net", "Returned net", 10),
    right("returned_tax", "Returned tax", 10),
];

/// What one row is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    currency: Currency,
    country: Option<String>,
    province: Option<String>,
    rate: Option<Decimal>,
    tax: Option<String>,
}

/// Minor units.
#[derive(Clone, Copy, Default)]
struct Taxed {
    net: i128,
    tax: i128,
}

impl Taxed {
    fn add(&mut self, net: i64, tax: i64) {
        self.net += i128::from(net);
        self.tax += i128::from(tax);
    }
}

#[derive(Clone, Copy, Default)]
struct Sums {
    items: Taxed,
    shipping: Taxed,
    returned: Taxed,
}

pub(crate) async fn rows(
    insights: &Insights,
    (from, before): (Timestamp, Timestamp),
    out: &mut Out<'_>,
) -> Result<Vec<Vec<Cell>>> {
    let mut placed = insights.orders.placed_between(from, before);
    let mut groups = BTreeMap::new();
    loop {
        let orders = placed.next(ORDERS_READ).await?;
        if orders.is_empty() {
            break;
        }
        // What was called off is not sold.
        for order in orders.iter().filter(|order| order.status != OrderStatus::Canceled) {
            add(&mut groups, order);
        }
    }
    let mut of_currency: BTreeMap<Currency, Sums> = BTreeMap::new();
    for (group, sums) in &groups {
        let total = of_currency.entry(group.currency).or_default();
        total.items.tax += sums.items.tax;
        total.shipping.tax += sums.shipping.tax;
        total.returned.tax += sums.returned.tax;
        let mut cells = vec![
            Cell::text(code(group.currency)),
            Cell::optional(group.country.clone()),
            Cell::optional(group.province.clone()),
            Cell::optional(group.tax.clone()),
            group.rate.map_or(Cell::Empty, Cell::Percent),
        ];
        for Taxed { net, tax } in [sums.items, sums.shipping, sums.returned] {
            cells.extend([Cell::Amount(net, group.currency), Cell::Amount(tax, group.currency)]);
        }
        out.row(&cells).await?;
    }
    Ok(of_currency.iter().map(|(currency, sums)| total(*currency, sums)).collect())
}

/// The taxes of a currency. What is net is not added up: a line with two taxes stands in two rows.
fn total(currency: Currency, sums: &Sums) -> Vec<Cell> {
    let mut cells = vec![Cell::text(code(currency)), Cell::Empty, Cell::Empty, Cell::text("All taxes"), Cell::Empty];
    for Taxed { tax, .. } in [sums.items, sums.shipping, sums.returned] {
        cells.extend([Cell::Empty, Cell::Amount(tax, currency)]);
    }
    cells
}

fn add(groups: &mut BTreeMap<Group, Sums>, order: &Order) {
    for item in &order.items {
        let left = order.line_totals(item);
        let returned = order.progress(&item.id).returned();
        let kept = item.quantity - returned;
        for share in shares(&item.totals, &item.taxes) {
            let sums = group(groups, order, share.of);
            sums.items.add(share.net, share.tax);
            if returned > 0 {
                // As the order itself shares a line's amounts among its pieces.
                let tax = i128::from(share.tax) * i128::from(kept) / i128::from(item.quantity.max(1));
                let net = if share.is_net { net(&item.totals) - net(&left) } else { 0 };
                sums.returned.net += i128::from(net);
                sums.returned.tax += i128::from(share.tax) - tax;
            }
        }
    }
    for method in &order.shipping_methods {
        for share in shares(&method.totals, &method.taxes) {
            group(groups, order, share.of).shipping.add(share.net, share.tax);
        }
    }
}

fn net(totals: &LineTotals) -> i64 {
    totals.total - totals.tax_total
}

/// What a line is to one of its taxes.
struct Share<'a> {
    of: Option<&'a ChargedTax>,
    net: i64,
    tax: i64,
    is_net: bool,
}

/// The line under each of its taxes. What has none, or has tax that no rate explains (as orders from elsewhere may), stands
/// without a rate.
fn shares<'a>(totals: &LineTotals, taxes: &'a [ChargedTax]) -> Vec<Share<'a>> {
    let mut shares: Vec<Share<'_>> =
        taxes.iter().map(|tax| Share { of: Some(tax), net: net(totals), tax: tax.total, is_net: true }).collect();
    let unexplained = totals.tax_total - taxes.iter().map(|tax| tax.total).sum::<i64>();
    if taxes.is_empty() {
        shares.push(Share { of: None, net: net(totals), tax: unexplained, is_net: true });
    } else if unexplained != 0 {
        shares.push(Share { of: None, net: 0, tax: unexplained, is_net: false });
    }
    shares
}

fn group<'g>(groups: &'g mut BTreeMap<Group, Sums>, order: &Order, tax: Option<&ChargedTax>) -> &'g mut Sums {
    let address = order.shipping_address.as_ref().or(order.billing_address.as_ref());
    let province = address.and_then(|address| address.province.as_deref()).map(|name| name.trim().to_uppercase());
    let mut group = Group {
        currency: order.currency,
        country: country(order),
        province: province.filter(|name| !name.is_empty()),
        rate: tax.map(|tax| tax.line.rate.normalize()),
        tax: tax.map(|tax| tax.line.description.clone()),
    };
    if groups.len() >= GROUPS_MAX && !groups.contains_key(&group) {
        group.province = None;
    }
    groups.entry(group).or_default()
}
