//! A typed cache in memory: bounded, with one load per key however many ask.

use std::future::Future;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use moka::Expiry;
use tokio::time::Instant as Moment;
use tradewind_kernel::{Error, Result};

use crate::db::Db;

/// How long values are kept.
#[derive(Clone, Copy, Debug)]
pub struct Keeping {
    fresh: Duration,
    stale: Duration,
    absent: Option<Duration>,
}

impl Keeping {
    /// For so long, or up to a tenth less: what was loaded together is not loaded again together.
    #[must_use]
    pub const fn fresh_for(fresh: Duration) -> Self {
        Self { fresh, stale: Duration::ZERO, absent: None }
    }

    /// For so long besides, in which the first who asks loads it again while all others are still given what is there. It is
    /// also what is given while loading fails.
    #[must_use]
    pub const fn then_stale_for(self, stale: Duration) -> Self {
        Self { stale, ..self }
    }

    /// That there is nothing under a key is kept only for so long: it may come into being.
    #[must_use]
    pub const fn absent_for(self, absent: Duration) -> Self {
        Self { absent: Some(absent), ..self }
    }

    /// How long the value of a key is fresh, and how long it is kept.
    pub(super) fn of<K: Hash + ?Sized>(&self, key: &K, is_absent: bool) -> (Duration, Duration) {
        let (most, stale) = match self.absent.filter(|_| is_absent) {
            Some(absent) => (absent, Duration::ZERO),
            None => (self.fresh, self.stale),
        };
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        let less = u32::try_from(hasher.finish() % 100).unwrap_or(0);
        let fresh = most.saturating_sub(most * less / 1000);
        (fresh, fresh.saturating_add(stale))
    }
}

/// A typed cache. Cheap to clone; clones share what they hold.
#[derive(Clone)]
pub struct Cache<K, V> {
    name: &'static str,
    /// Rises whenever everything is dropped. It is a part of each key: what a load begun before brings is found by nobody
    /// who asks after.
    generation: Arc<AtomicU64>,
    memory: moka::future::Cache<(u64, K), Arc<Held<V>>>,
    keeping: Keeping,
    is_absent: fn(&V) -> bool,
}

struct Held<V> {
    value: V,
    fresh_until: Moment,
    kept_for: Duration,
    is_refreshed: AtomicBool,
}

/// Gives the turn to load a stale value again back, also where whoever had it has gone away.
struct Turn<'held>(&'held AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Each value is kept for as long as it says.
struct AsHeld;

impl<K, V> Expiry<K, Arc<Held<V>>> for AsHeld {
    fn expire_after_create(&self, _: &K, held: &Arc<Held<V>>, _: Instant) -> Option<Duration> {
        Some(held.kept_for)
    }

    fn expire_after_update(&self, _: &K, held: &Arc<Held<V>>, _: Instant, _: Option<Duration>) -> Option<Duration> {
        Some(held.kept_for)
    }
}

impl<K, V> Cache<K, V>
where
    K: Hash + Eq + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// A cache of at most `entries_max` entries.
    #[must_use]
    pub fn new(name: &'static str, entries_max: u64, keeping: Keeping) -> Self {
        let memory = moka::future::Cache::builder().max_capacity(entries_max).expire_after(AsHeld).build();
        Self { name, generation: Arc::default(), memory, keeping, is_absent: |_| false }
    }

    /// Which values say that there is nothing; [`Keeping::absent_for`] is about them.
    #[must_use]
    pub fn absent_where(self, is_absent: fn(&V) -> bool) -> Self {
        Self { is_absent, ..self }
    }

    /// Drops everything with each notice of a topic in this database.
    #[must_use]
    pub fn emptied_by(self, db: &Db, topic: &'static str) -> Self {
        let memory = self.memory.clone();
        db.listen(topic, &self.generation, move |generation, _| {
            generation.fetch_add(1, Ordering::AcqRel);
            memory.invalidate_all();
        });
        self
    }

    fn now(&self, key: K) -> (u64, K) {
        (self.generation.load(Ordering::Acquire), key)
    }

    fn held(&self, key: &K, value: V) -> Arc<Held<V>> {
        let (fresh, kept_for) = self.keeping.of(key, (self.is_absent)(&value));
        Arc::new(Held { value, fresh_until: Moment::now() + fresh, kept_for, is_refreshed: AtomicBool::new(false) })
    }

    /// The value, if it is held.
    pub async fn get(&self, key: &K) -> Option<V> {
        self.memory.get(&self.now(key.clone())).await.map(|held| held.value.clone())
    }

    /// The value, loaded where it is not held; however many ask for one key at once, it is loaded once.
    /// A load that fails is not kept.
    pub async fn get_or_load<F>(&self, key: K, load: F) -> Result<V>
    where
        F: Future<Output = Result<V>>,
    {
        let key = self.now(key);
        if let Some(held) = self.memory.get(&key).await {
            if Moment::now() < held.fresh_until || held.is_refreshed.swap(true, Ordering::AcqRel) {
                return Ok(held.value.clone());
            }
            return Ok(self.refresh(key, &held, load).await);
        }
        let load = async { Ok(self.held(&key.1, load.await?)) };
        let held = self.memory.try_get_with(key.clone(), load).await.map_err(|error: Arc<Error>| {
            // The first caller's error is shared by all who waited for the same load.
            let mut shared = Error::new(error.kind(), error.message()).code(error.code_text());
            if let Some(field) = error.field() {
                shared = shared.at(field);
            }
            shared.caused_by(format!("loading {} failed: {error:?}", self.name))
        })?;
        Ok(held.value.clone())
    }

    async fn refresh<F>(&self, key: (u64, K), held: &Arc<Held<V>>, load: F) -> V
    where
        F: Future<Output = Result<V>>,
    {
        let _turn = Turn(&held.is_refreshed);
        match load.await {
            Ok(value) => {
                self.memory.insert(key.clone(), self.held(&key.1, value.clone())).await;
                value
            }
            Err(error) => {
                tracing::warn!(cache = self.name, ?error, "a stale value is given, because it cannot be loaded again");
                held.value.clone()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use futures::future::join_all;

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    #[tokio::test]
    async fn however_many_ask_it_is_loaded_once() {
        let cache = Cache::new("test", 10, Keeping::fresh_for(LONG));
        let loads = AtomicU32::new(0);
        let all = join_all((0..1000).map(|_| {
            cache.get_or_load("key", async {
                tokio::task::yield_now().await;
                Ok(loads.fetch_add(1, Ordering::Relaxed))
            })
        }));
        assert!(all.await.into_iter().all(|value| value.is_ok_and(|value| value == 0)));
        assert_eq!(loads.into_inner(), 1);
    }

    #[tokio::test]
    async fn a_stale_value_is_given_while_one_loads_it_again_or_cannot() {
        let cache = Cache::new("test", 10, Keeping::fresh_for(Duration::ZERO).then_stale_for(LONG));
        assert_eq!(cache.get_or_load("key", async { Ok(1) }).await.unwrap(), 1);
        let failing = cache.get_or_load("key", async { Err(Error::internal("the database is gone")) });
        assert_eq!(failing.await.unwrap(), 1);
        let (begin, begun) = tokio::sync::oneshot::channel();
        let slow = cache.get_or_load("key", async {
            begun.await.map_err(Error::internal)?;
            Ok(2)
        });
        let others = async {
            assert_eq!(cache.get_or_load("key", async { Ok(3) }).await.unwrap(), 1, "nobody else loads");
            begin.send(()).unwrap();
        };
        let (slow, ()) = tokio::join!(slow, others);
        assert_eq!(slow.unwrap(), 2);
        assert_eq!(cache.get(&"key").await, Some(2));
    }

    #[tokio::test]
    async fn that_there_is_nothing_is_kept_for_its_own_time() {
        let keeping = Keeping::fresh_for(LONG).absent_for(Duration::ZERO);
        let cache: Cache<&str, Option<u32>> = Cache::new("test", 10, keeping).absent_where(Option::is_none);
        assert_eq!(cache.get_or_load("key", async { Ok(None) }).await.unwrap(), None);
        assert_eq!(cache.get_or_load("key", async { Ok(Some(1)) }).await.unwrap(), Some(1));
        assert_eq!(cache.get_or_load("key", async { Ok(None) }).await.unwrap(), Some(1));
    }

    #[test]
    fn values_loaded_together_are_not_loaded_again_together() {
        let keeping = Keeping::fresh_for(LONG).then_stale_for(LONG);
        let times: std::collections::BTreeSet<_> = (0..1000).map(|key| keeping.of(&key, false).0).collect();
        assert!(times.len() > 90, "{} moments", times.len());
        assert!(times.iter().all(|time| (LONG * 9 / 10..=LONG).contains(time)));
    }
}
