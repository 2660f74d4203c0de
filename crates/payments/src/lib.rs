//! The payments: what a cart owes, the sessions in which it is about to be paid, and what was paid, captured and refunded.

mod authorize;
mod begin;
mod books;
mod collect;
pub mod error;
mod events;
mod give_back;
mod model;
mod movement;
mod session;
mod store;
mod under_way;

use tradewind_kernel::{IdMint, Page, Paging, Result};
use tradewind_platform::db::{Migrations, Shards, Stored, Tx};
use tradewind_platform::migrations;
use tradewind_platform::payment::PaymentProviders;

pub use authorize::Paid;
pub use begin::NewSession;
pub use error::{BUSY, DECLINED, PAID_ALREADY, PAID_OTHERWISE, PROCESSING, REQUIRES_MORE, SESSION_VOID};
pub use events::{PaymentCaptured, PaymentRefunded, SessionVoided};
pub use model::{
    Capture, CollectionStatus, Metadata, Movement, MovementKind, Payment, PaymentCollection, Refund, UnderWay,
};
pub use session::{PaymentSession, SessionStatus};
pub use tradewind_platform::payment::{Answer, NO_ANSWER, Notice, Outcome};
pub use under_way::Wish;

/// The payments' tables. They live in the shards, beside the carts.
pub const MIGRATIONS: Migrations = migrations!("payments", "V1__payments");

/// The handle others call. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    shards: Shards,
    providers: PaymentProviders,
    mint: IdMint,
}

impl Payments {
    /// Payments over the shards, with these providers.
    #[must_use]
    pub fn new(shards: Shards, providers: PaymentProviders, mint: IdMint) -> Self {
        Self { shards, providers, mint }
    }

    /// The providers the shop has.
    #[must_use]
    pub fn providers(&self) -> &PaymentProviders {
        &self.providers
    }

    /// A collection by id, to be changed in the version that was read.
    pub async fn collection(&self, id: &str) -> Result<Option<Stored<PaymentCollection>>> {
        let wanted = id.to_owned();
        self.shards.of_id(id).look_up(move |tx| Box::pin(async move { store::collection(tx, &wanted).await })).await
    }

    /// The collections of an order.
    pub async fn collections_of_order(&self, order_id: &str) -> Result<Vec<PaymentCollection>> {
        let wanted = order_id.to_owned();
        self.shards
            .of_id(order_id)
            .look_up(move |tx| Box::pin(async move { store::collections_of_order(tx, &wanted).await }))
            .await
    }

    /// The collections of an order, inside the transaction that changes them.
    pub async fn collections_in(&self, tx: &mut Tx, order_id: &str) -> Result<Vec<PaymentCollection>> {
        store::collections_of_order(tx, order_id).await
    }

    /// The order a collection is for, once there is one.
    pub async fn order_of(&self, tx: &mut Tx, collection_id: &str) -> Result<Option<String>> {
        Ok(store::collection(tx, collection_id).await?.and_then(|stored| stored.value.order_id))
    }

    /// A part of the list of all payments, the oldest first, each with its collection.
    pub async fn list(&self, paging: Paging) -> Result<Page<(PaymentCollection, String)>> {
        let (mut items, mut count) = (Vec::new(), 0);
        // As with the list of orders: with several stores each answers for itself.
        for db in self.shards.all() {
            let page = db.read_own(move |tx| Box::pin(async move { store::payments(tx, paging).await })).await?;
            items.extend(page.items);
            count += page.count;
        }
        Ok(Page { items, count })
    }

    /// The collection a payment is in.
    pub async fn collection_of_payment(&self, payment_id: &str) -> Result<Option<PaymentCollection>> {
        let wanted = payment_id.to_owned();
        self.shards
            .of_id(payment_id)
            .read_own(move |tx| {
                Box::pin(async move {
                    let Some(id) = store::collection_of_payment(tx, &wanted).await? else {
                        return Ok(None);
                    };
                    Ok(store::collection(tx, &id).await?.map(|stored| stored.value))
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests;
