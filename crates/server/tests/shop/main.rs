//! The whole shop, tested at its doors: over HTTP, on the command line, and by killing it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod audit;
mod backup;
mod brokers;
mod command_line;
mod examples;
mod faults;
mod idempotency;
mod jobs;
mod lifecycle;
mod load;
mod mails;
mod moving;
mod operations;
mod overload;
mod process;
mod promotions;
mod races;
mod replicas;
mod reports;
mod rollout;
mod schema;
mod several_processes;
mod shared_cache;
mod stripe;
mod torture;
mod webhooks;
mod work;
