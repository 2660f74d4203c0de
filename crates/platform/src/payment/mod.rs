//! The payment port: what a provider must be able to do.

mod manual;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use tradewind_kernel::{Error, ErrorKind, Money, Result};

pub use manual::ManualProvider;

/// Code: the provider did not answer, or said that it cannot now. What became of the request is not known.
pub const NO_ANSWER: &str = "payment_provider_no_answer";
/// Code: a notice that the provider did not sign, or that is too old to be believed.
pub const BAD_NOTICE: &str = "payment_notice_refused";

/// How a payment stands with its provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The money is promised; it can be captured.
    Authorized,
    /// The money has arrived.
    Captured,
    /// The provider is at it; it will say later.
    Pending,
    /// The shopper must do something first (3-D Secure); the data says what.
    RequiresAction,
    /// Refused; the text may be shown to the shopper.
    Declined(String),
}

impl Outcome {
    /// Whether the money is promised or has arrived.
    #[must_use]
    pub fn is_paid(&self) -> bool {
        matches!(self, Self::Authorized | Self::Captured)
    }
}

/// What a provider answers of a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// How it stands.
    pub outcome: Outcome,
    /// How much is promised or has arrived; what was asked for while neither is so.
    pub amount: Money,
    /// What the provider keeps in it from now on.
    pub data: serde_json::Value,
}

/// A payment as the provider is asked for it. `key` makes each call idempotent at the provider.
#[derive(Clone, Debug)]
pub struct PaymentRequest {
    /// The idempotency key: the payment session's id, or that of one movement of its money.
    pub key: String,
    /// The cart that is paid for. A provider keeps it, to name it in its notices.
    pub cart_id: String,
    /// How much.
    pub amount: Money,
    /// What the provider keeps in the session (its own ids, a client secret).
    pub data: serde_json::Value,
}

impl PaymentRequest {
    /// The answer that it stands like this, over what was asked for.
    #[must_use]
    pub fn answered(&self, outcome: Outcome) -> Answer {
        Answer { outcome, amount: self.amount, data: self.data.clone() }
    }
}

/// What somebody who says to be the provider has sent of its own accord.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The headers, their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body, byte by byte as it was signed.
    pub body: Bytes,
}

/// A provider. No call is ever made with a transaction open.
/// - `begin` prepares a session and returns its data; nothing is charged;
/// - `authorize` has the money promised, or taken, or says why not yet; asked again with the same key, it promises nothing twice;
/// - `status` says how it stands and changes nothing;
/// - `capture`, `cancel` and `refund` do so at most once per key. Cancelling what is cancelled is done already; cancelling
///   what is paid, or about to be, is refused as `NotAllowed`;
/// - `notice` answers which cart a notice is about, if it is from this provider and about a cart. What it says is not
///   believed: the provider is asked.
///
/// Where it is not known what came of a call, the error has the code [`NO_ANSWER`].
pub trait PaymentProvider: Send + Sync {
    /// Its id, `pp_<name>`.
    fn id(&self) -> &str;
    /// Whether it answers without asking another system: then it is asked and its order placed in one step.
    fn is_local(&self) -> bool;
    /// Prepares a session.
    fn begin<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>>;
    /// Asks for the money to be promised.
    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>>;
    /// Asks how it stands. A provider of this process has nothing else to say than when it was asked for the money.
    fn status<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        self.authorize(request)
    }
    /// Takes promised money.
    fn capture<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
    /// Gives a promise back, so that it cannot be kept any more.
    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
    /// Gives money back.
    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
    /// The cart that a notice is about. A provider that sends none believes none.
    fn notice(&self, _: &Notice) -> Result<Option<String>> {
        Err(bad_notice("This payment provider sends no notices"))
    }
}

/// The error of a call of which it is not known what became.
pub fn no_answer(reason: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unavailable, format!("The payment provider does not answer: {reason}")).code(NO_ANSWER)
}

/// The error of a notice that is not believed.
pub fn bad_notice(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, reason).code(BAD_NOTICE)
}

/// The providers of a shop, by id.
#[derive(Clone, Default)]
pub struct PaymentProviders {
    by_id: BTreeMap<String, Arc<dyn PaymentProvider>>,
}

impl PaymentProviders {
    /// Adds a provider.
    pub fn add(&mut self, provider: Arc<dyn PaymentProvider>) {
        self.by_id.insert(provider.id().to_owned(), provider);
    }

    /// The provider with this id.
    pub fn get(&self, id: &str) -> Result<&Arc<dyn PaymentProvider>> {
        self.by_id.get(id).ok_or_else(|| {
            let known: Vec<_> = self.by_id.keys().map(String::as_str).collect();
            Error::invalid(
                "provider_id",
                format!("There is no such payment provider; this shop has {}", known.join(", ")),
            )
        })
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }
}
