//! All levels with what they are levels of, read a chunk at a time for reports: from a replica where there is one.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Merged, Shards};

use crate::{Inventory, store};

/// What a location has of an item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedLevel {
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// What lies there.
    pub stocked: i64,
    /// What of it is promised.
    pub reserved: i64,
    /// What was sold beyond it.
    pub backordered: i64,
    /// The item's stock keeping unit.
    pub sku: Option<String>,
    /// What the item is called.
    pub title: Option<String>,
}

/// All levels in the order of their items, whichever shard they are in.
pub struct ListedLevels {
    shards: Shards,
    merged: Merged<(String, String), ListedLevel>,
}

impl Inventory {
    /// All levels there are.
    #[must_use]
    pub fn listed_levels(&self) -> ListedLevels {
        let shards = self.shards().clone();
        ListedLevels { merged: Merged::after(&Default::default(), shards.all().len()), shards }
    }
}

impl ListedLevels {
    /// The next levels, at most so many; none after the last.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<ListedLevel>> {
        let shards = &self.shards;
        let rows = i64::try_from(limit).map_err(Error::internal)?;
        let read = |shard: usize, after: (String, String)| {
            let db = shards.all()[shard].clone();
            async move { db.scan(move |tx| Box::pin(async move { store::levels_after(tx, &after, rows).await })).await }
        };
        self.merged.next(limit, read).await
    }
}
