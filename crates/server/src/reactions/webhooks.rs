//! When anything happens that other programs may be told of: the webhooks collect it.

use std::sync::Arc;

use tradewind_accounts::events::CustomerCreated;
use tradewind_catalog::{CatalogChanged, ProductChanged};
use tradewind_fulfilment::ShippingChanged;
use tradewind_inventory::{ReservationExpired, StockSet};
use tradewind_market::MarketChanged;
use tradewind_offers::OffersChanged;
use tradewind_orders::{
    FulfillmentCreated, FulfillmentDelivered, FulfillmentShipped, OrderCanceled, OrderCompleted, OrderPlaced,
    OrderTransferred, ReturnReceived, ReturnRequested,
};
use tradewind_outreach::{WebhookDisabled, WebhookTested, Webhooks};
use tradewind_payments::{PaymentCaptured, PaymentRefunded};
use tradewind_platform::events::{Event as _, Reaction, Reactions};

/// The kinds of event that webhooks tell of. What proves that a mail was read is none of them, nor what a payment provider has
/// kept: whoever has that can act as somebody else.
pub(crate) const TOLD: &[&str] = &[
    CustomerCreated::KIND,
    CatalogChanged::KIND,
    ProductChanged::KIND,
    ShippingChanged::KIND,
    ReservationExpired::KIND,
    StockSet::KIND,
    MarketChanged::KIND,
    OffersChanged::KIND,
    OrderCanceled::KIND,
    OrderCompleted::KIND,
    FulfillmentCreated::KIND,
    FulfillmentDelivered::KIND,
    FulfillmentShipped::KIND,
    OrderPlaced::KIND,
    ReturnReceived::KIND,
    ReturnRequested::KIND,
    OrderTransferred::KIND,
    WebhookDisabled::KIND,
    PaymentCaptured::KIND,
    PaymentRefunded::KIND,
];

pub(super) fn register(reactions: &mut Reactions, webhooks: &Webhooks) {
    for &kind in TOLD.iter().chain(&[WebhookTested::KIND]) {
        let webhooks = webhooks.clone();
        let collect: Reaction = Arc::new(move |tx, event| {
            let webhooks = webhooks.clone();
            Box::pin(async move { webhooks.collect(tx, event).await })
        });
        reactions.on_kind(kind, "webhooks", collect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What webhooks never tell of, each with its reason.
    const WITHHELD: [&str; 6] = [
        // They carry what proves that a mail was read.
        "accounts.email_verification_requested",
        "accounts.password_reset_requested",
        "accounts.staff_invited",
        "orders.transfer_requested",
        // It carries what a payment provider has kept.
        "payments.session_voided",
        // It goes to the endpoint that is tried out, and cannot be chosen.
        "outreach.webhook_tested",
    ];

    #[test]
    fn of_each_event_is_decided_whether_others_are_told() {
        let page = include_str!("../../../../docs/generated/events.md");
        let kinds = page.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`'));
        let (mut told, mut withheld) = (0, 0);
        for kind in kinds {
            match (TOLD.contains(&kind), WITHHELD.contains(&kind)) {
                (true, false) => told += 1,
                (false, true) => withheld += 1,
                _ => panic!("{kind} belongs into one of the lists TOLD and WITHHELD"),
            }
        }
        assert_eq!((told, withheld), (TOLD.len(), WITHHELD.len()), "events that are no more");
    }

    #[test]
    fn what_carries_a_secret_is_never_told() {
        let page = include_str!("../../../../docs/generated/events.md");
        for part in page.split("### `").skip(1).filter(|part| part.contains("`Secret`")) {
            let kind = part.split('`').next().unwrap_or_default();
            assert!(WITHHELD.contains(&kind), "{kind} carries a secret");
        }
    }
}
