//! Nights: trails, comets, northern lights and the galaxy over water.

use std::f64::consts::{PI, TAU};

use crate::art::colour::Colour;
use crate::art::field::Noise;
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, on_plate, ripples, seal, sky, starfield};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// A long night's turning above a mast.
pub(super) fn star_trails(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.75, inks.mid), (1.0, inks.mid.mix(inks.soft, 0.5))]);
    on_plate(sheet, |sheet| {
        let pole = (452.0, 330.0);
        let mut layers = [Path::new(), Path::new(), Path::new(), Path::new()];
        let mut radius = 9.0;
        while radius < 720.0 {
            let (start, length) = (sheet.dice.between(0.0, TAU), sheet.dice.between(0.5, 1.35));
            let pick = sheet.dice.unit();
            let kind = if pick < 0.62 {
                0
            } else if pick < 0.86 {
                1
            } else if pick < 0.95 {
                2
            } else {
                3
            };
            layers[kind].arc(pole, radius, start, start + length);
            if radius > 60.0 {
                let again = start + length + sheet.dice.between(0.4, 2.0);
                layers[(kind + 1) % 3].arc(pole, radius, again, again + length * 0.8);
            }
            radius += sheet.dice.between(1.6, 4.6);
        }
        for (path, (hue, width)) in layers.iter().zip([
            (inks.ink.alpha(0.75), 1.0),
            (inks.soft.alpha(0.9), 1.5),
            (inks.second.alpha(1.0), 1.8),
            (inks.accent.alpha(1.0), 2.2),
        ]) {
            sheet.stroke(path, hue, width);
        }
        sheet.stroke(Path::new().dot(pole.0, pole.1), inks.second, 7.0);
        let shore: Vec<Point> = (0..=60)
            .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
            .map(|x| (x, 836.0 - 66.0 * smooth(560.0, 120.0, x) - 12.0 * (x / 61.0).sin() - 5.0 * (x / 19.0).cos()))
            .collect();
        let mut trees = Path::new();
        for index in 0..46 {
            let x = lerp(LEFT - 6.0, 470.0, f64::from(index) / 46.0) + sheet.dice.bell() * 5.0;
            let foot = 846.0 - 66.0 * smooth(560.0, 120.0, x) - 12.0 * (x / 61.0).sin();
            let tall = sheet.dice.between(28.0, 98.0) * smooth(520.0, 330.0, x).max(0.3);
            let wide = tall * 0.19;
            for tier in 0..4 {
                let (up, down) = (foot - tall * (0.25 + 0.25 * f64::from(tier)), foot - tall * 0.22 * f64::from(tier));
                let reach = wide * (1.0 - 0.2 * f64::from(tier));
                trees.polygon(&[(x, up), (x + reach, down), (x - reach, down)]);
            }
        }
        sheet.fill(&trees, inks.deep);
        sheet.fill(&below(&shore), inks.deep);
        sheet.fill(Path::new().rect(LEFT, 868.0, PLATE.2, 80.0), inks.deep.mix(inks.mid, 0.35));
        ripples(sheet, 868.0, BOTTOM, inks.soft.alpha(0.4), 0.5);
        let mut boat = Path::new();
        boat.start(560.0, 864.0)
            .quad(566.0, 886.0, 580.0, 888.0)
            .to(652.0, 888.0)
            .quad(672.0, 882.0, 680.0, 860.0)
            .quad(620.0, 872.0, 560.0, 864.0)
            .close();
        sheet.fill(&boat, inks.deep);
        sheet.stroke(
            Path::new()
                .segment((622.0, 866.0), (622.0, 716.0))
                .segment((622.0, 846.0), (566.0, 850.0))
                .segment((622.0, 720.0), (678.0, 860.0))
                .segment((622.0, 720.0), (562.0, 862.0)),
            inks.deep,
            2.6,
        );
        sheet.stroke(Path::new().dot(622.0, 714.0), inks.accent, 6.5);
        glitter(sheet, 622.0, 892.0, 932.0, (6.0, 12.0), inks.accent.alpha(0.7));
    });
    seal(sheet, inks.accent, inks.ink);
}

/// A comet over a sleeping bay.
pub(super) fn comet(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.55, inks.mid), (0.8, inks.accent.mix(inks.mid, 0.55)), (1.0, inks.second)]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 560.0), 360, inks.ink);
        let head: Point = (262.0, 540.0);
        for (count, spread, reach, hue, opacity) in
            [(64, 0.30, 620.0, inks.soft, 0.5), (44, 0.18, 700.0, inks.second, 0.75), (22, 0.09, 560.0, inks.ink, 0.9)]
        {
            let mut tail = Path::new();
            for index in 0..count {
                let off = (f64::from(index) / f64::from(count - 1) - 0.5) * 2.0;
                let long = reach * sheet.dice.between(0.35, 1.0) * (1.0 - 0.45 * off.abs());
                let angle = -0.98 + off * spread;
                let start = polar(head, 18.0, -0.98 + off * 1.5 + PI * 0.0);
                let bend = polar(head, long * 0.5, angle - 0.05);
                let end = polar(head, long, angle + 0.06 + off * 0.05);
                tail.start(start.0, start.1).quad(bend.0, bend.1, end.0, end.1);
            }
            sheet.stroke(&tail, hue.alpha(opacity), 1.2);
        }
        let halo = sheet.glow(head, 84.0, &[(0.0, inks.ink, 0.95), (0.3, inks.second, 0.5), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(head.0, head.1, 84.0), halo);
        sheet.fill(Path::new().circle(head.0, head.1, 15.0), inks.ink);
        for (level, tone, shift, tall) in [
            (790.0, inks.mid.mix(inks.accent, 0.25), 0.0, 60.0),
            (826.0, inks.mid.mix(inks.deep, 0.45), 2.3, 54.0),
            (868.0, inks.deep, 4.4, 40.0),
        ] {
            let hills: Vec<Point> = (0..=60)
                .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
                .map(|x| (x, level - tall * (x / 116.0 + shift).sin().abs().powf(1.4) - 9.0 * (x / 33.0 + shift).sin()))
                .collect();
            sheet.fill(&below(&hills), tone);
        }
        let mut lamps = Vec::new();
        for _ in 0..34 {
            let x = sheet.dice.between(LEFT + 12.0, RIGHT - 12.0);
            lamps.push((x, 884.0 + sheet.dice.between(0.0, 36.0), sheet.dice.between(1.0, 2.6)));
        }
        sheet.dots(&lamps, inks.second);
    });
    seal(sheet, inks.accent, inks.ink);
}

/// Green curtains over a bay of islands.
pub(super) fn aurora(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let night = inks.ink.mix(Colour(0x020a12), 0.5);
    sky(sheet, &[(0.0, night), (0.55, inks.ink), (0.72, inks.deep)]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 560.0), 320, inks.paper);
        let horizon = 716.0;
        let curtains = sheet.part(|sheet| {
            for (base, swing, tall, hue, phase, width) in [
                (430.0, 60.0, 300.0, inks.mid, 0.3, 13.0),
                (520.0, 80.0, 330.0, inks.soft, 1.9, 10.0),
                (590.0, 62.0, 300.0, inks.second, 3.4, 8.0),
            ] {
                for step in 0..104 {
                    let share = f64::from(step) / 103.0;
                    let x = lerp(LEFT - 20.0, RIGHT + 20.0, share) + 24.0 * (share * 11.0 + phase).sin();
                    let foot =
                        base + swing * (share * 6.2 + phase).sin() + swing * 0.4 * (share * 14.0 + phase * 2.0).sin();
                    let high =
                        tall * (0.45 + 0.55 * (share * 9.0 + phase * 3.0).sin().abs()) * sheet.dice.between(0.8, 1.0);
                    let strength = 0.27 + 0.22 * (share * 17.0 + phase).sin() + sheet.dice.bell() * 0.02;
                    let fade = sheet.gradient(
                        (0.0, foot - high),
                        (0.0, foot),
                        &[
                            (0.0, hue, 0.0),
                            (0.75, hue, strength.max(0.06)),
                            (0.95, hue.mix(inks.paper, 0.4), strength.max(0.1)),
                            (1.0, hue, 0.0),
                        ],
                    );
                    sheet.fill(Path::new().rect(x, foot - high, width, high), fade);
                }
            }
        });
        sheet.put(&curtains, "");
        let peaks = sheet.part(|sheet| {
            for (level, tall, shift, tone) in [
                (horizon, 120.0, 0.4, inks.deep.mix(inks.ink, 0.35)),
                (horizon, 78.0, 2.4, inks.ink),
                (horizon, 40.0, 4.4, night),
            ] {
                let mut points: Vec<Point> = vec![(LEFT - 20.0, level)];
                for step in 0..=26 {
                    let x = LEFT - 20.0 + f64::from(step) * 27.5;
                    let rise = (x / 132.0 + shift).sin().abs() * tall
                        + if step % 2 == 0 { tall * 0.16 } else { 0.0 }
                        + sheet.dice.between(0.0, tall * 0.14);
                    points.push((x, level - rise));
                }
                points.push((RIGHT + 30.0, level));
                sheet.fill(Path::new().polygon(&points), tone);
            }
        });
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 230.0), inks.ink);
        let sheen = sheet.gradient(
            (0.0, horizon),
            (0.0, BOTTOM),
            &[(0.0, inks.mid, 0.75), (0.45, inks.soft, 0.22), (1.0, inks.ink, 0.0)],
        );
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 230.0), sheen);
        sheet.put(&peaks, "");
        sheet.mirror(&peaks, horizon, 0.55, 0.55);
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.22), 0.55);
        let mut hut = Path::new();
        hut.rect(548.0, 694.0, 34.0, 22.0).polygon(&[(542.0, 696.0), (565.0, 678.0), (588.0, 696.0)]);
        sheet.fill(&hut, night);
        sheet.fill(Path::new().rect(560.0, 700.0, 9.0, 10.0), inks.second);
        glitter(sheet, 564.0, horizon, 800.0, (4.0, 9.0), inks.second.alpha(0.8));
    });
    seal(sheet, inks.accent, inks.paper);
}

/// The galaxy above a boat at anchor.
pub(super) fn milky_way(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.6, inks.paper), (0.82, inks.mid)]);
    let noise = Noise::new(&mut sheet.dice);
    on_plate(sheet, |sheet| {
        let horizon = 800.0;
        let (from, until): (Point, Point) = ((230.0, horizon + 40.0), (560.0, TOP - 60.0));
        let normal = (0.938, 0.345);
        for step in 0..13 {
            let share = f64::from(step) / 12.0;
            let (wide, strength) = (sheet.dice.between(84.0, 132.0), sheet.dice.between(0.06, 0.13));
            let at = (lerp(from.0, until.0, share) + sheet.dice.bell() * 10.0, lerp(from.1, until.1, share));
            let cloud = sheet.glow(
                at,
                wide,
                &[(0.0, inks.soft, strength), (0.5, inks.soft, strength * 0.42), (1.0, inks.soft, 0.0)],
            );
            sheet.fill(Path::new().circle(at.0, at.1, wide), cloud);
        }
        let (mut pale, mut warm, mut blue) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..9000 {
            let (share, off) = (sheet.dice.unit(), sheet.dice.bell() * 62.0);
            let at = (lerp(from.0, until.0, share) + normal.0 * off, lerp(from.1, until.1, share) + normal.1 * off);
            let lane = noise.layered(at.0 / 70.0, at.1 / 95.0, 3);
            let rift = (off + 26.0 * noise.at(share * 5.0, 2.0)).abs() < 15.0 + 14.0 * noise.at(share * 7.0, 9.0);
            if at.1 > horizon || lane < -0.05 || (rift && sheet.dice.chance(0.85)) {
                continue;
            }
            let star = (at.0, at.1, 0.3 + sheet.dice.unit().powi(5) * 1.5);
            match sheet.dice.below(14) {
                0 => warm.push(star),
                1..=4 => blue.push(star),
                _ => pale.push(star),
            }
        }
        sheet.dots(&blue, inks.soft.alpha(0.85));
        sheet.dots(&pale, inks.ink.alpha(0.85));
        sheet.dots(&warm, inks.second);
        starfield(sheet, (LEFT, TOP, PLATE.2, 730.0), 420, inks.ink);
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 150.0), inks.deep);
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.30), 0.5);
        glitter(sheet, 262.0, horizon, BOTTOM, (30.0, 70.0), inks.soft.alpha(0.35));
        let mut land = Path::new();
        land.start(RIGHT + 20.0, horizon + 2.0)
            .to(470.0, horizon + 2.0)
            .quad(540.0, 786.0, 600.0, 778.0)
            .quad(660.0, 750.0, RIGHT + 20.0, 744.0)
            .close();
        sheet.fill(&land, inks.deep);
        let boat = sheet.part(|sheet| {
            let mut hull = Path::new();
            hull.start(274.0, 822.0)
                .quad(282.0, 846.0, 298.0, 850.0)
                .to(402.0, 850.0)
                .quad(426.0, 840.0, 436.0, 818.0)
                .quad(350.0, 834.0, 274.0, 822.0)
                .close();
            sheet.fill(&hull, Colour(0x050812));
            sheet.stroke(
                Path::new()
                    .segment((352.0, 830.0), (352.0, 610.0))
                    .segment((352.0, 616.0), (434.0, 818.0))
                    .segment((352.0, 616.0), (276.0, 822.0))
                    .segment((352.0, 800.0), (282.0, 806.0)),
                Colour(0x050812),
                3.0,
            );
            sheet.fill(Path::new().rect(326.0, 814.0, 46.0, 14.0), Colour(0x050812));
        });
        sheet.put(&boat, "");
        sheet.mirror(&boat, 850.0, 0.36, 0.5);
        sheet.stroke(Path::new().dot(338.0, 820.0).dot(350.0, 820.0).dot(362.0, 820.0), inks.second, 5.0);
        sheet.stroke(Path::new().dot(352.0, 607.0), inks.accent, 6.0);
        glitter(sheet, 350.0, 852.0, BOTTOM, (10.0, 20.0), inks.second.alpha(0.7));
    });
    seal(sheet, inks.accent, inks.ink);
}
