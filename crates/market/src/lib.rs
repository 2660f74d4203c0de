//! The market: regions, currencies, countries, sales channels, tax rates and the settings of the shop.

mod change;
mod countries;
mod currencies;
pub mod error;
mod events;
mod model;
mod snapshot;
mod store;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;
use tradewind_kernel::Result;
use tradewind_platform::db::{Db, Migration, Migrations, Tx};

pub use countries::{Country, countries, country};
pub use currencies::{CurrencyInfo, currencies, currency_info};
pub use events::{MarketChanged, MarketPart};
pub use model::{
    Metadata, NewRegion, NewSalesChannel, NewStoreSettings, NewTaxRate, NewTaxRegion, Region,
    RegionChange, RegionId, SalesChannel, SalesChannelChange, SalesChannelId, StoreCurrency, StoreId,
    StoreSettings, TaxRate, TaxRateChange, TaxRateId, TaxReference, TaxRegion, TaxRegionId, TaxRule,
};
pub use snapshot::MarketSnapshot;

/// The market's tables. They live in core.
pub const MIGRATIONS: Migrations = Migrations {
    module: "market",
    steps: &[Migration {
        name: "V1__market",
        sqlite: include_str!("../migrations/sqlite/V1__market.sql"),
    }],
};

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Market {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    /// Rises after each commit that changed something; a snapshot of a lower version is stale.
    version: Arc<AtomicU64>,
    loaded: ArcSwapOption<Loaded>,
    /// One load at a time, however many ask.
    loading: Mutex<()>,
}

struct Loaded {
    version: u64,
    snapshot: Arc<MarketSnapshot>,
}

impl Market {
    /// A market over core.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self {
            shared: Arc::new(Shared {
                db,
                version: Arc::new(AtomicU64::new(1)),
                loaded: ArcSwapOption::empty(),
                loading: Mutex::new(()),
            }),
        }
    }

    /// Rises with every committed change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Acquire)
    }

    /// The market as it is now, from memory; read anew only after a committed change.
    pub async fn snapshot(&self) -> Result<Arc<MarketSnapshot>> {
        if let Some(snapshot) = self.fresh() {
            return Ok(snapshot);
        }
        let _turn = self.shared.loading.lock().await;
        if let Some(snapshot) = self.fresh() {
            return Ok(snapshot);
        }
        // The version first: a change that commits while this reads leaves the snapshot stale, not wrong.
        let version = self.version();
        let snapshot = self.shared.db.read_own(|tx| Box::pin(store::load(tx))).await?;
        let snapshot = Arc::new(snapshot);
        self.shared.loaded.store(Some(Arc::new(Loaded { version, snapshot: Arc::clone(&snapshot) })));
        Ok(snapshot)
    }

    fn fresh(&self) -> Option<Arc<MarketSnapshot>> {
        let loaded = self.shared.loaded.load();
        let loaded = loaded.as_ref()?;
        (loaded.version == self.version()).then(|| Arc::clone(&loaded.snapshot))
    }

    /// Publishes what changed and lets the snapshot be read anew once it is committed.
    async fn changed(&self, tx: &mut Tx, part: MarketPart, id: &str) -> Result<()> {
        tx.publish(&MarketChanged { part, id: id.to_owned() }).await?;
        let version = Arc::clone(&self.shared.version);
        tx.after_commit(move || {
            version.fetch_add(1, Ordering::AcqRel);
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
