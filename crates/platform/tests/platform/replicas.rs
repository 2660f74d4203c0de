//! Reads from replicas: who answers which, who is left out and comes back, and what must not be missed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tradewind_kernel::{Clock, Error, Secret, Timestamp};
use tradewind_platform::db::{Db, MustSee, PostgresOptions, Visit, with_position};
use tradewind_services::{Cluster, FaultProxy, Line};

use crate::bench::{TABLES, add_note, count, surroundings};

/// 1 on a replica, 0 on the primary.
const IS_REPLICA: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END";
const NOTES: &str = "SELECT COUNT(*) FROM test_note";

fn options(url: String, replicas: &[String], lag_max: Duration) -> PostgresOptions {
    PostgresOptions {
        replicas: replicas.iter().map(Secret::new).collect(),
        replica_lag_max: lag_max,
        connections: 4,
        ..PostgresOptions::at(url)
    }
}

fn db(options: &PostgresOptions) -> Result<Db, Error> {
    Db::open_postgres(options, surroundings(&Clock::manual(Timestamp(0)), 7))
}

/// The primary's database with this replica, in rotation.
async fn with_replica(primary: &Cluster, replica: &Cluster, lag_max: Duration) -> Db {
    let db = db(&options(primary.url("postgres"), &[replica.url("postgres")], lag_max)).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&TABLES).await.unwrap();
    db.check_replicas().await.unwrap();
    until(&db, IS_REPLICA, 1).await;
    db
}

async fn read(db: &Db, sql: &'static str) -> i64 {
    db.read(move |tx| Box::pin(async move { tx.number(sql, &[]).await })).await.unwrap()
}

/// Reads until this is the answer.
async fn until(db: &Db, sql: &'static str, wanted: i64) {
    let answered = async {
        while read(db, sql).await != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), answered).await.unwrap_or_else(|_| panic!("{sql} is never {wanted}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_answer_what_may_be_a_little_behind() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let db = with_replica(&primary, &replica, Duration::from_secs(600)).await;
    assert_eq!(db.scan(|tx| Box::pin(async move { tx.number(IS_REPLICA, &[]).await })).await.unwrap(), 1);
    for answered in [
        db.read_own(|tx| Box::pin(async move { tx.number(IS_REPLICA, &[]).await })).await,
        db.scan_own(|tx| Box::pin(async move { tx.number(IS_REPLICA, &[]).await })).await,
        db.write(|tx| Box::pin(async move { tx.number(IS_REPLICA, &[]).await })).await,
        Visit::new(MustSee::Everything).scope(async { Ok(read(&db, IS_REPLICA).await) }).await,
    ] {
        assert_eq!(answered.unwrap(), 0);
    }

    // A connection that breaks in the middle of a read.
    let tries = Arc::new(AtomicU32::new(0));
    let tried = Arc::clone(&tries);
    let broken = db.read(move |tx| {
        Box::pin(async move {
            tried.fetch_add(1, Ordering::SeqCst);
            if tx.number(IS_REPLICA, &[]).await? == 1 {
                tx.number("SELECT CASE WHEN pg_terminate_backend(pg_backend_pid()) THEN 1 END", &[]).await?;
            }
            tx.number(IS_REPLICA, &[]).await
        })
    });
    assert_eq!(broken.await.unwrap(), 0);
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    until(&db, IS_REPLICA, 1).await;

    // Who brings the position of a write sees it, although the replica has stopped replaying.
    replica.run("SELECT pg_wal_replay_pause()");
    let visit = Visit::new(MustSee::Recent);
    let wrote = Arc::clone(&visit).scope(async {
        add_note(&db, "n1", false).await.unwrap();
        (read(&db, NOTES).await, read(&db, IS_REPLICA).await)
    });
    assert_eq!(wrote.await, (1, 0), "within the request that wrote");
    let position = visit.written().unwrap();
    assert_eq!((read(&db, NOTES).await, read(&db, IS_REPLICA).await), (0, 1), "without it");
    assert_eq!(with_position(position, read(&db, NOTES)).await, 1);
    assert!(db.position().await.unwrap().unwrap() >= position);

    // And so does everybody once a change was noted.
    db.note_change();
    assert_eq!((read(&db, NOTES).await, read(&db, IS_REPLICA).await), (1, 0));
    replica.run("SELECT pg_wal_replay_resume()");
    until(&db, IS_REPLICA, 1).await;
    assert_eq!(read(&db, NOTES).await, 1);
    assert_eq!(with_position(position, read(&db, IS_REPLICA)).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_falls_behind_is_left_out_until_it_has_caught_up() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let db = with_replica(&primary, &replica, Duration::from_millis(600)).await;
    replica.run("SELECT pg_wal_replay_pause()");
    add_note(&db, "n1", false).await.unwrap();
    until(&db, IS_REPLICA, 0).await;
    assert_eq!(read(&db, NOTES).await, 1);
    replica.run("SELECT pg_wal_replay_resume()");
    until(&db, IS_REPLICA, 1).await;
    assert_eq!(read(&db, NOTES).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_does_not_wait_for_a_replica_that_has_fallen_silent() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let line = FaultProxy::to(&replica.host());
    let url = replica.url("postgres").replace(&replica.host(), &line.host());
    let db = db(&options(primary.url("postgres"), &[url], Duration::from_secs(600))).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&TABLES).await.unwrap();
    db.check_replicas().await.unwrap();
    until(&db, IS_REPLICA, 1).await;

    // Reads that begin before anybody knows, and in the middle of which it happens.
    line.set(Line::Silent);
    let reading = (0..8).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { read(&db, IS_REPLICA).await })
    });
    let answered = async {
        for answer in reading.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap(), 0);
        }
    };
    // It is noticed after a second; the network would give it up much later.
    tokio::time::timeout(Duration::from_secs(4), answered).await.expect("reads go to the primary");
    line.set(Line::Open);
    until(&db, IS_REPLICA, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_read_fails_when_a_replica_dies_and_comes_back() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let db = with_replica(&primary, &replica, Duration::from_secs(5)).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (db, is_over) = (db.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answers = 0_u32;
                while !is_over.load(Ordering::SeqCst) {
                    read(&db, NOTES).await;
                    answers += 1;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                answers
            })
        })
        .collect();
    replica.kill();
    until(&db, IS_REPLICA, 0).await;
    replica.start();
    until(&db, IS_REPLICA, 1).await;
    is_over.store(true, Ordering::SeqCst);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_replica_of_ours_is_named() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let other = Cluster::new();
    let of_other = other.replica("one", "");
    let gone = "postgres://postgres:hush@127.0.0.1:1/postgres".to_owned();
    let good = replica.url("postgres");
    for (replicas, field, words) in [
        (vec![good.clone(), gone], "replicas[1]", "127.0.0.1:1 cannot be reached"),
        (vec![primary.url("postgres")], "replicas[0]", "is no replica"),
        (vec![good.clone(), of_other.url("postgres")], "replicas[1]", "a replica of another server"),
        (vec![replica.url("template1")], "replicas[0]", "the database template1"),
        (vec!["postgres://a,b/postgres".to_owned()], "replicas[0]", "names one host"),
        (vec!["nonsense".to_owned()], "replicas[0]", "cannot be read"),
    ] {
        let opened = db(&options(primary.url("postgres"), &replicas, Duration::from_secs(5)));
        let error = match opened {
            Ok(db) => db.check_replicas().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.field(), Some(field), "{error:?}");
        assert!(error.message().contains(words) && !format!("{error:?}").contains("hush"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_promoted_takes_the_writes() {
    let primary = Cluster::new();
    let replica = primary.replica("one", "");
    let url = format!("postgres://postgres@{},{}/postgres?sslmode=disable", primary.host(), replica.host());
    // It is one of the primary's hosts, and answers reads until then.
    let db = db(&options(url, &[replica.url("postgres")], Duration::from_secs(5))).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&TABLES).await.unwrap();
    until(&db, IS_REPLICA, 1).await;
    add_note(&db, "before", false).await.unwrap();
    db.note_change();
    until(&db, IS_REPLICA, 1).await;
    primary.kill();
    assert!(add_note(&db, "meanwhile", false).await.is_err());
    assert_eq!(read(&db, NOTES).await, 1, "the catalogue is still there");
    replica.promote();
    let written = async {
        while add_note(&db, "after", false).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), written).await.unwrap();
    assert_eq!(count(&db, "test_note").await, 2);
    until(&db, IS_REPLICA, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_the_primary_knows_is_read_again_when_its_connection_breaks() {
    let primary = Cluster::new();
    let line = FaultProxy::to(&primary.host());
    let url = primary.url("postgres").replace(&primary.host(), &line.host());
    let db = db(&options(url, &[], Duration::from_secs(5))).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&TABLES).await.unwrap();
    add_note(&db, "n1", false).await.unwrap();
    let tries = Arc::new(AtomicU32::new(0));
    let (tried, line) = (Arc::clone(&tries), Arc::new(line));
    let breaking = Arc::clone(&line);
    let own = db.read_own(move |tx| {
        Box::pin(async move {
            if tried.fetch_add(1, Ordering::SeqCst) == 0 {
                breaking.set(Line::Cut);
                breaking.set(Line::Open);
            }
            tx.number(NOTES, &[]).await
        })
    });
    assert_eq!(own.await.unwrap(), 1);
    assert!(tries.load(Ordering::SeqCst) > 1);

    line.set(Line::Cut);
    let own = db.read_own(|tx| Box::pin(async move { tx.number(NOTES, &[]).await }));
    assert_eq!(own.await.unwrap_err().kind(), tradewind_kernel::ErrorKind::Unavailable);
    line.set(Line::Open);
    assert_eq!(count(&db, "test_note").await, 1);
}
