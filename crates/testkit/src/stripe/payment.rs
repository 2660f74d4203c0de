//! One payment as the bank keeps it, in the forms of Stripe's objects and of the books.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How a payment stands, by Stripe's names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    /// No card is known, or the last one was declined.
    RequiresPaymentMethod,
    /// A card is known and not yet charged.
    RequiresConfirmation,
    /// The shopper must show that the card is theirs.
    RequiresAction,
    /// The bank is at it.
    Processing,
    /// The money is promised.
    RequiresCapture,
    /// The promise was given back, or the payment given up.
    Canceled,
    /// The money has arrived.
    Succeeded,
}

impl IntentStatus {
    /// Its name at Stripe.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresConfirmation => "requires_confirmation",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Canceled => "canceled",
            Self::Succeeded => "succeeded",
        }
    }
}

impl std::fmt::Display for IntentStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A line of the bank's books.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// Stripe's id, `pi_...`.
    pub id: String,
    /// `metadata[cart_id]`.
    pub cart_id: Option<String>,
    /// `metadata[session_id]`.
    pub session_id: Option<String>,
    /// What Stripe.js needs to go on with it.
    pub client_secret: String,
    /// What was asked for, in the currency's smallest units.
    pub amount: i64,
    /// The currency, in small letters.
    pub currency: String,
    /// How it stands.
    pub status: IntentStatus,
    /// How much is promised.
    pub amount_capturable: i64,
    /// How much has arrived.
    pub amount_received: i64,
    /// How much of that was given back.
    pub amount_refunded: i64,
    /// All that the shop wrote on it.
    pub metadata: BTreeMap<String, String>,
}

impl Intent {
    /// Whether money of the shopper's is promised, or has arrived and was not wholly given back.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.amount_capturable > 0 || self.amount_received > self.amount_refunded
    }
}

/// A payment.
pub(super) struct Payment {
    pub(super) book: Intent,
    pub(super) created: i64,
    pub(super) captures_by_itself: bool,
    /// Methods that lead the shopper away to another page are possible.
    pub(super) may_redirect: bool,
    pub(super) is_automatic: bool,
    pub(super) setup_future_usage: Option<String>,
    pub(super) payment_method: Option<String>,
    pub(super) next_action: Option<Value>,
    pub(super) last_payment_error: Option<Value>,
    pub(super) latest_charge: Option<String>,
    pub(super) canceled_at: Option<i64>,
    pub(super) cancellation_reason: Option<String>,
}

impl Payment {
    /// Stripe's PaymentIntent.
    pub(super) fn intent(&self) -> Value {
        let book = &self.book;
        json!({
            "id": book.id,
            "object": "payment_intent",
            "amount": book.amount,
            "amount_capturable": book.amount_capturable,
            "amount_received": book.amount_received,
            "automatic_payment_methods": self.is_automatic.then(|| json!({
                "allow_redirects": if self.may_redirect { "always" } else { "never" },
                "enabled": true,
            })),
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": if self.captures_by_itself { "automatic" } else { "manual" },
            "client_secret": book.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": book.currency,
            "customer": null,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": false,
            "metadata": book.metadata,
            "next_action": self.next_action,
            "payment_method": self.payment_method,
            "payment_method_types": ["card"],
            "setup_future_usage": self.setup_future_usage,
            "status": book.status,
        })
    }

    /// Stripe's Charge, of a payment that has arrived.
    pub(super) fn charge(&self) -> Value {
        let book = &self.book;
        json!({
            "id": self.latest_charge,
            "object": "charge",
            "amount": book.amount,
            "amount_captured": book.amount_received,
            "amount_refunded": book.amount_refunded,
            "captured": true,
            "created": self.created,
            "currency": book.currency,
            "livemode": false,
            "metadata": book.metadata,
            "paid": true,
            "payment_intent": book.id,
            "payment_method": self.payment_method,
            "refunded": book.amount_refunded == book.amount_received,
            "status": "succeeded",
        })
    }

    /// Writes more on it; an empty text takes a name out.
    pub(super) fn annotate(&mut self, metadata: BTreeMap<String, String>) {
        self.book.metadata.extend(metadata);
        self.book.metadata.retain(|_, text| !text.is_empty());
        self.book.cart_id = self.book.metadata.get("cart_id").cloned();
        self.book.session_id = self.book.metadata.get("session_id").cloned();
    }
}
