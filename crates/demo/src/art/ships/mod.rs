//! Ships: regattas, liners, working boats and the lines they are built from.

mod engines;
mod plans;
mod sails;

use super::Plate;
use super::colour::{BLUEPRINT, DAWN, FOG, INDIGO, LAGOON, NIGHT, OCHRE, SKAGERRAK, TEAL, VERMILION};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (sails::regatta, &TEAL, 11),
    (sails::tall_ship, &INDIGO, 12),
    (engines::liner, &VERMILION, 13),
    (plans::lines_plan, &BLUEPRINT, 14),
    (engines::freighter, &OCHRE, 15),
    (engines::wakes, &LAGOON, 16),
    (sails::lateen, &DAWN, 17),
    (sails::junks, &FOG, 18),
    (engines::night_ferry, &NIGHT, 19),
    (sails::lone_sail, &SKAGERRAK, 20),
];
