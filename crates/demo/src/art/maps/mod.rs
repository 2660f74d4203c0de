//! Maps: charts of coasts, rivers and seas that are nowhere else.

mod charts;
mod globes;
mod land;
mod sticks;

use super::Plate;
use super::colour::{BLUEPRINT, FOG, INDIGO, LAMPBLACK, OCHRE, PINE, SKAGERRAK, STRAND, TEAL, VERMILION};
use super::field::Relief;
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP};
use super::sheet::{Path, Point, Sheet};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (charts::unvisited_coast, &STRAND, 41),
    (land::shelf, &TEAL, 42),
    (globes::hemispheres, &OCHRE, 43),
    (charts::polar_chart, &BLUEPRINT, 44),
    (land::delta, &VERMILION, 45),
    (land::fjords, &LAMPBLACK, 46),
    (sticks::stick_chart, &PINE, 47),
    (globes::globe, &SKAGERRAK, 48),
    (charts::portolan, &INDIGO, 49),
    (land::star_fort, &FOG, 50),
];

/// The plate, a little larger, so that contours close out of sight.
pub(super) const WIDE_PLATE: (f64, f64, f64, f64) = (LEFT - 14.0, TOP - 14.0, PLATE.2 + 28.0, PLATE.3 + 28.0);

/// All ground above a level as one path, every second point kept.
pub(super) fn ground(relief: &Relief, level: f64) -> Path {
    let mut path = Path::new();
    for contour in relief.contours(level) {
        if contour.len() > 5 {
            let points: Vec<Point> = contour.iter().step_by(2).copied().collect();
            path.ring(&points);
        }
    }
    path
}

/// The frame of a sea chart: two rules and a scale of black and white degrees.
pub(super) fn chart_frame(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let mut surround = Path::new();
    surround.rect(LEFT - 16.0, TOP - 16.0, PLATE.2 + 32.0, PLATE.3 + 32.0).rect(LEFT, TOP, PLATE.2, PLATE.3);
    sheet.fill_odd(&surround, inks.paper);
    let mut blocks = Path::new();
    let (across, down) = (PLATE.2 / 28.0, PLATE.3 / 36.0);
    for index in (0..28).step_by(2) {
        let x = LEFT + f64::from(index) * across;
        blocks.rect(x, TOP - 12.0, across, 6.0).rect(x, BOTTOM + 6.0, across, 6.0);
    }
    for index in (0..36).step_by(2) {
        let y = TOP + f64::from(index) * down;
        blocks.rect(LEFT - 12.0, y, 6.0, down).rect(RIGHT + 6.0, y, 6.0, down);
    }
    sheet.fill(&blocks, inks.ink);
    let mut rules = Path::new();
    for grow in [0.0, 6.0, 12.0, 17.0] {
        rules.rect(LEFT - grow, TOP - grow, PLATE.2 + grow * 2.0, PLATE.3 + grow * 2.0);
    }
    sheet.stroke(&rules, inks.ink, 1.0);
}
