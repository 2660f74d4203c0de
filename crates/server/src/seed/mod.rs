//! Filling an empty shop: the foundation that every shop needs, and the demo's catalogue on top of it.

mod demo;
mod foundation;

pub(crate) use demo::fill as demo;
pub use foundation::{Foundation, Modules, find as find_foundation, lay as foundation};
