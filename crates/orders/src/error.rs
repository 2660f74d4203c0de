//! Outcomes a caller acts on.

use tradewind_kernel::Error;

use crate::giving_back::ReturnStep;

/// Code of the error of an order that is called off a second time, or too late.
pub const NOT_CANCELABLE: &str = "order_not_cancelable";

/// Code of the error of an order that is finished before it has arrived, or a second time.
pub const NOT_COMPLETABLE: &str = "order_not_completable";
/// Code of the error of a parcel that is not in the state to be sent, to arrive or to be unpacked.
pub const FULFILLMENT_STATE: &str = "fulfillment_state";
/// Code of the error of a return that is not in the state for what it shall do.
pub const RETURN_STATE: &str = "return_state";

/// Code of the error of an order that cannot be asked for.
pub const NOT_TRANSFERABLE: &str = "order_not_transferable";
/// Code of the error of a transfer that nobody has asked for (any more).
pub const NO_TRANSFER: &str = "no_transfer";
/// Code of the error of a token that agrees to no transfer.
pub const TRANSFER_TOKEN_INVALID: &str = "transfer_token_invalid";

pub(crate) fn unknown(id: &str) -> Error {
    Error::not_found("Order", id)
}

pub(crate) fn unknown_fulfillment(id: &str) -> Error {
    Error::not_found("Fulfillment", id)
}

pub(crate) fn unknown_return(id: &str) -> Error {
    Error::not_found("Return", id)
}

pub(crate) fn not_cancelable(status: &str) -> Error {
    Error::not_allowed(format!("An order that is {status} cannot be cancelled")).code(NOT_CANCELABLE)
}

pub(crate) fn canceled() -> Error {
    Error::invalid("id", "This order is cancelled").code(NOT_CANCELABLE)
}

pub(crate) fn packed() -> Error {
    Error::not_allowed("Some of this order is packed already. Cancel its fulfilments first, then the order.")
        .code(NOT_CANCELABLE)
}

pub(crate) fn not_completable(why: &str) -> Error {
    Error::not_allowed(why).code(NOT_COMPLETABLE)
}

pub(crate) fn not_archivable(status: &str) -> Error {
    Error::not_allowed(format!("An order that is {status} cannot be archived: complete or cancel it first"))
}

pub(crate) fn fulfillment_state(why: &str) -> Error {
    Error::not_allowed(why).code(FULFILLMENT_STATE)
}

pub(crate) fn return_state(why: &str) -> Error {
    Error::not_allowed(why).code(RETURN_STATE)
}

pub(crate) fn no_draft(step: ReturnStep) -> Error {
    return_state(match step {
        ReturnStep::Request => "This return is not about to ask for goods; begin a new one",
        ReturnStep::Receive => "This return is not about to receive goods; begin to receive first",
    })
}

pub(crate) fn unknown_action(id: &str) -> Error {
    Error::not_found("Action", id)
}

pub(crate) fn no_lines() -> Error {
    Error::invalid("items", "Name at least one line of the order")
}

pub(crate) fn unknown_line(position: usize, id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Error::invalid(format!("items.{position}.id"), format!("This order has no line {shown}"))
}

pub(crate) fn too_many(position: usize, title: &str, left: i64, what: &str) -> Error {
    let message = match left {
        ..=0 => format!("No more of {title} {what}"),
        left => format!("From 1 to {left} of {title} {what}"),
    };
    Error::invalid(format!("items.{position}.quantity"), message)
}

pub(crate) fn not_packed(position: usize, packed: i64) -> Error {
    Error::invalid(format!("items.{position}.quantity"), format!("{packed} of this line are in the fulfilment"))
}

pub(crate) fn not_expected(position: usize, left: i64) -> Error {
    let message = match left {
        ..=0 => "No more of this line is expected back".to_owned(),
        left => format!("From 1 to {left} of this line are expected back"),
    };
    Error::invalid(format!("items.{position}.quantity"), message)
}

pub(crate) fn not_transferable(why: &str) -> Error {
    Error::not_allowed(why).code(NOT_TRANSFERABLE)
}

pub(crate) fn transfer_unreachable() -> Error {
    not_transferable("This order has no e-mail address that could be asked; please write to the shop")
}

pub(crate) fn no_transfer() -> Error {
    Error::not_allowed("Nobody asks to take this order over").code(NO_TRANSFER)
}

pub(crate) fn transfer_token_invalid() -> Error {
    Error::not_allowed("This link is no longer valid. Please ask for the order once more.")
        .code(TRANSFER_TOKEN_INVALID)
        .at("token")
}
