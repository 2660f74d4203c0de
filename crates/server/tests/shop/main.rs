//! The whole shop, tested at its doors: over HTTP, on the command line, and by killing it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod command_line;
mod crash;
mod idempotency;
mod operations;
mod overload;
mod promotions;
mod races;
mod work;
