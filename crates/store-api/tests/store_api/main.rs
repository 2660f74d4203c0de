//! The Store API through its router, on a shop of its own in a temporary folder.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod accounts;
mod bad_input;
mod catalogue;
mod offers;
mod order_transfer;
mod purchase;
mod search;
mod second_factor;
mod settings;
mod shop;
mod verification;
