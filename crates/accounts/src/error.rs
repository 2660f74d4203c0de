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
