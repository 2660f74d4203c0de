//! Cache-aside: memory first, one load per key however many ask, dropped by events.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use tradewind_kernel::{Error, Result};

/// A typed cache. Cheap to clone; clones share what they hold.
#[derive(Clone)]
pub struct Cache<K, V> {
    name: &'static str,
    memory: moka::future::Cache<K, V>,
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A cache of at most `entries_max` entries, each kept for at most `ttl`.
    #[must_use]
    pub fn new(name: &'static str, entries_max: u64, ttl: Duration) -> Self {
        let memory =
            moka::future::Cache::builder().max_capacity(entries_max).time_to_live(ttl).build();
        Self { name, memory }
    }

    /// A cache bounded by a weight (bytes, say) instead of a count.
    #[must_use]
    pub fn weighed(
        name: &'static str,
        weight_max: u64,
        ttl: Duration,
        weigh: impl Fn(&K, &V) -> u32 + Send + Sync + 'static,
    ) -> Self {
        let memory = moka::future::Cache::builder()
            .max_capacity(weight_max)
            .weigher(weigh)
            .time_to_live(ttl)
            .build();
        Self { name, memory }
    }

    /// The value, if it is held.
    pub async fn get(&self, key: &K) -> Option<V> {
        self.memory.get(key).await
    }

    /// The value, loaded where it is not held; however many ask for one key at once, it is loaded once.
    /// A load that fails is not kept.
    pub async fn get_or_load<F>(&self, key: K, load: F) -> Result<V>
    where
        F: Future<Output = Result<V>>,
    {
        self.memory.try_get_with(key, load).await.map_err(|error: Arc<Error>| {
            // The first caller's error is shared by all who waited for the same load.
            let mut shared = Error::new(error.kind(), error.message()).code(error.code_text());
            if let Some(field) = error.field() {
                shared = shared.at(field);
            }
            shared.caused_by(format!("loading {} failed: {error:?}", self.name))
        })
    }

    /// Puts a value in.
    pub async fn insert(&self, key: K, value: V) {
        self.memory.insert(key, value).await;
    }

    /// Drops one key.
    pub async fn invalidate(&self, key: &K) {
        self.memory.invalidate(key).await;
    }

    /// Drops everything.
    pub fn invalidate_all(&self) {
        self.memory.invalidate_all();
    }
}
