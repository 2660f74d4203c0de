//! What the market tells others.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

/// A part of the market was made, changed or removed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MarketChanged {
    /// Which part.
    pub part: MarketPart,
    /// Its id.
    pub id: String,
}

/// The parts of the market.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarketPart {
    /// A region.
    Region,
    /// A sales channel.
    SalesChannel,
    /// A tax region or one of its rates.
    TaxRegion,
    /// The settings of the shop.
    Store,
    /// Whether prices contain the tax.
    PricePreference,
    /// A reason why things come back.
    ReturnReason,
    /// A reason why money is given back.
    RefundReason,
}

impl Event for MarketChanged {
    const KIND: &'static str = "market.changed";

    fn aggregate(&self) -> &str {
        &self.id
    }
}
