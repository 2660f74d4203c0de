//! Limits on how often something may be tried: a bucket of tokens for each key.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tradewind_kernel::{Clock, Error, ErrorKind, Result};

/// Lets each key try `burst` times at once and then `per_minute` times a minute. Cheap to clone.
#[derive(Clone)]
pub struct RateLimit {
    buckets: moka::sync::Cache<String, Arc<Mutex<Bucket>>>,
    burst: i64,
    per_minute: i64,
    clock: Clock,
}

struct Bucket {
    // In thousandths of a token, so that refilling stays in whole numbers.
    millitokens: i64,
    filled_at_millis: i64,
}

impl RateLimit {
    /// A limit; it remembers the last 100,000 keys for ten minutes.
    #[must_use]
    pub fn new(clock: Clock, burst: u32, per_minute: u32) -> Self {
        let buckets = moka::sync::Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(600)).build();
        Self { buckets, burst: i64::from(burst), per_minute: i64::from(per_minute), clock }
    }

    /// Takes one token of this key, or says how to go on.
    pub fn take(&self, key: &str) -> Result<()> {
        let now = self.clock.now().0;
        let full = self.burst * 1000;
        let bucket = self
            .buckets
            .get_with_by_ref(key, || Arc::new(Mutex::new(Bucket { millitokens: full, filled_at_millis: now })));
        let mut bucket = bucket.lock();
        let passed_millis = (now - bucket.filled_at_millis).max(0);
        let refill = passed_millis.saturating_mul(self.per_minute) / 60;
        if refill > 0 {
            bucket.millitokens = bucket.millitokens.saturating_add(refill).min(full);
            bucket.filled_at_millis = now;
        }
        if bucket.millitokens < 1000 {
            return Err(Error::new(
                ErrorKind::TooManyRequests,
                "Too many attempts. Please wait a minute and try again.",
            ));
        }
        bucket.millitokens -= 1000;
        Ok(())
    }
}
