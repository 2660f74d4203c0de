//! Reports at the shop's doors: over HTTP, on the command line, from a replica.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use tradewind_services::Cluster;
use tradewind_testkit::{Client, TestShop};

async fn sell(shop: &TestShop, client: &Client, region: &str, quantity: i64) {
    let variant = shop.print(&format!("Lighthouse {quantity}"), 10).await;
    let cart = client.ready_cart(region, &variant, quantity).await.unwrap();
    client.complete(&cart).await.ok();
}

fn tradewind(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tradewind")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_take_reports_over_http() {
    let shop = TestShop::open().await;
    let client = shop.client();
    sell(&shop, &client, &shop.europe, 1).await;
    sell(&shop, &client, &shop.europe, 2).await;
    assert_eq!(client.get("/admin/reports/sales.csv").await.status, 401);
    let staff = shop.staff().await;
    let answer = staff.get("/admin/reports/sales.csv?from=2026-11-01&before=2026-12-01").await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"sales-2026-11-01-2026-12-01.csv\"");
    let rows: Vec<Vec<String>> = answer.text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 3, "{}", answer.text);
    let orders = staff.get("/admin/orders?fields=total&order=created_at").await.ok();
    for order in orders["orders"].as_array().unwrap() {
        let total = order["total"].as_f64().unwrap();
        let total = format!("{total:.2}");
        assert!(rows.iter().any(|row| row[10] == total), "{total} in {}", answer.text);
    }
    let none = staff.get("/admin/reports/sales.csv?before=2026-11-01").await;
    assert_eq!(none.text.lines().count(), 1, "{}", none.text);
    for (kind, seen) in [("tax", "EUR"), ("stock", "Lighthouse 1"), ("customers", "guest")] {
        let answer = staff.get(&format!("/admin/reports/{kind}.csv")).await;
        assert!(answer.status == 200 && answer.text.contains(seen), "{kind}: {}", answer.text);
        let paper = staff.get(&format!("/admin/reports/{kind}.pdf")).await;
        assert_eq!(paper.headers["content-type"], "application/pdf");
        assert!(paper.text.starts_with("%PDF-1.7"), "{kind}");
    }
    for (path, status, said) in [
        ("profit.csv", 400, "there are sales, tax, stock, customers"),
        ("sales.xlsx", 400, "written as csv and pdf"),
        ("sales", 404, "Report"),
        ("sales.csv?from=January", 400, "a date like"),
        ("sales.csv?from=2026-02-01&before=2026-01-01", 400, "before"),
        ("stock.csv?from=2026-02-01", 400, "leave the period out"),
        ("sales.csv?since=2026-02-01", 400, "from and before"),
    ] {
        let refused = staff.get(&format!("/admin/reports/{path}")).await;
        assert!(refused.status == status && refused.text.contains(said), "{path}: {} {}", refused.status, refused.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_takes_reports_on_the_command_line() {
    let shop = TestShop::open_in_file(&[]).await;
    sell(&shop, &shop.client(), &shop.europe, 3).await;
    let closed = shop.close().await;
    let folder = closed.path();
    let file = format!("store.main.path={}", find_database(folder).display());
    let report = |arguments: &[&str]| tradewind(folder, &[&["report"], arguments, &["--set", &file]].concat());

    let printed = report(&["sales", "--from", "2026-11-01", "--before", "2026-12-01"]);
    assert!(printed.status.success(), "{}", text(&printed));
    let told = String::from_utf8_lossy(&printed.stdout);
    assert!(told.starts_with("number,placed_at,") && told.lines().count() == 2, "{told}");
    assert!(printed.stderr.is_empty(), "nobody at a terminal looks on: {}", text(&printed));

    let written = report(&["sales", "--format", "pdf", "--out", "sales.pdf"]);
    assert!(written.status.success() && written.stdout.is_empty(), "{}", text(&written));
    let paper = std::fs::read(folder.join("sales.pdf")).unwrap();
    assert!(paper.starts_with(b"%PDF-1.7") && paper.ends_with(b"%%EOF\n"));
    assert!(!folder.join("sales.pdf.part").exists());

    for (arguments, said) in [
        (&["profit"][..], "there are sales, tax, stock, customers"),
        (&["sales", "--format", "xlsx"], "written as csv and pdf"),
        (&["sales", "--from", "January"], "a date like 2026-01-31"),
        (&["stock", "--before", "2026-01-01"], "leave the period out"),
        (&["sales", "--out", "nowhere/sales.csv"], "cannot be written"),
    ] {
        let refused = report(arguments);
        assert!(!refused.status.success() && text(&refused).contains(said), "{arguments:?}: {}", text(&refused));
    }
    let nothing = tradewind(folder, &["report", "sales", "--set", "store.main.path=nothing.db"]);
    assert!(!nothing.status.success() && text(&nothing).contains("there is no shop at"), "{}", text(&nothing));
}

fn find_database(folder: &Path) -> std::path::PathBuf {
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "db") {
                return path;
            }
        }
    }
    panic!("there is no database");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_writes_the_report() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let url = format!("store.main.url={}", primary.url("postgres"));
    let replicas = format!("store.main.replicas={}", replica.url("postgres"));
    let settings = ["store.main.kind=postgres", &url, &replicas, "store.main.replica_lag_max_ms=600000"];
    let shop = TestShop::open_in_file(&settings).await;
    shop.shop.check_replicas().await.unwrap();
    let staff = shop.staff().await;
    sell(&shop, &shop.client(), &shop.europe, 1).await;
    // On sale before the replica stops: after a change of the catalogue the primary answers until a replica has it.
    let variant = shop.print("Harbour", 10).await;
    let until = |wanted: usize| {
        let (shop, staff) = (&shop, &staff);
        let reading = async move {
            while staff.get("/admin/reports/sales.csv").await.text.lines().count() != wanted
                || shop.shop.db.scan(|tx| Box::pin(async move { tx.number(IS_REPLICA, &[]).await })).await.unwrap() == 0
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), reading)
    };
    until(2).await.expect("the replica has the order");
    replica.run("SELECT pg_wal_replay_pause()");
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 2).await.unwrap();
    client.complete(&cart).await.ok();
    let behind = staff.get("/admin/reports/sales.csv").await;
    assert_eq!(behind.text.lines().count(), 2, "the primary was asked: {}", behind.text);
    replica.run("SELECT pg_wal_replay_resume()");
    until(3).await.expect("the replica has both orders");
}

/// 1 on a replica, 0 on the primary.
const IS_REPLICA: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END";
