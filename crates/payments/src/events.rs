//! What the payments tell others.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tradewind_kernel::Money;
use tradewind_platform::events::Event;

/// Money was taken.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaymentCaptured {
    /// The collection.
    pub collection_id: String,
    /// The payment.
    pub payment_id: String,
    /// The order it is for.
    pub order_id: Option<String>,
    /// How much.
    pub amount: Money,
}

impl Event for PaymentCaptured {
    const KIND: &'static str = "payments.captured";

    fn aggregate(&self) -> &str {
        &self.collection_id
    }
}

/// Money was given back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaymentRefunded {
    /// The collection.
    pub collection_id: String,
    /// The payment.
    pub payment_id: String,
    /// The order it is for.
    pub order_id: Option<String>,
    /// How much.
    pub amount: Money,
}

impl Event for PaymentRefunded {
    const KIND: &'static str = "payments.refunded";

    fn aggregate(&self) -> &str {
        &self.collection_id
    }
}

/// A session was dropped that another system knows of: whoever hears this tells that system.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SessionVoided {
    /// The collection.
    pub collection_id: String,
    /// The cart.
    pub cart_id: String,
    /// The session, which is the key at the provider.
    pub session_id: String,
    /// The provider.
    pub provider_id: String,
    /// What was asked for.
    pub amount: Money,
    /// What the provider kept in it.
    pub data: Value,
}

impl Event for SessionVoided {
    const KIND: &'static str = "payments.session_voided";

    fn aggregate(&self) -> &str {
        &self.collection_id
    }
}
