//! What stands behind the memory of a process: values that all processes share, and one load among all of them.
//!
//! What was read before a change must not be found after it, by anybody. So the keys carry the state of the database that a value
//! was read at ([`Db::state`]): each commit that announces something leads to another. Nobody need remove anything, and a load
//! that was under way puts what it brings where nobody looks any more. Where the state is not known, nothing is shared.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use tradewind_kernel::{Clock, Error, Result};

use super::{Keeping, SharedCache};
use crate::db::Db;

/// Another version of the program may write its values in another form.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// In so many keys at once this process sees to it that one asks at a time.
const KEYS_MAX: u64 = 10_000;
/// Larger values are not shared.
const VALUE_BYTES_MAX: usize = 1024 * 1024;
/// How long a claim to load a value stands, should whoever has it die.
const CLAIM_HELD: Duration = Duration::from_secs(5);
/// How long the load of another process is waited for.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// How long until it is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// A cache behind caches in memory. Cheap to clone.
#[derive(Clone)]
pub struct Tier {
    shared: Option<Arc<dyn SharedCache>>,
    db: Db,
    clock: Clock,
    /// One at a time asks for a key in this process; the others find what it brought.
    turns: moka::sync::Cache<String, Arc<Mutex<()>>>,
}

/// How a shared value was found.
enum Found<T> {
    Fresh(T),
    Stale(T),
    Nothing,
}

impl Tier {
    /// What is shared by the processes of this database; with `None`, nothing is.
    #[must_use]
    pub fn new(shared: Option<Arc<dyn SharedCache>>, db: Db, clock: Clock) -> Self {
        let turns = moka::sync::Cache::builder().max_capacity(KEYS_MAX).time_to_idle(CLAIM_HELD).build();
        Self { shared, db, clock, turns }
    }

    /// Whether the processes share anything.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Whether the shared cache can be reached and does what is asked of it.
    pub async fn check(&self) -> Result<()> {
        match &self.shared {
            Some(shared) => shared.check().await,
            None => Ok(()),
        }
    }

    /// The value under a key of this name, loaded where no process has it; however many ask for it in however many processes,
    /// it is loaded once. It belongs into the load of a cache in memory: to ask takes a journey.
    ///
    /// A value that is JSON's `null` says that there is nothing.
    pub async fn get_or_load<T, F>(&self, name: &'static str, key: &str, keeping: Keeping, load: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T>>,
    {
        let (Some(shared), Some(state)) = (&self.shared, self.db.state()) else {
            return Box::pin(load).await;
        };
        let place = Place::of(name, &state, key);
        // Rendering is a large future, and awaited at several places.
        let load = Box::pin(load);
        let turn = self.turns.get_with_by_ref(&place.value, Arc::default).lock_owned().await;
        let until = Instant::now() + WAIT_MAX;
        let alone = loop {
            let Ok(bytes) = shared.get(&place.value).await else { break "away" };
            let found = self.read(bytes.as_ref());
            if let Found::Fresh(value) = found {
                count(name, "found");
                return Ok(value);
            }
            match shared.claim(&place.claim, CLAIM_HELD).await {
                // A cache that is full takes no claim: then it takes no value either.
                Err(_) => break "away",
                Ok(true) => return self.load(shared, &place, name, keeping, found, load).await,
                Ok(false) => {}
            }
            if let Found::Stale(value) = found {
                count(name, "stale");
                return Ok(value);
            }
            if Instant::now() >= until {
                break "late";
            }
            sleep(LOOK_AGAIN).await;
        };
        // What this caller loads nobody else will find, so nobody need wait for it.
        drop(turn);
        counted(name, alone, load).await
    }

    /// Loads what this process has claimed.
    async fn load<T, F>(
        &self,
        shared: &Arc<dyn SharedCache>,
        place: &Place,
        name: &'static str,
        keeping: Keeping,
        before: Found<T>,
        load: F,
    ) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: Future<Output = Result<T>>,
    {
        let claim = Claim { shared: Arc::clone(shared), key: place.claim.clone() };
        // Whoever had the claim may have put the value after this process looked for it.
        if let Ok(bytes) = shared.get(&place.value).await
            && let Found::Fresh(value) = self.read(bytes.as_ref())
        {
            claim.release().await;
            count(name, "found");
            return Ok(value);
        }
        let loaded = match (counted(name, "loaded", load).await, before) {
            (Ok(loaded), _) => loaded,
            (Err(error), Found::Stale(value)) => {
                tracing::warn!(cache = name, ?error, "a stale value is given, because it cannot be loaded again");
                return Ok(value);
            }
            (Err(error), _) => return Err(error),
        };
        let json = serde_json::to_vec(&loaded).map_err(Error::internal)?;
        let (fresh, kept_for) = keeping.of(place.value.as_str(), json == b"null");
        if json.len() <= VALUE_BYTES_MAX && !kept_for.is_zero() {
            let fresh_millis = i64::try_from(fresh.as_millis()).unwrap_or(i64::MAX);
            let fresh_until = self.clock.now().0.saturating_add(fresh_millis);
            let bytes = [&fresh_until.to_be_bytes()[..], &json].concat();
            // Where it cannot be put, the next who asks loads it: slower, and right.
            if shared.put(&place.value, bytes.into(), kept_for).await.is_err() {
                count(name, "not_kept");
            }
        }
        // Only now: whoever waits for the claim finds the value.
        claim.release().await;
        Ok(loaded)
    }

    fn read<T: DeserializeOwned>(&self, bytes: Option<&Bytes>) -> Found<T> {
        let Some((until, json)) = bytes.and_then(|bytes| bytes.split_first_chunk::<8>()) else {
            return Found::Nothing;
        };
        let Ok(value) = serde_json::from_slice(json) else { return Found::Nothing };
        match self.clock.now().0 < i64::from_be_bytes(*until) {
            true => Found::Fresh(value),
            false => Found::Stale(value),
        }
    }
}

/// Where a value is, and where the claim to load it.
struct Place {
    value: String,
    claim: String,
}

impl Place {
    /// A digest, because keys hold tokens, and are as long as somebody's query.
    fn of(name: &str, state: &str, key: &str) -> Self {
        let value = format!("{VERSION}:{name}:{state}:{}", hex::encode(&Sha256::digest(key.as_bytes())[..16]));
        Self { claim: format!("{value}:claim"), value }
    }
}

/// The right to load a value; given back also where whoever has it goes away in the middle.
struct Claim {
    shared: Arc<dyn SharedCache>,
    key: String,
}

impl Claim {
    async fn release(mut self) {
        // An error leaves it to run out.
        let _ = self.shared.remove(&std::mem::take(&mut self.key)).await;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        let key = std::mem::take(&mut self.key);
        if let (false, Ok(runtime)) = (key.is_empty(), tokio::runtime::Handle::try_current()) {
            let shared = Arc::clone(&self.shared);
            runtime.spawn(async move { shared.remove(&key).await });
        }
    }
}

async fn counted<T>(name: &'static str, outcome: &'static str, load: impl Future<Output = Result<T>>) -> Result<T> {
    count(name, outcome);
    load.await
}

fn count(name: &'static str, outcome: &'static str) {
    metrics::counter!("tradewind_shared_cache_reads_total", "cache" => name, "outcome" => outcome).increment(1);
}
