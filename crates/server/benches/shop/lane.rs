//! The write lane: how many orders it commits beside SQLite alone with the very same rows, what a lone completion adds to the
//! disk, and what it costs that everybody wants the same thing.
//!
//! The shop is opened in this process, its lane on the first core and everything else on the second.

use std::path::Path;
use std::time::Instant;

use futures::StreamExt as _;
use rusqlite::Connection;
use rusqlite::types::Value;
use tradewind_checkout::{AddressInput, Completion, NewCart, NewLine};
use tradewind_kernel::{Clock, Rng};
use tradewind_orders::Address;
use tradewind_server::config::Config;
use tradewind_server::wiring::Shop;

use super::{line, median, process, share};

/// Carts of one measurement.
const CARTS: usize = 1_500;
/// Completions under way at a time.
const AT_ONCE: usize = 32;
/// Completions, and bare commits, one after the other.
const ALONE: usize = 200;
/// Rounds of each comparison; the median is shown.
const ROUNDS: usize = 3;

/// Measures on the demo shop in this folder, which nobody else has open, with these variants.
pub async fn measure(folder: &Path, variants: &[String]) {
    let mut config = Config::load(None, std::iter::empty(), &[]).unwrap();
    config.keep_everything_in(folder);
    let shop = Shop::open_with(config, Clock::System, Rng::system()).unwrap();
    shop.migrate().await.unwrap();
    process::pin_threads("write-lane", 0);
    stock(&shop, variants).await;

    let (mut ratios, mut lane_rates, mut bare_rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let carts = ready_carts(&shop, variants, CARTS).await;
        let before = shop.db.lane_use();
        complete(&shop, &carts).await;
        let used = shop.db.lane_use();
        let (commands, busy) = (used.commands - before.commands, used.busy - before.busy);
        // Each is one command; besides, numbers are leased by the hundred.
        assert!((carts.len()..carts.len() + carts.len() / 50).contains(&usize::try_from(commands).unwrap()));
        let batch = carts.len().div_ceil(usize::try_from(used.transactions - before.transactions).unwrap());
        let lane = carts.len() as f64 / busy.as_secs_f64();
        let bare = on_core(0, || Bare::of(folder, &carts).orders_a_second(folder, batch));
        ratios.push(100.0 * lane / bare);
        lane_rates.push(lane);
        bare_rates.push(bare);
    }
    let (lane, bare) = (median(&mut lane_rates), median(&mut bare_rates));
    share("orders through the write lane", lane, bare, median(&mut ratios), 60.0);

    let carts = ready_carts(&shop, variants, ALONE).await;
    let mut alone = Vec::new();
    for cart in &carts {
        let began = Instant::now();
        complete_one(&shop, cart).await;
        alone.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let fsync = on_core(0, || bare_commit_millis(folder));
    line("a completion alone, over a bare commit", median(&mut alone) - fsync, "ms", 2.0);

    let (mut ratios, mut hot_rates, mut spread_rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let spread = completions_a_second(&shop, variants).await;
        let hot = completions_a_second(&shop, &variants[..1]).await;
        ratios.push(100.0 * hot / spread);
        hot_rates.push(hot);
        spread_rates.push(spread);
    }
    let (hot, spread) = (median(&mut hot_rates), median(&mut spread_rates));
    share("completions, all of one item over spread", hot, spread, median(&mut ratios), 90.0);
}

async fn completions_a_second(shop: &Shop, variants: &[String]) -> f64 {
    let carts = ready_carts(shop, variants, CARTS).await;
    let began = Instant::now();
    complete(shop, &carts).await;
    carts.len() as f64 / began.elapsed().as_secs_f64()
}

pub async fn complete(shop: &Shop, carts: &[String]) {
    let completions = futures::stream::iter(carts).map(|cart| complete_one(shop, cart));
    completions.buffer_unordered(AT_ONCE).collect::<()>().await;
}

async fn complete_one(shop: &Shop, cart: &str) {
    let completion = shop.checkout.complete(cart).await.unwrap();
    assert!(matches!(completion, Completion::Order(_)), "{completion:?}");
}

/// Puts so much on the shelves that all that follows is there.
pub async fn stock(shop: &Shop, variants: &[String]) {
    for variant in variants {
        let sold = shop.catalog.variant(variant).await.unwrap().unwrap();
        for link in &sold.variant().inventory {
            for level in shop.inventory.levels(&link.item_id).await.unwrap() {
                let (inventory, item_id) = (shop.inventory.clone(), link.item_id.clone());
                shop.db
                    .write(move |tx| {
                        Box::pin(async move { inventory.set_level(tx, &item_id, &level.location_id, 1_000_000).await })
                    })
                    .await
                    .unwrap();
            }
        }
    }
}

/// Carts that only wait for their completion.
pub async fn ready_carts(shop: &Shop, variants: &[String], count: usize) -> Vec<String> {
    let market = shop.market.snapshot().await.unwrap();
    let region = market.region_of_country("de").unwrap().id.as_str().to_owned();
    let address = || {
        Some(AddressInput::Given(Box::new(Address {
            first_name: Some("Ada".to_owned()),
            last_name: Some("Lovelace".to_owned()),
            address_1: Some("Vesterbrogade 1".to_owned()),
            city: Some("Copenhagen".to_owned()),
            postal_code: Some("1620".to_owned()),
            country_code: Some("de".to_owned()),
            ..Address::default()
        })))
    };
    let filling = (0..count).map(|number| {
        let new = NewCart {
            region_id: Some(region.clone()),
            email: Some("ada@example.com".to_owned()),
            shipping_address: address(),
            billing_address: address(),
            items: vec![NewLine { variant_id: variants[number % variants.len()].clone(), quantity: 1, metadata: None }],
            ..NewCart::default()
        };
        async move {
            let cart = shop.checkout.create_cart(new).await.unwrap().cart.id.as_str().to_owned();
            let options = shop.checkout.shipping_options(&cart).await.unwrap();
            shop.checkout.add_shipping_method(&cart, options[0].option.id.as_str(), None).await.unwrap();
            let collection = shop.checkout.payment_collection(&cart).await.unwrap();
            let data = serde_json::Value::Null;
            shop.checkout.begin_payment(&collection.id, "pp_system_default", data).await.unwrap();
            cart
        }
    });
    futures::stream::iter(filling).buffer_unordered(AT_ONCE).collect().await
}

/// The rows that completions wrote, to be written again by SQLite alone into tables of the same shape.
struct Bare {
    schema: Vec<String>,
    /// What is there before: the levels, and carts and collections as they were filled.
    before: Vec<(String, Vec<Vec<Value>>)>,
    orders: Vec<Vec<(String, Vec<Value>)>>,
}

/// The tables that a completion adds a row to, each with how the rows of a cart's order are found.
const ADDED: [(&str, &str); 7] = [
    ("orders_event", "order_id = ?1"),
    ("orders_order", "id = ?1"),
    ("orders_of_customer", "order_id = ?1"),
    ("inventory_reservation", "reference = ?1"),
    ("inventory_reserved_line", "reservation_id IN (SELECT id FROM inventory_reservation WHERE reference = ?1)"),
    ("payments_payment", "collection_id IN (SELECT id FROM payments_collection WHERE order_id = ?1)"),
    ("platform_outbox", "aggregate = ?1"),
];

impl Bare {
    fn of(folder: &Path, carts: &[String]) -> Self {
        let shop = Connection::open(folder.join("shop.db")).unwrap();
        let tables = ADDED.iter().map(|(table, _)| *table);
        let tables = tables.chain(["inventory_level", "checkout_cart", "payments_collection"]);
        let mut schema = Vec::new();
        for table in tables {
            let mut made = shop
                .prepare("SELECT sql FROM sqlite_master WHERE tbl_name = ?1 AND sql IS NOT NULL ORDER BY type DESC")
                .unwrap();
            schema.extend(made.query_map([table], |row| row.get(0)).unwrap().map(Result::<String, _>::unwrap));
        }
        let before = [("inventory_level", "1 = 1"), ("checkout_cart", "1 = 1"), ("payments_collection", "1 = 1")];
        let before = before.map(|(table, filter)| (table.to_owned(), rows(&shop, table, filter, &[])));
        let mut orders = Vec::new();
        for cart in carts {
            let order = cart.replacen("cart_", "order_", 1);
            let mut written = Vec::new();
            for (table, filter) in ADDED {
                for row in rows(&shop, table, filter, &[&order]) {
                    written.push((insert(table, row.len()), row));
                }
            }
            for row in rows(&shop, "inventory_reservation", "reference = ?1", &[&order]) {
                let sql = "UPDATE inventory_level SET reserved = reserved + ?1, updated_at = ?2
                           WHERE item_id = ?3 AND location_id = ?4 AND stocked - reserved >= ?1";
                let [quantity, at, item, location] = [4, 8, 2, 3].map(|column| row[column].clone());
                written.push((sql.to_owned(), vec![quantity, at, item, location]));
            }
            for row in rows(&shop, "payments_collection", "order_id = ?1", &[&order]) {
                let sql =
                    "UPDATE payments_collection SET version = version + 1, body = ?1, order_id = ?2 WHERE id = ?3";
                written.push((sql.to_owned(), vec![row[2].clone(), row[4].clone(), row[0].clone()]));
            }
            let sql = "UPDATE checkout_cart SET version = version + 1, completed_at = 1, updated_at = 1 WHERE id = ?1";
            written.push((sql.to_owned(), vec![Value::Text(cart.clone())]));
            orders.push(written);
        }
        Self { schema, before: before.to_vec(), orders }
    }

    fn orders_a_second(&self, folder: &Path, batch: usize) -> f64 {
        let path = folder.join("bare-lane.db");
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("bare-lane.db{suffix}")));
        }
        let copy = Connection::open(&path).unwrap();
        copy.set_prepared_statement_cache_capacity(64);
        copy.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").unwrap();
        for sql in &self.schema {
            copy.execute_batch(sql).unwrap();
        }
        copy.execute_batch("BEGIN").unwrap();
        for (table, rows) in &self.before {
            for row in rows {
                let sql = insert(table, row.len());
                copy.prepare_cached(&sql).unwrap().execute(rusqlite::params_from_iter(row)).unwrap();
            }
        }
        // As they were: not promised, not completed, not paid.
        copy.execute_batch(
            "UPDATE inventory_level SET reserved = 0; UPDATE checkout_cart SET completed_at = NULL;
             UPDATE payments_collection SET order_id = NULL; COMMIT; PRAGMA wal_checkpoint(TRUNCATE);",
        )
        .unwrap();
        let began = Instant::now();
        for batch in self.orders.chunks(batch) {
            copy.execute_batch("BEGIN IMMEDIATE").unwrap();
            for (sql, row) in batch.iter().flatten() {
                copy.prepare_cached(sql).unwrap().execute(rusqlite::params_from_iter(row)).unwrap();
            }
            copy.execute_batch("COMMIT").unwrap();
        }
        self.orders.len() as f64 / began.elapsed().as_secs_f64()
    }
}

fn insert(table: &str, columns: usize) -> String {
    let places: Vec<String> = (1..=columns).map(|column| format!("?{column}")).collect();
    format!("INSERT INTO {table} VALUES ({})", places.join(", "))
}

fn rows(shop: &Connection, table: &str, filter: &str, params: &[&str]) -> Vec<Vec<Value>> {
    let mut statement = shop.prepare(&format!("SELECT * FROM {table} WHERE {filter}")).unwrap();
    let columns = statement.column_count();
    let found = statement
        .query_map(rusqlite::params_from_iter(params), |row| (0..columns).map(|column| row.get(column)).collect())
        .unwrap();
    found.map(Result::unwrap).collect()
}

/// The median time of a commit of one small row: what the disk takes.
fn bare_commit_millis(folder: &Path) -> f64 {
    let copy = Connection::open(folder.join("bare-commit.db")).unwrap();
    copy.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a)").unwrap();
    let mut times = Vec::new();
    for _ in 0..ALONE {
        let began = Instant::now();
        copy.prepare_cached("INSERT INTO t VALUES (?1)").unwrap().execute([1]).unwrap();
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    median(&mut times)
}

/// Does it in a thread on this core.
fn on_core<T: Send>(core: usize, work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("bare-lane".to_owned());
        let worker = worker
            .spawn_scoped(scope, move || {
                process::pin_threads("bare-lane", core);
                work()
            })
            .unwrap();
        worker.join().unwrap()
    })
}
