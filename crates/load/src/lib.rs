//! The load generator: shoppers who arrive on a schedule, however the shop fares, and the books afterwards.
//!
//! It speaks the Medusa v2 Store API over plain HTTP and knows no shop from inside, ours included: what it says of one shop it
//! can say of another.
//!
//! - `plan`: the schedule, made before the run. `run`: one run from beginning to end.
//! - `shopper`: what shoppers do. `store` and `staff`: what is asked of the two APIs besides. `wire`: HTTP/1.1 by hand.
//! - `tally`: what is counted. `books`, `promises`, `surge`: what it is held against.
//! - `report`: the outcome as values. `progress`, `summary`, `html`, `chart`: how people see it.

mod arguments;
mod books;
mod chart;
mod html;
mod plan;
mod progress;
mod promises;
mod report;
mod run;
mod shopper;
mod staff;
mod store;
mod summary;
mod surge;
mod tally;
mod wire;

pub use arguments::Load;
pub use report::Report;
pub use run::run;
