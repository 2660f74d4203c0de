//! Jobs: tried again, set aside, delayed, done once, and taken up when their worker dies. What staff does with them: `job_control.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tradewind_kernel::{Error, Rng};
use tradewind_platform::db::Db;
use tradewind_platform::jobs::{self, Handlers, Job, QueueLimits, Runner, RunnerOptions, When};
use tradewind_platform::params;

use crate::bench::{Bench, count, on_each_engine};

#[derive(Clone, Serialize, Deserialize)]
pub struct Count;

impl Job for Count {
    const KIND: &'static str = "test.count";
    const ATTEMPTS_MAX: u32 = 3;
}

#[derive(Serialize, Deserialize)]
struct Poison {
    panics: bool,
}

impl Job for Poison {
    const KIND: &'static str = "test.poison";
    const ATTEMPTS_MAX: u32 = 2;
}

pub fn counting(fail_first: u32) -> (Handlers, Arc<AtomicU32>) {
    let runs = Arc::new(AtomicU32::new(0));
    let mut handlers = Handlers::default();
    let counted = Arc::clone(&runs);
    handlers.on::<Count, _>(move |_| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        async move { if run < fail_first { Err(Error::internal("not yet")) } else { Ok(()) } }
    });
    (handlers, runs)
}

const LEASE_SECONDS: i64 = 3;

pub fn runner(bench: &Bench, handlers: Handlers) -> Runner {
    runner_within(bench, handlers, QueueLimits::default())
}

pub fn runner_within(bench: &Bench, handlers: Handlers, limits: QueueLimits) -> Runner {
    Runner::new(bench.db.clone(), handlers, bench.clock.clone(), Rng::seeded(1), options(limits))
}

pub fn options(limits: QueueLimits) -> RunnerOptions {
    RunnerOptions { concurrency: 4, lease_seconds: LEASE_SECONDS, shutdown_seconds_max: 1, limits }
}

pub async fn enqueue(bench: &Bench, when: When) -> String {
    bench.db.write(move |tx| Box::pin(async move { tx.enqueue_when(&Count, when).await })).await.unwrap()
}

on_each_engine! {
    async fn a_job_is_tried_again_later_and_set_aside_in_the_end(bench) {
        let (handlers, runs) = counting(u32::MAX);
        let runner = runner(&bench, handlers);
        let when = When { unique_key: Some("one".to_owned()), ..When::default() };
        let dead = enqueue(&bench, when.clone()).await;
        for expected in 1..=3 {
            runner.run_due().await.unwrap();
            assert_eq!(runs.load(Ordering::SeqCst), expected);
            assert_eq!(runner.run_due().await.unwrap(), 0, "it waits before the next try");
            bench.clock.advance_seconds(10);
        }
        assert_eq!(runner.run_due().await.unwrap(), 0, "a dead job is not tried again");
        assert_eq!(count(&bench.db, "platform_job WHERE state = 'dead'").await, 1);
        assert_ne!(enqueue(&bench, when).await, dead, "it keeps nobody from doing it after all");
    }

    async fn a_job_that_brings_its_worker_down_at_every_try_is_set_aside(bench) {
        let (handlers, runs) = counting(0);
        let runner = runner(&bench, handlers);
        enqueue(&bench, When::default()).await;
        let dying = "UPDATE platform_job SET state = 'running', attempts = attempts_max, leased_until = 1";
        bench.db.write(move |tx| Box::pin(async move { tx.execute(dying, &[]).await })).await.unwrap();
        assert_eq!(runner.run_due().await.unwrap(), 0);
        assert_eq!(runs.load(Ordering::SeqCst), 0);
        let reason = "platform_job WHERE state = 'dead' AND last_error LIKE 'its worker died%'";
        assert_eq!(count(&bench.db, reason).await, 1);
    }

    async fn a_poisonous_job_is_set_aside_with_its_reason_and_its_queue_goes_on(bench) {
        let (mut handlers, runs) = counting(0);
        handlers.on::<Poison, _>(|poison| async move {
            if poison.panics { panic!("no such colour") }
            Err(Error::internal("never mended"))
        });
        let runner = runner(&bench, handlers);
        for panics in [true, false] {
            bench.db.write(move |tx| Box::pin(async move { tx.enqueue(&Poison { panics }).await })).await.unwrap();
        }
        // Another version of the shop may know what to do with it; here it is no reason to stop.
        let foreign = "UPDATE platform_job SET kind = 'test.unknown', attempts_max = 1 WHERE kind = 'test.count'";
        enqueue(&bench, When::default()).await;
        bench.db.write(move |tx| Box::pin(async move { tx.execute(foreign, &[]).await })).await.unwrap();
        for _ in 0..3 {
            enqueue(&bench, When::default()).await;
            runner.run_due().await.unwrap();
            bench.clock.advance_seconds(30);
        }
        assert_eq!(runs.load(Ordering::SeqCst), 3, "the others are done");
        let dead = bench.db.read_own(|tx| Box::pin(jobs::dead(tx, "default", 10))).await.unwrap();
        let told: Vec<_> = dead.iter().map(|job| (job.kind.as_str(), job.attempts)).collect();
        assert_eq!(told.len(), 3, "{dead:?}");
        assert!(told.contains(&("test.unknown", 1)) && told.contains(&("test.poison", 2)), "{told:?}");
        for reason in ["it panicked: no such colour", "never mended", "no handler is registered for test.unknown"] {
            assert!(dead.iter().any(|job| job.reason.contains(reason)), "{reason}: {dead:?}");
        }
    }

    async fn a_delayed_job_waits_and_a_key_is_taken_once(bench) {
        let (handlers, runs) = counting(0);
        let runner = runner(&bench, handlers);
        let when = When { delay_seconds: 60, unique_key: Some("one".to_owned()), ..When::default() };
        let first = enqueue(&bench, when.clone()).await;
        assert_eq!(enqueue(&bench, when).await, first);
        assert_eq!(runner.run_due().await.unwrap(), 0);
        bench.clock.advance_seconds(61);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
        assert_eq!(count(&bench.db, "platform_job").await, 0, "a finished job leaves no row");
    }

    async fn a_schedule_ticks_once_for_all_runners(bench) {
        let (mut handlers, runs) = counting(0);
        handlers.every("counting", 60, Count);
        let (one, other) = (runner(&bench, handlers.clone()), runner(&bench, handlers));
        for tick in 1..=3 {
            one.run_due().await.unwrap();
            other.run_due().await.unwrap();
            assert_eq!(runs.load(Ordering::SeqCst), tick);
            bench.clock.advance_seconds(60);
        }
    }

    async fn a_job_whose_worker_died_is_done_by_another(bench) {
        let (handlers, runs) = counting(0);
        let runner = runner(&bench, handlers);
        enqueue(&bench, When::default()).await;
        let now = bench.clock.now();
        bench
            .db
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        "UPDATE platform_job SET state = 'running', attempts = 1, leased_until = $1",
                        params![now.plus_seconds(300)],
                    )
                    .await
                })
            })
            .await
            .unwrap();
        assert_eq!(runner.run_due().await.unwrap(), 0);
        bench.clock.advance_seconds(301);
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }
}

async fn leased_until(db: &Db) -> i64 {
    db.read_own(|tx| Box::pin(async move { tx.number("SELECT MAX(leased_until) FROM platform_job", &[]).await }))
        .await
        .unwrap()
}

async fn a_job_that_takes_long_stays_with_its_worker(bench: Bench, rounds: u32) {
    let (begun, finish) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut handlers = Handlers::default();
    let (tell, wait) = (Arc::clone(&begun), Arc::clone(&finish));
    handlers.on::<Count, _>(move |_| {
        let (tell, wait) = (Arc::clone(&tell), Arc::clone(&wait));
        async move {
            tell.notify_one();
            wait.notified().await;
            Ok(())
        }
    });
    let (worker, other) = (runner(&bench, handlers.clone()), runner(&bench, handlers));
    enqueue(&bench, When::default()).await;
    let working = tokio::spawn(async move { worker.run_due().await });
    begun.notified().await;
    for _ in 0..rounds {
        bench.clock.advance_seconds(LEASE_SECONDS - 1);
        let extended = bench.clock.now().plus_seconds(LEASE_SECONDS);
        while leased_until(&bench.db).await < extended.0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        assert_eq!(other.run_due().await.unwrap(), 0, "its worker lives");
    }
    finish.notify_one();
    assert_eq!(working.await.unwrap().unwrap(), 1);
    assert_eq!(count(&bench.db, "platform_job").await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_takes_long_stays_with_its_worker_on_sqlite() {
    a_job_that_takes_long_stays_with_its_worker(Bench::sqlite().await, 4).await;
}

// Where an answer comes over the network, time cannot be made to pass faster.
#[tokio::test]
async fn a_job_that_takes_long_stays_with_its_worker_on_postgres() {
    a_job_that_takes_long_stays_with_its_worker(Bench::postgres().await, 2).await;
}
