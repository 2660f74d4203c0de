//! The kernel: values every other crate speaks in. No I/O, no async.

pub mod clock;
pub mod error;
pub mod id;
pub mod money;
pub mod page;
pub mod random;
pub mod secret;

pub use clock::{Clock, Timestamp};
pub use error::{Error, ErrorKind, Result};
pub use id::{Bucket, IdMint};
pub use money::{Currency, Money};
pub use page::{Page, Paging};
pub use random::Rng;
pub use rust_decimal::Decimal;
pub use secret::Secret;
