//! Reactions: what happens in one module when another says that something has become true. One file an event.

mod customer_created;
mod email_verification_requested;
mod order_canceled;
mod order_placed;
mod order_shipped;
mod order_transfer_requested;
mod password_reset_requested;
mod payment_refunded;
mod session_voided;
mod staff_invited;
mod webhooks;

use tradewind_offers::Offers;
use tradewind_outreach::Webhooks;
use tradewind_platform::events::Reactions;

pub(crate) use session_voided::GiveBack;
pub(crate) use webhooks::TOLD;

/// Every reaction, one line each.
pub(crate) fn all(offers: &Offers, webhooks: &Webhooks) -> Reactions {
    let mut reactions = Reactions::default();
    order_canceled::register(&mut reactions, offers.clone());
    order_placed::register(&mut reactions);
    order_shipped::register(&mut reactions);
    customer_created::register(&mut reactions);
    password_reset_requested::register(&mut reactions);
    payment_refunded::register(&mut reactions);
    email_verification_requested::register(&mut reactions);
    order_transfer_requested::register(&mut reactions);
    session_voided::register(&mut reactions);
    staff_invited::register(&mut reactions);
    webhooks::register(&mut reactions, webhooks);
    reactions
}
