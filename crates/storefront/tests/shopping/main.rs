//! The storefront through its door, as a browser without script uses it: links, forms, cookies, redirects.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod account;
mod bad_input;
mod browser;
mod catalogue;
mod offers;
mod purchase;
