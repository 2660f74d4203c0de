//! When a customer asks for an order: the order's e-mail address decides.

use tradewind_orders::OrderTransferRequested;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<OrderTransferRequested>("transfer link", move |tx, requested| {
        Box::pin(async move { tx.enqueue(&SendLetter::OrderTransfer(requested)).await.map(|_| ()) })
    });
}
