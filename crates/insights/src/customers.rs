//! The report of customers: who ordered in a period, how often and for how much, one row a customer and currency.

use std::collections::BTreeMap;

use tradewind_accounts::Customer;
use tradewind_kernel::{Currency, Result, Timestamp};
use tradewind_orders::OrderStatus;

use crate::Insights;
use crate::sales::code;
use crate::table::{Cell, Column, Out, left, right};

/// How many customers are read at a time.
const CUSTOMERS_READ: usize = 200;

pub(crate) static COLUMNS: [Column; 9] = [
    left("id", "Customer", 22),
    left("email", "E-mail", 26),
    left("name", "Name", 20),
    left("kind", "Kind", 8),
    left("currency", "Currency", 7),
    right("orders", "Orders", 6),
    right("total", "Total", 11),
    left("first_order", "First order (UTC)", 13),
    left("last_order", "Last order (UTC)", 13),
];

/// What a customer ordered in a currency.
#[derive(Clone, Copy)]
struct Bought {
    orders: i64,
    minor: i128,
    first: Timestamp,
    last: Timestamp,
}

/// What all customers ordered in a currency.
#[derive(Clone, Copy, Default)]
struct Sums {
    customers: i64,
    orders: i64,
    minor: i128,
}

pub(crate) async fn rows(
    insights: &Insights,
    period: (Timestamp, Timestamp),
    out: &mut Out<'_>,
) -> Result<Vec<Vec<Cell>>> {
    let mut listed = insights.accounts.listed_customers();
    let mut sums: BTreeMap<Currency, Sums> = BTreeMap::new();
    loop {
        let customers = listed.next(CUSTOMERS_READ).await?;
        if customers.is_empty() {
            return Ok(sums.iter().map(|(currency, sums)| total(*currency, sums)).collect());
        }
        let mut bought = bought(insights, &customers, period).await?;
        for customer in &customers {
            for (currency, own) in bought.remove(customer.id.as_str()).unwrap_or_default() {
                let sums = sums.entry(currency).or_default();
                sums.customers += 1;
                sums.orders += own.orders;
                sums.minor += own.minor;
                out.row(&row(customer, currency, &own)).await?;
            }
        }
    }
}

type OfCurrency = BTreeMap<Currency, Bought>;

/// What these customers ordered in the period. What was called off does not count.
async fn bought(
    insights: &Insights,
    customers: &[Customer],
    period: (Timestamp, Timestamp),
) -> Result<BTreeMap<String, OfCurrency>> {
    let ids: Vec<_> = customers.iter().map(|customer| customer.id.as_str().to_owned()).collect();
    let mut bought: BTreeMap<String, OfCurrency> = BTreeMap::new();
    let each = |placed: tradewind_orders::PlacedOrder| {
        let order = placed.order;
        if order.status == OrderStatus::Canceled {
            return Ok(());
        }
        let at = order.created_at;
        let nothing = Bought { orders: 0, minor: 0, first: at, last: at };
        let own = bought.entry(placed.customer_id).or_default().entry(order.currency).or_insert(nothing);
        own.orders += 1;
        own.minor += i128::from(order.original_totals().all.total);
        own.first = own.first.min(at);
        own.last = own.last.max(at);
        Ok(())
    };
    insights.orders.placed_by(&ids, period, each).await?;
    Ok(bought)
}

fn row(customer: &Customer, currency: Currency, own: &Bought) -> Vec<Cell> {
    let names = [customer.first_name.as_deref(), customer.last_name.as_deref()];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { customer.company_name.clone() } else { Some(name) };
    vec![
        Cell::text(customer.id.as_str()),
        Cell::text(&customer.email),
        Cell::optional(name),
        Cell::text(if customer.has_account { "account" } else { "guest" }),
        Cell::text(code(currency)),
        Cell::Count(own.orders),
        Cell::Amount(own.minor, currency),
        Cell::Time(own.first),
        Cell::Time(own.last),
    ]
}

fn total(currency: Currency, sums: &Sums) -> Vec<Cell> {
    let customers = if sums.customers == 1 { "1 customer".to_owned() } else { format!("{} customers", sums.customers) };
    vec![
        Cell::text(customers),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::text(code(currency)),
        Cell::Count(sums.orders),
        Cell::Amount(sums.minor, currency),
        Cell::Empty,
        Cell::Empty,
    ]
}
