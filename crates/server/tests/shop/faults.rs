//! A shop of two processes whose database breaks while everybody buys: a standby takes over from a primary that was killed, and a
//! network that breaks all connections. No acknowledged order is lost, none is placed twice, and the shop sells again by itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tradewind_kernel::Rng;
use tradewind_services::{Cluster, FaultProxy, Line};
use tradewind_testkit::{Client, Process, TestShop};

use crate::process::{self, adds_up};

const SHOPPERS: usize = 8;
const STOCK: i64 = 100_000;
const SEED: u64 = 20_261_129;
/// What a busy machine may need for what takes a moment.
const WITHIN: Duration = Duration::from_secs(60);
/// As promised.
const SELLS_AGAIN_WITHIN: Duration = Duration::from_secs(10);

/// Two processes of a shop, and those who buy in both until it is over.
struct Stage {
    folder: tempfile::TempDir,
    settings: Vec<String>,
    processes: [Process; 2],
    clients: [Client; 2],
    region: String,
    variant: String,
    book: Arc<Book>,
}

/// What was acknowledged: orders by cart.
#[derive(Default)]
struct Book {
    orders: Mutex<BTreeMap<String, String>>,
    refused: Mutex<u64>,
    is_over: AtomicBool,
}

impl Book {
    fn acknowledged(&self) -> usize {
        self.orders.lock().unwrap().len()
    }

    /// Waits for so many more orders.
    async fn more(&self, orders: usize) {
        let wanted = self.acknowledged() + orders;
        let waiting = async {
            while self.acknowledged() < wanted {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(WITHIN, waiting).await.unwrap_or_else(|_| panic!("no more than {} orders", self.acknowledged()));
    }
}

impl Stage {
    /// A shop on the database at this url.
    async fn open(url: &str) -> Self {
        let settings = vec!["store.main.kind=postgres".to_owned(), format!("store.main.url={url}")];
        let shop = TestShop::open_in_file(&settings.iter().map(String::as_str).collect::<Vec<_>>()).await;
        let (variant, region) = (shop.print("Plenty", STOCK).await, shop.europe.clone());
        let key = shop.client().publishable_key;
        let folder = shop.close().await.folder;
        let other = [settings.clone(), vec![format!("search.path={}", folder.path().join("other").display())]].concat();
        let processes = [process::start(folder.path(), &settings), process::start(folder.path(), &other)];
        let clients = [Client::new(&processes[0].open().await, &key), Client::new(&processes[1].open().await, &key)];
        Self { folder, settings, processes, clients, region, variant, book: Arc::default() }
    }

    fn begin(&self) -> Vec<JoinHandle<()>> {
        (0..SHOPPERS)
            .map(|number| {
                let (client, book) = (self.clients[number % 2].clone(), Arc::clone(&self.book));
                let (region, variant) = (self.region.clone(), self.variant.clone());
                tokio::spawn(async move {
                    while !book.is_over.load(Ordering::Acquire) {
                        buy(&client, &region, &variant, &book).await;
                    }
                })
            })
            .collect()
    }

    /// Ends the shopping, and looks into the books.
    async fn end(self, shoppers: Vec<JoinHandle<()>>, server: &Cluster) {
        self.book.is_over.store(true, Ordering::Release);
        for shopper in shoppers {
            shopper.await.unwrap();
        }
        let orders: Vec<String> = self.book.orders.lock().unwrap().values().cloned().collect();
        adds_up(self.folder.path(), &self.settings, &orders).await;
        // Everybody asked until they had an answer: there is no order that nobody knows of, and nothing was sold twice.
        let placed = server.run("SELECT COUNT(*) FROM orders_order");
        assert_eq!(placed, orders.len().to_string());
        drop(self.processes);
    }
}

/// Buys a print, and does not give up before the order is acknowledged.
async fn buy(client: &Client, region: &str, variant: &str, book: &Book) {
    let cart = match client.ready_cart(region, variant, 1).await {
        Ok(cart) => cart,
        Err(refused) => return refused_for_now(&refused, book).await,
    };
    loop {
        let answer = client.complete(&cart).await;
        if answer.status == 200 {
            let order = answer.body["order"]["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
            book.orders.lock().unwrap().insert(cart, order);
            return;
        }
        refused_for_now(&answer, book).await;
    }
}

/// Whoever is refused is told to come back, and does.
async fn refused_for_now(answer: &tradewind_testkit::Answer, book: &Book) {
    assert_eq!(answer.status, 503, "{}", answer.text);
    *book.refused.lock().unwrap() += 1;
    sleep(Duration::from_millis(20)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_from_a_primary_that_was_killed() {
    let rng = Rng::seeded(SEED);
    let primary = Cluster::new();
    let standby = primary.replica("standby", "");
    // A commit is answered when the standby has it too.
    primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.run("SELECT pg_reload_conf()");
    let url = format!("postgres://postgres@{},{}/postgres?sslmode=disable", primary.host(), standby.host());
    let stage = Stage::open(&url).await;
    let shoppers = stage.begin();
    stage.book.more(20 + usize::try_from(rng.below(40)).unwrap()).await;
    sleep(Duration::from_millis(rng.below(50))).await;

    let killed = Instant::now();
    primary.kill();
    standby.promote();
    // Of what was sent before it was killed nothing is answered any more, but an answer may be on its way.
    sleep(Duration::from_millis(50)).await;
    stage.book.more(1).await;
    let sells_again = killed.elapsed();
    println!("orders were placed again {sells_again:?} after the primary was killed");
    assert!(sells_again < SELLS_AGAIN_WITHIN, "{sells_again:?}");
    stage.book.more(20).await;
    stage.end(shoppers, &standby).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_break_lose_and_double_nothing() {
    let rng = Rng::seeded(SEED + 1);
    let primary = Cluster::new();
    let line = FaultProxy::to(&primary.host());
    let stage = Stage::open(&primary.url("postgres").replace(&primary.host(), &line.host())).await;
    let shoppers = stage.begin();
    for round in 0..8 {
        stage.book.more(1 + usize::try_from(rng.below(12)).unwrap()).await;
        sleep(Duration::from_micros(rng.below(5000))).await;
        match round % 4 {
            0 => line.set(Line::Slow(Duration::from_millis(rng.below(20)))),
            1 => line.set(Line::Narrow(200_000)),
            2 => {
                line.set(Line::Silent);
                sleep(Duration::from_millis(rng.below(300))).await;
            }
            _ => {}
        }
        sleep(Duration::from_millis(rng.below(100))).await;
        line.set(Line::Cut);
        // Sometimes a moment, sometimes longer than anybody tries again.
        sleep(Duration::from_millis(if round % 2 == 0 { 0 } else { rng.below(1500) })).await;
        line.set(Line::Open);
    }
    stage.book.more(SHOPPERS).await;
    stage.end(shoppers, &primary).await;
}
