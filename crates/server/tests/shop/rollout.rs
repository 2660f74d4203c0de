//! A roll-out: the program of an earlier version and this one on one shop, and back. `cargo xtask rollout` builds the earlier one.

use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;
use tradewind_services::Store;
use tradewind_testkit::{Balancer, Client, Process, settings_in};

use crate::process::{self, adds_up};

/// Names the earlier version's program.
const EARLIER: &str = "TEST_EARLIER_PROGRAM";
/// Orders at each stage.
const ORDERS: usize = 6;

/// A demo shop that the earlier program made, and the orders that were acknowledged.
struct Stage {
    earlier: String,
    folder: TempDir,
    settings: Vec<String>,
    key: String,
    orders: Vec<String>,
}

impl Stage {
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration but their environment")]
    async fn build(settings: Vec<String>) -> Self {
        let earlier = std::env::var(EARLIER).unwrap_or_else(|_| panic!("{EARLIER} is not set: cargo xtask rollout"));
        let folder = tempfile::tempdir().unwrap();
        let mut demo = Process::demo(&earlier, folder.path(), &settings);
        demo.open().await;
        let told: Value = serde_json::from_slice(&std::fs::read(folder.path().join("demo.json")).unwrap()).unwrap();
        demo.stop();
        let key = told["publishable_key"].as_str().unwrap().to_owned();
        Self { earlier, folder, settings, key, orders: Vec::new() }
    }

    async fn start(&self, program: &str) -> Process {
        let settings = [settings_in(self.folder.path()), self.settings.clone()].concat();
        let process = Process::serve(program, &settings, &process::OWN);
        process.open().await;
        process
    }

    /// Buys some prints, and looks each order up.
    async fn buy(&mut self, url: &str) {
        let client = Client::new(url, &self.key);
        let regions = client.get("/store/regions").await.ok();
        let region = regions["regions"][0]["id"].as_str().unwrap().to_owned();
        let products =
            client.get("/store/products?limit=50&fields=variants.id,+variants.inventory_quantity").await.ok();
        let variants =
            products["products"].as_array().unwrap().iter().flat_map(|product| product["variants"].as_array().unwrap());
        // The demo's prints are scarce: of each only one.
        let in_stock: Vec<_> = variants.filter(|variant| variant["inventory_quantity"].as_i64() > Some(1)).collect();
        for variant in in_stock.iter().take(ORDERS) {
            let variant = variant["id"].as_str().unwrap().to_owned();
            let cart = client.ready_cart(&region, &variant, 1).await.unwrap_or_else(|answer| panic!("{}", answer.text));
            let placed = client.complete(&cart).await.ok();
            let order = placed["order"]["id"].as_str().unwrap_or_else(|| panic!("{placed}")).to_owned();
            let found = client.get(&format!("/store/orders/{order}")).await.ok();
            assert_eq!(found["order"]["items"][0]["variant_id"], variant.as_str(), "{found}");
            self.orders.push(order);
        }
        assert_eq!(self.orders.len() % ORDERS, 0, "the demo is sold out");
    }

    fn migrate(&self) {
        let settings = [settings_in(self.folder.path()), self.settings.clone()].concat();
        let mut command = Command::new(process::PROGRAM);
        command.arg("migrate").args(settings.iter().flat_map(|set| ["--set", set]));
        assert!(command.status().unwrap().success(), "{command:?}");
    }

    async fn check(&self) {
        adds_up(self.folder.path(), &self.settings, &self.orders).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program of an earlier version, which cargo xtask rollout builds"]
async fn in_a_file() {
    let mut stage = Stage::build(Vec::new()).await;
    let mut before = stage.start(&stage.earlier).await;
    stage.buy(before.url()).await;
    // The tables change under the earlier program, which goes on until its successor takes the file over.
    stage.migrate();
    stage.buy(before.url()).await;
    before.stop();
    let after = stage.start(process::PROGRAM).await;
    stage.buy(after.url()).await;
    stage.check().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the program of an earlier version, which cargo xtask rollout builds"]
async fn on_postgres() {
    let store = Store::postgres();
    let mut stage = Stage::build(store.settings()).await;
    let balancer = Balancer::start("127.0.0.1:0").await;
    let mut before = stage.start(&stage.earlier).await;
    balancer.lead_to(vec![before.url().to_owned()]);
    stage.buy(balancer.url()).await;

    // A cart's next step is taken by whichever comes next.
    let mut after = stage.start(process::PROGRAM).await;
    balancer.lead_to(vec![before.url().to_owned(), after.url().to_owned()]);
    stage.buy(balancer.url()).await;
    before.stop();
    balancer.lead_to(vec![after.url().to_owned()]);
    stage.buy(balancer.url()).await;

    // It is taken back: the earlier program starts on the new tables.
    let again = stage.start(&stage.earlier).await;
    balancer.lead_to(vec![after.url().to_owned(), again.url().to_owned()]);
    stage.buy(balancer.url()).await;
    after.stop();
    balancer.lead_to(vec![again.url().to_owned()]);
    stage.buy(balancer.url()).await;
    stage.check().await;
}
