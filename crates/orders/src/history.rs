//! What happens to an order, and how an order is folded from it. Pure: no I/O.

use serde::{Deserialize, Serialize};
use tradewind_kernel::Timestamp;

use crate::delivery::{Fulfillment, Shipment};
use crate::giving_back::{Return, ReturnDraft, ReturnStatus};
use crate::model::{Address, CreditLine, Metadata, Order, OrderStatus};
use crate::transfer::Transfer;

/// Something that happened to an order. Stored for good: change a variant only by adding fields that may be missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Its cart waits for a provider to say whether it is paid. Before it is placed, as often as that is tried.
    AwaitingPayment(PaymentAttempt),
    /// It was not paid: its cart can be changed and bought again.
    PaymentFailed(PaymentAttempt),
    /// It was placed, as this order.
    Placed(Box<Order>),
    /// It was called off.
    Canceled,
    /// It was finished.
    Completed,
    /// It was put away.
    Archived,
    /// What is written on it was changed.
    Edited(Box<OrderEdit>),
    /// Some of it was packed.
    FulfillmentCreated(Box<Fulfillment>),
    /// A parcel was sent.
    Shipped(Shipment),
    /// A parcel arrived.
    Delivered(FulfillmentRef),
    /// A parcel was unpacked again.
    FulfillmentCanceled(FulfillmentRef),
    /// Money was given back that was not owed: the order is worth that much less.
    Credited(CreditLine),
    /// A return was begun.
    ReturnOpened(Box<Return>),
    /// What a return is about to do was chosen anew.
    ReturnDrafted(ReturnDrafted),
    /// What clients say of a return was changed.
    ReturnEdited(Box<ReturnEdit>),
    /// The goods that were chosen are expected.
    ReturnRequested(ReturnRef),
    /// The goods that were chosen are here.
    ReturnReceived(ReturnRef),
    /// A return was called off.
    ReturnCanceled(ReturnRef),
    /// A customer asked to take it over.
    TransferRequested(Transfer),
    /// They did: it is theirs.
    TransferAccepted,
    /// They may not.
    TransferDeclined,
    /// They asked no longer.
    TransferCanceled,
}

/// An attempt to pay.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PaymentAttempt {
    /// The payment session.
    pub session_id: String,
    /// Why it failed, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Names a parcel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct FulfillmentRef {
    /// Its id.
    pub fulfillment_id: String,
}

/// Names a return.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnRef {
    /// Its id.
    pub return_id: String,
}

/// What a return is about to do, as it is chosen now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnDrafted {
    /// The return.
    pub return_id: String,
    /// What it is about to do; nothing (any more).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<ReturnDraft>,
}

/// What changes in what clients say of a return; `None` leaves a field as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReturnEdit {
    /// The return.
    pub return_id: String,
    /// The location that expects the goods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_id: Option<String>,
    /// Whether nobody shall be written to about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_notification: Option<bool>,
    /// What clients attach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// What changes in what is written on an order; `None` leaves a field as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderEdit {
    /// Where messages about it go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipping_address: Option<Address>,
    /// Where the invoice goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    /// Its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// What clients attach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
}

/// A change with its place in the order's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recorded {
    /// From 1, without gaps; counted from the first attempt to pay.
    pub seq: i64,
    /// What happened.
    pub change: Change,
    /// Who did it: a customer's or user's id, or `guest`.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// The order that a history amounts to; `None` for one that was not placed (yet).
#[must_use]
pub fn fold(history: impl IntoIterator<Item = Recorded>) -> Option<Order> {
    history.into_iter().fold(None, apply)
}

/// One step of [`fold`].
#[must_use]
pub fn apply(order: Option<Order>, recorded: Recorded) -> Option<Order> {
    let Recorded { seq, change, at, actor } = recorded;
    let mut order = match (order, change) {
        (None, Change::Placed(order)) => return Some(*order),
        (None, _) => return None,
        (Some(order), Change::Placed(_)) => return Some(order),
        (Some(mut order), change) => {
            order.change(change, &actor, at);
            order
        }
    };
    order.updated_at = at;
    order.version = seq;
    Some(order)
}

impl Order {
    fn change(&mut self, change: Change, actor: &str, at: Timestamp) {
        match change {
            Change::Placed(_) | Change::AwaitingPayment(_) | Change::PaymentFailed(_) => {}
            Change::Canceled => (self.status, self.canceled_at) = (OrderStatus::Canceled, Some(at)),
            Change::Completed => self.status = OrderStatus::Completed,
            Change::Archived => self.status = OrderStatus::Archived,
            Change::Edited(edit) => self.edit(*edit),
            Change::FulfillmentCreated(parcel) => self.fulfillments.push(*parcel),
            Change::Shipped(shipment) => self.change_parcel(&shipment.fulfillment_id, at, |parcel| {
                parcel.labels.extend(shipment.labels);
                (parcel.shipped_at, parcel.shipped_by) = (Some(at), Some(actor.to_owned()));
            }),
            Change::Delivered(of) => self.change_parcel(&of.fulfillment_id, at, |it| it.delivered_at = Some(at)),
            Change::FulfillmentCanceled(of) => {
                self.change_parcel(&of.fulfillment_id, at, |it| it.canceled_at = Some(at));
            }
            Change::Credited(line) => self.credit_lines.push(line),
            Change::ReturnOpened(back) => self.returns.push(*back),
            Change::ReturnDrafted(drafted) => {
                self.change_return(&drafted.return_id, at, |back| back.draft = drafted.draft);
            }
            Change::ReturnEdited(edit) => self.change_return(&edit.return_id.clone(), at, |back| {
                back.location_id = edit.location_id.or(back.location_id.take());
                back.no_notification = edit.no_notification.or(back.no_notification);
                back.metadata = edit.metadata.or(back.metadata.take());
            }),
            Change::ReturnRequested(of) => self.change_return(&of.return_id, at, |back| back.request(at)),
            Change::ReturnReceived(of) => self.change_return(&of.return_id, at, |back| back.receive(at)),
            Change::ReturnCanceled(of) => self.change_return(&of.return_id, at, |back| {
                (back.status, back.canceled_at, back.draft) = (ReturnStatus::Canceled, Some(at), None);
            }),
            Change::TransferRequested(transfer) => self.transfer = Some(transfer),
            Change::TransferAccepted => {
                if let Some(transfer) = self.transfer.take() {
                    self.customer_id = Some(transfer.customer_id);
                    self.email = transfer.email.or(self.email.take());
                }
            }
            Change::TransferDeclined | Change::TransferCanceled => self.transfer = None,
        }
    }

    fn edit(&mut self, edit: OrderEdit) {
        self.email = edit.email.or(self.email.take());
        self.shipping_address = edit.shipping_address.or(self.shipping_address.take());
        self.billing_address = edit.billing_address.or(self.billing_address.take());
        self.locale = edit.locale.or(self.locale.take());
        self.metadata = edit.metadata.or(self.metadata.take());
    }

    fn change_parcel(&mut self, id: &str, at: Timestamp, change: impl FnOnce(&mut Fulfillment)) {
        if let Some(parcel) = self.fulfillments.iter_mut().find(|parcel| parcel.id == id) {
            change(parcel);
            parcel.updated_at = at;
        }
    }

    fn change_return(&mut self, id: &str, at: Timestamp, change: impl FnOnce(&mut Return)) {
        if let Some(back) = self.returns.iter_mut().find(|back| back.id == id) {
            change(back);
            back.updated_at = at;
        }
    }
}
