//! Real servers for tests, and the store a test runs on. A server is started once for all tests that run at the same time, in a
//! temporary folder and on a free port; it stops by itself when nobody has used it for a while.

mod cluster;
pub mod nats;
pub mod pooler;
pub mod postgres;
mod program;
mod proxy;
pub mod rabbitmq;
pub mod redis;
mod smtp;
mod store;

pub use cluster::Cluster;
pub use nats::Nats;
pub use pooler::Pooler;
pub use program::free_ports;
pub use proxy::{FaultProxy, Line};
pub use rabbitmq::RabbitMq;
pub use redis::Redis;
pub use smtp::{SmtpServer, Stage, Taken};
pub use store::Store;
