//! Curls: waves that turn over.

use std::f64::consts::{PI, TAU};

use crate::art::motifs::{LEFT, RIGHT, below, on_plate, plate, seal, sky, swell};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};

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

/// One curling wave: its crest from trough to trough, around a hollow that its lip winds into, and the body below.
fn curl(left: f64, base: f64, wide: f64, radius: f64, turns: f64) -> (Path, Path) {
    let centre = curl_centre(left, base, wide, radius);
    let mut points: Vec<Point> = (0..=16)
        .map(|step| f64::from(step) / 16.0)
        .map(|share| (lerp(left, centre.0, share), base - radius * 1.92 * back(share)))
        .collect();
    let steps = 24;
    points.extend(
        (1..=steps)
            .map(|step| f64::from(step) / f64::from(steps))
            .map(|share| polar(centre, radius * lip(share).0, -PI / 2.0 + TAU * turns * share)),
    );
    points.extend((0..steps).rev().map(|step| f64::from(step) / f64::from(steps)).map(|share| {
        let (outer, thick) = lip(share);
        polar(centre, radius * (outer - thick), -PI / 2.0 + TAU * turns * share)
    }));
    points.extend(
        (1..=16)
            .map(|step| f64::from(step) / 16.0)
            .map(|share| polar(centre, radius * lerp(0.75, 0.90, share), -PI / 2.0 - PI * 1.04 * share)),
    );
    points.push((left + wide * 0.86, base - radius * 0.04));
    points.push((left + wide, base));
    let (mut crest, mut body) = (Path::new(), Path::new());
    crest.curve(&points);
    body.join(&crest).to(left + wide + 0.5, base).to(left + wide + 0.5, base + 190.0).to(left, base + 190.0).close();
    (crest, body)
}

/// Rows of curling waves, cut as if from lino.
pub(super) fn curls(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.paper.mix(inks.second, 0.35));
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(400.0, 180.0, 78.0), inks.accent);
        let tones =
            [inks.soft, inks.mid.mix(inks.soft, 0.45), inks.mid, inks.deep.mix(inks.mid, 0.45), inks.deep, inks.ink];
        for (row, tone) in tones.into_iter().enumerate() {
            let (wide, base, radius) = (176.0, 322.0 + row as f64 * 118.0, 54.0);
            for column in -1..5 {
                let left = LEFT + f64::from(column) * wide - if row % 2 == 0 { 0.0 } else { wide / 2.0 } - 40.0;
                let centre = curl_centre(left, base, wide, radius);
                let (crest, body) = curl(left, base, wide, radius, 1.18);
                sheet.fill(&body, tone);
                sheet.stroke(&crest, inks.paper, 2.4);
                let mut lines = Path::new();
                for inset in 1..4 {
                    let shift = f64::from(inset) * 9.0;
                    let points: Vec<Point> = (1..=9 - inset)
                        .map(|step| f64::from(step) / 11.0)
                        .map(|share| {
                            (lerp(left, centre.0, share) + shift, base - radius * 1.92 * back(share) + shift * 0.9)
                        })
                        .collect();
                    lines.curve(&points);
                }
                for line in 0..3 {
                    let y = base + 14.0 + f64::from(line) * 16.0;
                    lines.start(left + 14.0 + f64::from(line) * 18.0, y + 8.0).quad(
                        left + wide * 0.5,
                        y + 22.0,
                        left + wide - 12.0 + f64::from(line) * 8.0,
                        y,
                    );
                }
                sheet.stroke(&lines, inks.paper.alpha(0.85), 2.0);
                sheet.dots(
                    &[
                        (centre.0 + 52.0, base - 96.0, 3.4),
                        (centre.0 + 68.0, base - 82.0, 2.4),
                        (centre.0 + 66.0, base - 106.0, 1.8),
                    ],
                    inks.paper,
                );
            }
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// The one great breaker.
pub(super) fn breaker(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.35)), (0.55, inks.soft), (1.0, inks.soft.mix(inks.mid, 0.4))]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(600.0, 250.0, 74.0), inks.accent);
        for (index, level) in [640.0, 676.0].into_iter().enumerate() {
            sheet.fill(
                &below(&swell(level, 12.0, 190.0 + index as f64 * 60.0, index as f64 * 2.0)),
                inks.mid.mix(inks.deep, 0.2 + 0.3 * index as f64),
            );
        }
        let (left, base, wide, radius, turns) = (-290.0, 806.0, 1060.0, 262.0, 0.92);
        let centre = curl_centre(left, base, wide, radius);
        let (_, wave) = curl(left, base, wide, radius, turns);
        let body = sheet.gradient(
            (0.0, 290.0),
            (0.0, 880.0),
            &[(0.0, inks.mid, 1.0), (0.5, inks.deep, 1.0), (1.0, inks.ink, 1.0)],
        );
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
                let mut points: Vec<Point> = (0..=22)
                    .map(|step| polar(centre, ring, lerp(-PI * 0.78, -PI * 1.54, f64::from(step) / 22.0)))
                    .collect();
                points.push((centre.0 + 200.0, base - 26.0 + f64::from(index) * 16.0));
                points.push((RIGHT + 60.0, base - 40.0 + f64::from(index) * 20.0));
                sheet.stroke(
                    Path::new().curve(&points),
                    if index % 2 == 0 { inks.soft } else { inks.mid }.alpha(0.85),
                    2.6,
                );
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
            let at = polar(
                polar(centre, radius * 0.26, -PI / 2.0 + TAU * turns),
                30.0 * sheet.dice.unit(),
                sheet.dice.between(0.0, TAU),
            );
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
