//! Before another system is asked for the money: what is bought is claimed, and the attempt recorded, in one transaction. No crash
//! after that can lose what that system does: the cart waits until it is known.

use std::sync::Arc;

use tradewind_kernel::Result;
use tradewind_orders::{Change, PaymentAttempt, order_id_of_cart};

use crate::place::Ready;
use crate::{Checkout, store};

impl Checkout {
    /// Claims what a cart buys and notes that its provider is asked for the money. From here the cart waits.
    pub(crate) async fn await_payment(&self, ready: Ready) -> Result<()> {
        let parts = Arc::clone(&self.parts);
        self.database_of(ready.cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    let Some((collection, session)) = &ready.payment else { return Ok(()) };
                    let (cart, now) = (&ready.cart, tx.now());
                    let order_id = order_id_of_cart(cart.id.as_str());
                    let ask_again_at = now.plus_seconds(parts.patience.ask_again_seconds);
                    // First of all: nothing is claimed for a cart that is not the one that was checked.
                    store::await_payment(tx, cart.id.as_str(), ready.version, now, ask_again_at).await?;
                    parts.claim(tx, order_id.as_str(), &ready).await?;
                    parts.payments.note_asked(tx, &collection.value.id, &session.id).await?;
                    let attempt = PaymentAttempt { session_id: session.id.clone(), reason: None };
                    let (seq, payer) = (cart.order_events + 1, cart.customer_id.as_deref());
                    parts.orders.note_payment(tx, order_id.as_str(), seq, Change::AwaitingPayment(attempt), payer).await
                })
            })
            .await
    }
}
