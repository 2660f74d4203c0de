//! The catalogue on a real file.

mod lists;
mod options;
mod products;
mod shop;
mod terms;
