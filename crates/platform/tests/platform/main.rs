//! The platform on a real store: what a commit promises, who hears of it, and what is done after; the same on each engine.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod ahead;
mod batches;
mod bench;
mod brokers;
mod events;
mod idempotency;
mod job_control;
mod jobs;
mod moving;
mod opening;
mod ports;
mod postgres;
mod racing;
mod replicas;
mod transactions;
mod values;
