//! Outcomes of the verbs of offers that callers act on.

use tradewind_kernel::Error;

/// Code: a promotion cannot be used (any more): its limit or its campaign's budget is reached, or it is not to be used by this
/// shopper or at this time. The message names the promotion's code; the field is `promo_codes`.
pub const PROMOTION_USED_UP: &str = "promotion_used_up";
/// Code: another promotion has this code already.
pub const CODE_TAKEN: &str = "promotion_code_taken";
/// Code: another campaign has this identifier already.
pub const IDENTIFIER_TAKEN: &str = "campaign_identifier_taken";
/// Code: two prices of one list hold for the same variant, currency, region and quantity.
pub const PRICES_OVERLAP: &str = "list_prices_overlap";

pub(crate) fn used_up(code: &str) -> Error {
    let message = format!("The promotion {code} is used up. Please remove it from the cart and try again.");
    Error::conflict(message).code(PROMOTION_USED_UP).at("promo_codes")
}

pub(crate) fn gone(code: &str) -> Error {
    let message =
        format!("The promotion {code} cannot be used any more. Please remove it from the cart and try again.");
    Error::conflict(message).code(PROMOTION_USED_UP).at("promo_codes")
}

pub(crate) fn nobody_to_count_on(code: &str, what: &str) -> Error {
    let message = format!("The promotion {code} is counted for each shopper and needs {what}.");
    Error::conflict(message).code(PROMOTION_USED_UP).at("promo_codes")
}

pub(crate) fn code_taken(code: &str) -> Error {
    Error::invalid("code", format!("There is a promotion with the code {code} already; please choose another code"))
        .code(CODE_TAKEN)
}

pub(crate) fn identifier_taken(identifier: &str) -> Error {
    let message = format!("There is a campaign with the campaign_identifier {identifier} already");
    Error::invalid("campaign_identifier", message).code(IDENTIFIER_TAKEN)
}

pub(crate) fn below_used(field: &str, used: &str) -> Error {
    Error::invalid(field, format!("{field}: {used} was used already; the limit cannot be lower than that"))
}
