//! Handling an order after it was placed: the verbs that move the order, its stock and its money together. What concerns the
//! database alone is one transaction; where a payment provider must be asked, what is asked for is recorded first.

mod cancel;
mod money;
mod parcels;
mod returns;

use tradewind_inventory::Inventory;
use tradewind_orders::Orders;
use tradewind_payments::Payments;
use tradewind_platform::db::{Db, Shards};

use crate::Fulfilment;

pub use money::FinishMovement;
pub use parcels::{Packing, Sending};
pub use returns::ChoiceChange;

/// The handle others call to handle orders. Cheap to clone.
#[derive(Clone)]
pub struct OrderHandling {
    shards: Shards,
    orders: Orders,
    inventory: Inventory,
    payments: Payments,
    fulfilment: Fulfilment,
}

impl OrderHandling {
    /// Handles the orders of these shards.
    #[must_use]
    pub fn new(
        shards: Shards,
        orders: Orders,
        inventory: Inventory,
        payments: Payments,
        fulfilment: Fulfilment,
    ) -> Self {
        Self { shards, orders, inventory, payments, fulfilment }
    }

    fn shard(&self, id: &str) -> &Db {
        self.shards.of_id(id)
    }
}
