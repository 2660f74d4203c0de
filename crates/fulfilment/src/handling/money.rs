//! Capturing, refunding and cancelling payments: recorded as wanted, asked of the provider with no transaction open, recorded as done.
//! Whatever a crash leaves between is asked again by a job, with the same key.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Error, Result};
use tradewind_orders::{CreditLine, Metadata, REFUND_REFERENCE};
use tradewind_payments::{MovementKind, Payment, PaymentCollection, Payments, Refund, UnderWay, Wish};
use tradewind_platform::db::Tx;
use tradewind_platform::jobs::{Job, When};

use super::OrderHandling;

/// How long whoever asks a provider has before a job asks again.
const ASK_AGAIN_SECONDS: i64 = 60;

/// Work: to bring to an end what a provider was asked for and nobody has recorded the end of.
#[derive(Clone, Serialize, Deserialize)]
pub struct FinishMovement {
    /// The payment.
    pub payment_id: String,
    /// The key it was asked with.
    pub key: String,
}

impl Job for FinishMovement {
    const KIND: &'static str = "fulfilment.finish_movement";
    // A week: money is not forgotten because a provider is away for a day.
    const ATTEMPTS_MAX: u32 = 180;
}

impl OrderHandling {
    /// Moves money of a payment as it is wished, once. Answers with the payment's collection as it is then.
    pub async fn move_money(&self, payment_id: &str, wish: Wish) -> Result<PaymentCollection> {
        let collection = self.collection_of(payment_id).await?;
        let (handling, id, of) = (self.clone(), payment_id.to_owned(), collection.id.clone());
        let under_way = self
            .shard(payment_id)
            .write(move |tx| Box::pin(async move { handling.intend(tx, &of, &id, wish).await }))
            .await?;
        match under_way {
            Some(under_way) => {
                self.bring_to_an_end(&collection, &under_way).await?;
                self.collection_of(payment_id).await
            }
            None => Ok(collection),
        }
    }

    /// The job: asks again for what is still under way with this key.
    pub async fn finish(&self, job: &FinishMovement) -> Result<()> {
        let collection = self.collection_of(&job.payment_id).await?;
        match collection.under_way(&job.key).cloned() {
            Some(under_way) => self.bring_to_an_end(&collection, &under_way).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Records what is wished, and promises that it will be brought to an end.
    pub(super) async fn intend(
        &self,
        tx: &mut Tx,
        collection_id: &str,
        payment_id: &str,
        wish: Wish,
    ) -> Result<Option<UnderWay>> {
        let under_way = self.payments.intend(tx, collection_id, payment_id, wish).await?;
        if let Some(under_way) = &under_way {
            let job = FinishMovement { payment_id: payment_id.to_owned(), key: under_way.key.clone() };
            let unique_key = Some(under_way.key.clone());
            let when = When { delay_seconds: ASK_AGAIN_SECONDS, unique_key, ..When::default() };
            tx.enqueue_when(&job, when).await?;
        }
        Ok(under_way)
    }

    /// Asks the provider and records what came of it. Where that is not known, it stays under way and the job asks again.
    pub(super) async fn bring_to_an_end(&self, collection: &PaymentCollection, under_way: &UnderWay) -> Result<()> {
        let payment_id = under_way.payment_id.as_str();
        let payment = collection.payment(payment_id).ok_or_else(|| Error::not_found("Payment", payment_id))?;
        let answer = self.payments.ask(&collection.cart_id, payment, under_way).await;
        if let Err(error) = answer {
            if !Payments::is_unsettled(&error) {
                let (payments, of, refused) = (self.payments.clone(), collection.id.clone(), under_way.clone());
                self.shard(payment_id)
                    .write(move |tx| Box::pin(async move { payments.give_up(tx, &of, &refused).await }))
                    .await?;
            }
            return Err(error);
        }
        let (handling, of, done) = (self.clone(), collection.id.clone(), under_way.clone());
        self.shard(payment_id)
            .write(move |tx| {
                Box::pin(async move {
                    let payment = handling.payments.settle(tx, &of, &done).await?;
                    if done.kind == MovementKind::Refund {
                        handling.credit(tx, &of, &payment, &done).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// An order is worth less by what was given back of it without being owed: what came back was not paid for before.
    async fn credit(&self, tx: &mut Tx, collection_id: &str, payment: &Payment, done: &UnderWay) -> Result<()> {
        let Some(refund) = payment.refunds.iter().find(|refund| refund.key == done.key) else { return Ok(()) };
        let Some(order_id) = self.payments.order_of(tx, collection_id).await? else { return Ok(()) };
        let order = self.orders.order_in(tx, &order_id).await?;
        let collections = self.payments.collections_in(tx, &order_id).await?;
        let kept: i64 = collections.iter().map(|it| it.captured().minor - it.refunded().minor).sum();
        let owed = (kept + refund.amount.minor - order.totals().total().minor).clamp(0, refund.amount.minor);
        let minor = refund.amount.minor - owed;
        if minor == 0 {
            return Ok(());
        }
        let line = CreditLine {
            id: credit_line_id(refund),
            amount: order.money(minor).major(),
            reference: Some(REFUND_REFERENCE.to_owned()),
            reference_id: Some(collection_id.to_owned()),
            metadata: Some(Metadata::from_iter([("created_in_version".to_owned(), (order.version + 1).into())])),
            created_at: tx.now(),
            updated_at: tx.now(),
        };
        let actor = done.created_by.as_deref().unwrap_or("provider");
        self.orders.credit(tx, &order_id, line, actor).await.map(|_| ())
    }

    async fn collection_of(&self, payment_id: &str) -> Result<PaymentCollection> {
        let found = self.payments.collection_of_payment(payment_id).await?;
        found.ok_or_else(|| Error::not_found("Payment", payment_id))
    }
}

/// The same for the same refund, so that it is credited once.
fn credit_line_id(refund: &Refund) -> String {
    format!("ordcl_{}", tradewind_kernel::id::body_of(&refund.id))
}
