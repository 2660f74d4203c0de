//! Patterns: scales, rings, ridges and engraved lines.

use crate::art::field::Noise;
use crate::art::motifs::{LEFT, PLATE, TOP, below, on_plate, plate, seal, starfield};
use crate::art::sheet::{Path, Point, Sheet, lerp, smooth};

/// Rows of overlapping scales, the old pattern for a calm sea.
pub(super) fn seigaiha(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    on_plate(sheet, |sheet| {
        let radius = 56.0;
        for row in -1..36 {
            let y = TOP + f64::from(row) * radius / 2.0 + 20.0;
            for column in -1..8 {
                let x = LEFT + f64::from(column) * radius * 2.0 + if row % 2 == 0 { 0.0 } else { radius };
                let depth = smooth(-0.05, 1.0, f64::from(row) / 35.0 + 0.34 * noise.at(x / 230.0, y / 230.0));
                let ground = if depth < 0.5 {
                    inks.soft.mix(inks.mid, depth * 2.0)
                } else {
                    inks.mid.mix(inks.ink, depth * 2.0 - 1.0)
                };
                let special = sheet.dice.unit();
                let (ground, line) = if special < 0.055 {
                    (inks.accent, inks.paper)
                } else if special < 0.09 {
                    (inks.second, inks.ink)
                } else {
                    (ground, inks.paper)
                };
                sheet.outlined(Path::new().circle(x, y, radius - 2.0), ground, line, 4.2);
                let mut rings = Path::new();
                for share in [0.73, 0.52, 0.31] {
                    rings.circle(x, y, radius * share);
                }
                sheet.stroke(&rings, line, 4.6);
                sheet.fill(Path::new().circle(x, y, radius * 0.12), line);
            }
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Line behind line of sea, each hiding what lies behind it.
pub(super) fn ridges(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.fill(&plate(), inks.deep);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 200.0), 90, inks.ink);
        sheet.fill(Path::new().circle(522.0, 250.0, 70.0), inks.second);
        let rows = 54;
        for row in 0..rows {
            let depth = f64::from(row) / f64::from(rows - 1);
            let level = lerp(280.0, 930.0, depth.powf(1.08));
            let points: Vec<Point> = (0..=92)
                .map(|step| {
                    let x = LEFT - 12.0 + f64::from(step) * 7.6;
                    let crest = (-((x - 400.0 + 90.0 * (depth * 5.0).sin()) / 190.0).powi(2)).exp();
                    let rough = (noise.layered(x / 62.0, level / 64.0, 3) + 0.38).max(0.0);
                    (x, level - rough * (12.0 + 112.0 * crest * smooth(0.0, 0.25, depth)))
                })
                .collect();
            let glow = smooth(0.55, 0.0, depth);
            let hue = inks.soft.mix(inks.second, glow * 0.9);
            let line = hue.mix(inks.accent, if row % 9 == 4 { 0.85 } else { 0.0 });
            sheet.outlined(&below(&points), inks.deep, line, lerp(1.1, 2.1, depth));
        }
    });
    seal(sheet, inks.accent, inks.ink);
}

/// Two sets of rings laid over one another.
pub(super) fn moire(sheet: &mut Sheet) {
    let inks = sheet.inks;
    on_plate(sheet, |sheet| {
        sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.55));
        for (centre, hue, gap) in
            [((310.0, 430.0), inks.deep, 9.0), ((482.0, 556.0), inks.accent, 9.3), ((400.0, 180.0), inks.mid, 9.6)]
        {
            let mut rings = Path::new();
            let count = if hue == inks.mid { 26 } else { 33 };
            for ring in 1..count {
                rings.circle(centre.0, centre.1, f64::from(ring) * gap);
            }
            sheet.stroke(&rings, hue.alpha(0.88), 3.5);
        }
        sheet.fill(Path::new().circle(310.0, 430.0, 13.0), inks.deep);
        sheet.fill(Path::new().circle(482.0, 556.0, 13.0), inks.accent);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Two stones thrown at once, told in dots.
pub(super) fn interference(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.accent);
    on_plate(sheet, |sheet| {
        let gap = 11.0;
        let (one, two): (Point, Point) = ((268.0, 372.0), (560.0, 668.0));
        let (mut pale, mut hot) = (Vec::new(), Vec::new());
        for row in 0..82 {
            for column in 0..64 {
                let x = LEFT + f64::from(column) * gap + if row % 2 == 0 { 0.0 } else { gap / 2.0 };
                let y = TOP + f64::from(row) * gap;
                let (near, far) = ((x - one.0).hypot(y - one.1), (x - two.0).hypot(y - two.1));
                let height = (near / 10.5).cos() * (-near / 520.0).exp() + (far / 10.5).cos() * (-far / 520.0).exp();
                let radius = gap * 0.60 * smooth(-1.25, 1.6, height);
                if near < 66.0 || far < 66.0 {
                    hot.push((x, y, radius));
                } else {
                    pale.push((x, y, radius));
                }
            }
        }
        sheet.dots(&pale, inks.paper);
        sheet.dots(&hot, inks.second);
    });
    seal(sheet, inks.mid, inks.paper);
}

/// A swell cut in lines that thicken in the shade.
pub(super) fn engraving(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    on_plate(sheet, |sheet| {
        let height = |x: f64, y: f64| {
            let slant = x * 0.86 + y * 0.9;
            let warp = 70.0 * noise.at(x / 330.0, y / 330.0);
            (1.0 - ((slant + warp) / 74.0).sin().abs()).powf(1.5) + 0.28 * noise.layered(x / 90.0, y / 90.0, 2)
        };
        let mut lines = Path::new();
        for row in 0..74 {
            let y = TOP + 6.0 + f64::from(row) * 12.3;
            let (mut upper, mut lower): (Vec<Point>, Vec<Point>) = (Vec::new(), Vec::new());
            for step in 0..=96 {
                let x = LEFT - 8.0 + f64::from(step) * 7.2;
                let here = height(x, y);
                let slope = height(x + 9.0, y + 6.0) - here;
                let shade = smooth(-0.24, 0.30, slope);
                let sun = smooth(150.0, 128.0, (x - 520.0).hypot(y - 300.0));
                let half = lerp(0.7, 5.3, shade) * (1.0 - 0.86 * sun);
                let middle = y - here * 16.0;
                upper.push((x, middle - half));
                lower.push((x, middle + half));
            }
            lower.reverse();
            upper.extend(lower);
            lines.polygon(&upper);
        }
        sheet.fill(Path::new().circle(520.0, 300.0, 138.0), inks.accent);
        sheet.fill(&lines, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}
