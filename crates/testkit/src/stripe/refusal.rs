//! Refusals in Stripe's form: a type, often a code, and a text that may be shown.

use serde_json::{Value, json};

/// That Stripe does not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StripeError {
    /// The status of the answer.
    pub status: u16,
    /// The type: `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`.
    pub kind: &'static str,
    /// The code, where it has one.
    pub code: Option<&'static str>,
    /// What the card's bank said.
    pub decline_code: Option<&'static str>,
    /// The text.
    pub message: String,
    /// The field that it is about.
    pub param: Option<&'static str>,
    /// How the payment stands that it is about.
    pub payment_intent: Option<Box<Value>>,
}

impl std::fmt::Display for StripeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.status, self.code.unwrap_or(self.kind), self.message)
    }
}

impl std::error::Error for StripeError {}

impl StripeError {
    pub(super) fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { status, kind, code: None, decline_code: None, message, param: None, payment_intent: None }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    /// That a payment is in a state in which this cannot be done.
    pub(super) fn unexpected_state(message: impl Into<String>, payment_intent: Value) -> Self {
        Self {
            code: Some("payment_intent_unexpected_state"),
            payment_intent: Some(Box::new(payment_intent)),
            ..Self::invalid(message)
        }
    }

    pub(super) fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    pub(super) fn at(mut self, param: &'static str) -> Self {
        self.param = Some(param);
        self
    }

    /// What is under `error` in the answer, and what a payment keeps of its last failure.
    pub(super) fn fields(&self) -> Value {
        let mut fields = json!({ "type": self.kind, "message": self.message });
        let texts = [("code", self.code), ("decline_code", self.decline_code), ("param", self.param)];
        for (name, text) in texts {
            if let Some(text) = text {
                fields[name] = json!(text);
            }
        }
        if let Some(code) = self.code {
            fields["doc_url"] = json!(format!("https://stripe.com/docs/error-codes/{}", code.replace('_', "-")));
        }
        if let Some(payment_intent) = &self.payment_intent {
            fields["payment_intent"] = payment_intent.as_ref().clone();
        }
        fields
    }
}
