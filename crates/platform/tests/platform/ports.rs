//! Ports that know nothing of the database: blobs, mail, limits.

use tradewind_kernel::{Clock, Timestamp};
use tradewind_platform::blobs;
use tradewind_platform::limits::RateLimit;
use tradewind_platform::mail::{FileMailer, MAILBOX, Mail, Mailer as _};

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
