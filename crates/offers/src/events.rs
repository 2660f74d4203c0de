//! What offers tell others.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

/// A price list, a promotion or a campaign was made, changed or removed. Uses do not count as a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OffersChanged {
    /// Which of them.
    pub part: OffersPart,
    /// Its id.
    pub id: String,
}

/// The parts of offers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffersPart {
    /// A price list or some of its prices.
    PriceList,
    /// A promotion.
    Promotion,
    /// A campaign.
    Campaign,
}

impl Event for OffersChanged {
    const KIND: &'static str = "offers.changed";

    fn aggregate(&self) -> &str {
        &self.id
    }
}
