//! Beginning a payment session: the provider is asked first, with no transaction open, then its answer is stored.

use serde_json::Value;
use tradewind_kernel::{Bucket, Error, Money, Result};
use tradewind_platform::payment::PaymentRequest;

use crate::error::{paid_already, processing};
use crate::model::{PaymentCollection, empty_object};
use crate::session::{PaymentSession, SESSION_PREFIX, SessionStatus};
use crate::{Payments, store};

/// A session to be begun.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The cart that is paid for.
    pub cart_id: String,
    /// Who is asked for the money.
    pub provider_id: String,
    /// What the shopper's client sends for the provider; an object, or null for nothing.
    pub data: Value,
    /// How much: the cart's total.
    pub amount: Money,
    /// The version of the cart that has this total.
    pub cart_version: i64,
}

impl Payments {
    /// Begins a session: asks the provider to prepare it and stores it in place of earlier ones. Nothing is charged. While a
    /// provider is being asked for the money, it is refused with the code [`PROCESSING`](crate::PROCESSING).
    pub async fn begin_session(&self, collection_id: &str, new: NewSession) -> Result<PaymentCollection> {
        let NewSession { cart_id, provider_id, data, amount, cart_version } = new;
        let provider = self.providers.get(&provider_id)?;
        if !provider.is_local() && self.collection(collection_id).await?.is_none() {
            return Err(unknown(collection_id));
        }
        let key = self.mint.mint_in(SESSION_PREFIX, Bucket::of(collection_id));
        let request = PaymentRequest { key, cart_id, amount, data: object(data)? };
        let data = provider.begin(&request).await?;
        let PaymentRequest { key: session_id, .. } = request;
        let (payments, collection_id) = (self.clone(), collection_id.to_owned());
        self.shards
            .of_id(&collection_id)
            .write(move |tx| {
                Box::pin(async move {
                    let mut stored =
                        store::collection(tx, &collection_id).await?.ok_or_else(|| unknown(&collection_id))?;
                    let collection = &mut stored.value;
                    if collection.order_id.is_some() {
                        return Err(paid_already());
                    }
                    if collection.asked_session().is_some() {
                        return Err(processing());
                    }
                    let now = tx.now();
                    let dropped = collection.void_sessions();
                    collection.amount = amount;
                    collection.sessions.push(PaymentSession {
                        id: session_id,
                        provider_id,
                        amount,
                        status: SessionStatus::Pending,
                        data: object(data)?,
                        context: empty_object(),
                        cart_version,
                        created_at: now,
                        updated_at: now,
                        asked_at: None,
                        authorized_at: None,
                    });
                    collection.settle_status();
                    payments.save_voided(tx, &mut stored, dropped).await?;
                    Ok(stored.value)
                })
            })
            .await
    }
}

fn unknown(collection_id: &str) -> Error {
    Error::not_found("Payment collection", collection_id)
}

fn object(data: Value) -> Result<Value> {
    match data {
        Value::Null => Ok(empty_object()),
        Value::Object(_) => Ok(data),
        _ => Err(Error::invalid("data", "The data for the provider is an object")),
    }
}
