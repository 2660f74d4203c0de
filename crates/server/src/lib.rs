//! The server: commands, configuration, and the wiring that builds the whole shop.

pub mod audit;
pub mod commands;
pub mod config;
pub mod import;
pub mod seed;
pub mod serve;
pub mod tls;
pub mod wiring;

mod backup;
mod doors;
mod letters;
mod media;
mod operations;
mod reactions;
mod sweeps;
