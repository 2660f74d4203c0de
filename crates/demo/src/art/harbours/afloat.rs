//! Afloat: berths, buoys and flags.

use std::f64::consts::PI;

use crate::art::colour::Colour;
use crate::art::motifs::{BOTTOM, LEFT, RIGHT, TOP, below, gulls, on_plate, plate, seal, sky, swell};
use crate::art::sheet::{Path, Sheet, lerp};

/// A marina from above, as neat as a drawer of spoons.
pub(super) fn marina(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient(
        (LEFT, TOP),
        (RIGHT, BOTTOM),
        &[(0.0, inks.mid, 1.0), (0.6, inks.mid.mix(inks.soft, 0.35), 1.0), (1.0, inks.mid, 1.0)],
    );
    sheet.fill(&plate(), water);
    on_plate(sheet, |sheet| {
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
                    sheet.fill(
                        Path::new().rect(if side > 0.0 { x + 9.0 } else { x - 49.0 }, y + 24.0, 40.0, 4.0),
                        planks,
                    );
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
                            path.start(shift, -12.0 + shift)
                                .quad(34.0 + shift, -15.0 + shift, 62.0 + shift, shift)
                                .quad(34.0 + shift, 15.0 + shift, shift, 12.0 + shift)
                                .close();
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
                wake.start(-96.0 * share, -24.0 * share).quad(-30.0 * share, -12.0 * share, 6.0, 0.0).quad(
                    -30.0 * share,
                    12.0 * share,
                    -96.0 * share,
                    24.0 * share,
                );
                sheet.stroke(&wake, inks.ink.alpha(0.55), 1.5);
            }
            let mut hull = Path::new();
            hull.start(-14.0, -8.0).quad(10.0, -10.0, 26.0, 0.0).quad(10.0, 10.0, -14.0, 8.0).close();
            sheet.fill(&hull, inks.second);
        });
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Five buoys, each with a different opinion of the channel.
pub(super) fn buoys(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.55)), (0.6, inks.paper.mix(inks.soft, 0.4))]);
    on_plate(sheet, |sheet| {
        let mut arcs = Path::new();
        for ring in 0..16 {
            arcs.circle(400.0, 560.0, 120.0 + f64::from(ring) * 30.0);
        }
        sheet.stroke(&arcs, inks.paper.alpha(0.55), 9.0);
        sheet.fill(Path::new().circle(400.0, 560.0, 104.0), inks.second);
        sheet.fill(&below(&swell(590.0, 6.0, 210.0, 0.0)), inks.mid.mix(inks.soft, 0.3));
        let fleet: [(f64, f64, f64, usize, f64); 5] = [
            (292.0, 630.0, 0.52, 0, -0.05),
            (508.0, 640.0, 0.58, 1, 0.08),
            (404.0, 724.0, 0.88, 2, -0.03),
            (176.0, 800.0, 1.1, 3, 0.07),
            (612.0, 832.0, 1.22, 4, -0.07),
        ];
        for (index, (x, y, scale, kind, lean)) in fleet.into_iter().enumerate() {
            let (one, two) = [
                (inks.accent, inks.paper),
                (inks.deep, inks.second),
                (inks.accent, inks.accent),
                (inks.second, inks.ink),
                (inks.accent, inks.paper),
            ][kind];
            sheet.placed((x, y), lean, scale, |sheet| buoy(sheet, kind, one, two));
            let line = swell(y - 4.0, 7.0 * scale + 2.0, 150.0 + 70.0 * scale, index as f64 * 1.9);
            let tone = inks.mid.mix(inks.deep, 0.16 + index as f64 * 0.2);
            sheet.fill(&below(&line), tone);
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.75), 1.6 + scale);
            let mut rings = Path::new();
            for ring in 1..4 {
                let reach = f64::from(ring) * 34.0 * scale;
                rings.start(x - 40.0 * scale - reach, y + 18.0 * scale).quad(
                    x,
                    y + (24.0 + f64::from(ring) * 13.0) * scale,
                    x + 40.0 * scale + reach,
                    y + 18.0 * scale,
                );
            }
            sheet.stroke(&rings, inks.paper.alpha(0.5), 1.4 * scale);
        }
        gulls(sheet, (290.0, 240.0), 150.0, 5, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One buoy, floating at the origin.
fn buoy(sheet: &mut Sheet, kind: usize, one: Colour, two: Colour) {
    let inks = sheet.inks;
    let mut body = Path::new();
    let bands = match kind {
        0 | 4 => {
            body.polygon(&[
                (-60.0, 20.0),
                (-60.0, -40.0),
                (-22.0, -58.0),
                (-12.0, -230.0),
                (12.0, -230.0),
                (22.0, -58.0),
                (60.0, -40.0),
                (60.0, 20.0),
            ]);
            4
        }
        1 => {
            body.start(-56.0, 20.0)
                .to(-56.0, -24.0)
                .quad(-52.0, -60.0, -20.0, -70.0)
                .to(-10.0, -210.0)
                .to(10.0, -210.0)
                .to(20.0, -70.0)
                .quad(52.0, -60.0, 56.0, -24.0)
                .to(56.0, 20.0)
                .close();
            3
        }
        2 => {
            body.polygon(&[(-58.0, 20.0), (-58.0, -30.0), (0.0, -196.0), (58.0, -30.0), (58.0, 20.0)]);
            1
        }
        _ => {
            body.polygon(&[(-50.0, 20.0), (-50.0, -190.0), (50.0, -190.0), (50.0, 20.0)]);
            5
        }
    };
    sheet.fill(&body, one);
    sheet.clipped(&body, |sheet| {
        for band in (1..bands).step_by(2) {
            let tall = 250.0 / bands as f64;
            sheet.fill(Path::new().rect(-70.0, 20.0 - (band + 1) as f64 * tall, 140.0, tall), two);
        }
        sheet.fill(Path::new().rect(14.0, -240.0, 60.0, 270.0), inks.ink.alpha(0.2));
        sheet.fill(Path::new().rect(-44.0, -240.0, 9.0, 270.0), inks.paper.alpha(0.3));
    });
    let top = if kind == 2 {
        -196.0
    } else if kind == 3 {
        -190.0
    } else {
        -226.0
    };
    sheet.stroke(Path::new().segment((0.0, top), (0.0, top - 34.0)), inks.ink, 5.0);
    match kind {
        0 => sheet.fill(Path::new().polygon(&[(-17.0, top - 34.0), (0.0, top - 66.0), (17.0, top - 34.0)]), inks.ink),
        1 => sheet.fill(Path::new().circle(0.0, top - 48.0, 16.0), inks.accent),
        2 => sheet.fill(Path::new().star((0.0, top - 48.0), 19.0, 8.0, 4), inks.ink),
        3 => sheet.fill(
            Path::new().polygon(&[(-16.0, top - 30.0), (0.0, top - 54.0), (16.0, top - 30.0)]).polygon(&[
                (-16.0, top - 84.0),
                (0.0, top - 60.0),
                (16.0, top - 84.0),
            ]),
            inks.ink,
        ),
        _ => {
            let halo = sheet.glow((0.0, top - 46.0), 54.0, &[(0.0, inks.second, 0.95), (1.0, inks.second, 0.0)]);
            sheet.fill(Path::new().circle(0.0, top - 46.0, 54.0), halo);
            sheet.fill(Path::new().rect(-11.0, top - 60.0, 22.0, 28.0), inks.second);
            sheet.stroke(Path::new().rect(-11.0, top - 60.0, 22.0, 28.0), inks.ink, 3.0);
        }
    }
}

/// Signal flags on the line, reading nothing in particular.
pub(super) fn signal_flags(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (wide, tall) = (112.0, 92.0);
    for row in 0..7 {
        for column in 0..5 {
            let at = (LEFT + 6.0 + f64::from(column) * 137.0, TOP + 8.0 + f64::from(row) * 125.0);
            let kind = (row * 5 + column) as usize * 4 % 35 + sheet.dice.below(2);
            let (one, two) = sheet.dice.pick(&[
                (inks.mid, inks.second),
                (inks.accent, inks.paper),
                (inks.mid, inks.paper),
                (inks.ink, inks.second),
                (inks.accent, inks.second),
                (inks.paper, inks.mid),
                (inks.second, inks.accent),
            ]);
            let three = if one == inks.mid || two == inks.mid { inks.accent } else { inks.mid };
            let mut flag = Path::new();
            flag.start(at.0, at.1).cubic(
                (at.0 + wide * 0.3, at.1 - 9.0),
                (at.0 + wide * 0.6, at.1 + 9.0),
                (at.0 + wide, at.1 - 1.0),
            );
            flag.to(at.0 + wide, at.1 + tall - 1.0)
                .cubic(
                    (at.0 + wide * 0.6, at.1 + tall + 9.0),
                    (at.0 + wide * 0.3, at.1 + tall - 9.0),
                    (at.0, at.1 + tall),
                )
                .close();
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
                    4 => sheet.fill(
                        Path::new().rect(middle.0 - 11.0, y, 22.0, high).rect(x, middle.1 - 11.0, wide, 22.0),
                        two,
                    ),
                    5 => {
                        sheet.stroke(
                            Path::new().segment((x, y), (x + wide, y + high)).segment((x + wide, y), (x, y + high)),
                            two,
                            21.0,
                        );
                    }
                    6 => {
                        let mut checks = Path::new();
                        for cell in (0..16).filter(|cell| (cell + cell / 4) % 2 == 0) {
                            checks.rect(
                                x + f64::from(cell % 4) * wide / 4.0,
                                y + f64::from(cell / 4) * high / 4.0,
                                wide / 4.0,
                                high / 4.0,
                            );
                        }
                        sheet.fill(&checks, two);
                    }
                    7 => {
                        sheet.fill(
                            Path::new().rect(x, y, wide, high / 3.0).rect(x, y + high * 2.0 / 3.0, wide, high / 3.0),
                            two,
                        );
                        sheet.fill(Path::new().rect(x, y + high / 3.0, wide, high / 3.0), three);
                    }
                    8 => sheet.fill(Path::new().circle(middle.0, middle.1, 25.0), two),
                    9 => sheet.fill(
                        Path::new().rect(x, y, wide / 3.0, high).rect(x + wide * 2.0 / 3.0, y, wide / 3.0, high),
                        two,
                    ),
                    10 => {
                        let mut bars = Path::new();
                        for bar in -3..6 {
                            let shift = f64::from(bar) * 44.0;
                            bars.polygon(&[
                                (x + shift, y + high),
                                (x + shift + 22.0, y + high),
                                (x + shift + 22.0 + high, y),
                                (x + shift + high, y),
                            ]);
                        }
                        sheet.fill(&bars, two);
                    }
                    _ => {
                        sheet.fill(Path::new().rect(x + 15.0, y + 25.0, wide - 30.0, high - 50.0), two);
                        sheet.fill(Path::new().rect(x + 34.0, y + 41.0, wide - 68.0, high - 82.0), three);
                    }
                }
                let folds = sheet.gradient(
                    (at.0, 0.0),
                    (at.0 + wide, 0.0),
                    &[
                        (0.0, inks.ink, 0.16),
                        (0.22, inks.ink, 0.0),
                        (0.45, inks.paper, 0.16),
                        (0.7, inks.ink, 0.13),
                        (1.0, inks.paper, 0.10),
                    ],
                );
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
