//! Land: the sea floor, a delta, fjords and a fortified town.

use std::f64::consts::{PI, TAU};

use super::{WIDE_PLATE, ground};
use crate::art::colour::Colour;
use crate::art::field::{Noise, Relief, thinned};
use crate::art::motifs::{BOTTOM, LEFT, RIGHT, TOP, on_plate, plate, seal};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};
use crate::chance::Dice;

/// The sea floor as sheets of cut paper.
pub(super) fn shelf(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        1.0 * noise.layered(x / 300.0, y / 300.0, 3) + 0.38
            - ((x - 420.0) / 560.0).powi(2)
            - ((y - 470.0) / 640.0).powi(2)
    };
    let relief = Relief::new(WIDE_PLATE, 7.0, height);
    sheet.fill(&plate(), inks.ink.mix(inks.deep, 0.35));
    on_plate(sheet, |sheet| {
        let tones = [
            inks.deep,
            inks.deep.mix(inks.mid, 0.4),
            inks.deep.mix(inks.mid, 0.8),
            inks.mid.mix(inks.soft, 0.15),
            inks.mid.mix(inks.soft, 0.45),
            inks.mid.mix(inks.soft, 0.75),
            inks.soft,
            inks.soft.mix(inks.paper, 0.55),
            inks.second,
            inks.accent.mix(inks.second, 0.45),
            inks.accent,
        ];
        for (index, tone) in tones.into_iter().enumerate() {
            let level = lerp(-0.55, 0.83, index as f64 / 10.0);
            let layer = ground(&relief, level);
            let shadow = sheet.part(|sheet| sheet.fill_odd(&layer, Colour(0x04191c).alpha(0.20)));
            sheet.put(&shadow, "transform=\"translate(4 7)\"");
            sheet.put(&shadow, "transform=\"translate(1.5 2.5)\"");
            sheet.fill_odd(&layer, tone);
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One arm of a river and all that branches off it, as far as there is land under it.
fn river(
    dice: &mut Dice,
    arms: &mut Vec<(f64, Vec<Point>)>,
    start: (Point, f64),
    width: f64,
    land: &dyn Fn(f64, f64) -> f64,
) {
    let ((mut at, mut angle), mut turn, mut points) = (start, 0.0, vec![start.0]);
    let mut left = dice.between(70.0, 120.0) * (0.6 + width / 13.0);
    while left > 0.0 {
        turn = turn * 0.86 + dice.bell() * 0.075;
        angle += turn + (PI / 2.0 - angle) * 0.03;
        at = polar(at, 8.0, angle);
        points.push(at);
        left -= 8.0;
        if at.1 > TOP && land(at.0, at.1) < -0.015 {
            arms.push((width, points));
            return;
        }
    }
    arms.push((width, points));
    if width > 1.3 {
        let (fork, share) = (dice.between(0.34, 0.62), dice.between(0.56, 0.84));
        let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
        river(dice, arms, (at, angle - side * fork * (1.0 - share) * 1.5), width * share, land);
        river(dice, arms, (at, angle + side * fork), width * (1.22 - share), land);
    } else {
        river(dice, arms, (at, angle), width * 0.94, land);
    }
}

/// A river that comes apart before the sea.
pub(super) fn delta(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.fill(&plate(), inks.accent);
    on_plate(sheet, |sheet| {
        let fan = |x: f64, y: f64| {
            let spread = ((x - 400.0) / 372.0).powi(2);
            (884.0 - y) / 700.0 - 0.36 * spread + 0.15 * noise.layered(x / 130.0, y / 130.0, 4)
        };
        let relief = Relief::new(WIDE_PLATE, 8.0, fan);
        for (level, tone) in [(-0.24, 0.10), (-0.16, 0.24), (-0.09, 0.42), (-0.03, 0.66)] {
            let bank = ground(&relief, level);
            sheet.fill_odd(&bank, inks.accent.mix(inks.soft, tone));
        }
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.mid);
        for (level, tone) in [(0.16, 0.12), (0.34, 0.28), (0.55, 0.46), (0.78, 0.65), (1.0, 0.85)] {
            let step = ground(&relief, level);
            sheet.fill_odd(&step, inks.mid.mix(inks.deep, tone));
        }
        let mut arms = Vec::new();
        river(&mut sheet.dice, &mut arms, ((372.0, TOP - 10.0), PI / 2.0), 20.0, &fan);
        arms.sort_by(|one, two| one.0.total_cmp(&two.0));
        for (width, points) in &arms {
            sheet.stroke(Path::new().curve(&thinned(points, 3)), inks.second.alpha(0.9), width + 2.6);
        }
        for (width, points) in &arms {
            sheet.stroke(Path::new().curve(&thinned(points, 3)), inks.paper, *width);
        }
        sheet.stroke(&land, inks.paper.alpha(0.85), 1.4);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Contour lines alone, the water's edge in red.
pub(super) fn fjords(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let (turned, across) = (x * 0.82 + y * 0.57, y * 0.82 - x * 0.57);
        let ridge = 1.0 - 2.0 * noise.at(turned / 450.0 + 2.0, across / 165.0).abs() * 1.5;
        0.62 * ridge + 0.48 * noise.layered(x / 205.0, y / 205.0, 3) - 0.20
    };
    let relief = Relief::new(WIDE_PLATE, 8.0, height);
    on_plate(sheet, |sheet| {
        let sea = inks.paper.mix(inks.soft, 0.34);
        sheet.fill(&plate(), sea);
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.paper);
        for index in 1..14 {
            let line = ground(&relief, f64::from(index) * 0.055);
            sheet.stroke(&line, inks.ink, if index % 5 == 0 { 1.9 } else { 0.8 });
        }
        for index in 1..5 {
            let line = ground(&relief, f64::from(index) * -0.07);
            sheet.dash(&line, inks.mid, 0.9, "2 4");
        }
        sheet.stroke(&land, inks.accent, 2.6);
    });
    sheet.stroke(&plate(), inks.ink, 1.4);
    seal(sheet, inks.accent, inks.paper);
}

/// A fortified harbour town, seen from the air.
pub(super) fn star_fort(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let centre = (400.0, 432.0);
    let points = 8;
    let outline = |radius: f64, depth: f64| -> Vec<Point> {
        (0..points)
            .flat_map(|index| {
                let turn = TAU * (f64::from(index) + 0.5) / f64::from(points) - PI / 2.0;
                let part = TAU / f64::from(points);
                [
                    (-0.30, 0.80 - depth),
                    (-0.17, 0.86 - depth * 0.4),
                    (0.0, 1.06),
                    (0.17, 0.86 - depth * 0.4),
                    (0.30, 0.80 - depth),
                ]
                .map(|(shift, reach)| polar(centre, radius * reach, turn + shift * part))
            })
            .collect()
    };
    let field = inks.second.mix(inks.paper, 0.66);
    sheet.fill(&plate(), field);
    on_plate(sheet, |sheet| {
        for row in 0..13 {
            for column in 0..8 {
                let (x, y) = (LEFT + f64::from(column) * 96.0 - 30.0, TOP + f64::from(row) * 70.0 - 20.0);
                let angle = sheet.dice.pick(&[0.2, 0.2 + PI / 2.0]);
                let tone = sheet.dice.pick(&[
                    inks.second.mix(inks.paper, 0.5),
                    field,
                    inks.soft.mix(inks.second, 0.25),
                    inks.second.mix(inks.paper, 0.78),
                ]);
                let mut plot = Path::new();
                plot.polygon(&[(x, y), (x + 92.0, y + 14.0), (x + 84.0, y + 78.0), (x - 6.0, y + 64.0)]);
                sheet.fill(&plot, tone);
                sheet.clipped(&plot, |sheet| {
                    let mut furrows = Path::new();
                    for line in -8..9 {
                        let middle = polar((x + 44.0, y + 38.0), f64::from(line) * 7.0, angle + PI / 2.0);
                        furrows.segment(polar(middle, 60.0, angle), polar(middle, -60.0, angle));
                    }
                    sheet.stroke(&furrows, inks.ink.alpha(0.16), 0.9);
                });
            }
        }
        let coast: Vec<Point> = (0..=40)
            .map(|step| LEFT - 20.0 + f64::from(step) * 18.0)
            .map(|x| (x, 760.0 + 22.0 * (x / 90.0).sin() - 46.0 * smooth(240.0, 0.0, (x - 400.0).abs())))
            .collect();
        let mut sea = Path::new();
        sea.start(LEFT - 30.0, BOTTOM + 10.0)
            .to(LEFT - 30.0, 760.0)
            .along(&coast)
            .to(RIGHT + 30.0, BOTTOM + 10.0)
            .close();
        sheet.fill(&sea, inks.mid.mix(inks.soft, 0.35));
        for step in 1..11 {
            let drop: Vec<Point> = coast
                .iter()
                .map(|point| (point.0, point.1 + f64::from(step * step) * 1.1 + f64::from(step) * 5.0))
                .collect();
            sheet.stroke(Path::new().curve(&drop), inks.deep.alpha(0.65 - f64::from(step) * 0.05), 1.0);
        }
        sheet.stroke(Path::new().curve(&coast), inks.ink, 2.0);
        for (radius, depth, tone) in [
            (322.0, 0.03, inks.soft.mix(inks.paper, 0.2)),
            (300.0, 0.05, inks.mid.mix(inks.soft, 0.35)),
            (268.0, 0.06, inks.second.mix(inks.paper, 0.35)),
            (252.0, 0.06, inks.paper),
            (240.0, 0.06, inks.soft),
        ] {
            let mut wall = Path::new();
            wall.polygon(&outline(radius, depth));
            sheet.fill(&wall, tone);
            sheet.stroke(&wall, inks.ink, 1.6);
        }
        let mut town = Path::new();
        town.circle(centre.0, centre.1, 178.0);
        sheet.fill(&town, inks.paper);
        sheet.stroke(&town, inks.ink, 1.2);
        let mut blocks: [Path; 3] = [Path::new(), Path::new(), Path::new()];
        for ring in 0..4 {
            let (inner, outer) = (44.0 + f64::from(ring) * 33.0, 71.0 + f64::from(ring) * 33.0);
            let count = 8 * (ring + 1);
            for block in 0..count {
                let gap = 5.0 / outer;
                let (from, until) = (
                    TAU * f64::from(block) / f64::from(count) + gap,
                    TAU * f64::from(block + 1) / f64::from(count) - gap,
                );
                let (corner, kind) = (polar(centre, inner, until), sheet.dice.unit());
                let path = &mut blocks[if kind < 0.62 {
                    0
                } else if kind < 0.92 {
                    1
                } else {
                    2
                }];
                path.arc(centre, outer, from, until).to(corner.0, corner.1).sweep(centre, inner, until, from).close();
            }
        }
        for (path, hue) in
            blocks.iter().zip([inks.accent.mix(inks.second, 0.25), inks.accent.mix(inks.paper, 0.3), inks.mid])
        {
            sheet.fill(path, hue);
            sheet.stroke(path, inks.ink.alpha(0.55), 0.8);
        }
        sheet.fill(Path::new().star(centre, 20.0, 8.0, 8), inks.accent);
        for side in [-1.0, 1.0] {
            let mut mole = Path::new();
            mole.start(400.0 + side * 150.0, 742.0).quad(400.0 + side * 190.0, 860.0, 400.0 + side * 44.0, 886.0);
            sheet.stroke(&mole, inks.ink, 11.0);
            sheet.stroke(&mole, inks.paper, 8.0);
            sheet.fill(Path::new().circle(400.0 + side * 44.0, 886.0, 10.0), inks.accent);
            sheet.stroke(Path::new().circle(400.0 + side * 44.0, 886.0, 10.0), inks.ink, 1.6);
        }
        sheet.stroke(Path::new().segment((400.0, 600.0), (400.0, 724.0)), inks.ink, 12.0);
        sheet.stroke(Path::new().segment((400.0, 600.0), (400.0, 724.0)), inks.paper, 9.0);
        for _ in 0..13 {
            let at = (sheet.dice.between(276.0, 520.0), sheet.dice.between(770.0, 850.0));
            let (turn, hue) = (sheet.dice.between(-0.5, 0.5), sheet.dice.pick(&[inks.ink, inks.deep, inks.accent]));
            sheet.placed(at, turn, 0.8, |sheet| {
                let mut hull = Path::new();
                hull.start(-14.0, -4.0)
                    .to(6.0, -5.0)
                    .quad(14.0, -2.0, 18.0, 0.0)
                    .quad(14.0, 2.0, 6.0, 5.0)
                    .to(-14.0, 4.0)
                    .close();
                sheet.fill(&hull, hue);
                sheet.stroke(Path::new().segment((-10.0, 0.0), (9.0, 0.0)), inks.paper, 1.3);
            });
        }
    });
    sheet.stroke(&plate(), inks.ink, 1.6);
    seal(sheet, inks.accent, inks.paper);
}
