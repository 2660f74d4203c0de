//! The sales report: one row an order, as it was placed, with what was captured and given back until now.

use std::collections::{BTreeMap, HashMap};

use tradewind_kernel::{Currency, Result, Timestamp};
use tradewind_orders::{Order, OrderStatus};

use crate::Insights;
use crate::table::{Cell, Column, Out, left, right};

/// How many orders are read at a time.
pub(crate) const ORDERS_READ: usize = 100;

pub(crate) static COLUMNS: [Column; 13] = [
    left("number", "Order", 6),
    left("placed_at", "Placed (UTC)", 11),
    left("status", "Status", 8),
    left("country", "Country", 6),
    left("currency", "Currency", 6),
    right("items", "Items", 6),
    right("subtotal", "Subtotal", 9),
    right("discounts", "Discounts", 9),
    right("shipping", "Shipping", 9),
    right("tax", "Tax", 9),
    right("total", "Total", 9),
    right("captured", "Captured", 9),
    right("refunded", "Refunded", 9),
];

/// The amounts of an order, or of many.
#[derive(Clone, Copy, Default)]
struct Sums {
    orders: i64,
    items: i64,
    amounts: [i128; 7],
}

impl Sums {
    fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.items += other.items;
        for (sum, amount) in self.amounts.iter_mut().zip(other.amounts) {
            *sum += amount;
        }
    }

    fn cells(&self, currency: Currency) -> impl Iterator<Item = Cell> {
        let amounts = self.amounts.into_iter().map(move |amount| Cell::Amount(amount, currency));
        [Cell::text(code(currency)), Cell::Count(self.items)].into_iter().chain(amounts)
    }
}

pub(crate) async fn rows(
    insights: &Insights,
    (from, before): (Timestamp, Timestamp),
    out: &mut Out<'_>,
) -> Result<Vec<Vec<Cell>>> {
    let mut placed = insights.orders.placed_between(from, before);
    let mut sums: BTreeMap<Currency, (Sums, Sums)> = BTreeMap::new();
    loop {
        let orders = placed.next(ORDERS_READ).await?;
        if orders.is_empty() {
            return Ok(totals(&sums));
        }
        let paid = paid(insights, &orders).await?;
        for order in &orders {
            let own = sums_of(order, paid.get(order.id.as_str()).copied().unwrap_or_default());
            let (all, canceled) = sums.entry(order.currency).or_default();
            all.add(&own);
            if order.status == OrderStatus::Canceled {
                canceled.add(&own);
            }
            let mut cells = vec![
                Cell::Count(order.display_id),
                Cell::Time(order.created_at),
                Cell::text(order.status.name()),
                Cell::optional(country(order)),
            ];
            cells.extend(own.cells(order.currency));
            out.row(&cells).await?;
        }
    }
}

/// What was captured and what was given back of each of these orders.
async fn paid(insights: &Insights, orders: &[Order]) -> Result<HashMap<String, (i64, i64)>> {
    let ids: Vec<_> = orders.iter().map(|order| order.id.as_str().to_owned()).collect();
    let mut paid: HashMap<String, (i64, i64)> = HashMap::with_capacity(ids.len());
    for collection in insights.payments.reported_collections(&ids).await? {
        let (captured, refunded) = (collection.captured().minor, collection.refunded().minor);
        if let Some(order_id) = collection.order_id {
            let sums = paid.entry(order_id).or_default();
            *sums = (sums.0 + captured, sums.1 + refunded);
        }
    }
    Ok(paid)
}

/// What an order came to when it was placed. Subtotal and shipping are without tax and before discounts, so that subtotal,
/// less discounts, and shipping and tax are the total.
fn sums_of(order: &Order, (captured, refunded): (i64, i64)) -> Sums {
    let totals = order.original_totals();
    let amounts = [
        totals.items.subtotal,
        totals.all.discount_subtotal,
        totals.shipping.subtotal,
        totals.all.tax_total,
        totals.all.total,
        captured,
        refunded,
    ];
    Sums { orders: 1, items: order.items.iter().map(|item| item.quantity).sum(), amounts: amounts.map(i128::from) }
}

fn totals(sums: &BTreeMap<Currency, (Sums, Sums)>) -> Vec<Vec<Cell>> {
    let row = |sums: &Sums, label: &str, currency: Currency| {
        let mut cells = vec![Cell::Count(sums.orders), Cell::text(label), Cell::Empty, Cell::Empty];
        cells.extend(sums.cells(currency));
        cells
    };
    let mut rows = Vec::new();
    for (currency, (all, canceled)) in sums {
        rows.push(row(all, if all.orders == 1 { "order" } else { "orders" }, *currency));
        if canceled.orders > 0 {
            rows.push(row(canceled, "of them canceled", *currency));
        }
    }
    rows
}

/// The country an order is sent to, or billed in.
pub(crate) fn country(order: &Order) -> Option<String> {
    let address = order.shipping_address.as_ref().or(order.billing_address.as_ref())?;
    address.country_code.as_ref().map(|code| code.to_uppercase())
}

/// A currency's code as people write it.
pub(crate) fn code(currency: Currency) -> String {
    currency.code().to_uppercase()
}
