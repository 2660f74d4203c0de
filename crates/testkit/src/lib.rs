//! The test kit: a whole shop on a real socket with its own store and clock, and methods named after what shoppers do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod balancer;
mod client;
mod process;
mod receiver;
mod shop;
mod stripe;

pub use balancer::Balancer;
pub use client::{Answer, Client};
pub use process::{Fleet, Process, free_address, settings_in};
pub use receiver::{Received, Receiver, Reply};
pub use shop::{Closed, NOON, TestShop};
pub use stripe::{
    Delivery, Fault, Faults, Intent, IntentStatus, StripeError, StripeOptions, StripeSimulator, WebhookEvent,
    WebhookMode, sign_webhook,
};
