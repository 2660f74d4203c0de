//! Reactions: what happens in one module when another says that something has become true. One file an event.

mod customer_created;
mod email_verification_requested;
mod order_canceled;
mod order_placed;
mod order_transfer_requested;
mod password_reset_requested;
mod session_voided;
mod staff_invited;

use serde::{Deserialize, Serialize};
use tradewind_offers::Offers;
use tradewind_platform::events::Reactions;
use tradewind_platform::jobs::Job;
use tradewind_platform::mail::Mail;

pub(crate) use order_placed::SendReceipt;
pub(crate) use session_voided::GiveBack;

/// What reactions need to know of the shop.
#[derive(Clone, Debug)]
pub(crate) struct ShopFacts {
    /// The name shoppers read.
    pub name: String,
    /// The address shoppers use.
    pub public_url: String,
}

/// Every reaction, one line each.
pub(crate) fn all(facts: &ShopFacts, offers: &Offers) -> Reactions {
    let mut reactions = Reactions::default();
    order_canceled::register(&mut reactions, offers.clone());
    order_placed::register(&mut reactions);
    customer_created::register(&mut reactions, facts.clone());
    password_reset_requested::register(&mut reactions, facts.clone());
    email_verification_requested::register(&mut reactions, facts.clone());
    order_transfer_requested::register(&mut reactions, facts.clone());
    session_voided::register(&mut reactions);
    staff_invited::register(&mut reactions, facts.clone());
    reactions
}

/// A message to be handed to the mailer.
#[derive(Serialize, Deserialize)]
pub(crate) struct SendMail {
    /// The message.
    pub mail: Mail,
}

impl Job for SendMail {
    const KIND: &'static str = "mail.send";
    const QUEUE: &'static str = "mail";
}
