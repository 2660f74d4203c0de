//! Views: swell, moonlight and rain.

use crate::art::motifs::{
    BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, on_plate, plate, ripples, seal, sky, starfield, swell,
};
use crate::art::sheet::{Path, Point, Sheet, lerp};

/// Layer upon layer of swell, light at the back and dark at the front.
pub(super) fn layers(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.paper.mix(inks.second, 0.2)), (0.4, inks.paper)]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(498.0, 292.0, 124.0), inks.accent);
        let count = 12;
        for index in 0..count {
            let depth = f64::from(index) / f64::from(count - 1);
            let (level, height) = (lerp(330.0, 890.0, depth.powf(1.1)), lerp(12.0, 34.0, depth));
            let (length, phase) = (lerp(250.0, 560.0, depth), f64::from(index) * 1.93);
            let tone = if depth < 0.5 {
                inks.soft.mix(inks.mid, depth * 2.0)
            } else {
                inks.mid.mix(inks.ink, depth * 2.0 - 1.0)
            };
            let line = swell(level, height, length, phase);
            let paint = sheet.gradient(
                (0.0, level - height),
                (0.0, level + 150.0),
                &[(0.0, tone, 1.0), (1.0, tone.mix(inks.paper, 0.34), 1.0)],
            );
            sheet.fill(&below(&line), paint);
            let mut inner = Path::new();
            for step in 1..4 {
                let drop = f64::from(step) * lerp(9.0, 16.0, depth);
                let points: Vec<Point> = line
                    .iter()
                    .map(|point| {
                        (point.0 + drop * 0.9, level + (point.1 - level) * (1.0 - f64::from(step) * 0.14) + drop)
                    })
                    .collect();
                inner.curve(&points);
            }
            sheet.stroke(&inner, inks.paper.alpha(0.28), lerp(0.9, 1.6, depth));
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.85), lerp(1.2, 2.6, depth));
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// The moon's road over the water.
pub(super) fn moon_path(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 470.0;
    sky(sheet, &[(0.0, inks.deep), (0.46, inks.mid)]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 340.0), 190, inks.ink);
        let halo = sheet.glow((400.0, 276.0), 300.0, &[(0.0, inks.second, 0.5), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(400.0, 276.0, 300.0), halo);
        sheet.fill(Path::new().circle(400.0, 276.0, 108.0), inks.second);
        let mut seas = Path::new();
        for (x, y, radius) in [
            (366.0, 250.0, 25.0),
            (426.0, 232.0, 17.0),
            (420.0, 306.0, 32.0),
            (372.0, 322.0, 14.0),
            (452.0, 272.0, 12.0),
            (346.0, 286.0, 9.0),
        ] {
            seas.circle(x, y, radius);
        }
        sheet.fill(&seas, inks.accent.alpha(0.16));
        let water = sheet.gradient(
            (0.0, horizon),
            (0.0, BOTTOM),
            &[(0.0, inks.mid.mix(inks.soft, 0.25), 1.0), (0.3, inks.mid, 1.0), (1.0, inks.deep, 1.0)],
        );
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 480.0), water);
        for (level, shift, hue) in [(404.0, 0.0, inks.mid.mix(inks.soft, 0.18)), (436.0, 2.0, inks.deep)] {
            let points: Vec<Point> = (0..=60)
                .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
                .map(|x| {
                    (
                        x,
                        (level + 40.0
                            - 74.0 * ((x - 400.0).abs() / 336.0).powf(1.7)
                            - 14.0 * (x / 37.0 + shift).sin()
                            - 7.0 * (x / 13.0 + shift).cos())
                        .min(horizon),
                    )
                })
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

/// Rain on a still harbour.
pub(super) fn rain(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient(
        (0.0, TOP),
        (0.0, BOTTOM),
        &[(0.0, inks.soft.mix(inks.paper, 0.3), 1.0), (0.55, inks.mid, 1.0), (1.0, inks.deep, 1.0)],
    );
    sheet.fill(&plate(), water);
    on_plate(sheet, |sheet| {
        let mut drops: Vec<(f64, f64)> = Vec::new();
        let mut tries = 0;
        while drops.len() < 52 && tries < 4000 {
            tries += 1;
            let (x, depth) = (sheet.dice.between(LEFT, RIGHT), sheet.dice.unit().powf(0.8));
            let free =
                drops.iter().all(|drop| ((drop.0 - x) / lerp(26.0, 84.0, depth)).hypot((drop.1 - depth) / 0.055) > 1.0);
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
                sheet.stroke(
                    Path::new().segment((x, y - reach * 0.08), (x, y - reach * 0.42)),
                    inks.paper.alpha(0.9),
                    lerp(1.0, 2.6, depth),
                );
            }
        }
        let mut streaks = Path::new();
        for _ in 0..150 {
            let (x, y, long) =
                (sheet.dice.between(LEFT, RIGHT), sheet.dice.between(TOP, BOTTOM), sheet.dice.between(18.0, 70.0));
            streaks.segment((x, y), (x - long * 0.07, y + long));
        }
        sheet.stroke(&streaks, inks.paper.alpha(0.34), 1.0);
    });
    seal(sheet, inks.accent, inks.paper);
}
