//! Limits on how often something may be tried: a bucket of tokens for each key, in the memory of a process and, where several
//! processes share a database, in that.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Clock, Error, ErrorKind, Result};

use crate::db::{Db, Tx};
use crate::params;
use crate::sweep::remove_due;

/// Lets each key try `burst` times at once and then `per_minute` times a minute, over all processes. Cheap to clone.
#[derive(Clone)]
pub struct RateLimit {
    name: &'static str,
    /// The database that the processes share; `None` where there is one process.
    shared: Option<Db>,
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
    /// A limit under a name of its own; each process remembers the last 100,000 keys for ten minutes.
    #[must_use]
    pub fn new(name: &'static str, db: &Db, clock: Clock, burst: u32, per_minute: u32) -> Self {
        let buckets = moka::sync::Cache::builder().max_capacity(100_000).time_to_idle(Duration::from_secs(600)).build();
        let shared = db.is_shared().then(|| db.clone());
        Self { name, shared, buckets, burst: i64::from(burst), per_minute: i64::from(per_minute), clock }
    }

    /// Takes one token of this key, or says how to go on.
    pub async fn take(&self, key: &str) -> Result<()> {
        // What this process has let through alone is too much already: then nobody else need be asked.
        let is_let_through = self.take_here(key) && self.take_everywhere(key).await?;
        if is_let_through {
            return Ok(());
        }
        Err(Error::new(ErrorKind::TooManyRequests, "Too many attempts. Please wait a minute and try again."))
    }

    fn take_here(&self, key: &str) -> bool {
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
        let is_enough = bucket.millitokens >= 1000;
        if is_enough {
            bucket.millitokens -= 1000;
        }
        is_enough
    }

    async fn take_everywhere(&self, key: &str) -> Result<bool> {
        let Some(db) = &self.shared else { return Ok(true) };
        let token_millis = 60_000 / self.per_minute.max(1);
        let most_millis = token_millis.saturating_mul(self.burst.max(1));
        // Whom a row is about is nobody's business.
        let id = hex::encode(&Sha256::digest(format!("{}:{key}", self.name).as_bytes())[..16]);
        let now = self.clock.now().0;
        let taking =
            db.write_unmarked(move |tx| Box::pin(async move { take(tx, &id, now, token_millis, most_millis).await }));
        taking.await
    }
}

/// Forgets the keys whose bucket is full again; returns how many rows went.
pub async fn sweep(db: &Db) -> Result<u64> {
    remove_due(db, "platform_limits", "full_at").await
}

/// The generic cell rate algorithm (ITU-T I.371): a row says when its bucket will be full again. A token puts that off by the
/// time in which one is refilled, and there is none where it would be put off to later than an empty bucket takes.
async fn take(tx: &mut Tx, id: &str, now: i64, token_millis: i64, most_millis: i64) -> Result<bool> {
    let changed = tx
        .execute(
            "INSERT INTO platform_limits AS bucket (id, full_at) VALUES ($1, $2 + $3)
             ON CONFLICT (id) DO UPDATE
             SET full_at = CASE WHEN bucket.full_at > $2 THEN bucket.full_at ELSE $2 END + $3
             WHERE CASE WHEN bucket.full_at > $2 THEN bucket.full_at ELSE $2 END + $3 <= $2 + $4",
            params![id, now, token_millis, most_millis],
        )
        .await?;
    Ok(changed > 0)
}
