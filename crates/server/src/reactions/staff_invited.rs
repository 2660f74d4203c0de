//! When somebody is invited to join the staff: the link to do so.

use tradewind_accounts::events::StaffInvited;
use tradewind_platform::events::Reactions;

use super::{SendMail, ShopFacts};
use crate::mails;

pub(super) fn register(reactions: &mut Reactions, facts: ShopFacts) {
    reactions.on::<StaffInvited>("invitation", move |tx, invited| {
        let mail = mails::invitation(&facts, &invited);
        Box::pin(async move { tx.enqueue(&SendMail { mail }).await.map(|_| ()) })
    });
}
