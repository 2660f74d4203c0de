//! Outcomes of the payments' verbs that callers act on.

use tradewind_kernel::{Currency, Error, ErrorKind, Money};

use crate::model::{MovementKind, UnderWay};

/// Code: the cart changed since the session was begun; begin a new one.
pub const SESSION_VOID: &str = "payment_session_void";
/// Code: the provider refused. The message may be shown to the shopper.
pub const DECLINED: &str = "payment_declined";
/// Code: the shopper has to do something first; the session's data says what.
pub const REQUIRES_MORE: &str = "payment_requires_more";
/// Code: a provider is being asked for the money, and has not said what became of it.
pub const PROCESSING: &str = "payment_processing";
/// Code: the provider took, or promised, another amount than was owed.
pub const PAID_OTHERWISE: &str = "payment_of_another_amount";
/// Code: the collection is paid, or promised, already.
pub const PAID_ALREADY: &str = "payment_made_already";
/// Code: something else is being done with this payment.
pub const BUSY: &str = "payment_busy";

/// The cart changed since the session was begun.
#[must_use]
pub fn session_void() -> Error {
    Error::conflict("The cart has changed since the payment was begun. Please begin the payment again.")
        .code(SESSION_VOID)
}

/// The provider refused, and said why.
#[must_use]
pub fn declined(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::PaymentRequired, reason).code(DECLINED)
}

/// The shopper has to do something first.
#[must_use]
pub fn requires_more() -> Error {
    Error::new(ErrorKind::PaymentRequired, "The payment needs a further step with its provider").code(REQUIRES_MORE)
}

/// The provider is at it.
#[must_use]
pub fn processing() -> Error {
    Error::conflict("The payment is being processed. Please ask again in a moment.").code(PROCESSING)
}

pub(crate) fn paid_otherwise(paid: Money, owed: Money) -> Error {
    Error::conflict(format!("{paid} were paid where {owed} are owed")).code(PAID_OTHERWISE)
}

pub(crate) fn paid_already() -> Error {
    Error::not_allowed("This is paid already").code(PAID_ALREADY)
}

pub(crate) fn busy(under_way: &UnderWay) -> Error {
    let what = match under_way.kind {
        MovementKind::Capture => "A capture",
        MovementKind::Refund => "A refund",
        MovementKind::Cancel => "The cancellation",
    };
    let amount = under_way.amount;
    Error::conflict(format!("{what} of {amount} of this payment is under way. Please try again in a minute."))
        .code(BUSY)
}

pub(crate) fn wrong_currency(currency: Currency) -> Error {
    Error::invalid("amount", format!("This payment is in {currency}"))
}

pub(crate) fn over_captured(left: Money) -> Error {
    Error::invalid("amount", format!("Between the smallest unit and {left} can be captured of this payment"))
}

pub(crate) fn over_refunded(left: Money) -> Error {
    Error::invalid("amount", format!("Between the smallest unit and {left} can be refunded of this payment"))
}
