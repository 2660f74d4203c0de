//! The payment port: what a provider must be able to do, and the manual provider (invoice, bank transfer).

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use tradewind_kernel::{Error, Money, Result};

/// What a provider answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The money is promised; it can be captured.
    Authorized,
    /// The money has arrived.
    Captured,
    /// The shopper must do something first (3-D Secure); the data says what.
    RequiresAction,
    /// Refused; the text may be shown to the shopper.
    Declined(String),
}

/// A payment as the provider is asked for it. `key` makes each call idempotent at the provider.
#[derive(Clone, Debug)]
pub struct PaymentRequest {
    /// The idempotency key: the payment session's id.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// What the provider keeps in the session (its own ids, a client secret).
    pub data: serde_json::Value,
}

/// A provider. No call is ever made with a transaction open.
/// - `begin` prepares a session and returns its data; nothing is charged;
/// - `authorize` promises or refuses; asked again with the same key, it answers the same;
/// - `capture`, `cancel` and `refund` do so at most once per key.
pub trait PaymentProvider: Send + Sync {
    /// Its id, `pp_<name>`.
    fn id(&self) -> &str;
    /// Whether `authorize` answers without asking another system, so that it may happen in the placing transaction's step.
    fn is_local(&self) -> bool;
    /// Prepares a session.
    fn begin<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>>;
    /// Asks for the money to be promised.
    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Outcome>>;
    /// Takes promised money.
    fn capture<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
    /// Gives a promise back.
    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
    /// Gives money back.
    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>>;
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

/// Money that is paid outside the shop (invoice, transfer): authorised at once, captured by the staff.
pub struct ManualProvider;

impl PaymentProvider for ManualProvider {
    fn id(&self) -> &str {
        "pp_system_default"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn begin<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>> {
        Box::pin(async { Ok(serde_json::json!({})) })
    }

    fn authorize<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async { Ok(Outcome::Authorized) })
    }

    fn capture<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn cancel<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn refund<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
