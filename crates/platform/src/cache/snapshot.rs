//! What is wholly in memory and read anew after a change, and turns for what changes without notice.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;
use tradewind_kernel::Result;

use crate::db::{Db, Tx};

/// One value that is wholly in memory (all regions, all shipping options) and read anew after a committed change.
/// Cheap to clone; clones share it.
pub struct Snapshot<T> {
    shared: Arc<SharedSnapshot<T>>,
}

struct SharedSnapshot<T> {
    /// What it is announced as when it changes.
    topic: &'static str,
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

impl<T: Send + Sync + 'static> Snapshot<T> {
    /// A value that is read from these databases, and anew after each notice of a topic in one of them. The load has to read
    /// the primary: it follows a change at once.
    #[must_use]
    pub fn new(topic: &'static str, databases: &[Db]) -> Self {
        let shared = Arc::new(SharedSnapshot {
            topic,
            version: AtomicU64::new(1),
            loaded: ArcSwapOption::empty(),
            loading: Mutex::new(()),
        });
        for db in databases {
            db.listen(topic, &shared, |shared, _| {
                shared.version.fetch_add(1, Ordering::AcqRel);
            });
        }
        Self { shared }
    }

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

    /// Lets the value be read anew, in every process, once this transaction has committed.
    pub async fn changed(&self, tx: &mut Tx) -> Result<()> {
        tx.announce(self.shared.topic, &[]).await
    }

    fn fresh(&self) -> Option<Arc<T>> {
        let loaded = self.shared.loaded.load();
        let loaded = loaded.as_ref()?;
        (loaded.version == self.version()).then(|| Arc::clone(&loaded.value))
    }
}

/// Turns of a fixed length, for what is kept of things that change with every order: those are not announced, so where other
/// processes may change them, what was read in one turn is looked up again in the next. Cheap to clone.
#[derive(Clone, Copy, Debug)]
pub struct Turns {
    began: Instant,
    /// `None` where no other process changes anything: then there is one turn without an end.
    length: Option<Duration>,
}

impl Turns {
    /// Turns of this length where this database is shared with other processes.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "how old a reading is, not a time of the shop: it passes when the shop's stands"
    )]
    pub fn of(db: &Db, length: Duration) -> Self {
        Self { began: Instant::now(), length: db.is_shared().then_some(length) }
    }

    /// The present turn; it only rises.
    #[must_use]
    pub fn current(&self) -> u64 {
        let Some(length) = self.length else { return 0 };
        let passed = self.began.elapsed().as_millis() / length.as_millis().max(1);
        u64::try_from(passed).unwrap_or(u64::MAX)
    }
}
