//! When money is given back: the shopper is told.

use tradewind_payments::PaymentRefunded;
use tradewind_platform::events::Reactions;

use crate::letters::SendLetter;

pub(super) fn register(reactions: &mut Reactions) {
    reactions.on::<PaymentRefunded>("refunded", move |tx, refunded| {
        Box::pin(async move {
            // What no order was placed for is nobody's refund.
            if refunded.order_id.is_none() {
                return Ok(());
            }
            // A payment may be refunded twice by the same amount, and each time is told of.
            let mark = tx.mint().mint("refmail");
            tx.enqueue(&SendLetter::OrderRefunded { refunded, mark }).await.map(|_| ())
        })
    });
}
