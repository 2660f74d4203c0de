//! RabbitMQ as a broker of events: the port's promises, and what is left of them when it is killed, or not what the shop needs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use tradewind_adapters::rabbitmq::{RabbitMqBroker, RabbitMqOptions};
use tradewind_kernel::{ErrorKind, Secret};
use tradewind_platform::events::Broker;
use tradewind_platform::events::conformance::{self, letters, publish, read};
use tradewind_services::RabbitMq;

fn broker(rabbit: &RabbitMq, prefix: &str) -> RabbitMqBroker {
    at(&rabbit.url(), prefix)
}

fn at(url: &str, prefix: &str) -> RabbitMqBroker {
    RabbitMqBroker::open(&RabbitMqOptions { url: Secret::new(url), prefix: prefix.to_owned() }).unwrap()
}

async fn refusal(broker: &RabbitMqBroker) -> String {
    let error = broker.check().await.unwrap_err();
    assert_eq!(error.field(), Some("url"));
    error.message().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_port_s_promises_are_kept() {
    let rabbit = RabbitMq::new();
    conformance::suite(&broker(&rabbit, "shop"), &broker(&rabbit, "shop")).await;
    let other = broker(&rabbit, "other");
    publish(&other, &letters(0..1)).await;
    let mut shop = broker(&rabbit, "shop").subscribe().await.unwrap();
    assert!(shop.next(1, Duration::from_millis(50)).await.unwrap().is_empty(), "another shop's are others");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_confirmed_outlives_the_server_and_what_was_not_is_told() {
    let mut rabbit = RabbitMq::new();
    let (here, there) = (broker(&rabbit, "shop"), broker(&rabbit, "shop"));
    publish(&here, &letters(0..100)).await;
    let mut subscription = there.subscribe().await.unwrap();
    assert_eq!(read(&mut *subscription, 60).await.len(), 60);
    subscription.acknowledge(40).await.unwrap();
    while !rabbit.knows("shop.events.shop") {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    rabbit.kill();
    for answer in here.publish(&letters(100..103)).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    drop(subscription);
    assert!(there.subscribe().await.is_err());
    rabbit.start();
    // A queue takes its time to come back.
    let mut waiting = letters(100..110);
    for _ in 0..20 {
        let answers = here.publish(&waiting).await;
        waiting =
            waiting.into_iter().zip(answers).filter(|(_, answer)| answer.is_err()).map(|(letter, _)| letter).collect();
    }
    assert!(waiting.is_empty(), "{waiting:?}");
    let mut subscription = there.subscribe().await.unwrap();
    let mut bodies = read(&mut *subscription, 70).await;
    bodies.extend(subscription.next(100, Duration::from_millis(200)).await.unwrap());
    let expected: Vec<_> = letters(40..100).into_iter().map(|letter| letter.body).collect();
    // What was acknowledged just before the end may come again, and what was published and not confirmed may be there twice.
    let from = bodies.iter().position(|body| *body == expected[0]).unwrap();
    assert_eq!(bodies[from..][..60], expected[..]);
    assert!(letters(100..110).iter().all(|letter| bodies.contains(&letter.body)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_used_is_told_from_one_that_is_not_there() {
    let mut rabbit = RabbitMq::new();
    broker(&rabbit, "shop").check().await.unwrap();
    let locked = at(&rabbit.url().replace("guest:guest", "guest:hush"), "shop");
    assert!(refusal(&locked).await.contains("are user, password and virtual host right"));
    // A queue of that name that would forget.
    let properties = lapin::ConnectionProperties::default();
    let connection = lapin::Connection::connect(&rabbit.url(), properties).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let (options, arguments) = (lapin::options::QueueDeclareOptions::default(), lapin::types::FieldTable::default());
    channel.queue_declare("other.events.shop".into(), options, arguments).await.unwrap();
    assert!(
        refusal(&broker(&rabbit, "other")).await.contains("the queue other.events.shop of RabbitMQ cannot be used")
    );
    rabbit.kill();
    assert!(refusal(&broker(&rabbit, "shop")).await.contains("Is it running there"));
    let options = RabbitMqOptions { url: Secret::new("amqp://:x:"), prefix: "shop".to_owned() };
    assert!(RabbitMqBroker::open(&options).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_no_queue_takes_is_not_confirmed() {
    let rabbit = RabbitMq::new();
    let broker = broker(&rabbit, "shop");
    publish(&broker, &letters(0..1)).await;
    let properties = lapin::ConnectionProperties::default();
    let connection = lapin::Connection::connect(&rabbit.url(), properties).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.queue_delete("shop.events.shop".into(), lapin::options::QueueDeleteOptions::default()).await.unwrap();
    for answer in broker.publish(&letters(1..3)).await {
        assert_eq!(answer.unwrap_err().kind(), ErrorKind::Unavailable);
    }
    // The next connection makes the queue anew.
    publish(&broker, &letters(1..3)).await;
}
