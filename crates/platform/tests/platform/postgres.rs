//! What only a server in another process can do to a transaction: end it, lose it, wait for it; and poolers in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tradewind_kernel::{Error, ErrorKind};
use tradewind_platform::db::{Db, PostgresOptions, UNIQUE};

use crate::bench::{Bench, add_note, count, surroundings};

#[tokio::test]
async fn a_body_that_goes_on_after_a_failed_statement_keeps_nothing() {
    let bench = Bench::postgres().await;
    add_note(&bench.db, "taken", false).await.unwrap();
    let swallowed = bench.db.write(|tx| {
        Box::pin(async move {
            let twice = tx.insert_document("test_note", "taken", &1, &[]).await;
            assert!(twice.unwrap_err().is(UNIQUE));
            Ok(())
        })
    });
    assert_eq!(swallowed.await.unwrap_err().kind(), ErrorKind::Internal);
    let attempted = bench.db.write(|tx| {
        Box::pin(async move {
            let twice =
                tx.attempt(|tx| Box::pin(async move { tx.insert_document("test_note", "taken", &1, &[]).await })).await;
            assert!(twice.unwrap_err().is(UNIQUE));
            tx.insert_document("test_note", "other", &1, &[]).await
        })
    });
    attempted.await.unwrap();
    assert_eq!(count(&bench.db, "test_note").await, 2);
}

#[tokio::test]
async fn a_connection_lost_before_the_commit_is_made_up_for() {
    let bench = Bench::postgres().await;
    let tries = Arc::new(AtomicU32::new(0));
    let tried = Arc::clone(&tries);
    let outcome = bench.db.write(move |tx| {
        Box::pin(async move {
            tx.insert_document("test_note", "n1", &1, &[]).await?;
            if tried.fetch_add(1, Ordering::SeqCst) == 0 {
                tx.number("SELECT pg_terminate_backend(pg_backend_pid())", &[]).await?;
            }
            Ok(())
        })
    });
    outcome.await.unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert_eq!(count(&bench.db, "test_note").await, 1);
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_not_repeated() {
    let bench = Bench::postgres().await;
    let database = bench.store.place().rsplit('/').next().unwrap().split('?').next().unwrap();
    let at_commit = "CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS
                         'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
                     CREATE CONSTRAINT TRIGGER vanishing AFTER INSERT ON test_note
                         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION vanish()";
    bench.store.server().unwrap().run_in(database, at_commit).unwrap();
    let tries = Arc::new(AtomicU32::new(0));
    let tried = Arc::clone(&tries);
    let outcome = bench.db.write(move |tx| {
        Box::pin(async move {
            tried.fetch_add(1, Ordering::SeqCst);
            tx.insert_document("test_note", "n1", &1, &[]).await
        })
    });
    let error = outcome.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.message().contains("lost sight"), "{error:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn what_was_begun_comes_to_its_end_when_nobody_waits_for_it_any_more() {
    let bench = Bench::postgres().await;
    let kept = Arc::new(Notify::new());
    let tell = Arc::clone(&kept);
    let db = bench.db.clone();
    let asked = tokio::spawn(async move {
        db.write(move |tx| {
            Box::pin(async move {
                tx.query("SELECT CAST(pg_sleep(0.2) AS TEXT)", &[], |_| Ok(())).await?;
                tx.after_commit(move || tell.notify_one());
                tx.insert_document("test_note", "n1", &1, &[]).await
            })
        })
        .await
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    asked.abort();
    kept.notified().await;
    assert_eq!(count(&bench.db, "test_note").await, 1);
}

fn of_two_connections(bench: &Bench, pooled: bool) -> Db {
    let options = PostgresOptions {
        connections: 2,
        pooled,
        statement_timeout: Duration::from_millis(500),
        ..PostgresOptions::at(bench.store.place())
    };
    Db::open_postgres(&options, surroundings(&bench.clock, 9)).unwrap()
}

#[tokio::test]
async fn readers_who_leave_do_not_use_up_the_connections() {
    let bench = Bench::postgres().await;
    let db = of_two_connections(&bench, false);
    for _ in 0..6 {
        let read = db.read(|tx| Box::pin(async move { tx.number("SELECT 1 FROM pg_sleep(0.2)", &[]).await }));
        assert!(tokio::time::timeout(Duration::from_millis(20), read).await.is_err());
    }
    assert_eq!(count(&db, "test_note").await, 0);
    add_note(&db, "n1", false).await.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended() {
    let bench = Bench::postgres().await;
    for pooled in [false, true] {
        let db = of_two_connections(&bench, pooled);
        let outcome: Result<i64, Error> =
            db.write(|tx| Box::pin(async move { tx.number("SELECT 1 FROM pg_sleep(5)", &[]).await })).await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unavailable);
        add_note(&db, if pooled { "pooled" } else { "direct" }, false).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_kept_on_a_connection_that_a_pooler_shares() {
    let bench = Bench::postgres().await;
    let db = of_two_connections(&bench, true);
    for number in 0..3 {
        add_note(&db, &format!("n{number}"), false).await.unwrap();
    }
    let kept =
        db.read_own(|tx| Box::pin(async move { tx.number("SELECT COUNT(*) FROM pg_prepared_statements", &[]).await }));
    assert_eq!(kept.await.unwrap(), 0);
    let direct = of_two_connections(&bench, false);
    let limit = |db: Db| async move {
        let sql = "SELECT current_setting('idle_in_transaction_session_timeout')";
        db.read_own(move |tx| Box::pin(async move { tx.query_one(sql, &[], |row| row.text(0)).await })).await.unwrap()
    };
    assert_eq!(limit(db).await, limit(direct).await);
}

#[tokio::test]
async fn writers_that_find_too_long_a_queue_are_refused() {
    let bench = Bench::postgres().await;
    let db = of_two_connections(&bench, false);
    let tasks: Vec<_> = (0..1200)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                db.write(|tx| Box::pin(async move { tx.number("SELECT 1 FROM pg_sleep(0.0005)", &[]).await })).await
            })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        if let Err(error) = task.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::Unavailable);
            assert!(error.message().contains("very busy"), "{error:?}");
            refused += 1;
        }
    }
    assert!((100..=176).contains(&refused), "{refused} of 1200 were refused");
    assert_eq!(db.lane_use().commands, 1200 - refused);
}
