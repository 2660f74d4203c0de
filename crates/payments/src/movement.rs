//! Recording what became of a payment: captured, refunded, cancelled. Each movement counts once a key.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::events::{PaymentCaptured, PaymentRefunded};
use crate::model::{CAPTURE_PREFIX, Movement, Payment, PaymentCollection, REFUND_PREFIX};
use crate::{Payments, store};

impl Payments {
    /// Records that money was taken of a payment: never more than was promised.
    pub async fn record_capture(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        payment_id: &str,
        movement: Movement,
    ) -> Result<Payment> {
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        let id = tx.id_in(CAPTURE_PREFIX, Bucket::of(collection_id));
        if stored.value.capture(payment_id, id, movement, now)? {
            stored.value.updated_at = now;
            store::update_collection(tx, &stored).await?;
            let taken = stored.value.payment(payment_id).and_then(|it| it.captures.last());
            if let Some(capture) = taken {
                tx.publish(&PaymentCaptured {
                    collection_id: collection_id.to_owned(),
                    payment_id: payment_id.to_owned(),
                    order_id: stored.value.order_id.clone(),
                    amount: capture.amount,
                })
                .await?;
            }
        }
        payment_of(stored, payment_id)
    }

    /// Records that money was given back of a payment: never more than was taken.
    pub async fn record_refund(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        payment_id: &str,
        movement: Movement,
    ) -> Result<Payment> {
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        let id = tx.id_in(REFUND_PREFIX, Bucket::of(collection_id));
        if stored.value.refund(payment_id, id, movement, now)? {
            stored.value.updated_at = now;
            store::update_collection(tx, &stored).await?;
            let given = stored.value.payment(payment_id).and_then(|it| it.refunds.last());
            if let Some(refund) = given {
                tx.publish(&PaymentRefunded {
                    collection_id: collection_id.to_owned(),
                    payment_id: payment_id.to_owned(),
                    order_id: stored.value.order_id.clone(),
                    amount: refund.amount,
                })
                .await?;
            }
        }
        payment_of(stored, payment_id)
    }

    /// Records that a promise was given back, of which nothing was taken.
    pub async fn record_cancel(&self, tx: &mut Tx, collection_id: &str, payment_id: &str) -> Result<Payment> {
        let (mut stored, now) = (load(tx, collection_id).await?, tx.now());
        if stored.value.cancel(payment_id, now)? {
            stored.value.updated_at = now;
            store::update_collection(tx, &stored).await?;
        }
        payment_of(stored, payment_id)
    }
}

pub(crate) async fn load(tx: &mut Tx, collection_id: &str) -> Result<Stored<PaymentCollection>> {
    let found = store::collection(tx, collection_id).await?;
    found.ok_or_else(|| Error::not_found("Payment collection", collection_id))
}

pub(crate) fn payment_of(stored: Stored<PaymentCollection>, payment_id: &str) -> Result<Payment> {
    let found = stored.value.payments.into_iter().find(|payment| payment.id == payment_id);
    found.ok_or_else(|| Error::not_found("Payment", payment_id))
}
