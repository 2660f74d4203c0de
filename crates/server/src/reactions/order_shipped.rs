//! When a parcel is sent: the shopper is told how to follow it.

use tradewind_orders::FulfillmentShipped;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<FulfillmentShipped>("shipped", move |tx, shipped| {
        Box::pin(async move { tx.enqueue(&SendLetter::OrderShipped(shipped)).await.map(|_| ()) })
    });
}
