//! Asking a provider to promise the money, and recording that it did in the transaction that places the order.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::Tx;
use tradewind_platform::payment::{Outcome, PaymentRequest};

use crate::error::session_void;
use crate::model::{PAYMENT_PREFIX, Payment, PaymentSession, SessionStatus};
use crate::{Payments, store};

impl Payments {
    /// Whether this provider answers without asking another system.
    pub fn is_local(&self, provider_id: &str) -> Result<bool> {
        Ok(self.providers.get(provider_id)?.is_local())
    }

    /// Asks the session's provider to promise its amount. No transaction may be open. The session's id is the key: asked
    /// again, the provider answers the same and promises nothing twice.
    pub async fn authorize(&self, session: &PaymentSession) -> Result<Outcome> {
        let provider = self.providers.get(&session.provider_id)?;
        let request = PaymentRequest { key: session.id.clone(), amount: session.amount, data: session.data.clone() };
        provider.authorize(&request).await
    }

    /// Records that the session's provider promised the money, and that it is for this order. Repeated, it answers with the
    /// same payment. A session that was dropped meanwhile, or asks for another amount than the collection, is refused with
    /// the code [`SESSION_VOID`](crate::SESSION_VOID).
    pub async fn record_authorized(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        session_id: &str,
        order_id: &str,
    ) -> Result<Payment> {
        let mut stored = store::collection(tx, collection_id)
            .await?
            .ok_or_else(|| Error::not_found("Payment collection", collection_id))?;
        let now = tx.now();
        let collection = &mut stored.value;
        if collection.order_id.as_deref().is_some_and(|held| held != order_id) {
            return Err(Error::conflict("This payment belongs to another order"));
        }
        if let Some(payment) = collection.payments.iter().find(|it| it.session_id == session_id) {
            return Ok(payment.clone());
        }
        let amount = collection.amount;
        let session = collection
            .sessions
            .iter_mut()
            .find(|session| session.id == session_id && session.amount == amount)
            .ok_or_else(session_void)?;
        session.status = SessionStatus::Authorized;
        (session.authorized_at, session.updated_at) = (Some(now), now);
        let payment = Payment {
            id: tx.id_in(PAYMENT_PREFIX, Bucket::of(collection_id)),
            session_id: session_id.to_owned(),
            provider_id: session.provider_id.clone(),
            amount,
            data: session.data.clone(),
            captures: Vec::new(),
            refunds: Vec::new(),
            created_at: now,
            updated_at: now,
            captured_at: None,
            canceled_at: None,
        };
        collection.payments.push(payment.clone());
        collection.order_id = Some(order_id.to_owned());
        collection.updated_at = now;
        collection.settle_status();
        store::update_collection(tx, &stored).await?;
        store::insert_payment(tx, &payment.id, collection_id).await?;
        Ok(payment)
    }

    /// Records that the session's provider refused, or asks the shopper for a further step.
    pub async fn record_refusal(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        session_id: &str,
        outcome: &Outcome,
    ) -> Result<()> {
        let status = match outcome {
            Outcome::RequiresAction => SessionStatus::RequiresMore,
            Outcome::Declined(_) => SessionStatus::Error,
            Outcome::Authorized | Outcome::Captured => return Ok(()),
        };
        let Some(mut stored) = store::collection(tx, collection_id).await? else {
            return Err(Error::not_found("Payment collection", collection_id));
        };
        let now = tx.now();
        let collection = &mut stored.value;
        let Some(session) = collection.sessions.iter_mut().find(|it| it.id == session_id) else {
            return Ok(());
        };
        if session.status == status || session.status.holds_money() {
            return Ok(());
        }
        (session.status, session.updated_at) = (status, now);
        collection.updated_at = now;
        collection.settle_status();
        store::update_collection(tx, &stored).await
    }
}
