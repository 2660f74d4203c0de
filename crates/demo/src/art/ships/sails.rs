//! Sails: regattas, square riggers, dhows and junks.

use std::f64::consts::PI;

use crate::art::colour::Colour;
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, gulls, on_plate, ripples, seal, sky, swell};
use crate::art::sheet::{Path, Point, Sheet, lerp, smooth};

/// A fleet of sails that overlap like cut paper.
pub(super) fn regatta(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.paper, 0.5)), (0.7, inks.paper.mix(inks.second, 0.25))]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(560.0, 250.0, 92.0), inks.second);
        let horizon = 600.0;
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), inks.mid);
        sheet.fill(&below(&swell(690.0, 5.0, 300.0, 0.4)), inks.mid.mix(inks.deep, 0.5));
        sheet.fill(&below(&swell(790.0, 8.0, 380.0, 1.9)), inks.deep);
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.35), 0.72);
        let hues = [inks.paper, inks.accent, inks.second, inks.soft, inks.paper, inks.mid.mix(inks.paper, 0.25)];
        let boats = 15;
        for index in 0..boats {
            let depth = f64::from(index) / f64::from(boats - 1);
            let scale = lerp(0.16, 1.0, depth.powf(1.6));
            let slot = (f64::from(index) * 0.618 + 0.13).fract();
            let x = lerp(122.0, 668.0, slot) + lerp(0.0, -40.0, depth);
            let y = lerp(horizon + 2.0, 850.0, depth.powf(1.4));
            let (main, jib) = (sheet.dice.pick(&hues), sheet.dice.pick(&hues));
            let heel = sheet.dice.between(0.02, 0.13);
            let boat = sheet.part(|sheet| sloop(sheet, main, jib));
            let degrees = heel.to_degrees();
            sheet.put(
                &boat,
                &format!(
                    "opacity=\"0.28\" transform=\"translate({x:.1} {y:.1}) scale({scale:.3} {:.3}) skewX({:.2})\"",
                    -scale * 0.5,
                    -degrees
                ),
            );
            sheet.put(&boat, &format!("transform=\"translate({x:.1} {y:.1}) rotate({degrees:.2}) scale({scale:.3})\""));
            let mut foam = Path::new();
            foam.start(x - 120.0 * scale, y + 8.0 * scale).quad(
                x,
                y + 26.0 * scale,
                x + 150.0 * scale,
                y + 6.0 * scale,
            );
            sheet.stroke(&foam, inks.paper.alpha(0.8), 4.0 * scale);
        }
        gulls(sheet, (250.0, 200.0), 90.0, 5, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One sloop, 430 units tall, its waterline at the origin.
fn sloop(sheet: &mut Sheet, main: Colour, jib: Colour) {
    let inks = sheet.inks;
    let mut hull = Path::new();
    hull.start(-112.0, -26.0)
        .to(148.0, -30.0)
        .quad(110.0, 6.0, 60.0, 8.0)
        .to(-60.0, 8.0)
        .quad(-104.0, 4.0, -112.0, -26.0)
        .close();
    sheet.fill(&hull, inks.ink);
    sheet.stroke(Path::new().start(-110.0, -19.0).to(138.0, -22.0), inks.paper, 3.0);
    sheet.fill(
        Path::new().start(4.0, -430.0).quad(-40.0, -230.0, -118.0, -52.0).quad(-50.0, -40.0, 4.0, -46.0).close(),
        main.alpha(0.94),
    );
    sheet.fill(
        Path::new().start(14.0, -400.0).quad(62.0, -200.0, 142.0, -40.0).quad(80.0, -66.0, 14.0, -60.0).close(),
        jib.alpha(0.9),
    );
    let mut seams = Path::new();
    for share in [0.3, 0.5, 0.7, 0.87] {
        let y = lerp(-430.0, -48.0, share);
        seams.start(4.0, y).quad(-40.0 * share, y + 10.0, -118.0 * share.powf(1.25), y + 6.0);
    }
    sheet.stroke(&seams, inks.ink.alpha(0.25), 1.6);
    sheet.stroke(Path::new().segment((8.0, -440.0), (8.0, -28.0)), inks.ink, 4.5);
    sheet.fill(Path::new().polygon(&[(8.0, -440.0), (-26.0, -431.0), (8.0, -422.0)]), inks.accent);
}

/// A full-rigged ship before the disc of the sun.
pub(super) fn tall_ship(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft), (0.55, inks.paper), (1.0, inks.paper)]);
    on_plate(sheet, |sheet| {
        let mut bands = Path::new();
        for index in 0..46 {
            let y = TOP + 10.0 + f64::from(index) * 13.0;
            bands.segment((LEFT, y), (RIGHT, y));
        }
        sheet.stroke(&bands, inks.paper.alpha(0.55), lerp(1.0, 4.0, 0.4));
        sheet.fill(Path::new().circle(400.0, 420.0, 250.0), inks.accent);
        sheet.fill(Path::new().circle(400.0, 420.0, 222.0), inks.accent.mix(inks.second, 0.25));
        let water = 740.0;
        let mut rig = Path::new();
        let masts: [(f64, f64, f64); 3] = [(520.0, 230.0, 0.94), (398.0, 175.0, 1.1), (276.0, 265.0, 0.86)];
        for (mast, top, _) in masts {
            rig.segment((mast, top), (mast, 690.0));
        }
        rig.segment((600.0, 664.0), (702.0, 606.0));
        for pair in [
            ((702.0, 606.0), (520.0, 232.0)),
            ((670.0, 624.0), (520.0, 330.0)),
            ((520.0, 300.0), (398.0, 180.0)),
            ((520.0, 650.0), (398.0, 330.0)),
            ((398.0, 230.0), (276.0, 268.0)),
            ((398.0, 400.0), (276.0, 660.0)),
            ((276.0, 300.0), (184.0, 655.0)),
        ] {
            rig.segment(pair.0, pair.1);
        }
        sheet.stroke(&rig, inks.ink, 2.0);
        for (head, tack, clew) in
            [((690.0, 606.0), (528.0, 276.0), (560.0, 618.0)), ((640.0, 636.0), (528.0, 380.0), (540.0, 632.0))]
        {
            let mut jib = Path::new();
            jib.start(head.0, head.1)
                .to(tack.0, tack.1)
                .quad(tack.0 + 20.0, 520.0, clew.0, clew.1)
                .quad(610.0, 600.0, head.0, head.1)
                .close();
            sheet.fill(&jib, inks.paper);
            sheet.stroke(&jib, inks.ink, 1.3);
        }
        for (mast, top, size) in masts {
            square_sails(sheet, mast, top + 26.0, 650.0, 74.0 * size);
        }
        let mut spanker = Path::new();
        spanker.start(270.0, 470.0).to(196.0, 440.0).quad(186.0, 560.0, 152.0, 634.0).to(270.0, 640.0).close();
        sheet.fill(&spanker, inks.soft.mix(inks.paper, 0.4));
        sheet.stroke(&spanker, inks.ink, 1.3);
        for (mast, top, _) in masts {
            let mut flag = Path::new();
            flag.start(mast, top - 2.0).cubic(
                (mast + 18.0, top - 16.0),
                (mast + 30.0, top + 10.0),
                (mast + 56.0, top - 4.0),
            );
            flag.cubic((mast + 34.0, top + 14.0), (mast + 18.0, top + 4.0), (mast, top + 12.0)).close();
            sheet.fill(&flag, inks.second);
        }
        let mut hull = Path::new();
        hull.start(150.0, 646.0).quad(160.0, 676.0, 200.0, 676.0).to(560.0, 682.0).quad(600.0, 680.0, 640.0, 648.0);
        hull.quad(620.0, 716.0, 574.0, water + 20.0).to(196.0, water + 20.0).quad(150.0, 706.0, 150.0, 646.0).close();
        sheet.fill(&hull, inks.ink);
        let mut strake = Path::new();
        strake.start(154.0, 694.0).quad(170.0, 704.0, 210.0, 704.0).to(560.0, 708.0).quad(596.0, 706.0, 618.0, 690.0);
        sheet.stroke(&strake, inks.paper, 9.0);
        let mut ports = Path::new();
        for index in 0..13 {
            ports.rect(206.0 + f64::from(index) * 28.0, 701.0, 7.0, 8.0);
        }
        sheet.fill(&ports, inks.ink);
        let tones = [inks.mid, inks.mid.mix(inks.deep, 0.35), inks.mid.mix(inks.deep, 0.7), inks.deep, inks.ink];
        for (index, tone) in tones.iter().enumerate() {
            let level = water + index as f64 * 42.0;
            let line = swell(level, 7.0 + index as f64 * 2.5, 170.0 + index as f64 * 60.0, index as f64 * 1.7);
            sheet.fill(&below(&line), *tone);
            sheet.stroke(Path::new().curve(&line), inks.paper.alpha(0.75), 2.2);
            let inner: Vec<Point> = line.iter().map(|point| (point.0 + 10.0, point.1 + 11.0)).collect();
            sheet.stroke(Path::new().curve(&inner), inks.paper.alpha(0.3), 1.3);
        }
        gulls(sheet, (180.0, 250.0), 60.0, 4, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Five square sails on a mast, the lowest the widest.
fn square_sails(sheet: &mut Sheet, mast: f64, top: f64, foot: f64, half: f64) {
    let inks = sheet.inks;
    let heights = [0.11, 0.16, 0.20, 0.26, 0.27];
    let mut y = top;
    for (index, share) in heights.iter().enumerate() {
        let height = (foot - top) * share;
        let (upper, lower) = (half * lerp(0.36, 0.92, index as f64 / 5.0), half * lerp(0.46, 1.04, index as f64 / 5.0));
        let (left, right) = (mast - 6.0, mast + 12.0);
        let mut sail = Path::new();
        sail.start(left - upper, y).to(right + upper, y - 3.0);
        sail.quad(right + upper + 16.0, y + height * 0.5, right + lower, y + height * 0.9);
        sail.quad(mast + 8.0, y + height * 0.68, left - lower, y + height * 0.92);
        sail.quad(left - upper + 4.0, y + height * 0.5, left - upper, y).close();
        let paint = sheet.gradient(
            (mast - half, 0.0),
            (mast + half + 14.0, 0.0),
            &[
                (0.0, inks.soft.mix(inks.deep, 0.12), 1.0),
                (0.35, inks.paper, 1.0),
                (1.0, inks.paper.mix(inks.soft, 0.4), 1.0),
            ],
        );
        sheet.fill(&sail, paint);
        sheet.stroke(&sail, inks.ink, 1.4);
        let mut seams = Path::new();
        for seam in [-0.6, -0.2, 0.2, 0.6] {
            seams.start(mast + 3.0 + upper * seam, y + 2.0).quad(
                mast + 8.0 + lower * seam * 1.12,
                y + height * 0.45,
                mast + 3.0 + lower * seam,
                y + height * 0.76,
            );
        }
        sheet.stroke(&seams, inks.ink.alpha(0.22), 1.0);
        sheet.stroke(Path::new().segment((left - upper - 9.0, y - 1.0), (right + upper + 9.0, y - 4.0)), inks.ink, 3.2);
        y += height;
    }
}

/// Lateen sails on a bright evening.
pub(super) fn lateen(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 622.0;
    let bands = [
        inks.deep,
        inks.deep.mix(inks.mid, 0.55),
        inks.mid,
        inks.mid.mix(inks.accent, 0.5),
        inks.accent.mix(inks.second, 0.35),
        inks.accent.mix(inks.second, 0.7),
        inks.second,
        inks.second.mix(inks.paper, 0.45),
    ];
    on_plate(sheet, |sheet| {
        for (index, tone) in bands.iter().enumerate() {
            let share = (index as f64 / bands.len() as f64).powf(0.8);
            let line = swell(lerp(TOP - 10.0, horizon, share), 5.0, 420.0, index as f64 * 1.3);
            sheet.fill(&below(&line), *tone);
        }
        sheet.fill(Path::new().circle(452.0, horizon - 26.0, 88.0), inks.paper.mix(inks.second, 0.25));
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), inks.mid.mix(inks.deep, 0.35));
        let low = sheet.gradient(
            (0.0, horizon),
            (0.0, BOTTOM),
            &[(0.0, inks.accent, 0.75), (0.5, inks.mid, 0.3), (1.0, inks.deep, 0.9)],
        );
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 400.0), low);
        glitter(sheet, 452.0, horizon, BOTTOM, (46.0, 120.0), inks.second.mix(inks.paper, 0.3));
        for (x, y, scale, tone) in [
            (640.0, 640.0, 0.26, inks.deep),
            (556.0, 646.0, 0.32, inks.deep),
            (664.0, 690.0, 0.62, inks.paper),
            (262.0, 770.0, 1.18, inks.paper),
        ] {
            let boat = sheet.part(|sheet| dhow(sheet, tone));
            sheet.put(
                &boat,
                &format!("opacity=\"0.33\" transform=\"translate({x} {y}) scale({scale} {:.3})\"", -scale * 0.42),
            );
            sheet.put(&boat, &format!("transform=\"translate({x} {y}) scale({scale})\""));
            ripples_at(sheet, (x, y + 4.0), 150.0 * scale, inks.second);
        }
        gulls(sheet, (560.0, 250.0), 90.0, 5, inks.paper);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One dhow, its waterline at the origin.
fn dhow(sheet: &mut Sheet, sail: Colour) {
    let inks = sheet.inks;
    let mut hull = Path::new();
    hull.start(-150.0, -62.0)
        .quad(-90.0, -24.0, 20.0, -26.0)
        .quad(100.0, -28.0, 172.0, -58.0)
        .quad(118.0, 8.0, 60.0, 12.0);
    hull.to(-84.0, 12.0).quad(-136.0, 4.0, -150.0, -62.0).close();
    let mut cloth = Path::new();
    cloth
        .start(146.0, -66.0)
        .quad(60.0, -300.0, -76.0, -430.0)
        .quad(-150.0, -220.0, -132.0, -74.0)
        .quad(0.0, -104.0, 146.0, -66.0)
        .close();
    let paint = sheet.gradient(
        (-140.0, -260.0),
        (110.0, -180.0),
        &[(0.0, sail.mix(inks.accent, 0.35), 1.0), (0.55, sail, 1.0), (1.0, sail.mix(inks.second, 0.4), 1.0)],
    );
    sheet.fill(&cloth, paint);
    sheet.clipped(&cloth, |sheet| {
        let mut seams = Path::new();
        for index in 0..8 {
            let shift = f64::from(index) * 34.0;
            seams.start(-150.0 + shift, -60.0).quad(-170.0 + shift * 0.9, -280.0, -90.0 + shift * 0.5, -440.0 + shift);
        }
        sheet.stroke(&seams, inks.deep.alpha(0.22), 1.6);
    });
    sheet.stroke(Path::new().start(160.0, -50.0).quad(64.0, -300.0, -88.0, -446.0), inks.ink, 6.0);
    sheet.stroke(
        Path::new().segment((10.0, -30.0), (30.0, -296.0)).segment((-130.0, -74.0), (-60.0, -30.0)),
        inks.ink,
        4.0,
    );
    sheet.fill(&hull, inks.ink);
    sheet.stroke(
        Path::new().start(-144.0, -48.0).quad(-80.0, -10.0, 20.0, -12.0).quad(100.0, -14.0, 160.0, -42.0),
        inks.accent,
        4.5,
    );
    for x in [-60.0, -36.0, 64.0] {
        sheet.fill(Path::new().circle(x, -44.0, 7.0), inks.ink);
        sheet.fill(Path::new().rect(x - 8.0, -38.0, 16.0, 20.0), inks.ink);
    }
}

/// Junks between banks of mist.
pub(super) fn junks(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft.mix(inks.mid, 0.25)), (0.5, inks.paper.mix(inks.soft, 0.35)), (1.0, inks.soft)]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(226.0, 244.0, 84.0), inks.accent);
        for (index, (level, tone)) in [(430.0, 0.28), (500.0, 0.45), (566.0, 0.7)].into_iter().enumerate() {
            let peaks: Vec<Point> = (0..=40)
                .map(|step| {
                    let x = LEFT - 20.0 + f64::from(step) * 18.0;
                    let hump = (x * 0.011 + index as f64 * 2.1).sin().abs().powf(1.6) * 120.0
                        + (x * 0.037 + index as f64).sin() * 18.0;
                    (x, level - hump)
                })
                .collect();
            let fade = sheet.gradient(
                (0.0, level - 130.0),
                (0.0, level + 80.0),
                &[(0.0, inks.mid.mix(inks.deep, tone - 0.2), 0.9), (1.0, inks.paper, 0.2)],
            );
            sheet.fill(&below(&peaks), fade);
        }
        sheet.fill(Path::new().rect(LEFT, 620.0, PLATE.2, 320.0), inks.soft.mix(inks.paper, 0.3));
        for (x, y, scale, shade) in [(640.0, 640.0, 0.34, 0.55), (180.0, 668.0, 0.5, 0.35), (466.0, 800.0, 1.12, 0.0)] {
            let boat = sheet.part(|sheet| junk(sheet, shade));
            sheet.put(
                &boat,
                &format!("opacity=\"0.26\" transform=\"translate({x} {y}) scale({scale} {:.3})\"", -scale * 0.4),
            );
            sheet.put(&boat, &format!("transform=\"translate({x} {y}) scale({scale})\""));
        }
        for (y, tall, strong) in [(600.0, 60.0, 0.75), (690.0, 46.0, 0.6), (852.0, 70.0, 0.5)] {
            let mist = sheet.gradient(
                (0.0, y - tall),
                (0.0, y + tall),
                &[(0.0, inks.paper, 0.0), (0.5, inks.paper, strong), (1.0, inks.paper, 0.0)],
            );
            sheet.fill(Path::new().rect(LEFT, y - tall, PLATE.2, tall * 2.0), mist);
        }
        ripples(sheet, 660.0, BOTTOM, inks.deep.alpha(0.28), 0.66);
        gulls(sheet, (420.0, 240.0), 70.0, 4, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// One junk with battened sails, its waterline at the origin; `shade` fades it into the distance.
fn junk(sheet: &mut Sheet, shade: f64) {
    let inks = sheet.inks;
    let tone = |colour: Colour| colour.mix(inks.soft, shade);
    for (mast, foot, tall, wide, hue) in [
        (-124.0, -70.0, 190.0, 62.0, inks.mid),
        (112.0, -62.0, 270.0, 96.0, inks.second),
        (-16.0, -58.0, 390.0, 140.0, inks.accent),
    ] {
        let steps = 7;
        let edge = |share: f64| {
            let spread = wide * (1.0 - 0.42 * share.powf(2.2));
            let y = foot - tall * share;
            ((mast - spread * 0.42, y + share * 6.0), (mast + spread * 0.78, y + 34.0 * share * share - 10.0))
        };
        let mut cloth = Path::new();
        let (first_left, first_right) = edge(0.0);
        cloth.start(first_left.0, first_left.1).to(first_right.0, first_right.1);
        for step in 1..=steps {
            let (now, next) =
                (edge(f64::from(step - 1) / f64::from(steps)).1, edge(f64::from(step) / f64::from(steps)).1);
            cloth.quad(now.0.max(next.0) + 5.0, (now.1 + next.1) / 2.0, next.0, next.1);
        }
        for step in (0..=steps).rev() {
            let left = edge(f64::from(step) / f64::from(steps)).0;
            cloth.to(left.0, left.1);
        }
        cloth.close();
        sheet.fill(&cloth, tone(hue));
        let shadow = sheet.gradient(
            (mast - wide * 0.5, 0.0),
            (mast + wide * 0.9, 0.0),
            &[(0.0, inks.ink, 0.28), (0.5, inks.ink, 0.0)],
        );
        sheet.fill(&cloth, shadow);
        let mut battens = Path::new();
        for step in 0..=steps {
            let (left, right) = edge(f64::from(step) / f64::from(steps));
            battens.segment(left, right);
        }
        sheet.stroke(&battens, tone(inks.ink), 2.6);
        sheet.stroke(Path::new().segment((mast, foot + 26.0), (mast, foot - tall - 26.0)), tone(inks.ink), 4.0);
    }
    let mut hull = Path::new();
    hull.start(-188.0, -96.0)
        .to(-120.0, -92.0)
        .quad(-100.0, -44.0, 0.0, -42.0)
        .quad(110.0, -42.0, 186.0, -84.0)
        .quad(160.0, -10.0, 116.0, 10.0);
    hull.to(-126.0, 10.0).quad(-176.0, -20.0, -188.0, -96.0).close();
    sheet.fill(&hull, tone(inks.ink));
    sheet.stroke(
        Path::new().start(-180.0, -66.0).quad(-90.0, -22.0, 0.0, -22.0).quad(100.0, -22.0, 172.0, -56.0),
        tone(inks.second),
        4.0,
    );
    sheet.fill(Path::new().circle(150.0, -50.0, 6.0), tone(inks.paper));
}

/// One small sail on a great deal of water.
pub(super) fn lone_sail(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 452.0;
    sky(sheet, &[(0.0, inks.paper.mix(inks.soft, 0.5)), (0.44, inks.second.mix(inks.paper, 0.55))]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(400.0, horizon - 10.0, 176.0), inks.accent);
        let (mut y, mut index) = (horizon, 0);
        while y < BOTTOM {
            let depth = (y - horizon) / (BOTTOM - horizon);
            let line = swell(y, lerp(0.6, 10.0, depth), lerp(120.0, 330.0, depth), f64::from(index) * 2.4);
            sheet.fill(&below(&line), inks.soft.mix(inks.deep, smooth(-0.05, 1.0, depth)));
            y += lerp(9.0, 64.0, depth);
            index += 1;
        }
        glitter(sheet, 400.0, horizon, 900.0, (70.0, 96.0), inks.second.alpha(0.85));
        let at = (316.0, 604.0);
        sheet.placed(at, 0.06, 0.27, |sheet| sloop(sheet, inks.paper, inks.paper));
        ripples_at(sheet, (at.0, at.1 + 3.0), 44.0, inks.paper);
        let mut arcs = Path::new();
        for radius in [196.0, 218.0, 246.0] {
            arcs.arc((400.0, horizon - 10.0), radius, PI * 1.02, PI * 1.98);
        }
        sheet.stroke(&arcs, inks.accent.alpha(0.35), 1.6);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A few bright strokes where a hull meets the water.
fn ripples_at(sheet: &mut Sheet, at: Point, half: f64, colour: Colour) {
    let mut strokes = Path::new();
    for index in 0..4 {
        let (drop, reach) = (f64::from(index) * half * 0.055, half * (1.0 - f64::from(index) * 0.16));
        strokes.segment((at.0 - reach, at.1 + drop), (at.0 - reach * 0.2, at.1 + drop));
        strokes.segment((at.0 + reach * 0.05, at.1 + drop), (at.0 + reach * 0.9, at.1 + drop));
    }
    sheet.stroke(&strokes, colour.alpha(0.7), half * 0.016 + 0.6);
}
