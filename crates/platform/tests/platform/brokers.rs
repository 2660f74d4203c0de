//! Events through a broker that fails, forgets to confirm and brings things twice: effects happen once, and in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use parking_lot::Mutex;
use tradewind_kernel::{Error, ErrorKind, IdMint, Result, Rng};
use tradewind_platform::db::Db;
use tradewind_platform::events::{
    self, Broker, Bus, Consumer, Letter, Publisher, Reactions, Subscription, conformance,
};
use tradewind_platform::params;

use crate::bench::{Bench, Noted, count, on_each_engine};

const AT_ONCE: Duration = Duration::ZERO;

/// A broker in memory, with faults by a seed where it has one.
#[derive(Clone, Default)]
struct MemoryBroker {
    kept: Arc<Mutex<Kept>>,
    faults: Option<Rng>,
}

#[derive(Default)]
struct Kept {
    all: Vec<Bytes>,
    acknowledged: usize,
}

impl MemoryBroker {
    fn faulty(rng: Rng) -> Self {
        Self { kept: Arc::default(), faults: Some(rng) }
    }

    fn fails(&self) -> bool {
        self.faults.as_ref().is_some_and(|rng| rng.below(6) == 0)
    }

    fn may_fail(&self) -> Result<()> {
        match self.fails() {
            true => Err(Error::new(ErrorKind::Unavailable, "a fault")),
            false => Ok(()),
        }
    }
}

impl Broker for MemoryBroker {
    fn check(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn publish<'a>(&'a self, letters: &'a [Letter]) -> BoxFuture<'a, Vec<Result<()>>> {
        let publish = |letter: &Letter| {
            self.may_fail()?;
            self.kept.lock().all.push(letter.body.clone());
            // The confirmation may be lost.
            self.may_fail()
        };
        Box::pin(async move { letters.iter().map(publish).collect() })
    }

    fn subscribe(&self) -> BoxFuture<'_, Result<Box<dyn Subscription>>> {
        Box::pin(async move {
            self.may_fail()?;
            let next = self.kept.lock().acknowledged;
            Ok(Box::new(Reading { broker: self.clone(), acknowledged: next, next }) as Box<dyn Subscription>)
        })
    }
}

struct Reading {
    broker: MemoryBroker,
    acknowledged: usize,
    next: usize,
}

impl Subscription for Reading {
    fn next(&mut self, most: usize, patience: Duration) -> BoxFuture<'_, Result<Vec<Bytes>>> {
        Box::pin(async move {
            self.broker.may_fail()?;
            for _ in 0..=patience.as_millis() / 5 {
                let kept = self.broker.kept.lock().all.clone();
                let bodies: Vec<_> = kept.iter().skip(self.next).take(most).cloned().collect();
                self.next += bodies.len();
                if !bodies.is_empty() || patience.is_zero() {
                    return Ok(bodies);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(Vec::new())
        })
    }

    fn acknowledge(&mut self, count: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.broker.may_fail()?;
            self.acknowledged += count;
            let mut kept = self.broker.kept.lock();
            kept.acknowledged = kept.acknowledged.max(self.acknowledged);
            Ok(())
        })
    }

    fn lag(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { Ok((self.broker.kept.lock().all.len() - self.next) as u64) })
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}

/// One process: what publishes, and what consumes.
struct Node {
    publisher: Publisher,
    consumer: Consumer,
}

fn node(db: &Db, bench: &Bench, broker: &MemoryBroker, holder: &str, reactions: &Reactions) -> Node {
    let rng = Rng::seeded(1);
    let bus = Bus {
        broker: Arc::new(broker.clone()),
        source: "/test".to_owned(),
        holder: holder.to_owned(),
        rng: rng.clone(),
    };
    let mint = IdMint::new(bench.clock.clone(), rng);
    Node {
        publisher: Publisher::new(db.clone(), bus.clone()),
        consumer: Consumer::new(db.clone(), bus, reactions.clone(), mint),
    }
}

impl Node {
    /// Hands on all that there is, through all failures that pass.
    async fn settle(&self) {
        for _ in 0..40 {
            let _ = self.publisher.publish_waiting().await;
            let _ = self.consumer.deliver_waiting(AT_ONCE).await;
        }
    }
}

async fn publish(db: &Db, id: &str, number: u32) {
    let event = Noted { id: id.to_owned(), number };
    db.write(move |tx| Box::pin(async move { tx.publish(&event).await })).await.unwrap();
}

/// Notes each event under its aggregate and how many came before it; the note says which it is.
fn in_order() -> Reactions {
    let mut reactions = Reactions::default();
    reactions.on::<Noted>("copies", |tx, event| {
        Box::pin(async move {
            let sql = "SELECT COUNT(*) FROM test_note WHERE id LIKE $1";
            let so_far = tx.number(sql, params![format!("heard-{}-%", event.id)]).await?;
            tx.insert_document("test_note", &format!("heard-{}-{so_far}", event.id), &(event.number,), &[]).await
        })
    });
    reactions
}

/// Refuses the event n1, always, and counts how often it came.
fn refusing(tries: &Arc<AtomicU32>) -> Reactions {
    let mut reactions = Reactions::default();
    let tries = Arc::clone(tries);
    reactions.on::<Noted>("copies", move |tx, event| {
        let tries = Arc::clone(&tries);
        Box::pin(async move {
            tx.insert_document("test_note", &event.id, &1, &[]).await?;
            if event.id == "n1" {
                tries.fetch_add(1, Ordering::SeqCst);
                return Err(Error::internal("never"));
            }
            Ok(())
        })
    });
    reactions
}

async fn book(db: &Db) -> (i64, i64) {
    let now = tradewind_kernel::Timestamp(i64::MAX);
    let book = db.read_own(move |tx| Box::pin(async move { events::book(tx, now).await })).await.unwrap();
    (book.waiting, book.refused)
}

#[tokio::test]
async fn the_broker_of_these_tests_keeps_the_port_s_promises() {
    let broker = MemoryBroker::default();
    conformance::suite(&broker, &broker).await;
}

on_each_engine! {
    async fn whatever_fails_on_the_way_each_event_has_its_effects_once_and_in_order(bench) {
        const AGGREGATES: u32 = 5;
        const EACH: u32 = 12;
        for seed in 0..3 {
            let rng = Rng::seeded(seed);
            let broker = MemoryBroker::faulty(rng.clone());
            let (other, reactions) = (bench.another(), in_order());
            let nodes = [
                node(&bench.db, &bench, &broker, "one", &reactions),
                node(&other, &bench, &broker, "two", &reactions),
            ];
            let writing = async {
                for number in 0..EACH {
                    for aggregate in 0..AGGREGATES {
                        publish(&bench.db, &format!("{seed}.{aggregate}"), number).await;
                    }
                }
            };
            let handing_on = |node| {
                let (node, rng, bench): (&Node, _, _) = (node, rng.clone(), &bench);
                async move {
                    for _ in 0..150 {
                        let _ = node.publisher.publish_waiting().await;
                        let _ = node.consumer.deliver_waiting(AT_ONCE).await;
                        // Now and then one says nothing for so long that the other takes over.
                        if rng.below(10) == 0 {
                            bench.clock.advance_seconds(20);
                        }
                        tokio::task::yield_now().await;
                    }
                }
            };
            tokio::join!(writing, handing_on(&nodes[0]), handing_on(&nodes[1]));
            for node in &nodes {
                bench.clock.advance_seconds(20);
                node.settle().await;
            }
            assert_eq!(book(&bench.db).await, (0, 0), "seed {seed}");
            assert!(broker.kept.lock().all.len() > (AGGREGATES * EACH) as usize, "seed {seed}: nothing came twice");
            for aggregate in 0..AGGREGATES {
                let heard = bench.db.read_own(move |tx| {
                    Box::pin(async move {
                        let sql = "SELECT id, body FROM test_note WHERE id LIKE $1";
                        let id = format!("heard-{seed}.{aggregate}-%");
                        tx.query(sql, params![id], |row| Ok((row.text(0)?, row.json::<(u32,)>(1)?.0))).await
                    })
                });
                let heard = heard.await.unwrap();
                assert_eq!(heard.len(), EACH as usize, "seed {seed}, aggregate {aggregate}");
                for (id, number) in heard {
                    assert_eq!(id, format!("heard-{seed}.{aggregate}-{number}"), "seed {seed}");
                }
            }
        }
    }

    async fn a_refused_event_is_tried_ten_times_and_set_aside_and_those_behind_it_go_on(bench) {
        let (broker, tries) = (MemoryBroker::default(), Arc::new(AtomicU32::new(0)));
        let node = node(&bench.db, &bench, &broker, "one", &refusing(&tries));
        for id in ["n0", "n1", "n2"] {
            publish(&bench.db, id, 1).await;
        }
        assert_eq!(node.publisher.publish_waiting().await.unwrap(), 3);
        assert_eq!(node.consumer.deliver_waiting(AT_ONCE).await.unwrap(), 1, "what came before is kept");
        for _ in 0..8 {
            assert_eq!(node.consumer.deliver_waiting(AT_ONCE).await.unwrap(), 0);
        }
        assert_eq!((count(&bench.db, "test_note").await, book(&bench.db).await), (1, (0, 0)));
        assert_eq!(node.consumer.deliver_waiting(AT_ONCE).await.unwrap(), 2);
        assert_eq!((count(&bench.db, "test_note").await, book(&bench.db).await), (2, (0, 1)));
        // Each time with its neighbours, and then by itself.
        assert_eq!(tries.load(Ordering::SeqCst), 20);
        assert_eq!(broker.kept.lock().acknowledged, 3);
    }

    async fn what_is_no_event_is_set_aside(bench) {
        let broker = MemoryBroker::default();
        let node = node(&bench.db, &bench, &broker, "one", &in_order());
        broker.kept.lock().all.push(Bytes::from_static(b"\xffhello"));
        publish(&bench.db, "n", 1).await;
        node.settle().await;
        assert_eq!((count(&bench.db, "test_note").await, book(&bench.db).await), (1, (0, 1)));
        assert_eq!(count(&bench.db, "platform_outbox WHERE kind = 'unreadable'").await, 1);
    }

    async fn an_event_that_is_too_long_is_set_aside_and_its_aggregate_goes_on(bench) {
        let broker = MemoryBroker::default();
        let node = node(&bench.db, &bench, &broker, "one", &in_order());
        let long = Noted { id: "x".repeat(events::LETTER_BYTES_MAX), number: 0 };
        bench.db.write(move |tx| Box::pin(async move { tx.publish(&long).await })).await.unwrap();
        publish(&bench.db, "n", 1).await;
        node.settle().await;
        assert_eq!((count(&bench.db, "test_note").await, book(&bench.db).await), (1, (0, 1)));
    }

    async fn what_was_delivered_is_known_for_a_month(bench) {
        let broker = MemoryBroker::default();
        let node = node(&bench.db, &bench, &broker, "one", &in_order());
        publish(&bench.db, "n", 1).await;
        node.settle().await;
        let again = broker.kept.lock().all[0].clone();
        broker.kept.lock().all.push(again.clone());
        node.settle().await;
        bench.clock.advance_seconds(29 * 86_400);
        assert_eq!(events::sweep(&bench.db).await.unwrap(), 0);
        broker.kept.lock().all.push(again);
        node.settle().await;
        assert_eq!(count(&bench.db, "test_note").await, 1);
        bench.clock.advance_seconds(2 * 86_400);
        assert_eq!(events::sweep(&bench.db).await.unwrap(), 1);
    }

    async fn one_process_consumes_until_it_leaves_or_says_nothing(bench) {
        let broker = MemoryBroker::default();
        let (other, reactions) = (bench.another(), in_order());
        let one = node(&bench.db, &bench, &broker, "one", &reactions);
        let two = node(&other, &bench, &broker, "two", &reactions);
        let delivered = async |node: &Node| {
            publish(&bench.db, "n", 1).await;
            one.publisher.publish_waiting().await.unwrap();
            node.consumer.deliver_waiting(AT_ONCE).await
        };
        assert_eq!(delivered(&one).await.unwrap(), 1);
        assert_eq!(delivered(&two).await.unwrap(), 0, "it is not its turn");
        one.consumer.leave().await.unwrap();
        assert_eq!(delivered(&two).await.unwrap(), 2);
        bench.clock.advance_seconds(16);
        assert_eq!(delivered(&one).await.unwrap(), 1);
        assert!(delivered(&two).await.is_err(), "it was overtaken, and commits nothing");
        assert_eq!(delivered(&one).await.unwrap(), 2);
        assert_eq!(count(&bench.db, "test_note").await, 6);
    }
}
