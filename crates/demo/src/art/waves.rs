//! Waves: patterns and pictures of water.

use std::f64::consts::{PI, TAU};

use super::Plate;
use super::colour::{DAWN, FOG, INDIGO, LAMPBLACK, NIGHT, PLUM, SKAGERRAK, STRAND, TEAL, VERMILION};
use super::field::Noise;
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, plate, ripples, seal, sky, starfield, swell};
use super::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (seigaiha, &INDIGO, 31),
    (ridges, &NIGHT, 32),
    (moire, &SKAGERRAK, 33),
    (layers, &STRAND, 34),
    (curls, &TEAL, 35),
    (moon_path, &PLUM, 36),
    (interference, &VERMILION, 37),
    (engraving, &LAMPBLACK, 38),
    (rain, &FOG, 39),
    (breaker, &DAWN, 40),
];

/// Rows of overlapping scales, the old pattern for a calm sea.
fn seigaiha(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.clipped(&plate(), |sheet| {
        let radius = 56.0;
        for row in -1..36 {
            let y = TOP + f64::from(row) * radius / 2.0 + 20.0;
            for column in -1..8 {
                let x = LEFT + f64::from(column) * radius * 2.0 + if row % 2 == 0 { 0.0 } else { radius };
                let depth = smooth(-0.05, 1.0, f64::from(row) / 35.0 + 0.34 * noise.at(x / 230.0, y / 230.0));
                let ground = if depth < 0.5 { inks.soft.mix(inks.mid, depth * 2.0) } else { inks.mid.mix(inks.ink, depth * 2.0 - 1.0) };
                let special = sheet.dice.unit();
                let (ground, line) = if special < 0.055 {
                    (inks.accent, inks.paper)
                } else if special < 0.09 {
                    (inks.second, inks.ink)
                } else {
                    (ground, inks.paper)
                };
                sheet.outlined(Path::new().circle(x, y, radius - 3.0), ground, line, 6.0);
                let mut rings = Path::new();
                for share in [0.70, 0.50, 0.30] {
                    rings.circle(x, y, radius * share);
                }
                sheet.stroke(&rings, line, 6.5);
                sheet.fill(Path::new().circle(x, y, radius * 0.13), line);
            }
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Line behind line of sea, each hiding what lies behind it.
fn ridges(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.fill(&plate(), inks.deep);
    sheet.clipped(&plate(), |sheet| {
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
fn moire(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.55));
        for (centre, hue, gap) in [((310.0, 430.0), inks.deep, 9.0), ((482.0, 556.0), inks.accent, 9.3), ((400.0, 180.0), inks.mid, 9.6)] {
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

/// Layer upon layer of swell, light at the back and dark at the front.
fn layers(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.paper.mix(inks.second, 0.2)), (0.4, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(498.0, 292.0, 124.0), inks.accent);
        let count = 12;
        for index in 0..count {
            let depth = f64::from(index) / f64::from(count - 1);
            let (level, height) = (lerp(330.0, 890.0, depth.powf(1.1)), lerp(12.0, 34.0, depth));
            let (length, phase) = (lerp(250.0, 560.0, depth), f64::from(index) * 1.93);
            let tone = if depth < 0.5 { inks.soft.mix(inks.mid, depth * 2.0) } else { inks.mid.mix(inks.ink, depth * 2.0 - 1.0) };
            let line = swell(level, height, length, phase);
            let paint = sheet.gradient((0.0, level - height), (0.0, level + 150.0), &[(0.0, tone, 1.0), (1.0, tone.mix(inks.paper, 0.34), 1.0)]);
            sheet.fill(&below(&line), paint);
            let mut inner = Path::new();
            for step in 1..4 {
                let drop = f64::from(step) * lerp(9.0, 16.0, depth);
                let points: Vec<Point> = line.iter().map(|point| (point.0 + drop * 0.9, level + (point.1 - level) * (1.0 - f64::from(step) * 0.14) + drop)).collect();
                inner.curve(&points);
            }
            sheet.stroke(&inner, inks.paper.alpha(0.28), lerp(0.9, 1.6, depth));
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.85), lerp(1.2, 2.6, depth));
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// How high the back of a curling wave stands, as a share of its crest, at a share of the way up to it.
fn back(share: f64) -> f64 {
    smooth(0.0, 1.0, share).powf(1.15)
}

/// The outer edge of a wave's lip, and how thick the lip is there, for a curl of radius 1.
fn lip(share: f64) -> (f64, f64) {
    (1.0 - 0.74 * share.powf(0.8), 0.25 * (1.0 - share).powf(0.7))
}

/// Where a curl's centre lies.
fn curl_centre(left: f64, base: f64, wide: f64, radius: f64) -> Point {
    (left + wide * 0.68, base - radius * 0.92)
}

/// One curling wave: its outline from trough to trough, around a hollow that its lip winds into.
fn curl(left: f64, base: f64, wide: f64, radius: f64, turns: f64) -> Path {
    let centre = curl_centre(left, base, wide, radius);
    let mut points: Vec<Point> = (0..=16)
        .map(|step| f64::from(step) / 16.0)
        .map(|share| (lerp(left, centre.0, share), base - radius * 1.92 * back(share)))
        .collect();
    let steps = 34;
    points.extend((1..=steps).map(|step| f64::from(step) / f64::from(steps)).map(|share| polar(centre, radius * lip(share).0, -PI / 2.0 + TAU * turns * share)));
    points.extend((0..steps).rev().map(|step| f64::from(step) / f64::from(steps)).map(|share| {
        let (outer, thick) = lip(share);
        polar(centre, radius * (outer - thick), -PI / 2.0 + TAU * turns * share)
    }));
    points.extend((1..=16).map(|step| f64::from(step) / 16.0).map(|share| polar(centre, radius * lerp(0.75, 0.90, share), -PI / 2.0 - PI * 1.04 * share)));
    points.push((left + wide * 0.86, base - radius * 0.04));
    points.push((left + wide, base));
    let mut path = Path::new();
    path.curve(&points).to(left + wide, base + radius * 2.0).to(left, base + radius * 2.0).close();
    path
}

/// Rows of curling waves, cut as if from lino.
fn curls(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.paper.mix(inks.second, 0.35));
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(400.0, 180.0, 78.0), inks.accent);
        let tones = [inks.soft, inks.mid.mix(inks.soft, 0.45), inks.mid, inks.deep.mix(inks.mid, 0.45), inks.deep, inks.ink];
        for (row, tone) in tones.into_iter().enumerate() {
            let (wide, base, radius) = (176.0, 322.0 + row as f64 * 118.0, 54.0);
            for column in -1..5 {
                let left = LEFT + f64::from(column) * wide - if row % 2 == 0 { 0.0 } else { wide / 2.0 } - 40.0;
                let centre = curl_centre(left, base, wide, radius);
                sheet.outlined(&curl(left, base, wide, radius, 1.18), tone, inks.paper, 2.4);
                let mut lines = Path::new();
                for inset in 1..4 {
                    let shift = f64::from(inset) * 9.0;
                    let points: Vec<Point> = (1..=9 - inset)
                        .map(|step| f64::from(step) / 11.0)
                        .map(|share| (lerp(left, centre.0, share) + shift, base - radius * 1.92 * back(share) + shift * 0.9))
                        .collect();
                    lines.curve(&points);
                }
                for line in 0..3 {
                    let y = base + 14.0 + f64::from(line) * 16.0;
                    lines.start(left + 14.0 + f64::from(line) * 18.0, y + 8.0).quad(left + wide * 0.5, y + 22.0, left + wide - 12.0 + f64::from(line) * 8.0, y);
                }
                sheet.stroke(&lines, inks.paper.alpha(0.85), 2.0);
                sheet.dots(&[(centre.0 + 52.0, base - 96.0, 3.4), (centre.0 + 68.0, base - 82.0, 2.4), (centre.0 + 66.0, base - 106.0, 1.8)], inks.paper);
            }
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// The moon's road over the water.
fn moon_path(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 470.0;
    sky(sheet, &[(0.0, inks.deep), (0.46, inks.mid)]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 340.0), 190, inks.ink);
        let halo = sheet.glow((400.0, 276.0), 300.0, &[(0.0, inks.second, 0.5), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(400.0, 276.0, 300.0), halo);
        sheet.fill(Path::new().circle(400.0, 276.0, 108.0), inks.second);
        let mut seas = Path::new();
        for (x, y, radius) in [(366.0, 250.0, 25.0), (426.0, 232.0, 17.0), (420.0, 306.0, 32.0), (372.0, 322.0, 14.0), (452.0, 272.0, 12.0), (346.0, 286.0, 9.0)] {
            seas.circle(x, y, radius);
        }
        sheet.fill(&seas, inks.accent.alpha(0.16));
        let water = sheet.gradient((0.0, horizon), (0.0, BOTTOM), &[(0.0, inks.mid.mix(inks.soft, 0.25), 1.0), (0.3, inks.mid, 1.0), (1.0, inks.deep, 1.0)]);
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 480.0), water);
        for (level, shift, hue) in [(404.0, 0.0, inks.mid.mix(inks.soft, 0.18)), (436.0, 2.0, inks.deep)] {
            let points: Vec<Point> = (0..=60)
                .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
                .map(|x| (x, (level + 40.0 - 74.0 * ((x - 400.0).abs() / 336.0).powf(1.7) - 14.0 * (x / 37.0 + shift).sin() - 7.0 * (x / 13.0 + shift).cos()).min(horizon)))
                .collect();
            let mut land = Path::new();
            land.start(LEFT - 30.0, horizon).along(&points).to(RIGHT + 30.0, horizon).close();
            sheet.fill(&land, hue);
        }
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.32), 0.5);
        for _ in 0..2 {
            glitter(sheet, 400.0, horizon, BOTTOM - 8.0, (34.0, 118.0), inks.second);
        }
        glitter(sheet, 400.0, horizon, BOTTOM - 8.0, (22.0, 70.0), inks.ink);
    });
    seal(sheet, inks.accent, inks.ink);
}

/// Two stones thrown at once, told in dots.
fn interference(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.accent);
    sheet.clipped(&plate(), |sheet| {
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
fn engraving(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.clipped(&plate(), |sheet| {
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

/// Rain on a still harbour.
fn rain(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient((0.0, TOP), (0.0, BOTTOM), &[(0.0, inks.soft.mix(inks.paper, 0.3), 1.0), (0.55, inks.mid, 1.0), (1.0, inks.deep, 1.0)]);
    sheet.fill(&plate(), water);
    sheet.clipped(&plate(), |sheet| {
        let mut drops: Vec<(f64, f64)> = Vec::new();
        let mut tries = 0;
        while drops.len() < 52 && tries < 4000 {
            tries += 1;
            let (x, depth) = (sheet.dice.between(LEFT, RIGHT), sheet.dice.unit().powf(0.8));
            let free = drops.iter().all(|drop| ((drop.0 - x) / lerp(26.0, 84.0, depth)).hypot((drop.1 - depth) / 0.055) > 1.0);
            if free {
                drops.push((x, depth));
            }
        }
        drops.sort_by(|one, two| one.1.total_cmp(&two.1));
        for (index, (x, depth)) in drops.into_iter().enumerate() {
            let y = lerp(TOP + 24.0, BOTTOM - 10.0, depth);
            let reach = lerp(22.0, 132.0, depth) * sheet.dice.between(0.6, 1.25);
            let flat = lerp(0.20, 0.40, depth);
            let count = 3 + sheet.dice.below(5);
            for ring in 0..count {
                let share = (ring + 1) as f64 / count as f64;
                let mut path = Path::new();
                path.ellipse(x, y, reach * share, reach * share * flat);
                let hue = if index % 8 == 3 { inks.accent } else { inks.paper };
                sheet.stroke(&path, hue.alpha(lerp(0.95, 0.22, share)), lerp(0.8, 2.6, depth) * (1.25 - share * 0.6));
            }
            sheet.fill(Path::new().ellipse(x, y, reach * 0.05 + 1.2, (reach * 0.05 + 1.2) * flat * 1.6), inks.paper);
            if index % 3 == 0 {
                sheet.stroke(Path::new().segment((x, y - reach * 0.08), (x, y - reach * 0.42)), inks.paper.alpha(0.9), lerp(1.0, 2.6, depth));
            }
        }
        let mut streaks = Path::new();
        for _ in 0..150 {
            let (x, y, long) = (sheet.dice.between(LEFT, RIGHT), sheet.dice.between(TOP, BOTTOM), sheet.dice.between(18.0, 70.0));
            streaks.segment((x, y), (x - long * 0.07, y + long));
        }
        sheet.stroke(&streaks, inks.paper.alpha(0.34), 1.0);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// The one great breaker.
fn breaker(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.35)), (0.55, inks.soft), (1.0, inks.soft.mix(inks.mid, 0.4))]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(600.0, 250.0, 74.0), inks.accent);
        for (index, level) in [640.0, 676.0].into_iter().enumerate() {
            sheet.fill(&below(&swell(level, 12.0, 190.0 + index as f64 * 60.0, index as f64 * 2.0)), inks.mid.mix(inks.deep, 0.2 + 0.3 * index as f64));
        }
        let (left, base, wide, radius, turns) = (-290.0, 806.0, 1060.0, 262.0, 0.92);
        let centre = curl_centre(left, base, wide, radius);
        let wave = curl(left, base, wide, radius, turns);
        let body = sheet.gradient((0.0, 290.0), (0.0, 880.0), &[(0.0, inks.mid, 1.0), (0.5, inks.deep, 1.0), (1.0, inks.ink, 1.0)]);
        sheet.fill(&wave, body);
        sheet.clipped(&wave, |sheet| {
            let tones = [inks.soft, inks.accent, inks.soft, inks.second, inks.soft, inks.accent, inks.soft, inks.mid];
            for (index, tone) in tones.into_iter().enumerate() {
                let sink = index as f64 / 8.0;
                // The stripes rise with the back of the wave, turn over with its lip, and crowd together there.
                let mut points: Vec<Point> = (0..=20)
                    .map(|step| f64::from(step) / 20.0)
                    .map(|share| {
                        let inset = sink * lerp(330.0, radius * 0.24, share.powf(0.7)) + lerp(16.0, 5.0, share);
                        (lerp(left, centre.0, share), base - radius * 1.92 * back(share) + inset)
                    })
                    .collect();
                points.extend((1..=26).map(|step| f64::from(step) / 30.0).map(|share| {
                    let (outer, thick) = lip(share);
                    polar(centre, radius * (outer - thick * (0.06 + 0.9 * sink)), -PI / 2.0 + TAU * turns * share)
                }));
                sheet.stroke(Path::new().curve(&points), tone.alpha(0.92), lerp(4.4, 2.6, sink));
            }
            // The hollow's wall, swept round to the foot of the wave.
            for index in 0..7 {
                let ring = radius * 0.80 + f64::from(index) * 17.0;
                let mut points: Vec<Point> = (0..=22).map(|step| polar(centre, ring, lerp(-PI * 0.78, -PI * 1.54, f64::from(step) / 22.0))).collect();
                points.push((centre.0 + 200.0, base - 26.0 + f64::from(index) * 16.0));
                points.push((RIGHT + 60.0, base - 40.0 + f64::from(index) * 20.0));
                sheet.stroke(Path::new().curve(&points), if index % 2 == 0 { inks.soft } else { inks.mid }.alpha(0.85), 2.6);
            }
        });
        let mut foam = Vec::new();
        for step in 0..150 {
            let share = f64::from(step) / 150.0;
            let angle = -PI / 2.0 - 0.30 + (TAU * turns + 0.34) * share;
            let size = lerp(19.0, 9.0, share) * sheet.dice.between(0.45, 1.1);
            let at = polar(centre, radius * lip(share).0 + size * sheet.dice.between(-0.2, 0.7), angle);
            foam.push((at.0, at.1, size));
        }
        for _ in 0..26 {
            let at = polar(polar(centre, radius * 0.26, -PI / 2.0 + TAU * turns), 30.0 * sheet.dice.unit(), sheet.dice.between(0.0, TAU));
            foam.push((at.0, at.1, sheet.dice.between(4.0, 11.0)));
        }
        let edge: Vec<_> = foam.iter().map(|(x, y, size)| (*x, *y, size + 2.2)).collect();
        sheet.dots(&edge, inks.deep);
        sheet.dots(&foam, inks.paper);
        let mut spray = Vec::new();
        for _ in 0..110 {
            let angle = sheet.dice.between(-PI * 0.62, PI * 0.30);
            let at = polar(centre, radius * (1.04 + sheet.dice.unit().powi(2) * 0.45), angle);
            spray.push((at.0, at.1, sheet.dice.between(0.8, 4.6)));
        }
        sheet.dots(&spray, inks.paper);
        for (index, tone) in [inks.mid, inks.deep, inks.ink].into_iter().enumerate() {
            let line = swell(838.0 + index as f64 * 34.0, 13.0, 210.0 + index as f64 * 70.0, 0.6 + index as f64 * 2.1);
            sheet.fill(&below(&line), tone);
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.9), 2.6);
        }
    });
    seal(sheet, inks.accent, inks.paper);
}
