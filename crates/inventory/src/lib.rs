//! The inventory: stock locations, items, levels and reservations. Nothing is promised twice.

mod available;
mod books;
pub mod error;
mod events;
mod expire;
mod find;
mod hold;
mod import;
mod item;
mod leave;
mod level;
mod listed;
mod location;
mod model;
mod reserve;
mod store;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tradewind_platform::cache::{Snapshot, Turns};
use tradewind_platform::db::{Migrations, Shards, Tx};
use tradewind_platform::migrations;

pub use books::UnevenLevel;
pub use error::{LEVEL_EXISTS, NOT_ENOUGH, RESERVED_OTHERWISE, SKU_TAKEN, not_enough};
pub use events::{ReservationExpired, StockSet};
pub use find::{ItemFilter, ItemKey, ItemQuery, Range, ReservationFilter, ReservationKey, ReservationQuery};
pub use item::NewLevel;
pub use leave::{Departed, Departure, Unpacked};
pub use listed::{ListedLevel, ListedLevels};
pub use model::{
    Allocation, Customs, Demand, HoldChange, InventoryItem, ItemChange, ItemDemand, Level, LocationAddress,
    LocationChange, Metadata, NewHold, NewItem, NewLocation, QUANTITY_MAX, Reservation, ReservationDetails,
    ReservationState, ReservedLine, StockLocation, StockedItem, demand_per_item,
};
pub use reserve::Claim;

/// The inventory's tables. They live in the shards.
pub const MIGRATIONS: Migrations = migrations!("inventory", "V1__inventory", "V2__filters", "V3__order_lines");

/// The topic of locations, and of which channels sell from them.
const LOCATIONS: &str = "inventory.locations";

/// How long what can be had is remembered where other processes sell from the same stock. Each order changes stock, which is
/// too often to announce it ([`Tx::announce`]), so it is looked up again: a hot item costs each process two short reads a
/// second, and what another process sold or put in is seen within one. Nothing is sold twice meanwhile, for what is
/// remembered is only shown; an order claims its units in its transaction.
const AVAILABILITY_KEPT: Duration = Duration::from_millis(500);

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Inventory {
    shared: Arc<Shared>,
}

struct Shared {
    shards: Shards,
    availability: available::Availability,
    /// Rises after each commit of this process that changed what can be had.
    version: AtomicU64,
    turns: Turns,
    /// Where stock lies.
    places: Snapshot<Places>,
}

impl Inventory {
    /// An inventory over the shards.
    #[must_use]
    pub fn new(shards: Shards) -> Self {
        let shared = Arc::new(Shared {
            availability: available::Availability::new(),
            version: AtomicU64::new(1),
            turns: Turns::of(shards.of_id(""), AVAILABILITY_KEPT),
            places: Snapshot::new(LOCATIONS, shards.all()),
            shards,
        });
        for db in shared.shards.all() {
            // After the places, so that whoever sees the new version sees new places.
            db.listen(LOCATIONS, &shared, |shared, _| {
                shared.availability.drop_all();
                shared.version.fetch_add(1, Ordering::AcqRel);
            });
        }
        Self { shared }
    }

    /// Rises with every committed change of what can be had, and of from where a channel sells; where other processes sell
    /// from the same stock, with every turn too.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Acquire) + self.shared.turns.current()
    }

    fn shards(&self) -> &Shards {
        &self.shared.shards
    }

    fn shard_of(&self, id: &str) -> usize {
        let home = self.shards().of_id(id);
        self.shards().all().iter().position(|db| std::ptr::eq(db, home)).unwrap_or(0)
    }

    fn availability(&self) -> &available::Availability {
        &self.shared.availability
    }

    /// Notes what the transaction takes, once it is committed.
    fn taken(&self, tx: &mut Tx, taken: Vec<Taken>) {
        if taken.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        tx.after_commit(move || {
            for Taken { item_id, location_id, quantity } in &taken {
                shared.availability.take(item_id, location_id, *quantity);
            }
            shared.version.fetch_add(1, Ordering::AcqRel);
        });
    }

    /// Lets the availability of these items be read anew once the transaction is committed.
    fn changed(&self, tx: &mut Tx, item_ids: Vec<String>) {
        if item_ids.is_empty() {
            return;
        }
        let shared = Arc::clone(&self.shared);
        tx.after_commit(move || {
            for id in &item_ids {
                shared.availability.drop_item(id);
            }
            shared.version.fetch_add(1, Ordering::AcqRel);
        });
    }
}

/// So much of an item that was taken from a location.
struct Taken {
    item_id: String,
    location_id: String,
    quantity: i64,
}

/// The stock locations, and from which of them each channel sells, best first.
#[derive(Default)]
struct Places {
    locations: HashMap<String, StockLocation>,
    of_channel: HashMap<String, Arc<[String]>>,
}

#[cfg(test)]
mod tests;
