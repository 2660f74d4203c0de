//! Winds: flow fields, weather charts, and what the wind bends, lifts and carries.

mod aloft;
mod flows;
mod readings;

use super::Plate;
use super::colour::{INDIGO, LAGOON, LAMPBLACK, OCHRE, PINE, PLUM, SKAGERRAK, STRAND, VERMILION};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (flows::gale, &INDIGO, 21),
    (flows::cyclone, &LAGOON, 22),
    (readings::isobars, &STRAND, 23),
    (readings::barbs, &LAMPBLACK, 24),
    (readings::year, &SKAGERRAK, 25),
    (flows::ribbons, &PLUM, 26),
    (aloft::kites, &SKAGERRAK, 27),
    (flows::gusts, &VERMILION, 28),
    (aloft::reeds, &OCHRE, 29),
    (flows::doldrums, &PINE, 30),
];
