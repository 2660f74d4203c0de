//! The catalogue on a real file.

mod lists;
mod products;
mod shop;
mod terms;
