//! Lights: a lighthouse, and a port after dark.

use std::f64::consts::PI;

use crate::art::colour::Colour;
use crate::art::motifs::{
    BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, gulls, on_plate, ripples, seal, sky, starfield, swell,
};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// A lighthouse on its rock, two beams across the dusk.
pub(super) fn lighthouse(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.ink), (0.45, inks.deep), (0.72, inks.accent.mix(inks.deep, 0.35)), (0.82, inks.second)]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 420.0), 170, inks.paper);
        let lamp = (452.0, 262.0);
        for (from, until) in [(PI - 0.20, PI + 0.02), (-0.12, 0.08)] {
            let (one, two) = (polar(lamp, 760.0, from), polar(lamp, 760.0, until));
            let beam = sheet.gradient(
                lamp,
                polar(lamp, 620.0, (from + until) / 2.0),
                &[(0.0, inks.second, 0.85), (1.0, inks.second, 0.04)],
            );
            sheet.fill(Path::new().polygon(&[(lamp.0, lamp.1 - 9.0), one, two, (lamp.0, lamp.1 + 9.0)]), beam);
        }
        let horizon = 742.0;
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 220.0), inks.deep);
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.45), 0.5);
        glitter(sheet, 250.0, horizon, 900.0, (30.0, 60.0), inks.second.alpha(0.55));
        let tower = |from: f64, until: f64| {
            let (top, foot) = (318.0, 730.0);
            let half = |share: f64| lerp(38.0, 66.0, share.powf(1.25));
            let (one, two) = (lerp(top, foot, from), lerp(top, foot, until));
            [
                (lamp.0 - half(from), one),
                (lamp.0 + half(from), one),
                (lamp.0 + half(until), two),
                (lamp.0 - half(until), two),
            ]
        };
        for band in 0..6 {
            let (from, until) = (f64::from(band) / 6.0, f64::from(band + 1) / 6.0);
            sheet.fill(Path::new().polygon(&tower(from, until)), if band % 2 == 0 { inks.paper } else { inks.accent });
        }
        let shade = sheet.gradient(
            (386.0, 0.0),
            (520.0, 0.0),
            &[(0.0, inks.ink, 0.0), (0.55, inks.ink, 0.08), (1.0, inks.ink, 0.55)],
        );
        sheet.fill(Path::new().polygon(&tower(0.0, 1.0)), shade);
        let mut windows = Path::new();
        for (x, y) in [(444.0, 372.0), (452.0, 506.0), (440.0, 640.0)] {
            windows.start(x, y).to(x, y - 15.0).quad(x + 7.0, y - 25.0, x + 14.0, y - 15.0).to(x + 14.0, y).close();
        }
        sheet.fill(&windows, inks.ink);
        sheet.fill(Path::new().rect(lamp.0 - 50.0, 306.0, 100.0, 14.0), inks.ink);
        let mut rail = Path::new();
        for post in 0..9 {
            rail.segment(
                (lamp.0 - 48.0 + f64::from(post) * 12.0, 306.0),
                (lamp.0 - 48.0 + f64::from(post) * 12.0, 288.0),
            );
        }
        rail.segment((lamp.0 - 50.0, 288.0), (lamp.0 + 50.0, 288.0));
        sheet.stroke(&rail, inks.ink, 2.2);
        let halo = sheet.glow(lamp, 130.0, &[(0.0, inks.second, 0.9), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(lamp.0, lamp.1, 130.0), halo);
        sheet.fill(Path::new().rect(lamp.0 - 25.0, 232.0, 50.0, 74.0), inks.second);
        sheet.fill(Path::new().circle(lamp.0, lamp.1, 13.0), inks.paper);
        sheet.stroke(
            Path::new()
                .rect(lamp.0 - 25.0, 232.0, 50.0, 74.0)
                .segment((lamp.0 - 8.0, 232.0), (lamp.0 - 8.0, 306.0))
                .segment((lamp.0 + 8.0, 232.0), (lamp.0 + 8.0, 306.0)),
            inks.ink,
            3.0,
        );
        let mut dome = Path::new();
        dome.start(lamp.0 - 34.0, 234.0)
            .quad(lamp.0 - 26.0, 196.0, lamp.0, 192.0)
            .quad(lamp.0 + 26.0, 196.0, lamp.0 + 34.0, 234.0)
            .close();
        sheet.fill(&dome, inks.accent.mix(inks.ink, 0.25));
        sheet.stroke(Path::new().segment((lamp.0, 192.0), (lamp.0, 158.0)), inks.ink, 3.0);
        let mut house = Path::new();
        house.rect(536.0, 660.0, 96.0, 76.0);
        sheet.fill(&house, inks.paper.mix(inks.deep, 0.18));
        sheet.fill(
            Path::new().polygon(&[(526.0, 664.0), (552.0, 616.0), (620.0, 616.0), (644.0, 664.0)]),
            inks.accent.mix(inks.ink, 0.4),
        );
        sheet.fill(Path::new().rect(600.0, 596.0, 14.0, 26.0), inks.accent.mix(inks.ink, 0.5));
        sheet.fill(Path::new().rect(556.0, 684.0, 16.0, 20.0).rect(598.0, 684.0, 16.0, 20.0), inks.second);
        let rocks: [(&[Point], f64); 3] = [
            (
                &[
                    (236.0, 800.0),
                    (300.0, 748.0),
                    (352.0, 740.0),
                    (392.0, 716.0),
                    (500.0, 722.0),
                    (650.0, 726.0),
                    (700.0, 760.0),
                    (750.0, 772.0),
                    (750.0, 850.0),
                    (220.0, 850.0),
                ],
                0.0,
            ),
            (
                &[
                    (150.0, 850.0),
                    (214.0, 806.0),
                    (290.0, 796.0),
                    (352.0, 770.0),
                    (420.0, 792.0),
                    (520.0, 776.0),
                    (610.0, 806.0),
                    (750.0, 796.0),
                    (750.0, 900.0),
                    (150.0, 890.0),
                ],
                0.22,
            ),
            (
                &[
                    (90.0, 892.0),
                    (180.0, 862.0),
                    (262.0, 872.0),
                    (380.0, 838.0),
                    (470.0, 864.0),
                    (600.0, 846.0),
                    (750.0, 868.0),
                    (750.0, 950.0),
                    (60.0, 950.0),
                ],
                0.0,
            ),
        ];
        for (points, light) in rocks {
            sheet.fill(Path::new().polygon(points), inks.ink.mix(inks.mid, light));
            let mut cracks = Path::new();
            for pair in points.windows(2).take(points.len() - 3) {
                cracks
                    .segment(pair[1], (pair[1].0 + 16.0, pair[1].1 + 44.0))
                    .segment((pair[1].0 + 8.0, pair[1].1 + 22.0), (pair[1].0 - 14.0, pair[1].1 + 52.0));
            }
            sheet.stroke(&cracks, inks.soft.alpha(0.22), 1.6);
        }
        for (level, phase) in [(896.0, 0.0), (918.0, 2.0)] {
            let line = swell(level, 6.0, 130.0, phase);
            sheet.fill(&below(&line), inks.deep.mix(inks.ink, 0.4));
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.85), 2.4);
        }
        gulls(sheet, (220.0, 560.0), 70.0, 5, inks.paper);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A harbour at night, only its lights.
pub(super) fn harbour_lights(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 540.0;
    sky(sheet, &[(0.0, inks.deep), (0.5, inks.mid.mix(inks.paper, 0.3))]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 260.0), 120, inks.ink);
        let hill = |x: f64| {
            horizon - 36.0 - 200.0 * smooth(120.0, 560.0, x) * smooth(980.0, 520.0, x) - 16.0 * (x / 57.0).sin()
        };
        let ridge: Vec<Point> =
            (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, hill(x))).collect();
        sheet.fill(&below(&ridge), inks.deep.mix(inks.mid, 0.25));
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), inks.deep);
        let mut lamps: Vec<(f64, f64, f64, Colour)> = Vec::new();
        for _ in 0..430 {
            let x = sheet.dice.between(LEFT + 6.0, RIGHT - 6.0);
            let top = hill(x) + 14.0;
            let y = lerp(horizon - 4.0, top, sheet.dice.unit().powf(1.5));
            let hue = sheet.dice.pick(&[inks.second, inks.second, inks.second, inks.ink, inks.accent, inks.soft]);
            lamps.push((x, y, sheet.dice.between(0.9, 2.6), hue));
        }
        for hue in [inks.second, inks.ink, inks.accent, inks.soft] {
            let group: Vec<_> =
                lamps.iter().filter(|lamp| lamp.3 == hue).map(|lamp| (lamp.0, lamp.1, lamp.2)).collect();
            let halo: Vec<_> =
                group.iter().filter(|lamp| lamp.2 > 1.9).map(|lamp| (lamp.0, lamp.1, lamp.2 * 3.2)).collect();
            sheet.dots(&halo, hue.alpha(0.16));
            sheet.dots(&group, hue);
        }
        // Each light near the water stands on its own trembling column.
        for index in 0..27 {
            let x = lerp(LEFT + 18.0, RIGHT - 18.0, f64::from(index) / 26.0) + sheet.dice.bell() * 8.0;
            let hue = sheet.dice.pick(&[inks.second, inks.second, inks.accent, inks.ink, inks.soft, inks.second]);
            let long = sheet.dice.between(110.0, 370.0);
            let mut strokes = Path::new();
            let mut y = horizon + 6.0;
            while y < horizon + long {
                let share = (y - horizon) / long;
                let half = lerp(5.0, 13.0, share) * sheet.dice.between(0.5, 1.15);
                let sway = sheet.dice.bell() * 3.5 * share;
                strokes.start(x - half + sway, y).quad(x + sway, y + 2.6, x + half + sway, y);
                y += lerp(6.0, 12.5, share);
            }
            let paint = sheet.gradient((0.0, horizon), (0.0, horizon + long), &[(0.0, hue, 1.0), (1.0, hue, 0.10)]);
            sheet.stroke(&strokes, paint, 4.2);
            let halo = sheet.glow((x, horizon - 9.0), 26.0, &[(0.0, hue, 0.75), (1.0, hue, 0.0)]);
            sheet.fill(Path::new().circle(x, horizon - 9.0, 26.0), halo);
            sheet.stroke(Path::new().dot(x, horizon - 9.0), hue.mix(inks.ink, 0.5), 6.0);
        }
        sheet.fill(Path::new().rect(LEFT, horizon - 4.0, PLATE.2, 7.0), inks.deep);
        let mut masts = Path::new();
        for (x, tall) in
            [(150.0, 150.0), (178.0, 120.0), (214.0, 170.0), (604.0, 140.0), (640.0, 176.0), (672.0, 118.0)]
        {
            masts
                .segment((x, horizon), (x, horizon - tall))
                .segment((x, horizon - tall), (x - 32.0, horizon - 4.0))
                .segment((x, horizon - tall), (x + 28.0, horizon - 4.0));
        }
        sheet.stroke(&masts, inks.paper, 2.2);
    });
    seal(sheet, inks.accent, inks.ink);
}
