//! Quays: cranes, gables and a town on a hill.

use std::f64::consts::{PI, TAU};

use crate::art::colour::Colour;
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, below, glitter, gulls, on_plate, ripples, seal, sky, swell};
use crate::art::sheet::{Path, Point, Sheet, lerp, smooth};

/// One ship-to-shore crane, its foot at the origin.
fn crane(sheet: &mut Sheet, hue: Colour, raised: bool) {
    let inks = sheet.inks;
    let mut frame = Path::new();
    frame
        .segment((-46.0, 0.0), (-34.0, -300.0))
        .segment((58.0, 0.0), (46.0, -300.0))
        .segment((-42.0, -96.0), (54.0, -96.0))
        .segment((-36.0, -250.0), (48.0, -250.0));
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
    stays
        .segment((12.0, -404.0), (tip.0 * 0.9, lerp(-300.0, tip.1, 0.9)))
        .segment((12.0, -404.0), (lerp(-34.0, tip.0, 0.45), lerp(-300.0, tip.1, 0.45)))
        .segment((12.0, -404.0), (138.0, -304.0));
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
        sheet.stroke(
            Path::new().segment((-170.0, -282.0), (-170.0, -196.0)).segment((-156.0, -282.0), (-156.0, -196.0)),
            hue,
            1.8,
        );
        sheet.fill(Path::new().rect(-192.0, -198.0, 58.0, 27.0), inks.second);
    }
    sheet.stroke(Path::new().segment((-58.0, 0.0), (70.0, 0.0)), hue, 12.0);
}

/// Cranes before a low sun, and all of it again in the water.
pub(super) fn cranes(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let quay = 700.0;
    sky(sheet, &[(0.0, inks.deep), (0.3, inks.mid), (0.52, inks.accent), (0.72, inks.second)]);
    on_plate(sheet, |sheet| {
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
            for (x, scale, depth, raised) in [
                (690.0, 0.62, 0.5, true),
                (560.0, 0.66, 0.42, false),
                (452.0, 1.04, 0.12, true),
                (668.0, 1.22, 0.0, false),
                (246.0, 0.9, 0.2, false),
            ] {
                let hue = inks.ink.mix(inks.accent, depth);
                sheet.placed((x, quay - 14.0), 0.0, scale, |sheet| crane(sheet, hue, raised));
            }
            let hues =
                [inks.ink, inks.deep, inks.mid, inks.accent.mix(inks.ink, 0.3), inks.second.mix(inks.accent, 0.3)];
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
pub(super) fn gables(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let quay = 690.0;
    sky(sheet, &[(0.0, inks.soft), (0.6, inks.paper)]);
    on_plate(sheet, |sheet| {
        for (x, y, scale) in [(180.0, 180.0, 1.0), (560.0, 130.0, 0.7)] {
            let mut cloud = Path::new();
            cloud
                .circle(x - 50.0 * scale, y, 24.0 * scale)
                .circle(x, y - 16.0 * scale, 38.0 * scale)
                .circle(x + 52.0 * scale, y - 2.0, 27.0 * scale)
                .rect(x - 50.0 * scale, y, 102.0 * scale, 25.0 * scale);
            sheet.fill(&cloud, inks.paper.mix(Colour(0xffffff), 0.5));
        }
        let street = sheet.part(|sheet| {
            let hues = [
                inks.accent,
                inks.second,
                inks.mid,
                inks.paper,
                inks.deep,
                inks.accent.mix(inks.second, 0.5),
                inks.soft,
                inks.second.mix(inks.paper, 0.4),
                inks.mid.mix(inks.deep, 0.4),
                inks.accent.mix(inks.ink, 0.25),
            ];
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
                            gable
                                .to(x + shift - wide * 0.105, top - lift + roof * 0.04)
                                .to(x + shift, top - lift + roof * 0.04);
                        }
                        for step in (1..=4).rev() {
                            let (shift, lift) = (f64::from(step) * wide * 0.105, f64::from(step) * roof * 0.25);
                            gable
                                .to(x + wide - shift, top - lift + roof * 0.04)
                                .to(x + wide - shift + wide * 0.105, top - lift + roof * 0.04);
                        }
                        gable.to(x + wide, top + 1.0).close();
                    }
                    _ => {
                        gable
                            .start(x, top + 1.0)
                            .quad(x + wide * 0.16, top - 4.0, x + wide * 0.22, top - roof * 0.45)
                            .quad(x + wide * 0.24, top - roof * 0.75, x + wide * 0.5, top - roof * 0.9);
                        gable
                            .quad(x + wide * 0.76, top - roof * 0.75, x + wide * 0.78, top - roof * 0.45)
                            .quad(x + wide * 0.84, top - 4.0, x + wide, top + 1.0)
                            .close();
                    }
                }
                sheet.fill(&wall, hue);
                sheet.fill(&gable, if kind == 0 { inks.ink.mix(inks.accent, 0.3) } else { hue });
                sheet.fill(Path::new().rect(x, top - 3.0, wide, 6.0), inks.paper.alpha(0.85));
                sheet.fill(Path::new().rect(x + wide - 7.0, top, 7.0, tall), inks.ink.alpha(0.16));
                let dark = hue == inks.deep || hue == inks.mid;
                let (pane, frame) = if dark {
                    (inks.second.mix(inks.paper, 0.4), inks.paper)
                } else {
                    (inks.ink.mix(inks.deep, 0.4), inks.paper)
                };
                let (mut panes, mut frames) = (Path::new(), Path::new());
                let (columns, rows) = (3, ((tall - 66.0) / 50.0) as usize);
                for row in 0..rows {
                    for column in 0..columns {
                        let (window_x, window_y) =
                            (x + 11.0 + f64::from(column) * (wide - 18.0) / 3.0, top + 20.0 + row as f64 * 50.0);
                        panes.rect(window_x, window_y, (wide - 18.0) / 3.0 - 9.0, 27.0);
                        frames
                            .segment(
                                (window_x, window_y + 12.0),
                                (window_x + (wide - 18.0) / 3.0 - 9.0, window_y + 12.0),
                            )
                            .segment(
                                (window_x + (wide - 45.0) / 6.0, window_y),
                                (window_x + (wide - 45.0) / 6.0, window_y + 27.0),
                            );
                    }
                }
                if kind != 1 {
                    panes.circle(x + wide / 2.0, top - roof * 0.34, 8.0);
                }
                sheet.fill(&panes, pane);
                sheet.stroke(&panes, frame, 2.2);
                sheet.stroke(&frames, frame, 1.4);
                sheet.fill(
                    Path::new().rect(x + wide * 0.36, quay - 44.0, wide * 0.27, 44.0),
                    inks.ink.mix(inks.accent, 0.15),
                );
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
            boat.start(-78.0, -20.0)
                .quad(-20.0, -8.0, 84.0, -26.0)
                .quad(70.0, 12.0, 44.0, 15.0)
                .to(-54.0, 15.0)
                .quad(-76.0, 6.0, -78.0, -20.0)
                .close();
            sheet.placed((x, water + 44.0 * scale), 0.0, scale, |sheet| {
                sheet.fill(Path::new().ellipse(0.0, 20.0, 84.0, 7.0), inks.ink.alpha(0.5));
                sheet.fill(&boat, hue);
                sheet.stroke(Path::new().start(-77.0, -13.0).quad(-20.0, -2.0, 81.0, -18.0), inks.ink, 4.0);
                sheet.fill(Path::new().rect(-34.0, -50.0, 42.0, 38.0), inks.paper);
                sheet.fill(Path::new().rect(-28.0, -44.0, 12.0, 12.0).rect(-10.0, -44.0, 12.0, 12.0), inks.deep);
                sheet.fill(Path::new().rect(-40.0, -55.0, 54.0, 6.0), inks.ink);
                sheet.stroke(
                    Path::new()
                        .segment((30.0, -16.0), (30.0, -170.0))
                        .segment((30.0, -160.0), (-62.0, -22.0))
                        .segment((30.0, -160.0), (80.0, -26.0)),
                    inks.ink,
                    2.6,
                );
            });
        }
        gulls(sheet, (430.0, 210.0), 90.0, 6, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Houses that climb from the water up a hill.
pub(super) fn hillside(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.accent.mix(inks.paper, 0.55)), (0.5, inks.paper)]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(196.0, 196.0, 54.0), inks.mid.mix(inks.paper, 0.15));
        let ridge: Vec<Point> = (0..=60)
            .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
            .map(|x| (x, 640.0 - 430.0 * smooth(60.0, 560.0, x) + 120.0 * smooth(560.0, 800.0, x)))
            .collect();
        sheet.fill(&below(&ridge), inks.accent.mix(inks.soft, 0.45));
        let hues = [
            inks.paper,
            inks.soft,
            inks.second,
            inks.mid,
            inks.second.mix(inks.paper, 0.5),
            inks.paper.mix(inks.mid, 0.4),
            inks.deep.mix(inks.second, 0.5),
            inks.accent.mix(inks.paper, 0.25),
        ];
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
                        tree.start(middle - 8.0, base)
                            .quad(middle - 12.0, base - high * 0.5, middle, base - high)
                            .quad(middle + 12.0, base - high * 0.5, middle + 8.0, base)
                            .close();
                        sheet.fill(&tree, inks.accent.mix(inks.ink, 0.45));
                        x += 22.0;
                        continue;
                    }
                    let hue = sheet.dice.pick(&hues);
                    sheet.fill(Path::new().rect(x, base - tall, wide, tall), hue);
                    sheet
                        .fill(Path::new().rect(x + wide * 0.72, base - tall, wide * 0.28, tall), inks.deep.alpha(0.22));
                    match sheet.dice.below(4) {
                        0 => sheet.fill(
                            Path::new().polygon(&[
                                (x - 3.0, base - tall),
                                (middle, base - tall - 17.0),
                                (x + wide + 3.0, base - tall),
                            ]),
                            inks.second.mix(inks.deep, 0.25),
                        ),
                        1 => sheet.fill(
                            Path::new().polygon(&[
                                (x - 3.0, base - tall),
                                (x + 6.0, base - tall - 11.0),
                                (x + wide + 3.0, base - tall - 11.0),
                                (x + wide + 3.0, base - tall),
                            ]),
                            inks.deep,
                        ),
                        2 => sheet
                            .fill(Path::new().arc((middle, base - tall), wide * 0.36, PI, TAU).close(), inks.accent),
                        _ => sheet
                            .fill(Path::new().rect(x - 2.0, base - tall - 4.0, wide + 4.0, 5.0), inks.deep.alpha(0.8)),
                    }
                    let mut windows = Path::new();
                    let columns = (wide / 17.0) as usize;
                    for line in 0..((tall - 12.0) / 19.0) as usize {
                        for column in 0..columns {
                            if sheet.dice.chance(0.8) {
                                let (left, top) = (
                                    x + 6.0 + column as f64 * (wide - 6.0) / columns as f64,
                                    base - tall + 9.0 + line as f64 * 19.0,
                                );
                                if line == 0 && sheet.dice.chance(0.4) {
                                    windows
                                        .start(left, top + 10.0)
                                        .to(left, top + 3.0)
                                        .quad(left + 3.5, top - 3.0, left + 7.0, top + 3.0)
                                        .to(left + 7.0, top + 10.0)
                                        .close();
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
        sheet.fill(
            Path::new().polygon(&[(tower.0 - 23.0, tower.1), (tower.0, tower.1 - 44.0), (tower.0 + 23.0, tower.1)]),
            inks.second,
        );
        sheet.fill(Path::new().rect(tower.0 - 6.0, tower.1 + 16.0, 12.0, 22.0), inks.ink);
        sheet.stroke(
            Path::new()
                .segment((tower.0, tower.1 - 44.0), (tower.0, tower.1 - 66.0))
                .segment((tower.0 - 6.0, tower.1 - 58.0), (tower.0 + 6.0, tower.1 - 58.0)),
            inks.ink,
            2.4,
        );
        let quay = 798.0;
        sheet.fill(Path::new().rect(LEFT, quay, PLATE.2, 20.0), inks.soft);
        let mut arches = Path::new();
        for arch in 0..17 {
            let x = LEFT + 22.0 + f64::from(arch) * 40.0;
            arches
                .start(x - 11.0, quay + 20.0)
                .to(x - 11.0, quay + 12.0)
                .quad(x, quay - 1.0, x + 11.0, quay + 12.0)
                .to(x + 11.0, quay + 20.0)
                .close();
        }
        sheet.fill(&arches, inks.deep);
        sheet.fill(Path::new().rect(LEFT, quay + 20.0, PLATE.2, 140.0), inks.accent);
        sheet.fill(&below(&swell(quay + 62.0, 5.0, 160.0, 0.0)), inks.accent.mix(inks.ink, 0.25));
        ripples(sheet, quay + 20.0, BOTTOM, inks.paper.alpha(0.6), 0.45);
        for (x, y, hue, scale) in [
            (168.0, 864.0, inks.second, 0.8),
            (330.0, 894.0, inks.paper, 1.0),
            (520.0, 858.0, inks.mid, 0.75),
            (650.0, 900.0, inks.second, 1.0),
        ] {
            sheet.placed((x, y), 0.0, scale, |sheet| {
                let mut boat = Path::new();
                boat.start(-46.0, -12.0)
                    .quad(0.0, -4.0, 50.0, -15.0)
                    .quad(40.0, 9.0, 24.0, 10.0)
                    .to(-30.0, 10.0)
                    .quad(-44.0, 4.0, -46.0, -12.0)
                    .close();
                sheet.fill(&boat, hue);
                sheet.stroke(Path::new().start(-45.0, -8.0).quad(0.0, 0.0, 48.0, -11.0), inks.ink, 3.0);
                sheet.stroke(Path::new().segment((4.0, -8.0), (4.0, -86.0)), inks.ink, 2.4);
            });
        }
    });
    seal(sheet, inks.second, inks.paper);
}
