//! The catalogue on a real file.

mod lists;
mod products;
mod search;
mod search_index;
mod shop;
mod terms;
