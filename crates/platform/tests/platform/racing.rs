//! What several processes do at once: whoever comes second finds what the first has left.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use parking_lot::Mutex;
use tradewind_kernel::{Error, Rng};
use tradewind_platform::db::Db;
use tradewind_platform::events::{Reactions, Relay};
use tradewind_platform::idempotency::{Claiming, IdempotencyKeys};
use tradewind_platform::jobs::{Handlers, QueueLimits, Runner, RunnerOptions, When};
use tradewind_platform::params;

use crate::bench::{Bench, Noted, add_note, count, on_each_engine};
use crate::jobs::{Count, enqueue, options};

/// Runs something many times at once, in turns over two processes' databases.
async fn at_once<T, F>(bench: &Bench, times: u32, each: impl Fn(Db, u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let processes = [bench.db.clone(), bench.another()];
    let tasks: Vec<_> =
        (0..times).map(|number| tokio::spawn(each(processes[number as usize % 2].clone(), number))).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

async fn put_into(db: Db, id: &'static str) -> Result<(), Error> {
    db.write(move |tx| {
        Box::pin(async move {
            let taken = tx.number("SELECT COUNT(*) FROM test_note WHERE id LIKE 'room-%'", &[]).await?;
            if taken >= 3 {
                return Err(Error::not_allowed("the room is full"));
            }
            let unique = tx.mint().code(8);
            tx.insert_document("test_note", &format!("room-{id}-{unique}"), &1, &[]).await
        })
    })
    .await
}

on_each_engine! {
    async fn what_is_counted_before_it_is_added_to_stays_within_its_limit(bench) {
        let outcomes = at_once(&bench, 24, |db, _| put_into(db, "a")).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 3, "{outcomes:?}");
        assert_eq!(count(&bench.db, "test_note").await, 3);
    }

    async fn one_of_many_takes_an_id_and_the_others_are_told(bench) {
        let outcomes = at_once(&bench, 16, |db, _| async move { add_note(&db, "same", false).await }).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
        let told = outcomes.iter().filter_map(|outcome| outcome.as_ref().err());
        assert!(told.clone().all(|error| error.is(tradewind_platform::db::UNIQUE)), "{outcomes:?}");
    }

    async fn a_document_that_many_change_loses_no_change(bench) {
        bench.db.write(|tx| Box::pin(async move { tx.insert_document("test_note", "sum", &(0_i64,), &[]).await })).await.unwrap();
        let outcomes = at_once(&bench, 40, |db, _| async move {
            db.write(|tx| {
                Box::pin(async move {
                    let Some(sum) = tx.document::<(i64,)>("test_note", "sum").await? else {
                        return Err(Error::internal("no sum"));
                    };
                    tx.update_document("test_note", "sum", sum.version, &(sum.value.0 + 1,), &[]).await
                })
            })
            .await
        })
        .await;
        assert!(outcomes.iter().all(Result::is_ok), "nobody sees that others came between: {outcomes:?}");
        let read = bench.db.read_own(|tx| Box::pin(async move { tx.document::<(i64,)>("test_note", "sum").await }));
        assert_eq!(read.await.unwrap().unwrap().value.0, 40);
    }

    async fn a_key_is_claimed_by_one(bench) {
        let outcomes = at_once(&bench, 12, |db, _| async move {
            IdempotencyKeys::new(db, 60).claim("id", "question", false).await.unwrap()
        })
        .await;
        let claimed = outcomes.iter().filter(|outcome| matches!(outcome, Claiming::Claimed(_))).count();
        let in_flight = outcomes.iter().filter(|outcome| matches!(outcome, Claiming::InFlight)).count();
        assert_eq!((claimed, in_flight), (1, 11), "{outcomes:?}");
    }

    async fn a_job_is_done_by_one_worker(bench) {
        for _ in 0..30 {
            enqueue(&bench, When::default()).await;
        }
        let key = When { unique_key: Some("one".to_owned()), ..When::default() };
        let ids = at_once(&bench, 8, |db, _| {
            let key = key.clone();
            async move { db.write(move |tx| Box::pin(async move { tx.enqueue_when(&Count, key).await })).await.unwrap() }
        })
        .await;
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1, "the key is taken once: {ids:?}");
        let runs = Arc::new(AtomicU32::new(0));
        let mut handlers = Handlers::default();
        let counted = Arc::clone(&runs);
        handlers.on::<Count, _>(move |_| {
            counted.fetch_add(1, Ordering::SeqCst);
            async { Ok(()) }
        });
        let clock = bench.clock.clone();
        let done = at_once(&bench, 4, |db, number| {
            let options = RunnerOptions { lease_seconds: 60, ..options(QueueLimits::default()) };
            let runner = Runner::new(db, handlers.clone(), clock.clone(), Rng::seeded(number.into()), options);
            async move { runner.run_due().await.unwrap() }
        })
        .await;
        assert_eq!(done.iter().sum::<u64>(), 31);
        assert_eq!(runs.load(Ordering::SeqCst), 31);
        assert_eq!(count(&bench.db, "platform_job").await, 0);
    }

    async fn events_are_delivered_once_and_those_of_an_aggregate_in_order(bench) {
        const AGGREGATES: u32 = 4;
        const EACH: u32 = 10;
        let publish = at_once(&bench, AGGREGATES, |db, aggregate| async move {
            for number in 0..EACH {
                let event = Noted { id: format!("{aggregate}"), number };
                db.write(move |tx| {
                    Box::pin(async move {
                        tx.insert_document("test_note", &format!("{}-{number}", event.id), &1, &[]).await?;
                        tx.publish(&event).await
                    })
                })
                .await
                .unwrap();
            }
        });
        let heard = Arc::new(Mutex::new(Vec::new()));
        let mut reactions = Reactions::default();
        let told = Arc::clone(&heard);
        reactions.on::<Noted>("copies", move |tx, event| {
            let told = Arc::clone(&told);
            Box::pin(async move {
                let sql = "SELECT COUNT(*) FROM test_note WHERE id LIKE $1";
                let so_far = tx.number(sql, params![format!("heard-{}-%", event.id)]).await?;
                tx.insert_document("test_note", &format!("heard-{}-{so_far}", event.id), &1, &[]).await?;
                tx.after_commit(move || told.lock().push((event.id, event.number)));
                Ok(())
            })
        });
        let deliver = at_once(&bench, 2, |db, _| {
            let relay = Relay::new(db, reactions.clone());
            async move {
                let mut left = 0;
                // Both look until all is done, or it is clear that it will not be.
                for _ in 0..200 {
                    left += relay.deliver_waiting().await.unwrap();
                    tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                }
                left
            }
        });
        let (_, left) = tokio::join!(publish, deliver);
        assert_eq!(left.iter().sum::<u64>(), u64::from(AGGREGATES * EACH));
        for aggregate in 0..AGGREGATES {
            let heard = heard.lock();
            let numbers = heard.iter().filter(|(id, _)| *id == aggregate.to_string()).map(|(_, number)| *number);
            assert_eq!(numbers.collect::<Vec<_>>(), (0..EACH).collect::<Vec<_>>(), "of {aggregate}");
        }
        assert_eq!(count(&bench.db, "test_note WHERE id LIKE 'heard-%'").await, i64::from(AGGREGATES * EACH));
        assert_eq!(count(&bench.db, "platform_outbox").await, 0);
    }
}
