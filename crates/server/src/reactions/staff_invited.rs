//! When somebody is invited to join the staff: the link to do so.

use tradewind_accounts::events::StaffInvited;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<StaffInvited>("invitation", move |tx, invited| {
        Box::pin(async move { tx.enqueue(&SendLetter::StaffInvitation(invited)).await.map(|_| ()) })
    });
}
