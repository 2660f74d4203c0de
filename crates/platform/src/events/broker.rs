//! The port of brokers: systems that carry events between processes, and to programs in other languages.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use tradewind_kernel::{Result, Rng};

/// The longest event that is handed to a broker, in bytes. NATS takes a mebibyte with its headers, unless told otherwise.
pub const LETTER_BYTES_MAX: usize = 1_000_000;

/// An event on its way through a broker.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Letter {
    /// The event's id, the same however often it is published.
    pub id: String,
    /// Its kind, by which consumers choose: letters, digits, `_` and dots.
    pub kind: String,
    /// The event as CloudEvents JSON.
    pub body: Bytes,
}

/// A broker. It keeps what it has confirmed until whoever subscribes has acknowledged it, also over its own end and a new start.
///
/// Connections are made when they are needed, and anew after a failure. Nothing waits for longer than some seconds.
pub trait Broker: Send + Sync {
    /// Whether it can be reached and lets the shop do what it must; the error's field is the setting that is wrong.
    fn check(&self) -> BoxFuture<'_, Result<()>>;

    /// Publishes these in their order, and waits until the broker has each of them on its disk. For each there is an answer: an
    /// error of kind `Unavailable` is for another try, of kind `Invalid` for none, because the broker will never take it.
    fn publish<'a>(&'a self, letters: &'a [Letter]) -> BoxFuture<'a, Vec<Result<()>>>;

    /// Begins to read at the first event that nobody has acknowledged. One at a time reads, which the caller sees to; what an
    /// earlier subscription had read and not acknowledged comes again, in order.
    fn subscribe(&self) -> BoxFuture<'_, Result<Box<dyn Subscription>>>;
}

/// Reading from a broker. After an error it is closed, and another begun.
pub trait Subscription: Send {
    /// The next events in order, at most so many; waits at most so long for the first of them, and then there are none.
    fn next(&mut self, most: usize, patience: Duration) -> BoxFuture<'_, Result<Vec<Bytes>>>;

    /// The first so many of those that were read and not acknowledged need not come again. They may, all the same.
    fn acknowledge(&mut self, count: usize) -> BoxFuture<'_, Result<()>>;

    /// How many events wait to be read, as far as the broker tells.
    fn lag(&mut self) -> BoxFuture<'_, Result<u64>>;

    /// Ends it.
    fn close(self: Box<Self>) -> BoxFuture<'static, ()>;
}

/// The broker of a shop, and who this process is to it. Cheap to clone.
#[derive(Clone)]
pub struct Bus {
    /// The broker.
    pub broker: Arc<dyn Broker>,
    /// What events say they come from: the address of the shop.
    pub source: String,
    /// The name of this process among those of the shop.
    pub holder: String,
    /// Chance, for pauses that do not end together.
    pub rng: Rng,
}
