//! When an order is placed: the shopper gets a receipt.

use tradewind_orders::OrderPlaced;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<OrderPlaced>("receipt", move |tx, placed| {
        let mail = mails::order_placed(&facts, &placed);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
