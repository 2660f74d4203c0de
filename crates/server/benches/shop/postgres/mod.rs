//! The shop on PostgreSQL: what an order costs there with all that it needs, beside the bare statements; and how many orders a
//! second its write lane commits, beside bare batches of the very same rows.
//!
//! The database has a server of its own, on the first core with the shop, and writes to the disk as PostgreSQL does by itself.

mod bare;

use std::path::Path;
use std::time::{Duration, Instant};

use tokio_postgres::NoTls;
use tradewind_kernel::{Clock, Rng};
use tradewind_platform::db::LaneUse;
use tradewind_server::config::Config;
use tradewind_server::wiring::Shop;
use tradewind_services::Cluster;

use super::process::{Server, cpu_seconds_of, pin_process};
use super::{SECONDS, flow, lane, line, median, rate, share};

const ORDERS: usize = 3_000;
const SHOPPERS: usize = 32;
/// Carts of one measurement of the lane.
const CARTS: usize = 1_500;
/// Rounds of each comparison; the median is shown.
const ROUNDS: usize = 3;

/// A PostgreSQL server for a bench.
pub struct Database {
    cluster: Cluster,
}

impl Database {
    fn start() -> Self {
        let cluster = Cluster::new();
        cluster.kill();
        cluster.set("fsync = on\nautovacuum = on\nshared_buffers = 128MB\nmax_wal_size = 2GB\n");
        cluster.start();
        // Its processes for connections are made by this one.
        pin_process(cluster.process_id(), 0);
        cluster.run("CREATE DATABASE shop");
        Self { cluster }
    }

    pub fn url(&self) -> String {
        self.cluster.url("shop")
    }

    /// Processor time so far of all its processes, those that have ended included.
    pub fn cpu_seconds(&self) -> f64 {
        cpu_seconds_of(self.cluster.process_id())
    }

    /// How many transactions it has ended.
    pub async fn transactions(&self) -> i64 {
        let client = self.connect().await;
        // Its processes say what they did a second after they did it.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let sql = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'shop'";
        client.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }
}

/// Measures, and says what an order costs beside what it costs on SQLite, where that was measured.
pub async fn measure(sqlite_cpu_millis: Option<f64>) {
    println!("\nOpening a demo shop on PostgreSQL ...");
    let database = Database::start();
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        "--set".to_owned(),
        "store.main.kind=postgres".to_owned(),
        "--set".to_owned(),
        format!("store.main.url={}", database.url()),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    drop(Server::demo(folder.path(), &settings));
    let server = Server::demo(folder.path(), &settings).on(database);
    let variants = server.facts().variants;
    measure_cached_list(&server, &settings).await;
    let flows = flow::checkouts(&server, ORDERS, SHOPPERS).await;
    let database = server.close();
    measure_lane(&database, folder.path(), &variants[..12]).await;
    let bare = bare::flows(&database, ORDERS, SHOPPERS).await;
    println!(
        "{:<44} {:>10.0}/s {:>10.0}/s {:>8.0}%   none: the bare statements",
        "checkout flows on PostgreSQL",
        flows.a_second,
        bare.a_second,
        100.0 * flows.a_second / bare.a_second
    );
    let (ours, theirs) = (flows.cpu_millis_an_order, bare.cpu_millis_an_order);
    println!("{:<44} {theirs:>10.2} ms", "processor time of the bare statements");
    println!("{:<44} {ours:>10.2} ms", "processor time an order, database included");
    if let Some(sqlite) = sqlite_cpu_millis {
        println!("{:<44} {sqlite:>10.2} ms", "the same on SQLite");
    }
    line("an order over its bare statements", ours / theirs, "x", 2.0);
}

/// The product list at three processes, and what the database does meanwhile beyond what it does anyway.
async fn measure_cached_list(server: &Server, settings: &[&str]) {
    let others = [server.beside(settings), server.beside(settings)];
    let region = server.facts().region;
    let path = format!("/store/products?limit=12&region_id={region}&fields=*variants.calculated_price");
    let processes = [server, &others[0], &others[1]];
    let requests = processes.map(|process| (process.port, process.get(&path)));
    for (port, request) in &requests {
        rate(*port, request).await;
    }
    let database = server.database();
    let before = database.transactions().await;
    let began = Instant::now();
    let mut answers = 0.0;
    for (port, request) in &requests {
        answers += rate(*port, request).await * SECONDS;
    }
    let (seconds, asked) = (began.elapsed(), database.transactions().await);
    tokio::time::sleep(seconds).await;
    let idle = database.transactions().await - asked;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let per_thousand = 1000.0 * (asked - before - idle).max(0) as f64 / answers;
    println!(
        "{:<44} {:>10.0}/s   and {idle} transactions in as many seconds when nobody asks",
        "product list at three processes",
        answers / seconds.as_secs_f64()
    );
    line("database transactions for 1,000 answers", per_thousand, "", 1.0);
}

async fn measure_lane(database: &Database, folder: &Path, variants: &[String]) {
    let sets = ["store.main.kind=postgres".to_owned(), format!("store.main.url={}", database.url())];
    let mut config = Config::load(None, std::iter::empty(), &sets).unwrap();
    config.keep_everything_in(folder);
    let shop = Shop::open_with(config, Clock::System, Rng::system()).unwrap();
    shop.migrate().await.unwrap();
    lane::stock(&shop, variants).await;
    let (mut ratios, mut lane_rates, mut bare_rates) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let carts = lane::ready_carts(&shop, variants, CARTS).await;
        let before = shop.db.lane_use();
        lane::complete(&shop, &carts).await;
        let LaneUse { transactions, busy, .. } = shop.db.lane_use();
        let batch = carts.len().div_ceil(usize::try_from(transactions - before.transactions).unwrap());
        let lane = carts.len() as f64 / (busy - before.busy).as_secs_f64();
        let bare = bare::orders_a_second(database, &carts, batch).await;
        println!("{:<44} {lane:>10.0}/s {bare:>10.0}/s   in batches of {batch}", "");
        ratios.push(100.0 * lane / bare);
        lane_rates.push(lane);
        bare_rates.push(bare);
    }
    let (lane, bare) = (median(&mut lane_rates), median(&mut bare_rates));
    share("orders through PostgreSQL's lane", lane, bare, median(&mut ratios), 60.0);
}
