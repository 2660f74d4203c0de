//! Backups, made while the shop sells: what comes back is whole, what is not whole does not come back, and the recipe for
//! PostgreSQL in docs/backup.md does what it says.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use tradewind_services::Cluster;
use tradewind_testkit::Client;

use crate::moving::{Stage, move_between};
use crate::process::{self, adds_up, store_at};

/// `tradewind` on the shop in a folder.
fn tradewind(folder: &Path, arguments: &[&str]) -> Output {
    let sets = [("store.main.path", "shop.db"), ("blobs.path", "media")];
    let sets = sets.map(|(key, name)| format!("{key}={}", folder.join(name).display()));
    let sets = sets.iter().flat_map(|set| ["--set", set]);
    Command::new(env!("CARGO_BIN_EXE_tradewind")).args(arguments).args(sets).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_is_copied_while_it_sells_comes_back_whole() {
    let stage = Stage::build().await;
    fs::create_dir_all(stage.folder().join("media/prints")).unwrap();
    fs::write(stage.folder().join("media/prints/harbour.webp"), b"a picture").unwrap();
    let shop = process::start(stage.folder(), &[]);
    let url = shop.open().await;
    let crowd = stage.crowd(&url);
    crowd.until_orders(&url, 20).await;
    let before = crowd.orders();
    let backup = stage.folder().join("backups/monday");
    let (folder, to) = (stage.folder().to_owned(), backup.display().to_string());
    let made = tokio::task::spawn_blocking(move || tradewind(&folder, &["backup", "--to", &to])).await.unwrap();
    assert!(made.status.success() && text(&made).contains("1 files; every page was checked"), "{}", text(&made));
    crowd.until_orders(&url, before.len() + 20).await;
    crowd.go_home().await;
    let again = tradewind(stage.folder(), &["backup", "--to", backup.to_str().unwrap()]);
    assert!(!again.status.success() && text(&again).contains("overwrites nothing"), "{}", text(&again));

    let elsewhere = tempfile::tempdir().unwrap();
    let restored = tradewind(elsewhere.path(), &["restore", "--from", backup.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", text(&restored));
    assert_eq!(fs::read(elsewhere.path().join("media/prints/harbour.webp")).unwrap(), b"a picture");
    let second = process::start(elsewhere.path(), &[]);
    let client = Client::new(&second.open().await, &stage.key);
    let cart = client.ready_cart(&stage.region, &stage.variant, 1).await.unwrap();
    let mut orders = before;
    orders.push(client.complete(&cart).await.ok()["order"]["id"].as_str().unwrap().to_owned());
    adds_up(elsewhere.path(), &[], &orders).await;
    let twice = tradewind(elsewhere.path(), &["restore", "--from", backup.to_str().unwrap()]);
    assert!(!twice.status.success() && text(&twice).contains("overwrites nothing"), "{}", text(&twice));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_not_whole_is_not_restored() {
    let stage = Stage::build().await;
    fs::create_dir_all(stage.folder().join("media")).unwrap();
    fs::write(stage.folder().join("media/print.webp"), b"a picture").unwrap();
    let backup = stage.folder().join("monday");
    let from = backup.to_str().unwrap();
    let made = tradewind(stage.folder(), &["backup", "--to", from]);
    assert!(made.status.success(), "{}", text(&made));
    let (store, whole) = (backup.join("shop.db"), fs::read(backup.join("shop.db")).unwrap());
    let elsewhere = tempfile::tempdir().unwrap();
    let refused = |expected: &str| {
        let restored = tradewind(elsewhere.path(), &["restore", "--from", from]);
        assert!(!restored.status.success() && text(&restored).contains(expected), "{}", text(&restored));
        assert_eq!(elsewhere.path().read_dir().unwrap().count(), 0, "nothing is left behind");
    };
    let mut broken = whole.clone();
    broken[4096..8192].fill(7);
    fs::write(&store, &broken).unwrap();
    refused("not a whole SQLite file");
    fs::write(&store, &whole[..whole.len() / 2]).unwrap();
    refused("not a whole SQLite file");
    fs::write(&store, &whole).unwrap();
    rusqlite::Connection::open(&store).unwrap().execute("DELETE FROM accounts_api_key", []).unwrap();
    refused("does not hold the rows that backup.json counts");
    fs::write(&store, &whole).unwrap();
    fs::write(backup.join("media/print.webp"), b"a pict").unwrap();
    refused("does not hold the files that backup.json counts");
    fs::write(backup.join("media/print.webp"), b"a picture").unwrap();
    let contents = fs::read(backup.join("backup.json")).unwrap();
    fs::remove_file(backup.join("backup.json")).unwrap();
    refused("is no backup: it has no backup.json");
    fs::write(backup.join("backup.json"), contents).unwrap();
    // What SQLite has left beside a file that is gone would be taken for the new one's.
    fs::write(elsewhere.path().join("shop.db-wal"), b"old").unwrap();
    let restored = tradewind(elsewhere.path(), &["restore", "--from", from]);
    assert!(
        !restored.status.success() && text(&restored).contains("shop.db-wal is there already"),
        "{}",
        text(&restored)
    );
    fs::remove_file(elsewhere.path().join("shop.db-wal")).unwrap();
    let restored = tradewind(elsewhere.path(), &["restore", "--from", from]);
    assert!(restored.status.success(), "{}", text(&restored));
}

/// The commands of the page, from the part about PostgreSQL: what is done once, every day, and when something went wrong.
fn recipe() -> [String; 3] {
    let page = include_str!("../../../../docs/backup.md");
    let part = page.split_once("\n## PostgreSQL\n").unwrap().1;
    let blocks = part.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned());
    blocks.collect::<Vec<_>>().try_into().unwrap_or_else(|blocks| panic!("three pieces, not {blocks:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_in_postgres_goes_back_to_the_moment_before_a_mistake() {
    let [once, every_day, afterwards] = recipe();
    let (cluster, stage) = (Cluster::new(), Stage::build().await);
    let (server, data, backups, restored) =
        (cluster.url("postgres"), cluster.path("data"), cluster.path("backups"), cluster.path("restored"));
    cluster.set(&format!("unix_socket_directories = '{}'", cluster.path("")));
    let given = [("SERVER", server.as_str()), ("DATA", &data), ("BACKUPS", &backups), ("RESTORED", &restored)];
    cluster.shell(&once, &given);
    let (is_moved, said) = move_between(&stage.place(), &server);
    assert!(is_moved, "{said}");

    let shop = process::start(stage.folder(), &store_at(&server));
    let url = shop.open().await;
    let crowd = stage.crowd(&url);
    crowd.until_orders(&url, 5).await;
    cluster.shell(&every_day, &given);
    crowd.until_orders(&url, crowd.orders().len() + 10).await;
    let orders = crowd.orders();
    let moment = cluster.run("SELECT clock_timestamp()");
    crowd.until_orders(&url, orders.len() + 1).await;
    crowd.go_home().await;
    drop(shop);
    cluster.run("DELETE FROM orders_order");

    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let given: Vec<_> = given.into_iter().chain([("MOMENT", moment.as_str()), ("PORT", &port)]).collect();
    cluster.shell(&afterwards, &given);
    let at = store_at(&format!("postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable"));
    let back = process::start(stage.folder(), &at);
    back.open().await;
    adds_up(stage.folder(), &at, &orders).await;
    cluster.shell("pg_ctl -D \"$RESTORED\" -m immediate stop", &given);
}
