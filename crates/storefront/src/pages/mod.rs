//! The pages, one file per subject: what is asked, what the modules say, what is shown.

pub(crate) mod account;
pub(crate) mod addresses;
pub(crate) mod cart;
pub(crate) mod checkout;
pub(crate) mod decision;
pub(crate) mod home;
pub(crate) mod listing;
mod narrowing;
pub(crate) mod orders;
pub(crate) mod password;
pub(crate) mod product;
pub(crate) mod prose;
pub(crate) mod region;
pub(crate) mod sign_in;
pub(crate) mod sitemap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The text as it stands in the query of an address.
pub(crate) fn in_query(text: &str) -> String {
    utf8_percent_encode(text, IN_QUERY).to_string()
}
