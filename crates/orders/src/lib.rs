#![doc = include_str!("../README.md")]

mod books;
mod cancel;
mod change;
mod delivery;
mod error;
mod events;
mod fulfil;
mod giving_back;
mod history;
mod list;
mod model;
mod numbers;
mod place;
mod placed;
mod returns;
mod store;
mod transfer;

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_platform::db::{Db, Migrations, Shards};
use tradewind_platform::migrations;

pub use delivery::{Fulfillment, FulfillmentItem, FulfillmentStatus, Label, LineQuantity, Progress, Shipment};
pub use error::{
    FULFILLMENT_STATE, NO_TRANSFER, NOT_CANCELABLE, NOT_COMPLETABLE, NOT_TRANSFERABLE, RETURN_STATE,
    TRANSFER_TOKEN_INVALID,
};
pub use events::{
    FulfillmentCreated, FulfillmentDelivered, FulfillmentShipped, OrderCanceled, OrderCompleted, OrderPlaced,
    OrderTransferRequested, OrderTransferred, PlacedItem, ReturnReceived, ReturnRequested,
};
pub use fulfil::NewFulfillment;
pub use giving_back::{Return, ReturnAction, ReturnDraft, ReturnItem, ReturnStatus, ReturnStep};
pub use history::{
    Change, FulfillmentRef, OrderEdit, PaymentAttempt, Recorded, ReturnDrafted, ReturnEdit, ReturnRef, fold,
};
pub use list::{CustomerOrders, OrderQuery};
pub use model::{
    Address, Adjustment, ChargedTax, CreditLine, Goods, LineTotals, Metadata, Order, OrderId, OrderItem, OrderShipping,
    OrderStatus, OrderTotals, REFUND_REFERENCE, TaxLine,
};
pub use place::{NewOrder, Placement, order_id_of_cart};
pub use placed::{PlacedOrder, PlacedOrders};
pub use returns::{Choice, NewReturn};
pub use transfer::{Transfer, TransferRequest};

use numbers::Numbers;

/// The tables of the orders module.
pub const MIGRATIONS: Migrations = migrations!("orders", "V1__orders", "V2__parts");

/// The orders of the shop. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    shards: Shards,
    numbers: Numbers,
}

impl Orders {
    /// The orders in these shards, numbered from core.
    #[must_use]
    pub fn new(core: Db, shards: Shards) -> Self {
        Self { shards, numbers: Numbers::new(core) }
    }

    /// The order with this id.
    pub async fn order(&self, id: &str) -> Result<Option<Arc<Order>>> {
        let db = self.shards.of_id(id);
        let id = id.to_owned();
        let found = db.read_own(|tx| Box::pin(async move { store::order(tx, &id).await })).await?;
        Ok(found.map(Arc::new))
    }

    /// What happened to an order, from the first attempt to pay for it on; empty for an unknown one.
    pub async fn events(&self, id: &str) -> Result<Vec<Recorded>> {
        let db = self.shards.of_id(id);
        let id = id.to_owned();
        db.read_own(|tx| Box::pin(async move { store::history(tx, &id).await })).await
    }

    /// The order as its history tells it. It is the stored document, or the store is broken.
    pub async fn replay(&self, id: &str) -> Result<Option<Order>> {
        Ok(fold(self.events(id).await?))
    }

    /// The order as it was after its first `seq` changes.
    pub async fn replay_until(&self, id: &str, seq: i64) -> Result<Option<Order>> {
        let history = self.events(id).await?;
        Ok(fold(history.into_iter().take_while(|recorded| recorded.seq <= seq)))
    }
}

#[cfg(test)]
mod tests;
