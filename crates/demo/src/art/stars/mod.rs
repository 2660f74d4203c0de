//! Stars: charts of the sky, moons, comets and the instruments that follow them.

mod charts;
mod instruments;
mod nights;

use super::Plate;
use super::colour::{BLUEPRINT, INDIGO, LAGOON, LAMPBLACK, NIGHT, OCHRE, PLUM, TEAL, VERMILION};
use super::sheet::{Path, Point, lerp, polar};
use std::f64::consts::TAU;

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (charts::planisphere, &NIGHT, 51),
    (charts::month_of_moons, &BLUEPRINT, 52),
    (instruments::orrery, &OCHRE, 53),
    (nights::star_trails, &LAGOON, 54),
    (charts::anchor, &INDIGO, 55),
    (nights::comet, &PLUM, 56),
    (instruments::eclipse, &LAMPBLACK, 57),
    (instruments::astrolabe, &VERMILION, 58),
    (nights::aurora, &TEAL, 59),
    (nights::milky_way, &NIGHT, 60),
];

/// Ticks around a circle; every `long`th is the longer.
pub(super) fn dial(path: &mut Path, centre: Point, inner: f64, outer: f64, count: usize, long: usize) {
    for tick in 0..count {
        let angle = TAU * tick as f64 / count as f64;
        let until = if tick % long == 0 { outer } else { lerp(inner, outer, 0.5) };
        path.segment(polar(centre, inner, angle), polar(centre, until, angle));
    }
}
