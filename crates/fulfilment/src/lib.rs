//! The fulfilment: shipping profiles, where each stock location delivers to, the shipping options a cart is offered; and the handling of
//! orders, which moves order, stock and money together.

pub mod error;
mod events;
mod handling;
mod import;
mod model;
mod offer;
mod option_types;
mod options;
mod profiles;
mod sets;
mod snapshot;
mod store;

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::cache::Snapshot;
use tradewind_platform::carrier::Carriers;
use tradewind_platform::db::{Db, Migrations, Tx};
use tradewind_platform::migrations;

pub use error::{OPTION_NOT_OFFERED, option_not_offered};
pub use events::ShippingChanged;
pub use handling::{ChoiceChange, FinishMovement, OrderHandling, Packing, Sending};
pub use model::{
    FulfillmentSet, GeoZone, GeoZoneType, Metadata, NewFulfillmentSet, NewGeoZone, NewProfile, NewServiceZone,
    NewShippingOption, OptionPrice, OptionRule, OptionRuleChanges, OptionTypeChange, PriceRule, PriceType,
    ProfileChange, RuleOperator, ServiceZone, ServiceZoneChange, ShippingOption, ShippingOptionChange,
    ShippingOptionType, ShippingProfile,
};
pub use snapshot::{DeliveryQuery, FulfilmentSnapshot, PricedOption};

/// The provider of deliveries that people pack and post by hand.
pub const MANUAL_PROVIDER: &str = "manual_manual";

/// The fulfilment's tables. They live in core.
pub const MIGRATIONS: Migrations = migrations!("fulfilment", "V1__fulfilment", "V2__types_and_providers");

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Fulfilment {
    db: Db,
    carriers: Carriers,
    snapshot: Snapshot<FulfilmentSnapshot>,
}

impl Fulfilment {
    /// A fulfilment over core that the shop's own people do.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self::with_carriers(db, Carriers::default())
    }

    /// A fulfilment over core with these carriers.
    #[must_use]
    pub fn with_carriers(db: Db, carriers: Carriers) -> Self {
        Self { snapshot: Snapshot::new("fulfilment", std::slice::from_ref(&db)), db, carriers }
    }

    /// Who delivers.
    #[must_use]
    pub fn carriers(&self) -> &Carriers {
        &self.carriers
    }

    /// Rises with every committed change.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.snapshot.version()
    }

    /// The shipping configuration as it is now, from memory; read anew only after a committed change.
    pub async fn snapshot(&self) -> Result<Arc<FulfilmentSnapshot>> {
        self.snapshot.get_or_load(self.db.read_own(|tx| Box::pin(store::load(tx)))).await
    }

    /// Publishes what changed and lets the snapshot be read anew once it is committed.
    async fn changed(&self, tx: &mut Tx, id: &str) -> Result<()> {
        self.snapshot.changed(tx).await?;
        tx.publish(&ShippingChanged { id: id.to_owned() }).await
    }
}

#[cfg(test)]
mod tests;
