//! What the outreach tells others.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

/// An endpoint of webhooks was disabled because it failed for days, or said that it is gone. What it wants waits.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WebhookDisabled {
    /// The endpoint.
    pub webhook_id: String,
    /// Why.
    pub reason: String,
}

impl Event for WebhookDisabled {
    const KIND: &'static str = "outreach.webhook_disabled";

    fn aggregate(&self) -> &str {
        &self.webhook_id
    }
}

/// Staff try an endpoint of webhooks out: it goes to this one, whatever it wants, and to no other.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WebhookTested {
    /// The endpoint.
    pub webhook_id: String,
}

impl Event for WebhookTested {
    const KIND: &'static str = "outreach.webhook_tested";

    fn aggregate(&self) -> &str {
        &self.webhook_id
    }
}
