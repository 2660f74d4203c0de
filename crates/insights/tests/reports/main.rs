//! Reports of a shop whose orders, payments, stock and customers were stored by their modules.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod bench;
mod golden;
mod memory;
mod paper;
mod sums;
