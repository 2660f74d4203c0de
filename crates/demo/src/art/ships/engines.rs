//! Engines: liners, freighters, ferries and small boats with a wake.

use crate::art::colour::Colour;
use crate::art::motifs::{
    BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, gulls, on_plate, plate, ripples, seal, sky, starfield, swell,
};
use crate::art::sheet::{Path, Sheet, lerp};

/// An ocean liner, seen from the water under her bow.
pub(super) fn liner(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.accent.mix(inks.paper, 0.25)), (0.45, inks.soft), (0.85, inks.paper)]);
    on_plate(sheet, |sheet| {
        let (stem, water) = (400.0, 846.0);
        sheet.fill(Path::new().circle(stem, 330.0, 300.0), inks.paper.alpha(0.35));
        sheet.fill(Path::new().circle(stem, 330.0, 225.0), inks.second.alpha(0.8));
        for (width, top, height, tone) in [
            (250.0, 348.0, 60.0, inks.paper),
            (206.0, 300.0, 50.0, inks.soft.mix(inks.paper, 0.5)),
            (160.0, 258.0, 44.0, inks.paper),
        ] {
            sheet.fill(Path::new().rect(stem - width / 2.0, top, width, height), tone);
            sheet.fill(Path::new().rect(stem, top, width / 2.0, height), inks.ink.alpha(0.12));
            let mut windows = Path::new();
            let count = (width / 17.0) as usize;
            for index in 0..count {
                windows.rect(
                    stem - width / 2.0 + 8.0 + index as f64 * (width - 9.0) / count as f64,
                    top + 14.0,
                    8.0,
                    9.0,
                );
            }
            sheet.fill(&windows, inks.ink.alpha(0.85));
        }
        let mut funnel = Path::new();
        funnel
            .start(stem - 62.0, 262.0)
            .to(stem - 54.0, 132.0)
            .quad(stem, 116.0, stem + 54.0, 132.0)
            .to(stem + 62.0, 262.0)
            .close();
        sheet.fill(&funnel, inks.mid.mix(inks.deep, 0.3));
        sheet.clipped(&funnel, |sheet| {
            sheet.fill(Path::new().rect(stem - 80.0, 110.0, 160.0, 52.0), inks.ink);
            sheet.fill(Path::new().rect(stem, 110.0, 80.0, 160.0), inks.ink.alpha(0.28));
            sheet.fill(Path::new().rect(stem - 80.0, 168.0, 160.0, 9.0), inks.paper);
        });
        let mut rig = Path::new();
        rig.segment((stem, 470.0), (stem, 100.0)).segment((stem - 40.0, 236.0), (stem + 40.0, 236.0));
        rig.segment((stem, 120.0), (stem - 190.0, 420.0)).segment((stem, 120.0), (stem + 190.0, 420.0));
        sheet.stroke(&rig, inks.ink, 2.2);
        let side = |turn: f64| {
            let mut path = Path::new();
            path.start(stem, 432.0).quad(stem + turn * 120.0, 372.0, stem + turn * 226.0, 404.0);
            path.cubic((stem + turn * 236.0, 560.0), (stem + turn * 150.0, 720.0), (stem + turn * 96.0, water + 10.0));
            path.to(stem, water + 10.0).close();
            path
        };
        let ramp = [(0.0, inks.ink.mix(inks.accent, 0.35), 1.0), (1.0, inks.ink, 1.0)];
        let lit = sheet.gradient((stem - 230.0, 0.0), (stem, 0.0), &ramp);
        sheet.fill(&side(-1.0), lit);
        sheet.fill(&side(1.0), inks.ink.mix(Colour(0), 0.35));
        let mut whole = side(-1.0);
        whole.join(&side(1.0));
        sheet.clipped(&whole, |sheet| {
            let mut boot = Path::new();
            boot.polygon(&[
                (stem - 200.0, water - 24.0),
                (stem, water - 74.0),
                (stem + 200.0, water - 24.0),
                (stem + 200.0, BOTTOM),
                (stem - 200.0, BOTTOM),
            ]);
            sheet.fill(&boot, inks.mid);
            sheet.fill(
                Path::new().polygon(&[
                    (stem, water - 74.0),
                    (stem + 200.0, water - 24.0),
                    (stem + 200.0, BOTTOM),
                    (stem, BOTTOM),
                ]),
                inks.deep,
            );
            let mut line = Path::new();
            line.start(stem - 236.0, 428.0).quad(stem - 120.0, 396.0, stem, 456.0).quad(
                stem + 120.0,
                396.0,
                stem + 236.0,
                428.0,
            );
            sheet.stroke(&line, inks.paper, 7.0);
            let mut plates = Path::new();
            for index in 0..7 {
                let drop = f64::from(index) * 48.0 + 60.0;
                plates.start(stem - 240.0, 420.0 + drop * 0.86).quad(stem - 120.0, 398.0 + drop, stem, 448.0 + drop);
            }
            sheet.stroke(&plates, inks.paper.alpha(0.10), 1.4);
        });
        sheet.stroke(Path::new().segment((stem, 436.0), (stem, water)), inks.soft.alpha(0.75), 3.0);
        for turn in [-1.0, 1.0] {
            sheet.fill(Path::new().ellipse(stem + turn * 84.0, 520.0, 7.0, 10.0), inks.second);
            sheet.stroke(
                Path::new().segment((stem + turn * 84.0, 528.0), (stem + turn * 78.0, 566.0)),
                inks.second,
                4.0,
            );
            sheet.stroke(
                Path::new().start(stem + turn * 64.0, 556.0).quad(stem + turn * 76.0, 578.0, stem + turn * 92.0, 560.0),
                inks.second,
                4.0,
            );
        }
        sheet.fill(Path::new().rect(LEFT, water, PLATE.2, 120.0), inks.deep.mix(inks.ink, 0.4));
        ripples(sheet, water, BOTTOM, inks.soft.alpha(0.5), 0.5);
        for turn in [-1.0, 1.0] {
            let mut crest = Path::new();
            crest.start(stem, water - 54.0).cubic(
                (stem + turn * 40.0, water - 20.0),
                (stem + turn * 120.0, water - 36.0),
                (stem + turn * 250.0, water + 26.0),
            );
            crest
                .cubic((stem + turn * 170.0, water + 12.0), (stem + turn * 90.0, water + 50.0), (stem, water + 32.0))
                .close();
            sheet.fill(&crest, inks.paper);
            let mut curl = Path::new();
            for reach in [70.0, 130.0, 190.0] {
                curl.start(stem + turn * reach * 0.3, water + 2.0).quad(
                    stem + turn * reach * 0.7,
                    water - 8.0,
                    stem + turn * reach,
                    water + 14.0,
                );
            }
            sheet.stroke(&curl, inks.mid.alpha(0.8), 2.0);
        }
        gulls(sheet, (190.0, 620.0), 60.0, 5, inks.paper);
        gulls(sheet, (664.0, 650.0), 34.0, 3, inks.ink);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A container ship, stacked like a quilt.
pub(super) fn freighter(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.second.mix(inks.paper, 0.86)), (0.8, inks.soft.mix(inks.paper, 0.2))]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(236.0, 240.0, 70.0), inks.second);
        let (deck, water) = (690.0, 822.0);
        let hues = [
            inks.second,
            inks.mid,
            inks.accent,
            inks.soft,
            inks.deep,
            inks.accent.mix(inks.paper, 0.4),
            inks.mid.mix(inks.second, 0.45),
            inks.paper,
        ];
        let (wide, high) = (42.0, 27.0);
        for column in 0..12 {
            let x = 178.0 + f64::from(column) * (wide + 3.0);
            let bay = column / 2;
            let tall = 8 + [3, 5, 4, 6, 5, 2][bay as usize] - usize::from(sheet.dice.chance(0.4));
            for level in 0..tall {
                let y = deck - (level + 1) as f64 * (high + 1.5);
                let hue = sheet.dice.pick(&hues);
                sheet.fill(Path::new().rect(x, y, wide, high), hue);
                let mut ribs = Path::new();
                for rib in 1..9 {
                    ribs.segment(
                        (x + f64::from(rib) * wide / 9.0, y + 4.0),
                        (x + f64::from(rib) * wide / 9.0, y + high - 4.0),
                    );
                }
                sheet.stroke(&ribs, inks.ink.alpha(0.17), 1.1);
                sheet.fill(Path::new().rect(x, y + high - 4.0, wide, 4.0), inks.ink.alpha(0.15));
            }
        }
        sheet.fill(Path::new().rect(100.0, 372.0, 66.0, 320.0), inks.paper);
        sheet.fill(Path::new().rect(146.0, 372.0, 20.0, 320.0), inks.ink.alpha(0.14));
        sheet.fill(Path::new().rect(88.0, 352.0, 92.0, 26.0), inks.ink);
        let mut windows = Path::new();
        for level in 0..9 {
            for row in 0..3 {
                windows.rect(108.0 + f64::from(row) * 15.0, 398.0 + f64::from(level) * 31.0, 8.0, 11.0);
            }
        }
        sheet.fill(&windows, inks.accent);
        sheet.fill(Path::new().rect(94.0, 358.0, 80.0, 9.0), inks.second);
        sheet.stroke(
            Path::new().segment((134.0, 352.0), (134.0, 286.0)).segment((114.0, 316.0), (154.0, 316.0)),
            inks.ink,
            3.0,
        );
        let mut hull = Path::new();
        hull.start(LEFT - 10.0, deck - 8.0).to(668.0, deck).quad(700.0, deck - 4.0, 724.0, deck - 26.0);
        hull.quad(716.0, 770.0, 664.0, water + 30.0).to(LEFT - 10.0, water + 30.0).close();
        sheet.fill(&hull, inks.ink);
        sheet.clipped(&hull, |sheet| {
            sheet.fill(Path::new().rect(LEFT, water - 34.0, PLATE.2, 60.0), inks.second);
            sheet.fill(Path::new().rect(LEFT, water - 40.0, PLATE.2, 6.0), inks.paper);
            sheet.stroke(Path::new().segment((LEFT, deck + 16.0), (RIGHT, deck + 16.0)), inks.paper.alpha(0.5), 2.0);
        });
        let mut marks = Path::new();
        for index in 0..7 {
            marks.rect(612.0, water - 52.0 - f64::from(index) * 9.0, if index % 2 == 0 { 12.0 } else { 7.0 }, 2.4);
        }
        sheet.fill(&marks, inks.paper);
        for (index, tone) in
            [inks.accent.mix(inks.soft, 0.35), inks.accent, inks.accent.mix(inks.ink, 0.35)].iter().enumerate()
        {
            let line = swell(
                water + index as f64 * 38.0,
                4.0 + index as f64 * 2.0,
                150.0 + index as f64 * 50.0,
                index as f64 * 2.2,
            );
            sheet.fill(&below(&line), *tone);
        }
        ripples(sheet, water + 10.0, BOTTOM, inks.paper.alpha(0.4), 0.6);
        gulls(sheet, (420.0, 200.0), 80.0, 6, inks.ink);
    });
    seal(sheet, inks.second, inks.paper);
}

/// Small boats from above, each drawing its wake.
pub(super) fn wakes(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let water = sheet.gradient(
        (LEFT, TOP),
        (RIGHT, BOTTOM),
        &[(0.0, inks.mid.mix(inks.soft, 0.22), 1.0), (1.0, inks.mid.mix(inks.deep, 0.55), 1.0)],
    );
    sheet.fill(&plate(), water);
    on_plate(sheet, |sheet| {
        let mut scales = Path::new();
        for row in 0..64 {
            for column in 0..30 {
                let x = LEFT
                    + f64::from(column) * 24.0
                    + if row % 2 == 0 { 0.0 } else { 12.0 }
                    + sheet.dice.between(-2.0, 2.0);
                let y = TOP + f64::from(row) * 14.0;
                if sheet.dice.chance(0.72) {
                    scales.start(x - 8.0, y).quad(x - 4.0, y - 5.0, x, y).quad(x + 4.0, y + 4.0, x + 8.0, y);
                }
            }
        }
        sheet.stroke(&scales, inks.soft.alpha(0.20), 1.2);
        let spots: [(f64, f64, f64); 11] = [
            (196.0, 190.0, 1.0),
            (430.0, 150.0, 0.8),
            (640.0, 236.0, 1.05),
            (306.0, 352.0, 1.25),
            (548.0, 420.0, 0.9),
            (150.0, 500.0, 0.85),
            (402.0, 560.0, 1.0),
            (650.0, 596.0, 1.2),
            (226.0, 700.0, 1.15),
            (500.0, 742.0, 0.95),
            (664.0, 836.0, 0.8),
        ];
        for (index, (x, y, scale)) in spots.into_iter().enumerate() {
            let angle = -0.95 + (y - 500.0) * 0.0011 + (x - 400.0) * -0.0009 + sheet.dice.between(-0.12, 0.12);
            let hue = [inks.second, inks.accent, inks.ink][index % 3];
            sheet.placed((x, y), angle, scale, |sheet| {
                for (ring, share) in [1.0, 0.8, 0.62, 0.46, 0.32].into_iter().enumerate() {
                    let length = 250.0 * share;
                    let mut wake = Path::new();
                    wake.start(-length, -58.0 * share - 10.0).quad(-length * 0.35, -26.0 * share, 22.0, 0.0).quad(
                        -length * 0.35,
                        26.0 * share,
                        -length,
                        58.0 * share + 10.0,
                    );
                    sheet.stroke(&wake, inks.ink.alpha(0.16 + 0.13 * ring as f64), 1.4 + 0.2 * ring as f64);
                }
                let mut foam = Path::new();
                for drop in 0..26 {
                    let back = 24.0 + f64::from(drop) * 5.5;
                    foam.circle(-back, sheet.dice.bell() * (2.0 + back * 0.035), sheet.dice.between(0.8, 2.6));
                }
                sheet.fill(&foam, inks.ink.alpha(0.75));
                let hull = |grow: f64| {
                    let mut path = Path::new();
                    path.start(30.0 + grow, 0.0)
                        .quad(12.0, -13.0 - grow, -22.0 - grow, -9.0 - grow)
                        .to(-22.0 - grow, 9.0 + grow)
                        .quad(12.0, 13.0 + grow, 30.0 + grow, 0.0)
                        .close();
                    path
                };
                sheet.placed((-3.0, 8.0), 0.0, 1.0, |sheet| sheet.fill(&hull(0.0), inks.deep.alpha(0.45)));
                sheet.fill(&hull(2.2), inks.ink);
                sheet.fill(&hull(-1.2), hue);
                sheet.fill(Path::new().rect(-14.0, -5.0, 13.0, 10.0), inks.deep);
                sheet.fill(Path::new().rect(-11.0, -3.2, 7.0, 6.4), inks.ink);
            });
        }
    });
    seal(sheet, inks.accent, inks.paper);
}

/// A ferry at night, all her windows lit.
pub(super) fn night_ferry(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let horizon = 640.0;
    sky(sheet, &[(0.0, inks.deep), (0.5, inks.paper), (0.72, inks.mid)]);
    on_plate(sheet, |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 460.0), 320, inks.ink);
        sheet.fill(Path::new().circle(600.0, 190.0, 40.0), inks.ink);
        sheet.fill(Path::new().circle(584.0, 180.0, 37.0), inks.deep.mix(inks.paper, 0.35));
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 300.0), inks.deep);
        let ship = sheet.part(|sheet| {
            let mut hull = Path::new();
            hull.start(112.0, 552.0)
                .to(700.0, 540.0)
                .quad(684.0, 610.0, 650.0, horizon)
                .to(134.0, horizon)
                .quad(112.0, 600.0, 112.0, 552.0)
                .close();
            sheet.fill(&hull, inks.mid.mix(inks.soft, 0.1));
            sheet.fill(
                Path::new().polygon(&[(122.0, 618.0), (664.0, 612.0), (650.0, horizon), (134.0, horizon)]),
                inks.accent,
            );
            for (left, right, top, high) in [
                (128.0, 648.0, 504.0, 48.0),
                (146.0, 612.0, 462.0, 42.0),
                (180.0, 576.0, 424.0, 38.0),
                (470.0, 556.0, 392.0, 32.0),
            ] {
                sheet.fill(Path::new().rect(left, top, right - left, high), inks.ink.mix(inks.soft, 0.35));
                sheet.fill(Path::new().rect(left, top, right - left, 4.0), inks.ink);
                let mut lit = Path::new();
                let count = ((right - left - 24.0) / 19.0) as usize;
                for index in 0..count {
                    if sheet.dice.chance(0.86) {
                        lit.rect(left + 14.0 + index as f64 * 19.0, top + high * 0.34, 11.0, high * 0.36);
                    }
                }
                sheet.fill(&lit, inks.second);
            }
            let mut funnel = Path::new();
            funnel.polygon(&[(282.0, 424.0), (296.0, 330.0), (362.0, 330.0), (366.0, 424.0)]);
            sheet.fill(&funnel, inks.accent);
            sheet.fill(
                Path::new().polygon(&[(293.0, 352.0), (296.0, 330.0), (362.0, 330.0), (363.0, 352.0)]),
                inks.deep,
            );
            sheet.stroke(
                Path::new().segment((512.0, 392.0), (512.0, 316.0)).segment((494.0, 348.0), (530.0, 348.0)),
                inks.ink,
                3.0,
            );
            let mut portholes = Path::new();
            for index in 0..24 {
                portholes.circle(150.0 + f64::from(index) * 21.6, 586.0 - f64::from(index) * 0.3, 4.4);
            }
            sheet.fill(&portholes, inks.second);
            let mut lamps = Path::new();
            for index in 0..15 {
                let share = f64::from(index) / 14.0;
                lamps.circle(lerp(150.0, 512.0, share), 420.0 - 102.0 * share.powf(1.7), 2.2);
                lamps.circle(lerp(694.0, 512.0, share), 540.0 - 222.0 * share.powf(1.35), 2.2);
            }
            sheet.fill(&lamps, inks.second);
        });
        let glow = sheet.glow((400.0, 540.0), 360.0, &[(0.0, inks.second, 0.26), (1.0, inks.second, 0.0)]);
        sheet.fill(Path::new().circle(400.0, 540.0, 360.0), glow);
        sheet.put(&ship, "");
        sheet.mirror(&ship, horizon, 0.62, 0.26);
        for x in [170.0, 240.0, 318.0, 392.0, 470.0, 546.0, 622.0] {
            glitter(sheet, x, horizon, 900.0, (9.0, 20.0), inks.second.alpha(0.5));
        }
        ripples(sheet, horizon, BOTTOM, inks.soft.alpha(0.28), 0.6);
        let mut smoke = Path::new();
        for index in 0..5 {
            let shift = f64::from(index) * 6.0;
            smoke.start(328.0, 326.0 - shift).cubic(
                (300.0, 270.0 - shift),
                (240.0, 300.0 - shift * 2.0),
                (150.0 - shift * 4.0, 238.0 - shift * 2.4),
            );
        }
        sheet.stroke(&smoke, inks.soft.alpha(0.35), 2.4);
    });
    seal(sheet, inks.accent, inks.ink);
}
