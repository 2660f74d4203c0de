//! What the inventory tells others. Reservations for orders are not told one by one: the order tells it.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

/// The staff set how much of an item lies at a location.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StockSet {
    /// Of what.
    pub item_id: String,
    /// Where.
    pub location_id: String,
    /// What lies there now; `None` when the level was removed.
    pub stocked: Option<i64>,
}

impl Event for StockSet {
    const KIND: &'static str = "inventory.stock_set";

    fn aggregate(&self) -> &str {
        &self.item_id
    }
}

/// What was set aside for a reference lapsed and is available again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReservationExpired {
    /// For whom it was.
    pub reference: String,
}

impl Event for ReservationExpired {
    const KIND: &'static str = "inventory.reservation_expired";

    fn aggregate(&self) -> &str {
        &self.reference
    }
}
