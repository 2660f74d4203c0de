//! The manual provider: money that is paid outside the shop (invoice, bank transfer).

use futures::future::BoxFuture;
use tradewind_kernel::Result;

use super::{Answer, Outcome, PaymentProvider, PaymentRequest};

/// Money that is paid outside the shop: authorised at once, captured by the staff.
pub struct ManualProvider;

impl PaymentProvider for ManualProvider {
    fn id(&self) -> &str {
        "pp_system_default"
    }

    fn is_local(&self) -> bool {
        true
    }

    fn begin<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>> {
        Box::pin(async { Ok(serde_json::json!({})) })
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async { Ok(request.answered(Outcome::Authorized)) })
    }

    fn capture<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn cancel<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn refund<'a>(&'a self, _: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
