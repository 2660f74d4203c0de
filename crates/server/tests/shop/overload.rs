//! Overload at the doors: what is refused, what is let through, and how quickly.

use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Notify;
use tradewind_kernel::Error;
use tradewind_testkit::{Answer, TestShop};

/// Holds the write lane until it is dropped.
struct BlockedLane {
    release: Option<mpsc::Sender<()>>,
    held: Option<tokio::task::JoinHandle<Result<(), Error>>>,
}

impl BlockedLane {
    async fn of(shop: &TestShop) -> Self {
        let (release, released) = mpsc::channel::<()>();
        let (released, has_begun) = (Arc::new(Mutex::new(released)), Arc::new(Notify::new()));
        let begun = Arc::clone(&has_begun);
        let db = shop.shop.db.clone();
        let held = tokio::spawn(async move {
            let blocking = db.write(move |_| {
                Box::pin(async move {
                    begun.notify_one();
                    // The lane's own thread stands still, as it does while a disk does.
                    let _ = released.lock().unwrap().recv();
                    Ok(())
                })
            });
            blocking.await
        });
        has_begun.notified().await;
        Self { release: Some(release), held: Some(held) }
    }

    async fn release(mut self) {
        self.release.take();
        self.held.take().unwrap().await.unwrap().unwrap();
    }
}

async fn timed(answer: impl Future<Output = Answer>) -> (Answer, Duration) {
    #[expect(clippy::disallowed_methods, reason = "the deadline of a refusal is in real time")]
    let began = Instant::now();
    let answer = answer.await;
    (answer, began.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_shop_is_full_carts_are_served_and_the_rest_is_refused_at_once() {
    let settings = ["limits.requests_min=20", "limits.requests_max=20", "limits.waiting_max=4"];
    let shop = TestShop::open_in_file(&settings).await;
    let client = shop.client();
    let created = client.post("/store/carts", json!({})).await.ok();
    let cart = format!("/store/carts/{}", created["cart"]["id"].as_str().unwrap());
    let lane = BlockedLane::of(&shop).await;
    // New carts until there is no room for more of them: those at work wait for the lane.
    let buying: Vec<_> = (0..40)
        .map(|_| {
            let client = shop.client();
            tokio::spawn(async move { timed(client.post("/store/carts", json!({}))).await })
        })
        .collect();
    while client.get("/store/regions").await.status != 503 {}

    let (browsing, took) = timed(client.get("/store/regions")).await;
    assert_eq!(browsing.status, 503);
    assert_eq!(browsing.headers["retry-after"], "1");
    assert_eq!(browsing.body["type"], "unavailable");
    // Ten times what is promised: other tests run at the same time.
    assert!(took < Duration::from_millis(500), "{took:?}");
    assert_eq!(client.get("/products").await.status, 503);
    assert_eq!(client.post("/store/carts", json!({})).await.status, 503);
    assert_eq!(client.get(&cart).await.status, 200, "a cart that is there is served");
    assert_eq!(client.get("/health").await.text, "OK");
    assert!(client.get("/metrics").await.text.contains("tradewind_requests_shed_total{class=\"browse\"}"));

    lane.release().await;
    let (mut made, mut refused) = (0, 0);
    for bought in buying {
        let (answer, took) = bought.await.unwrap();
        match answer.status {
            200 => made += 1,
            503 => {
                refused += 1;
                assert!(took < Duration::from_millis(500), "{took:?}");
            }
            other => panic!("{other}: {}", answer.text),
        }
    }
    assert_eq!((made, refused), (15, 25));
    assert_eq!(client.get("/store/regions").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sold_out_cart_is_answered_while_the_write_lane_stands_still() {
    let shop = TestShop::open_in_file(&[]).await;
    let variant = shop.print("Drop", 1).await;
    let client = shop.client();
    let mut carts = Vec::new();
    for _ in 0..3 {
        carts.push(client.ready_cart(&shop.europe, &variant, 1).await.unwrap());
    }
    client.complete(&carts[0]).await.ok();
    let found = client.complete(&carts[1]).await;
    assert!(found.text.contains("insufficient_inventory"), "{}", found.text);

    let lane = BlockedLane::of(&shop).await;
    let late = client.complete(&carts[2]).await;
    assert_eq!((late.status, &late.body["code"]), (found.status, &found.body["code"]));
    assert!(late.text.contains("sold out"), "{}", late.text);
    lane.release().await;
    // Whoever has their order is shown it, whatever is sold out.
    assert_eq!(client.complete(&carts[0]).await.ok()["type"], "order");
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_that_comes_back_is_sold_although_it_was_noted_as_sold_out() {
    let shop = TestShop::open().await;
    let variant = shop.print("Drop", 1).await;
    let client = shop.client();
    let mut carts = Vec::new();
    for _ in 0..3 {
        carts.push(client.ready_cart(&shop.europe, &variant, 1).await.unwrap());
    }
    let order = client.complete(&carts[0]).await.ok()["order"]["id"].as_str().unwrap().to_owned();
    assert_eq!(client.complete(&carts[1]).await.status, 400);
    let inventory = shop.shop.inventory.clone();
    let give_back = shop.shop.db.write(move |tx| Box::pin(async move { inventory.release(tx, &order).await }));
    give_back.await.unwrap();
    // Within the second of the note, as this process has seen it come back.
    assert_eq!(client.complete(&carts[1]).await.ok()["type"], "order");
    assert_eq!(client.complete(&carts[2]).await.status, 400);
    shop.advance_seconds(2);
    assert_eq!(client.complete(&carts[2]).await.status, 400);
    assert_eq!(shop.available(&variant).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_write_lane_refuses_instead_of_letting_callers_pile_up() {
    let shop = TestShop::open_in_file(&[]).await;
    let lane = BlockedLane::of(&shop).await;
    let writing: Vec<_> = (0..1100)
        .map(|_| {
            let db = shop.shop.db.clone();
            tokio::spawn(async move { db.write(|_| Box::pin(async { Ok(()) })).await })
        })
        .collect();
    let client = shop.client();
    loop {
        let answer = client.post("/store/carts", json!({})).await;
        if answer.status == 503 {
            assert_eq!(answer.headers["retry-after"], "1");
            break;
        }
    }
    lane.release().await;
    let mut refused = 0;
    for write in writing {
        refused += i32::from(write.await.unwrap().is_err());
    }
    assert!(refused > 0);
    client.post("/store/carts", json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_is_told_so() {
    let shop = TestShop::open_with(&["limits.connections_max=1"]).await;
    let client = shop.client();
    assert_eq!(client.get("/health").await.status, 200);
    // The first client keeps its connection; another needs its own.
    let other = tradewind_testkit::Client::new(&client.url, &client.publishable_key);
    match other.try_ask("GET", "/health", None).await {
        Ok(answer) => assert_eq!((answer.status, &answer.headers["retry-after"]), (503, &"1".parse().unwrap())),
        // Closed before its request was read.
        Err(error) => assert!(error.is_request(), "{error:?}"),
    }
    assert_eq!(client.get("/health").await.status, 200);
}
