//! Waves: patterns and pictures of water.

mod curls;
mod patterns;
mod views;

use super::Plate;
use super::colour::{DAWN, FOG, INDIGO, LAMPBLACK, NIGHT, PLUM, SKAGERRAK, STRAND, TEAL, VERMILION};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (patterns::seigaiha, &INDIGO, 31),
    (patterns::ridges, &NIGHT, 32),
    (patterns::moire, &SKAGERRAK, 33),
    (views::layers, &STRAND, 34),
    (curls::curls, &TEAL, 35),
    (views::moon_path, &PLUM, 36),
    (patterns::interference, &VERMILION, 37),
    (patterns::engraving, &LAMPBLACK, 38),
    (views::rain, &FOG, 39),
    (curls::breaker, &DAWN, 40),
];
