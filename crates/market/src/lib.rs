//! The market: regions, currencies, countries, sales channels, tax rates and the settings of the shop.

mod change;
mod countries;
mod currencies;
pub mod error;
mod events;
mod import;
mod model;
mod price_preferences;
mod reasons;
mod snapshot;
mod store;
mod taxes;

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::cache::Snapshot;
use tradewind_platform::db::{Db, Migrations, Tx};
use tradewind_platform::migrations;

pub use countries::{Country, countries, country};
pub use currencies::{CurrencyInfo, currencies, currency_info};
pub use events::{MarketChanged, MarketPart};
pub use model::{
    Metadata, NewPricePreference, NewRefundReason, NewRegion, NewReturnReason, NewSalesChannel, NewStoreSettings,
    NewTaxRate, NewTaxRegion, PreferenceAttribute, PricePreference, PricePreferenceChange, PricePreferenceId,
    RefundReason, RefundReasonChange, RefundReasonId, Region, RegionChange, RegionId, ReturnReason, ReturnReasonChange,
    ReturnReasonId, SYSTEM_TAX_PROVIDER, SalesChannel, SalesChannelChange, SalesChannelId, StoreCurrency, StoreId,
    StoreSettings, TaxRate, TaxRateChange, TaxRateId, TaxReference, TaxRegion, TaxRegionChange, TaxRegionId, TaxRule,
    province_key,
};
pub use snapshot::MarketSnapshot;

/// The market's tables. They live in core.
pub const MIGRATIONS: Migrations = migrations!("market", "V1__market", "V2__preferences_and_reasons");

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Market {
    db: Db,
    snapshot: Snapshot<MarketSnapshot>,
}

impl Market {
    /// A market over core.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { snapshot: Snapshot::new("market", std::slice::from_ref(&db)), db }
    }

    /// Rises with every committed change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// The market as it is now, from memory; read anew only after a committed change.
    pub async fn snapshot(&self) -> Result<Arc<MarketSnapshot>> {
        self.snapshot.get_or_load(self.db.read_own(|tx| Box::pin(store::load(tx)))).await
    }

    /// Publishes what changed and lets the snapshot be read anew once it is committed.
    async fn changed(&self, tx: &mut Tx, part: MarketPart, id: &str) -> Result<()> {
        self.snapshot.changed(tx).await?;
        tx.publish(&MarketChanged { part, id: id.to_owned() }).await
    }
}

#[cfg(test)]
mod tests;
