//! Many carts completed at the same moment: each leaves the very rows it would have left alone, whoever cannot be served beside it.

use std::collections::BTreeMap;

use super::*;
use futures::future::join_all;
use tradewind_inventory::NOT_ENOUGH;
use tradewind_platform::params;

/// What stands for a completed cart, by table: ids and the order's number are left out, as they differ each time.
type Rows = BTreeMap<&'static str, Vec<String>>;

const QUESTIONS: [(&str, &str); 9] = [
    ("cart", "SELECT version || ' ' || completed_at || ' ' || updated_at FROM checkout_cart WHERE id = $1"),
    ("order", "SELECT body || ' ' || version || status || created_at || email FROM orders_order WHERE cart_id = $1"),
    (
        "events",
        "SELECT e.data || ' ' || e.seq || e.kind || e.actor || e.at
         FROM orders_event e JOIN orders_order o ON o.id = e.order_id WHERE o.cart_id = $1 ORDER BY e.seq",
    ),
    (
        "list",
        "SELECT l.customer_id || l.created_at
         FROM orders_of_customer l JOIN orders_order o ON o.id = l.order_id WHERE o.cart_id = $1",
    ),
    (
        "reservations",
        "SELECT r.body || ' ' || r.item_id || r.location_id || r.quantity || r.state || r.created_at || r.updated_at
             || COALESCE(r.expires_at, -1)
         FROM inventory_reservation r JOIN orders_order o ON o.id = r.reference WHERE o.cart_id = $1 ORDER BY r.item_id",
    ),
    (
        "reserved lines",
        "SELECT 'x ' || r.item_id FROM inventory_reserved_line l JOIN inventory_reservation r ON r.id = l.reservation_id
         JOIN orders_order o ON o.id = r.reference WHERE o.cart_id = $1 ORDER BY r.item_id",
    ),
    (
        "collection",
        "SELECT c.body || ' ' || c.version FROM payments_collection c JOIN orders_order o ON o.id = c.order_id
         WHERE o.cart_id = $1",
    ),
    (
        "payments",
        "SELECT 'x ' || COUNT(*) FROM payments_payment p JOIN payments_collection c ON c.id = p.collection_id
         WHERE c.cart_id = $1",
    ),
    (
        "news",
        "SELECT b.body || ' ' || b.kind || b.at FROM platform_outbox b JOIN orders_order o ON o.id = b.aggregate
         WHERE o.cart_id = $1 ORDER BY b.position",
    ),
];

async fn rows_of(shop: &Shop, cart_id: &str) -> Rows {
    let mut rows = Rows::new();
    for (name, sql) in QUESTIONS {
        let cart_id = cart_id.to_owned();
        let found = shop
            .db
            .read_own(move |tx| Box::pin(async move { tx.query(sql, params![&cart_id], |row| row.text(0)).await }));
        rows.insert(name, found.await.unwrap().iter().map(|text| without_ids(text)).collect());
    }
    rows
}

fn without_ids(text: &str) -> String {
    let is_id = |word: &&str| word.len() == 26 && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'A'..=b'Z'));
    let words = text.split_inclusive(|byte: char| !byte.is_ascii_alphanumeric());
    let named: String = words
        .map(|word| {
            let bare = word.trim_end_matches(|byte: char| !byte.is_ascii_alphanumeric());
            if is_id(&bare) { word.replace(bare, "ID") } else { word.to_owned() }
        })
        .collect();
    let (before, number) = named.split_once("\"display_id\":").unwrap_or((&named, ""));
    format!("{before}{}", number.trim_start_matches(|byte: char| byte.is_ascii_digit()))
}

/// Carts of all that differs: one line and two, two lines of one item, nothing counted, a customer's.
async fn carts(shop: &Shop) -> Vec<String> {
    let customer = shop.customer("buyer@example.com").await;
    let mut carts = Vec::new();
    for round in 0..4 {
        let lines: [&[(&str, i64)]; 4] =
            [&[(CHART, 1)], &[(CHART, 2), (PRINT, 1)], &[(CHART, 1), (CHART_SIGNED, 2)], &[(PRINT, 3)]];
        for (position, lines) in lines.into_iter().enumerate() {
            let id = shop.cart_with(lines).await.cart.id.as_str().to_owned();
            if (round + position) % 3 == 0 {
                shop.checkout.transfer(&id, &customer).await.unwrap();
            }
            shop.pay(&id).await;
            carts.push(id);
        }
    }
    carts
}

async fn stocked(charts: i64) -> Shop {
    let shop = Shop::open().await;
    let inventory = shop.parts.inventory.clone();
    shop.write(move |tx| Box::pin(async move { inventory.set_level(tx, "iitem_chart", "sloc_harbour", charts).await }))
        .await
        .unwrap();
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_leave_the_rows_that_one_after_the_other_leave() {
    let (alone, together) = (stocked(100).await, stocked(100).await);
    let (carts_alone, carts_together) = (carts(&alone).await, carts(&together).await);
    for cart in &carts_alone {
        alone.complete(cart).await.unwrap();
    }
    for order in join_all(carts_together.iter().map(|cart| together.complete(cart))).await {
        order.unwrap();
    }
    for (one, other) in carts_alone.iter().zip(&carts_together) {
        let (one, other) = (rows_of(&alone, one).await, rows_of(&together, other).await);
        assert_eq!(one["order"].len(), 1, "{one:#?}");
        assert_eq!(one, other);
    }
    assert_eq!(together.charts_left().await, alone.charts_left().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_as_many_are_served_as_there_is() {
    let shop = stocked(11).await;
    let mut carts = Vec::new();
    for number in 0..24 {
        carts.push(shop.ready_cart(&[(CHART, 1 + number % 2)]).await);
    }
    // Some are completed from two places.
    let twice = carts.iter().chain(carts.iter().step_by(3));
    let outcomes = join_all(twice.map(|cart| shop.complete(cart))).await;
    let mut sold = HashMap::new();
    for outcome in outcomes {
        match outcome {
            Ok(order) => {
                sold.insert(order.id.as_str().to_owned(), order.items.iter().map(|item| item.quantity).sum::<i64>());
            }
            Err(error) => assert!(error.is(NOT_ENOUGH), "{error:?}"),
        }
    }
    let left = shop.charts_left().await;
    assert_eq!(sold.values().sum::<i64>() + left, 11);
    assert_eq!(left, 0, "nobody who could be served was refused");
}
