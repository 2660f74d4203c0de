//! When an order is called off: others may use the promotions it has used, and the shopper is told.

use tradewind_offers::Offers;
use tradewind_orders::OrderCanceled;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions, offers: Offers) {
    reactions.on::<OrderCanceled>("promotions", move |tx, canceled| {
        let offers = offers.clone();
        Box::pin(async move { offers.release(tx, &canceled.order_id).await })
    });
    reactions.on::<OrderCanceled>("canceled", move |tx, canceled| {
        Box::pin(async move { tx.enqueue(&SendLetter::OrderCanceled(canceled)).await.map(|_| ()) })
    });
}
