//! The inventory on a real database.

mod concurrency;
mod reserving;
mod staff;

use tradewind_kernel::{Clock, IdMint, Result, Rng, Timestamp};
use tradewind_platform::db::{Db, Shards, Surroundings, Tx, TxFuture};
use tradewind_services::Store;

use super::*;

/// An inventory with two locations, `near` before `far`, both linked to the channel `sc_web`.
struct Shop {
    db: Db,
    inventory: Inventory,
    clock: Clock,
    locations: Vec<String>,
    _store: Store,
}

const NEAR: &str = "sloc_near";
const FAR: &str = "sloc_far";
const CHANNEL: &str = "sc_web";

impl Shop {
    async fn open() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let surroundings = Surroundings { clock: clock.clone(), mint };
        let db = Db::open_at(store.place(), surroundings).expect("a database");
        db.migrate(&tradewind_platform::MIGRATIONS).await.expect("the platform's tables");
        db.migrate(&MIGRATIONS).await.expect("the inventory's tables");
        let inventory = Inventory::new(Shards::single(db.clone()));
        let locations = vec![NEAR.to_owned(), FAR.to_owned()];
        let shop = Self { db, inventory, clock, locations, _store: store };
        shop.write(|inventory, tx| {
            Box::pin(async move {
                for id in [NEAR, FAR] {
                    let new = NewLocation { id: Some(id.to_owned()), name: id.to_owned(), ..NewLocation::default() };
                    inventory.create_location(tx, new).await?;
                    inventory.link_channel(tx, CHANNEL, id).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("two locations");
        shop
    }

    async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Inventory, &'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    ) -> Result<T> {
        let inventory = self.inventory.clone();
        self.db.write(move |tx| Box::pin(async move { body(&inventory, tx).await })).await
    }

    /// An item with so many near and so many far.
    async fn item(&self, id: &str, near: i64, far: i64) -> String {
        let (item_id, new) = (id.to_owned(), new_item(id));
        self.write(move |inventory, tx| {
            Box::pin(async move {
                let levels = [(NEAR, near), (FAR, far)]
                    .map(|(location, stocked)| NewLevel { location_id: location.to_owned(), stocked });
                inventory.create_stocked_item(tx, new, &levels).await
            })
        })
        .await
        .expect("an item");
        item_id
    }

    async fn reserve(&self, reference: &str, demands: Vec<Demand>) -> Result<Vec<Allocation>> {
        let (reference, locations) = (reference.to_owned(), self.locations.clone());
        self.write(move |inventory, tx| {
            Box::pin(async move { inventory.reserve(tx, &reference, &demands, &locations).await })
        })
        .await
    }

    async fn release(&self, reference: &str) -> Result<()> {
        let reference = reference.to_owned();
        self.write(move |inventory, tx| Box::pin(async move { inventory.release(tx, &reference).await })).await
    }

    async fn confirm(&self, reference: &str) -> Result<()> {
        let reference = reference.to_owned();
        self.write(move |inventory, tx| Box::pin(async move { inventory.confirm(tx, &reference).await })).await
    }

    async fn set_level(&self, item: &str, location: &str, stocked: i64) -> Result<Level> {
        let (item, location) = (item.to_owned(), location.to_owned());
        self.write(move |inventory, tx| {
            Box::pin(async move { inventory.set_level(tx, &item, &location, stocked).await })
        })
        .await
    }

    async fn available(&self, item: &str) -> i64 {
        let found = self.inventory.available(&[item.to_owned()], &self.locations).await;
        found.expect("availability")[item]
    }

    /// Stocked, reserved and backordered of an item at a location.
    async fn at(&self, item: &str, location: &str) -> (i64, i64, i64) {
        let levels = self.inventory.levels(item).await.expect("levels");
        let level = levels.iter().find(|level| level.location_id == location).expect("a level");
        (level.stocked, level.reserved, level.backordered)
    }
}

fn new_item(id: &str) -> NewItem {
    NewItem {
        id: Some(id.to_owned()),
        sku: Some(format!("SKU-{id}")),
        title: Some(format!("Print {id}")),
        ..NewItem::default()
    }
}

fn demand(item_id: &str, quantity: i64, line_id: &str) -> Demand {
    Demand { item_id: item_id.to_owned(), quantity, allow_backorder: false, line_id: line_id.to_owned() }
}

fn backorder(item_id: &str, quantity: i64, line_id: &str) -> Demand {
    Demand { allow_backorder: true, ..demand(item_id, quantity, line_id) }
}

fn allocation(item_id: &str, location_id: &str, quantity: i64) -> Allocation {
    Allocation { item_id: item_id.to_owned(), location_id: location_id.to_owned(), quantity }
}
