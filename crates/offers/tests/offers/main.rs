//! Offers on a real database.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod campaigns;
mod claims;
mod price_lists;
mod promotions;
mod shop;
