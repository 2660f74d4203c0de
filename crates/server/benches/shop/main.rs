//! `make bench`: what the shop does a second and what it costs, beside a bare axum server that sends the same bytes and
//! beside bare batched SQLite commits of the same rows, measured in one run.
//!
//! The server is pinned to the first core and the generator to the second, so that rates can be compared.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a bench measures, prints and may stop at once"
)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock and the environment")]

mod bare;
mod flow;
mod lane;
mod postgres;
mod process;
mod search;
mod surge;
mod wire;

use std::time::{Duration, Instant};

use process::Server;
use wire::Connection;

/// Rounds of each comparison; the median is shown.
const ROUNDS: usize = 5;
const SECONDS: f64 = 2.0;
const CONNECTIONS: usize = 16;
const ORDERS: usize = 10_000;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(position) = arguments.iter().position(|argument| argument == "--bare") {
        bare::serve(&arguments[position + 1]);
        return;
    }
    process::pin_to_core(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    println!("Opening a demo shop ...");
    let folder = tempfile::tempdir().unwrap();
    drop(Server::demo(folder.path(), &[]));
    let server = Server::demo(folder.path(), &[]);
    let healthy = server.healthy_after;
    println!("\n{:<44} {:>12} {:>12} {:>9}   limit", "", "shop", "bare", "ratio");
    let shop = server.facts();
    let list = format!("/store/products?limit=12&region_id={}&fields=*variants.calculated_price", shop.region);
    if std::env::args().any(|argument| argument == "--lane-only") {
        drop(server);
        return lane::measure(folder.path(), &shop.variants[..12]).await;
    }
    if std::env::args().any(|argument| argument == "--postgres-only") {
        drop(server);
        return postgres::measure(None).await;
    }
    if std::env::args().any(|argument| argument == "--surge-only") {
        return surge::measure(folder.path());
    }
    // The orders come first: what a shop holds after them is not to be what it holds of pages.
    let cpu_millis = measure_orders(&server, folder.path()).await;
    if std::env::args().any(|argument| argument == "--orders-only") {
        return;
    }
    let pages = [
        ("product list, 12 with prices", list.clone(), 50.0),
        ("product by id", format!("/store/products/{}?region_id={}", shop.product, shop.region), 50.0),
        ("the storefront's product page", format!("/products/{}", shop.handle), 25.0),
    ];
    for (name, path, limit) in &pages {
        compare(&server, name, path, *limit).await;
    }

    let latency_small = latency(&server, &list).await;
    println!("{:<44} {:>10.2} MB", "resident after forty more list pages", server.resident_mb());
    line("healthy after (the shop exists)", healthy.as_secs_f64() * 1000.0, "ms", 300.0);
    surge::measure(folder.path());
    drop(server);
    lane::measure(folder.path(), &shop.variants[..12]).await;
    postgres::measure(Some(cpu_millis)).await;

    println!("\nOpening a shop of 100,000 products ...");
    let large = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let server = Server::demo(large.path(), &["--products", "100000"]);
    println!("it took {:.0} s", began.elapsed().as_secs_f64());
    let shop = server.facts();
    let list = format!("/store/products?limit=12&region_id={}&fields=*variants.calculated_price", shop.region);
    let latency_large = latency(&server, &list).await;
    println!(
        "product list's first answer, uncached: {latency_small:.2} ms with the demo's products, {latency_large:.2} ms with 100,000"
    );
    line("list latency, 100,000 products over demo", latency_large / latency_small, "x", 2.0);
    search::measure(&server, &shop.region).await;
}

/// The processor time of an order, in milliseconds, is what others are compared with.
async fn measure_orders(server: &Server, folder: &std::path::Path) -> f64 {
    let flows = flow::checkouts(server, ORDERS, CONNECTIONS * 2).await;
    let commits = bare::commits_a_second(folder);
    println!(
        "{:<44} {:>10.0}/s {:>10.0}/s {:>8.0}%   none: bare batched commits of the same rows",
        "checkout flows (7 requests, 1 order)",
        flows.a_second,
        commits,
        100.0 * flows.a_second / commits
    );
    line("processor time an order, user and system", flows.cpu_millis_an_order, "ms", 1.0);
    line("resident after 10,000 orders", server.resident_mb(), "MB", 60.0);
    flows.cpu_millis_an_order
}

fn line(name: &str, value: f64, unit: &str, limit: f64) {
    let verdict = if value <= limit { "ok" } else { "OVER" };
    println!("{name:<44} {value:>10.2} {unit:<25} at most {limit} {unit}: {verdict}");
}

async fn compare(server: &Server, name: &str, path: &str, limit: f64) {
    let request = server.get(path);
    let answer = Connection::open(server.port).await.ask(&request).await;
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    let bare = Server::bare(&answer.body);
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let one = rate(server.port, &request).await;
        let other = rate(bare.port, &bare.get("/")).await;
        ours.push(one);
        theirs.push(other);
        ratios.push(100.0 * one / other);
    }
    let ratio = median(&mut ratios);
    share(name, median(&mut ours), median(&mut theirs), ratio, limit);
}

/// A rate beside its peer's, and the share of it that is to be reached, in hundredths.
fn share(name: &str, ours: f64, theirs: f64, percent: f64, limit: f64) {
    let verdict = if percent >= limit { "ok" } else { "UNDER" };
    println!("{name:<44} {ours:>10.0}/s {theirs:>10.0}/s {percent:>8.0}%   at least {limit}%: {verdict}");
}

/// Answers a second over several connections, each asking again as soon as it is answered.
async fn rate(port: u16, request: &[u8]) -> f64 {
    let until = Instant::now() + Duration::from_secs_f64(SECONDS);
    let began = Instant::now();
    let askers = (0..CONNECTIONS).map(|_| async move {
        let mut connection = Connection::open(port).await;
        let mut answers = 0_u32;
        while Instant::now() < until {
            assert_eq!(connection.ask(request).await.status, 200);
            answers += 1;
        }
        f64::from(answers)
    });
    let answers: f64 = futures::future::join_all(askers).await.iter().sum();
    answers / began.elapsed().as_secs_f64()
}

/// The median time of an answer that no cache holds, in milliseconds: each asks for another page of the list.
async fn latency(server: &Server, path: &str) -> f64 {
    let mut connection = Connection::open(server.port).await;
    connection.ask(&server.get(path)).await;
    let mut times = Vec::new();
    for offset in 1..=40 {
        let request = server.get(&format!("{path}&offset={offset}"));
        let began = Instant::now();
        assert_eq!(connection.ask(&request).await.status, 200);
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    median(&mut times)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
