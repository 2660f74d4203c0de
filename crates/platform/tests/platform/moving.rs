//! A store that is moved while others write to it: whatever they do, and however often the move is stopped, the target ends up
//! as what the source was when it refused its first write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Notify;
use tradewind_kernel::{Clock, Error, ErrorKind, Rng, Timestamp};
use tradewind_platform::db::{Db, MOVED, Migration, Migrations, Moved, Progress, Tx, UNIQUE, give_up_move, move_shop};
use tradewind_platform::params;
use tradewind_services::Store;

use crate::bench::surroundings;

/// Unique columns beside the key, a key of two columns, every type, and values that may be missing.
const GOODS: Migrations = Migrations {
    module: "goods",
    steps: &[Migration {
        name: "V1__goods",
        sqlite: "CREATE TABLE goods_thing (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, is_on BOOLEAN NOT NULL,
                     amount BIGINT, body JSON NOT NULL, note TEXT);
                 CREATE TABLE goods_part (thing_id TEXT NOT NULL, number BIGINT NOT NULL, text TEXT NOT NULL,
                     PRIMARY KEY (thing_id, number)) WITHOUT ROWID;",
        postgres:
            "CREATE TABLE goods_thing (id TEXT COLLATE \"C\" PRIMARY KEY, code TEXT COLLATE \"C\" NOT NULL UNIQUE,
                     is_on BOOLEAN NOT NULL, amount BIGINT, body JSON NOT NULL, note TEXT COLLATE \"C\");
                 CREATE TABLE goods_part (thing_id TEXT COLLATE \"C\" NOT NULL, number BIGINT NOT NULL,
                     text TEXT COLLATE \"C\" NOT NULL, PRIMARY KEY (thing_id, number));",
    }],
};
const HISTORIES: [Migrations; 2] = [tradewind_platform::MIGRATIONS, GOODS];
const THINGS: i64 = 3000;
/// JSON stays the text it is, to the last space.
const BODIES: [&str; 4] =
    [r#"{ "b" : 1.0,  "a":"\u0000" }"#, "[]", r#"{"text":"'Grüße', \"said\" he \\ 😀"}"#, r#""$1""#];
const NOTES: [Option<&str>; 4] = [None, Some(""), Some("a\n\t'b'"), Some("ß")];

fn open(store: &Store) -> Db {
    Db::open_at(store.place(), surroundings(&Clock::manual(Timestamp(1_700_000_000_000)), 7)).unwrap()
}

async fn filled(store: &Store) -> Db {
    let db = open(store);
    for history in &HISTORIES {
        db.migrate(history).await.unwrap();
    }
    let fill = db.write(|tx| {
        Box::pin(async move {
            for number in 0..THINGS {
                add_thing(tx, &format!("t{number}"), &format!("c{number}"), number).await?;
                let part = "INSERT INTO goods_part (thing_id, number, text) VALUES ($1, $2, $3)";
                tx.execute(part, params![format!("t{}", number / 7), number - 2, "part"]).await?;
            }
            // Positions that were used and are gone.
            let wait = "INSERT INTO platform_outbox (id, kind, aggregate, body, at) VALUES ($1, 'k', 'a', '{}', 0)";
            for number in 0..5 {
                tx.execute(wait, params![format!("e{number}")]).await?;
            }
            tx.execute("DELETE FROM platform_outbox", params![]).await
        })
    });
    fill.await.unwrap();
    db
}

async fn add_thing(tx: &mut Tx, id: &str, code: &str, number: i64) -> Result<(), Error> {
    let sql = "INSERT INTO goods_thing (id, code, is_on, amount, body, note) VALUES ($1, $2, $3, $4, $5, $6)";
    let amount = (number % 3 != 0).then_some(if number % 5 == 0 { i64::MIN + number } else { i64::MAX - number });
    let at = usize::try_from(number % 4).unwrap();
    tx.execute(sql, params![id, code, number % 2 == 0, amount, BODIES[at], NOTES[at]]).await.map(|_| ())
}

/// One change of things that others may be changing, too.
async fn change(db: &Db, rng: &Rng) -> Result<(), Error> {
    let [kind, one, other] = [5, 3000, 3000].map(|limit| rng.below(limit));
    let (id, fresh) = (format!("t{one}"), format!("t{other}"));
    let changed = db.write(move |tx| {
        Box::pin(async move {
            match kind {
                // A code goes from one thing to another that may not have been there.
                0 => {
                    let code = "SELECT code FROM goods_thing WHERE id = $1";
                    if let Some(code) = tx.query_one(code, params![&id], |row| row.text(0)).await? {
                        tx.execute("DELETE FROM goods_thing WHERE id IN ($1, $2)", params![&id, &fresh]).await?;
                        add_thing(tx, &fresh, &code, 1).await?;
                    }
                    Ok(())
                }
                1 => tx.execute("DELETE FROM goods_thing WHERE id = $1", params![&id]).await.map(|_| ()),
                2 => {
                    let sql = "UPDATE goods_thing SET is_on = $1, amount = $2, body = $3 WHERE id = $4";
                    tx.execute(sql, params![true, 7, "{}", &id]).await.map(|_| ())
                }
                // The key itself changes.
                3 => {
                    let sql = "UPDATE goods_part SET number = number + 100000 WHERE thing_id = $1";
                    tx.execute(sql, params![&id]).await.map(|_| ())
                }
                _ => add_thing(tx, &format!("n{other}"), &format!("n{one}"), 2).await,
            }
        })
    });
    changed.await
}

/// Changes things until the store refuses; counts what was acknowledged.
fn keep_changing(db: Db, seed: u64, acknowledged: Arc<AtomicU64>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let rng = Rng::seeded(seed);
        loop {
            match change(&db, &rng).await {
                Ok(()) => acknowledged.fetch_add(1, Ordering::Relaxed),
                Err(error) if error.is(MOVED) => {
                    assert_eq!(error.kind(), ErrorKind::Unavailable);
                    return;
                }
                // A key that is taken, or a moment of haste.
                Err(error) if error.is(UNIQUE) || error.kind() == ErrorKind::Unavailable => continue,
                Err(error) => panic!("{error:?}"),
            };
        }
    })
}

/// Moves, but stops for good after so many pieces of the copy.
async fn move_until(source: &Db, target: &Db, pieces: usize) -> Option<Result<Moved, Error>> {
    let (stop, copied) = (Notify::new(), AtomicU64::new(0));
    let moving = move_shop(source, target, &HISTORIES, |progress| {
        if matches!(progress, Progress::Copied { .. }) && copied.fetch_add(1, Ordering::Relaxed) + 1 == pieces as u64 {
            stop.notify_one();
        }
    });
    tokio::select! {
        biased;
        () = stop.notified() => None,
        moved = moving => Some(moved),
    }
}

async fn contents(db: &Db) -> Vec<String> {
    let all = [
        "SELECT id, code, is_on, COALESCE(amount, -1), body, COALESCE(note, 'none') FROM goods_thing ORDER BY id",
        "SELECT thing_id, text, 0, number, 'null', 'none' FROM goods_part ORDER BY thing_id, number",
    ];
    let read = db.scan_own(move |tx| {
        Box::pin(async move {
            let mut rows = Vec::new();
            for sql in all {
                let read = tx.query(sql, params![], |row| {
                    let (texts, numbers) = ([0, 1, 4, 5].map(|at| row.text(at)), [2, 3].map(|at| row.int(at)));
                    Ok(format!("{texts:?} {numbers:?}"))
                });
                rows.extend(read.await?);
            }
            Ok(rows)
        })
    });
    read.await.unwrap()
}

async fn moves_under_load(from: Store, to: Store) {
    let (source, acknowledged) = (filled(&from).await, Arc::new(AtomicU64::new(0)));
    let serving = open(&from);
    let busy: Vec<_> = (1..=3).map(|seed| keep_changing(serving.clone(), seed, Arc::clone(&acknowledged))).collect();
    let target = open(&to);
    for pieces in [2, 1, 4] {
        assert!(move_until(&source, &target, pieces).await.is_none(), "it was stopped in the middle");
        let early = target.check_move().await.unwrap_err();
        assert!(early.message().contains("not all of it has arrived"), "{early}");
        source.check_move().await.unwrap();
    }
    let moved = move_until(&source, &target, usize::MAX).await.unwrap().unwrap();
    for busy in busy {
        busy.await.unwrap();
    }
    let (left, arrived) = (contents(&source).await, contents(&target).await);
    let first = left.iter().zip(&arrived).find(|(left, arrived)| left != arrived);
    assert_eq!((first, left.len()), (None, arrived.len()));
    assert!(left.iter().all(|row| !row.contains("Err")), "{}", left[0]);
    assert!(moved.followed > 0 && acknowledged.load(Ordering::Relaxed) > 0, "something happened meanwhile: {moved:?}");
    assert!(moved.waited.as_secs() < 5, "{moved:?}");
    target.check_move().await.unwrap();
    let gone = serving.check_move().await.unwrap_err();
    assert!(gone.message().contains(&target.place()), "{gone}");
    // To ask for it again tells where the shop is, and does nothing.
    let again = move_shop(&source, &target, &HISTORIES, |_| ()).await.unwrap_err();
    assert_eq!(again.message(), gone.message());
    let given_up = give_up_move(&source, &HISTORIES).await.unwrap_err();
    assert_eq!(given_up.message(), gone.message());
    // Positions go on, and the store is one like any other.
    let next = target.write(|tx| {
        Box::pin(async move {
            let sql = "INSERT INTO platform_outbox (id, kind, aggregate, body, at) VALUES ('e', 'k', 'a', '{}', 0)
                       RETURNING position";
            tx.number(sql, params![]).await
        })
    });
    assert_eq!(next.await.unwrap(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_sqlite_to_postgres() {
    moves_under_load(Store::sqlite(), Store::postgres()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_sqlite() {
    moves_under_load(Store::postgres(), Store::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_postgres_to_postgres() {
    moves_under_load(Store::postgres(), Store::postgres()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_given_up_leaves_nothing_behind() {
    for from in [Store::sqlite(), Store::postgres()] {
        let (source, to) = (filled(&from).await, Store::postgres());
        let target = open(&to);
        assert!(move_until(&source, &target, 2).await.is_none());
        let elsewhere = Store::sqlite();
        let refused = move_shop(&source, &open(&elsewhere), &HISTORIES, |_| ()).await.unwrap_err();
        assert!(refused.message().contains("is on its way to the database"), "{refused}");
        assert!(give_up_move(&source, &HISTORIES).await.unwrap());
        assert!(!give_up_move(&source, &HISTORIES).await.unwrap());
        change(&source, &Rng::seeded(5)).await.unwrap();
        let traces = source.read_own(|tx| {
            Box::pin(async move {
                let sql = match tx.dialect() {
                    tradewind_platform::db::Dialect::Sqlite => {
                        "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'platform_move%'"
                    }
                    tradewind_platform::db::Dialect::Postgres => {
                        "SELECT (SELECT COUNT(*) FROM pg_class WHERE relname LIKE 'platform_move%')
                              + (SELECT COUNT(*) FROM pg_proc WHERE proname LIKE 'platform_move%')
                              + (SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'platform_move%')"
                    }
                };
                tx.number(sql, params![]).await
            })
        });
        assert_eq!(traces.await.unwrap(), 0);
        // What it has left in the target is of no use to the next one.
        let refused = move_shop(&source, &target, &HISTORIES, |_| ()).await.unwrap_err();
        assert!(refused.message().contains("holds an unfinished move"), "{refused}");
        move_shop(&source, &open(&elsewhere), &HISTORIES, |_| ()).await.unwrap();
        assert_eq!(contents(&source).await, contents(&open(&elsewhere)).await);
    }
}
