//! Asking a provider for the money, and recording what became of it: the promise in the transaction that places the order.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::{Stored, Tx};
use tradewind_platform::payment::{Answer, Notice, Outcome, PaymentRequest};

use crate::error::{paid_already, paid_otherwise, session_void};
use crate::events::PaymentCaptured;
use crate::model::{CAPTURE_PREFIX, Movement, PAYMENT_PREFIX, Payment, PaymentCollection};
use crate::movement::load;
use crate::session::{PaymentSession, SessionStatus};
use crate::{Payments, store};

impl Payments {
    /// Whether this provider answers without asking another system.
    pub fn is_local(&self, provider_id: &str) -> Result<bool> {
        Ok(self.providers.get(provider_id)?.is_local())
    }

    /// Asks the session's provider for its amount. No transaction may be open. The session's id is the key: asked again, the
    /// provider answers the same and promises nothing twice.
    pub async fn authorize(&self, cart_id: &str, session: &PaymentSession) -> Result<Answer> {
        self.providers.get(&session.provider_id)?.authorize(&request_of(cart_id, session)).await
    }

    /// Asks the session's provider how it stands; nothing is promised by that. No transaction may be open.
    pub async fn status(&self, cart_id: &str, session: &PaymentSession) -> Result<Answer> {
        self.providers.get(&session.provider_id)?.status(&request_of(cart_id, session)).await
    }

    /// Tells the session's provider that the money is not wanted any more. No transaction may be open. Refused as
    /// `NotAllowed` where the money is there, or on its way.
    pub async fn call_off(&self, cart_id: &str, session: &PaymentSession) -> Result<()> {
        self.providers.get(&session.provider_id)?.cancel(&request_of(cart_id, session)).await
    }

    /// Records that the session's provider is about to be asked: from here the session stays until the answer is recorded. A
    /// session that was dropped meanwhile, or asks for another amount than the collection, is refused with the code
    /// [`SESSION_VOID`](crate::SESSION_VOID).
    pub async fn note_asked(&self, tx: &mut Tx, collection_id: &str, session_id: &str) -> Result<()> {
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        let session = owed_session(&mut stored, session_id)?;
        if session.asked_at.is_some() {
            return Ok(());
        }
        (session.status, session.asked_at, session.updated_at) = (SessionStatus::Pending, Some(now), now);
        save(tx, stored).await
    }

    /// Records that the session's provider promised or took the money, and that it is for this order. Answers with the collection,
    /// whose last payment it is; repeated, with the same. A session that is void is refused as by [`note_asked`](Self::note_asked), another amount than is owed
    /// with the code [`PAID_OTHERWISE`](crate::PAID_OTHERWISE).
    pub async fn record_paid(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        session_id: &str,
        order_id: &str,
        answer: Answer,
    ) -> Result<PaymentCollection> {
        let mut collection = load(tx, collection_id).await?;
        if let Some((payment_id, captured)) = note_paid(tx, &mut collection, session_id, order_id, &answer)? {
            if let Some(captured) = captured {
                tx.publish(&captured).await?;
            }
            store::update_collection(tx, &collection).await?;
            store::insert_payment(tx, &payment_id, collection_id).await?;
        }
        Ok(collection.value)
    }

    /// [`record_paid`](Self::record_paid) for many collections as they were read, each with the id of the request it comes from; all
    /// of them, or it fails: with the code of a version conflict where one was changed since.
    pub async fn record_all_paid(
        &self,
        tx: &mut Tx,
        paid: Vec<(Paid, Option<String>)>,
    ) -> Result<Vec<PaymentCollection>> {
        let (mut collections, mut captured) = (Vec::with_capacity(paid.len()), Vec::new());
        for (paid, request_id) in paid {
            let Paid { mut collection, session_id, order_id, answer } = paid;
            let Some((payment_id, event)) = note_paid(tx, &mut collection, &session_id, &order_id, &answer)? else {
                return Err(paid_already());
            };
            captured.extend(event.map(|event| (event, request_id)));
            collections.push((collection, payment_id));
        }
        store::update_collections(tx, &collections).await?;
        store::insert_payments(tx, &collections).await?;
        if !captured.is_empty() {
            tx.publish_all(&captured).await?;
        }
        Ok(collections.into_iter().map(|(stored, _)| stored.value).collect())
    }

    /// Records an answer that is not a payment. A refused session can be tried again; one that asks the shopper for a further
    /// step, or is not decided, stays asked for.
    pub async fn record_unpaid(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        session_id: &str,
        answer: Answer,
    ) -> Result<()> {
        let status = match answer.outcome {
            Outcome::RequiresAction => SessionStatus::RequiresMore,
            Outcome::Declined(_) => SessionStatus::Error,
            Outcome::Pending => SessionStatus::Pending,
            Outcome::Authorized | Outcome::Captured => return Ok(()),
        };
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        let Some(session) = stored.value.sessions.iter_mut().find(|it| it.id == session_id) else {
            return Ok(());
        };
        let is_over = session.status.holds_money() || session.status == SessionStatus::Canceled;
        if is_over || (session.status == status && session.data == answer.data) {
            return Ok(());
        }
        (session.status, session.data, session.updated_at) = (status, answer.data, now);
        if status == SessionStatus::Error {
            session.asked_at = None;
        }
        save(tx, stored).await
    }

    /// Records that the session was given up, with its provider's consent.
    pub async fn record_called_off(&self, tx: &mut Tx, collection_id: &str, session_id: &str) -> Result<()> {
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        let Some(session) = stored.value.sessions.iter_mut().find(|it| it.id == session_id) else {
            return Ok(());
        };
        if session.status.holds_money() {
            return Err(paid_already());
        }
        (session.status, session.asked_at, session.updated_at) = (SessionStatus::Canceled, None, now);
        save(tx, stored).await
    }

    /// The cart that a provider's notice is about, if it is from that provider and about a cart.
    pub fn noticed_cart(&self, provider_id: &str, notice: &Notice) -> Result<Option<String>> {
        self.providers.get(provider_id)?.notice(notice)
    }
}

/// That a session's provider promised or took the money.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The collection it is part of, as it was read.
    pub collection: Stored<PaymentCollection>,
    /// The session.
    pub session_id: String,
    /// The order it is for.
    pub order_id: String,
    /// What the provider said.
    pub answer: Answer,
}

/// Notes a payment in its collection: its id, and what is to be told of it; nothing where it was noted before.
fn note_paid(
    tx: &Tx,
    stored: &mut Stored<PaymentCollection>,
    session_id: &str,
    order_id: &str,
    answer: &Answer,
) -> Result<Option<(String, Option<PaymentCaptured>)>> {
    let (now, bucket) = (tx.now(), Bucket::of(&stored.value.id));
    if stored.value.order_id.as_deref().is_some_and(|held| held != order_id) {
        return Err(Error::conflict("This payment belongs to another order"));
    }
    if stored.value.payments.iter().any(|it| it.session_id == session_id) {
        return Ok(None);
    }
    let session = owed_session(stored, session_id)?;
    if answer.amount != session.amount {
        return Err(paid_otherwise(answer.amount, session.amount));
    }
    (session.status, session.asked_at) = (SessionStatus::Authorized, None);
    (session.authorized_at, session.updated_at) = (Some(now), now);
    session.data.clone_from(&answer.data);
    let payment_id = tx.id_in(PAYMENT_PREFIX, bucket);
    let payment = Payment {
        id: payment_id.clone(),
        session_id: session_id.to_owned(),
        provider_id: session.provider_id.clone(),
        amount: session.amount,
        data: answer.data.clone(),
        captures: Vec::new(),
        refunds: Vec::new(),
        created_at: now,
        updated_at: now,
        captured_at: None,
        canceled_at: None,
    };
    let collection = &mut stored.value;
    collection.payments.push(payment);
    collection.order_id = Some(order_id.to_owned());
    let mut captured = None;
    if answer.outcome == Outcome::Captured {
        let movement = Movement::all(format!("{payment_id}:capture:0"));
        collection.capture(&payment_id, tx.id_in(CAPTURE_PREFIX, bucket), movement, now)?;
        captured = Some(PaymentCaptured {
            collection_id: collection.id.clone(),
            payment_id: payment_id.clone(),
            order_id: Some(order_id.to_owned()),
            amount: answer.amount,
        });
    }
    collection.updated_at = now;
    collection.settle_status();
    Ok(Some((payment_id, captured)))
}

fn request_of(cart_id: &str, session: &PaymentSession) -> PaymentRequest {
    PaymentRequest {
        key: session.id.clone(),
        cart_id: cart_id.to_owned(),
        amount: session.amount,
        data: session.data.clone(),
    }
}

/// The session, if it still asks for what is owed.
fn owed_session<'s>(stored: &'s mut Stored<PaymentCollection>, session_id: &str) -> Result<&'s mut PaymentSession> {
    let amount = stored.value.amount;
    let is_owed = |session: &&mut PaymentSession| session.id == session_id && session.amount == amount;
    let found = stored.value.sessions.iter_mut().find(is_owed);
    found.filter(|session| session.status != SessionStatus::Canceled).ok_or_else(session_void)
}

async fn save(tx: &mut Tx, mut stored: Stored<PaymentCollection>) -> Result<()> {
    stored.value.updated_at = tx.now();
    stored.value.settle_status();
    store::update_collection(tx, &stored).await
}
