//! Readings: weather charts, wind barbs and wind roses.

use std::f64::consts::{PI, TAU};

use crate::art::colour::Colour;
use crate::art::field::{Noise, Relief, thinned};
use crate::art::motifs::{LEFT, PLATE, TOP, on_plate, plate, seal};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar};

/// One wind barb: a shaft into the wind with its speed written in strokes.
fn barb(lines: &mut Path, flags: &mut Path, at: Point, angle: f64, knots: f64, size: f64) {
    let tip = polar(at, size, angle);
    lines.segment(at, tip);
    let side = angle + PI * 0.62;
    let (mut left, mut place) = ((knots / 5.0).round() as i32, 1.0);
    while left >= 10 {
        let (one, two) = (polar(at, size * place, angle), polar(at, size * (place - 0.2), angle));
        let peak = polar(one, size * 0.45, side);
        flags.polygon(&[one, peak, two]);
        left -= 10;
        place -= 0.26;
    }
    while left >= 2 {
        let root = polar(at, size * place, angle);
        lines.segment(root, polar(root, size * 0.45, side));
        left -= 2;
        place -= 0.16;
    }
    if left == 1 {
        let root = polar(at, size * place.min(0.86), angle);
        lines.segment(root, polar(root, size * 0.25, side));
    }
}

/// A weather chart of a sea that is on no map.
pub(super) fn isobars(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let centres = [
        ((270.0, 330.0), 190.0, -1.5),
        ((590.0, 640.0), 200.0, 1.25),
        ((640.0, 190.0), 130.0, 0.75),
        ((180.0, 800.0), 150.0, -0.7),
    ];
    let pressure = |x: f64, y: f64| {
        let mut total = 0.18 * noise.layered(x / 240.0, y / 240.0, 2) + (y - 500.0) / 2600.0;
        for ((at_x, at_y), reach, strength) in centres {
            total += strength * (-((x - at_x).powi(2) + (y - at_y).powi(2)) / (2.0f64 * reach * reach)).exp();
        }
        total
    };
    let area = (LEFT - 14.0, TOP - 14.0, PLATE.2 + 28.0, PLATE.3 + 28.0);
    let relief = Relief::new(area, 7.0, pressure);
    sheet.fill(&plate(), inks.mid);
    on_plate(sheet, |sheet| {
        let levels = 17;
        let mut lines = Path::new();
        for index in 0..levels {
            let share = f64::from(index) / f64::from(levels - 1);
            let mut ring = Path::new();
            for contour in relief.contours(lerp(-1.42, 1.25, share)) {
                ring.ring(&thinned(&contour, 2));
            }
            let tone = if share < 0.5 {
                inks.mid.mix(inks.paper, share * 1.9)
            } else {
                inks.paper.mix(inks.second, (share - 0.5) * 1.5)
            };
            sheet.fill_odd(&ring, tone);
            lines.join(&ring);
        }
        sheet.stroke(&lines, inks.deep, 1.1);
        let (mut shafts, mut flags) = (Path::new(), Path::new());
        for row in 0..11 {
            for column in 0..9 {
                let (x, y) = (LEFT + 40.0 + f64::from(column) * 74.0, TOP + 40.0 + f64::from(row) * 80.0);
                let slope = (pressure(x + 3.0, y) - pressure(x - 3.0, y), pressure(x, y + 3.0) - pressure(x, y - 3.0));
                let knots = slope.0.hypot(slope.1) * 900.0;
                if knots > 4.0 {
                    barb(&mut shafts, &mut flags, (x, y), slope.1.atan2(slope.0) - PI * 0.38, knots.min(65.0), 23.0);
                }
            }
        }
        sheet.stroke(&shafts, inks.ink.alpha(0.7), 1.3);
        sheet.fill(&flags, inks.ink.alpha(0.7));
        front(sheet, (286.0, 350.0), [(430.0, 330.0), (520.0, 450.0), (470.0, 640.0)], inks.accent, true);
        front(sheet, (262.0, 372.0), [(330.0, 520.0), (300.0, 640.0), (170.0, 700.0)], inks.deep, false);
        for ((x, y), _, strength) in centres {
            let hue = if strength < 0.0 { inks.deep } else { inks.accent };
            sheet.fill(Path::new().circle(x, y, 15.0), hue);
            let mut sign = Path::new();
            sign.segment((x - 7.0, y), (x + 7.0, y));
            if strength > 0.0 {
                sign.segment((x, y - 7.0), (x, y + 7.0));
            }
            sheet.stroke(&sign, inks.paper, 3.0);
        }
    });
    sheet.stroke(&plate(), inks.ink, 1.4);
    seal(sheet, inks.accent, inks.paper);
}

/// A front: a strong line with round bumps where it is warm and teeth where it is cold.
fn front(sheet: &mut Sheet, from: Point, [one, two, end]: [Point; 3], colour: Colour, warm: bool) {
    let at = |share: f64| {
        let rest = 1.0 - share;
        let weigh = |a: f64, b: f64, c: f64, d: f64| {
            rest.powi(3) * a + 3.0 * rest * rest * share * b + 3.0 * rest * share * share * c + share.powi(3) * d
        };
        (weigh(from.0, one.0, two.0, end.0), weigh(from.1, one.1, two.1, end.1))
    };
    sheet.stroke(Path::new().start(from.0, from.1).cubic(one, two, end), colour, 4.0);
    let mut marks = Path::new();
    for index in 0..8 {
        let share = 0.1 + f64::from(index) * 0.115;
        let (before, here, after) = (at(share - 0.026), at(share), at(share + 0.026));
        let along = (after.1 - before.1).atan2(after.0 - before.0);
        if warm {
            marks.arc(here, 11.0, along - PI, along).close();
        } else {
            marks.polygon(&[before, polar(here, 19.0, along + PI / 2.0), after]);
        }
    }
    sheet.fill(&marks, colour);
}

/// A grid of wind barbs, each telling direction and strength.
pub(super) fn barbs(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (mut shafts, mut flags, mut hot, mut hot_flags) = (Path::new(), Path::new(), Path::new(), Path::new());
    let mut roots = Path::new();
    for row in 0..25 {
        for column in 0..16 {
            let at = (LEFT + 16.0 + f64::from(column) * 42.6, TOP + 20.0 + f64::from(row) * 34.8);
            let angle = -PI / 2.0
                + 2.6 * noise.at(at.0 / 380.0 + 3.1, at.1 / 380.0)
                + 0.5 * noise.at(at.0 / 120.0, at.1 / 120.0);
            let storm = (-((at.0 - 520.0).powi(2) + (at.1 - 360.0).powi(2)) / 42_000.0f64).exp();
            let knots = 12.0 + 26.0 * (noise.at(at.0 / 210.0 + 9.0, at.1 / 210.0) + 0.35).max(0.0) + 52.0 * storm;
            if knots > 50.0 {
                barb(&mut hot, &mut hot_flags, at, angle, knots, 29.0);
            } else {
                barb(&mut shafts, &mut flags, at, angle, knots, 29.0);
            }
            roots.dot(at.0, at.1);
        }
    }
    sheet.stroke(&shafts, inks.ink, 1.9);
    sheet.fill(&flags, inks.ink);
    sheet.stroke(&hot, inks.accent, 2.2);
    sheet.fill(&hot_flags, inks.accent);
    sheet.stroke(&roots, inks.ink, 4.2);
    seal(sheet, inks.accent, inks.paper);
}

/// Twelve wind roses, one for each month.
pub(super) fn year(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.paper.mix(inks.second, 0.12));
    for month in 0..12 {
        let centre = (LEFT + 122.0 + f64::from(month % 3) * 214.0, TOP + 118.0 + f64::from(month / 3) * 212.0);
        let mut rings = Path::new();
        for ring in 1..=4 {
            rings.circle(centre.0, centre.1, f64::from(ring) * 23.0);
        }
        for spoke in 0..8 {
            rings.segment(
                polar(centre, 12.0, TAU * f64::from(spoke) / 8.0),
                polar(centre, 96.0, TAU * f64::from(spoke) / 8.0),
            );
        }
        sheet.stroke(&rings, inks.ink.alpha(0.18), 0.8);
        let lean = -2.2 + f64::from(month) * 0.36 + sheet.dice.between(-0.4, 0.4);
        let season = 0.72 + 0.28 * (f64::from(month) / 12.0 * TAU).cos();
        let hues = [inks.soft, inks.mid, inks.deep, inks.accent];
        let mut petals = [Path::new(), Path::new(), Path::new(), Path::new()];
        for petal in 0..16 {
            let angle = TAU * f64::from(petal) / 16.0 - PI / 2.0;
            let towards = (0.5 + 0.5 * (angle - lean).cos()).powf(1.7)
                + 0.4 * (0.5 + 0.5 * (angle - lean * 1.7 + 2.3).cos()).powf(4.0);
            let reach = (24.0 + 82.0 * towards * season * sheet.dice.between(0.7, 1.15)).min(98.0);
            let mut inner = 9.0;
            for (index, share) in [0.40, 0.68, 0.88, 1.0].into_iter().enumerate() {
                let outer = lerp(9.0, reach, share);
                let half = TAU / 16.0 * 0.40;
                let start = polar(centre, inner, angle - half);
                let corner = polar(centre, outer, angle - half);
                let back = polar(centre, inner, angle + half);
                if index < 3 || towards > 0.4 {
                    petals[index]
                        .start(start.0, start.1)
                        .to(corner.0, corner.1)
                        .sweep(centre, outer, angle - half, angle + half)
                        .to(back.0, back.1)
                        .close();
                }
                inner = outer + 0.8;
            }
        }
        for (petal, hue) in petals.iter().zip(hues) {
            sheet.fill(petal, hue);
        }
        sheet.fill(Path::new().circle(centre.0, centre.1, 6.0), inks.second);
        let mut count = Path::new();
        for index in 0..=month {
            count.dot(centre.0 + (f64::from(index) - f64::from(month) / 2.0) * 6.0, centre.1 + 105.0);
        }
        sheet.stroke(&count, inks.ink.alpha(0.75), 2.6);
    }
    seal(sheet, inks.accent, inks.paper);
}
