//! Control over jobs: queues that are limited or paused, progress and results, jobs that are canceled, take too long or are handed back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::{Notify, watch};
use tradewind_kernel::{Error, ErrorKind, Paging, Rng};
use tradewind_platform::jobs::{
    self, Calling, Filter, Handlers, Job, JobView, Progress, QueueLimits, QueueView, Runner, State, When,
};

use crate::bench::{Bench, count, on_each_engine};
use crate::jobs::{Count, counting, enqueue, options, runner, runner_within};

/// A job in a queue of its own.
#[derive(Clone, Serialize, Deserialize)]
struct Build;

impl Job for Build {
    const KIND: &'static str = "test.build";
    const QUEUE: &'static str = "reports";
    const ATTEMPTS_MAX: u32 = 2;
    const SECONDS_MAX: u64 = 1;
}

async fn promise(bench: &Bench, when: When) -> String {
    bench.db.write(move |tx| Box::pin(async move { tx.enqueue_when(&Build, when).await })).await.unwrap()
}

fn kept() -> When {
    When { is_kept: true, ..When::default() }
}

async fn find(bench: &Bench, id: &str) -> Option<JobView> {
    let id = id.to_owned();
    bench.db.look_up(move |tx| Box::pin(async move { jobs::find(tx, &id).await })).await.unwrap()
}

async fn state(bench: &Bench, id: &str) -> State {
    find(bench, id).await.unwrap().state
}

async fn cancel(bench: &Bench, id: &str) -> Result<Calling, Error> {
    let id = id.to_owned();
    bench.db.write(move |tx| Box::pin(async move { jobs::cancel(tx, &id).await })).await
}

async fn retry(bench: &Bench, id: &str) -> Result<(), Error> {
    let id = id.to_owned();
    bench.db.write(move |tx| Box::pin(async move { jobs::retry(tx, &id).await })).await
}

async fn queue(bench: &Bench, name: &str) -> QueueView {
    let queues = bench.db.read_own(|tx| Box::pin(async move { jobs::queues(tx, ["default", "reports"]).await }));
    queues.await.unwrap().into_iter().find(|queue| queue.name == name).unwrap()
}

/// What happens in another task has happened.
async fn until<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it never came to that");
}

/// Jobs that wait until they are let go, and say how many of them are under way.
#[derive(Clone, Default)]
struct Building {
    under_way: Arc<AtomicU32>,
    most: Arc<AtomicU32>,
    begun: Arc<AtomicU32>,
    go: Arc<Notify>,
}

impl Building {
    fn handlers(&self) -> Handlers {
        let (mut handlers, building) = (counting(0).0, self.clone());
        handlers.on::<Build, _>(move |_| {
            let building = building.clone();
            async move {
                let under_way = building.under_way.fetch_add(1, Ordering::SeqCst) + 1;
                building.most.fetch_max(under_way, Ordering::SeqCst);
                building.begun.fetch_add(1, Ordering::SeqCst);
                // Long enough for others to begin beside it, were they let.
                let _ = tokio::time::timeout(Duration::from_millis(30), building.go.notified()).await;
                building.under_way.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            }
        });
        handlers
    }
}

fn at_once(number: u32) -> QueueLimits {
    QueueLimits { at_once: BTreeMap::from([("reports".to_owned(), number)]), ..QueueLimits::default() }
}

fn per_minute(number: u32) -> QueueLimits {
    QueueLimits { per_minute: BTreeMap::from([("reports".to_owned(), number)]), ..QueueLimits::default() }
}

on_each_engine! {
    async fn no_more_jobs_of_a_queue_are_under_way_than_it_may_have_over_all_processes(bench) {
        let building = Building::default();
        for _ in 0..8 {
            promise(&bench, When::default()).await;
        }
        enqueue(&bench, When::default()).await;
        let (stopper, stop) = watch::channel(false);
        let mut running = tokio::task::JoinSet::new();
        for process in 0..3 {
            let db = if process == 0 { bench.db.clone() } else { bench.another() };
            let runner =
                Runner::new(db, building.handlers(), bench.clock.clone(), Rng::seeded(process), options(at_once(2)));
            running.spawn(runner.run(stop.clone()));
        }
        until(async || count(&bench.db, "platform_job").await == 0).await;
        stopper.send_replace(true);
        while running.join_next().await.is_some() {}
        assert_eq!(building.begun.load(Ordering::SeqCst), 8);
        assert_eq!(building.most.load(Ordering::SeqCst), 2, "two at a time, and no more");
    }

    async fn no_more_jobs_of_a_queue_begin_in_a_minute_than_may(bench) {
        let building = Building::default();
        let (one, other) = (
            runner_within(&bench, building.handlers(), per_minute(60)),
            Runner::new(bench.another(), building.handlers(), bench.clock.clone(), Rng::seeded(2), options(per_minute(60))),
        );
        for _ in 0..10 {
            promise(&bench, When::default()).await;
        }
        enqueue(&bench, When::default()).await;
        assert_eq!(one.run_due().await.unwrap(), 3, "two seconds' worth, and the job of another queue");
        assert_eq!(other.run_due().await.unwrap(), 0, "it holds for all processes");
        for _ in 0..4 {
            bench.clock.advance_seconds(1);
            assert_eq!(other.run_due().await.unwrap() + one.run_due().await.unwrap(), 1);
        }
        bench.clock.advance_seconds(600);
        assert_eq!(one.run_due().await.unwrap(), 2, "rest is not saved up");
    }

    async fn a_paused_queue_waits_in_all_processes_and_loses_nothing(bench) {
        let building = Building::default();
        let (one, other) = (
            runner(&bench, building.handlers()),
            Runner::new(bench.another(), building.handlers(), bench.clock.clone(), Rng::seeded(2), options(QueueLimits::default())),
        );
        // Both have looked before: what they know of pauses is old.
        assert_eq!(one.run_due().await.unwrap() + other.run_due().await.unwrap(), 0);
        let since = bench.db.write(|tx| Box::pin(async move { jobs::pause(tx, "reports").await })).await.unwrap();
        let urgent = When { priority: -1, ..When::default() };
        promise(&bench, urgent).await;
        enqueue(&bench, When::default()).await;
        assert_eq!(one.run_due().await.unwrap(), 1, "other queues go on");
        assert_eq!(other.run_due().await.unwrap(), 0);
        bench.clock.advance_seconds(5);
        let again = bench.db.write(|tx| Box::pin(async move { jobs::pause(tx, "reports").await })).await.unwrap();
        assert_eq!(again, since, "it is paused since the first time");
        let seen = queue(&bench, "reports").await;
        assert_eq!((seen.waiting, seen.running, seen.paused_at), (1, 0, Some(since)));
        bench.db.write(|tx| Box::pin(async move { jobs::resume(tx, "reports").await })).await.unwrap();
        assert_eq!(other.run_due().await.unwrap(), 1);
        assert_eq!(queue(&bench, "reports").await.paused_at, None);
    }

    async fn a_job_that_somebody_asked_for_stays_readable_for_a_day(bench) {
        let mut handlers = Handlers::default();
        handlers.on_reporting::<Build, _, _>(|_, report| async move {
            for row in 1..=300 {
                report.tell(row, Some(300), "reading the rows");
            }
            Ok(json!({ "file": "exports/1.csv" }))
        });
        let runner = runner(&bench, handlers);
        let when = When { unique_key: Some("one".to_owned()), ..kept() };
        let (asked, other) = (promise(&bench, when.clone()).await, promise(&bench, When::default()).await);
        runner.run_due().await.unwrap();
        let job = find(&bench, &asked).await.unwrap();
        let progress = Progress { done: 300, total: Some(300), note: "reading the rows".to_owned() };
        assert_eq!((job.state, job.progress, job.result), (State::Done, Some(progress), Some(json!({ "file": "exports/1.csv" }))));
        assert_eq!((job.begun_at, job.ended_at), (Some(bench.clock.now()), Some(bench.clock.now())));
        assert_eq!(find(&bench, &other).await, None, "any other is gone when it is done");
        assert_ne!(promise(&bench, when).await, asked, "its key is free again");
        assert_eq!(retry(&bench, &asked).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(cancel(&bench, &asked).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(jobs::sweep(&bench.db).await.unwrap(), 0);
        bench.clock.advance_seconds(86_400);
        assert_eq!(jobs::sweep(&bench.db).await.unwrap(), 1);
        assert_eq!((find(&bench, &asked).await, count(&bench.db, "platform_job").await), (None, 1));
    }

    async fn a_result_that_is_too_large_says_so(bench) {
        let mut handlers = Handlers::default();
        handlers.on_reporting::<Build, _, _>(|_, _| async move { Ok("x".repeat(20_000)) });
        let runner = runner(&bench, handlers);
        let id = promise(&bench, kept()).await;
        runner.run_due().await.unwrap();
        let job = find(&bench, &id).await.unwrap();
        assert_eq!((job.state, job.attempts), (State::Dead, 1));
        assert!(job.reason.unwrap().contains("16384 bytes"));
    }

    async fn a_job_that_waits_is_canceled_at_once_and_tried_again_when_somebody_wants_it(bench) {
        let building = Building::default();
        let runner = runner(&bench, building.handlers());
        let id = promise(&bench, When { unique_key: Some("one".to_owned()), ..When::default() }).await;
        assert_eq!(cancel(&bench, &id).await.unwrap(), Calling::Off);
        assert_eq!(cancel(&bench, &id).await.unwrap(), Calling::Off, "twice is once");
        assert_eq!(runner.run_due().await.unwrap(), 0);
        assert_eq!(state(&bench, &id).await, State::Canceled);
        retry(&bench, &id).await.unwrap();
        assert_eq!(runner.run_due().await.unwrap(), 1);
        assert_eq!(find(&bench, &id).await, None);
        for missing in [cancel(&bench, "job_1").await.map(|_| ()), retry(&bench, "job_1").await] {
            assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
        }
    }

    async fn a_dead_job_is_tried_again_from_the_beginning_or_given_up_for_good(bench) {
        let (handlers, runs) = counting(4);
        let runner = runner(&bench, handlers);
        let (first, second) = (enqueue(&bench, When::default()).await, enqueue(&bench, When { delay_seconds: 3600, ..When::default() }).await);
        for _ in 0..3 {
            runner.run_due().await.unwrap();
            bench.clock.advance_seconds(30);
        }
        assert_eq!((runs.load(Ordering::SeqCst), state(&bench, &first).await), (3, State::Dead));
        assert_eq!(queue(&bench, "default").await.dead, 1);
        retry(&bench, &first).await.unwrap();
        runner.run_due().await.unwrap();
        let job = find(&bench, &first).await.unwrap();
        assert_eq!((job.state, job.attempts), (State::Waiting, 1), "it has all its tries again");
        retry(&bench, &first).await.unwrap();
        retry(&bench, &second).await.unwrap();
        assert_eq!(runner.run_due().await.unwrap(), 2, "one that waits is tried now");
        let dead = enqueue(&bench, When::default()).await;
        let dying = "UPDATE platform_job SET state = 'dead'";
        bench.db.write(move |tx| Box::pin(async move { tx.execute(dying, &[]).await })).await.unwrap();
        assert_eq!(cancel(&bench, &dead).await.unwrap(), Calling::Off);
        assert_eq!((state(&bench, &dead).await, queue(&bench, "default").await.dead), (State::Canceled, 0));
    }

    async fn a_job_under_way_is_stopped_where_it_waits(bench) {
        let (begun, is_dropped) = (Arc::new(Notify::new()), Arc::new(AtomicBool::new(false)));
        let mut handlers = Handlers::default();
        let (tell, dropped) = (Arc::clone(&begun), Arc::clone(&is_dropped));
        handlers.on_reporting::<Count, _, _>(move |_, report| {
            let (tell, dropped) = (Arc::clone(&tell), Dropped(Arc::clone(&dropped)));
            async move {
                report.tell(1, None, "waiting");
                tell.notify_one();
                std::future::pending::<()>().await;
                drop(dropped);
                Ok(())
            }
        });
        let runner = runner(&bench, handlers);
        let id = enqueue(&bench, When { unique_key: Some("one".to_owned()), ..When::default() }).await;
        let working = tokio::spawn(async move { runner.run_due().await });
        begun.notified().await;
        until(async || find(&bench, &id).await.unwrap().progress.is_some()).await;
        assert_eq!(retry(&bench, &id).await.unwrap_err().kind(), ErrorKind::Conflict);
        assert_eq!(cancel(&bench, &id).await.unwrap(), Calling::Soon);
        working.await.unwrap().unwrap();
        assert!(is_dropped.load(Ordering::SeqCst));
        let job = find(&bench, &id).await.unwrap();
        assert_eq!((job.state, job.attempts, job.progress.unwrap().done), (State::Canceled, 1, 1));
        assert_ne!(enqueue(&bench, When { unique_key: Some("one".to_owned()), ..When::default() }).await, id);
    }

    async fn a_job_that_was_to_be_canceled_does_not_wait_again_when_its_worker_died(bench) {
        let (handlers, runs) = counting(0);
        let runner = runner(&bench, handlers);
        let id = enqueue(&bench, When::default()).await;
        let dying = "UPDATE platform_job SET state = 'running', attempts = 1, leased_until = 1";
        bench.db.write(move |tx| Box::pin(async move { tx.execute(dying, &[]).await })).await.unwrap();
        assert_eq!(cancel(&bench, &id).await.unwrap(), Calling::Soon);
        assert_eq!(runner.run_due().await.unwrap(), 0);
        assert_eq!((state(&bench, &id).await, runs.load(Ordering::SeqCst)), (State::Canceled, 0));
    }

    async fn a_job_that_takes_too_long_is_stopped_and_has_failed(bench) {
        let mut handlers = Handlers::default();
        handlers.on::<Build, _>(|_| std::future::pending());
        let runner = runner(&bench, handlers);
        let id = promise(&bench, When::default()).await;
        for (attempts, state) in [(1, State::Waiting), (2, State::Dead)] {
            runner.run_due().await.unwrap();
            let job = find(&bench, &id).await.unwrap();
            assert_eq!((job.attempts, job.state), (attempts, state));
            assert!(job.reason.unwrap().contains("it took longer than 1 seconds"));
            bench.clock.advance_seconds(10);
        }
    }

    async fn a_worker_that_stops_hands_back_what_does_not_end(bench) {
        let begun = Arc::new(Notify::new());
        let (tell, mut handlers) = (Arc::clone(&begun), Handlers::default());
        handlers.on::<Count, _>(move |_| {
            tell.notify_one();
            std::future::pending()
        });
        let id = enqueue(&bench, When::default()).await;
        let (stopper, stop) = watch::channel(false);
        let running = tokio::spawn(runner(&bench, handlers).run(stop));
        begun.notified().await;
        stopper.send_replace(true);
        running.await.unwrap();
        let job = find(&bench, &id).await.unwrap();
        assert_eq!((job.state, job.attempts), (State::Waiting, 0), "that was no try");
        let (handlers, runs) = counting(0);
        assert_eq!(runner(&bench, handlers).run_due().await.unwrap(), 1, "another goes on at once");
        assert_eq!(runs.load(Ordering::SeqCst), 1);
    }

    async fn jobs_are_listed_the_newest_first_by_what_they_are(bench) {
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(promise(&bench, When::default()).await);
            bench.clock.advance_seconds(1);
        }
        let counted = enqueue(&bench, When::default()).await;
        cancel(&bench, &ids[0]).await.unwrap();
        let list = async |filter: Filter, offset| {
            let paging = Paging { offset, limit: 2 };
            let listing = bench.db.scan_own(move |tx| Box::pin(async move { jobs::list(tx, &filter, paging).await }));
            let page = listing.await.unwrap();
            (page.items.into_iter().map(|job| job.id).collect::<Vec<_>>(), page.count)
        };
        let of_queue = Filter { queue: Some("reports".to_owned()), ..Filter::default() };
        assert_eq!(list(Filter::default(), 0).await, (vec![counted.clone(), ids[2].clone()], 4));
        assert_eq!(list(of_queue.clone(), 1).await, (vec![ids[1].clone(), ids[0].clone()], 3));
        let waiting = Filter { state: Some(State::Waiting), ..of_queue };
        assert_eq!(list(waiting, 0).await, (vec![ids[2].clone(), ids[1].clone()], 2));
        let of_kind = Filter { kind: Some("test.count".to_owned()), ..Filter::default() };
        assert_eq!(list(of_kind, 0).await, (vec![counted], 1));
    }
}

struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
