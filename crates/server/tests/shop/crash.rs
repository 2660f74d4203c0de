//! kill -9 in the middle of checkouts: every acknowledged order is there after the restart.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tradewind_testkit::{Client, TestShop};

struct Process {
    child: Child,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn serve(folder: &Path, listen: &str, client: &Client) -> Process {
    let set = |key: &str, name: &str| format!("{key}={}", folder.join(name).display());
    let child = Command::new(env!("CARGO_BIN_EXE_tradewind"))
        .args(["serve", "--set", &format!("server.listen={listen}"), "--set", "log.level=error"])
        .args(["--set", &set("store.main.path", "shop.db")])
        .args([
            "--set",
            &set("blobs.path", "media"),
            "--set",
            &set("mail.path", "mail"),
            "--set",
            &set("search.path", "search"),
        ])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let process = Process { child };
    for _ in 0..1000 {
        if client.try_ask("GET", "/health", None).await.is_ok() {
            return process;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the shop did not open");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_order_survives_kill_9() {
    let shop = TestShop::open().await;
    let variant = shop.print("Unsinkable", 100_000).await;
    let region = shop.europe.clone();
    let key = shop.client().publishable_key;
    let folder = shop.close().await;
    let listen = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().to_string()
    };
    let client = Client::new(&format!("http://{listen}"), &key);
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();

    for round in 1..=4 {
        let process = serve(folder.path(), &listen, &client).await;
        let before = acknowledged.lock().unwrap().len();
        let shopping: Vec<_> = (0..8)
            .map(|_| {
                let (client, region, variant) = (client.clone(), region.clone(), variant.clone());
                let acknowledged = Arc::clone(&acknowledged);
                tokio::spawn(async move {
                    // Until the shop is gone.
                    while let Some(order) = buy(&client, &region, &variant).await {
                        acknowledged.lock().unwrap().push(order);
                    }
                })
            })
            .collect();
        // The kill falls somewhere in the middle of what eight shoppers do.
        while acknowledged.lock().unwrap().len() < before + 5 * round {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(process);
        for shopper in shopping {
            shopper.await.unwrap();
        }
    }

    let _process = serve(folder.path(), &listen, &client).await;
    let acknowledged = acknowledged.lock().unwrap().clone();
    assert!(acknowledged.len() >= 50);
    for order in &acknowledged {
        let found = client.get(&format!("/store/orders/{order}")).await;
        assert_eq!(found.status, 200, "{order} was acknowledged and is gone");
    }
    drop(_process);

    // The books: what is reserved is what was ordered, and no cart has two orders.
    let shop = TestShop::reopen(folder).await;
    let orders = shop.order_count().await;
    assert!(orders >= acknowledged.len() as i64);
    assert_eq!(shop.available(&variant).await, 100_000 - orders);
    // Jobs that were under way at a kill are done by others once their lease has run out.
    shop.outlive_processes();
    shop.run_pending_work().await;
    assert_eq!(shop.mails().len() as i64, orders, "one receipt an order");
}

async fn buy(client: &Client, region: &str, variant: &str) -> Option<String> {
    let items = serde_json::json!([{ "variant_id": variant, "quantity": 1 }]);
    let cart = serde_json::json!({ "region_id": region, "items": items });
    let created = client.try_ask("POST", "/store/carts", Some(&cart)).await.ok()?;
    let cart = created.body["cart"]["id"].as_str()?.to_owned();
    let filled = tokio::spawn({
        let (client, cart) = (client.clone(), cart.clone());
        async move { client.fill_in(&cart).await.is_ok() }
    });
    // A connection that breaks half-way panics in the kit; here it only means that the shop is gone.
    if !filled.await.unwrap_or(false) {
        return None;
    }
    let completed = client.try_ask("POST", &format!("/store/carts/{cart}/complete"), None).await.ok()?;
    Some(completed.body["order"]["id"].as_str()?.to_owned())
}
