//! Flows: lines, ribbons and dots that go where the air goes.

use std::f64::consts::{PI, TAU};

use crate::art::colour::Colour;
use crate::art::field::{Noise, Streams, thinned};
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, on_plate, plate, seal, sky};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};

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

/// A field of wind that bends around calm spots.
pub(super) fn gale(sheet: &mut Sheet) {
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
    on_plate(sheet, |sheet| {
        let hues = [(inks.ink, 0.30), (inks.deep, 0.34), (inks.mid, 0.22), (inks.soft, 0.07), (inks.accent, 0.07)];
        draw_streams(sheet, &lines, &hues, (1.5, 5.5));
        sheet.fill(Path::new().circle(520.0, 330.0, 74.0), inks.accent);
        sheet.stroke(Path::new().circle(250.0, 690.0, 42.0), inks.ink, 2.0);
        sheet.fill(Path::new().circle(250.0, 690.0, 6.0), inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A storm from above, its eye open.
pub(super) fn cyclone(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 480.0), 318.0);
    let noise = Noise::new(&mut sheet.dice);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    let glow = sheet.glow(
        centre,
        radius,
        &[(0.0, inks.deep, 1.0), (0.3, inks.mid, 1.0), (1.0, inks.mid.mix(inks.deep, 0.75), 1.0)],
    );
    sheet.fill(&disc, glow);
    let area = (centre.0 - radius, centre.1 - radius, radius * 2.0, radius * 2.0);
    let direction = |x: f64, y: f64| {
        let (away_x, away_y) = (x - centre.0, y - centre.1);
        let distance = away_x.hypot(away_y);
        if !(28.0..radius - 5.0).contains(&distance) {
            return None;
        }
        let inward = 0.20 + 0.30 * smooth(60.0, radius, distance);
        Some(
            away_y.atan2(away_x) - PI / 2.0 - inward
                + 0.55 * noise.at(x / 120.0, y / 120.0) * smooth(40.0, 200.0, distance),
        )
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
    draw_streams(
        sheet,
        &bands,
        &[(inks.ink, 0.46), (inks.soft, 0.42), (inks.mid.mix(inks.soft, 0.4), 0.12)],
        (1.0, 3.5),
    );
    draw_streams(sheet, &warm, &[(inks.second, 0.6), (inks.accent, 0.4)], (1.5, 3.5));
    sheet.fill(Path::new().circle(centre.0, centre.1, 15.0), inks.accent);
    let mut rings = Path::new();
    rings.circle(centre.0, centre.1, radius + 8.0).circle(centre.0, centre.1, radius + 26.0);
    sheet.stroke(&rings, inks.ink, 1.2);
    let mut ticks = Path::new();
    for tick in 0..144 {
        let angle = TAU * f64::from(tick) / 144.0;
        let long = if tick % 12 == 0 {
            18.0
        } else if tick % 4 == 0 {
            11.0
        } else {
            6.0
        };
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

/// Bands of silk that twist in the wind.
pub(super) fn ribbons(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.6, inks.paper.mix(inks.mid, 0.35)), (1.0, inks.mid)]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(560.0, 268.0, 96.0), inks.accent);
        let hues =
            [inks.soft, inks.second, inks.accent, inks.ink, inks.soft.mix(inks.accent, 0.5), inks.second, inks.ink];
        for (index, hue) in hues.into_iter().enumerate() {
            let start = 980.0 - index as f64 * 118.0;
            let (phase, twist) = (sheet.dice.between(0.0, TAU), sheet.dice.between(0.0, TAU));
            let (rise, bend, wide) =
                (sheet.dice.between(180.0, 330.0), sheet.dice.between(40.0, 82.0), sheet.dice.between(70.0, 130.0));
            let strands = 17;
            let mut path = Path::new();
            for strand in 0..=strands {
                let offset = f64::from(strand) / f64::from(strands) - 0.5;
                let points: Vec<Point> = (0..=44)
                    .map(|step| {
                        let share = f64::from(step) / 44.0;
                        let x = lerp(LEFT - 30.0, RIGHT + 30.0, share);
                        let middle = start - rise * share
                            + bend * (share * 5.0 + phase).sin()
                            + bend * 0.4 * (share * 11.0 + phase * 1.7).sin();
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

/// Two plates of dots, printed a little out of register, like gusts over water.
pub(super) fn gusts(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.62));
    let noise = Noise::new(&mut sheet.dice);
    on_plate(sheet, |sheet| {
        for (hue, turn, shift, gap) in [(inks.mid, 0.26, 0.0, 11.5), (inks.accent, 1.05, 7.4, 11.5)] {
            let mut dots = Vec::new();
            for row in -50..50 {
                for column in -50..50 {
                    let (across, down) = (f64::from(column) * gap, f64::from(row) * gap);
                    let (x, y) = (
                        400.0 + across * f64::cos(turn) - down * f64::sin(turn),
                        500.0 + across * f64::sin(turn) + down * f64::cos(turn),
                    );
                    if !(LEFT - 8.0..RIGHT + 8.0).contains(&x) || !(TOP - 8.0..BOTTOM + 8.0).contains(&y) {
                        continue;
                    }
                    let bent = noise.at(x / 300.0 + 5.0, y / 300.0) * 1.6;
                    let gust =
                        noise.at((x - y * 0.3) / 460.0 + bent * 0.35 + shift, (y + x * 0.55) / 130.0 + bent + shift);
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

/// Hardly any wind at all: level lines, and one place where they stir.
pub(super) fn doldrums(sheet: &mut Sheet) {
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
