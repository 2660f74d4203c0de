//! When somebody wants to prove their e-mail address: the link to do so.

use tradewind_accounts::events::EmailVerificationRequested;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<EmailVerificationRequested>("verification link", move |tx, requested| {
        let mail = mails::email_verification(&facts, &requested);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
