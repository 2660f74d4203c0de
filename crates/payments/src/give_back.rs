//! Giving back the money of a session that was dropped: nothing was ordered for it.

use tradewind_kernel::{ErrorKind, Result};
use tradewind_platform::payment::{Outcome, PaymentRequest, no_answer};

use crate::Payments;
use crate::events::SessionVoided;

impl Payments {
    /// Tells the provider of a dropped session that its money is not wanted: what was promised is cancelled, what was taken is
    /// refunded, once. No transaction may be open. What the provider has not decided yet is unsettled: ask again later.
    pub async fn give_back(&self, voided: &SessionVoided) -> Result<()> {
        let provider = self.providers.get(&voided.provider_id)?;
        let mut request = PaymentRequest {
            key: voided.session_id.clone(),
            cart_id: voided.cart_id.clone(),
            amount: voided.amount,
            data: voided.data.clone(),
        };
        let refusal = match provider.cancel(&request).await {
            Err(error) if error.kind() == ErrorKind::NotAllowed => error,
            outcome => return outcome,
        };
        let answer = provider.status(&request).await?;
        match answer.outcome {
            Outcome::Captured => {
                (request.key, request.amount) = (format!("{}:give_back", voided.session_id), answer.amount);
                provider.refund(&request).await
            }
            Outcome::Declined(_) => Ok(()),
            Outcome::Authorized | Outcome::Pending | Outcome::RequiresAction => Err(no_answer(refusal.message())),
        }
    }
}
