//! The demo shop: generative prints, their catalogue and the shop's texts, all as plain values.
//!
//! - [`art`]: sixty works in six families, each drawn as SVG by seeded code.
//! - [`pictures`]: the same works as WebP and JPEG files, by themselves and on a wall.
//! - [`catalogue`]: what is sold: titles, descriptions, variants, prices, weights and stock.
//! - [`pages`]: the shop's name and its pages of text.

pub mod art;
pub mod catalogue;
mod chance;
pub mod pages;
pub mod pictures;
