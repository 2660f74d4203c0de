//! Outcomes of the fulfilment's verbs that callers act on.

use tradewind_kernel::Error;

/// Code: the shipping option does not exist, or is not offered for this delivery.
pub const OPTION_NOT_OFFERED: &str = "shipping_option_not_offered";

/// The shipping option does not exist, or is not offered for this delivery.
#[must_use]
pub fn option_not_offered(id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Error::invalid("option_id", format!("The shipping option {shown} is not offered for this cart"))
        .code(OPTION_NOT_OFFERED)
}

pub(crate) fn unknown(field: &str, what: &str, id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Error::invalid(field, format!("There is no {what} with id: {shown}"))
}

pub(crate) fn in_use(what: &str, why: &str) -> Error {
    Error::not_allowed(format!("{what} cannot be removed: {why}"))
}
