//! When a customer opens an account: a welcome.

use tradewind_accounts::events::CustomerCreated;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<CustomerCreated>("welcome", move |tx, created| {
        Box::pin(async move { tx.enqueue(&SendLetter::Welcome(created)).await.map(|_| ()) })
    });
}
