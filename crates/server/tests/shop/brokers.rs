//! A shop whose events travel through a broker: killed in the middle and started again, with events brought twice on purpose.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tradewind_adapters::rabbitmq::{RabbitMqBroker, RabbitMqOptions};
use tradewind_kernel::Secret;
use tradewind_platform::events::{Broker as _, Letter};
use tradewind_platform::params;
use tradewind_server::wiring::HandingOn;
use tradewind_services::{Nats, RabbitMq};
use tradewind_testkit::TestShop;

/// What a busy machine may need for what takes a second.
const WITHIN: Duration = Duration::from_secs(90);

/// A server that carries events.
trait Bus {
    fn kind(&self) -> &'static str;
    fn url(&self) -> String;
    fn kill(&mut self);
    fn start(&mut self);
    /// Publishes an event as one who does not know that it was published before.
    async fn bring_again(&self, id: &str, kind: &str, body: String);
    /// Whether it would find again what it has.
    fn is_settled(&self) -> bool;
}

impl Bus for Nats {
    fn kind(&self) -> &'static str {
        "nats"
    }

    fn url(&self) -> String {
        Nats::url(self)
    }

    fn kill(&mut self) {
        Nats::kill(self);
    }

    fn start(&mut self) {
        Nats::start(self);
    }

    async fn bring_again(&self, _id: &str, kind: &str, body: String) {
        self.publish(&format!("tradewind.events.{kind}"), body.as_bytes());
    }

    fn is_settled(&self) -> bool {
        true
    }
}

impl Bus for RabbitMq {
    fn kind(&self) -> &'static str {
        "rabbitmq"
    }

    fn url(&self) -> String {
        RabbitMq::url(self)
    }

    fn kill(&mut self) {
        RabbitMq::kill(self);
    }

    fn start(&mut self) {
        RabbitMq::start(self);
    }

    async fn bring_again(&self, id: &str, kind: &str, body: String) {
        let options = RabbitMqOptions { url: Secret::new(RabbitMq::url(self)), prefix: "tradewind".to_owned() };
        let letter = Letter { id: id.to_owned(), kind: kind.to_owned(), body: Bytes::from(body) };
        let broker = RabbitMqBroker::open(&options).unwrap();
        for answer in broker.publish(&[letter]).await {
            answer.unwrap();
        }
    }

    fn is_settled(&self) -> bool {
        self.knows("tradewind.events.shop")
    }
}

/// Everything in the background that `tradewind serve` does for events and mails.
fn work(shop: &TestShop, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let HandingOn::Between(publisher, consumer) = shop.shop.handing_on() else { panic!("there is a broker") };
    tasks.spawn(publisher.run(stop.clone()));
    tasks.spawn(consumer.run(stop.clone()));
    tasks.spawn(shop.shop.runner().run(stop.clone()));
    tasks
}

async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let looking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(WITHIN, looking).await.unwrap_or_else(|_| panic!("it is not so that {what}"));
}

async fn buy(shop: &TestShop, variant: &str, times: usize) -> Vec<String> {
    let mut orders = Vec::new();
    for _ in 0..times {
        let client = shop.client();
        let cart = client.ready_cart(&shop.europe, variant, 1).await.unwrap();
        let order = client.complete(&cart).await.ok();
        orders.push(order["order"]["id"].as_str().unwrap().to_owned());
    }
    orders
}

/// The events of orders that wait in the outbox, each as its id and what a broker carries.
async fn waiting(shop: &TestShop) -> Vec<(String, String)> {
    let rows = shop.shop.db.read_own(|tx| {
        Box::pin(async move {
            let sql = "SELECT id, aggregate, body FROM platform_outbox WHERE kind = 'orders.placed' ORDER BY position";
            tx.query(sql, params![], |row| Ok((row.text(0)?, row.text(1)?, row.json::<serde_json::Value>(2)?))).await
        })
    });
    let written = |(id, order, data): (String, String, serde_json::Value)| {
        let event = json!({
            "specversion": "1.0", "id": id, "source": "/elsewhere", "type": "orders.placed", "subject": order,
            "time": "2026-11-23T12:00:00Z", "datacontenttype": "application/json", "data": data,
        });
        (id, event.to_string())
    };
    rows.await.unwrap().into_iter().map(written).collect()
}

async fn forty_orders_get_forty_mails(mut bus: impl Bus) {
    let (kind, url) = (format!("store.bus.kind={}", bus.kind()), format!("store.bus.url={}", bus.url()));
    let shop = TestShop::open_with(&[&kind, &url, "use.events=bus"]).await;
    assert!(shop.shop.check_events().await.unwrap());
    let variant = shop.print("Harbour", 100).await;
    let (stopper, stop) = watch::channel(false);
    let mut tasks = work(&shop, &stop);
    let mut orders = buy(&shop, &variant, 15).await;
    until("the broker would find its events again", async || bus.is_settled()).await;

    bus.kill();
    orders.extend(buy(&shop, &variant, 15).await);
    until("events wait", async || !waiting(&shop).await.is_empty()).await;
    let unsent = waiting(&shop).await;
    shop.advance_seconds(30);
    let metrics = shop.client().get("/metrics").await.text;
    let number = |name: &str| -> f64 {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse().unwrap()
    };
    assert!(
        number("tradewind_outbox_waiting") >= 15.0 && number("tradewind_outbox_oldest_seconds") >= 30.0,
        "{metrics}"
    );

    bus.start();
    orders.extend(buy(&shop, &variant, 10).await);
    until("every order has its mail", async || shop.mails().len() >= 40).await;
    for (id, body) in &unsent {
        bus.bring_again(id, "orders.placed", body.clone()).await;
    }
    // What comes behind all that came twice.
    orders.extend(buy(&shop, &variant, 1).await);
    let last = orders.last().unwrap();
    until("the last order has its mail", async || shop.mails().iter().any(|mail| mail.contains(last))).await;
    until("the outbox is empty", async || waiting(&shop).await.is_empty()).await;
    stopper.send_replace(true);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
    shop.run_pending_work().await;
    let mails = shop.mails();
    for order in &orders {
        assert_eq!(mails.iter().filter(|mail| mail.contains(order)).count(), 1, "{order}");
    }
    assert_eq!((mails.len(), shop.order_count().await), (41, 41));
    let metrics = shop.client().get("/metrics").await.text;
    assert!(
        metrics.contains("tradewind_events_published_total") && metrics.contains("tradewind_events_lag"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nats_may_die_and_bring_things_twice() {
    Box::pin(forty_orders_get_forty_mails(Nats::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rabbitmq_may_die_and_bring_things_twice() {
    Box::pin(forty_orders_get_forty_mails(RabbitMq::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_cannot_be_used_stops_the_start_and_is_named() {
    let (folder, mut nats, plain) = (tempfile::tempdir().unwrap(), Nats::new(), Nats::with(&[]));
    nats.kill();
    for (url, expected) in [(nats.url(), "Is it running there"), (plain.url(), "Start nats-server with -js")] {
        let own = ["store.bus.kind=nats".to_owned(), format!("store.bus.url={url}"), "use.events=bus".to_owned()];
        let (is_good, said) = crate::process::serve_once(folder.path(), &own);
        assert!(!is_good && said.contains("store.bus.url cannot be used") && said.contains(expected), "{said}");
    }
}
