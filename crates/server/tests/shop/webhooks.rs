//! Webhooks at the doors: who is told what, signed by whom, how often, and what a receiver that behaves badly does to the others.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tradewind_inventory::StockSet;
use tradewind_platform::params;
use tradewind_server::wiring::HandingOn;
use tradewind_services::Nats;
use tradewind_testkit::{Client, NOON, Received, Receiver, Reply, TestShop};

const DAY_SECONDS: i64 = 86_400;
/// Receivers are on this machine, and staff stay signed in for weeks.
const SETTINGS: [&str; 3] =
    ["webhooks.allow_private=true", "webhooks.answer_seconds_max=1", "auth.token_seconds=100000000"];

/// The same on either engine.
macro_rules! on_each_engine {
    ($(async fn $name:ident($shop:ident, $staff:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            async fn test($shop: TestShop) {
                let $staff = $shop.staff().await;
                $body
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                Box::pin(test(TestShop::open_in_file(&SETTINGS).await)).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                Box::pin(test(TestShop::open_on_postgres(&SETTINGS).await)).await;
            }
        }
    )*};
}

/// An endpoint that is told of these: its id and its secret.
async fn endpoint(staff: &Client, url: &str, events: Value) -> (String, String) {
    let made = staff.post("/admin/webhooks", json!({ "url": url, "description": "Books", "events": events })).await;
    let made = made.ok()["webhook"].clone();
    (text(&made["id"]), text(&made["secret"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

async fn webhook(staff: &Client, id: &str) -> Value {
    staff.get(&format!("/admin/webhooks/{id}")).await.ok()["webhook"].clone()
}

async fn deliveries(staff: &Client, id: &str) -> Vec<Value> {
    let listed = staff.get(&format!("/admin/webhooks/{id}/deliveries?limit=100")).await.ok();
    listed["deliveries"].as_array().unwrap().clone()
}

async fn buy(shop: &TestShop, title: &str) -> String {
    let variant = shop.print(title, 5).await;
    let client = shop.client();
    let cart = client.ready_cart(&shop.europe, &variant, 1).await.unwrap();
    text(&client.complete(&cart).await.ok()["order"]["id"])
}

/// The stock of so many items is set.
async fn set_stock(shop: &TestShop, items: usize) {
    let setting = shop.shop.db.write(move |tx| {
        Box::pin(async move {
            for item in 0..items {
                let (item_id, location_id) = (format!("iitem_{item}"), "sloc_1".to_owned());
                tx.publish(&StockSet { item_id, location_id, stocked: Some(7) }).await?;
            }
            Ok(())
        })
    });
    setting.await.unwrap();
}

/// Hands on every event; sends nothing.
async fn hand_on(shop: &TestShop) {
    let HandingOn::Within(relay) = shop.shop.handing_on() else { panic!("there is no broker") };
    while relay.deliver_waiting().await.unwrap() > 0 {}
}

async fn send_due(shop: &TestShop) -> u64 {
    shop.shop.webhooks.send_due().await.unwrap()
}

fn ids(received: &[Received]) -> Vec<String> {
    let mut ids: Vec<String> = received.iter().map(|request| request.id.clone()).collect();
    ids.sort();
    ids
}

on_each_engine! {
    async fn an_order_is_told_to_whoever_wants_it(shop, staff) {
        let (orders, everything) = (Receiver::start().await, Receiver::start().await);
        let (of_orders, secret) = endpoint(&staff, orders.url(), json!(["orders.placed", "orders.canceled"])).await;
        let (of_everything, other_secret) = endpoint(&staff, everything.url(), Value::Null).await;
        let order = buy(&shop, "Harbour").await;
        shop.run_pending_work().await;

        let told = orders.take();
        assert_eq!(told.len(), 1, "{told:?}");
        let told = &told[0];
        assert!(told.is_signed_with(&secret) && !told.is_signed_with(&other_secret), "{told:?}");
        assert_eq!((told.at_seconds, told.content_type.as_str()), (NOON.unix_seconds(), "application/cloudevents+json; charset=utf-8"));
        assert_eq!((told.id.as_str(), told.kind()), (told.body["id"].as_str().unwrap(), "orders.placed"));
        assert_eq!(told.body["data"]["order_id"], json!(order));
        assert_eq!((&told.body["specversion"], &told.body["source"]), (&json!("1.0"), &json!(shop.client().url)));
        let all = everything.take();
        assert!(all.iter().all(|told| told.is_signed_with(&other_secret)), "{all:?}");
        assert!(all.iter().any(|event| event.id == told.id) && all.iter().any(|event| event.kind() == "catalog.product_changed"));

        let log = deliveries(&staff, &of_orders).await;
        assert_eq!((log.len(), &log[0]["state"], &log[0]["event_id"]), (1, &json!("delivered"), &json!(told.id)));
        assert_eq!((&log[0]["attempts"][0]["status"], &log[0]["attempts"][0]["reason"]), (&json!(204), &Value::Null));
        assert_eq!(deliveries(&staff, &of_everything).await.len(), all.len());
        let listed = staff.get("/admin/webhooks").await;
        assert!(!listed.text.contains("whsec_") && listed.text.contains("orders.placed"), "{}", listed.text);
        assert!(!webhook(&staff, &of_orders).await.to_string().contains("whsec_"));

        // What proves that a mail was read is told to nobody.
        staff.post("/auth/user/emailpass/reset-password", json!({ "identifier": "staff@example.com" })).await;
        staff.post("/admin/invites", json!({ "email": "new@example.com" })).await;
        shop.run_pending_work().await;
        assert_eq!((shop.mails().len(), everything.take().len()), (3, 0));

        let metrics = shop.client().get("/metrics").await.text;
        assert!(metrics.contains("tradewind_webhooks_total{outcome=\"delivered\"}"), "{metrics}");
        assert!(metrics.contains(&format!("tradewind_webhooks_waiting{{webhook=\"{of_orders}\"}} 0")), "{metrics}");
    }

    async fn what_is_refused_is_tried_for_three_days_and_can_be_replayed(shop, staff) {
        let (receiver, watcher) = (Receiver::start().await, Receiver::start().await);
        let (id, secret) = endpoint(&staff, receiver.url(), json!(["orders.placed"])).await;
        endpoint(&staff, watcher.url(), json!(["outreach.webhook_disabled"])).await;
        receiver.reply(Reply::With(500, "Out of order\u{0}".to_owned()));
        buy(&shop, "Harbour").await;
        shop.run_pending_work().await;
        let pauses = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (attempts, pause) in (1..).zip(pauses) {
            assert_eq!(receiver.received().len(), attempts);
            assert_eq!(webhook(&staff, &id).await["enabled"], json!(true), "after {attempts} attempts");
            shop.advance_seconds(pause - 1);
            assert_eq!(send_due(&shop).await, 0, "attempt {attempts} was less than {pause} seconds ago");
            shop.advance_seconds(pause / 5 + 2);
            assert_eq!(send_due(&shop).await, 1, "attempt {attempts} was {pause} seconds ago");
        }
        shop.advance_seconds(30);
        assert_eq!(send_due(&shop).await, 0);
        let told = receiver.take();
        assert_eq!(told.len(), 10);
        assert!(told.windows(2).all(|two| two[0].id == two[1].id && two[0].at_seconds < two[1].at_seconds));
        assert!(told.iter().all(|told| told.is_signed_with(&secret)));
        let log = &deliveries(&staff, &id).await[0];
        assert_eq!((&log["state"], &log["reason"], &log["tries"]), (&json!("dead"), &json!("it answered 500"), &json!(10)));
        assert_eq!(log["attempts"].as_array().unwrap().len(), 10);
        assert_eq!(log["attempts"][9]["answer"], json!("Out of order\u{fffd}"));

        // By then nothing has arrived for three days.
        let disabled = webhook(&staff, &id).await;
        let reason = text(&disabled["disabled_reason"]);
        assert!(disabled["enabled"] == json!(false) && reason.contains("without a single success"), "{disabled}");
        receiver.reply(Reply::status(200));
        buy(&shop, "Calm").await;
        shop.run_pending_work().await;
        assert_eq!(receiver.received().len(), 0, "it waits while it is disabled");
        let heard = watcher.take();
        assert_eq!((heard.len(), &heard[0].body["data"]["webhook_id"]), (1, &json!(id)));
        assert_eq!(staff.post(&format!("/admin/webhooks/{id}/test"), json!({})).await.status, 400);

        let enabled = staff.post(&format!("/admin/webhooks/{id}/enable"), json!({})).await.ok()["webhook"].clone();
        assert_eq!((&enabled["enabled"], &enabled["failing_since"]), (&json!(true), &Value::Null));
        send_due(&shop).await;
        let second = receiver.take();
        assert!(second.len() == 1 && second[0].id != told[0].id, "what waited, and not what was given up: {second:?}");
        let path = format!("/admin/webhooks/{id}/replay");
        assert_eq!(staff.post(&path, json!({ "event_id": told[0].id })).await.ok()["replayed"], json!(1));
        send_due(&shop).await;
        assert_eq!(ids(&receiver.take()), ids(&told[..1]));
        for (body, expected) in [
            (json!({ "since": "2026-11-23" }), 2),
            (json!({ "since": "2026-11-23", "state": "dead" }), 0),
            (json!({ "since": "2026-11-25T00:00:00Z", "state": "delivered" }), 1),
        ] {
            assert_eq!(staff.post(&path, body.clone()).await.ok()["replayed"], json!(expected), "{body}");
            send_due(&shop).await;
            assert_eq!(receiver.take().len(), expected, "{body}");
        }
        for (body, status) in [
            (json!({}), 400),
            (json!({ "event_id": "evt_1", "since": "2026-11-23" }), 400),
            (json!({ "since": "yesterday" }), 400),
            (json!({ "since": "2026-11-23", "state": "lost" }), 400),
            (json!({ "event_id": "evt_1" }), 404),
        ] {
            assert_eq!(staff.post(&path, body.clone()).await.status, status, "{body}");
        }

        // After thirty days all of it is forgotten.
        shop.advance_seconds(31 * DAY_SECONDS);
        shop.shop.webhooks.sweep().await.unwrap();
        assert_eq!(deliveries(&staff, &id).await.len(), 0);
        assert_eq!(rows(&shop, "SELECT COUNT(*) FROM outreach_webhook_attempt").await, 0);
    }

    async fn an_endpoint_that_is_gone_is_disabled_at_once(shop, staff) {
        let receiver = Receiver::start().await;
        let (id, _) = endpoint(&staff, receiver.url(), json!(["inventory.stock_set"])).await;
        receiver.reply(Reply::status(410));
        set_stock(&shop, 1).await;
        shop.run_pending_work().await;
        let gone = webhook(&staff, &id).await;
        assert_eq!((&gone["enabled"], &gone["disabled_reason"]), (&json!(false), &json!("It said that it is gone (410)")));
        set_stock(&shop, 2).await;
        shop.run_pending_work().await;
        assert_eq!(receiver.take().len(), 1);
        receiver.reply(Reply::status(204));
        staff.post(&format!("/admin/webhooks/{id}/enable"), json!({})).await.ok();
        send_due(&shop).await;
        assert_eq!(receiver.take().len(), 3, "what it refused, and what came meanwhile");
    }

    async fn what_goes_wrong_on_the_way_is_in_the_log(shop, staff) {
        let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
        let (id, _) = endpoint(&staff, receiver.url(), json!(["inventory.stock_set"])).await;
        let answers = [
            (Reply::Redirect(elsewhere.url().to_owned()), json!(302), "it answered 302, and redirects are not followed"),
            (Reply::Drop, Value::Null, "the connection was lost before it answered"),
            (Reply::Never, Value::Null, "it took longer than 1 seconds"),
            (Reply::With(400, "x".repeat(10_000_000)), json!(400), "it answered 400"),
        ];
        set_stock(&shop, 1).await;
        hand_on(&shop).await;
        for (reply, ..) in &answers {
            receiver.reply_next(reply.clone());
            assert_eq!(send_due(&shop).await, 1);
            shop.advance_seconds(DAY_SECONDS / 4);
        }
        receiver.reply_next(Reply::With(200, "y".repeat(10_000_000)));
        assert_eq!(send_due(&shop).await, 1);
        assert_eq!((receiver.take().len(), elsewhere.take().len()), (5, 0));
        let log = &deliveries(&staff, &id).await[0];
        for ((_, status, reason), attempt) in answers.iter().zip(log["attempts"].as_array().unwrap()) {
            assert_eq!((&attempt["status"], &attempt["reason"]), (status, &json!(reason)));
        }
        assert_eq!(log["attempts"][3]["answer"], json!("x".repeat(1000)));
        assert_eq!((&log["state"], &log["attempts"][4]["answer"]), (&json!("delivered"), &json!("y".repeat(1000))));
        assert_eq!(webhook(&staff, &id).await["failing_since"], Value::Null, "a success ends the failing");
    }

    async fn the_old_secret_signs_for_a_day(shop, staff) {
        let receiver = Receiver::start().await;
        let (id, first) = endpoint(&staff, receiver.url(), json!(["orders.placed"])).await;
        let path = format!("/admin/webhooks/{id}/rotate-secret");
        let second = text(&staff.post(&path, json!({})).await.ok()["webhook"]["secret"]);
        assert_ne!(first, second);
        let signed_with = async |secrets: [&str; 3]| {
            staff.post(&format!("/admin/webhooks/{id}/test"), json!({})).await.ok();
            shop.run_pending_work().await;
            let told = receiver.take();
            assert_eq!((told.len(), told[0].kind()), (1, "outreach.webhook_tested"));
            secrets.map(|secret| told[0].is_signed_with(secret))
        };
        assert_eq!(signed_with([&first, &second, &second]).await, [true, true, true]);
        shop.advance_seconds(DAY_SECONDS - 1);
        assert_eq!(signed_with([&first, &second, &second]).await, [true, true, true]);
        shop.advance_seconds(1);
        assert_eq!(signed_with([&first, &second, &second]).await, [false, true, true]);
        let third = text(&staff.post(&path, json!({ "keep_old_seconds": 0 })).await.ok()["webhook"]["secret"]);
        assert_eq!(signed_with([&first, &second, &third]).await, [false, false, true], "a secret that others have seen");
        assert_eq!(staff.post(&path, json!({ "keep_old_seconds": 86_401 })).await.status, 400);
    }

    async fn a_dead_endpoint_delays_only_itself(shop, staff) {
        let (dead, live) = (Receiver::start().await, Receiver::start().await);
        dead.reply(Reply::Never);
        let events = json!(["inventory.stock_set"]);
        endpoint(&staff, dead.url(), events.clone()).await;
        endpoint(&staff, live.url(), events).await;
        let (stopper, stop) = watch::channel(false);
        let mut sending = JoinSet::new();
        sending.spawn(shop.shop.webhooks.dispatcher().unwrap().run(stop));
        set_stock(&shop, 200).await;
        hand_on(&shop).await;
        dead.wait_for(4).await;
        live.wait_for(200).await;
        // At four a second, the dead one would keep others waiting for most of a minute.
        assert!(dead.received().len() < 200, "{}", dead.received().len());
        let mut told = ids(&live.take());
        told.dedup();
        assert_eq!(told.len(), 200);
        stopper.send_replace(true);
        while let Some(ended) = sending.join_next().await {
            ended.unwrap();
        }
    }

    async fn a_restart_in_the_middle_loses_nothing(shop, staff) {
        let receiver = Receiver::start().await;
        receiver.reply(Reply::Never);
        let (id, secret) = endpoint(&staff, receiver.url(), json!(["inventory.stock_set"])).await;
        set_stock(&shop, 3).await;
        hand_on(&shop).await;
        let (_stopper, stop) = watch::channel(false);
        let mut sending = JoinSet::new();
        sending.spawn(shop.shop.webhooks.dispatcher().unwrap().run(stop));
        receiver.wait_for(3).await;
        sending.shutdown().await;
        let under_way = ids(&receiver.take());

        let shop = TestShop::reopen_with(shop.close().await, &SETTINGS).await;
        receiver.reply(Reply::status(204));
        assert_eq!(send_due(&shop).await, 0, "whoever held them may be alive");
        shop.advance_seconds(60);
        assert_eq!(send_due(&shop).await, 3);
        let told = receiver.take();
        assert_eq!(ids(&told), under_way);
        assert!(told.iter().all(|told| told.is_signed_with(&secret)));
        assert_eq!(shop.shop.webhooks.endpoint(&id).await.unwrap().failing_since, None);
    }

    async fn an_endpoint_can_be_changed_and_removed(shop, staff) {
        let (before, after) = (Receiver::start().await, Receiver::start().await);
        let (id, _) = endpoint(&staff, before.url(), json!(["orders.placed"])).await;
        let path = format!("/admin/webhooks/{id}");
        set_stock(&shop, 1).await;
        shop.run_pending_work().await;
        let change = json!({ "url": after.url(), "events": ["inventory.stock_set", "orders.placed"] });
        let changed = staff.post(&path, change).await.ok()["webhook"].clone();
        assert_eq!((&changed["description"], &changed["url"]), (&json!("Books"), &json!(after.url())));
        set_stock(&shop, 1).await;
        shop.run_pending_work().await;
        assert_eq!((before.take().len(), after.take().len()), (0, 1));
        let all = staff.post(&path, json!({ "events": null, "description": "All" })).await.ok()["webhook"].clone();
        assert_eq!((&all["events"], &all["description"]), (&Value::Null, &json!("All")));
        let off = staff.post(&format!("{path}/disable"), json!({ "reason": "Moving house" })).await.ok();
        assert_eq!(off["webhook"]["disabled_reason"], json!("Moving house"));
        staff.ask("DELETE", &path, None).await.ok();
        for path in [path.clone(), format!("{path}/deliveries")] {
            assert_eq!(staff.get(&path).await.status, 404, "{path}");
        }
        for verb in ["enable", "disable", "rotate-secret", "test"] {
            assert_eq!(staff.post(&format!("{path}/{verb}"), json!({})).await.status, 404, "{verb}");
        }
        assert_eq!(rows(&shop, "SELECT COUNT(*) FROM outreach_webhook_delivery").await, 0);
        for (body, field) in [
            (json!({ "url": "example.com" }), "url"),
            (json!({ "url": after.url(), "events": ["orders.lost"] }), "orders.lost"),
            (json!({ "url": after.url(), "events": ["accounts.password_reset_requested"] }), "is not told of"),
            (json!({ "url": after.url(), "event": [] }), "unknown field"),
            (json!({ "description": "nowhere" }), "url"),
        ] {
            let refused = staff.post("/admin/webhooks", body.clone()).await;
            assert!(refused.status == 400 && refused.text.contains(field), "{body}: {}", refused.text);
        }
    }
}

async fn rows(shop: &TestShop, sql: &'static str) -> i64 {
    shop.shop.db.read_own(move |tx| Box::pin(async move { tx.number(sql, &[]).await })).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_send_each_event_once() {
    let shop = TestShop::open_on_postgres(&SETTINGS).await;
    let (staff, receiver) = (shop.staff().await, Receiver::start().await);
    endpoint(&staff, receiver.url(), json!(["inventory.stock_set"])).await;
    let beside = shop.open_beside().await;
    set_stock(&shop, 50).await;
    hand_on(&shop).await;
    let (here, there) = tokio::join!(send_due(&shop), send_due(&beside));
    assert_eq!(here + there, 50);
    let mut told = ids(&receiver.take());
    told.dedup();
    assert_eq!(told.len(), 50);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_a_broker_brings_twice_is_told_once() {
    let nats = Nats::new();
    let url = format!("store.bus.url={}", nats.url());
    let shop = TestShop::open_with(&[&SETTINGS[..], &["store.bus.kind=nats", &url, "use.events=bus"]].concat()).await;
    let (staff, receiver) = (shop.staff().await, Receiver::start().await);
    let (id, _) = endpoint(&staff, receiver.url(), json!(["inventory.stock_set"])).await;
    set_stock(&shop, 1).await;
    shop.run_pending_work().await;
    let told = receiver.take();
    assert_eq!(told.len(), 1);
    for forgotten in [false, true] {
        if forgotten {
            // Even where the note of what was delivered is lost, the delivery's own key knows.
            let sql = "DELETE FROM platform_delivered";
            let forgetting =
                shop.shop.db.write(move |tx| Box::pin(async move { tx.execute(sql, params![]).await.map(|_| ()) }));
            forgetting.await.unwrap();
        }
        nats.publish("tradewind.events.inventory.stock_set", told[0].text.as_bytes());
        set_stock(&shop, 1).await;
        shop.run_pending_work().await;
        let next = receiver.take();
        assert!(next.len() == 1 && next[0].id != told[0].id, "what came behind it, alone: {next:?}");
    }
    assert_eq!(deliveries(&staff, &id).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_that_is_not_public() {
    let shop = TestShop::open_with(&[]).await;
    let staff = shop.staff().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
        let refused = staff.post("/admin/webhooks", json!({ "url": format!("https://{host}:{port}/") })).await;
        assert!(refused.status == 400 && refused.text.contains("no public address"), "{host}: {}", refused.text);
    }
    let refused = staff.post("/admin/webhooks", json!({ "url": "http://example.com/" })).await;
    assert!(refused.status == 400 && refused.text.contains("https only"), "{}", refused.text);
    let (id, _) = endpoint(&staff, &format!("https://localhost:{port}/"), json!(["inventory.stock_set"])).await;
    set_stock(&shop, 1).await;
    shop.run_pending_work().await;
    let log = &deliveries(&staff, &id).await[0];
    assert!(text(&log["reason"]).starts_with("localhost is no public address"), "{log}");
    assert!(listener.accept().is_err(), "somebody knocked");
}

#[tokio::test]
async fn only_staff_see_webhooks() {
    let shop = TestShop::open().await;
    for (method, path) in [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/whk_1"),
        ("POST", "/whk_1"),
        ("DELETE", "/whk_1"),
        ("POST", "/whk_1/enable"),
        ("POST", "/whk_1/disable"),
        ("POST", "/whk_1/rotate-secret"),
        ("GET", "/whk_1/deliveries"),
        ("POST", "/whk_1/replay"),
        ("POST", "/whk_1/test"),
    ] {
        assert_eq!(shop.client().ask(method, &format!("/admin/webhooks{path}"), None).await.status, 401, "{path}");
    }
}

fn tradewind(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    let output = command.current_dir(folder).arg("webhooks").args(arguments).output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[test]
fn the_command_line_knows_webhooks() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| tradewind(folder.path(), arguments);
    let well = |arguments: &[&str]| {
        let (is_well, said) = run(arguments);
        assert!(is_well, "{arguments:?}: {said}");
        said
    };
    assert!(well(&["list"]).contains("There are no webhooks"));
    let added = well(&["add", "https://example.com/hook", "--event", "orders.placed", "--description", "Books"]);
    assert!(added.contains("whsec_") && added.contains("orders.placed"), "{added}");
    let id = added.split(' ').next().unwrap();
    let listed = well(&["list"]);
    assert!(listed.contains(id) && listed.contains("Books") && !listed.contains("whsec_"), "{listed}");
    assert!(well(&["disable", id, "--reason", "Moving house"]).contains("disabled: Moving house"));
    assert!(well(&["show", id]).contains("disabled: Moving house"));
    assert!(well(&["enable", id]).contains("enabled"));
    assert!(well(&["rotate", id]).contains("whsec_"));
    assert!(well(&["deliveries", id]).contains("Nothing was collected"));
    assert!(well(&["replay", id, "--since", "2026-11-23"]).contains("0 events are sent again"));
    let refused: [(&[&str], &str); 7] = [
        (&["add", "http://example.com/hook"], "https only"),
        (&["add", "https://10.0.0.1/hook"], "no public address"),
        (&["add", "https://example.com/hook", "--event", "orders.lost"], "orders.canceled"),
        (&["show", "whk_1"], "whk_1 was not found"),
        (&["replay", id, "--event", "evt_1"], "evt_1 was not found"),
        (&["replay", id, "--since", "yesterday"], "--since yesterday"),
        (&["deliveries", id, "--state", "lost"], "waiting, delivered, dead"),
    ];
    for (arguments, expected) in refused {
        let (is_well, said) = run(arguments);
        assert!(!is_well && said.contains(expected), "{arguments:?}: {said}");
    }
}
