//! Harbours: lights, quays, cranes and everything that waits there for the tide.

use std::f64::consts::{PI, TAU};

use super::Plate;
use super::colour::{Colour, DAWN, FOG, INDIGO, LAGOON, OCHRE, PINE, PLUM, SKAGERRAK, STRAND, VERMILION};
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, gulls, plate, ripples, seal, sky, starfield, swell};
use super::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (lighthouse, &INDIGO, 61),
    (cranes, &DAWN, 62),
    (gables, &SKAGERRAK, 63),
    (harbour_lights, &PLUM, 64),
    (pier, &FOG, 65),
    (hillside, &OCHRE, 66),
    (marina, &LAGOON, 67),
    (bridge, &PINE, 68),
    (buoys, &STRAND, 69),
    (signal_flags, &VERMILION, 70),
];

/// A lighthouse on its rock, two beams across the dusk.
fn lighthouse(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.ink), (0.45, inks.deep), (0.72, inks.accent.mix(inks.deep, 0.35)), (0.82, inks.second)]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 420.0), 170, inks.paper);
        let lamp = (452.0, 262.0);
        for (from, until) in [(PI - 0.20, PI + 0.02), (-0.12, 0.08)] {
            let (one, two) = (polar(lamp, 760.0, from), polar(lamp, 760.0, until));
            let beam = sheet.gradient(lamp, polar(lamp, 620.0, (from + until) / 2.0), &[(0.0, inks.second, 0.85), (1.0, inks.second, 0.04)]);
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
            [(lamp.0 - half(from), one), (lamp.0 + half(from), one), (lamp.0 + half(until), two), (lamp.0 - half(until), two)]
        };
        for band in 0..6 {
            let (from, until) = (f64::from(band) / 6.0, f64::from(band + 1) / 6.0);
            sheet.fill(Path::new().polygon(&tower(from, until)), if band % 2 == 0 { inks.paper } else { inks.accent });
        }
        let shade = sheet.gradient((386.0, 0.0), (520.0, 0.0), &[(0.0, inks.ink, 0.0), (0.55, inks.ink, 0.08), (1.0, inks.ink, 0.55)]);
        sheet.fill(Path::new().polygon(&tower(0.0, 1.0)), shade);
        let mut windows = Path::new();
        for (x, y) in [(444.0, 372.0), (452.0, 506.0), (440.0, 640.0)] {
            windows.start(x, y).to(x, y - 15.0).quad(x + 7.0, y - 25.0, x + 14.0, y - 15.0).to(x + 14.0, y).close();
        }
        sheet.fill(&windows, inks.ink);
        sheet.fill(Path::new().rect(lamp.0 - 50.0, 306.0, 100.0, 14.0), inks.ink);
        let mut rail = Path::new();
        for post in 0..9 {
            rail.segment((lamp.0 - 48.0 + f64::from(post) * 12.0, 306.0), (lamp.0 - 48.0 + f64::from(post) * 12.0, 288.0));
        }
        rail.segment((lamp.0 - 50.0, 288.0), (lamp.0 + 50.0, 288.0));
        sheet.stroke(&rail, inks.ink, 2.2);
        let halo = sheet.glow(lamp, 130.0, &[(0.0, inks.second, 0.9), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(lamp.0, lamp.1, 130.0), halo);
        sheet.fill(Path::new().rect(lamp.0 - 25.0, 232.0, 50.0, 74.0), inks.second);
        sheet.fill(Path::new().circle(lamp.0, lamp.1, 13.0), inks.paper);
        sheet.stroke(Path::new().rect(lamp.0 - 25.0, 232.0, 50.0, 74.0).segment((lamp.0 - 8.0, 232.0), (lamp.0 - 8.0, 306.0)).segment((lamp.0 + 8.0, 232.0), (lamp.0 + 8.0, 306.0)), inks.ink, 3.0);
        let mut dome = Path::new();
        dome.start(lamp.0 - 34.0, 234.0).quad(lamp.0 - 26.0, 196.0, lamp.0, 192.0).quad(lamp.0 + 26.0, 196.0, lamp.0 + 34.0, 234.0).close();
        sheet.fill(&dome, inks.accent.mix(inks.ink, 0.25));
        sheet.stroke(Path::new().segment((lamp.0, 192.0), (lamp.0, 158.0)), inks.ink, 3.0);
        let mut house = Path::new();
        house.rect(536.0, 660.0, 96.0, 76.0);
        sheet.fill(&house, inks.paper.mix(inks.deep, 0.18));
        sheet.fill(Path::new().polygon(&[(526.0, 664.0), (552.0, 616.0), (620.0, 616.0), (644.0, 664.0)]), inks.accent.mix(inks.ink, 0.4));
        sheet.fill(Path::new().rect(600.0, 596.0, 14.0, 26.0), inks.accent.mix(inks.ink, 0.5));
        sheet.fill(Path::new().rect(556.0, 684.0, 16.0, 20.0).rect(598.0, 684.0, 16.0, 20.0), inks.second);
        let rocks: [(&[Point], f64); 3] = [
            (&[(236.0, 800.0), (300.0, 748.0), (352.0, 740.0), (392.0, 716.0), (500.0, 722.0), (650.0, 726.0), (700.0, 760.0), (750.0, 772.0), (750.0, 850.0), (220.0, 850.0)], 0.0),
            (&[(150.0, 850.0), (214.0, 806.0), (290.0, 796.0), (352.0, 770.0), (420.0, 792.0), (520.0, 776.0), (610.0, 806.0), (750.0, 796.0), (750.0, 900.0), (150.0, 890.0)], 0.22),
            (&[(90.0, 892.0), (180.0, 862.0), (262.0, 872.0), (380.0, 838.0), (470.0, 864.0), (600.0, 846.0), (750.0, 868.0), (750.0, 950.0), (60.0, 950.0)], 0.0),
        ];
        for (points, light) in rocks {
            sheet.fill(Path::new().polygon(points), inks.ink.mix(inks.mid, light));
            let mut cracks = Path::new();
            for pair in points.windows(2).take(points.len() - 3) {
                cracks.segment(pair[1], (pair[1].0 + 16.0, pair[1].1 + 44.0)).segment((pair[1].0 + 8.0, pair[1].1 + 22.0), (pair[1].0 - 14.0, pair[1].1 + 52.0));
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

/// One ship-to-shore crane, its foot at the origin.
fn crane(sheet: &mut Sheet, hue: Colour, raised: bool) {
    let inks = sheet.inks;
    let mut frame = Path::new();
    frame.segment((-46.0, 0.0), (-34.0, -300.0)).segment((58.0, 0.0), (46.0, -300.0)).segment((-42.0, -96.0), (54.0, -96.0)).segment((-36.0, -250.0), (48.0, -250.0));
    frame.segment((-42.0, -96.0), (48.0, -250.0)).segment((54.0, -96.0), (-36.0, -250.0));
    sheet.stroke(&frame, hue, 9.0);
    let mut boom = Path::new();
    let tip = if raised { (-150.0, -476.0) } else { (-262.0, -300.0) };
    boom.segment((-34.0, -300.0), (148.0, -300.0)).segment((-34.0, -300.0), tip);
    sheet.stroke(&boom, hue, 13.0);
    let mut mast = Path::new();
    mast.segment((-34.0, -300.0), (12.0, -404.0)).segment((46.0, -300.0), (12.0, -404.0));
    sheet.stroke(&mast, hue, 8.0);
    let mut stays = Path::new();
    stays.segment((12.0, -404.0), (tip.0 * 0.9, lerp(-300.0, tip.1, 0.9))).segment((12.0, -404.0), (lerp(-34.0, tip.0, 0.45), lerp(-300.0, tip.1, 0.45))).segment((12.0, -404.0), (138.0, -304.0));
    sheet.stroke(&stays, hue, 2.6);
    sheet.fill(Path::new().rect(78.0, -330.0, 60.0, 36.0), hue);
    let mut lattice = Path::new();
    for step in 0..8 {
        let (from, until) = (f64::from(step) / 8.0, f64::from(step + 1) / 8.0);
        let at = |share: f64, lift: f64| (lerp(-34.0, tip.0, share), lerp(-300.0, tip.1, share) + lift);
        lattice.segment(at(from, -5.0), at(until, 5.0));
    }
    sheet.stroke(&lattice, inks.paper.alpha(0.35), 2.0);
    if !raised {
        sheet.fill(Path::new().rect(-176.0, -296.0, 26.0, 15.0), inks.second);
        sheet.stroke(Path::new().segment((-170.0, -282.0), (-170.0, -196.0)).segment((-156.0, -282.0), (-156.0, -196.0)), hue, 1.8);
        sheet.fill(Path::new().rect(-192.0, -198.0, 58.0, 27.0), inks.second);
    }
    sheet.stroke(Path::new().segment((-58.0, 0.0), (70.0, 0.0)), hue, 12.0);
}

/// Cranes before a low sun, and all of it again in the water.
fn cranes(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let quay = 700.0;
    sky(sheet, &[(0.0, inks.deep), (0.3, inks.mid), (0.52, inks.accent), (0.72, inks.second)]);
    sheet.clipped(&plate(), |sheet| {
        let scene = sheet.part(|sheet| {
            sheet.fill(Path::new().circle(330.0, 560.0, 132.0), inks.second.mix(inks.paper, 0.45));
            let mut streaks = Path::new();
            for _ in 0..26 {
                let (x, y) = (sheet.dice.between(LEFT, RIGHT), sheet.dice.between(110.0, 500.0));
                streaks.segment((x, y), (x + sheet.dice.between(40.0, 190.0), y));
            }
            sheet.stroke(&streaks, inks.paper.alpha(0.22), 3.4);
            let mut skyline = Path::new();
            let mut x = LEFT;
            while x < RIGHT {
                let (wide, tall) = (sheet.dice.between(14.0, 46.0), sheet.dice.between(14.0, 74.0));
                skyline.rect(x, quay - tall, wide + 1.0, tall);
                x += wide;
            }
            sheet.fill(&skyline, inks.accent.mix(inks.mid, 0.45));
            for (x, scale, depth, raised) in [(690.0, 0.62, 0.5, true), (560.0, 0.66, 0.42, false), (452.0, 1.04, 0.12, true), (668.0, 1.22, 0.0, false), (246.0, 0.9, 0.2, false)] {
                let hue = inks.ink.mix(inks.accent, depth);
                sheet.placed((x, quay - 14.0), 0.0, scale, |sheet| crane(sheet, hue, raised));
            }
            let hues = [inks.ink, inks.deep, inks.mid, inks.accent.mix(inks.ink, 0.3), inks.second.mix(inks.accent, 0.3)];
            for column in 0..17 {
                let x = LEFT + f64::from(column) * 40.0;
                let tall = sheet.dice.below(4) + usize::from(!(3..14).contains(&column));
                for level in 0..tall {
                    let hue = sheet.dice.pick(&hues);
                    sheet.fill(Path::new().rect(x, quay - 32.0 - level as f64 * 17.5, 38.0, 16.0), hue);
                }
            }
            sheet.fill(Path::new().rect(LEFT, quay - 15.0, PLATE.2, 16.0), inks.ink);
        });
        sheet.put(&scene, "");
        sheet.fill(Path::new().rect(LEFT, quay, PLATE.2, 240.0), inks.mid.mix(inks.deep, 0.2));
        sheet.mirror(&scene, quay, 0.62, 0.5);
        let veil = sheet.gradient((0.0, quay), (0.0, BOTTOM), &[(0.0, inks.deep, 0.25), (1.0, inks.deep, 0.85)]);
        sheet.fill(Path::new().rect(LEFT, quay, PLATE.2, 240.0), veil);
        glitter(sheet, 330.0, quay, BOTTOM, (60.0, 100.0), inks.second.alpha(0.75));
        ripples(sheet, quay, BOTTOM, inks.second.alpha(0.28), 0.5);
        gulls(sheet, (200.0, 240.0), 70.0, 5, inks.paper);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Gabled houses along a quay, in all the colours that were left over.
fn gables(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let quay = 690.0;
    sky(sheet, &[(0.0, inks.soft), (0.6, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        for (x, y, scale) in [(180.0, 180.0, 1.0), (560.0, 130.0, 0.7)] {
            let mut cloud = Path::new();
            cloud.circle(x - 50.0 * scale, y, 24.0 * scale).circle(x, y - 16.0 * scale, 38.0 * scale).circle(x + 52.0 * scale, y - 2.0, 27.0 * scale).rect(x - 50.0 * scale, y, 102.0 * scale, 25.0 * scale);
            sheet.fill(&cloud, inks.paper.mix(Colour(0xffffff), 0.5));
        }
        let street = sheet.part(|sheet| {
            let hues = [inks.accent, inks.second, inks.mid, inks.paper, inks.deep, inks.accent.mix(inks.second, 0.5), inks.soft, inks.second.mix(inks.paper, 0.4), inks.mid.mix(inks.deep, 0.4), inks.accent.mix(inks.ink, 0.25)];
            let mut x = LEFT - 14.0;
            for index in 0..9 {
                let wide = sheet.dice.between(68.0, 94.0);
                let tall = sheet.dice.between(230.0, 350.0);
                let hue = hues[(index * 7 + 1) % 10];
                let (top, kind) = (quay - tall, [0, 1, 2, 0, 2, 1, 0, 1, 2][index]);
                let roof = 74.0;
                let mut wall = Path::new();
                wall.rect(x, top, wide, tall);
                let mut gable = Path::new();
                match kind {
                    0 => {
                        gable.polygon(&[(x, top + 1.0), (x + wide / 2.0, top - roof), (x + wide, top + 1.0)]);
                    }
                    1 => {
                        gable.start(x, top + 1.0);
                        for step in 1..=4 {
                            let (shift, lift) = (f64::from(step) * wide * 0.105, f64::from(step) * roof * 0.25);
                            gable.to(x + shift - wide * 0.105, top - lift + roof * 0.04).to(x + shift, top - lift + roof * 0.04);
                        }
                        for step in (1..=4).rev() {
                            let (shift, lift) = (f64::from(step) * wide * 0.105, f64::from(step) * roof * 0.25);
                            gable.to(x + wide - shift, top - lift + roof * 0.04).to(x + wide - shift + wide * 0.105, top - lift + roof * 0.04);
                        }
                        gable.to(x + wide, top + 1.0).close();
                    }
                    _ => {
                        gable.start(x, top + 1.0).quad(x + wide * 0.16, top - 4.0, x + wide * 0.22, top - roof * 0.45).quad(x + wide * 0.24, top - roof * 0.75, x + wide * 0.5, top - roof * 0.9);
                        gable.quad(x + wide * 0.76, top - roof * 0.75, x + wide * 0.78, top - roof * 0.45).quad(x + wide * 0.84, top - 4.0, x + wide, top + 1.0).close();
                    }
                }
                sheet.fill(&wall, hue);
                sheet.fill(&gable, if kind == 0 { inks.ink.mix(inks.accent, 0.3) } else { hue });
                sheet.fill(Path::new().rect(x, top - 3.0, wide, 6.0), inks.paper.alpha(0.85));
                sheet.fill(Path::new().rect(x + wide - 7.0, top, 7.0, tall), inks.ink.alpha(0.16));
                let dark = hue == inks.deep || hue == inks.mid;
                let (pane, frame) = if dark { (inks.second.mix(inks.paper, 0.4), inks.paper) } else { (inks.ink.mix(inks.deep, 0.4), inks.paper) };
                let (mut panes, mut frames) = (Path::new(), Path::new());
                let (columns, rows) = (3, ((tall - 66.0) / 50.0) as usize);
                for row in 0..rows {
                    for column in 0..columns {
                        let (window_x, window_y) = (x + 11.0 + f64::from(column) * (wide - 18.0) / 3.0, top + 20.0 + row as f64 * 50.0);
                        panes.rect(window_x, window_y, (wide - 18.0) / 3.0 - 9.0, 27.0);
                        frames.segment((window_x, window_y + 12.0), (window_x + (wide - 18.0) / 3.0 - 9.0, window_y + 12.0)).segment((window_x + (wide - 45.0) / 6.0, window_y), (window_x + (wide - 45.0) / 6.0, window_y + 27.0));
                    }
                }
                if kind != 1 {
                    panes.circle(x + wide / 2.0, top - roof * 0.34, 8.0);
                }
                sheet.fill(&panes, pane);
                sheet.stroke(&panes, frame, 2.2);
                sheet.stroke(&frames, frame, 1.4);
                sheet.fill(Path::new().rect(x + wide * 0.36, quay - 44.0, wide * 0.27, 44.0), inks.ink.mix(inks.accent, 0.15));
                sheet.fill(Path::new().rect(x + 8.0, quay - 40.0, wide * 0.2, 24.0), pane);
                x += wide;
            }
            sheet.fill(Path::new().rect(LEFT, quay, PLATE.2, 16.0), inks.ink.mix(inks.mid, 0.3));
        });
        sheet.put(&street, "");
        let water = quay + 16.0;
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 260.0), inks.deep);
        sheet.mirror(&street, water, 0.72, 0.46);
        ripples(sheet, water, BOTTOM, inks.paper.alpha(0.5), 0.42);
        for (x, hue, scale) in [(190.0, inks.accent, 1.0), (440.0, inks.paper, 0.86), (634.0, inks.second, 1.05)] {
            let mut boat = Path::new();
            boat.start(-78.0, -20.0).quad(-20.0, -8.0, 84.0, -26.0).quad(70.0, 12.0, 44.0, 15.0).to(-54.0, 15.0).quad(-76.0, 6.0, -78.0, -20.0).close();
            sheet.placed((x, water + 44.0 * scale), 0.0, scale, |sheet| {
                sheet.fill(Path::new().ellipse(0.0, 20.0, 84.0, 7.0), inks.ink.alpha(0.5));
                sheet.fill(&boat, hue);
                sheet.stroke(Path::new().start(-77.0, -13.0).quad(-20.0, -2.0, 81.0, -18.0), inks.ink, 4.0);
                sheet.fill(Path::new().rect(-34.0, -50.0, 42.0, 38.0), inks.paper);
                sheet.fill(Path::new().rect(-28.0, -44.0, 12.0, 12.0).rect(-10.0, -44.0, 12.0, 12.0), inks.deep);
                sheet.fill(Path::new().rect(-40.0, -55.0, 54.0, 6.0), inks.ink);
                sheet.stroke(Path::new().segment((30.0, -16.0), (30.0, -170.0)).segment((30.0, -160.0), (-62.0, -22.0)).segment((30.0, -160.0), (80.0, -26.0)), inks.ink, 2.6);
            });
        }
        gulls(sheet, (430.0, 210.0), 90.0, 6, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A harbour at night, only its lights.
fn harbour_lights(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 540.0;
    sky(sheet, &[(0.0, inks.deep), (0.5, inks.mid.mix(inks.paper, 0.3))]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 260.0), 120, inks.ink);
        let hill = |x: f64| horizon - 36.0 - 200.0 * smooth(120.0, 560.0, x) * smooth(980.0, 520.0, x) - 16.0 * (x / 57.0).sin();
        let ridge: Vec<Point> = (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, hill(x))).collect();
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
            let group: Vec<_> = lamps.iter().filter(|lamp| lamp.3 == hue).map(|lamp| (lamp.0, lamp.1, lamp.2)).collect();
            let halo: Vec<_> = group.iter().filter(|lamp| lamp.2 > 1.9).map(|lamp| (lamp.0, lamp.1, lamp.2 * 3.2)).collect();
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
        for (x, tall) in [(150.0, 150.0), (178.0, 120.0), (214.0, 170.0), (604.0, 140.0), (640.0, 176.0), (672.0, 118.0)] {
            masts.segment((x, horizon), (x, horizon - tall)).segment((x, horizon - tall), (x - 32.0, horizon - 4.0)).segment((x, horizon - tall), (x + 28.0, horizon - 4.0));
        }
        sheet.stroke(&masts, inks.paper, 2.2);
    });
    seal(sheet, inks.accent, inks.ink);
}

/// A pier that walks out into the mist.
fn pier(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 440.0;
    sky(sheet, &[(0.0, inks.mid.mix(inks.soft, 0.5)), (0.43, inks.paper), (0.55, inks.soft), (1.0, inks.mid)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(520.0, 300.0, 62.0), inks.accent);
        ripples(sheet, horizon + 8.0, BOTTOM, inks.paper.alpha(0.7), 0.55);
        glitter(sheet, 520.0, horizon, BOTTOM, (30.0, 66.0), inks.accent.alpha(0.4));
        let vanish = (330.0, horizon + 6.0);
        let near = |share: f64| 1.0 / lerp(14.0, 1.0, share);
        let deck = |share: f64, side: f64| {
            let scale = near(share);
            (lerp(vanish.0, 400.0, scale) + side * 262.0 * scale, vanish.1 + (BOTTOM + 40.0 - vanish.1) * scale * 0.76)
        };
        let mut piles: Vec<(f64, f64)> = Vec::new();
        for index in 0..26 {
            piles.push((1.0 / (1.02 + 0.5 * f64::from(25 - index)), f64::from(index)));
        }
        for (scale, _) in &piles {
            let fade = inks.ink.mix(inks.soft, smooth(0.9, 0.03, *scale) * 0.85);
            let y = vanish.1 + (BOTTOM + 40.0 - vanish.1) * scale * 0.76;
            let mut posts = Path::new();
            for side in [-1.0, 1.0] {
                let x = lerp(vanish.0, 400.0, *scale) + side * 240.0 * scale;
                posts.rect(x - 13.0 * scale, y, 26.0 * scale, 330.0 * scale);
            }
            sheet.fill(&posts, fade);
        }
        let boards = sheet.gradient((0.0, vanish.1), (0.0, BOTTOM), &[(0.0, inks.soft, 1.0), (0.35, inks.mid.mix(inks.deep, 0.3), 1.0), (1.0, inks.ink, 1.0)]);
        sheet.fill(Path::new().polygon(&[deck(0.0, -1.0), deck(0.0, 1.0), deck(1.0, 1.0), deck(1.0, -1.0)]), boards);
        let mut gaps = Path::new();
        let mut scale: f64 = 0.075;
        while scale < 1.02 {
            let share = (14.0 - 1.0 / scale) / 13.0;
            gaps.segment(deck(share, -1.0), deck(share, 1.0));
            scale *= 1.075;
        }
        sheet.stroke(&gaps, inks.paper.alpha(0.22), 1.6);
        for (scale, index) in &piles {
            let fade = inks.ink.mix(inks.soft, smooth(0.9, 0.03, *scale) * 0.85);
            let y = vanish.1 + (BOTTOM + 40.0 - vanish.1) * scale * 0.76;
            let mut posts = Path::new();
            for side in [-1.0, 1.0] {
                let x = lerp(vanish.0, 400.0, *scale) + side * 250.0 * scale;
                posts.rect(x - 9.0 * scale, y - 150.0 * scale, 18.0 * scale, 160.0 * scale);
            }
            sheet.fill(&posts, fade);
            if *index == 23.0 {
                let x = lerp(vanish.0, 400.0, *scale) - 250.0 * scale;
                let top = y - 150.0 * scale;
                let mut bird = Path::new();
                bird.start(x - 13.0, top - 6.0).quad(x - 2.0, top - 17.0, x + 6.0, top - 15.0).quad(x + 10.0, top - 22.0, x + 15.0, top - 17.0).to(x + 20.0, top - 15.0).to(x + 14.0, top - 12.0).quad(x + 8.0, top - 2.0, x - 13.0, top - 6.0).close();
                sheet.fill(&bird, inks.paper);
                sheet.stroke(Path::new().segment((x + 2.0, top - 5.0), (x + 2.0, top)), inks.accent, 1.8);
            }
        }
        for side in [-1.0, 1.0] {
            let mut rail = Path::new();
            for height in [146.0, 84.0] {
                for pair in piles.windows(2) {
                    let at = |scale: f64| (lerp(vanish.0, 400.0, scale) + side * 250.0 * scale, vanish.1 + (BOTTOM + 40.0 - vanish.1) * scale * 0.76 - height * scale);
                    rail.segment(at(pair[0].0), at(pair[1].0));
                }
            }
            sheet.stroke(&rail, inks.deep, 2.6);
        }
        let mist = sheet.gradient((0.0, horizon - 90.0), (0.0, horizon + 110.0), &[(0.0, inks.paper, 0.0), (0.5, inks.paper, 0.9), (1.0, inks.paper, 0.0)]);
        sheet.fill(Path::new().rect(LEFT, horizon - 90.0, PLATE.2, 200.0), mist);
        gulls(sheet, (220.0, 230.0), 80.0, 5, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Houses that climb from the water up a hill.
fn hillside(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.accent.mix(inks.paper, 0.55)), (0.5, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(196.0, 196.0, 54.0), inks.mid.mix(inks.paper, 0.15));
        let ridge: Vec<Point> = (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, 640.0 - 430.0 * smooth(60.0, 560.0, x) + 120.0 * smooth(560.0, 800.0, x))).collect();
        sheet.fill(&below(&ridge), inks.accent.mix(inks.soft, 0.45));
        let hues = [inks.paper, inks.soft, inks.second, inks.mid, inks.second.mix(inks.paper, 0.5), inks.paper.mix(inks.mid, 0.4), inks.deep.mix(inks.second, 0.5), inks.accent.mix(inks.paper, 0.25)];
        for row in 0..15 {
            let base = 300.0 + f64::from(row) * 34.0;
            let mut x = LEFT - 30.0 + sheet.dice.between(0.0, 24.0);
            while x < RIGHT {
                let (wide, tall) = (sheet.dice.between(30.0, 62.0), sheet.dice.between(44.0, 84.0));
                let middle = x + wide / 2.0;
                let ground = 640.0 - 430.0 * smooth(60.0, 560.0, middle) + 120.0 * smooth(560.0, 800.0, middle);
                if base > ground + 22.0 && base < 800.0 {
                    if sheet.dice.chance(0.12) {
                        let mut tree = Path::new();
                        let high = sheet.dice.between(46.0, 84.0);
                        tree.start(middle - 8.0, base).quad(middle - 12.0, base - high * 0.5, middle, base - high).quad(middle + 12.0, base - high * 0.5, middle + 8.0, base).close();
                        sheet.fill(&tree, inks.accent.mix(inks.ink, 0.45));
                        x += 22.0;
                        continue;
                    }
                    let hue = sheet.dice.pick(&hues);
                    sheet.fill(Path::new().rect(x, base - tall, wide, tall), hue);
                    sheet.fill(Path::new().rect(x + wide * 0.72, base - tall, wide * 0.28, tall), inks.deep.alpha(0.22));
                    match sheet.dice.below(4) {
                        0 => sheet.fill(Path::new().polygon(&[(x - 3.0, base - tall), (middle, base - tall - 17.0), (x + wide + 3.0, base - tall)]), inks.second.mix(inks.deep, 0.25)),
                        1 => sheet.fill(Path::new().polygon(&[(x - 3.0, base - tall), (x + 6.0, base - tall - 11.0), (x + wide + 3.0, base - tall - 11.0), (x + wide + 3.0, base - tall)]), inks.deep),
                        2 => sheet.fill(Path::new().arc((middle, base - tall), wide * 0.36, PI, TAU).close(), inks.accent),
                        _ => sheet.fill(Path::new().rect(x - 2.0, base - tall - 4.0, wide + 4.0, 5.0), inks.deep.alpha(0.8)),
                    }
                    let mut windows = Path::new();
                    let columns = (wide / 17.0) as usize;
                    for line in 0..((tall - 12.0) / 19.0) as usize {
                        for column in 0..columns {
                            if sheet.dice.chance(0.8) {
                                let (left, top) = (x + 6.0 + column as f64 * (wide - 6.0) / columns as f64, base - tall + 9.0 + line as f64 * 19.0);
                                if line == 0 && sheet.dice.chance(0.4) {
                                    windows.start(left, top + 10.0).to(left, top + 3.0).quad(left + 3.5, top - 3.0, left + 7.0, top + 3.0).to(left + 7.0, top + 10.0).close();
                                } else {
                                    windows.rect(left, top, 7.0, 10.0);
                                }
                            }
                        }
                    }
                    sheet.fill(&windows, inks.ink.alpha(0.82));
                    x += wide - 2.0;
                } else {
                    x += 20.0;
                }
            }
        }
        let tower = (548.0, 214.0);
        sheet.fill(Path::new().rect(tower.0 - 18.0, tower.1, 36.0, 120.0), inks.paper);
        sheet.fill(Path::new().rect(tower.0 + 6.0, tower.1, 12.0, 120.0), inks.deep.alpha(0.25));
        sheet.fill(Path::new().polygon(&[(tower.0 - 23.0, tower.1), (tower.0, tower.1 - 44.0), (tower.0 + 23.0, tower.1)]), inks.second);
        sheet.fill(Path::new().rect(tower.0 - 6.0, tower.1 + 16.0, 12.0, 22.0), inks.ink);
        sheet.stroke(Path::new().segment((tower.0, tower.1 - 44.0), (tower.0, tower.1 - 66.0)).segment((tower.0 - 6.0, tower.1 - 58.0), (tower.0 + 6.0, tower.1 - 58.0)), inks.ink, 2.4);
        let quay = 798.0;
        sheet.fill(Path::new().rect(LEFT, quay, PLATE.2, 20.0), inks.soft);
        let mut arches = Path::new();
        for arch in 0..17 {
            let x = LEFT + 22.0 + f64::from(arch) * 40.0;
            arches.start(x - 11.0, quay + 20.0).to(x - 11.0, quay + 12.0).quad(x, quay - 1.0, x + 11.0, quay + 12.0).to(x + 11.0, quay + 20.0).close();
        }
        sheet.fill(&arches, inks.deep);
        sheet.fill(Path::new().rect(LEFT, quay + 20.0, PLATE.2, 140.0), inks.accent);
        sheet.fill(&below(&swell(quay + 62.0, 5.0, 160.0, 0.0)), inks.accent.mix(inks.ink, 0.25));
        ripples(sheet, quay + 20.0, BOTTOM, inks.paper.alpha(0.6), 0.45);
        for (x, y, hue, scale) in [(168.0, 864.0, inks.second, 0.8), (330.0, 894.0, inks.paper, 1.0), (520.0, 858.0, inks.mid, 0.75), (650.0, 900.0, inks.second, 1.0)] {
            sheet.placed((x, y), 0.0, scale, |sheet| {
                let mut boat = Path::new();
                boat.start(-46.0, -12.0).quad(0.0, -4.0, 50.0, -15.0).quad(40.0, 9.0, 24.0, 10.0).to(-30.0, 10.0).quad(-44.0, 4.0, -46.0, -12.0).close();
                sheet.fill(&boat, hue);
                sheet.stroke(Path::new().start(-45.0, -8.0).quad(0.0, 0.0, 48.0, -11.0), inks.ink, 3.0);
                sheet.stroke(Path::new().segment((4.0, -8.0), (4.0, -86.0)), inks.ink, 2.4);
            });
        }
    });
    seal(sheet, inks.second, inks.paper);
}

/// A marina from above, as neat as a drawer of spoons.
fn marina(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient((LEFT, TOP), (RIGHT, BOTTOM), &[(0.0, inks.mid, 1.0), (0.6, inks.mid.mix(inks.soft, 0.35), 1.0), (1.0, inks.mid, 1.0)]);
    sheet.fill(&plate(), water);
    sheet.clipped(&plate(), |sheet| {
        let mut flecks = Path::new();
        for _ in 0..620 {
            let (x, y) = (sheet.dice.between(LEFT, RIGHT), sheet.dice.between(TOP, BOTTOM));
            let half = sheet.dice.between(5.0, 14.0);
            flecks.start(x - half, y).quad(x - half / 2.0, y - 3.0, x, y).quad(x + half / 2.0, y + 3.0, x + half, y);
        }
        sheet.stroke(&flecks, inks.ink.alpha(0.16), 1.1);
        let planks = inks.second.mix(inks.ink, 0.35);
        for pontoon in 0..4 {
            let x = LEFT + 84.0 + f64::from(pontoon) * 168.0;
            sheet.fill(Path::new().rect(x + 3.0, TOP, 20.0, 800.0), inks.deep.alpha(0.5));
            sheet.fill(Path::new().rect(x - 9.0, TOP - 4.0, 18.0, 800.0), planks);
            let mut boards = Path::new();
            for board in 0..134 {
                boards.segment((x - 9.0, TOP + f64::from(board) * 6.0), (x + 9.0, TOP + f64::from(board) * 6.0));
            }
            sheet.stroke(&boards, inks.deep.alpha(0.35), 0.9);
            for side in [-1.0, 1.0] {
                for berth in 0..15 {
                    let y = TOP + 44.0 + f64::from(berth) * 52.0;
                    sheet.fill(Path::new().rect(if side > 0.0 { x + 9.0 } else { x - 49.0 }, y + 24.0, 40.0, 4.0), planks);
                    if sheet.dice.chance(0.13) {
                        continue;
                    }
                    let size = sheet.dice.between(0.82, 1.08);
                    let kind = sheet.dice.below(10);
                    let deck = sheet.dice.pick(&[inks.ink, inks.ink, inks.ink, inks.second, inks.soft, inks.accent]);
                    let drift = sheet.dice.bell() * 1.4;
                    let turn = if side > 0.0 { 0.0 } else { PI } + sheet.dice.bell() * 0.02;
                    sheet.placed((x + side * 14.0, y + drift), turn, size, |sheet| {
                        let hull = |shift: f64| {
                            let mut path = Path::new();
                            path.start(shift, -12.0 + shift).quad(34.0 + shift, -15.0 + shift, 62.0 + shift, shift).quad(34.0 + shift, 15.0 + shift, shift, 12.0 + shift).close();
                            path
                        };
                        sheet.fill(&hull(4.0), inks.deep.alpha(0.42));
                        sheet.fill(&hull(0.0), deck);
                        if kind < 6 {
                            sheet.fill(Path::new().ellipse(33.0, 0.0, 14.0, 5.0), inks.soft.mix(inks.mid, 0.3));
                            sheet.stroke(Path::new().segment((4.0, 0.0), (36.0, 0.0)), inks.accent, 3.4);
                            sheet.stroke(Path::new().segment((36.0, -10.0), (36.0, 10.0)), inks.deep, 1.2);
                            sheet.stroke(Path::new().dot(36.0, 0.0), inks.deep, 3.8);
                        } else {
                            sheet.fill(Path::new().rect(9.0, -7.0, 22.0, 14.0), inks.deep);
                            sheet.fill(Path::new().rect(12.0, -5.0, 11.0, 10.0), inks.soft);
                            sheet.stroke(Path::new().segment((38.0, 0.0), (54.0, 0.0)), inks.deep.alpha(0.5), 1.6);
                        }
                    });
                }
            }
        }
        let mut mole = Path::new();
        mole.start(LEFT - 10.0, 916.0).quad(400.0, 884.0, 640.0, 908.0);
        sheet.stroke(&mole, inks.deep.alpha(0.5), 44.0);
        sheet.stroke(&mole, inks.soft, 34.0);
        let mut stones = Vec::new();
        for step in 0..120 {
            let share = f64::from(step) / 120.0;
            let (x, y) = (lerp(LEFT, 640.0, share), 916.0 - 46.0 * share * (1.0 - share) - 8.0 * share);
            stones.push((x, y + sheet.dice.bell() * 14.0, sheet.dice.between(2.0, 5.0)));
        }
        sheet.dots(&stones, inks.mid.alpha(0.6));
        sheet.fill(Path::new().circle(642.0, 908.0, 15.0), inks.ink);
        sheet.fill(Path::new().circle(642.0, 908.0, 9.0), inks.accent);
        sheet.placed((700.0, 858.0), -1.3, 1.0, |sheet| {
            for share in [1.0, 0.7, 0.45] {
                let mut wake = Path::new();
                wake.start(-96.0 * share, -24.0 * share).quad(-30.0 * share, -12.0 * share, 6.0, 0.0).quad(-30.0 * share, 12.0 * share, -96.0 * share, 24.0 * share);
                sheet.stroke(&wake, inks.ink.alpha(0.55), 1.5);
            }
            let mut hull = Path::new();
            hull.start(-14.0, -8.0).quad(10.0, -10.0, 26.0, 0.0).quad(10.0, 10.0, -14.0, 8.0).close();
            sheet.fill(&hull, inks.second);
        });
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A long bridge that goes where the fog is.
fn bridge(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.paper, 0.35)), (0.35, inks.second.mix(inks.paper, 0.6)), (0.7, inks.paper)]);
    sheet.clipped(&plate(), |sheet| {
        sheet.fill(Path::new().circle(210.0, 280.0, 66.0), inks.second);
        for (level, tall, shift, tone) in [(600.0, 120.0, 0.6, 0.22), (640.0, 90.0, 2.2, 0.42)] {
            let hills: Vec<Point> = (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, level - tall * (x / 150.0 + shift).sin().abs().powf(1.5) - 8.0 * (x / 29.0).sin())).collect();
            let fade = sheet.gradient((0.0, level - tall), (0.0, level + 60.0), &[(0.0, inks.mid, tone + 0.25), (1.0, inks.paper, 0.1)]);
            sheet.fill(&below(&hills), fade);
        }
        let water = 742.0;
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 220.0), inks.mid.mix(inks.soft, 0.4));
        // The deck rises towards the viewer; the near tower is the taller one.
        let deck = |x: f64| lerp(650.0, 560.0, smooth(LEFT, RIGHT + 120.0, x));
        let towers: [(f64, f64, f64, f64); 2] = [(248.0, 372.0, 15.0, 0.35), (600.0, 150.0, 27.0, 0.0)];
        let cable = |x: f64| {
            let (one, two) = (towers[0], towers[1]);
            if x < one.0 {
                lerp(deck(LEFT - 30.0) - 10.0, one.1, ((x - LEFT + 30.0) / (one.0 - LEFT + 30.0)).powf(1.5))
            } else if x < two.0 {
                let share = (x - one.0) / (two.0 - one.0);
                let straight = lerp(one.1, two.1, share);
                straight + (deck(470.0) - 24.0 - lerp(one.1, two.1, 0.42)) * 4.0 * share * (1.0 - share) * 0.98
            } else {
                lerp(two.1, two.1 + 250.0, (x - two.0) / 150.0)
            }
        };
        let (mut cables, mut hangers) = (Path::new(), Path::new());
        let points: Vec<Point> = (0..=120).map(|step| lerp(LEFT - 20.0, RIGHT + 20.0, f64::from(step) / 120.0)).map(|x| (x, cable(x).min(deck(x) - 6.0))).collect();
        cables.line(&points);
        let mut x = LEFT;
        while x < RIGHT {
            hangers.segment((x, cable(x).min(deck(x) - 6.0)), (x, deck(x)));
            x += lerp(9.0, 17.0, smooth(LEFT, RIGHT, x));
        }
        let red = inks.accent;
        sheet.stroke(&hangers, red.mix(inks.ink, 0.25), 1.4);
        for (x, top, half, fade) in towers {
            let hue = red.mix(inks.paper, fade * 0.6);
            for side in [-1.0, 1.0] {
                let mut leg = Path::new();
                let foot = water + 22.0;
                leg.polygon(&[(x + side * half - half * 0.30, top), (x + side * half + half * 0.30, top), (x + side * half * 1.3 + half * 0.42, foot), (x + side * half * 1.3 - half * 0.42, foot)]);
                sheet.fill(&leg, if side > 0.0 { hue.mix(inks.ink, 0.22) } else { hue });
            }
            let mut braces = Path::new();
            for share in [0.03, 0.24, 0.47] {
                braces.rect(x - half * 1.3, lerp(top, deck(x), share), half * 2.6, half * 0.55);
            }
            sheet.fill(&braces, hue.mix(inks.ink, 0.1));
            sheet.fill(Path::new().rect(x - half * 2.4, water + 8.0, half * 4.8, half * 1.3), inks.deep.mix(inks.paper, fade));
        }
        sheet.stroke(&cables, red, 5.0);
        let road: Vec<Point> = (0..=40).map(|step| lerp(LEFT - 20.0, RIGHT + 20.0, f64::from(step) / 40.0)).map(|x| (x, deck(x))).collect();
        let mut slab = Path::new();
        slab.line(&road);
        let lower: Vec<Point> = road.iter().rev().map(|point| (point.0, point.1 + lerp(9.0, 26.0, smooth(LEFT, RIGHT, point.0)))).collect();
        for point in &lower {
            slab.to(point.0, point.1);
        }
        slab.close();
        sheet.fill(&slab, red);
        let mut truss = Path::new();
        for pair in 0..52 {
            let (from, until) = (lerp(LEFT, RIGHT, f64::from(pair) / 52.0), lerp(LEFT, RIGHT, f64::from(pair + 1) / 52.0));
            let thick = lerp(9.0, 26.0, smooth(LEFT, RIGHT, from));
            truss.segment((from, deck(from) + 2.0), (until, deck(until) + thick - 2.0));
        }
        sheet.stroke(&truss, inks.ink.alpha(0.4), 1.6);
        for (y, tall, strong) in [(700.0, 80.0, 0.9), (612.0, 46.0, 0.55), (770.0, 50.0, 0.6)] {
            let fog = sheet.gradient((0.0, y - tall), (0.0, y + tall), &[(0.0, inks.paper, 0.0), (0.5, inks.paper, strong), (1.0, inks.paper, 0.0)]);
            sheet.fill(Path::new().rect(LEFT, y - tall, PLATE.2, tall * 2.0), fog);
        }
        for (x, y, scale) in [(170.0, 700.0, 1.1), (420.0, 716.0, 1.5), (640.0, 690.0, 1.2), (300.0, 640.0, 0.7)] {
            let mut bank = Path::new();
            for (shift, lift, radius) in [(-90.0, 6.0, 26.0), (-46.0, -8.0, 36.0), (6.0, -14.0, 44.0), (60.0, -4.0, 34.0), (100.0, 8.0, 24.0)] {
                bank.ellipse(x + shift * scale, y + lift * scale, radius * 1.6 * scale, radius * 0.62 * scale);
            }
            sheet.fill(&bank, inks.paper.alpha(0.34));
        }
        let low = sheet.gradient((0.0, water), (0.0, BOTTOM), &[(0.0, inks.mid, 0.0), (1.0, inks.deep, 0.95)]);
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 220.0), low);
        ripples(sheet, water + 26.0, BOTTOM, inks.paper.alpha(0.5), 0.5);
        let mut tug = Path::new();
        tug.start(392.0, 872.0).quad(430.0, 880.0, 486.0, 866.0).quad(480.0, 892.0, 466.0, 894.0).to(408.0, 894.0).quad(394.0, 888.0, 392.0, 872.0).close();
        sheet.fill(&tug, inks.ink);
        sheet.fill(Path::new().rect(416.0, 852.0, 34.0, 24.0), inks.paper);
        sheet.fill(Path::new().rect(430.0, 832.0, 12.0, 21.0), inks.accent);
        sheet.fill(Path::new().rect(420.0, 858.0, 8.0, 7.0).rect(434.0, 858.0, 8.0, 7.0), inks.ink);
        gulls(sheet, (420.0, 260.0), 80.0, 6, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Five buoys, each with a different opinion of the channel.
fn buoys(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.55)), (0.6, inks.paper.mix(inks.soft, 0.4))]);
    sheet.clipped(&plate(), |sheet| {
        let mut arcs = Path::new();
        for ring in 0..16 {
            arcs.circle(400.0, 560.0, 120.0 + f64::from(ring) * 30.0);
        }
        sheet.stroke(&arcs, inks.paper.alpha(0.55), 9.0);
        sheet.fill(Path::new().circle(400.0, 560.0, 104.0), inks.second);
        sheet.fill(&below(&swell(590.0, 6.0, 210.0, 0.0)), inks.mid.mix(inks.soft, 0.3));
        let fleet: [(f64, f64, f64, usize, f64); 5] = [(226.0, 640.0, 0.56, 0, -0.05), (600.0, 652.0, 0.62, 1, 0.08), (400.0, 716.0, 0.9, 2, -0.03), (176.0, 800.0, 1.1, 3, 0.07), (612.0, 832.0, 1.22, 4, -0.07)];
        for (index, (x, y, scale, kind, lean)) in fleet.into_iter().enumerate() {
            let (one, two) = [(inks.accent, inks.paper), (inks.deep, inks.second), (inks.accent, inks.accent), (inks.second, inks.ink), (inks.accent, inks.paper)][kind];
            sheet.placed((x, y), lean, scale, |sheet| buoy(sheet, kind, one, two));
            let line = swell(y - 4.0, 7.0 * scale + 2.0, 150.0 + 70.0 * scale, index as f64 * 1.9);
            let tone = inks.mid.mix(inks.deep, 0.16 + index as f64 * 0.2);
            sheet.fill(&below(&line), tone);
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.75), 1.6 + scale);
            let mut rings = Path::new();
            for ring in 1..4 {
                let reach = f64::from(ring) * 34.0 * scale;
                rings.start(x - 40.0 * scale - reach, y + 18.0 * scale).quad(x, y + (24.0 + f64::from(ring) * 13.0) * scale, x + 40.0 * scale + reach, y + 18.0 * scale);
            }
            sheet.stroke(&rings, inks.paper.alpha(0.5), 1.4 * scale);
        }
        gulls(sheet, (300.0, 250.0), 100.0, 6, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One buoy, floating at the origin.
fn buoy(sheet: &mut Sheet, kind: usize, one: Colour, two: Colour) {
    let inks = sheet.inks;
    let mut body = Path::new();
    let bands: usize;
    match kind {
        0 | 4 => {
            body.polygon(&[(-60.0, 20.0), (-60.0, -40.0), (-22.0, -58.0), (-12.0, -230.0), (12.0, -230.0), (22.0, -58.0), (60.0, -40.0), (60.0, 20.0)]);
            bands = 4;
        }
        1 => {
            body.start(-56.0, 20.0).to(-56.0, -24.0).quad(-52.0, -60.0, -20.0, -70.0).to(-10.0, -210.0).to(10.0, -210.0).to(20.0, -70.0).quad(52.0, -60.0, 56.0, -24.0).to(56.0, 20.0).close();
            bands = 3;
        }
        2 => {
            body.polygon(&[(-58.0, 20.0), (-58.0, -30.0), (0.0, -196.0), (58.0, -30.0), (58.0, 20.0)]);
            bands = 1;
        }
        _ => {
            body.polygon(&[(-50.0, 20.0), (-50.0, -190.0), (50.0, -190.0), (50.0, 20.0)]);
            bands = 5;
        }
    }
    sheet.fill(&body, one);
    sheet.clipped(&body, |sheet| {
        for band in (1..bands).step_by(2) {
            let tall = 250.0 / bands as f64;
            sheet.fill(Path::new().rect(-70.0, 20.0 - (band + 1) as f64 * tall, 140.0, tall), two);
        }
        sheet.fill(Path::new().rect(14.0, -240.0, 60.0, 270.0), inks.ink.alpha(0.2));
        sheet.fill(Path::new().rect(-44.0, -240.0, 9.0, 270.0), inks.paper.alpha(0.3));
    });
    let top = if kind == 2 { -196.0 } else if kind == 3 { -190.0 } else { -226.0 };
    sheet.stroke(Path::new().segment((0.0, top), (0.0, top - 34.0)), inks.ink, 5.0);
    match kind {
        0 => sheet.fill(Path::new().polygon(&[(-17.0, top - 34.0), (0.0, top - 66.0), (17.0, top - 34.0)]), inks.ink),
        1 => sheet.fill(Path::new().circle(0.0, top - 48.0, 16.0), inks.accent),
        2 => sheet.fill(Path::new().star((0.0, top - 48.0), 19.0, 8.0, 4), inks.ink),
        3 => sheet.fill(Path::new().polygon(&[(-16.0, top - 30.0), (0.0, top - 54.0), (16.0, top - 30.0)]).polygon(&[(-16.0, top - 84.0), (0.0, top - 60.0), (16.0, top - 84.0)]), inks.ink),
        _ => {
            let halo = sheet.glow((0.0, top - 46.0), 54.0, &[(0.0, inks.second, 0.95), (1.0, inks.second, 0.0)]);
            sheet.fill(Path::new().circle(0.0, top - 46.0, 54.0), halo);
            sheet.fill(Path::new().rect(-11.0, top - 60.0, 22.0, 28.0), inks.second);
            sheet.stroke(Path::new().rect(-11.0, top - 60.0, 22.0, 28.0), inks.ink, 3.0);
        }
    }
}

/// Signal flags on the line, reading nothing in particular.
fn signal_flags(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (wide, tall) = (112.0, 92.0);
    for row in 0..7 {
        for column in 0..5 {
            let at = (LEFT + 6.0 + f64::from(column) * 137.0, TOP + 8.0 + f64::from(row) * 125.0);
            let kind = (row * 5 + column) as usize * 4 % 35 + sheet.dice.below(2);
            let (one, two) = sheet.dice.pick(&[(inks.mid, inks.second), (inks.accent, inks.paper), (inks.mid, inks.paper), (inks.ink, inks.second), (inks.accent, inks.second), (inks.paper, inks.mid), (inks.second, inks.accent)]);
            let three = if one == inks.mid || two == inks.mid { inks.accent } else { inks.mid };
            let mut flag = Path::new();
            flag.start(at.0, at.1).cubic((at.0 + wide * 0.3, at.1 - 9.0), (at.0 + wide * 0.6, at.1 + 9.0), (at.0 + wide, at.1 - 1.0));
            flag.to(at.0 + wide, at.1 + tall - 1.0).cubic((at.0 + wide * 0.6, at.1 + tall + 9.0), (at.0 + wide * 0.3, at.1 + tall - 9.0), (at.0, at.1 + tall)).close();
            let mut shadow = Path::new();
            shadow.rect(at.0 + 5.0, at.1 + 8.0, wide, tall);
            sheet.fill(&shadow, inks.ink.alpha(0.08));
            sheet.fill(&flag, one);
            sheet.clipped(&flag, |sheet| {
                let (x, y) = (at.0, at.1 - 10.0);
                let high = tall + 20.0;
                let middle = (at.0 + wide / 2.0, at.1 + tall / 2.0);
                match kind % 12 {
                    0 => sheet.fill(Path::new().rect(x + wide / 2.0, y, wide / 2.0, high), two),
                    1 => sheet.fill(Path::new().rect(x, y, wide, high / 2.0), two),
                    2 => sheet.fill(Path::new().polygon(&[(x, y), (x + wide, y), (x, y + high)]), two),
                    3 => sheet.fill(Path::new().rect(middle.0 - 24.0, middle.1 - 20.0, 48.0, 40.0), two),
                    4 => sheet.fill(Path::new().rect(middle.0 - 11.0, y, 22.0, high).rect(x, middle.1 - 11.0, wide, 22.0), two),
                    5 => {
                        sheet.stroke(Path::new().segment((x, y), (x + wide, y + high)).segment((x + wide, y), (x, y + high)), two, 21.0);
                    }
                    6 => {
                        let mut checks = Path::new();
                        for cell in (0..16).filter(|cell| (cell + cell / 4) % 2 == 0) {
                            checks.rect(x + f64::from(cell % 4) * wide / 4.0, y + f64::from(cell / 4) * high / 4.0, wide / 4.0, high / 4.0);
                        }
                        sheet.fill(&checks, two);
                    }
                    7 => {
                        sheet.fill(Path::new().rect(x, y, wide, high / 3.0).rect(x, y + high * 2.0 / 3.0, wide, high / 3.0), two);
                        sheet.fill(Path::new().rect(x, y + high / 3.0, wide, high / 3.0), three);
                    }
                    8 => sheet.fill(Path::new().circle(middle.0, middle.1, 25.0), two),
                    9 => sheet.fill(Path::new().rect(x, y, wide / 3.0, high).rect(x + wide * 2.0 / 3.0, y, wide / 3.0, high), two),
                    10 => {
                        let mut bars = Path::new();
                        for bar in -3..6 {
                            let shift = f64::from(bar) * 44.0;
                            bars.polygon(&[(x + shift, y + high), (x + shift + 22.0, y + high), (x + shift + 22.0 + high, y), (x + shift + high, y)]);
                        }
                        sheet.fill(&bars, two);
                    }
                    _ => {
                        sheet.fill(Path::new().rect(x + 15.0, y + 25.0, wide - 30.0, high - 50.0), two);
                        sheet.fill(Path::new().rect(x + 34.0, y + 41.0, wide - 68.0, high - 82.0), three);
                    }
                }
                let folds = sheet.gradient((at.0, 0.0), (at.0 + wide, 0.0), &[(0.0, inks.ink, 0.16), (0.22, inks.ink, 0.0), (0.45, inks.paper, 0.16), (0.7, inks.ink, 0.13), (1.0, inks.paper, 0.10)]);
                sheet.fill(&flag, folds);
            });
        }
    }
    let mut lines = Path::new();
    for row in 0..7 {
        let y = TOP + 8.0 + f64::from(row) * 125.0;
        lines.start(LEFT - 22.0, y - 5.0).quad(400.0, y + 2.0, RIGHT + 22.0, y - 6.0);
    }
    sheet.stroke(&lines, inks.ink, 1.8);
    seal(sheet, inks.accent, inks.paper);
}
