//! What the shop is compared with: an axum server that only sends bytes, and SQLite that only commits rows.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use bytes::Bytes;

/// Sends the file's bytes to whoever asks, on a free port that is printed first.
pub fn serve(file: &str) {
    let body = Bytes::from(std::fs::read(file).unwrap());
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap().port());
        let answer = move || async move { ([(header::CONTENT_TYPE, "application/json")], body) };
        axum::serve(listener, Router::new().route("/", get(answer))).await.unwrap();
    });
}

/// How many orders' rows a second SQLite commits by itself in batches of 32, as many as there are shoppers: it reads the
/// rows that the shop has written for its orders and writes them into tables of the same shape.
pub fn commits_a_second(folder: &Path) -> f64 {
    let shop = rusqlite::Connection::open(folder.join("shop.db")).unwrap();
    let mut statement = shop
        .prepare(
            "SELECT o.id, o.body, c.id, c.body, p.id, p.body, e.data FROM orders_order o
             JOIN checkout_cart c ON c.id = o.cart_id JOIN payments_collection p ON p.cart_id = o.cart_id
             JOIN orders_event e ON e.order_id = o.id AND e.seq = 1 LIMIT 2000",
        )
        .unwrap();
    let orders: Vec<[String; 7]> = statement
        .query_map([], |row| Ok(std::array::from_fn(|column| row.get(column).unwrap())))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let copy = rusqlite::Connection::open(folder.join("bare.db")).unwrap();
    copy.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE o (id TEXT PRIMARY KEY, body TEXT); CREATE TABLE c (id TEXT PRIMARY KEY, body TEXT);
         CREATE TABLE p (id TEXT PRIMARY KEY, body TEXT); CREATE TABLE e (id TEXT PRIMARY KEY, data TEXT);",
    )
    .unwrap();
    let (began, mut written) = (Instant::now(), 0_u32);
    'rounds: for round in 0.. {
        for batch in orders.chunks(32) {
            copy.execute_batch("BEGIN IMMEDIATE").unwrap();
            for [order, order_body, cart, cart_body, payment, payment_body, event] in batch {
                for (sql, id, body) in [
                    ("INSERT INTO o VALUES (?1, ?2)", order, order_body),
                    ("INSERT INTO c VALUES (?1, ?2)", cart, cart_body),
                    ("INSERT INTO p VALUES (?1, ?2)", payment, payment_body),
                    ("INSERT INTO e VALUES (?1, ?2)", order, event),
                ] {
                    let mut insert = copy.prepare_cached(sql).unwrap();
                    insert.execute((format!("{id}{round}"), body)).unwrap();
                }
                written += 1;
            }
            copy.execute_batch("COMMIT").unwrap();
            if began.elapsed() > Duration::from_secs(3) {
                break 'rounds;
            }
        }
    }
    f64::from(written) / began.elapsed().as_secs_f64()
}
