//! The port: a cache that several processes share.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use tradewind_kernel::Result;

/// Bytes under keys, for a while. Whatever is in it can be had again: it may forget anything at any time, and fail.
///
/// An error means that it could not be asked now. It comes soon, within a tenth of a second or so, also where the other side is
/// slow or gone: whoever asks goes on without.
pub trait SharedCache: Send + Sync {
    /// What is under a key.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>>;

    /// Puts a value under a key, for so long at most.
    fn put<'a>(&'a self, key: &'a str, value: Bytes, kept_for: Duration) -> BoxFuture<'a, Result<()>>;

    /// Whether this caller is the first to claim a key; it has it until it is released or the time is over.
    fn claim<'a>(&'a self, key: &'a str, held_for: Duration) -> BoxFuture<'a, Result<bool>>;

    /// Removes what is under a key, be it a value or a claim.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>>;

    /// Whether it can be reached and does what is asked of it; the error says what is wrong.
    fn check(&self) -> BoxFuture<'_, Result<()>>;
}
