//! When somebody forgot a password: the link to set a new one.

use tradewind_accounts::events::PasswordResetRequested;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<PasswordResetRequested>("reset link", move |tx, requested| {
        Box::pin(async move { tx.enqueue(&SendLetter::PasswordReset(requested)).await.map(|_| ()) })
    });
}
