//! When an order is placed: the shopper gets a receipt.

use tradewind_orders::OrderPlaced;
use tradewind_platform::events::Reactions;

use crate::letters::SendReceipt;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<OrderPlaced>("receipt", move |tx, placed| {
        Box::pin(async move { tx.enqueue(&SendReceipt { placed }).await.map(|_| ()) })
    });
}
