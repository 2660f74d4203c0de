//! Paying for a cart: its collection, and a session with a provider.

use serde_json::Value;
use tradewind_kernel::{Error, Result};
use tradewind_payments::{NewSession, PROCESSING, PaymentCollection};
use tradewind_platform::db::VERSION;

use crate::{ATTEMPTS_MAX, Checkout, busy, quote, store};

impl Checkout {
    /// The payment collection of a cart, made where there is none, with the cart's present total.
    pub async fn payment_collection(&self, cart_id: &str) -> Result<PaymentCollection> {
        for _ in 0..ATTEMPTS_MAX {
            match self.collect(cart_id).await {
                Err(error) if error.is(VERSION) => {}
                outcome => return outcome,
            }
        }
        Err(busy())
    }

    async fn collect(&self, cart_id: &str) -> Result<PaymentCollection> {
        let (cart, version) = self.open_cart(cart_id).await?;
        let total = quote::totals(&cart)?.total;
        if let Some(collection) = self.payment_of(&cart).await?
            && collection.value.amount == total
        {
            return Ok(collection.value);
        }
        let payments = self.parts.payments.clone();
        let (cart_id, is_first) = (cart_id.to_owned(), cart.payment_collection_id.is_none());
        self.database_of(cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    // That the cart has none still holds where it can be noted in the version that was read.
                    let collection = match is_first {
                        true => payments.first_collection(tx, &cart_id, total).await?,
                        false => payments.create_collection(tx, &cart_id, total).await?,
                    };
                    store::set_payment(tx, &cart_id, version, &collection.id).await?;
                    Ok(collection)
                })
            })
            .await
    }

    /// Begins a session with a provider for the whole of a cart's total; an earlier session of the collection is given up.
    pub async fn begin_payment(
        &self,
        collection_id: &str,
        provider_id: &str,
        data: Value,
    ) -> Result<PaymentCollection> {
        for _ in 0..ATTEMPTS_MAX {
            let read = self.parts.payments.collection(collection_id).await?;
            let collection = read.ok_or_else(|| Error::not_found("Payment collection", collection_id))?;
            let (cart, version) = self.open_cart(&collection.value.cart_id).await?;
            let market = self.parts.market.snapshot().await?;
            let region = market.region(&cart.region_id);
            let is_offered = region.is_some_and(|region| region.payment_providers.iter().any(|id| id == provider_id));
            if !is_offered {
                let message = "There is no such payment provider in the region of this cart";
                return Err(Error::invalid("provider_id", message));
            }
            let session = NewSession {
                cart_id: cart.id.as_str().to_owned(),
                provider_id: provider_id.to_owned(),
                data: data.clone(),
                amount: quote::totals(&cart)?.total,
                cart_version: version,
            };
            match self.parts.payments.begin_session(collection, session).await {
                // The cart was completed, or a session begun, at the same time.
                Err(error) if error.is(PROCESSING) || error.is(VERSION) => {}
                begun => return begun,
            }
        }
        Err(busy())
    }
}
