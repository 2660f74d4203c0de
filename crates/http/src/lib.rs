//! What every door shares: errors on the wire, checking by the contract, field selection, who is calling, ready answers.

mod accepted;
pub mod auth;
pub mod call;
mod compare;
pub mod contract;
pub mod cors;
pub mod fields;
pub mod freshness;
pub mod idempotency;
pub mod limits;
pub mod list;
pub mod middleware;
pub mod overload;
pub mod problem;
pub mod public_url;
pub mod query;
pub mod ready;
pub mod schema;
pub mod wire;

pub use accepted::accepted;
pub use call::{Asked, PathId, PathIds, Sent};
pub use fields::Plan;
pub use problem::{Answer, Problem};
pub use query::Query;
pub use wire::{Json, Obj};
