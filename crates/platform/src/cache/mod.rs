//! Cache-aside: memory first, what the processes share behind it, and one load per key however many ask. Dropped by what
//! changes it, in this process or another.

pub mod conformance;
mod shared;
mod snapshot;
mod tier;
mod typed;

pub use shared::SharedCache;
pub use snapshot::{Snapshot, Turns};
pub use tier::Tier;
pub use typed::{Cache, Keeping};
