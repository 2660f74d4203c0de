//! The whole checkout as a storefront does it: 7 requests, one order.

use std::cell::Cell;
use std::time::Instant;

use serde_json::{Value, json};

use super::process::Server;
use super::wire::Connection;

pub struct Flows {
    pub a_second: f64,
    pub cpu_millis_an_order: f64,
}

pub async fn checkouts(server: &Server, orders: usize, shoppers: usize) -> Flows {
    let facts = server.facts();
    restock(server, &facts.variants).await;
    let left = Cell::new(orders);
    let (cpu, began) = (server.cpu_seconds(), Instant::now());
    let shopping = (0..shoppers).map(|shopper| {
        let (left, facts) = (&left, &facts);
        async move {
            let mut connection = Connection::open(server.port).await;
            let mut number = shopper;
            while left.get() > 0 {
                left.set(left.get() - 1);
                buy(server, &mut connection, &facts.region, &facts.variants[number % 12]).await;
                number += 7;
            }
        }
    });
    futures::future::join_all(shopping).await;
    let seconds = began.elapsed().as_secs_f64();
    // An order costs what comes after it, too: its events, its receipt.
    server.work_off().await;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let orders = orders as f64;
    Flows { a_second: orders / seconds, cpu_millis_an_order: 1000.0 * (server.cpu_seconds() - cpu) / orders }
}

async fn buy(server: &Server, connection: &mut Connection, region: &str, variant: &str) {
    let cart = ask(
        connection,
        &server.post("/store/carts", &json!({"region_id": region, "items": [{"variant_id": variant, "quantity": 1}]})),
    )
    .await;
    let cart = cart["cart"]["id"].as_str().unwrap().to_owned();
    let address = json!({"first_name": "Ada", "last_name": "Lovelace", "address_1": "Vesterbrogade 1", "city": "Copenhagen", "postal_code": "1620", "country_code": "de"});
    ask(
        connection,
        &server.post(
            &format!("/store/carts/{cart}"),
            &json!({"email": "ada@example.com", "shipping_address": address, "billing_address": address}),
        ),
    )
    .await;
    let options = ask(connection, &server.get(&format!("/store/shipping-options?cart_id={cart}"))).await;
    let option = options["shipping_options"][0]["id"].as_str().unwrap();
    ask(connection, &server.post(&format!("/store/carts/{cart}/shipping-methods"), &json!({"option_id": option})))
        .await;
    let collection = ask(connection, &server.post("/store/payment-collections", &json!({"cart_id": cart}))).await;
    let collection = collection["payment_collection"]["id"].as_str().unwrap().to_owned();
    ask(
        connection,
        &server.post(
            &format!("/store/payment-collections/{collection}/payment-sessions"),
            &json!({"provider_id": "pp_system_default"}),
        ),
    )
    .await;
    let order = ask(connection, &server.post(&format!("/store/carts/{cart}/complete"), &Value::Null)).await;
    assert_eq!(order["type"], "order", "{order}");
}

async fn ask(connection: &mut Connection, request: &[u8]) -> Value {
    let answer = connection.ask(request).await;
    assert_eq!(answer.status, 200, "{}\n{}", String::from_utf8_lossy(request), String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}

/// Puts enough stock on the shelves: the demo's prints are scarce.
async fn restock(server: &Server, variants: &[String]) {
    let mut connection = Connection::open(server.port).await;
    let token = server.staff_token(&mut connection).await;
    for variant in &variants[..12] {
        super::process::restock(server, &mut connection, &token, variant).await;
    }
}
