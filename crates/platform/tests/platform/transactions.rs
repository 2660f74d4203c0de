//! Transactions: what an error undoes, what a commit keeps, and what a body may not do.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tradewind_kernel::Error;
use tradewind_platform::db::{Tx, TxFuture, UNIQUE, VERSION};

use crate::bench::{add_note, count, on_each_engine};

const NOTES: &str = "SELECT COUNT(*) FROM test_note";

fn twice(tx: &mut Tx) -> TxFuture<'_, i64> {
    Box::pin(async move { Ok(tx.number(NOTES, &[]).await? + tx.number(NOTES, &[]).await?) })
}

fn removes(tx: &mut Tx) -> TxFuture<'_, u64> {
    Box::pin(async move { tx.execute("DELETE FROM test_note", &[]).await })
}

fn removing(tx: &mut Tx) -> TxFuture<'_, i64> {
    Box::pin(async move { tx.number("DELETE FROM test_note RETURNING 1", &[]).await })
}

on_each_engine! {
    async fn a_failing_command_leaves_its_neighbours_alone(bench) {
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

    async fn a_body_that_waits_for_the_network_is_refused(bench) {
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

    async fn a_panic_in_a_body_is_an_error_and_the_lane_lives_on(bench) {
        let outcome: Result<(), Error> = bench.db.write(|_| Box::pin(async move { panic!("on purpose") })).await;
        assert!(outcome.is_err());
        add_note(&bench.db, "n1", false).await.unwrap();
    }

    async fn documents_check_their_version_and_their_id(bench) {
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

    async fn an_attempt_that_fails_is_undone_alone(bench) {
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

    async fn hooks_run_only_after_a_commit(bench) {
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

    async fn a_look_up_asks_once_and_changes_nothing(bench) {
        let db = &bench.db;
        add_note(db, "n1", false).await.unwrap();
        // What was refused, and what failed, leaves connections as they were.
        for _ in 0..40 {
            assert_eq!(db.look_up(|tx| Box::pin(async move { tx.number(NOTES, &[]).await })).await.unwrap(), 1);
            assert!(db.look_up(twice).await.is_err());
            assert!(db.look_up(removes).await.is_err());
            assert!(db.look_up(removing).await.is_err());
            let wrong = db.look_up(|tx| Box::pin(async move { tx.number("SELECT 1 FROM nowhere", &[]).await }));
            assert!(wrong.await.is_err());
            assert_eq!(db.read_own(twice).await.unwrap(), 2);
        }
        add_note(db, "n2", false).await.unwrap();
        assert_eq!(count(db, "test_note").await, 2);
    }
}
