//! What can go wrong with the catalogue that a caller acts on. What is taken already is invalid data on the wire, not a
//! conflict, hence the kind.

use tradewind_kernel::Error;

/// Code: another product, category or collection has this handle.
pub const DUPLICATE_HANDLE: &str = "duplicate_handle";
/// Code: another variant, tag or type has this value (a SKU, a barcode, a name), or the id is taken.
pub const DUPLICATE_VALUE: &str = "duplicate_value";
/// Code: something else still needs it.
pub const IN_USE: &str = "in_use";

pub(crate) fn duplicate_handle(what: &str, handle: &str) -> Error {
    Error::invalid("handle", format!("{what} with handle: {handle} already exists")).code(DUPLICATE_HANDLE)
}

pub(crate) fn duplicate_value(what: &str, field: &str, value: &str) -> Error {
    Error::invalid(field, format!("{what} with {field}: {value} already exists")).code(DUPLICATE_VALUE)
}

pub(crate) fn in_use(message: impl Into<String>) -> Error {
    Error::not_allowed(message).code(IN_USE)
}
