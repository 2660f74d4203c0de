//! When an order is placed: the shopper gets a receipt.

use serde::{Deserialize, Serialize};
use tradewind_orders::OrderPlaced;
use tradewind_platform::events::Reactions;
use tradewind_platform::jobs::Job;

/// Work: to write a shopper the receipt of an order.
///
/// It holds the facts, not the letter, which is ten times as long and would be stored only to be deleted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SendReceipt {
    /// The order, as it was told.
    pub placed: OrderPlaced,
}

impl Job for SendReceipt {
    const KIND: &'static str = "mail.send_receipt";
    const QUEUE: &'static str = "mail";
}

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<OrderPlaced>("receipt", move |tx, placed| {
        Box::pin(async move { tx.enqueue(&SendReceipt { placed }).await.map(|_| ()) })
    });
}
