//! The catalogue on a real file.

mod lists;
mod options;
mod products;
mod search;
mod search_index;
mod shop;
mod terms;
