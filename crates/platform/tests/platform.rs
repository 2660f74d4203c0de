//! The embedded platform on a real file: what a commit promises, who hears of it, and what is done after.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tradewind_kernel::{Clock, Error, ErrorKind, IdMint, Rng, Timestamp};
use tradewind_platform::db::{Db, Migration, Migrations, SqliteOptions, Surroundings, UNIQUE, VERSION};
use tradewind_platform::events::{Event, Reactions, Relay};
use tradewind_platform::idempotency::{Claiming, IdempotencyKeys, KeptAnswer};
use tradewind_platform::jobs::{Handlers, Job, Runner, When};
use tradewind_platform::limits::RateLimit;
use tradewind_platform::mail::{FileMailer, MAILBOX, Mail, Mailer as _};
use tradewind_platform::{blobs, params};

const TABLES: Migrations = Migrations {
    module: "test",
    steps: &[Migration {
        name: "V1__notes",
        sqlite: "CREATE TABLE test_note (id TEXT PRIMARY KEY, version BIGINT NOT NULL, body TEXT NOT NULL);",
    }],
};

struct Bench {
    db: Db,
    clock: Clock,
    folder: tempfile::TempDir,
}

async fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp(1_700_000_000_000));
    let mint = IdMint::new(clock.clone(), Rng::seeded(7));
    let db =
        Db::open_sqlite(&SqliteOptions::at(folder.path().join("shop.db")), Surroundings { clock: clock.clone(), mint })
            .unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&TABLES).await.unwrap();
    Bench { db, clock, folder }
}

async fn add_note(db: &Db, id: &str, fail: bool) -> Result<(), Error> {
    let id = id.to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            tx.insert_document("test_note", &id, &"text", &[]).await?;
            if fail { Err(Error::not_allowed("this one fails")) } else { Ok(()) }
        })
    })
    .await
}

async fn count(db: &Db, table: &'static str) -> i64 {
    db.read_own(move |tx| Box::pin(async move { tx.number(&format!("SELECT COUNT(*) FROM {table}"), &[]).await }))
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_command_leaves_its_neighbours_alone() {
    let bench = bench().await;
    let tasks: Vec<_> = (0..400)
        .map(|number| {
            let db = bench.db.clone();
            tokio::spawn(async move { add_note(&db, &format!("n{number}"), number % 3 == 0).await })
        })
        .collect();
    let mut kept = 0;
    for task in tasks {
        kept += i64::from(task.await.unwrap().is_ok());
    }
    assert_eq!(kept, 266);
    assert_eq!(count(&bench.db, "test_note").await, kept);
}

#[tokio::test]
async fn a_body_that_waits_for_the_network_is_refused() {
    let bench = bench().await;
    let outcome: Result<(), Error> = bench
        .db
        .write(|tx| {
            Box::pin(async move {
                tx.insert_document("test_note", "n1", &1, &[]).await?;
                tokio::task::yield_now().await;
                Ok(())
            })
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(count(&bench.db, "test_note").await, 0);
    add_note(&bench.db, "n2", false).await.unwrap();
}

#[tokio::test]
async fn a_panic_in_a_body_is_an_error_and_the_lane_lives_on() {
    let bench = bench().await;
    let outcome: Result<(), Error> = bench.db.write(|_| Box::pin(async move { panic!("on purpose") })).await;
    assert!(outcome.is_err());
    add_note(&bench.db, "n1", false).await.unwrap();
}

#[tokio::test]
async fn documents_check_their_version_and_their_id() {
    let bench = bench().await;
    add_note(&bench.db, "n1", false).await.unwrap();
    let again = add_note(&bench.db, "n1", false).await.unwrap_err();
    assert!(again.is(UNIQUE));
    let save = |version: i64| {
        bench
            .db
            .write(move |tx| Box::pin(async move { tx.update_document("test_note", "n1", version, &"new", &[]).await }))
    };
    assert_eq!(save(1).await.unwrap(), 2);
    assert!(save(1).await.unwrap_err().is(VERSION));
}

#[tokio::test]
async fn an_attempt_that_fails_is_undone_alone() {
    let bench = bench().await;
    bench
        .db
        .write(|tx| {
            Box::pin(async move {
                tx.insert_document("test_note", "kept", &1, &[]).await?;
                let part: Result<(), Error> = tx
                    .attempt(|tx| {
                        Box::pin(async move {
                            tx.insert_document("test_note", "undone", &1, &[]).await?;
                            Err(Error::not_allowed("no"))
                        })
                    })
                    .await;
                assert!(part.is_err());
                Ok(())
            })
        })
        .await
        .unwrap();
    assert_eq!(count(&bench.db, "test_note").await, 1);
}

#[tokio::test]
async fn hooks_run_only_after_a_commit() {
    let bench = bench().await;
    let ran = Arc::new(AtomicU32::new(0));
    for fail in [true, false] {
        let ran = Arc::clone(&ran);
        let _ = bench
            .db
            .write(move |tx| {
                Box::pin(async move {
                    tx.after_commit(move || {
                        ran.fetch_add(1, Ordering::SeqCst);
                    });
                    if fail { Err(Error::not_allowed("no")) } else { Ok(()) }
                })
            })
            .await;
    }
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[derive(Serialize, Deserialize)]
struct Noted {
    id: String,
}

impl Event for Noted {
    const KIND: &'static str = "test.noted";
    fn aggregate(&self) -> &str {
        &self.id
    }
}

#[tokio::test]
async fn an_event_reaches_its_reaction_once_and_a_failing_one_is_tried_again() {
    let bench = bench().await;
    let tries = Arc::new(AtomicU32::new(0));
    let mut reactions = Reactions::default();
    let counted = Arc::clone(&tries);
    reactions.on::<Noted>("copies", move |tx, event| {
        let counted = Arc::clone(&counted);
        Box::pin(async move {
            tx.insert_document("test_note", &event.id, &1, &[]).await?;
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                return Err(Error::internal("the first try fails"));
            }
            Ok(())
        })
    });
    let relay = Relay::new(bench.db.clone(), reactions);
    bench.db.write(|tx| Box::pin(async move { tx.publish(&Noted { id: "n1".to_owned() }).await })).await.unwrap();
    assert_eq!(relay.deliver_waiting().await.unwrap(), 0);
    assert_eq!(count(&bench.db, "test_note").await, 0, "a failed reaction leaves nothing behind");
    assert_eq!(relay.deliver_waiting().await.unwrap(), 1);
    assert_eq!(relay.deliver_waiting().await.unwrap(), 0);
    assert_eq!(count(&bench.db, "test_note").await, 1);
    assert_eq!(count(&bench.db, "platform_outbox").await, 0);
}

#[derive(Clone, Serialize, Deserialize)]
struct Count;

impl Job for Count {
    const KIND: &'static str = "test.count";
    const ATTEMPTS_MAX: u32 = 3;
}

fn counting(fail_first: u32) -> (Handlers, Arc<AtomicU32>) {
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

fn runner(bench: &Bench, handlers: Handlers) -> Runner {
    Runner::new(bench.db.clone(), handlers, bench.clock.clone(), Rng::seeded(1), 4, LEASE_SECONDS)
}

async fn enqueue(bench: &Bench, when: When) -> String {
    bench.db.write(move |tx| Box::pin(async move { tx.enqueue_when(&Count, when).await })).await.unwrap()
}

#[tokio::test]
async fn a_job_is_tried_again_later_and_set_aside_in_the_end() {
    let bench = bench().await;
    let (handlers, runs) = counting(u32::MAX);
    let runner = runner(&bench, handlers);
    enqueue(&bench, When::default()).await;
    for expected in 1..=3 {
        runner.run_due().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), expected);
        assert_eq!(runner.run_due().await.unwrap(), 0, "it waits before the next try");
        bench.clock.advance_seconds(10);
    }
    assert_eq!(runner.run_due().await.unwrap(), 0, "a dead job is not tried again");
    assert_eq!(count(&bench.db, "platform_job WHERE state = 'dead'").await, 1);
}

#[tokio::test]
async fn a_delayed_job_waits_and_a_key_is_taken_once() {
    let bench = bench().await;
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

#[tokio::test]
async fn a_schedule_ticks_once_for_all_runners() {
    let bench = bench().await;
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

async fn leased_until(db: &Db) -> i64 {
    db.read_own(|tx| Box::pin(async move { tx.number("SELECT MAX(leased_until) FROM platform_job", &[]).await }))
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_job_that_takes_long_stays_with_its_worker() {
    let bench = bench().await;
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
    for _ in 0..4 {
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

#[tokio::test]
async fn a_job_whose_worker_died_is_done_by_another() {
    let bench = bench().await;
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

#[tokio::test]
async fn blobs_on_the_disk_keep_the_ports_promises() {
    let bench = bench().await;
    blobs::conformance::suite(&blobs::DiskBlobs::new(bench.folder.path().join("blobs"))).await;
}

#[tokio::test]
async fn mail_sent_twice_with_one_key_is_one_message() {
    let bench = bench().await;
    let folder = bench.folder.path().join("mail");
    let mailer = FileMailer::new(&folder, "Shop <shop@example.com>", bench.clock.clone());
    let mail = Mail {
        key: "order-placed-1".to_owned(),
        to: "shopper@example.com".to_owned(),
        subject: "Your order".to_owned(),
        text: "Thank you".to_owned(),
        html: "<p>Thank you</p>".to_owned(),
    };
    mailer.send(&mail).await.unwrap();
    mailer.send(&mail).await.unwrap();
    let mailbox = std::fs::read_to_string(folder.join(MAILBOX)).unwrap();
    assert_eq!(mailbox.matches("Subject: Your order").count(), 1, "{mailbox}");
    let bad = Mail { to: "nobody".to_owned(), ..mail };
    assert_eq!(mailer.send(&bad).await.unwrap_err().field(), Some("email"));
}

#[tokio::test]
async fn a_limit_refills_with_time() {
    let clock = Clock::manual(Timestamp(0));
    let limit = RateLimit::new(clock.clone(), 3, 6);
    for _ in 0..3 {
        limit.take("someone").unwrap();
    }
    assert!(limit.take("someone").is_err());
    limit.take("somebody else").unwrap();
    clock.advance_seconds(10);
    limit.take("someone").unwrap();
    assert!(limit.take("someone").is_err());
}

#[tokio::test]
async fn a_claim_that_was_taken_over_has_no_effect_any_more() {
    let bench = bench().await;
    let keys = IdempotencyKeys::new(bench.db.clone(), 60);
    let claimed = async || match keys.claim("id", "question", false).await.unwrap() {
        Claiming::Claimed(claim) => claim,
        other => panic!("{other:?}"),
    };
    let slow = claimed().await;
    assert!(matches!(keys.claim("id", "question", false).await.unwrap(), Claiming::InFlight));
    assert!(matches!(keys.claim("id", "another", false).await.unwrap(), Claiming::OtherRequest));
    bench.clock.advance_seconds(60);
    let quick = claimed().await;
    let late = Arc::clone(&slow).scope(add_note(&bench.db, "slow", false)).await.unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Conflict);
    // What fails leaves no mark: the key can be given back.
    Arc::clone(&quick).scope(add_note(&bench.db, "failed", true)).await.unwrap_err();
    keys.finish(&quick, None).await.unwrap();
    let third = claimed().await;
    Arc::clone(&third).scope(add_note(&bench.db, "third", false)).await.unwrap();
    assert_eq!(count(&bench.db, "test_note").await, 1);
    // It had its effect; without an answer the retry is told so, at once.
    keys.finish(&third, None).await.unwrap();
    assert!(matches!(keys.claim("id", "question", false).await.unwrap(), Claiming::AnswerLost));
    assert!(matches!(keys.claim("id", "question", true).await.unwrap(), Claiming::Claimed(_)));
    let answer = KeptAnswer { status: 200, content_type: None, body: "late".to_owned() };
    keys.finish(&slow, Some(answer)).await.unwrap();
    assert!(matches!(keys.claim("id", "question", true).await.unwrap(), Claiming::InFlight));
}
