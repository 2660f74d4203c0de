//! The door for shoppers: pages rendered on the server, usable without script, and the assets they need.

pub mod assets;
pub mod views;
