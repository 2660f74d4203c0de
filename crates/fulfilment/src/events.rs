//! What the fulfilment tells others.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

/// A part of the shipping configuration was made, changed or removed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ShippingChanged {
    /// The id of the profile, set or option.
    pub id: String,
}

impl Event for ShippingChanged {
    const KIND: &'static str = "fulfilment.shipping_changed";

    fn aggregate(&self) -> &str {
        &self.id
    }
}
