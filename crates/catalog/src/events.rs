//! What the catalogue tells others.

use serde::{Deserialize, Serialize};
use tradewind_platform::events::Event;

use crate::model::ProductId;

/// One product was made, changed or removed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ProductChanged {
    /// The product.
    pub product_id: ProductId,
    /// What happened to it.
    pub change: Change,
}

impl Event for ProductChanged {
    const KIND: &'static str = "catalog.product_changed";

    fn aggregate(&self) -> &str {
        self.product_id.as_str()
    }
}

/// What happened to a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was removed.
    Deleted,
}

/// Many products at once, or what products are sorted by: whoever keeps a copy of the catalogue reads it anew.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CatalogChanged {
    /// How many products were made by it.
    pub products_created: u64,
}

impl Event for CatalogChanged {
    const KIND: &'static str = "catalog.changed";

    fn aggregate(&self) -> &str {
        "catalog"
    }
}
