//! Small ports: blobs, mail, limits.

use std::path::Path;

use tradewind_kernel::{Clock, Timestamp};
use tradewind_platform::db::Db;
use tradewind_platform::limits::{self, RateLimit};
use tradewind_platform::mail::{FileMailer, MAILBOX, Sender};
use tradewind_platform::{MIGRATIONS, blobs, mail};
use tradewind_services::Store;

use crate::bench::surroundings;

/// Another process on a store.
async fn open(store: &Store, clock: &Clock) -> Db {
    let db = Db::open_at(store.place(), surroundings(clock, 1)).unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    db
}

#[tokio::test]
async fn blobs_on_the_disk_keep_the_ports_promises() {
    let folder = tempfile::tempdir().unwrap();
    blobs::conformance::suite(&blobs::DiskBlobs::new(folder.path())).await;
}

#[tokio::test]
async fn the_mailbox_keeps_the_ports_promises() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp(1_700_000_000_000));
    let mailer = FileMailer::new(folder.path(), Sender::parse("Shop <shop@example.com>").unwrap(), clock);
    let path = folder.path().join(MAILBOX);
    mail::conformance::suite(&mailer, || messages_in(&path)).await;
    let messages = messages_in(&path);
    assert_eq!(mail::conformance::ids(&messages).len(), messages.len(), "and what is sent twice is there once");
}

/// The messages of a mailbox, as a mail program reads them.
fn messages_in(path: &Path) -> Vec<String> {
    let Ok(mailbox) = std::fs::read_to_string(path) else { return Vec::new() };
    let unquoted = |entry: &str| {
        let lines = entry.lines().skip(3).map(|line| match line.trim_start_matches('>').starts_with("From ") {
            true => line.strip_prefix('>').unwrap_or(line),
            false => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    format!("\n{mailbox}").split("\nFrom ").skip(1).map(unquoted).collect()
}

#[test]
fn a_sender_that_is_none_is_refused() {
    for text in ["", "Shop", "Shop <shop>", "a@example.com, b@example.com"] {
        assert_eq!(Sender::parse(text).unwrap_err().field(), Some("from"), "{text:?}");
    }
}

#[tokio::test]
async fn a_limit_refills_with_time() {
    let clock = Clock::manual(Timestamp(0));
    for store in [Store::sqlite(), Store::postgres()] {
        let db = open(&store, &clock).await;
        let limit = RateLimit::new("test", &db, clock.clone(), 3, 6);
        for _ in 0..3 {
            limit.take("someone").await.unwrap();
        }
        assert!(limit.take("someone").await.is_err());
        limit.take("somebody else").await.unwrap();
        clock.advance_seconds(10);
        limit.take("someone").await.unwrap();
        assert!(limit.take("someone").await.is_err());
    }
}

#[tokio::test]
async fn a_limit_holds_over_all_processes() {
    let (clock, store) = (Clock::manual(Timestamp(0)), Store::postgres());
    let (here, there) = (open(&store, &clock).await, open(&store, &clock).await);
    let process = |db: &Db| RateLimit::new("test", db, clock.clone(), 4, 6);
    let (here_limit, there_limit) = (process(&here), process(&there));
    for limit in [&here_limit, &there_limit, &here_limit, &there_limit] {
        limit.take("someone").await.unwrap();
    }
    for limit in [&here_limit, &there_limit, &process(&here)] {
        assert!(limit.take("someone").await.is_err(), "also where a process has just been started");
    }
    RateLimit::new("another", &there, clock.clone(), 4, 6).take("someone").await.unwrap();
    clock.advance_seconds(10);
    there_limit.take("someone").await.unwrap();
    assert!(here_limit.take("someone").await.is_err());
    assert_eq!(limits::sweep(&here).await.unwrap(), 1, "the bucket of another is full again");
    clock.advance_seconds(60);
    assert_eq!(limits::sweep(&here).await.unwrap(), 1);
}
