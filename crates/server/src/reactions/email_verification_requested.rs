//! When somebody wants to prove their e-mail address: the link to do so.

use tradewind_accounts::events::EmailVerificationRequested;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<EmailVerificationRequested>("verification link", move |tx, requested| {
        Box::pin(async move { tx.enqueue(&SendLetter::EmailVerification(requested)).await.map(|_| ()) })
    });
}
