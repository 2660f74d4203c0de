//! A cart's collection: made when the shopper comes to pay, kept in step with the cart's total.

use tradewind_kernel::{Bucket, Money, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::error::paid_already;
use crate::events::SessionVoided;
use crate::model::{COLLECTION_PREFIX, PaymentCollection};
use crate::session::PaymentSession;
use crate::{Payments, store};

impl Payments {
    /// The cart's collection over this amount: made the first time; afterwards the same one, its amount brought up to date
    /// and sessions that ask for another dropped.
    pub async fn create_collection(&self, tx: &mut Tx, cart_id: &str, amount: Money) -> Result<PaymentCollection> {
        match store::collection_of_cart(tx, cart_id).await? {
            Some(stored) => self.set_amount(tx, stored, amount).await,
            None => self.first_collection(tx, cart_id, amount).await,
        }
    }

    /// [`create_collection`](Self::create_collection) for a cart that is known to have none.
    pub async fn first_collection(&self, tx: &mut Tx, cart_id: &str, amount: Money) -> Result<PaymentCollection> {
        let id = tx.id_in(COLLECTION_PREFIX, Bucket::of(cart_id));
        let collection = PaymentCollection::new(id, cart_id, amount, tx.now());
        store::insert_collection(tx, &collection).await?;
        Ok(collection)
    }

    /// The cart's collection, if it has come to that.
    pub async fn collection_of_cart(&self, tx: &mut Tx, cart_id: &str) -> Result<Option<Stored<PaymentCollection>>> {
        store::collection_of_cart(tx, cart_id).await
    }

    /// Brings the collection of a cart, if it has one, up to date with the cart's new total; sessions that ask for another
    /// amount are dropped.
    pub async fn refresh(&self, tx: &mut Tx, cart_id: &str, amount: Money) -> Result<Option<PaymentCollection>> {
        match store::collection_of_cart(tx, cart_id).await? {
            Some(stored) => self.set_amount(tx, stored, amount).await.map(Some),
            None => Ok(None),
        }
    }

    async fn set_amount(
        &self,
        tx: &mut Tx,
        mut stored: Stored<PaymentCollection>,
        amount: Money,
    ) -> Result<PaymentCollection> {
        if stored.value.amount == amount {
            return Ok(stored.value);
        }
        if stored.value.order_id.is_some() {
            return Err(paid_already());
        }
        let dropped = stored.value.set_amount(amount);
        self.save_voided(tx, &mut stored, dropped).await?;
        Ok(stored.value)
    }

    /// Drops the sessions of a cart that has changed; those on which money hangs stay.
    pub async fn void_sessions(&self, tx: &mut Tx, cart_id: &str) -> Result<()> {
        let Some(mut stored) = store::collection_of_cart(tx, cart_id).await? else {
            return Ok(());
        };
        let dropped = stored.value.void_sessions();
        if dropped.is_empty() {
            return Ok(());
        }
        self.save_voided(tx, &mut stored, dropped).await
    }

    /// Drops one session of a cart that has not become an order, whatever hangs on it: whoever hears of it gives the money back.
    pub async fn void_session(&self, tx: &mut Tx, collection_id: &str, session_id: &str) -> Result<()> {
        let Some(mut stored) = store::collection(tx, collection_id).await? else {
            return Ok(());
        };
        if stored.value.order_id.is_some() {
            return Err(paid_already());
        }
        let (dropped, kept): (Vec<_>, Vec<_>) =
            std::mem::take(&mut stored.value.sessions).into_iter().partition(|session| session.id == session_id);
        stored.value.sessions = kept;
        if dropped.is_empty() {
            return Ok(());
        }
        stored.value.settle_status();
        self.save_voided(tx, &mut stored, dropped).await
    }

    /// Saves a collection, and tells of dropped sessions that another system knows of.
    pub(crate) async fn save_voided(
        &self,
        tx: &mut Tx,
        stored: &mut Stored<PaymentCollection>,
        dropped: Vec<PaymentSession>,
    ) -> Result<()> {
        stored.value.updated_at = tx.now();
        store::update_collection(tx, stored).await?;
        for session in dropped {
            let provider = self.providers.get(&session.provider_id);
            if provider.is_ok_and(|provider| provider.is_local()) {
                continue;
            }
            tx.publish(&SessionVoided {
                collection_id: stored.value.id.clone(),
                cart_id: stored.value.cart_id.clone(),
                session_id: session.id,
                provider_id: session.provider_id,
                amount: session.amount,
                data: session.data,
            })
            .await?;
        }
        Ok(())
    }
}
