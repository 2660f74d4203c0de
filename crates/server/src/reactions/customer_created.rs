//! When a customer opens an account: a welcome.

use tradewind_accounts::events::CustomerCreated;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<CustomerCreated>("welcome", move |tx, created| {
        let mail = mails::welcome(&facts, &created);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
