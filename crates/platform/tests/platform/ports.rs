//! Small ports: blobs, mail, limits.

use tradewind_kernel::{Clock, Timestamp};
use tradewind_platform::db::Db;
use tradewind_platform::limits::{self, RateLimit};
use tradewind_platform::mail::{FileMailer, MAILBOX, Mail, Mailer as _};
use tradewind_platform::{MIGRATIONS, blobs};
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
async fn mail_sent_twice_with_one_key_is_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Timestamp(1_700_000_000_000));
    let mailer = FileMailer::new(folder.path(), "Shop <shop@example.com>", clock);
    let mail = Mail {
        key: "order-placed-1".to_owned(),
        to: "shopper@example.com".to_owned(),
        subject: "Your order".to_owned(),
        text: "Thank you".to_owned(),
        html: "<p>Thank you</p>".to_owned(),
    };
    mailer.send(&mail).await.unwrap();
    mailer.send(&mail).await.unwrap();
    let mailbox = std::fs::read_to_string(folder.path().join(MAILBOX)).unwrap();
    assert_eq!(mailbox.matches("Subject: Your order").count(), 1, "{mailbox}");
    let bad = Mail { to: "nobody".to_owned(), ..mail };
    assert_eq!(mailer.send(&bad).await.unwrap_err().field(), Some("email"));
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
