//! Adapters: other systems behind the platform's ports. They see the kernel and the platform alone, and only the server sees them.

pub mod nats;
pub mod rabbitmq;
pub mod redis;
pub mod smtp;
pub mod stripe;
