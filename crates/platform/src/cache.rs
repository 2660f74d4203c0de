//! Cache-aside: memory first, one load per key however many ask, dropped by what changes it.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;
use tradewind_kernel::{Error, Result};

use crate::db::Tx;

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
        let memory = moka::future::Cache::builder().max_capacity(entries_max).time_to_live(ttl).build();
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
        let memory = moka::future::Cache::builder().max_capacity(weight_max).weigher(weigh).time_to_live(ttl).build();
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

/// One value that is wholly in memory (all regions, all shipping options) and read anew after a committed change.
/// Cheap to clone; clones share it.
pub struct Snapshot<T> {
    shared: Arc<SharedSnapshot<T>>,
}

struct SharedSnapshot<T> {
    /// Rises after each commit that changed something; what was loaded at a lower version is stale.
    version: AtomicU64,
    loaded: ArcSwapOption<Loaded<T>>,
    /// One load at a time, however many ask.
    loading: Mutex<()>,
}

struct Loaded<T> {
    version: u64,
    value: Arc<T>,
}

impl<T> Clone for Snapshot<T> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Default for Snapshot<T> {
    fn default() -> Self {
        Self {
            shared: Arc::new(SharedSnapshot {
                version: AtomicU64::new(1),
                loaded: ArcSwapOption::empty(),
                loading: Mutex::new(()),
            }),
        }
    }
}

impl<T: Send + Sync + 'static> Snapshot<T> {
    /// Rises with every committed change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Acquire)
    }

    /// The value as it is now; loaded where nothing is held or a change was committed since.
    pub async fn get_or_load(&self, load: impl Future<Output = Result<T>>) -> Result<Arc<T>> {
        if let Some(value) = self.fresh() {
            return Ok(value);
        }
        let _turn = self.shared.loading.lock().await;
        if let Some(value) = self.fresh() {
            return Ok(value);
        }
        // The version first: a change that commits during the load leaves the value stale, not wrong.
        let version = self.version();
        let value = Arc::new(load.await?);
        self.shared.loaded.store(Some(Arc::new(Loaded { version, value: Arc::clone(&value) })));
        Ok(value)
    }

    /// Lets the value be read anew once this transaction has committed.
    pub fn stale_after(&self, tx: &mut Tx) {
        let shared = Arc::clone(&self.shared);
        tx.after_commit(move || {
            shared.version.fetch_add(1, Ordering::AcqRel);
        });
    }

    fn fresh(&self) -> Option<Arc<T>> {
        let loaded = self.shared.loaded.load();
        let loaded = loaded.as_ref()?;
        (loaded.version == self.version()).then(|| Arc::clone(&loaded.value))
    }
}
