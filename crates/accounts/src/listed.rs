//! All shoppers, read a chunk at a time for reports: from a replica where there is one.

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Merged, Shards};

use crate::model::Customer;
use crate::{Accounts, store};

/// All shoppers, the oldest first, whichever shard they are in.
pub struct ListedCustomers {
    shards: Shards,
    merged: Merged<(Timestamp, String), Customer>,
}

impl Accounts {
    /// All shoppers there are, guests too.
    #[must_use]
    pub fn listed_customers(&self) -> ListedCustomers {
        let first = (Timestamp(i64::MIN), String::new());
        ListedCustomers { merged: Merged::after(&first, self.shards.all().len()), shards: self.shards.clone() }
    }
}

impl ListedCustomers {
    /// The next shoppers, at most so many; none after the last.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Customer>> {
        let shards = &self.shards;
        let rows = i64::try_from(limit).map_err(Error::internal)?;
        let read = |shard: usize, after: (Timestamp, String)| {
            let db = shards.all()[shard].clone();
            async move { db.scan(move |tx| Box::pin(async move { store::customers_after(tx, &after, rows).await })).await }
        };
        self.merged.next(limit, read).await
    }
}
