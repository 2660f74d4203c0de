//! What callers act on.

use tradewind_kernel::{Error, ErrorKind};

/// Code: the e-mail and password do not belong together.
pub const INVALID_CREDENTIALS: &str = "invalid_credentials";
/// Code: the e-mail has a login already.
pub const ALREADY_REGISTERED: &str = "already_registered";
/// Code: the token, session or key is not (or no longer) good.
pub const INVALID_TOKEN: &str = "invalid_token";
/// Code: the login has its customer already.
pub const CUSTOMER_EXISTS: &str = "customer_exists";
/// Code: the link of a password-reset mail is used, too old or superseded.
pub const RESET_TOKEN_INVALID: &str = "reset_token_invalid";
/// Code: more passwords wait to be checked than the shop lets wait.
pub const PASSWORDS_BUSY: &str = "passwords_busy";

/// Code: the invitation is used, too old, superseded or for somebody else.
pub const INVITE_INVALID: &str = "invite_invalid";

/// Code: the code of a second factor is wrong or was used.
pub const WRONG_CODE: &str = "wrong_code";
/// Code: a request for a second factor was answered, ran out, or was answered wrongly too often.
pub const CHALLENGE_OVER: &str = "challenge_over";
/// Code: the link of a mail that proves an e-mail address is used, too old or superseded.
pub const VERIFICATION_INVALID: &str = "verification_invalid";

pub(crate) fn invalid_credentials() -> Error {
    Error::new(ErrorKind::Unauthorized, "Invalid email or password").code(INVALID_CREDENTIALS)
}

pub(crate) fn already_registered() -> Error {
    // Storefronts of the peer compare this text.
    Error::new(ErrorKind::Unauthorized, "Identity with email already exists").code(ALREADY_REGISTERED).at("email")
}

pub(crate) fn invalid_token() -> Error {
    Error::new(ErrorKind::Unauthorized, "Unauthorized").code(INVALID_TOKEN)
}

pub(crate) fn customer_exists() -> Error {
    Error::new(ErrorKind::Duplicate, "Customer with this email already has an account")
        .code(CUSTOMER_EXISTS)
        .at("email")
}

pub(crate) fn reset_token_invalid() -> Error {
    Error::new(ErrorKind::Unauthorized, "This link is no longer valid. Please ask for a new one.")
        .code(RESET_TOKEN_INVALID)
}

pub(crate) fn passwords_busy() -> Error {
    Error::new(ErrorKind::Unavailable, "Many people are logging in at the moment. Please try again in a few seconds.")
        .code(PASSWORDS_BUSY)
}

pub(crate) fn invite_invalid() -> Error {
    Error::new(
        ErrorKind::Unauthorized,
        "This invitation cannot be accepted: it is used, too old, or for another e-mail address. Please ask for a new one.",
    )
    .code(INVITE_INVALID)
}

pub(crate) fn wrong_code() -> Error {
    Error::not_allowed("This code is wrong, too old or used. Please type the one that is shown now.")
        .code(WRONG_CODE)
        .at("code")
}

pub(crate) fn second_factor_needed() -> Error {
    Error::invalid("code", "A second factor is given up with a code of it: send method and code")
}

pub(crate) fn challenge_over() -> Error {
    Error::not_allowed("This request for a code is over. Please log in again.").code(CHALLENGE_OVER)
}

pub(crate) fn verification_invalid() -> Error {
    Error::not_allowed("This link is no longer valid. Please ask for a new one.").code(VERIFICATION_INVALID).at("code")
}
