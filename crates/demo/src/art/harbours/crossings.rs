//! Crossings: a pier and a bridge, both into the fog.

use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, below, glitter, gulls, on_plate, ripples, seal, sky};
use crate::art::sheet::{Path, Point, Sheet, lerp, smooth};

/// A pier that walks out into the mist.
pub(super) fn pier(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 440.0;
    sky(sheet, &[(0.0, inks.mid.mix(inks.soft, 0.5)), (0.43, inks.paper), (0.55, inks.soft), (1.0, inks.mid)]);
    on_plate(sheet, |sheet| {
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
        let boards = sheet.gradient(
            (0.0, vanish.1),
            (0.0, BOTTOM),
            &[(0.0, inks.soft, 1.0), (0.35, inks.mid.mix(inks.deep, 0.3), 1.0), (1.0, inks.ink, 1.0)],
        );
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
            if *index == 24.0 {
                let x = lerp(vanish.0, 400.0, *scale) - 250.0 * scale;
                let top = y - 150.0 * scale;
                let mut bird = Path::new();
                bird.start(x - 13.0, top - 6.0)
                    .quad(x - 2.0, top - 17.0, x + 6.0, top - 15.0)
                    .quad(x + 10.0, top - 22.0, x + 15.0, top - 17.0)
                    .to(x + 20.0, top - 15.0)
                    .to(x + 14.0, top - 12.0)
                    .quad(x + 8.0, top - 2.0, x - 13.0, top - 6.0)
                    .close();
                sheet.outlined(&bird, inks.paper, inks.ink, 2.0);
                sheet.stroke(Path::new().segment((x + 2.0, top - 5.0), (x + 2.0, top)), inks.accent, 1.8);
            }
        }
        for side in [-1.0, 1.0] {
            let mut rail = Path::new();
            for height in [146.0, 84.0] {
                for pair in piles.windows(2) {
                    let at = |scale: f64| {
                        (
                            lerp(vanish.0, 400.0, scale) + side * 250.0 * scale,
                            vanish.1 + (BOTTOM + 40.0 - vanish.1) * scale * 0.76 - height * scale,
                        )
                    };
                    rail.segment(at(pair[0].0), at(pair[1].0));
                }
            }
            sheet.stroke(&rail, inks.deep, 2.6);
        }
        let mist = sheet.gradient(
            (0.0, horizon - 90.0),
            (0.0, horizon + 110.0),
            &[(0.0, inks.paper, 0.0), (0.5, inks.paper, 0.9), (1.0, inks.paper, 0.0)],
        );
        sheet.fill(Path::new().rect(LEFT, horizon - 90.0, PLATE.2, 200.0), mist);
        gulls(sheet, (220.0, 230.0), 80.0, 5, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A long bridge that goes where the fog is.
pub(super) fn bridge(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.paper, 0.35)), (0.35, inks.second.mix(inks.paper, 0.6)), (0.7, inks.paper)]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(210.0, 280.0, 66.0), inks.second);
        for (level, tall, shift, tone) in [(600.0, 120.0, 0.6, 0.22), (640.0, 90.0, 2.2, 0.42)] {
            let hills: Vec<Point> = (0..=60)
                .map(|step| LEFT - 20.0 + f64::from(step) * 12.0)
                .map(|x| (x, level - tall * (x / 150.0 + shift).sin().abs().powf(1.5) - 8.0 * (x / 29.0).sin()))
                .collect();
            let fade = sheet.gradient(
                (0.0, level - tall),
                (0.0, level + 60.0),
                &[(0.0, inks.mid, tone + 0.25), (1.0, inks.paper, 0.1)],
            );
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
        let points: Vec<Point> = (0..=120)
            .map(|step| lerp(LEFT - 20.0, RIGHT + 20.0, f64::from(step) / 120.0))
            .map(|x| (x, cable(x).min(deck(x) - 6.0)))
            .collect();
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
                leg.polygon(&[
                    (x + side * half - half * 0.30, top),
                    (x + side * half + half * 0.30, top),
                    (x + side * half * 1.3 + half * 0.42, foot),
                    (x + side * half * 1.3 - half * 0.42, foot),
                ]);
                sheet.fill(&leg, if side > 0.0 { hue.mix(inks.ink, 0.22) } else { hue });
            }
            let mut braces = Path::new();
            for share in [0.03, 0.24, 0.47] {
                braces.rect(x - half * 1.3, lerp(top, deck(x), share), half * 2.6, half * 0.55);
            }
            sheet.fill(&braces, hue.mix(inks.ink, 0.1));
            sheet.fill(
                Path::new().rect(x - half * 2.4, water + 8.0, half * 4.8, half * 1.3),
                inks.deep.mix(inks.paper, fade),
            );
        }
        sheet.stroke(&cables, red, 5.0);
        let road: Vec<Point> = (0..=40)
            .map(|step| lerp(LEFT - 20.0, RIGHT + 20.0, f64::from(step) / 40.0))
            .map(|x| (x, deck(x)))
            .collect();
        let mut slab = Path::new();
        slab.line(&road);
        let lower: Vec<Point> =
            road.iter().rev().map(|point| (point.0, point.1 + lerp(9.0, 26.0, smooth(LEFT, RIGHT, point.0)))).collect();
        for point in &lower {
            slab.to(point.0, point.1);
        }
        slab.close();
        sheet.fill(&slab, red);
        let mut truss = Path::new();
        for pair in 0..52 {
            let (from, until) =
                (lerp(LEFT, RIGHT, f64::from(pair) / 52.0), lerp(LEFT, RIGHT, f64::from(pair + 1) / 52.0));
            let thick = lerp(9.0, 26.0, smooth(LEFT, RIGHT, from));
            truss.segment((from, deck(from) + 2.0), (until, deck(until) + thick - 2.0));
        }
        sheet.stroke(&truss, inks.ink.alpha(0.4), 1.6);
        for (y, tall, strong) in [(700.0, 80.0, 0.9), (612.0, 46.0, 0.55), (770.0, 50.0, 0.6)] {
            let fog = sheet.gradient(
                (0.0, y - tall),
                (0.0, y + tall),
                &[(0.0, inks.paper, 0.0), (0.5, inks.paper, strong), (1.0, inks.paper, 0.0)],
            );
            sheet.fill(Path::new().rect(LEFT, y - tall, PLATE.2, tall * 2.0), fog);
        }
        for (x, y, scale) in [(170.0, 700.0, 1.1), (420.0, 716.0, 1.5), (640.0, 690.0, 1.2), (300.0, 640.0, 0.7)] {
            let mut bank = Path::new();
            for (shift, lift, radius) in
                [(-90.0, 6.0, 26.0), (-46.0, -8.0, 36.0), (6.0, -14.0, 44.0), (60.0, -4.0, 34.0), (100.0, 8.0, 24.0)]
            {
                bank.ellipse(x + shift * scale, y + lift * scale, radius * 1.6 * scale, radius * 0.62 * scale);
            }
            sheet.fill(&bank, inks.paper.alpha(0.34));
        }
        let low = sheet.gradient((0.0, water), (0.0, BOTTOM), &[(0.0, inks.mid, 0.0), (1.0, inks.deep, 0.95)]);
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 220.0), low);
        ripples(sheet, water + 26.0, BOTTOM, inks.paper.alpha(0.5), 0.5);
        let mut tug = Path::new();
        tug.start(392.0, 872.0)
            .quad(430.0, 880.0, 486.0, 866.0)
            .quad(480.0, 892.0, 466.0, 894.0)
            .to(408.0, 894.0)
            .quad(394.0, 888.0, 392.0, 872.0)
            .close();
        sheet.fill(&tug, inks.ink);
        sheet.fill(Path::new().rect(416.0, 852.0, 34.0, 24.0), inks.paper);
        sheet.fill(Path::new().rect(430.0, 832.0, 12.0, 21.0), inks.accent);
        sheet.fill(Path::new().rect(420.0, 858.0, 8.0, 7.0).rect(434.0, 858.0, 8.0, 7.0), inks.ink);
        gulls(sheet, (420.0, 260.0), 80.0, 6, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}
