//! What others may hear about orders.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Money, Secret, Timestamp};
use tradewind_platform::events::Event;

use crate::Order;

/// An order was placed: it is numbered, visible, its stock is claimed and its payment promised.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderPlaced {
    /// The order.
    pub order_id: String,
    /// The number people call it by.
    pub display_id: i64,
    /// Who placed it.
    pub customer_id: Option<String>,
    /// Where messages about it go.
    pub email: Option<String>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// What it costs.
    pub total: Money,
    /// When it was placed.
    pub at: Timestamp,
    /// What was bought.
    pub items: Vec<PlacedItem>,
}

/// A line of a placed order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlacedItem {
    /// The variant.
    pub variant_id: String,
    /// Its product.
    pub product_id: String,
    /// What it was called.
    pub title: String,
    /// How many.
    pub quantity: i64,
    /// What was paid for the line.
    pub total: Money,
}

impl Event for OrderPlaced {
    const KIND: &'static str = "orders.placed";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

impl OrderPlaced {
    pub(crate) fn of(order: &Order) -> Self {
        Self {
            order_id: order.id.as_str().to_owned(),
            display_id: order.display_id,
            customer_id: order.customer_id.clone(),
            email: order.email.clone(),
            currency: order.currency,
            total: order.totals().total(),
            at: order.created_at,
            items: order
                .items
                .iter()
                .map(|item| PlacedItem {
                    variant_id: item.goods.variant_id.clone(),
                    product_id: item.goods.product_id.clone(),
                    title: item.goods.title.clone(),
                    quantity: item.quantity,
                    total: order.money(item.totals.total),
                })
                .collect(),
        }
    }
}

/// An order was called off.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCanceled {
    /// The order.
    pub order_id: String,
    /// The number people call it by.
    pub display_id: i64,
    /// Where messages about it go.
    pub email: Option<String>,
    /// When it was called off.
    pub at: Timestamp,
}

impl Event for OrderCanceled {
    const KIND: &'static str = "orders.canceled";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// An order was finished.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderCompleted {
    /// The order.
    pub order_id: String,
    /// The number people call it by.
    pub display_id: i64,
    /// Where messages about it go.
    pub email: Option<String>,
    /// When it was finished.
    pub at: Timestamp,
}

impl Event for OrderCompleted {
    const KIND: &'static str = "orders.completed";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// Some of an order was packed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FulfillmentCreated {
    /// The order.
    pub order_id: String,
    /// The parcel.
    pub fulfillment_id: String,
    /// When.
    pub at: Timestamp,
}

impl Event for FulfillmentCreated {
    const KIND: &'static str = "orders.fulfillment_created";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// A parcel of an order was sent.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FulfillmentShipped {
    /// The order.
    pub order_id: String,
    /// The parcel.
    pub fulfillment_id: String,
    /// The number people call the order by.
    pub display_id: i64,
    /// Where messages about it go.
    pub email: Option<String>,
    /// The carrier's numbers.
    pub tracking_numbers: Vec<String>,
    /// When.
    pub at: Timestamp,
}

impl Event for FulfillmentShipped {
    const KIND: &'static str = "orders.fulfillment_shipped";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// A parcel of an order arrived.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FulfillmentDelivered {
    /// The order.
    pub order_id: String,
    /// The parcel.
    pub fulfillment_id: String,
    /// When.
    pub at: Timestamp,
}

impl Event for FulfillmentDelivered {
    const KIND: &'static str = "orders.fulfillment_delivered";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// Goods of an order are expected back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnRequested {
    /// The order.
    pub order_id: String,
    /// The return.
    pub return_id: String,
    /// When.
    pub at: Timestamp,
}

impl Event for ReturnRequested {
    const KIND: &'static str = "orders.return_requested";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// Goods of an order came back, all that were expected or some of them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnReceived {
    /// The order.
    pub order_id: String,
    /// The return.
    pub return_id: String,
    /// When.
    pub at: Timestamp,
}

impl Event for ReturnReceived {
    const KIND: &'static str = "orders.return_received";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// A customer asked to take an order over; whoever reads its mail decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderTransferRequested {
    /// The order.
    pub order_id: String,
    /// The number people call it by.
    pub display_id: i64,
    /// Who asks.
    pub customer_id: String,
    /// The order's e-mail address, where the mail goes.
    pub email: String,
    /// What proves the mail was read: it belongs into the mail and nowhere else.
    pub token: Secret,
    /// The version of the order that holds the request.
    pub version: i64,
    /// Until when the token is good.
    pub expires_at: Timestamp,
}

impl Event for OrderTransferRequested {
    const KIND: &'static str = "orders.transfer_requested";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}

/// An order went over to another customer.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderTransferred {
    /// The order.
    pub order_id: String,
    /// The number people call it by.
    pub display_id: i64,
    /// Whose it was.
    pub former_customer_id: Option<String>,
    /// Whose it is.
    pub customer_id: String,
    /// When.
    pub at: Timestamp,
}

impl Event for OrderTransferred {
    const KIND: &'static str = "orders.transferred";

    fn aggregate(&self) -> &str {
        &self.order_id
    }
}
