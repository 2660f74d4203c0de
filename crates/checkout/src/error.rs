//! Outcomes a caller acts on, and the words for them.

use tradewind_kernel::{Currency, Error, Money};
use tradewind_offers::PROMOTION_USED_UP;

/// Code of the error of a change to a cart that has become an order.
pub const CART_COMPLETED: &str = "cart_completed";
/// Code of the error of a completion without a payment that covers the total.
pub const PAYMENT_MISSING: &str = "payment_missing";

pub(crate) fn unknown_cart(id: &str) -> Error {
    Error::not_found("Cart", id)
}

pub(crate) fn unknown_line(id: &str) -> Error {
    Error::not_found("Line item", id)
}

pub(crate) fn completed(id: &str) -> Error {
    Error::invalid("cart_id", format!("Cart {id} is already completed and cannot be changed")).code(CART_COMPLETED)
}

pub(crate) fn unknown_variant(id: &str) -> Error {
    let shown: String = id.chars().take(80).collect();
    Error::invalid("variant_id", format!("Variant {shown} does not exist or is not for sale"))
}

pub(crate) fn not_offered_here(title: &str) -> Error {
    Error::invalid("variant_id", format!("{title} is not offered in this sales channel"))
}

pub(crate) fn no_price(title: &str, currency: Currency) -> Error {
    Error::invalid("variant_id", format!("{title} has no price in {currency} for this region"))
}

pub(crate) fn not_enough(title: &str) -> Error {
    Error::not_allowed(format!("There is not enough of {title} in stock for this quantity"))
        .code(tradewind_inventory::error::NOT_ENOUGH)
        .at("quantity")
}

pub(crate) fn not_for_sale_any_more(title: &str) -> Error {
    Error::invalid("items", format!("{title} is not for sale any more; please remove it from the cart"))
}

pub(crate) fn unknown_code(code: &str) -> Error {
    let shown: String = code.chars().take(60).collect();
    Error::invalid("promo_codes", format!("The promotion code {shown} is not known; please check its spelling"))
}

/// Promotions that the cart was promised cannot be had any more; it has been priced anew.
pub(crate) fn promotions_lost(codes: &[&str], total: Money) -> Error {
    let codes = codes.join(", ");
    Error::not_allowed(format!(
        "The promotion {codes} cannot be used any more. The cart now costs {} {} without it; nothing was ordered or charged",
        total.major(),
        total.currency
    ))
    .code(PROMOTION_USED_UP)
    .at("promo_codes")
}

pub(crate) fn no_payment() -> Error {
    Error::invalid("payment", "A payment must be begun for the cart's total before it can be completed")
        .code(PAYMENT_MISSING)
}

/// A payment was called off because the cart is being changed.
pub(crate) fn called_off() -> Error {
    Error::conflict("The payment was called off because the cart was changed. Please begin the payment again.")
        .code(tradewind_payments::SESSION_VOID)
}

/// A payment was called off because the shopper did not finish it.
pub(crate) fn payment_too_late() -> Error {
    tradewind_payments::error::declined(
        "The payment was not finished in time. Please begin it again; nothing was charged.",
    )
}

/// A provider took another amount than the cart costs.
pub(crate) fn paid_another_amount() -> Error {
    tradewind_payments::error::declined(
        "Another amount was paid than the cart costs. It is given back; please begin the payment again.",
    )
}
