//! When a payment session is dropped that another system knows of: its money is given back.

use serde::{Deserialize, Serialize};
use tradewind_payments::SessionVoided;
use tradewind_platform::events::Reactions;
use tradewind_platform::jobs::{Job, When};

/// Work: to tell a provider that the money of a dropped session is not wanted.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GiveBack {
    /// The session, as it was told.
    pub voided: SessionVoided,
}

impl Job for GiveBack {
    const KIND: &'static str = "payments.give_back";
    // A week: money is not forgotten because a provider is away for a day.
    const ATTEMPTS_MAX: u32 = 180;
}

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<SessionVoided>("give back", move |tx, voided| {
        Box::pin(async move {
            let when = When { unique_key: Some(format!("{}:give_back", voided.session_id)), ..When::default() };
            tx.enqueue_when(&GiveBack { voided }, when).await.map(|_| ())
        })
    });
}
