//! Many rows by one statement, and many commands by one transaction: the same on each engine, whoever fails among them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::{Asked, Batch, Batches, Change, Holds, Param, Shards, Tx, TxFuture, UNIQUE};
use tradewind_platform::events;
use tradewind_platform::idempotency::{Claiming, IdempotencyKeys};
use tradewind_platform::params;
use tradewind_platform::telemetry::with_request_id;

use crate::bench::{Bench, Noted, count, on_each_engine};

const COLUMNS: [(&str, Holds); 3] = [("id", Holds::Text), ("version", Holds::Int), ("body", Holds::Json)];

async fn bodies(bench: &Bench) -> Vec<(String, i64, String)> {
    bench
        .db
        .read_own(|tx| {
            Box::pin(async move {
                let sql = "SELECT id, version, body FROM test_note ORDER BY id";
                tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?, row.json(2)?))).await
            })
        })
        .await
        .unwrap()
}

async fn insert(tx: &mut Tx, notes: &[(&str, &str)]) -> Result<()> {
    let rows = notes.iter().map(|(id, text)| params![*id, 1, serde_json::Value::from(*text).to_string()].to_vec());
    tx.insert_all("test_note", &COLUMNS, &rows.collect::<Vec<_>>()).await
}

on_each_engine! {
    async fn rows_are_stored_and_changed_by_set(bench) {
        let texts = [("a", "plain"), ("b", "{\"quoted\", \\ and 'so'}"), ("c", "a\nb, NULL ☃"), ("d", "")];
        let changed = bench
            .db
            .write(move |tx| {
                Box::pin(async move {
                    insert(tx, &[]).await?;
                    insert(tx, &texts).await?;
                    tx.lock_all("test_note", &COLUMNS[..1], &[params!["d"].to_vec(), params!["a"].to_vec()]).await?;
                    let change = Change {
                        table: "test_note",
                        set: "version = own.version + given.version, body = given.body",
                        condition: "own.id = given.id AND own.version = 1",
                    };
                    let rows: Vec<_> = ["a", "d", "nowhere"]
                        .iter()
                        .map(|id| params![*id, 6, "\"new\""].to_vec())
                        .collect();
                    let changed = tx.update_all(change, &COLUMNS, &rows).await?;
                    // They are at another version now.
                    assert_eq!(tx.update_all(change, &COLUMNS, &rows).await?, 0);
                    Ok(changed)
                })
            })
            .await
            .unwrap();
        assert_eq!(changed, 2);
        let expected: Vec<_> = texts
            .iter()
            .map(|(id, text)| match *id {
                "a" | "d" => ((*id).to_owned(), 7, "new".to_owned()),
                _ => ((*id).to_owned(), 1, (*text).to_owned()),
            })
            .collect();
        assert_eq!(bodies(&bench).await, expected);
    }

    async fn a_set_with_a_row_that_cannot_be_stored_stores_nothing(bench) {
        let twice = bench
            .db
            .write(|tx| Box::pin(async move { insert(tx, &[("a", "first"), ("b", "x"), ("a", "second")]).await }))
            .await;
        assert!(twice.unwrap_err().is(UNIQUE));
        let no_version = bench
            .db
            .write(|tx| {
                Box::pin(async move {
                    let row = vec![Param::from("a"), Param::Null, Param::from("1")];
                    tx.insert_all("test_note", &COLUMNS, &[row]).await
                })
            })
            .await;
        no_version.unwrap_err();
        assert_eq!(count(&bench.db, "test_note").await, 0);
    }

    async fn who_fails_in_a_batch_fails_alone(bench) {
        let notes = Batches::new(Notes::default(), Shards::single(bench.db.clone()));
        let before = bench.db.lane_use();
        let tasks: Vec<_> = (0..300)
            .map(|number| {
                let notes = notes.clone();
                // Some cannot be stored by set, and some not at all.
                let kind = match number % 20 {
                    7 => "never",
                    11 => "alone",
                    13 => "panic",
                    _ => "plain",
                };
                tokio::spawn(async move { notes.write(Bucket::of("n"), format!("{kind}-{number}")).await })
            })
            .collect();
        let mut kept = 0;
        for task in tasks {
            if let Ok(answer) = task.await.unwrap() {
                assert!(!answer.starts_with("never") && !answer.starts_with("panic"), "{answer}");
                kept += 1;
            }
        }
        assert_eq!((kept, count(&bench.db, "test_note").await), (270, 270));
        let used = bench.db.lane_use();
        assert!(used.commands - before.commands >= 300, "{used:?}");
        // And the line is served on.
        assert_eq!(notes.write_alone(Bucket::of("n"), "plain-a".to_owned()).await.unwrap(), "plain-a");
        assert_eq!(notes.write(Bucket::of("n"), "plain-b".to_owned()).await.unwrap(), "plain-b");
    }

    async fn each_of_a_batch_is_marked_as_done_and_known_by_its_request(bench) {
        let notes = Batches::new(Notes::default(), Shards::single(bench.db.clone()));
        let keys = IdempotencyKeys::new(bench.db.clone(), 60);
        let tasks: Vec<_> = (0..40)
            .map(|number| {
                let (notes, keys) = (notes.clone(), keys.clone());
                tokio::spawn(with_request_id(format!("req-{number}"), async move {
                    let Claiming::Claimed(claim) = keys.claim(&format!("k{number}"), "f", false).await.unwrap() else {
                        panic!("a key that is free");
                    };
                    let writing = notes.write(Bucket::of("n"), format!("told-{number}"));
                    Arc::clone(&claim).scope(writing).await.unwrap();
                    // Given back without an answer, it is known that something was done.
                    keys.finish(&claim, None).await.unwrap();
                }))
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        for number in 0..40 {
            let again = keys.claim(&format!("k{number}"), "f", false).await.unwrap();
            assert!(matches!(again, Claiming::AnswerLost), "{again:?}");
        }
        assert_eq!(events::waiting(&bench.db).await.unwrap(), 40);
        let strangers = "SELECT COUNT(*) FROM platform_outbox WHERE request_id <> 'req-' || SUBSTR(aggregate, 6)";
        let strangers = bench.db.read_own(move |tx| Box::pin(async move { tx.number(strangers, &[]).await })).await;
        assert_eq!(strangers.unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgresql_many_share_a_transaction() {
    let bench = Bench::postgres().await;
    let notes = Notes::default();
    let by_set = Arc::clone(&notes.by_set);
    let notes = Batches::new(notes, Shards::single(bench.db.clone()));
    let before = bench.db.lane_use();
    let writing = (0..200).map(|number| notes.write(Bucket::of("n"), format!("plain-{number}")));
    for answer in futures::future::join_all(writing).await {
        answer.unwrap();
    }
    let used = bench.db.lane_use();
    let (commands, transactions) = (used.commands - before.commands, used.transactions - before.transactions);
    // The first may have begun before the second came.
    assert!(commands == 200 && transactions <= 4, "{commands} in {transactions}");
    assert!(by_set.load(Ordering::Relaxed) >= 199);
}

/// Storing notes.
#[derive(Default)]
struct Notes {
    by_set: Arc<AtomicUsize>,
}

impl Batch for Notes {
    type Item = String;
    type Answer = String;

    fn one<'t>(&'t self, tx: &'t mut Tx, id: String) -> TxFuture<'t, String> {
        Box::pin(async move {
            insert(tx, &[(&id, "one")]).await?;
            if id.starts_with("told") {
                tx.publish(&Noted { id: id.clone(), number: 1 }).await?;
            }
            assert!(!id.starts_with("panic"), "on purpose");
            if id.starts_with("never") { Err(Error::not_allowed("this one never")) } else { Ok(id) }
        })
    }

    fn all<'t>(&'t self, tx: &'t mut Tx, asked: Vec<Asked<String>>) -> TxFuture<'t, Vec<String>> {
        Box::pin(async move {
            let notes: Vec<_> = asked.iter().map(|one| (one.item.as_str(), "set")).collect();
            insert(tx, &notes).await?;
            let told = asked.iter().filter(|one| one.item.starts_with("told"));
            let told: Vec<_> =
                told.map(|one| (Noted { id: one.item.clone(), number: 2 }, one.request_id.clone())).collect();
            tx.publish_all(&told).await?;
            assert!(!asked.iter().any(|one| one.item.starts_with("panic")), "on purpose");
            if asked.iter().any(|one| !one.item.starts_with("plain") && !one.item.starts_with("told")) {
                return Err(Error::conflict("not by set"));
            }
            self.by_set.fetch_add(asked.len(), Ordering::Relaxed);
            Ok(asked.into_iter().map(|one| one.item).collect())
        })
    }
}
