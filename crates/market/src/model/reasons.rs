//! Why things come back and why money is given back, as plain values.

use serde::{Deserialize, Serialize};
use tradewind_kernel::Timestamp;

use super::{Metadata, RefundReasonId, ReturnReasonId};

/// Why something comes back. Reasons are a tree: "too small" stands under "does not fit".
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct ReturnReason {
    /// Its id.
    pub id: ReturnReasonId,
    /// What programs call it; unique.
    pub value: String,
    /// What people read.
    pub label: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The reason it stands under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<ReturnReasonId>,
    /// What clients keep beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A return reason to be made.
#[derive(Clone, Debug, Default)]
pub struct NewReturnReason {
    /// The id to keep, where there is one.
    pub id: Option<ReturnReasonId>,
    /// What programs call it.
    pub value: String,
    /// What people read.
    pub label: String,
    /// More about it.
    pub description: Option<String>,
    /// The reason it stands under.
    pub parent_id: Option<ReturnReasonId>,
    /// What clients keep beside it.
    pub metadata: Metadata,
}

/// What changes in a return reason; `None` leaves a field as it is. It stays under the reason it stands under.
#[derive(Clone, Debug, Default)]
pub struct ReturnReasonChange {
    /// What programs call it.
    pub value: Option<String>,
    /// What people read.
    pub label: Option<String>,
    /// More about it; `Some(None)` clears it.
    pub description: Option<Option<String>>,
    /// What clients keep beside it; `Some(None)` clears it.
    pub metadata: Option<Metadata>,
}

/// Why money is given back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RefundReason {
    /// Its id.
    pub id: RefundReasonId,
    /// What programs call it; unique.
    pub code: String,
    /// What people read.
    pub label: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A refund reason to be made.
#[derive(Clone, Debug, Default)]
pub struct NewRefundReason {
    /// The id to keep, where there is one.
    pub id: Option<RefundReasonId>,
    /// What programs call it.
    pub code: String,
    /// What people read.
    pub label: String,
    /// More about it.
    pub description: Option<String>,
}

/// What changes in a refund reason; `None` leaves a field as it is.
#[derive(Clone, Debug, Default)]
pub struct RefundReasonChange {
    /// What programs call it.
    pub code: Option<String>,
    /// What people read.
    pub label: Option<String>,
    /// More about it; `Some(None)` clears it.
    pub description: Option<Option<String>>,
}
