//! Charts: the whole sky, one constellation, and a month of moons.

use std::f64::consts::{PI, TAU};

use super::dial;
use crate::art::field::Noise;
use crate::art::motifs::{LEFT, PLATE, TOP, on_plate, plate, seal, starfield};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar};

/// The whole night in one disc.
pub(super) fn planisphere(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 480.0), 316.0);
    let noise = Noise::new(&mut sheet.dice);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    let ground = sheet.glow(centre, radius, &[(0.0, inks.mid, 1.0), (1.0, inks.deep, 1.0)]);
    sheet.fill(&disc, ground);
    sheet.clipped(&disc, |sheet| {
        let mut mist = Vec::new();
        for _ in 0..2600 {
            let (along, off) = (sheet.dice.between(-1.0, 1.0), sheet.dice.bell() * 0.22);
            let bend = 0.32 * (along * 2.1).sin();
            let x = centre.0 + radius * (along * 0.82 - (off + bend) * 0.57);
            let y = centre.1 + radius * (along * 0.57 + (off + bend) * 0.82);
            if noise.layered(x / 60.0, y / 60.0, 2) > -0.18 {
                mist.push((x, y, sheet.dice.between(0.25, 1.0)));
            }
        }
        sheet.dots(&mist, inks.soft.alpha(0.34));
        let mut grid = Path::new();
        for ring in 1..6 {
            grid.circle(centre.0, centre.1, radius * f64::from(ring) / 6.0);
        }
        for spoke in 0..12 {
            let angle = TAU * f64::from(spoke) / 12.0;
            grid.segment(polar(centre, radius / 6.0, angle), polar(centre, radius, angle));
        }
        sheet.stroke(&grid, inks.soft.alpha(0.28), 0.8);
        sheet.dash(
            Path::new().circle(centre.0 + 46.0, centre.1 - 34.0, radius * 0.66),
            inks.accent.alpha(0.9),
            1.5,
            "6 5",
        );
        starfield(sheet, (centre.0 - radius, centre.1 - radius, radius * 2.0, radius * 2.0), 520, inks.ink);
    });
    let mut homes: Vec<Point> = Vec::new();
    for _ in 0..700 {
        let at = polar(centre, radius * 0.84 * sheet.dice.unit().sqrt(), sheet.dice.between(0.0, TAU));
        if homes.len() < 17 && homes.iter().all(|home| (home.0 - at.0).hypot(home.1 - at.1) > 98.0) {
            homes.push(at);
        }
    }
    let (mut figures, mut great) = (Path::new(), Vec::new());
    for home in homes {
        let count = 4 + sheet.dice.below(4);
        let (mut at, mut heading) = (home, sheet.dice.between(0.0, TAU));
        let mut chain: Vec<Point> = Vec::new();
        for _ in 0..count {
            if (at.0 - centre.0).hypot(at.1 - centre.1) > radius * 0.95 {
                break;
            }
            chain.push(at);
            heading += sheet.dice.between(0.35, 1.35) * if sheet.dice.chance(0.75) { 1.0 } else { -1.0 };
            at = polar(at, sheet.dice.between(24.0, 50.0), heading);
        }
        if sheet.dice.chance(0.35) && chain.len() > 3 {
            chain.push(chain[0]);
        } else if chain.len() > 3 {
            let twig = polar(chain[2], 34.0, heading + 2.4);
            figures.segment(chain[2], twig);
            great.push((twig.0, twig.1, 2.4));
        }
        figures.line(&chain);
        for point in chain {
            great.push((point.0, point.1, sheet.dice.between(1.8, 4.6)));
        }
    }
    sheet.stroke(&figures, inks.second.alpha(0.85), 1.2);
    let halos: Vec<_> = great.iter().map(|star| (star.0, star.1, star.2 + 2.4)).collect();
    sheet.dots(&halos, inks.deep);
    sheet.dots(&great, inks.ink);
    let mut rings = Path::new();
    for grow in [0.0, 8.0, 30.0, 36.0] {
        rings.circle(centre.0, centre.1, radius + grow);
    }
    sheet.stroke(&rings, inks.ink, 1.2);
    let mut ticks = Path::new();
    dial(&mut ticks, centre, radius + 8.0, radius + 24.0, 180, 15);
    sheet.stroke(&ticks, inks.ink, 1.0);
    let mut hours = Path::new();
    for hour in 0..12 {
        let at = polar(centre, radius + 19.0, TAU * (f64::from(hour) + 0.5) / 12.0);
        hours.star(at, 6.0, 2.4, 4);
    }
    sheet.fill(&hours, inks.second);
    sheet.fill(Path::new().star(centre, 12.0, 3.6, 8), inks.second);
    let mut sizes = Vec::new();
    for index in 0..6 {
        sizes.push((400.0 + (f64::from(index) - 2.5) * 26.0, 880.0, 1.2 + f64::from(index) * 0.8));
    }
    sheet.dots(&sizes, inks.ink);
    seal(sheet, inks.accent, inks.ink);
}

/// The lit part of a moon at a share of its month, 0 and 1 being new.
fn lit_moon(path: &mut Path, at: Point, radius: f64, share: f64) {
    let waxing = share < 0.5;
    let lit = if waxing { share * 2.0 } else { (1.0 - share) * 2.0 };
    let limb = if waxing { -PI / 2.0 } else { PI / 2.0 };
    path.arc(at, radius, limb, limb + PI);
    let bulge = radius * (1.0 - 2.0 * lit) * if waxing { 1.0 } else { -1.0 };
    let (from, until) = (polar(at, radius, limb + PI), polar(at, radius, limb));
    let pull = 0.5523;
    let half = (until.1 - from.1) / 2.0;
    path.cubic((at.0 + bulge * pull, from.1), (at.0 + bulge, at.1 - half * pull), (at.0 + bulge, at.1));
    path.cubic((at.0 + bulge, at.1 + half * pull), (at.0 + bulge * pull, until.1), until).close();
}

/// Thirty nights, from new moon to new moon.
pub(super) fn month_of_moons(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    for night in 0..30 {
        let at = (LEFT + 68.0 + f64::from(night % 5) * 134.0, TOP + 66.0 + f64::from(night / 5) * 142.0);
        let radius = 49.0;
        let mut disc = Path::new();
        disc.circle(at.0, at.1, radius);
        sheet.fill(&disc, inks.deep);
        let mut lit = Path::new();
        lit_moon(&mut lit, at, radius, (f64::from(night) + 0.5) / 30.0);
        sheet.fill(&lit, inks.ink);
        let mut marks = Vec::new();
        for _ in 0..330 {
            let spot = polar((0.0, 0.0), radius * 0.97 * sheet.dice.unit().sqrt(), sheet.dice.between(0.0, TAU));
            let dark = noise.layered(spot.0 / 34.0, spot.1 / 34.0, 2);
            if dark > -0.02 {
                marks.push((at.0 + spot.0, at.1 + spot.1, lerp(0.4, 1.6, dark)));
            }
        }
        sheet.clipped(&lit, |sheet| sheet.dots(&marks, inks.mid.alpha(0.75)));
        sheet.stroke(&disc, inks.soft.alpha(0.55), 0.9);
        let mut beads = Path::new();
        beads.dot(at.0, at.1 + 64.0);
        let hue = match night {
            14 => inks.accent,
            0 | 7 | 22 | 29 => inks.second,
            _ => inks.soft,
        };
        sheet.stroke(&beads, hue, if night == 14 { 8.0 } else { 4.0 });
    }
    seal(sheet, inks.accent, inks.ink);
}

/// An anchor that only sailors see in the sky.
pub(super) fn anchor(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.ink);
    on_plate(sheet, |sheet| {
        let glow = sheet.glow((400.0, 480.0), 480.0, &[(0.0, inks.deep, 1.0), (1.0, inks.ink, 1.0)]);
        sheet.fill(&plate(), glow);
        let mut grid = Path::new();
        for ring in 1..12 {
            grid.circle(400.0, -420.0, 460.0 + f64::from(ring) * 84.0);
        }
        for spoke in -8..=8 {
            let angle = PI / 2.0 + f64::from(spoke) * 0.062;
            grid.segment(polar((400.0, -420.0), 440.0, angle), polar((400.0, -420.0), 1460.0, angle));
        }
        sheet.stroke(&grid, inks.mid.alpha(0.42), 0.8);
        starfield(sheet, PLATE, 700, inks.soft);
        let figure = {
            let mut path = Path::new();
            path.circle(400.0, 208.0, 42.0).circle(400.0, 208.0, 24.0);
            path.rect(384.0, 250.0, 32.0, 470.0).rect(272.0, 306.0, 256.0, 28.0);
            path.start(400.0, 790.0)
                .cubic((270.0, 780.0), (196.0, 690.0), (186.0, 590.0))
                .to(146.0, 628.0)
                .to(166.0, 522.0)
                .to(252.0, 586.0)
                .to(214.0, 586.0);
            path.cubic((232.0, 668.0), (300.0, 718.0), (400.0, 724.0))
                .cubic((500.0, 718.0), (568.0, 668.0), (586.0, 586.0))
                .to(548.0, 586.0)
                .to(634.0, 522.0)
                .to(654.0, 628.0)
                .to(614.0, 590.0);
            path.cubic((604.0, 690.0), (530.0, 780.0), (400.0, 790.0)).close();
            path
        };
        sheet.fill_odd(&figure, inks.soft.alpha(0.07));
        sheet.stroke(&figure, inks.soft.alpha(0.5), 1.2);
        let stars: [(f64, f64, f64); 16] = [
            (400.0, 166.0, 9.0),
            (360.0, 210.0, 5.0),
            (442.0, 206.0, 5.0),
            (400.0, 252.0, 7.0),
            (400.0, 320.0, 6.0),
            (274.0, 318.0, 8.0),
            (528.0, 322.0, 8.0),
            (398.0, 470.0, 5.0),
            (402.0, 610.0, 6.0),
            (400.0, 758.0, 12.0),
            (296.0, 728.0, 6.0),
            (214.0, 650.0, 6.0),
            (166.0, 528.0, 9.0),
            (504.0, 730.0, 6.0),
            (588.0, 652.0, 6.0),
            (634.0, 526.0, 10.0),
        ];
        let mut links = Path::new();
        for (from, until) in [
            (0, 1),
            (1, 3),
            (3, 2),
            (2, 0),
            (3, 4),
            (4, 5),
            (4, 6),
            (4, 7),
            (7, 8),
            (8, 9),
            (9, 10),
            (10, 11),
            (11, 12),
            (9, 13),
            (13, 14),
            (14, 15),
        ] {
            links.segment((stars[from].0, stars[from].1), (stars[until].0, stars[until].1));
        }
        sheet.stroke(&links, inks.second, 1.6);
        for (index, (x, y, size)) in stars.into_iter().enumerate() {
            let halo = sheet.glow((x, y), size * 4.0, &[(0.0, inks.second, 0.6), (1.0, inks.second, 0.0)]);
            sheet.fill(Path::new().circle(x, y, size * 4.0), halo);
            let hue = if index == 9 { inks.accent } else { inks.paper };
            sheet.fill(Path::new().star((x, y), size * 1.75, size * 0.42, 4), hue);
            sheet.fill(Path::new().circle(x, y, size * 0.62), hue);
        }
    });
    sheet.stroke(Path::new().rect(LEFT + 10.0, TOP + 10.0, PLATE.2 - 20.0, PLATE.3 - 20.0), inks.soft.alpha(0.6), 1.0);
    seal(sheet, inks.accent, inks.paper);
}
