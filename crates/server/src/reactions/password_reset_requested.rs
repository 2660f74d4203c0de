//! When somebody forgot a password: the link to set a new one.

use tradewind_accounts::events::PasswordResetRequested;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<PasswordResetRequested>("reset link", move |tx, requested| {
        let mail = mails::password_reset(&facts, &requested);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
