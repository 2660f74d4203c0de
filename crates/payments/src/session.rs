//! Payment sessions: the ways in which a shopper is about to pay.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tradewind_kernel::{Money, Timestamp};

use crate::model::{empty_object, is_empty_object};

/// What ids of payment sessions begin with.
pub const SESSION_PREFIX: &str = "payses";

/// One way in which the shopper is about to pay. It belongs to the cart as it was: a changed cart voids it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PaymentSession {
    /// Its id; also the idempotency key at the provider.
    pub id: String,
    /// Who is asked for the money.
    pub provider_id: String,
    /// How much is asked for.
    pub amount: Money,
    /// How far it has come.
    pub status: SessionStatus,
    /// What the provider keeps in it (its own ids, a client secret).
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    pub data: Value,
    /// What the shopper's client said about it.
    #[serde(default = "empty_object", skip_serializing_if = "is_empty_object")]
    pub context: Value,
    /// The version of the cart whose total was asked for.
    pub cart_version: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Since when the provider is being asked for the money: until it says what became of it, the session is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<Timestamp>,
    /// When the provider promised the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorized_at: Option<Timestamp>,
}

/// How far a session has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// The money is promised.
    Authorized,
    /// The money has arrived.
    Captured,
    /// Begun.
    Pending,
    /// The shopper must do something first.
    RequiresMore,
    /// The provider refused or failed.
    Error,
    /// Given up.
    Canceled,
}

impl SessionStatus {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "authorized",
            Self::Captured => "captured",
            Self::Pending => "pending",
            Self::RequiresMore => "requires_more",
            Self::Error => "error",
            Self::Canceled => "canceled",
        }
    }

    /// Whether money hangs on it.
    #[must_use]
    pub fn holds_money(self) -> bool {
        matches!(self, Self::Authorized | Self::Captured)
    }
}

impl PaymentSession {
    /// Whether money hangs on it, or may at this moment, so that it cannot simply be dropped.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.status.holds_money() || self.asked_at.is_some()
    }
}
