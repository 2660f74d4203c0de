//! Outcomes a caller acts on.

use tradewind_kernel::Error;

/// Code of the error of an order that is called off a second time, or too late.
pub const NOT_CANCELABLE: &str = "order_not_cancelable";

pub(crate) fn unknown(id: &str) -> Error {
    Error::not_found("Order", id)
}

pub(crate) fn not_cancelable(status: &str) -> Error {
    Error::not_allowed(format!("An order that is {status} cannot be cancelled")).code(NOT_CANCELABLE)
}
