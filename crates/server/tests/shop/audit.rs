//! The audit: the books of a shop that was used add up, and whatever is not so is found in its book.

use std::path::Path;
use std::process::{Command, Output};

use rusqlite::Connection;
use tradewind_server::audit::{Book, Question, audit};
use tradewind_testkit::TestShop;

/// A shop with three orders in it, one of them of two units, and nothing under way.
async fn used(shop: TestShop) -> (TestShop, Vec<String>) {
    let variant = shop.print("Well sold", 10).await;
    let client = shop.client();
    let mut orders = Vec::new();
    for quantity in [1, 2, 1] {
        let cart = client.ready_cart(&shop.europe, &variant, quantity).await.unwrap();
        orders.push(client.complete(&cart).await.ok()["order"]["id"].as_str().unwrap().to_owned());
    }
    // An open cart is nobody's loss.
    client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
    shop.run_pending_work().await;
    (shop, orders)
}

fn at_rest(acknowledged: &[String]) -> Question {
    Question { acknowledged: acknowledged.to_vec(), settled_within_seconds: 0 }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_books_of_a_used_shop_add_up() {
    let (shop, orders) = used(TestShop::open().await).await;
    let found = audit(&shop.shop, at_rest(&orders)).await.unwrap();
    assert_eq!(found.findings, []);
    assert_eq!((found.orders, found.units, found.claimed, found.brought), (3, 4, 4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_not_so_is_found_in_its_book() {
    let lies = [
        (Book::Acknowledged, "DELETE FROM orders_order WHERE id = '{order}'"),
        (Book::Carts, "DELETE FROM orders_order WHERE id = '{order}'"),
        (Book::Carts, "UPDATE checkout_cart SET completed_at = NULL WHERE id LIKE '%' || substr('{order}', 7)"),
        (Book::Claims, "DELETE FROM orders_order WHERE id = '{order}'"),
        (Book::Claims, "DELETE FROM inventory_reservation WHERE reference = '{order}'"),
        (Book::Claims, "UPDATE inventory_reservation SET quantity = quantity + 1 WHERE reference = '{order}'"),
        (Book::Counters, "UPDATE inventory_level SET reserved = reserved - 1 WHERE reserved > 0"),
        (Book::Counters, "DELETE FROM inventory_reservation WHERE reference = '{order}'"),
        (Book::Payments, "DELETE FROM payments_collection WHERE order_id = '{order}'"),
        (Book::Payments, "UPDATE payments_collection SET order_id = NULL WHERE order_id = '{order}'"),
        (
            Book::Histories,
            "UPDATE orders_order SET body = replace(body, 'Hafenstrasse', 'Elsewhere') WHERE id = '{order}'",
        ),
        (Book::Histories, "DELETE FROM orders_event WHERE order_id = '{order}'"),
        (Book::Waiting, "INSERT INTO platform_outbox (id, kind, aggregate, body, at) VALUES ('e', 'k', 'a', '{}', 0)"),
        (
            Book::Waiting,
            "INSERT INTO platform_outbox (id, kind, aggregate, body, at, attempts) VALUES ('e', 'k', 'a', '{}', 0, 99)",
        ),
        (
            Book::Waiting,
            "INSERT INTO platform_job (id, queue, kind, body, state, priority, run_at, attempts, attempts_max, leased_until, created_at)
             VALUES ('j', 'q', 'k', '{}', 'running', 0, 0, 1, 3, 0, 0)",
        ),
        (
            Book::Waiting,
            "INSERT INTO platform_job (id, queue, kind, body, state, priority, run_at, attempts, attempts_max, leased_until, created_at)
             VALUES ('j', 'q', 'k', '{}', 'running', 0, 0, 1, 3, 9999999999999, 0)",
        ),
        (
            Book::Waiting,
            "INSERT INTO platform_job (id, queue, kind, body, state, priority, run_at, attempts, attempts_max, leased_until, created_at)
             VALUES ('j', 'q', 'k', '{}', 'dead', 0, 0, 3, 3, 0, 0)",
        ),
        (Book::Waiting, "UPDATE inventory_reservation SET expires_at = 1 WHERE reference = '{order}'"),
    ];
    let (shop, orders) = used(TestShop::open_in_file(&[]).await).await;
    let closed = shop.close().await;
    let path = closed.path().join("shop.db");
    // What lies in the write-ahead log goes into the file, so that the file is the whole shop.
    Connection::open(&path).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let honest = std::fs::read(&path).unwrap();
    let mut left = Some(closed);
    for (book, lie) in lies {
        let closed = left.take().unwrap();
        for left_over in ["shop.db-wal", "shop.db-shm"] {
            let _ = std::fs::remove_file(closed.path().join(left_over));
        }
        std::fs::write(&path, &honest).unwrap();
        let lie = lie.replace("{order}", &orders[1]);
        let tampered = Connection::open(&path).unwrap();
        assert!(tampered.execute(&lie, []).unwrap() > 0, "{lie} changes nothing");
        tampered.close().unwrap();
        let shop = TestShop::reopen(closed).await;
        let found = audit(&shop.shop, at_rest(&orders)).await.unwrap();
        let books: Vec<Book> = found.findings.iter().map(|finding| finding.book).collect();
        assert!(books.contains(&book), "{lie}: {:?}", found.findings);
        left = Some(shop.close().await);
    }
}

fn tradewind_audit(folder: &Path, more: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tradewind"))
        .arg("audit")
        .args(["--set", &format!("store.main.path={}", folder.join("shop.db").display())])
        .args(["--set", &format!("search.path={}", folder.join("search").display())])
        .args(more)
        .output()
        .unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output, text)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_is_told_what_does_not_add_up() {
    let (shop, orders) = used(TestShop::open_in_file(&[]).await).await;
    let closed = shop.close().await;
    let list = closed.path().join("acknowledged");
    std::fs::write(&list, orders.join("\n")).unwrap();
    let acknowledged = ["--acknowledged", list.to_str().unwrap()];
    let (output, text) = tradewind_audit(closed.path(), &acknowledged);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("3 orders sell 4 units"), "{text}");
    assert!(text.contains("ok     every acknowledged order is there"), "{text}");

    std::fs::write(&list, "order_01M8D2B1PV182CK80FZBGYBCSY\n").unwrap();
    let (output, text) = tradewind_audit(closed.path(), &acknowledged);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("WRONG  every acknowledged order is there"), "{text}");
    assert!(text.contains("order_01M8D2B1PV182CK80FZBGYBCSY was acknowledged and is gone"), "{text}");

    let (output, text) = tradewind_audit(&closed.path().join("nowhere"), &[]);
    assert!(!output.status.success() && text.contains("there is no shop at"), "{text}");
    let (output, text) = tradewind_audit(closed.path(), &["--acknowledged", "/no/such/file"]);
    assert!(!output.status.success() && text.contains("/no/such/file cannot be read"), "{text}");
    let (output, text) = tradewind_audit(closed.path(), &["--settled-within=-1"]);
    assert!(!output.status.success() && text.contains("settled-within"), "{text}");
}
