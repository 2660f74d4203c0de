//! A shop that reads from a replica which has stopped replaying: nobody misses what they have just done.

use std::time::Duration;

use serde_json::json;
use tradewind_services::Cluster;
use tradewind_testkit::TestShop;

/// A shop on this primary and this replica, which may be behind as far as it likes.
async fn open(primary: &Cluster, replica: &Cluster) -> TestShop {
    let url = format!("store.main.url={}", primary.url("postgres"));
    let replicas = format!("store.main.replicas={}", replica.url("postgres"));
    let settings = ["store.main.kind=postgres", &url, &replicas, "store.main.replica_lag_max_ms=600000"];
    let shop = TestShop::open_in_file(&settings).await;
    shop.shop.check_replicas().await.unwrap();
    shop
}

async fn is_read_from_replica(shop: &TestShop) -> bool {
    let sql = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END";
    shop.shop.db.read(move |tx| Box::pin(async move { tx.number(sql, &[]).await })).await.unwrap() == 1
}

async fn until_read_from_replica(shop: &TestShop) {
    let reading = async {
        while !is_read_from_replica(shop).await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reading).await.unwrap();
}

fn token_of(answer: &tradewind_testkit::Answer) -> Option<String> {
    answer.headers.get("x-tradewind-token").map(|token| token.to_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_misses_what_they_have_just_done() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let shop = open(&primary, &replica).await;
    let variant = shop.print("Lighthouse", 5).await;
    let staff = shop.staff().await;
    until_read_from_replica(&shop).await;
    replica.run("SELECT pg_wal_replay_pause()");

    // A shopper.
    let client = shop.client();
    let login = json!({ "email": "ada@example.com", "password": "long enough" });
    let registered = client.post("/auth/customer/emailpass/register", login.clone()).await.ok();
    let registering = client.with_token(registered["token"].as_str().unwrap());
    registering.post("/store/customers", json!({ "email": "ada@example.com" })).await.ok();
    let login = client.post("/auth/customer/emailpass", login).await.ok();
    let ada = client.with_token(login["token"].as_str().unwrap());
    assert_eq!(ada.get("/store/customers/me").await.ok()["customer"]["email"], "ada@example.com");
    let cart = ada.ready_cart(&shop.europe, &variant, 2).await.unwrap();
    let seen = ada.get(&format!("/store/carts/{cart}")).await.ok();
    assert_eq!(seen["cart"]["items"][0]["quantity"], 2);
    let completed = ada.complete(&cart).await;
    assert!(token_of(&completed).is_some());
    let order = completed.ok()["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ada.get(&format!("/store/orders/{order}")).await.ok()["order"]["id"], order.as_str());
    assert_eq!(ada.get("/store/orders").await.ok()["count"], 1);
    assert!(is_read_from_replica(&shop).await, "and the catalogue is still the replica's");

    // The staff.
    assert_eq!(staff.get("/admin/orders").await.ok()["orders"][0]["id"], order.as_str());
    let new = json!({ "title": "Harbour", "options": [{ "title": "Size", "values": ["A4"] }] });
    let created = staff.post("/admin/products", new).await;
    let token = token_of(&created).unwrap();
    let id = created.ok()["product"]["id"].as_str().unwrap().to_owned();
    let titled = staff.get("/admin/products?title=Harbour").await.ok();
    assert_eq!(titled["products"][0]["id"], id.as_str());
    assert_eq!(staff.get("/admin/products").await.ok()["count"], 2);
    let with_token = staff.with_read_token(&token);
    assert_eq!(with_token.get("/admin/products").await.ok()["count"], 2);

    // What a shopper is shown was thrown out of memory, and does not come back as the replica has it.
    let price = json!({ "title": "Lighthouse at night", "status": "published" });
    let product = client.get("/store/products?handle=lighthouse").await.ok()["products"][0]["id"].clone();
    staff.post(&format!("/admin/products/{}", product.as_str().unwrap()), price).await.ok();
    let listed = client.get("/store/products").await.ok();
    assert_eq!(listed["products"][0]["title"], "Lighthouse at night");

    replica.run("SELECT pg_wal_replay_resume()");
    until_read_from_replica(&shop).await;
    assert_eq!(client.with_read_token(&token).get("/store/products").await.ok()["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_a_token_of_this_shop() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let shop = open(&primary, &replica).await;
    let client = shop.client();
    let refused = client.with_read_token("mine").get("/store/products").await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("X-Tradewind-Token"), "{}", refused.text);
    assert!(token_of(&client.get("/store/products").await).is_none());
    let keyed = client.with_idempotency_key("once");
    let answers = [
        keyed.post("/store/carts", json!({ "region_id": shop.europe })).await,
        keyed.post("/store/carts", json!({ "region_id": shop.europe })).await,
    ];
    assert!(answers.iter().all(|answer| token_of(answer).is_some_and(|token| token.len() == 16)));

    let alone = TestShop::open().await;
    let carefree = alone.client().with_read_token("mine");
    let cart = carefree.post("/store/carts", json!({ "region_id": alone.europe })).await;
    assert!(token_of(&cart).is_none(), "nothing is behind");
    cart.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_not_there_is_named_at_the_start() {
    let primary = Cluster::new();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("store.main.url={}", primary.url("postgres"));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tradewind"));
    command.current_dir(folder.path()).args(["serve", "--set", "server.listen=127.0.0.1:0"]);
    command.args(["--set", "store.main.kind=postgres", "--set", &url]);
    command.args(["--set", "store.main.replicas=postgres://shop:hush@127.0.0.1:1/postgres"]);
    let served = command.output().unwrap();
    let said = String::from_utf8_lossy(&served.stderr);
    assert!(!served.status.success());
    assert!(said.contains("store.main.replicas[0]") && said.contains("127.0.0.1:1 cannot be reached"), "{said}");
    assert!(!said.contains("hush"), "{said}");
}
