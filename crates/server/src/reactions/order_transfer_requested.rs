//! When a customer asks for an order: the order's e-mail address decides.

use tradewind_orders::OrderTransferRequested;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<OrderTransferRequested>("transfer link", move |tx, requested| {
        let mail = mails::order_transfer(&facts, &requested);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
