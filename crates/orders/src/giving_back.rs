//! What comes back of an order: returns, from their opening to the goods' arrival. Pure: no I/O.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Result, Timestamp};

use crate::delivery::{LineQuantity, of_line};
use crate::error;
use crate::model::{Metadata, Order};

/// What ids of returns begin with.
pub const RETURN_PREFIX: &str = "return";
/// What ids of the lines of a return begin with.
pub const RETURN_ITEM_PREFIX: &str = "retitem";
/// What ids of what a return is about to do begin with.
pub const ACTION_PREFIX: &str = "ordchact";

/// How far a return has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStatus {
    /// Begun; what shall come back is being chosen.
    Open,
    /// The goods are expected.
    Requested,
    /// Some of them are here.
    PartiallyReceived,
    /// All of them are here.
    Received,
    /// Called off.
    Canceled,
}

impl ReturnStatus {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Requested => "requested",
            Self::PartiallyReceived => "partially_received",
            Self::Received => "received",
            Self::Canceled => "canceled",
        }
    }
}

/// Goods that come back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Return {
    /// Its id.
    pub id: String,
    /// Its number within its order.
    pub display_id: i64,
    /// How many changes the order was the fold of when it was begun.
    pub order_version: i64,
    /// How far it has come.
    pub status: ReturnStatus,
    /// The stock location that expects the goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// What comes back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ReturnItem>,
    /// What it is about to do, while that is being chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<ReturnDraft>,
    /// Whether nobody shall be written to about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_notification: Option<bool>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Who began it.
    pub created_by: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Since when the goods are expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_at: Option<Timestamp>,
    /// When the goods were here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// When it was called off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled_at: Option<Timestamp>,
}

/// Some of a line that comes back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnItem {
    /// Its id.
    pub id: String,
    /// The line of the order.
    pub line_id: String,
    /// How many are expected.
    pub quantity: i64,
    /// How many are here, as good as they were.
    #[serde(default)]
    pub received: i64,
    /// How many are here, and good for nothing.
    #[serde(default)]
    pub dismissed: i64,
    /// Why, as one of the shop's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Since when it is expected.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl ReturnItem {
    /// How many are expected and not here.
    #[must_use]
    pub fn missing(&self) -> i64 {
        self.quantity - self.received - self.dismissed
    }
}

/// What a return is about to do; nothing of it counts before it is confirmed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnDraft {
    /// Whether goods are asked for, or have come.
    pub step: ReturnStep,
    /// What is chosen so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<ReturnAction>,
    /// Since when.
    pub created_at: Timestamp,
}

/// Which of its two steps a return is about to take.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStep {
    /// To ask for the goods.
    Request,
    /// To take them in.
    Receive,
}

/// One thing a return is about to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnAction {
    /// Its id.
    pub id: String,
    /// The line of the order.
    pub line_id: String,
    /// How many.
    pub quantity: i64,
    /// Whether they came back good for nothing.
    #[serde(default)]
    pub is_dismissed: bool,
    /// Why, as one of the shop's reasons.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_id: Option<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was chosen.
    pub created_at: Timestamp,
}

impl Return {
    /// Whether goods are expected.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(self.status, ReturnStatus::Requested | ReturnStatus::PartiallyReceived)
    }

    /// What it is about to do, where that is this step.
    pub(crate) fn draft(&self, step: ReturnStep) -> Result<&ReturnDraft> {
        self.draft.as_ref().filter(|draft| draft.step == step).ok_or_else(|| error::no_draft(step))
    }

    /// Takes in what was chosen, at this moment.
    pub(crate) fn receive(&mut self, at: Timestamp) {
        let Some(draft) = self.draft.take() else { return };
        for action in draft.actions {
            let Some(item) = self.items.iter_mut().find(|item| item.line_id == action.line_id) else { continue };
            let counted = if action.is_dismissed { &mut item.dismissed } else { &mut item.received };
            *counted += action.quantity;
            item.updated_at = at;
        }
        let is_all_here = self.items.iter().all(|item| item.missing() <= 0);
        self.status = if is_all_here { ReturnStatus::Received } else { ReturnStatus::PartiallyReceived };
        self.received_at = is_all_here.then_some(at);
    }

    /// Expects what was chosen, from this moment on. The ids of its lines are those of the choices.
    pub(crate) fn request(&mut self, at: Timestamp) {
        let Some(draft) = self.draft.take() else { return };
        self.items = draft
            .actions
            .into_iter()
            .map(|action| ReturnItem {
                id: action.id.replacen(ACTION_PREFIX, RETURN_ITEM_PREFIX, 1),
                line_id: action.line_id,
                quantity: action.quantity,
                received: 0,
                dismissed: 0,
                reason_id: action.reason_id,
                note: action.note,
                created_at: at,
                updated_at: at,
            })
            .collect();
        self.status = ReturnStatus::Requested;
        self.requested_at = Some(at);
    }
}

impl Order {
    /// The order as it would be, were all that is chosen confirmed now.
    #[must_use]
    pub fn preview(&self) -> Self {
        let mut order = self.clone();
        for back in &mut order.returns {
            match back.draft.as_ref().map(|draft| draft.step) {
                Some(ReturnStep::Request) => back.request(self.updated_at),
                Some(ReturnStep::Receive) => back.receive(self.updated_at),
                None => {}
            }
        }
        order
    }

    /// A return by id.
    pub fn back(&self, id: &str) -> Result<&Return> {
        self.returns.iter().find(|back| back.id == id).ok_or_else(|| error::unknown_return(id))
    }
}

impl Return {
    /// Whether these may have come back beside those that are chosen already: no more of a line than is expected.
    pub(crate) fn check_receive(&self, chosen: &[LineQuantity], lines: &[LineQuantity]) -> Result<()> {
        if lines.is_empty() {
            return Err(error::no_lines());
        }
        for (position, line) in lines.iter().enumerate() {
            let of_return = self.items.iter().filter(|item| item.line_id == line.line_id);
            let expected: i64 = of_return.map(ReturnItem::missing).sum();
            let left = expected - of_line(chosen, line) - of_line(&lines[..position], line);
            if line.quantity <= 0 || line.quantity > left {
                return Err(error::not_expected(position, left));
            }
        }
        Ok(())
    }
}

impl ReturnDraft {
    /// What of the order's lines is chosen.
    pub(crate) fn lines(&self) -> Vec<LineQuantity> {
        let line = |action: &ReturnAction| LineQuantity { line_id: action.line_id.clone(), quantity: action.quantity };
        self.actions.iter().map(line).collect()
    }
}
