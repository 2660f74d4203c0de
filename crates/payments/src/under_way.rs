//! Asking a provider to move money, so that no crash and no second request moves it twice: what is asked for is recorded first,
//! then the provider is asked with no transaction open, then what came of it is recorded.

use tradewind_kernel::{Error, ErrorKind, Money, Result};
use tradewind_platform::db::Tx;
use tradewind_platform::payment::PaymentRequest;

use crate::error::busy;
use crate::model::{Movement, MovementKind, Payment, PaymentCollection, UnderWay};
use crate::movement::{load, payment_of};
use crate::{Payments, store};

/// What is asked of a payment.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What shall be done.
    pub kind: MovementKind,
    /// How much; `None`: all that is left.
    pub amount: Option<Money>,
    /// The client's own key: the same wish again is the same movement.
    pub key: Option<String>,
    /// Why, in the staff's words.
    pub note: Option<String>,
    /// Why, as one of the shop's reasons.
    pub reason_id: Option<String>,
    /// The staff member who asks.
    pub created_by: Option<String>,
}

impl Wish {
    /// All that is left, without a word about why.
    #[must_use]
    pub fn all(kind: MovementKind, created_by: Option<String>) -> Self {
        Self { kind, amount: None, key: None, note: None, reason_id: None, created_by }
    }
}

impl Payments {
    /// Records what a provider is about to be asked. `None` where there is nothing to ask for: it has been done under this key, or
    /// all of it is captured or cancelled already. While one movement of a payment is under way there is no other; the same wish
    /// again joins it.
    pub async fn intend(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        payment_id: &str,
        wish: Wish,
    ) -> Result<Option<UnderWay>> {
        let mut stored = load(tx, collection_id).await?;
        let payment = stored.value.payment(payment_id).ok_or_else(|| Error::not_found("Payment", payment_id))?;
        let (name, made) = match wish.kind {
            MovementKind::Capture => ("capture", payment.captures.len()),
            MovementKind::Refund => ("refund", payment.refunds.len()),
            MovementKind::Cancel => ("cancel", 0),
        };
        // Without a key of the client's, the how manieth movement it is: two that start from the same state are one.
        let key = match &wish.key {
            Some(key) => format!("{payment_id}:{name}:key:{key}"),
            None => format!("{payment_id}:{name}:{made}"),
        };
        if payment.has_moved(&key) {
            return Ok(None);
        }
        if let Some(under_way) = stored.value.under_way.iter().find(|it| it.payment_id == payment_id) {
            let is_same = under_way.kind == wish.kind
                && (under_way.key == key || wish.key.is_none())
                && wish.amount.is_none_or(|amount| amount == under_way.amount);
            return if is_same { Ok(Some(under_way.clone())) } else { Err(busy(under_way)) };
        }
        let amount = match wish.kind {
            MovementKind::Capture if payment.captured_at.is_some() => return Ok(None),
            MovementKind::Capture => payment.capturable(wish.amount)?,
            MovementKind::Refund => payment.refundable(wish.amount)?,
            MovementKind::Cancel if payment.canceled_at.is_some() => return Ok(None),
            MovementKind::Cancel => payment.cancelable().map(|()| payment.amount)?,
        };
        let under_way = UnderWay {
            payment_id: payment_id.to_owned(),
            kind: wish.kind,
            key,
            amount,
            note: wish.note,
            reason_id: wish.reason_id,
            created_by: wish.created_by,
        };
        stored.value.under_way.push(under_way.clone());
        store::update_collection(tx, &stored).await?;
        Ok(Some(under_way))
    }

    /// Asks the payment's provider. No transaction may be open. Asked again with the same key, it does nothing twice.
    pub async fn ask(&self, cart_id: &str, payment: &Payment, under_way: &UnderWay) -> Result<()> {
        let provider = self.providers.get(&payment.provider_id)?;
        let request = PaymentRequest {
            key: under_way.key.clone(),
            cart_id: cart_id.to_owned(),
            amount: under_way.amount,
            data: payment.data.clone(),
        };
        match under_way.kind {
            MovementKind::Capture => provider.capture(&request).await,
            MovementKind::Refund => provider.refund(&request).await,
            MovementKind::Cancel => provider.cancel(&request).await,
        }
    }

    /// Records that the provider did what it was asked for, once.
    pub async fn settle(&self, tx: &mut Tx, collection_id: &str, under_way: &UnderWay) -> Result<Payment> {
        self.end(tx, collection_id, under_way).await?;
        let movement = Movement {
            key: under_way.key.clone(),
            amount: Some(under_way.amount),
            note: under_way.note.clone(),
            reason_id: under_way.reason_id.clone(),
            created_by: under_way.created_by.clone(),
        };
        let id = &under_way.payment_id;
        match under_way.kind {
            MovementKind::Capture => self.record_capture(tx, collection_id, id, movement).await,
            MovementKind::Refund => self.record_refund(tx, collection_id, id, movement).await,
            MovementKind::Cancel => self.record_cancel(tx, collection_id, id).await,
        }
    }

    /// Records that the provider refused: nothing is under way any more.
    pub async fn give_up(&self, tx: &mut Tx, collection_id: &str, under_way: &UnderWay) -> Result<Payment> {
        self.end(tx, collection_id, under_way).await?;
        payment_of(load(tx, collection_id).await?, &under_way.payment_id)
    }

    async fn end(&self, tx: &mut Tx, collection_id: &str, under_way: &UnderWay) -> Result<()> {
        let mut stored = load(tx, collection_id).await?;
        let before = stored.value.under_way.len();
        stored.value.under_way.retain(|it| it.key != under_way.key);
        if stored.value.under_way.len() < before {
            store::update_collection(tx, &stored).await?;
        }
        Ok(())
    }

    /// Whether what came of asking is not known, so that it has to be asked again with the same key.
    #[must_use]
    pub fn is_unsettled(error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Internal | ErrorKind::TooManyRequests)
    }
}

impl PaymentCollection {
    /// What is under way with this key.
    #[must_use]
    pub fn under_way(&self, key: &str) -> Option<&UnderWay> {
        self.under_way.iter().find(|it| it.key == key)
    }
}

impl Payment {
    fn has_moved(&self, key: &str) -> bool {
        self.captures.iter().any(|it| it.key == key) || self.refunds.iter().any(|it| it.key == key)
    }
}
