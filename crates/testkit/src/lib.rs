//! The test kit: a whole shop on a real socket with its own store and clock, and methods named after what shoppers do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod client;
mod shop;

pub use client::{Answer, Client};
pub use shop::TestShop;
