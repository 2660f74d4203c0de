//! The example configurations: each opens a shop, on the servers it is for.

use std::path::{Path, PathBuf};

use tradewind_services::{Cluster, Nats, Redis, Store};
use tradewind_testkit::{Client, Process};

use crate::process;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/examples").join(name)
}

/// Starts the shop from an example, and waits until it answers.
async fn open(name: &str, folder: &Path, own: &[String]) -> (Process, Client) {
    let process = process::start_from(&example(name), folder, own);
    let url = process.open().await;
    (process, Client::new(&url, ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_holds_a_whole_shop() {
    let folder = tempfile::tempdir().unwrap();
    let (_shop, client) = open("laptop.toml", folder.path(), &[]).await;
    assert_eq!(client.get("/health").await.text, "OK");
    assert!(folder.path().join("shop.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_runs_two_processes_on_postgresql() {
    let (folder, store) = (tempfile::tempdir().unwrap(), Store::postgres());
    let url = format!("store.main.url={}", store.place());
    // Both at once: the tables are made once.
    let works = [url.clone(), "roles=web,worker,relay".to_owned()];
    let (web, work) = tokio::join!(
        open("one-server.toml", folder.path(), std::slice::from_ref(&url)),
        open("one-server.toml", folder.path(), &works)
    );
    for (_, client) in [&web, &work] {
        assert_eq!(client.get("/health").await.text, "OK");
    }
    assert!(!folder.path().join("shop.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_answer_beside_a_primary() {
    let (folder, primary) = (tempfile::tempdir().unwrap(), Cluster::new());
    let replicas = [primary.replica("one", ""), primary.replica("two", "")];
    let urls = replicas.each_ref().map(|replica| replica.url("postgres")).join(",");
    let own = [format!("store.main.url={}", primary.url("postgres")), format!("store.main.replicas={urls}")];
    let (_shop, client) = open("replicas.toml", folder.path(), &own).await;
    are_in_rotation(&client, 2).await;
}

/// Waits until so many replicas answer.
async fn are_in_rotation(client: &Client, count: usize) {
    let answering = async {
        loop {
            let metrics = client.get("/metrics").await.text;
            let in_rotation = metrics.lines().filter(|line| line.starts_with("tradewind_replica_in_rotation{"));
            if in_rotation.filter(|line| line.ends_with(" 1")).count() == count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), answering).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_shares_a_cache() {
    let (folder, primary, redis) = (tempfile::tempdir().unwrap(), Cluster::new(), Redis::new());
    let replica = primary.replica("one", "");
    let own = [
        format!("store.main.url={}", primary.url("postgres")),
        format!("store.main.replicas={}", replica.url("postgres")),
        format!("store.cache.url={}", redis.url()),
    ];
    let (one, two) = tokio::join!(open("cluster.toml", folder.path(), &own), open("cluster.toml", folder.path(), &own));
    for (_, client) in [&one, &two] {
        are_in_rotation(client, 1).await;
        // A key that nobody has: that there is none is in the cache.
        assert_eq!(client.get("/store/regions").await.status, 400);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_carries_the_events() {
    let (folder, store, nats) = (tempfile::tempdir().unwrap(), Store::postgres(), Nats::new());
    let own = [format!("store.main.url={}", store.place()), format!("store.bus.url={}", nats.url())];
    let (_shop, client) = open("brokers.toml", folder.path(), &own).await;
    assert_eq!(client.get("/health").await.text, "OK");
    let consuming = async {
        while !client.get("/metrics").await.text.contains("tradewind_events_lag 0") {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), consuming).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_cannot_be_used_stops_the_start_and_is_named() {
    let (folder, mut redis) = (tempfile::tempdir().unwrap(), Redis::new());
    let url = format!("store.redis.url={}", redis.url());
    redis.kill();
    let own = ["store.redis.kind=redis".to_owned(), url, "use.cache=redis".to_owned()];
    let (is_good, said) = crate::process::serve_once(folder.path(), &own);
    assert!(!is_good && said.contains("store.redis.url cannot be used") && said.contains("Is it running"), "{said}");
}
