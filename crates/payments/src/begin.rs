//! Beginning a payment session: the provider is asked first, with no transaction open, then its answer is stored, if the collection
//! is still the one that was read.

use serde_json::Value;
use tradewind_kernel::{Bucket, Error, Money, Result};
use tradewind_platform::db::Stored;
use tradewind_platform::payment::PaymentRequest;

use crate::Payments;
use crate::error::{paid_already, processing};
use crate::model::{PaymentCollection, empty_object};
use crate::session::{PaymentSession, SESSION_PREFIX, SessionStatus};

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
    /// Begins a session of a collection as it was read: asks the provider to prepare it and stores it in place of earlier ones.
    /// Nothing is charged. While a provider is being asked for the money, it is refused with the code
    /// [`PROCESSING`](crate::PROCESSING); when somebody else changed the collection since, with that of a version conflict.
    pub async fn begin_session(
        &self,
        mut read: Stored<PaymentCollection>,
        new: NewSession,
    ) -> Result<PaymentCollection> {
        let NewSession { cart_id, provider_id, data, amount, cart_version } = new;
        let provider = self.providers.get(&provider_id)?;
        let collection = &mut read.value;
        if collection.order_id.is_some() {
            return Err(paid_already());
        }
        if collection.asked_session().is_some() {
            return Err(processing());
        }
        let bucket = Bucket::of(&collection.id);
        let key = self.mint.mint_in(SESSION_PREFIX, bucket);
        let request = PaymentRequest { key, cart_id, amount, data: object(data)? };
        let data = object(provider.begin(&request).await?)?;
        let payments = self.clone();
        self.shards
            .of(bucket)
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    let collection = &mut read.value;
                    let dropped = collection.void_sessions();
                    collection.amount = amount;
                    collection.sessions.push(PaymentSession {
                        id: request.key,
                        provider_id,
                        amount,
                        status: SessionStatus::Pending,
                        data,
                        context: empty_object(),
                        cart_version,
                        created_at: now,
                        updated_at: now,
                        asked_at: None,
                        authorized_at: None,
                    });
                    collection.settle_status();
                    payments.save_voided(tx, &mut read, dropped).await?;
                    Ok(read.value)
                })
            })
            .await
    }
}

fn object(data: Value) -> Result<Value> {
    match data {
        Value::Null => Ok(empty_object()),
        Value::Object(_) => Ok(data),
        _ => Err(Error::invalid("data", "The data for the provider is an object")),
    }
}
