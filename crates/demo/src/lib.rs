//! The demo shop: generative prints, their catalogue and the shop's texts, all as plain values.

pub mod art;
pub mod catalogue;
mod chance;
pub mod pages;
pub mod pictures;
