//! Three shops on one database that share a cache in Redis: what one has made the others give, nobody sees what was before a
//! change, and a Redis that fails costs nobody anything.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;
use tradewind_services::Redis;
use tradewind_testkit::{Answer, Client, TestShop};

use crate::races::rush;

/// What a busy machine may need for what takes milliseconds.
const WITHIN: Duration = Duration::from_secs(20);

struct Three {
    redis: Redis,
    shops: [TestShop; 3],
    variant: String,
}

impl Three {
    async fn open(stock: i64) -> Self {
        let redis = Redis::new();
        let url = format!("store.redis.url={}", redis.url());
        let first = TestShop::open_on_postgres(&["store.redis.kind=redis", &url, "use.cache=redis"]).await;
        first.shop.check_cache().await.unwrap();
        let shops = [first.open_beside().await, first.open_beside().await, first];
        let variant = shops[0].print("Harbour", stock).await;
        let three = Self { redis, shops, variant };
        TestShop::agree(&three.shops).await;
        three
    }

    fn clients(&self) -> [Client; 3] {
        self.shops.each_ref().map(TestShop::client)
    }

    fn list(&self) -> String {
        format!("/store/products?fields=title,*variants.calculated_price&region_id={}", self.shops[0].europe)
    }
}

async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(WITHIN, looking).await.unwrap_or_else(|_| panic!("it is not so that {what}"));
}

fn price(answer: &Answer) -> Option<f64> {
    answer.body["products"][0]["variants"][0]["calculated_price"]["calculated_amount"].as_f64()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_asked_for_costs_no_query() {
    let three = Three::open(5).await;
    let clients = three.clients();
    let list = three.list();
    let made = clients[0].get(&list).await;
    assert_eq!(price(&made), Some(49.0), "{}", made.text);
    let asked = AtomicU32::new(0);
    until("what one has made is there for the others", async || {
        let limit = asked.fetch_add(1, Ordering::Relaxed) + 1;
        clients[0].get(&format!("{list}&limit={limit}")).await.ok();
        !three.redis.ask(&["--scan", "--pattern", "*http.ready*"]).is_empty()
    })
    .await;
    for client in &clients {
        assert_eq!(client.get(&list).await.text, made.text);
    }

    // From now on any query of any table waits for as long as this lock is held.
    let (server, database) = (three.shops[0].server(), three.shops[0].database_name());
    let tables = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public'";
    let tables = server.run_in(database, tables).unwrap();
    server.run_beside_in(database, &format!("BEGIN; LOCK TABLE {tables}; SELECT pg_sleep(120)"));
    let held = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND query LIKE 'BEGIN; LOCK%' AND wait_event = 'PgSleep'"
    );
    until("the tables are locked", async || server.run(&held).unwrap() == "1").await;
    for client in &clients {
        for _ in 0..3 {
            let answer = tokio::time::timeout(WITHIN, client.get(&list)).await.expect("it is asked of no table");
            assert_eq!((answer.status, &answer.text), (200, &made.text));
            assert_eq!(answer.headers["etag"], made.headers["etag"], "a browser knows it from any of them");
        }
    }
    server.run(&held.replace("count(*)", "pg_terminate_backend(pid)")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_price_is_seen_everywhere_within_a_second() {
    let three = Three::open(5).await;
    let (clients, list) = (three.clients(), three.list());
    let staff = three.shops[0].staff().await;
    let found = staff.get(&format!("/admin/product-variants?id={}", three.variant)).await.ok();
    let product = found["variants"][0]["product_id"].as_str().unwrap().to_owned();
    let path = format!("/admin/products/{product}/variants/{}", three.variant);
    let mut times = Vec::new();
    for amount in 50..61 {
        staff.post(&path, json!({ "prices": [{ "currency_code": "eur", "amount": amount }] })).await.ok();
        let began = Instant::now();
        // Whoever asks the process that changed it sees it at once.
        assert_eq!(price(&clients[0].get(&list).await), Some(f64::from(amount)));
        for client in &clients {
            until("a price is seen", async || price(&client.get(&list).await) == Some(f64::from(amount))).await;
        }
        times.push(began.elapsed());
        for client in &clients {
            assert_eq!(price(&client.get(&list).await), Some(f64::from(amount)), "and no older one after it");
        }
    }
    times.sort_unstable();
    println!("a changed price was seen by all after {:?} (median), {:?} (slowest)", times[5], times[10]);
    assert!(times[5] < Duration::from_secs(1), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn checkout_goes_on_while_redis_is_stalled_full_or_gone() {
    let mut three = Three::open(0).await;
    type Trouble = fn(&mut Redis);
    let troubles: [(&str, Trouble, Trouble); 3] = [
        ("stalled", |redis| redis.pause(), Redis::resume_and_empty),
        ("full", |redis| redis.fill(), Redis::start),
        ("gone", Redis::kill, Redis::start),
    ];
    for (name, begin, end) in troubles {
        let variant = three.shops[0].print(name, 12).await;
        for client in three.clients() {
            client.get(&three.list()).await.ok();
        }
        begin(&mut three.redis);
        let shoppers = (0..36).map(|number| three.shops[number % 3].client());
        let browsing = async {
            for client in three.clients().iter().cycle().take(30) {
                let answer = client.get(&three.list()).await;
                assert_eq!(answer.status, 200, "{name}: {}", answer.text);
            }
        };
        let (sold, ()) = tokio::join!(rush(shoppers, &three.shops[0].europe, &variant), browsing);
        assert_eq!(sold, 12, "{name}");
        for shop in &three.shops {
            assert_eq!(shop.available(&variant).await, 0, "{name}");
        }
        end(&mut three.redis);
    }
    assert_eq!(three.shops[0].order_count().await, 36);
    until("Redis is used again", async || {
        three.clients()[1].get(&three.list()).await.ok();
        three.redis.ask(&["DBSIZE"]) != "0"
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_is_refused_by_all() {
    let three = Three::open(5).await;
    let (clients, staff) = (three.clients(), three.shops[0].staff().await);
    let key = json!({ "title": "Second storefront", "type": "publishable" });
    let key: Value = staff.post("/admin/api-keys", key).await.ok()["api_key"].clone();
    let channels = staff.get("/admin/sales-channels").await.ok();
    let id = key["id"].as_str().unwrap();
    let add = json!({ "add": [channels["sales_channels"][0]["id"]] });
    staff.post(&format!("/admin/api-keys/{id}/sales-channels"), add).await.ok();
    let storefronts = clients.each_ref().map(|client| Client::new(&client.url, key["token"].as_str().unwrap()));
    for storefront in &storefronts {
        until("a new key is taken", async || storefront.get("/store/regions").await.status == 200).await;
    }
    staff.post(&format!("/admin/api-keys/{id}/revoke"), json!({})).await.ok();
    for storefront in &storefronts {
        until("it is refused", async || storefront.get("/store/regions").await.status != 200).await;
    }
}
