//! Outcomes a caller acts on.

use tradewind_kernel::Error;

/// Code of the error of an order that is called off a second time, or too late.
pub const NOT_CANCELABLE: &str = "order_not_cancelable";

/// Code of the error of an order that cannot be asked for.
pub const NOT_TRANSFERABLE: &str = "order_not_transferable";
/// Code of the error of a transfer that nobody has asked for (any more).
pub const NO_TRANSFER: &str = "no_transfer";
/// Code of the error of a token that agrees to no transfer.
pub const TRANSFER_TOKEN_INVALID: &str = "transfer_token_invalid";

pub(crate) fn unknown(id: &str) -> Error {
    Error::not_found("Order", id)
}

pub(crate) fn not_cancelable(status: &str) -> Error {
    Error::not_allowed(format!("An order that is {status} cannot be cancelled")).code(NOT_CANCELABLE)
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
