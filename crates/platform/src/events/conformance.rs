//! The behaviour that every broker must show.
#![expect(clippy::unwrap_used, reason = "a failing suite panics")]

use std::time::Duration;

use bytes::Bytes;

use super::{Broker, LETTER_BYTES_MAX, Letter, Subscription};

/// How long something may take that is there.
const LONG: Duration = Duration::from_secs(10);
/// How long is looked for what is not there.
const SHORT: Duration = Duration::from_millis(100);

/// The letters with these numbers, in their order.
#[must_use]
pub fn letters(numbers: std::ops::Range<u32>) -> Vec<Letter> {
    let letter = |number| Letter {
        id: format!("evt_{number}"),
        kind: if number % 2 == 0 { "test.even" } else { "test.odd" }.to_owned(),
        body: Bytes::from(format!("{{\"number\":{number}}}")),
    };
    numbers.map(letter).collect()
}

/// Publishes these, and sees each of them confirmed.
pub async fn publish(broker: &dyn Broker, letters: &[Letter]) {
    for (letter, answer) in letters.iter().zip(broker.publish(letters).await) {
        answer.unwrap_or_else(|error| panic!("{}: {error:?}", letter.id));
    }
}

/// Reads so many, however they are cut into pieces.
pub async fn read(subscription: &mut dyn Subscription, count: usize) -> Vec<Bytes> {
    let mut bodies = Vec::new();
    while bodies.len() < count {
        let more = subscription.next(count - bodies.len(), LONG).await.unwrap();
        assert!(!more.is_empty(), "there are only {} of {count}", bodies.len());
        bodies.extend(more);
    }
    bodies
}

fn bodies(numbers: std::ops::Range<u32>) -> Vec<Bytes> {
    letters(numbers).into_iter().map(|letter| letter.body).collect()
}

/// Runs the whole suite against an empty broker, seen by two processes; panics with what is wrong.
pub async fn suite(here: &dyn Broker, there: &dyn Broker) {
    here.check().await.unwrap();
    there.check().await.unwrap();
    assert!(here.publish(&[]).await.is_empty(), "nothing is answered with nothing");

    // What nobody reads yet waits.
    publish(here, &letters(0..50)).await;
    let mut first = there.subscribe().await.unwrap();
    assert_eq!(read(&mut *first, 7).await, bodies(0..7));
    first.acknowledge(3).await.unwrap();
    assert_eq!(read(&mut *first, 13).await, bodies(7..20), "an acknowledgement moves nothing");
    first.acknowledge(7).await.unwrap();
    let counting = async {
        while first.lag().await.unwrap() != 30 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LONG, counting).await.expect("what nobody has read lags");
    first.close().await;

    // Whoever comes after goes on behind the last acknowledgement.
    let mut second = here.subscribe().await.unwrap();
    assert_eq!(read(&mut *second, 40).await, bodies(10..50), "what was not acknowledged comes again, in order");
    second.acknowledge(40).await.unwrap();
    assert!(second.next(10, SHORT).await.unwrap().is_empty(), "nothing is left");
    publish(there, &letters(50..53)).await;
    assert_eq!(read(&mut *second, 3).await, bodies(50..53), "and what comes later comes");
    second.acknowledge(3).await.unwrap();
    assert_eq!(second.lag().await.unwrap(), 0);

    // The longest, and what looks like the end of a line.
    let long = [
        Letter { body: Bytes::from(vec![b'x'; LETTER_BYTES_MAX]), ..letters(53..54).remove(0) },
        Letter { body: Bytes::from_static("\r\n\0ü".as_bytes()), ..letters(54..55).remove(0) },
    ];
    publish(here, &long).await;
    assert_eq!(read(&mut *second, 2).await, long.map(|letter| letter.body));
    second.acknowledge(2).await.unwrap();
    second.close().await;
    let mut third = there.subscribe().await.unwrap();
    assert!(third.next(10, SHORT).await.unwrap().is_empty(), "nothing of it comes again");
    third.close().await;
}
