//! Outcomes of the webhooks' verbs that callers act on.

use tradewind_kernel::{Error, ErrorKind};

use crate::model::ENDPOINTS_MAX;

/// Code: an address that webhooks may not go to: it is not public, or not encrypted.
pub const NOT_ALLOWED_THERE: &str = "webhook_address_refused";

pub(crate) fn no_such_endpoint(id: &str) -> Error {
    Error::not_found("Webhook", id)
}

pub(crate) fn no_such_delivery(event_id: &str) -> Error {
    Error::not_found("Delivery", event_id)
}

pub(crate) fn too_many() -> Error {
    Error::not_allowed(format!("A shop has {ENDPOINTS_MAX} webhooks at most; remove one that is not needed any more"))
}

pub(crate) fn is_disabled() -> Error {
    Error::not_allowed("The webhook is disabled, so nothing is sent to it; enable it first")
}

pub(crate) fn refused(text: String) -> Error {
    Error::new(ErrorKind::Invalid, text).at("url").code(NOT_ALLOWED_THERE)
}
