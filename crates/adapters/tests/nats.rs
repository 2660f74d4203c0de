//! NATS as a broker of events: the port's promises, and what is left of them when it is killed, or not what the shop needs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use tradewind_adapters::nats::{NatsBroker, NatsOptions};
use tradewind_kernel::{ErrorKind, Secret};
use tradewind_platform::events::Broker;
use tradewind_platform::events::conformance::{self, letters, publish, read};
use tradewind_services::Nats;

fn broker(nats: &Nats, prefix: &str) -> NatsBroker {
    at(&nats.url(), prefix)
}

fn at(url: &str, prefix: &str) -> NatsBroker {
    NatsBroker::open(&NatsOptions { url: Secret::new(url), prefix: prefix.to_owned(), holder: "proc_1".to_owned() })
        .unwrap()
}

async fn refusal(broker: &NatsBroker) -> String {
    let error = broker.check().await.unwrap_err();
    assert_eq!(error.field(), Some("url"));
    error.message().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_s_promises_are_kept() {
    let nats = Nats::new();
    conformance::suite(&broker(&nats, "shop"), &broker(&nats, "shop")).await;
    let other = broker(&nats, "other");
    publish(&other, &letters(0..1)).await;
    let mut shop = broker(&nats, "shop").subscribe().await.unwrap();
    assert!(shop.next(1, Duration::from_millis(50)).await.unwrap().is_empty(), "another shop's are others");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_outlives_the_server_and_what_was_not_is_told() {
    let mut nats = Nats::new();
    let (here, there) = (broker(&nats, "shop"), broker(&nats, "shop"));
    publish(&here, &letters(0..100)).await;
    let mut subscription = there.subscribe().await.unwrap();
    assert_eq!(read(&mut *subscription, 60).await.len(), 60);
    subscription.acknowledge(40).await.unwrap();
    nats.kill();
    for answer in here.publish(&letters(100..103)).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    assert!(subscription.acknowledge(20).await.is_err(), "and so is an acknowledgement that nobody heard");
    assert!(there.subscribe().await.is_err());
    nats.start();
    publish(&here, &letters(95..110)).await;
    let mut subscription = there.subscribe().await.unwrap();
    // What was acknowledged just before the end may come again.
    let mut bodies = read(&mut *subscription, 70).await;
    bodies.extend(subscription.next(100, Duration::from_millis(200)).await.unwrap());
    let first = 110 - u32::try_from(bodies.len()).unwrap();
    let expected: Vec<_> = letters(first..110).into_iter().map(|letter| letter.body).collect();
    assert_eq!(bodies, expected, "what was published again is not there twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_overtaken_takes_nothing_from_who_came_after() {
    let nats = Nats::new();
    let broker = broker(&nats, "shop");
    let mut first = broker.subscribe().await.unwrap();
    publish(&broker, &letters(0..20)).await;
    assert_eq!(read(&mut *first, 20).await.len(), 20);
    let mut second = broker.subscribe().await.unwrap();
    assert!(first.lag().await.is_err(), "its consumer is gone");
    let expected: Vec<_> = letters(0..20).into_iter().map(|letter| letter.body).collect();
    assert_eq!(read(&mut *second, 20).await, expected);
    second.acknowledge(20).await.unwrap();
    assert_eq!(second.lag().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_used_is_told_from_one_that_is_not_there() {
    let plain = Nats::with(&[]);
    assert!(refusal(&broker(&plain, "shop")).await.contains("Start nats-server with -js"));
    let locked = Nats::with(&["-js", "--user", "shop", "--pass", "hush"]);
    assert!(refusal(&broker(&locked, "shop")).await.contains("are user and password right"));
    at(&locked.url().replace("nats://", "nats://shop:hush@"), "shop").check().await.unwrap();
    let mut gone = Nats::new();
    gone.kill();
    assert!(refusal(&broker(&gone, "shop")).await.contains("Is it running there"));
    assert!(
        NatsBroker::open(&NatsOptions {
            url: Secret::new("nats://:x:"),
            prefix: "shop".to_owned(),
            holder: String::new()
        })
        .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_too_long_is_refused_by_itself() {
    let nats = Nats::new();
    let broker = broker(&nats, "shop");
    let mut three = letters(0..3);
    three[1].body = vec![b'x'; 2_000_000].into();
    let answers = broker.publish(&three).await;
    assert_eq!(answers.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(answers[1].as_ref().unwrap_err().kind(), ErrorKind::Invalid);
}
