//! `Idempotency-Key` at the doors: however often a POST is sent, it has one effect and one answer.

use std::collections::HashSet;

use serde_json::{Value, json};
use tradewind_kernel::Rng;
use tradewind_platform::params;
use tradewind_testkit::{Answer, Client, TestShop};

/// Longer than the lease of a claim with the default `server.request_seconds_max`.
const LEASE_SECONDS: i64 = 61;

fn is_replayed(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

fn cart_of(answer: &Answer) -> String {
    answer.body["cart"]["id"].as_str().unwrap_or_else(|| panic!("no cart: {}", answer.text)).to_owned()
}

async fn create_cart(client: &Client, key: &str, note: &str) -> Answer {
    client.with_idempotency_key(key).post("/store/carts", json!({ "metadata": { "note": note } })).await
}

async fn number(shop: &TestShop, sql: &'static str) -> i64 {
    shop.shop.db.read_own(move |tx| Box::pin(async move { tx.number(sql, params![]).await })).await.unwrap()
}

async fn carts(shop: &TestShop) -> i64 {
    number(shop, "SELECT COUNT(*) FROM checkout_cart").await
}

/// Leaves the shop's only key as a crash would have left it.
async fn crash_in_state(shop: &TestShop, state: &'static str) {
    let leased_until = shop.shop.clock.now().plus_seconds(60);
    let set = shop.shop.db.write(move |tx| {
        Box::pin(async move {
            tx.execute(
                "UPDATE platform_idempotency SET state = $1, leased_until = $2, status = NULL, body = NULL",
                params![state, leased_until],
            )
            .await
        })
    });
    assert_eq!(set.await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twice_makes_one_cart_and_one_answer() {
    let shop = TestShop::open().await;
    let client = shop.client();
    let first = create_cart(&client, "key-1", "a").await;
    let again = create_cart(&client, "key-1", "a").await;
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.text, again.text);
    assert_eq!(first.headers["content-type"], again.headers["content-type"]);
    assert!(!is_replayed(&first) && is_replayed(&again));
    assert_eq!(carts(&shop).await, 1);
    assert_ne!(cart_of(&create_cart(&client, "key-2", "a").await), cart_of(&first));
    // Without the header nothing is written down.
    client.post("/store/carts", json!({})).await.ok();
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_at_once_makes_one_cart() {
    let shop = TestShop::open().await;
    for round in 0..20 {
        let (client, key) = (shop.client(), format!("key-{round}"));
        let (one, other) = tokio::join!(create_cart(&client, &key, "a"), create_cart(&client, &key, "a"));
        for answer in [&one, &other] {
            assert!([200, 409].contains(&answer.status), "{}", answer.text);
            if answer.status == 409 {
                assert_eq!(answer.headers["retry-after"], "1");
                assert_eq!(answer.body["type"], "conflict");
            }
        }
        let made: HashSet<_> = [&one, &other].into_iter().filter(|answer| answer.status == 200).map(cart_of).collect();
        assert_eq!(made.len(), 1);
        assert_eq!(carts(&shop).await, round + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_body_or_route_under_the_same_key_is_refused() {
    let shop = TestShop::open().await;
    let client = shop.client();
    let cart = cart_of(&create_cart(&client, "key", "a").await);
    let other = create_cart(&client, "key", "b").await;
    assert_eq!(other.status, 422, "{}", other.text);
    assert!(other.text.contains("Idempotency-Key"));
    let path = format!("/store/carts/{cart}");
    let elsewhere = client.with_idempotency_key("key").post(&path, json!({ "metadata": { "note": "a" } })).await;
    assert_eq!(elsewhere.status, 422);
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_caller_has_keys_of_their_own() {
    let shop = TestShop::open().await;
    let anonymous = shop.client();
    let user = shop.shop.accounts.create_user("ada@example.com", "a long password").await.unwrap();
    assert!(!user.id.as_str().is_empty());
    let login = json!({ "email": "ada@example.com", "password": "a long password" });
    let token = anonymous.post("/auth/user/emailpass", login).await.ok()["token"].as_str().unwrap().to_owned();
    let other_key = shop.shop.accounts.create_publishable_key("Other", vec![], "").await.unwrap();
    let other = Client::new(&anonymous.url, other_key.token.expose());
    let staff = anonymous.with_token(&token);
    let mut made = HashSet::new();
    for client in [&anonymous, &staff, &other] {
        let answer = create_cart(client, "key", "a").await;
        assert!(!is_replayed(&answer));
        made.insert(cart_of(&answer));
        assert!(is_replayed(&create_cart(client, "key", "a").await));
    }
    assert_eq!((made.len(), carts(&shop).await), (3, 3));
    // Whoever may not ask leaves nothing behind.
    let stranger = Client::new(&anonymous.url, "pk_nobody");
    assert_eq!(create_cart(&stranger, "key", "a").await.status, 400);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency").await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_remembered_for_a_day_and_then_forgotten() {
    let shop = TestShop::open().await;
    let client = shop.client();
    let first = cart_of(&create_cart(&client, "key", "a").await);
    shop.advance_seconds(24 * 3600 - 1);
    shop.run_pending_work().await;
    assert_eq!(cart_of(&create_cart(&client, "key", "a").await), first);
    shop.advance_seconds(1);
    assert_ne!(cart_of(&create_cart(&client, "key", "other").await), first);
    shop.advance_seconds(24 * 3600);
    shop.run_pending_work().await;
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_cut_off_before_its_effect_is_done_anew_once_its_lease_has_run_out() {
    let shop = TestShop::open().await;
    let client = shop.client();
    create_cart(&client, "key", "a").await.ok();
    crash_in_state(&shop, "claimed").await;
    assert_eq!(create_cart(&client, "key", "a").await.status, 409);
    shop.advance_seconds(LEASE_SECONDS);
    let anew = create_cart(&client, "key", "a").await;
    assert!(anew.status == 200 && !is_replayed(&anew));
    assert_eq!(cart_of(&create_cart(&client, "key", "a").await), cart_of(&anew));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_cut_off_after_its_effect_is_not_done_again() {
    let shop = TestShop::open().await;
    let client = shop.client();
    create_cart(&client, "key", "a").await.ok();
    crash_in_state(&shop, "committed").await;
    shop.advance_seconds(LEASE_SECONDS);
    let lost = create_cart(&client, "key", "a").await;
    assert_eq!(lost.status, 409);
    assert!(lost.text.contains("was carried out already"), "{}", lost.text);
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_a_crash_cut_off_answers_with_its_order() {
    let shop = TestShop::open().await;
    let variant = shop.print("Chart", 5).await;
    let cart = shop.client().ready_cart(&shop.europe, &variant, 1).await.unwrap();
    let client = shop.client().with_idempotency_key("order-once");
    let order = client.complete(&cart).await.ok()["order"]["id"].clone();
    crash_in_state(&shop, "committed").await;
    shop.advance_seconds(LEASE_SECONDS);
    let again = client.complete(&cart).await;
    assert!(!is_replayed(&again));
    assert_eq!(again.ok()["order"]["id"], order);
    assert!(is_replayed(&client.complete(&cart).await));
    assert_eq!((shop.order_count().await, shop.available(&variant).await), (1, 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_kept_and_what_asks_for_another_try_is_not() {
    let shop = TestShop::open().await;
    let client = shop.client().with_idempotency_key("key");
    let refused = client.post("/store/carts", json!({ "region_id": "reg_nowhere" })).await;
    assert!((400..500).contains(&refused.status), "{}", refused.text);
    let again = client.post("/store/carts", json!({ "region_id": "reg_nowhere" })).await;
    assert_eq!((again.status, again.text.as_str()), (refused.status, refused.text.as_str()));
    assert!(is_replayed(&again));
    let anonymous = client.with_idempotency_key("other").post("/admin/regions", json!({})).await;
    assert_eq!(anonymous.status, 401);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_shown_once_is_not_written_down() {
    let shop = TestShop::open().await;
    shop.shop.accounts.create_user("ada@example.com", "a long password").await.unwrap();
    let login = json!({ "email": "ada@example.com", "password": "a long password" });
    let logged_in = shop.client().with_idempotency_key("login").post("/auth/user/emailpass", login).await.ok();
    let staff = shop.client().with_token(logged_in["token"].as_str().unwrap()).with_idempotency_key("key");
    let body = json!({ "title": "Program", "type": "secret" });
    let made = staff.post("/admin/api-keys", body.clone()).await.ok();
    assert!(made["api_key"]["token"].as_str().unwrap().starts_with("sk_"));
    let again = staff.post("/admin/api-keys", body).await;
    assert_eq!(again.status, 409, "{}", again.text);
    let list = staff.get("/admin/api-keys?type=secret").await.ok();
    assert_eq!(list["count"], 1);
    // The login left no key either: its answer is a token.
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency WHERE status IS NULL").await, 1);
    assert_eq!(number(&shop, "SELECT COUNT(*) FROM platform_idempotency").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_none_is_refused_by_its_name() {
    let shop = TestShop::open().await;
    for key in [String::new(), "a b".to_owned(), "x".repeat(256), "\u{7f}".to_owned()] {
        let Ok(answer) = shop
            .client()
            .with_idempotency_key(&key)
            .try_ask("POST", "/store/carts", Some(&Value::Object(serde_json::Map::new())))
            .await
        else {
            // Not even a client will send it.
            continue;
        };
        assert_eq!(answer.status, 400, "{key:?}");
        assert!(answer.text.contains("Idempotency-Key"), "{}", answer.text);
    }
    assert_eq!(create_cart(&shop.client(), &"x".repeat(255), "a").await.status, 200);
    assert_eq!(carts(&shop).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_and_at_once_it_is_sent_it_happens_once() {
    let shop = TestShop::open().await;
    let rng = Rng::seeded(11);
    for round in 0..12 {
        let key = format!("round-{round}");
        let mut made = HashSet::new();
        for _ in 0..=rng.below(4) {
            let sending: Vec<_> = (0..=rng.below(5))
                .map(|_| {
                    let (client, key, gives_up) = (shop.client(), key.clone(), rng.below(3) == 0);
                    tokio::spawn(async move {
                        let sent = create_cart(&client, &key, "a");
                        if !gives_up {
                            return Some(sent.await);
                        }
                        // A client that hangs up in the middle: its work goes on.
                        let patience = async {
                            for _ in 0..50 {
                                tokio::task::yield_now().await
                            }
                        };
                        tokio::select! { answer = sent => Some(answer), () = patience => None }
                    })
                })
                .collect();
            for sent in sending {
                let Some(answer) = sent.await.unwrap() else { continue };
                if answer.status == 200 {
                    made.insert(cart_of(&answer));
                } else {
                    assert_eq!(answer.status, 409, "{}", answer.text);
                }
            }
        }
        loop {
            let last = create_cart(&shop.client(), &key, "a").await;
            if last.status == 200 {
                made.insert(cart_of(&last));
                break;
            }
            assert!(last.text.contains("still under way"), "{}", last.text);
        }
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(carts(&shop).await, round + 1);
    }
}
