//! Winds: flow fields, weather charts, and what the wind bends, lifts and carries.

use std::f64::consts::{PI, TAU};

use super::Plate;
use super::colour::{Colour, INDIGO, LAGOON, LAMPBLACK, OCHRE, PINE, PLUM, SKAGERRAK, STRAND, VERMILION};
use super::field::{Noise, Relief, Streams};
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, plate, seal, sky};
use super::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (gale, &INDIGO, 21),
    (cyclone, &LAGOON, 22),
    (isobars, &STRAND, 23),
    (barbs, &LAMPBLACK, 24),
    (year, &SKAGERRAK, 25),
    (ribbons, &PLUM, 26),
    (kites, &SKAGERRAK, 27),
    (gusts, &VERMILION, 28),
    (reeds, &OCHRE, 29),
    (doldrums, &PINE, 30),
];

/// Draws lines of a stream, their widths and colours chosen by chance.
fn draw_streams(sheet: &mut Sheet, lines: &[Vec<Point>], hues: &[(Colour, f64)], widths: (f64, f64)) {
    let mut layers: Vec<(Colour, f64, Path)> = Vec::new();
    for line in lines {
        let mut at = sheet.dice.unit();
        let hue = hues.iter().find(|(_, share)| {
            at -= share;
            at < 0.0
        });
        let colour = hue.map_or(sheet.inks.ink, |(colour, _)| *colour);
        let width = (lerp(widths.0, widths.1, sheet.dice.unit().powi(2)) * 2.0).round() / 2.0;
        match layers.iter_mut().find(|layer| layer.0 == colour && layer.1 == width) {
            Some(layer) => layer.2.curve(line),
            None => {
                layers.push((colour, width, Path::new()));
                continue;
            }
        };
    }
    for (colour, width, path) in &layers {
        sheet.stroke(path, *colour, *width);
    }
}

/// Every third point of a line, and its last.
fn thinned(line: &[Point], every: usize) -> Vec<Point> {
    let mut points: Vec<Point> = line.iter().step_by(every).copied().collect();
    if let Some(last) = line.last() {
        points.push(*last);
    }
    points
}

/// A field of wind that bends around calm spots.
fn gale(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let area = (LEFT - 10.0, TOP - 10.0, PLATE.2 + 20.0, PLATE.3 + 20.0);
    let calm = [((520.0, 330.0), 92.0), ((250.0, 690.0), 58.0)];
    let direction = |x: f64, y: f64| {
        let mut angle = 2.45 + 1.7 * noise.at(x / 330.0, y / 330.0) + 0.4 * noise.at(x / 110.0, y / 110.0);
        for ((at_x, at_y), radius) in calm {
            let (away_x, away_y) = (x - at_x, y - at_y);
            let distance = away_x.hypot(away_y);
            if distance < radius {
                return None;
            }
            let around = away_y.atan2(away_x) + PI / 2.0;
            let pull = (1.0 - (distance - radius) / (radius * 1.7)).clamp(0.0, 1.0).powi(2);
            let turn = (around - angle).sin().atan2((around - angle).cos());
            let turn = if turn.abs() > PI / 2.0 { turn - PI * turn.signum() } else { turn };
            angle += turn * pull;
        }
        Some(angle)
    };
    let mut streams = Streams::new(area, 8.5);
    let mut lines = Vec::new();
    for _ in 0..5200 {
        let seed = (area.0 + sheet.dice.unit() * area.2, area.1 + sheet.dice.unit() * area.3);
        let length = sheet.dice.between(60.0, 420.0);
        if let Some(line) = streams.follow(seed, length, 4.0, direction)
            && line.len() > 7
        {
            lines.push(thinned(&line, 4));
        }
    }
    sheet.clipped(&plate(), |sheet| {
        let hues = [(inks.ink, 0.30), (inks.deep, 0.34), (inks.mid, 0.22), (inks.soft, 0.07), (inks.accent, 0.07)];
        draw_streams(sheet, &lines, &hues, (1.5, 5.5));
        sheet.fill(Path::new().circle(520.0, 330.0, 74.0), inks.accent);
        sheet.stroke(Path::new().circle(250.0, 690.0, 42.0), inks.ink, 2.0);
        sheet.fill(Path::new().circle(250.0, 690.0, 6.0), inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A storm from above, its eye open.
fn cyclone(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 480.0), 318.0);
    let noise = Noise::new(&mut sheet.dice);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    let glow = sheet.glow(centre, radius, &[(0.0, inks.deep, 1.0), (0.3, inks.mid, 1.0), (1.0, inks.mid.mix(inks.deep, 0.75), 1.0)]);
    sheet.fill(&disc, glow);
    let area = (centre.0 - radius, centre.1 - radius, radius * 2.0, radius * 2.0);
    let direction = |x: f64, y: f64| {
        let (away_x, away_y) = (x - centre.0, y - centre.1);
        let distance = away_x.hypot(away_y);
        if !(28.0..radius - 5.0).contains(&distance) {
            return None;
        }
        let inward = 0.20 + 0.30 * smooth(60.0, radius, distance);
        Some(away_y.atan2(away_x) - PI / 2.0 - inward + 0.55 * noise.at(x / 120.0, y / 120.0) * smooth(40.0, 200.0, distance))
    };
    let mut streams = Streams::new(area, 6.6);
    let (mut bands, mut warm): (Vec<Vec<Point>>, Vec<Vec<Point>>) = (Vec::new(), Vec::new());
    for index in 0..6000 {
        let share = f64::from(index) / 6000.0;
        let seed = polar(centre, lerp(30.0, radius - 6.0, share.sqrt()), sheet.dice.between(0.0, TAU));
        let (away_x, away_y) = (seed.0 - centre.0, seed.1 - centre.1);
        let distance = away_x.hypot(away_y);
        let arm = ((away_y.atan2(away_x) * 2.0 + distance.ln() * 5.2).sin() * 0.5 + 0.5).powf(0.8);
        if sheet.dice.unit() > arm * 1.15 + 0.05 {
            continue;
        }
        let length = sheet.dice.between(30.0, 210.0);
        if let Some(line) = streams.follow(seed, length, 3.5, direction)
            && line.len() > 5
        {
            let target = if sheet.dice.chance(0.11) { &mut warm } else { &mut bands };
            target.push(thinned(&line, 4));
        }
    }
    draw_streams(sheet, &bands, &[(inks.ink, 0.46), (inks.soft, 0.42), (inks.mid.mix(inks.soft, 0.4), 0.12)], (1.0, 3.5));
    draw_streams(sheet, &warm, &[(inks.second, 0.6), (inks.accent, 0.4)], (1.5, 3.5));
    sheet.fill(Path::new().circle(centre.0, centre.1, 15.0), inks.accent);
    let mut rings = Path::new();
    rings.circle(centre.0, centre.1, radius + 8.0).circle(centre.0, centre.1, radius + 26.0);
    sheet.stroke(&rings, inks.ink, 1.2);
    let mut ticks = Path::new();
    for tick in 0..144 {
        let angle = TAU * f64::from(tick) / 144.0;
        let long = if tick % 12 == 0 { 18.0 } else if tick % 4 == 0 { 11.0 } else { 6.0 };
        ticks.segment(polar(centre, radius + 26.0, angle), polar(centre, radius + 26.0 - long, angle));
    }
    sheet.stroke(&ticks, inks.ink, 1.1);
    let mut scale = Path::new();
    for index in 0..7 {
        scale.dot(400.0 + (f64::from(index) - 3.0) * 26.0, 886.0);
    }
    sheet.stroke(&scale, inks.soft, 5.0);
    sheet.stroke(Path::new().dot(400.0, 886.0), inks.accent, 11.0);
    seal(sheet, inks.accent, inks.paper);
}

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
fn isobars(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let centres = [((270.0, 330.0), 190.0, -1.5), ((590.0, 640.0), 200.0, 1.25), ((640.0, 190.0), 130.0, 0.75), ((180.0, 800.0), 150.0, -0.7)];
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
    sheet.clipped(&plate(), |sheet| {
        let levels = 17;
        let mut lines = Path::new();
        for index in 0..levels {
            let share = f64::from(index) / f64::from(levels - 1);
            let mut ring = Path::new();
            for contour in relief.contours(lerp(-1.42, 1.25, share)) {
                ring.ring(&thinned(&contour, 2));
            }
            let tone = if share < 0.5 { inks.mid.mix(inks.paper, share * 1.9) } else { inks.paper.mix(inks.second, (share - 0.5) * 1.5) };
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
fn barbs(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (mut shafts, mut flags, mut hot, mut hot_flags) = (Path::new(), Path::new(), Path::new(), Path::new());
    let mut roots = Path::new();
    for row in 0..25 {
        for column in 0..16 {
            let at = (LEFT + 16.0 + f64::from(column) * 42.6, TOP + 20.0 + f64::from(row) * 34.8);
            let angle = -PI / 2.0 + 2.6 * noise.at(at.0 / 380.0 + 3.1, at.1 / 380.0) + 0.5 * noise.at(at.0 / 120.0, at.1 / 120.0);
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
fn year(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.paper.mix(inks.second, 0.12));
    for month in 0..12 {
        let centre = (LEFT + 122.0 + f64::from(month % 3) * 214.0, TOP + 118.0 + f64::from(month / 3) * 212.0);
        let mut rings = Path::new();
        for ring in 1..=4 {
            rings.circle(centre.0, centre.1, f64::from(ring) * 23.0);
        }
        for spoke in 0..8 {
            rings.segment(polar(centre, 12.0, TAU * f64::from(spoke) / 8.0), polar(centre, 96.0, TAU * f64::from(spoke) / 8.0));
        }
        sheet.stroke(&rings, inks.ink.alpha(0.18), 0.8);
        let lean = -2.2 + f64::from(month) * 0.36 + sheet.dice.between(-0.4, 0.4);
        let season = 0.72 + 0.28 * (f64::from(month) / 12.0 * TAU).cos();
        let hues = [inks.soft, inks.mid, inks.deep, inks.accent];
        let mut petals = [Path::new(), Path::new(), Path::new(), Path::new()];
        for petal in 0..16 {
            let angle = TAU * f64::from(petal) / 16.0 - PI / 2.0;
            let towards = (0.5 + 0.5 * (angle - lean).cos()).powf(1.7) + 0.4 * (0.5 + 0.5 * (angle - lean * 1.7 + 2.3).cos()).powf(4.0);
            let reach = (24.0 + 82.0 * towards * season * sheet.dice.between(0.7, 1.15)).min(98.0);
            let mut inner = 9.0;
            for (index, share) in [0.40, 0.68, 0.88, 1.0].into_iter().enumerate() {
                let outer = lerp(9.0, reach, share);
                let half = TAU / 16.0 * 0.40;
                let start = polar(centre, inner, angle - half);
                let corner = polar(centre, outer, angle - half);
                let back = polar(centre, inner, angle + half);
                if index < 3 || towards > 0.4 {
                    petals[index].start(start.0, start.1).to(corner.0, corner.1).sweep(centre, outer, angle - half, angle + half).to(back.0, back.1).close();
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

/// Bands of silk that twist in the wind.
fn ribbons(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.6, inks.paper.mix(inks.mid, 0.35)), (1.0, inks.mid)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(560.0, 268.0, 96.0), inks.accent);
        let hues = [inks.soft, inks.second, inks.accent, inks.ink, inks.soft.mix(inks.accent, 0.5), inks.second, inks.ink];
        for (index, hue) in hues.into_iter().enumerate() {
            let start = 980.0 - index as f64 * 118.0;
            let (phase, twist) = (sheet.dice.between(0.0, TAU), sheet.dice.between(0.0, TAU));
            let (rise, bend, wide) = (sheet.dice.between(180.0, 330.0), sheet.dice.between(40.0, 82.0), sheet.dice.between(70.0, 130.0));
            let strands = 17;
            let mut path = Path::new();
            for strand in 0..=strands {
                let offset = f64::from(strand) / f64::from(strands) - 0.5;
                let points: Vec<Point> = (0..=44)
                    .map(|step| {
                        let share = f64::from(step) / 44.0;
                        let x = lerp(LEFT - 30.0, RIGHT + 30.0, share);
                        let middle = start - rise * share + bend * (share * 5.0 + phase).sin() + bend * 0.4 * (share * 11.0 + phase * 1.7).sin();
                        let turn = (share * 6.4 + twist).cos();
                        (x + offset * 26.0 * (share * 6.4 + twist).sin(), middle + offset * wide * turn)
                    })
                    .collect();
                path.curve(&points);
            }
            sheet.stroke(&path, hue, 1.7);
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Kites on long strings over a green shore.
fn kites(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.mid.mix(inks.soft, 0.35)), (0.7, inks.soft.mix(inks.paper, 0.5)), (1.0, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        for (x, y, scale) in [(210.0, 232.0, 1.0), (590.0, 470.0, 1.25), (180.0, 640.0, 0.8), (610.0, 150.0, 0.6)] {
            let mut cloud = Path::new();
            for (shift, lift, radius) in [(-74.0, 0.0, 26.0), (-36.0, -18.0, 40.0), (18.0, -26.0, 50.0), (66.0, -4.0, 34.0), (98.0, 6.0, 20.0)] {
                cloud.circle(x + shift * scale, y + lift * scale, radius * scale);
            }
            let mut top = Path::new();
            top.rect(LEFT, y - 120.0, PLATE.2, 120.0 + 14.0 * scale);
            sheet.clipped(&top, |sheet| sheet.fill(&cloud, inks.paper.alpha(0.72)));
        }
        let shore = (330.0, 858.0);
        let flown: [(f64, f64, f64, f64, [Colour; 4]); 6] = [
            (520.0, 262.0, 1.5, 0.42, [inks.accent, inks.second, inks.paper, inks.deep]), (232.0, 360.0, 1.0, 0.2, [inks.deep, inks.mid, inks.second, inks.paper]),
            (640.0, 560.0, 0.8, 0.5, [inks.second, inks.accent, inks.deep, inks.paper]), (400.0, 480.0, 0.62, 0.32, [inks.paper, inks.accent, inks.mid, inks.second]),
            (312.0, 168.0, 0.5, 0.3, [inks.second, inks.paper, inks.accent, inks.ink]), (156.0, 560.0, 0.5, 0.1, [inks.accent, inks.paper, inks.second, inks.deep]),
        ];
        for (index, (x, y, size, turn, [a, b, c, d])) in flown.into_iter().enumerate() {
            let hand = (shore.0 + index as f64 * 17.0 - 60.0, shore.1);
            let mut string = Path::new();
            string.start(x, y).quad(lerp(x, hand.0, 0.62) - 20.0, lerp(y, hand.1, 0.62) + 50.0, hand.0, hand.1);
            sheet.stroke(&string, inks.ink.alpha(0.5), 1.0);
            sheet.placed((x, y), turn, size, |sheet| {
                let mut tail = Path::new();
                tail.start(0.0, 74.0).cubic((-44.0, 120.0), (34.0, 156.0), (-14.0, 206.0)).cubic((-40.0, 240.0), (6.0, 264.0), (-30.0, 296.0));
                sheet.stroke(&tail, inks.ink, 1.6);
                for (bow_x, bow_y, lean) in [(-18.0, 112.0, 0.4), (6.0, 158.0, -0.5), (-20.0, 212.0, 0.5), (-18.0, 256.0, -0.4)] {
                    sheet.placed((bow_x, bow_y), lean, 1.0, |sheet| {
                        sheet.fill(Path::new().polygon(&[(0.0, 0.0), (-13.0, -7.0), (-13.0, 7.0)]).polygon(&[(0.0, 0.0), (13.0, -7.0), (13.0, 7.0)]), a);
                    });
                }
                sheet.fill(Path::new().polygon(&[(0.0, -62.0), (-50.0, -10.0), (0.0, -10.0)]), a);
                sheet.fill(Path::new().polygon(&[(0.0, -62.0), (50.0, -10.0), (0.0, -10.0)]), b);
                sheet.fill(Path::new().polygon(&[(-50.0, -10.0), (0.0, 74.0), (0.0, -10.0)]), c);
                sheet.fill(Path::new().polygon(&[(50.0, -10.0), (0.0, 74.0), (0.0, -10.0)]), d);
                sheet.stroke(Path::new().segment((0.0, -62.0), (0.0, 74.0)).segment((-50.0, -10.0), (50.0, -10.0)), inks.ink, 1.8);
            });
        }
        let hills: Vec<Point> = (0..=40).map(|step| f64::from(step) * 18.0 + LEFT - 20.0).map(|x| (x, 846.0 - 26.0 * (x / 118.0).sin() - 16.0 * (x / 47.0).cos())).collect();
        sheet.fill(&below(&hills), inks.mid);
        let dune: Vec<Point> = (0..=40).map(|step| f64::from(step) * 18.0 + LEFT - 20.0).map(|x| (x, 880.0 + 18.0 * (x / 150.0 + 1.2).sin())).collect();
        sheet.fill(&below(&dune), inks.deep);
        let mut grass = Path::new();
        for _ in 0..230 {
            let x = sheet.dice.between(LEFT, RIGHT);
            let y = 880.0 + 18.0 * (x / 150.0 + 1.2).sin() + sheet.dice.between(0.0, 46.0);
            let tall = sheet.dice.between(9.0, 24.0);
            grass.start(x, y + 3.0).quad(x + tall * 0.2, y - tall * 0.7, x + tall * 0.8, y - tall);
        }
        sheet.stroke(&grass, inks.soft.alpha(0.5), 1.4);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Two plates of dots, printed a little out of register, like gusts over water.
fn gusts(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.62));
    let noise = Noise::new(&mut sheet.dice);
    sheet.clipped(&plate(), |sheet| {
        for (hue, turn, shift, gap) in [(inks.mid, 0.26, 0.0, 11.5), (inks.accent, 1.05, 7.4, 11.5)] {
            let mut dots = Vec::new();
            for row in -50..50 {
                for column in -50..50 {
                    let (across, down) = (f64::from(column) * gap, f64::from(row) * gap);
                    let (x, y) = (400.0 + across * f64::cos(turn) - down * f64::sin(turn), 500.0 + across * f64::sin(turn) + down * f64::cos(turn));
                    if !(LEFT - 8.0..RIGHT + 8.0).contains(&x) || !(TOP - 8.0..BOTTOM + 8.0).contains(&y) {
                        continue;
                    }
                    let bent = noise.at(x / 300.0 + 5.0, y / 300.0) * 1.6;
                    let gust = noise.at((x - y * 0.3) / 460.0 + bent * 0.35 + shift, (y + x * 0.55) / 130.0 + bent + shift);
                    let radius = gap * 0.66 * smooth(-0.28, 0.52, gust);
                    if radius > 0.5 {
                        dots.push((x, y, radius));
                    }
                }
            }
            sheet.dots(&dots, hue.alpha(0.9));
        }
    });
    seal(sheet, inks.mid, inks.paper);
}

/// Reeds that lean before an evening sun.
fn reeds(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft), (0.6, inks.paper.mix(inks.soft, 0.35)), (1.0, inks.mid.mix(inks.soft, 0.3))]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(306.0, 372.0, 158.0), inks.second);
        sheet.fill(Path::new().circle(306.0, 372.0, 158.0), inks.mid.alpha(0.16));
        for layer in 0..4 {
            let depth = f64::from(layer) / 3.0;
            let hue = inks.mid.mix(inks.ink, smooth(-0.1, 1.0, depth));
            let (mut blades, mut heads, mut stems) = (Path::new(), Path::new(), Path::new());
            for _ in 0..64 {
                let x = sheet.dice.between(LEFT - 160.0, RIGHT + 10.0);
                let tall = sheet.dice.between(190.0, 420.0) * lerp(0.9, 1.45, depth);
                let lean = tall * sheet.dice.between(0.30, 0.62);
                let wide = sheet.dice.between(2.0, 4.6) * lerp(0.7, 1.5, depth);
                let tip = (x + lean, BOTTOM + 20.0 - tall);
                blades.start(x - wide, BOTTOM + 20.0).quad(x + lean * 0.12, BOTTOM - tall * 0.62, tip.0, tip.1);
                blades.quad(x + lean * 0.12 + wide * 2.2, BOTTOM - tall * 0.55, x + wide, BOTTOM + 20.0).close();
            }
            for _ in 0..9 {
                let x = sheet.dice.between(LEFT - 160.0, RIGHT - 40.0);
                let tall = sheet.dice.between(360.0, 560.0) * lerp(0.85, 1.25, depth);
                let lean = tall * sheet.dice.between(0.26, 0.42);
                let tip = (x + lean, BOTTOM - tall);
                stems.start(x, BOTTOM + 20.0).quad(x + lean * 0.15, BOTTOM - tall * 0.6, tip.0, tip.1);
                for grain in 0..26 {
                    let share = f64::from(grain) / 26.0;
                    let along = (tip.0 - share * lean * 0.34, tip.1 + share * tall * 0.17);
                    let reach = (6.0 + 26.0 * (share * PI).sin()) * lerp(0.7, 1.15, depth);
                    heads.start(along.0, along.1).quad(along.0 + reach * 0.6, along.1 - reach * 0.1, along.0 + reach, along.1 + reach * 0.34);
                }
            }
            sheet.fill(&blades, hue);
            sheet.stroke(&stems, hue, lerp(1.8, 3.4, depth));
            sheet.stroke(&heads, hue, lerp(1.6, 2.8, depth));
        }
        let mut seeds = Vec::new();
        for _ in 0..70 {
            seeds.push((sheet.dice.between(360.0, RIGHT), sheet.dice.between(180.0, 620.0), sheet.dice.between(0.6, 2.2)));
        }
        sheet.dots(&seeds, inks.ink.alpha(0.7));
    });
    seal(sheet, inks.second, inks.paper);
}

/// Hardly any wind at all: level lines, and one place where they stir.
fn doldrums(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let spot = (470.0, 610.0);
    let noise = Noise::new(&mut sheet.dice);
    let (mut lines, mut warm) = (Path::new(), Path::new());
    for row in 0..76 {
        let y = TOP + 10.0 + f64::from(row) * 11.4;
        let points: Vec<Point> = (0..=112)
            .map(|step| {
                let x = LEFT + f64::from(step) * 6.0;
                let near = (-((x - spot.0).powi(2) / 26_000.0 + (y - spot.1).powi(2) / 15_000.0)).exp();
                let push = near * (66.0 * noise.at(x / 86.0, y / 130.0) + 22.0 * noise.at(x / 31.0 + 7.0, y / 70.0));
                (x, y + push)
            })
            .collect();
        let stirred = (y - spot.1).abs() < 40.0;
        let path = if stirred && row % 3 == 0 { &mut warm } else { &mut lines };
        path.curve(&thinned(&points, 2));
    }
    sheet.fill(Path::new().circle(250.0, 262.0, 86.0), inks.second);
    sheet.stroke(&lines, inks.deep, 2.0);
    sheet.stroke(&warm, inks.accent, 2.6);
    seal(sheet, inks.accent, inks.paper);
}
