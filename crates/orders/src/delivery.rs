//! What of an order has been packed, sent and delivered, and how far that makes the order be. Pure: no I/O.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Result, Timestamp};

use crate::error;
use crate::model::{Metadata, Order, OrderItem};

/// What ids of fulfilments begin with.
pub const FULFILLMENT_PREFIX: &str = "ful";
/// What ids of the contents of a fulfilment begin with.
pub const FULFILLMENT_ITEM_PREFIX: &str = "fulit";
/// What ids of labels begin with.
pub const LABEL_PREFIX: &str = "fulla";

/// Some of a line of an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LineQuantity {
    /// The line.
    pub line_id: String,
    /// How many of what it sells.
    pub quantity: i64,
}

/// A parcel: some lines of an order, packed at one location and sent together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fulfillment {
    /// Its id.
    pub id: String,
    /// The stock location it is packed at.
    pub location_id: String,
    /// Who delivers it.
    pub provider_id: String,
    /// The shipping option it goes by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping_option_id: Option<String>,
    /// Whether it has to be sent.
    pub requires_shipping: bool,
    /// What of the order is in it.
    pub lines: Vec<LineQuantity>,
    /// What lies in it, thing by thing: a line of a kit is several things.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<FulfillmentItem>,
    /// What sticks on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// What clients attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// Who packed it.
    pub created_by: String,
    /// Who sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_by: Option<String>,
    /// When it was packed.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Timestamp>,
    /// When it was unpacked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canceled_at: Option<Timestamp>,
}

/// Some of one thing in a parcel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FulfillmentItem {
    /// Its id.
    pub id: String,
    /// The line of the order it is for.
    pub line_id: String,
    /// The inventory item it was taken from; none for what is not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inventory_item_id: Option<String>,
    /// What it is called.
    pub title: String,
    /// Stock keeping unit.
    #[serde(default)]
    pub sku: String,
    /// Barcode.
    #[serde(default)]
    pub barcode: String,
    /// How many.
    pub quantity: i64,
}

/// What sticks on a parcel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Label {
    /// Its id.
    #[serde(default)]
    pub id: String,
    /// The carrier's number.
    pub tracking_number: String,
    /// Where the parcel can be followed.
    pub tracking_url: String,
    /// The label itself.
    pub label_url: String,
}

/// A parcel that was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shipment {
    /// The parcel.
    pub fulfillment_id: String,
    /// What sticks on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
}

/// How far a line has come, in what it sells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Packed.
    pub fulfilled: i64,
    /// Sent.
    pub shipped: i64,
    /// Arrived.
    pub delivered: i64,
    /// On its way back.
    pub return_requested: i64,
    /// Back, as good as it was.
    pub return_received: i64,
    /// Back, and good for nothing.
    pub return_dismissed: i64,
}

impl Progress {
    /// What is back, whatever it is good for: it is not paid for.
    #[must_use]
    pub fn returned(&self) -> i64 {
        self.return_received + self.return_dismissed
    }
}

/// How far an order's delivery has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FulfillmentStatus {
    /// Nothing is packed.
    NotFulfilled,
    /// Some is packed.
    PartiallyFulfilled,
    /// All is packed.
    Fulfilled,
    /// Some is sent.
    PartiallyShipped,
    /// All is sent.
    Shipped,
    /// Some has arrived.
    PartiallyDelivered,
    /// All has arrived.
    Delivered,
    /// All that was packed was unpacked again.
    Canceled,
}

impl FulfillmentStatus {
    /// Its name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFulfilled => "not_fulfilled",
            Self::PartiallyFulfilled => "partially_fulfilled",
            Self::Fulfilled => "fulfilled",
            Self::PartiallyShipped => "partially_shipped",
            Self::Shipped => "shipped",
            Self::PartiallyDelivered => "partially_delivered",
            Self::Delivered => "delivered",
            Self::Canceled => "canceled",
        }
    }
}

impl Fulfillment {
    /// How many of a line are in it.
    #[must_use]
    pub fn quantity_of(&self, line_id: &str) -> i64 {
        self.lines.iter().filter(|line| line.line_id == line_id).map(|line| line.quantity).sum()
    }
}

impl Order {
    /// A line by id.
    #[must_use]
    pub fn item(&self, line_id: &str) -> Option<&OrderItem> {
        self.items.iter().find(|item| item.id == line_id)
    }

    /// A parcel by id.
    pub fn fulfillment(&self, id: &str) -> Result<&Fulfillment> {
        self.fulfillments.iter().find(|parcel| parcel.id == id).ok_or_else(|| error::unknown_fulfillment(id))
    }

    /// How far a line has come: the sums of what parcels and returns say of it, so that they can never differ.
    #[must_use]
    pub fn progress(&self, line_id: &str) -> Progress {
        let mut progress = Progress::default();
        for parcel in self.fulfillments.iter().filter(|parcel| parcel.canceled_at.is_none()) {
            let quantity = parcel.quantity_of(line_id);
            progress.fulfilled += quantity;
            progress.shipped += if parcel.shipped_at.is_some() { quantity } else { 0 };
            progress.delivered += if parcel.delivered_at.is_some() { quantity } else { 0 };
        }
        for (back, item) in self.returns.iter().flat_map(|back| back.items.iter().map(move |item| (back, item))) {
            if item.line_id == line_id {
                progress.return_received += item.received;
                progress.return_dismissed += item.dismissed;
                progress.return_requested += if back.is_waiting() { item.missing() } else { 0 };
            }
        }
        progress
    }

    /// How far its delivery has come.
    #[must_use]
    pub fn fulfillment_status(&self) -> FulfillmentStatus {
        let standing: Vec<_> = self.fulfillments.iter().filter(|parcel| parcel.canceled_at.is_none()).collect();
        let is_all_packed = self.items.iter().all(|item| self.progress(&item.id).fulfilled >= item.quantity);
        let count = |is: fn(&Fulfillment) -> bool| standing.iter().filter(|parcel| is(parcel)).count();
        let (delivered, sent) = (
            count(|parcel| parcel.delivered_at.is_some()),
            count(|parcel| parcel.shipped_at.is_some() || parcel.delivered_at.is_some()),
        );
        let whole = |count: usize| count == standing.len() && is_all_packed;
        match () {
            () if delivered > 0 && whole(delivered) => FulfillmentStatus::Delivered,
            () if delivered > 0 => FulfillmentStatus::PartiallyDelivered,
            () if sent > 0 && whole(sent) => FulfillmentStatus::Shipped,
            () if sent > 0 => FulfillmentStatus::PartiallyShipped,
            () if !standing.is_empty() && is_all_packed => FulfillmentStatus::Fulfilled,
            () if !standing.is_empty() => FulfillmentStatus::PartiallyFulfilled,
            () if !self.fulfillments.is_empty() => FulfillmentStatus::Canceled,
            () => FulfillmentStatus::NotFulfilled,
        }
    }

    /// Whether these may be packed: lines of this order, each once, none of more than is left of it.
    pub(crate) fn check_fulfil(&self, lines: &[LineQuantity]) -> Result<()> {
        self.check_lines(&[], lines, |item, progress| item.quantity - progress.fulfilled, "can be fulfilled")
    }

    /// Whether these may come back beside those that are chosen already: no more of a line than was packed and is not on
    /// its way back.
    pub(crate) fn check_return(&self, chosen: &[LineQuantity], lines: &[LineQuantity]) -> Result<()> {
        let left =
            |_: &OrderItem, progress: Progress| progress.fulfilled - progress.returned() - progress.return_requested;
        self.check_lines(chosen, lines, left, "can be returned")
    }

    fn check_lines(
        &self,
        chosen: &[LineQuantity],
        lines: &[LineQuantity],
        left: impl Fn(&OrderItem, Progress) -> i64,
        what: &str,
    ) -> Result<()> {
        if lines.is_empty() {
            return Err(error::no_lines());
        }
        for (position, line) in lines.iter().enumerate() {
            let item = self.item(&line.line_id).ok_or_else(|| error::unknown_line(position, &line.line_id))?;
            let left = left(item, self.progress(&item.id)) - of_line(chosen, line) - of_line(&lines[..position], line);
            if line.quantity <= 0 || line.quantity > left {
                return Err(error::too_many(position, &item.goods.title, left, what));
            }
        }
        Ok(())
    }
}

/// How much of the same line stands in a list.
pub(crate) fn of_line(list: &[LineQuantity], line: &LineQuantity) -> i64 {
    list.iter().filter(|other| other.line_id == line.line_id).map(|other| other.quantity).sum()
}
