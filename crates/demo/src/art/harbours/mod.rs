//! Harbours: lights, quays, cranes and everything that waits there for the tide.

mod afloat;
mod crossings;
mod lights;
mod quays;

use super::Plate;
use super::colour::{DAWN, FOG, INDIGO, LAGOON, OCHRE, PINE, PLUM, SKAGERRAK, STRAND, VERMILION};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (lights::lighthouse, &INDIGO, 61),
    (quays::cranes, &DAWN, 62),
    (quays::gables, &SKAGERRAK, 63),
    (lights::harbour_lights, &PLUM, 64),
    (crossings::pier, &FOG, 65),
    (quays::hillside, &OCHRE, 66),
    (afloat::marina, &LAGOON, 67),
    (crossings::bridge, &PINE, 68),
    (afloat::buoys, &STRAND, 69),
    (afloat::signal_flags, &VERMILION, 70),
];
