//! Aloft: what the wind lifts and bends.

use std::f64::consts::PI;

use crate::art::colour::Colour;
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, below, on_plate, seal, sky};
use crate::art::sheet::{Path, Point, Sheet, lerp, smooth};

/// Kites on long strings over a green shore.
pub(super) fn kites(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.mid.mix(inks.soft, 0.35)), (0.7, inks.soft.mix(inks.paper, 0.5)), (1.0, inks.paper)]);
    on_plate(sheet, |sheet| {
        for (x, y, scale) in [(210.0, 232.0, 1.0), (590.0, 470.0, 1.25), (180.0, 640.0, 0.8), (610.0, 150.0, 0.6)] {
            let mut cloud = Path::new();
            for (shift, lift, radius) in
                [(-74.0, 0.0, 26.0), (-36.0, -18.0, 40.0), (18.0, -26.0, 50.0), (66.0, -4.0, 34.0), (98.0, 6.0, 20.0)]
            {
                cloud.circle(x + shift * scale, y + lift * scale, radius * scale);
            }
            let mut top = Path::new();
            top.rect(LEFT, y - 120.0, PLATE.2, 120.0 + 14.0 * scale);
            sheet.clipped(&top, |sheet| sheet.fill(&cloud, inks.paper.alpha(0.72)));
        }
        let shore = (330.0, 858.0);
        let flown: [(f64, f64, f64, f64, [Colour; 4]); 6] = [
            (520.0, 262.0, 1.5, 0.42, [inks.accent, inks.second, inks.paper, inks.deep]),
            (232.0, 360.0, 1.0, 0.2, [inks.deep, inks.mid, inks.second, inks.paper]),
            (640.0, 560.0, 0.8, 0.5, [inks.second, inks.accent, inks.deep, inks.paper]),
            (400.0, 480.0, 0.62, 0.32, [inks.paper, inks.accent, inks.mid, inks.second]),
            (312.0, 168.0, 0.5, 0.3, [inks.second, inks.paper, inks.accent, inks.ink]),
            (156.0, 560.0, 0.5, 0.1, [inks.accent, inks.paper, inks.second, inks.deep]),
        ];
        for (index, (x, y, size, turn, [a, b, c, d])) in flown.into_iter().enumerate() {
            let hand = (shore.0 + index as f64 * 17.0 - 60.0, shore.1);
            let mut string = Path::new();
            string.start(x, y).quad(lerp(x, hand.0, 0.62) - 20.0, lerp(y, hand.1, 0.62) + 50.0, hand.0, hand.1);
            sheet.stroke(&string, inks.ink.alpha(0.5), 1.0);
            sheet.placed((x, y), turn, size, |sheet| {
                let mut tail = Path::new();
                tail.start(0.0, 74.0).cubic((-44.0, 120.0), (34.0, 156.0), (-14.0, 206.0)).cubic(
                    (-40.0, 240.0),
                    (6.0, 264.0),
                    (-30.0, 296.0),
                );
                sheet.stroke(&tail, inks.ink, 1.6);
                for (bow_x, bow_y, lean) in
                    [(-18.0, 112.0, 0.4), (6.0, 158.0, -0.5), (-20.0, 212.0, 0.5), (-18.0, 256.0, -0.4)]
                {
                    sheet.placed((bow_x, bow_y), lean, 1.0, |sheet| {
                        sheet.fill(
                            Path::new().polygon(&[(0.0, 0.0), (-13.0, -7.0), (-13.0, 7.0)]).polygon(&[
                                (0.0, 0.0),
                                (13.0, -7.0),
                                (13.0, 7.0),
                            ]),
                            a,
                        );
                    });
                }
                sheet.fill(Path::new().polygon(&[(0.0, -62.0), (-50.0, -10.0), (0.0, -10.0)]), a);
                sheet.fill(Path::new().polygon(&[(0.0, -62.0), (50.0, -10.0), (0.0, -10.0)]), b);
                sheet.fill(Path::new().polygon(&[(-50.0, -10.0), (0.0, 74.0), (0.0, -10.0)]), c);
                sheet.fill(Path::new().polygon(&[(50.0, -10.0), (0.0, 74.0), (0.0, -10.0)]), d);
                sheet.stroke(
                    Path::new().segment((0.0, -62.0), (0.0, 74.0)).segment((-50.0, -10.0), (50.0, -10.0)),
                    inks.ink,
                    1.8,
                );
            });
        }
        let hills: Vec<Point> = (0..=40)
            .map(|step| f64::from(step) * 18.0 + LEFT - 20.0)
            .map(|x| (x, 846.0 - 26.0 * (x / 118.0).sin() - 16.0 * (x / 47.0).cos()))
            .collect();
        sheet.fill(&below(&hills), inks.mid);
        let dune: Vec<Point> = (0..=40)
            .map(|step| f64::from(step) * 18.0 + LEFT - 20.0)
            .map(|x| (x, 880.0 + 18.0 * (x / 150.0 + 1.2).sin()))
            .collect();
        sheet.fill(&below(&dune), inks.deep);
        let mut grass = Path::new();
        for _ in 0..230 {
            let x = sheet.dice.between(LEFT, RIGHT);
            let y = 880.0 + 18.0 * (x / 150.0 + 1.2).sin() + sheet.dice.between(0.0, 46.0);
            let tall = sheet.dice.between(9.0, 24.0);
            grass.start(x, y + 3.0).quad(x + tall * 0.2, y - tall * 0.7, x + tall * 0.8, y - tall);
        }
        sheet.stroke(&grass, inks.soft.alpha(0.5), 1.4);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Reeds that lean before an evening sun.
pub(super) fn reeds(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.soft), (0.6, inks.paper.mix(inks.soft, 0.35)), (1.0, inks.mid.mix(inks.soft, 0.3))]);
    on_plate(sheet, |sheet| {
        sheet.fill(Path::new().circle(306.0, 372.0, 158.0), inks.second);
        sheet.fill(Path::new().circle(306.0, 372.0, 158.0), inks.mid.alpha(0.16));
        for layer in 0..4 {
            let depth = f64::from(layer) / 3.0;
            let hue = inks.mid.mix(inks.ink, smooth(-0.1, 1.0, depth));
            let (mut blades, mut heads, mut stems) = (Path::new(), Path::new(), Path::new());
            for _ in 0..64 {
                let x = sheet.dice.between(LEFT - 160.0, RIGHT + 10.0);
                let tall = sheet.dice.between(190.0, 420.0) * lerp(0.9, 1.45, depth);
                let lean = tall * sheet.dice.between(0.30, 0.62);
                let wide = sheet.dice.between(2.0, 4.6) * lerp(0.7, 1.5, depth);
                let tip = (x + lean, BOTTOM + 20.0 - tall);
                blades.start(x - wide, BOTTOM + 20.0).quad(x + lean * 0.12, BOTTOM - tall * 0.62, tip.0, tip.1);
                blades.quad(x + lean * 0.12 + wide * 2.2, BOTTOM - tall * 0.55, x + wide, BOTTOM + 20.0).close();
            }
            for _ in 0..9 {
                let x = sheet.dice.between(LEFT - 160.0, RIGHT - 40.0);
                let tall = sheet.dice.between(360.0, 560.0) * lerp(0.85, 1.25, depth);
                let lean = tall * sheet.dice.between(0.26, 0.42);
                let tip = (x + lean, BOTTOM - tall);
                stems.start(x, BOTTOM + 20.0).quad(x + lean * 0.15, BOTTOM - tall * 0.6, tip.0, tip.1);
                for grain in 0..26 {
                    let share = f64::from(grain) / 26.0;
                    let along = (tip.0 - share * lean * 0.34, tip.1 + share * tall * 0.17);
                    let reach = (6.0 + 26.0 * (share * PI).sin()) * lerp(0.7, 1.15, depth);
                    heads.start(along.0, along.1).quad(
                        along.0 + reach * 0.6,
                        along.1 - reach * 0.1,
                        along.0 + reach,
                        along.1 + reach * 0.34,
                    );
                }
            }
            sheet.fill(&blades, hue);
            sheet.stroke(&stems, hue, lerp(1.8, 3.4, depth));
            sheet.stroke(&heads, hue, lerp(1.6, 2.8, depth));
        }
        let mut seeds = Vec::new();
        for _ in 0..70 {
            seeds.push((
                sheet.dice.between(360.0, RIGHT),
                sheet.dice.between(180.0, 620.0),
                sheet.dice.between(0.6, 2.2),
            ));
        }
        sheet.dots(&seeds, inks.ink.alpha(0.7));
    });
    seal(sheet, inks.second, inks.paper);
}
