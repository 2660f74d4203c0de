//! Statements that nobody waits for: they are done, in their order, by the commit at the latest, and what is wrong with one of
//! them undoes the whole transaction.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Change, Holds, Param, Tx, UNIQUE};
use tradewind_platform::params;

use crate::bench::{add_note, count, on_each_engine};

async fn put(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run("INSERT INTO test_note (id, version, body) VALUES ($1, 1, '0')", params![id]).await
}

async fn rewrite(tx: &mut Tx, id: &str, version: i64) -> Result<()> {
    let sql = "UPDATE test_note SET version = version + 1, body = $1 WHERE id = $2 AND version = $3";
    tx.change_one(sql, params![format!("\"of version {version}\""), id, version], missed).await
}

fn missed() -> Error {
    Error::conflict("it is another one").code("missed")
}

async fn versions(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.query("SELECT id, version FROM test_note ORDER BY id", &[], |row| Ok((row.text(0)?, row.int(1)?))).await
}

const RAISE: Change<'_> = Change {
    table: "test_note",
    set: "version = own.version + 1",
    condition: "own.id = given.id AND own.version = given.version",
};
const RAISED: [(&str, Holds); 2] = [("id", Holds::Text), ("version", Holds::Int)];

on_each_engine! {
    async fn one_alone_is_kept_or_says_what_it_missed(bench) {
        let db = &bench.db;
        db.write(|tx| Box::pin(async move { put(tx, "n1").await })).await.unwrap();
        db.write(|tx| Box::pin(async move { rewrite(tx, "n1", 1).await })).await.unwrap();
        // Again and again: what was missed leaves no connection in the middle of anything.
        for _ in 0..40 {
            let late = db.write(|tx| Box::pin(async move { rewrite(tx, "n1", 1).await })).await.unwrap_err();
            assert!(late.is("missed"), "{late:?}");
            let twice = db.write(|tx| Box::pin(async move { put(tx, "n1").await })).await.unwrap_err();
            assert!(twice.is(UNIQUE), "{twice:?}");
        }
        let found = db.read_own(|tx| Box::pin(async move { versions(tx).await })).await.unwrap();
        assert_eq!(found, [("n1".to_owned(), 2)]);
    }

    async fn several_are_done_in_their_order(bench) {
        let writing = bench.db.write(|tx| {
            Box::pin(async move {
                put(tx, "n1").await?;
                rewrite(tx, "n1", 1).await?;
                rewrite(tx, "n1", 2).await?;
                // Whoever asks sees what was done before.
                assert_eq!(versions(tx).await?, [("n1".to_owned(), 3)]);
                put(tx, "n2").await?;
                // More than are kept at once.
                for version in 1..60 {
                    rewrite(tx, "n2", version).await?;
                }
                Ok(())
            })
        });
        writing.await.unwrap();
        let found = bench.db.read_own(|tx| Box::pin(async move { versions(tx).await })).await.unwrap();
        assert_eq!(found, [("n1".to_owned(), 3), ("n2".to_owned(), 60)]);
    }

    async fn what_is_missed_undoes_all_of_it_wherever_it_shows(bench) {
        let db = &bench.db;
        add_note(db, "n1", false).await.unwrap();
        for wrong in 0..3 {
            for asks_after in [false, true] {
                let writing = db.write(move |tx| {
                    Box::pin(async move {
                        for step in 0..3 {
                            put(tx, &format!("m{step}")).await?;
                            if step == wrong {
                                rewrite(tx, "n1", 7).await?;
                            }
                        }
                        if asks_after {
                            versions(tx).await?;
                        }
                        Ok(())
                    })
                });
                let error = writing.await.unwrap_err();
                assert!(error.is("missed"), "{error:?}");
                assert_eq!(count(db, "test_note").await, 1);
            }
        }
    }

    async fn a_body_cannot_keep_it_to_itself(bench) {
        let writing = bench.db.write(|tx| {
            Box::pin(async move {
                put(tx, "n1").await?;
                let _ = rewrite(tx, "nobody", 1).await;
                let _ = versions(tx).await;
                Ok(())
            })
        });
        let outcome = writing.await;
        // SQLite tells at once, so a body that hears nothing has only itself to blame.
        let kept = count(&bench.db, "test_note").await;
        assert_eq!(outcome.is_ok(), kept == 1);
    }

    async fn an_attempt_waits_for_its_own(bench) {
        let writing = bench.db.write(|tx| {
            Box::pin(async move {
                put(tx, "kept").await?;
                let part = tx
                    .attempt(|tx| {
                        Box::pin(async move {
                            put(tx, "undone").await?;
                            rewrite(tx, "nobody", 1).await
                        })
                    })
                    .await;
                assert!(part.unwrap_err().is("missed"));
                let given_up: Result<()> = tx
                    .attempt(|tx| {
                        Box::pin(async move {
                            put(tx, "given up").await?;
                            Err(Error::not_allowed("no"))
                        })
                    })
                    .await;
                assert!(given_up.is_err());
                put(tx, "kept as well").await
            })
        });
        writing.await.unwrap();
        assert_eq!(count(&bench.db, "test_note").await, 2);
    }

    async fn by_set_all_or_none(bench) {
        let db = &bench.db;
        let raise = |given: Vec<(&'static str, i64)>| {
            db.write(move |tx| {
                Box::pin(async move {
                    let rows: Vec<Vec<Param<'_>>> =
                        given.iter().map(|(id, version)| params![*id, *version].to_vec()).collect();
                    tx.change_all(RAISE, &RAISED, &rows, missed).await
                })
            })
        };
        for id in ["n1", "n2", "n3"] {
            add_note(db, id, false).await.unwrap();
        }
        raise(Vec::new()).await.unwrap();
        raise(vec![("n1", 1), ("n2", 1)]).await.unwrap();
        // The last of them is of another version.
        assert!(raise(vec![("n3", 1), ("n2", 1)]).await.unwrap_err().is("missed"));
        let found = db.read_own(|tx| Box::pin(async move { versions(tx).await })).await.unwrap();
        assert_eq!(found, [("n1".to_owned(), 2), ("n2".to_owned(), 2), ("n3".to_owned(), 1)]);
    }

    async fn a_read_sends_none(bench) {
        let read = bench.db.read_own(|tx| Box::pin(async move { put(tx, "n1").await }));
        assert!(read.await.is_err());
        let look_up = bench.db.look_up(|tx| Box::pin(async move { put(tx, "n1").await }));
        assert!(look_up.await.is_err());
        assert_eq!(count(&bench.db, "test_note").await, 0);
        add_note(&bench.db, "n2", false).await.unwrap();
    }
}
