//! The books: what the shop acknowledged, compared with what staff finds in it afterwards.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Decimal, Result};

use crate::arguments::Login;
use crate::shopper::{Sale, World};
use crate::staff::{Level, Order, Staff, Stock, Variant};
use crate::store::{Good, read};
use crate::wire::{Request, Wire};

/// One comparison.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Book {
    /// What must be equal to what.
    pub name: &'static str,
    /// Whether it is.
    pub holds: bool,
    /// The numbers, and what does not fit.
    pub detail: String,
}

impl Book {
    pub(crate) fn new(name: &'static str, holds: bool, detail: impl Into<String>) -> Self {
        Self { name, holds, detail: detail.into() }
    }
}

/// The shop before the run.
pub struct Opening {
    variants: HashMap<String, Variant>,
    stock: Stock,
    order_count: u64,
}

impl Opening {
    /// Reads the books before the run; sets the stock first where that is asked for.
    pub async fn take(wire: &Wire, login: &Login, goods: &[Good], units: Option<u32>) -> Result<Self> {
        let staff = Staff::sign_in(wire, login).await?;
        let ids: Vec<&str> = goods.iter().map(|good| good.variant_id.as_str()).collect();
        let variants = staff.variants(&ids).await?;
        let parts = variants.values().flat_map(|variant| &variant.inventory_items);
        let required: BTreeMap<&str, i64> = parts.fold(BTreeMap::new(), |mut most, part| {
            let required = most.entry(part.inventory_item_id.as_str()).or_default();
            *required = part.required_quantity.max(*required);
            most
        });
        let item_ids: Vec<&str> = required.keys().copied().collect();
        let mut stock = staff.stock(&item_ids).await?;
        if let Some(units) = units {
            for (item_id, levels) in &stock {
                let each = required.get(item_id.as_str()).copied().unwrap_or(1);
                staff.make_available(item_id, levels, i64::from(units) * each).await?;
            }
            stock = staff.stock(&item_ids).await?;
        }
        let order_count = staff.order_count().await?;
        Ok(Self { variants, stock, order_count })
    }

    /// Reads the books after the run and compares.
    pub async fn close(self, login: &Login, world: &World) -> Result<Vec<Book>> {
        let staff = Staff::sign_in(&world.wire, login).await?;
        let is_clear = world.ledger.borrow().unclear.is_empty();
        let order_count = if is_clear { staff.order_count().await? } else { staff.settled_order_count().await? };
        let unheard = unheard(world).await?;
        let mut orders = staff.newest_orders(order_count.saturating_sub(self.order_count)).await?;
        let sales: Vec<Sale> = first_by_order(&world.ledger.borrow().sales);
        let known: HashSet<&str> = orders.iter().map(|order| order.id.as_str()).collect();
        let elsewhere: Vec<&str> =
            sales.iter().map(|sale| sale.order_id.as_str()).filter(|id| !known.contains(id)).collect();
        // Not among the newest is not yet gone.
        let found = staff.orders(&elsewhere).await?;
        orders.extend(found);
        let item_ids: Vec<&str> = self.stock.keys().map(String::as_str).collect();
        let stock = staff.stock(&item_ids).await?;
        let closing = Closing { opening: self, sales, unheard, orders, order_count, stock };
        Ok(closing.compare(&world.facts.goods))
    }
}

/// The shop after the run, and before.
struct Closing {
    opening: Opening,
    /// Each acknowledged order once.
    sales: Vec<Sale>,
    /// Orders that were made although nobody was told: which of the goods is in each.
    unheard: Vec<usize>,
    /// The orders that staff finds.
    orders: Vec<Order>,
    order_count: u64,
    stock: Stock,
}

impl Closing {
    fn compare(&self, goods: &[Good]) -> Vec<Book> {
        vec![
            self.there(),
            self.one_a_cart(),
            self.counted(),
            self.units(goods),
            self.unmoved(),
            self.covered(),
            self.paid(),
        ]
    }

    /// Each acknowledged order is there.
    fn there(&self) -> Book {
        let known: HashSet<&str> = self.orders.iter().map(|order| order.id.as_str()).collect();
        let gone: Vec<&str> =
            self.sales.iter().map(|sale| sale.order_id.as_str()).filter(|id| !known.contains(id)).collect();
        let detail = format!("{} acknowledged, {} of them not there{}", self.sales.len(), gone.len(), some(&gone));
        Book::new("acknowledged orders are there", gone.is_empty(), detail)
    }

    /// No cart became two orders, and no order was two carts.
    fn one_a_cart(&self) -> Book {
        let carts: HashSet<&str> = self.sales.iter().map(|sale| sale.cart_id.as_str()).collect();
        let detail = format!("{} carts, {} orders", carts.len(), self.sales.len());
        Book::new("one order a cart", carts.len() == self.sales.len(), detail)
    }

    /// There are as many orders more as were acknowledged.
    fn counted(&self) -> Book {
        let growth = i128::from(self.order_count) - i128::from(self.opening.order_count);
        let expected = self.sales.len() + self.unheard.len();
        let detail = format!(
            "{growth} more than before; {} acknowledged{}",
            self.sales.len(),
            also(self.unheard.len(), "made although the answer was lost")
        );
        Book::new("the number of orders", growth == i128::try_from(expected).unwrap_or(-1), detail)
    }

    /// Units acknowledged = units in orders = growth of what is reserved, for each inventory item.
    fn units(&self, goods: &[Good]) -> Book {
        let mut rows: BTreeMap<&str, [Decimal; 3]> =
            self.opening.stock.keys().map(|item| (item.as_str(), [Decimal::ZERO; 3])).collect();
        let mut add = |column: usize, variant_id: &str, quantity: Decimal| {
            let parts = self.opening.variants.get(variant_id).map(|variant| variant.inventory_items.as_slice());
            for part in parts.unwrap_or_default() {
                if let Some(row) = rows.get_mut(part.inventory_item_id.as_str()) {
                    row[column] += quantity * Decimal::from(part.required_quantity);
                }
            }
        };
        for good in self.sales.iter().map(|sale| sale.good).chain(self.unheard.iter().copied()) {
            add(0, &goods[good].variant_id, Decimal::ONE);
        }
        for line in self.orders.iter().flat_map(|order| &order.items) {
            add(1, line.variant_id.as_deref().unwrap_or_default(), line.quantity.0);
        }
        for (item, row) in &mut rows {
            row[2] = Decimal::from(reserved(&self.stock, item) - reserved(&self.opening.stock, item));
        }
        let total =
            rows.values().fold([Decimal::ZERO; 3], |sums, row| [sums[0] + row[0], sums[1] + row[1], sums[2] + row[2]]);
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(_, row)| row[0] != row[1] || row[1] != row[2])
            .map(|(item, [sold, ordered, reserved])| format!("{item}: {sold}, {ordered}, {reserved}"))
            .collect();
        let [sold, ordered, reserved] = total;
        let detail = format!("{sold} sold, {ordered} in orders, {reserved} more reserved{}", some(&wrong));
        Book::new("units sold, ordered and reserved", wrong.is_empty(), detail)
    }

    /// Nobody touched the shelves: orders reserve, they do not take.
    fn unmoved(&self) -> Book {
        let stocked = |stock: &Stock, item: &str| levels_of(stock, item, |level| level.stocked_quantity);
        let items = self.opening.stock.keys();
        let moved: Vec<String> = items
            .map(|item| (item, stocked(&self.opening.stock, item), stocked(&self.stock, item)))
            .filter(|(_, before, after)| before != after)
            .map(|(item, before, after)| format!("{item}: {before} before, {after} after"))
            .collect();
        let detail = format!(
            "inventory items: {}, changed during the run: {}{}",
            self.opening.stock.len(),
            moved.len(),
            some(&moved)
        );
        Book::new("stock on the shelves", moved.is_empty(), detail)
    }

    /// Nothing is promised that is not there.
    fn covered(&self) -> Book {
        let sold_beyond = self.opening.variants.values().filter(|variant| variant.allow_backorder);
        let exempt: BTreeSet<&str> = sold_beyond
            .flat_map(|variant| &variant.inventory_items)
            .map(|part| part.inventory_item_id.as_str())
            .collect();
        let over: Vec<String> = self
            .stock
            .iter()
            .filter(|(item, _)| !exempt.contains(item.as_str()))
            .map(|(item, levels)| (item, sum(levels, |l| l.reserved_quantity), sum(levels, |l| l.stocked_quantity)))
            .filter(|(_, reserved, stocked)| reserved > stocked)
            .map(|(item, reserved, stocked)| format!("{item}: {reserved} reserved of {stocked}"))
            .collect();
        let detail = format!("inventory items: {}, oversold: {}{}", self.stock.len(), over.len(), some(&over));
        Book::new("nothing is sold twice", over.is_empty(), detail)
    }

    /// Each acknowledged order costs what was acknowledged, and exactly that is authorised.
    fn paid(&self) -> Book {
        let found: HashMap<&str, &Order> = self.orders.iter().map(|order| (order.id.as_str(), order)).collect();
        let mut wrong = Vec::new();
        let mut sum = Decimal::ZERO;
        for sale in &self.sales {
            let Some(order) = found.get(sale.order_id.as_str()) else { continue };
            let alive = order.payment_collections.iter().filter(|collection| collection.status != "canceled");
            let (due, authorized) = alive.fold((Decimal::ZERO, Decimal::ZERO), |(due, authorized), collection| {
                (due + collection.amount.0, authorized + collection.authorized_amount.0)
            });
            sum += authorized;
            if order.total.0 != sale.total || due != sale.total || authorized != sale.total {
                wrong.push(format!(
                    "{}: acknowledged {}, total {}, to be paid {due}, authorised {authorized}",
                    sale.order_id, sale.total, order.total.0
                ));
            }
        }
        let detail =
            format!("{sum} authorised for {} orders, {} of them wrong{}", self.sales.len(), wrong.len(), some(&wrong));
        Book::new("payments are authorised for the total", wrong.is_empty(), detail)
    }
}

/// Which carts became orders although their completion got no clear answer.
async fn unheard(world: &World) -> Result<Vec<usize>> {
    #[derive(Deserialize)]
    struct Answer {
        cart: Cart,
    }
    #[derive(Deserialize)]
    struct Cart {
        #[serde(default)]
        completed_at: Option<String>,
    }
    let unclear: BTreeMap<String, usize> = {
        let ledger = world.ledger.borrow();
        let heard: HashSet<&str> = ledger.sales.iter().map(|sale| sale.cart_id.as_str()).collect();
        ledger.unclear.iter().filter(|(cart, _)| !heard.contains(cart.as_str())).cloned().collect()
    };
    let mut unheard = Vec::new();
    for (cart, good) in unclear {
        let path = format!("/store/carts/{cart}?fields=id,completed_at");
        let answer =
            world.wire.ask_patiently(&Request::get(&path)).await.map_err(|broken| crate::store::no_shop(&broken))?;
        if read::<Answer>(&path, &answer)?.cart.completed_at.is_some() {
            unheard.push(good);
        }
    }
    Ok(unheard)
}

/// Each order once, however often it was acknowledged.
pub fn first_by_order(sales: &[Sale]) -> Vec<Sale> {
    let mut seen = HashSet::new();
    sales.iter().filter(|sale| seen.insert(sale.order_id.as_str())).cloned().collect()
}

fn sum(levels: &[Level], of: fn(&Level) -> i64) -> i64 {
    levels.iter().map(of).sum()
}

fn levels_of(stock: &Stock, item: &str, of: fn(&Level) -> i64) -> i64 {
    sum(stock.get(item).map(Vec::as_slice).unwrap_or_default(), of)
}

fn reserved(stock: &Stock, item: &str) -> i64 {
    levels_of(stock, item, |level| level.reserved_quantity)
}

fn also(count: usize, what: &str) -> String {
    if count == 0 { String::new() } else { format!(", {count} {what}") }
}

/// The first few of what does not fit.
fn some<T: AsRef<str>>(wrong: &[T]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = wrong.iter().take(SHOWN).map(AsRef::as_ref).collect();
    match wrong.len() {
        0 => String::new(),
        count if count > SHOWN => format!(" ({}, and {} more)", shown.join("; "), count - SHOWN),
        _ => format!(" ({})", shown.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::{Amount, Collection, Line};

    const ITEM: &str = "iitem_1";

    fn stock(stocked: i64, reserved: i64) -> Stock {
        let level = Level { location_id: "sloc_1".to_owned(), stocked_quantity: stocked, reserved_quantity: reserved };
        Stock::from([(ITEM.to_owned(), vec![level])])
    }

    fn sale(number: usize) -> Sale {
        let (cart_id, order_id) = (format!("cart_{number}"), format!("order_{number}"));
        Sale { cart_id, order_id, total: Decimal::new(599, 1), good: 0, sent: 0 }
    }

    fn order(number: usize) -> Order {
        let total = Amount(Decimal::new(5990, 2));
        let line = Line { variant_id: Some("variant_1".to_owned()), quantity: Amount(Decimal::ONE) };
        let collection = Collection { amount: total, authorized_amount: total, status: "authorized".to_owned() };
        Order { id: format!("order_{number}"), total, items: vec![line], payment_collections: vec![collection] }
    }

    /// Two of five sold, each taking two from the shelf, one of them unheard of.
    fn in_order() -> Closing {
        let part = crate::staff::Part { inventory_item_id: ITEM.to_owned(), required_quantity: 2 };
        let variant = Variant { id: "variant_1".to_owned(), allow_backorder: false, inventory_items: vec![part] };
        let variants = HashMap::from([(variant.id.clone(), variant)]);
        Closing {
            opening: Opening { variants, stock: stock(10, 1), order_count: 7 },
            sales: vec![sale(1), sale(2)],
            unheard: vec![0],
            orders: vec![order(1), order(2), order(3)],
            order_count: 10,
            stock: stock(10, 7),
        }
    }

    fn broken(change: impl FnOnce(&mut Closing)) -> Vec<&'static str> {
        let mut closing = in_order();
        change(&mut closing);
        let goods = [Good { variant_id: "variant_1".to_owned(), title: String::new(), available: None }];
        closing.compare(&goods).into_iter().filter(|book| !book.holds).map(|book| book.name).collect()
    }

    #[test]
    fn books_in_order_add_up() {
        assert_eq!(broken(|_| ()), [""; 0]);
    }

    #[test]
    fn each_planted_lie_is_found_in_its_book() {
        assert_eq!(
            broken(|of| of.orders.truncate(1)),
            ["acknowledged orders are there", "units sold, ordered and reserved"]
        );
        assert_eq!(broken(|of| of.sales[1].cart_id = "cart_1".to_owned()), ["one order a cart"]);
        assert_eq!(broken(|of| of.order_count = 11), ["the number of orders"]);
        assert_eq!(broken(|of| of.stock = stock(10, 5)), ["units sold, ordered and reserved"]);
        assert_eq!(broken(|of| of.stock = stock(12, 7)), ["stock on the shelves"]);
        let oversold = broken(|of| {
            of.opening.stock = stock(6, 1);
            of.stock = stock(6, 7);
        });
        assert_eq!(oversold, ["nothing is sold twice"]);
        let unpaid = |of: &mut Closing| of.orders[0].payment_collections[0].authorized_amount = Amount(Decimal::ONE);
        assert_eq!(broken(unpaid), ["payments are authorised for the total"]);
        let dearer = |of: &mut Closing| of.orders[1].total = Amount(Decimal::ONE);
        assert_eq!(broken(dearer), ["payments are authorised for the total"]);
    }
}
