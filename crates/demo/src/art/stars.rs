//! Stars: charts of the sky, moons, comets and the instruments that follow them.

use std::f64::consts::{PI, TAU};

use super::Plate;
use super::colour::{BLUEPRINT, Colour, INDIGO, LAGOON, LAMPBLACK, NIGHT, OCHRE, PLUM, TEAL, VERMILION};
use super::field::Noise;
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, below, glitter, plate, ripples, seal, sky, starfield};
use super::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (planisphere, &NIGHT, 51),
    (month_of_moons, &BLUEPRINT, 52),
    (orrery, &OCHRE, 53),
    (star_trails, &LAGOON, 54),
    (anchor, &INDIGO, 55),
    (comet, &PLUM, 56),
    (eclipse, &LAMPBLACK, 57),
    (astrolabe, &VERMILION, 58),
    (aurora, &TEAL, 59),
    (milky_way, &NIGHT, 60),
];

/// Ticks around a circle; every `long`th is the longer.
fn dial(path: &mut Path, centre: Point, inner: f64, outer: f64, count: usize, long: usize) {
    for tick in 0..count {
        let angle = TAU * tick as f64 / count as f64;
        let until = if tick % long == 0 { outer } else { lerp(inner, outer, 0.5) };
        path.segment(polar(centre, inner, angle), polar(centre, until, angle));
    }
}

/// The whole night in one disc.
fn planisphere(sheet: &mut Sheet) {
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
        sheet.dash(Path::new().circle(centre.0 + 46.0, centre.1 - 34.0, radius * 0.66), inks.accent.alpha(0.9), 1.5, "6 5");
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
fn month_of_moons(sheet: &mut Sheet) {
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

/// A ball shaded with engraved arcs.
fn engraved_ball(sheet: &mut Sheet, at: Point, radius: f64, hue: Colour) {
    let inks = sheet.inks;
    let mut disc = Path::new();
    disc.circle(at.0, at.1, radius);
    sheet.fill(&disc, hue);
    sheet.clipped(&disc, |sheet| {
        let mut arcs = Path::new();
        let count = (radius / 2.2) as usize + 3;
        for index in 0..count {
            let shift = radius * 0.25 + index as f64 * 2.6;
            arcs.circle(at.0 - shift, at.1 - shift, radius * 1.05);
        }
        sheet.stroke(&arcs, inks.ink.alpha(0.6), 0.9);
    });
    sheet.stroke(&disc, inks.ink, 1.3);
}

/// Planets on their arms, as a clockmaker sees them.
fn orrery(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let centre = (400.0, 500.0);
    let mut frame = Path::new();
    frame.rect(LEFT, TOP, PLATE.2, PLATE.3).rect(LEFT + 9.0, TOP + 9.0, PLATE.2 - 18.0, PLATE.3 - 18.0);
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.6));
    sheet.stroke(&frame, inks.ink, 1.2);
    let mut rays = Path::new();
    for ray in 0..180 {
        let angle = TAU * f64::from(ray) / 180.0;
        let until = match ray % 6 {
            0 => 560.0,
            3 => 118.0,
            _ => 84.0,
        };
        if ray % 6 != 0 {
            rays.segment(polar(centre, 58.0, angle), polar(centre, until, angle));
        }
    }
    sheet.stroke(&rays, inks.mid, 1.1);
    let mut spikes = Path::new();
    spikes.star(centre, 92.0, 44.0, 16);
    sheet.fill(&spikes, inks.mid);
    engraved_ball(sheet, centre, 46.0, inks.second);
    let orbits: [(f64, f64, f64, Colour); 7] = [
        (108.0, 0.5, 10.0, inks.mid), (138.0, 2.3, 15.0, inks.soft), (172.0, 5.3, 17.0, inks.accent), (204.0, 3.6, 13.0, inks.second),
        (242.0, 1.15, 33.0, inks.soft), (274.0, 4.25, 27.0, inks.mid), (300.0, 6.1, 17.0, inks.accent.mix(inks.paper, 0.4)),
    ];
    for (index, (orbit, angle, size, hue)) in orbits.into_iter().enumerate() {
        let mut ring = Path::new();
        ring.circle(centre.0, centre.1, orbit);
        if index % 2 == 0 {
            sheet.stroke(&ring, inks.ink, 1.2);
        } else {
            sheet.dash(&ring, inks.ink, 1.2, "5 4");
        }
        let at = polar(centre, orbit, angle);
        if index == 5 {
            let mut tilt = Path::new();
            tilt.ellipse(0.0, 0.0, 48.0, 13.0).ellipse(0.0, 0.0, 40.0, 9.5);
            sheet.placed(at, -0.4, 1.0, |sheet| sheet.fill_odd(&tilt, inks.ink));
        }
        engraved_ball(sheet, at, size, hue);
        if index == 5 {
            let mut near = Path::new();
            near.start(-48.0, 0.0);
            near.cubic((-46.0, 18.0), (46.0, 18.0), (48.0, 0.0)).cubic((40.0, 12.0), (-40.0, 12.0), (-48.0, 0.0)).close();
            sheet.placed(at, -0.4, 1.0, |sheet| sheet.fill(&near, inks.ink));
        }
        for moon in 0..[0, 0, 1, 2, 4, 3, 1][index] {
            let away = size + 9.0 + f64::from(moon) * 6.0;
            let moon_at = polar(at, away, f64::from(moon) * 2.1 + angle + 0.7);
            sheet.fill(Path::new().circle(moon_at.0, moon_at.1, 2.6), inks.ink);
        }
        let mut label = Path::new();
        for dot in 0..=index {
            let spot = polar(centre, orbit, angle + (size + 16.0 + dot as f64 * 6.0) / orbit);
            label.dot(spot.0, spot.1);
        }
        sheet.stroke(&label, inks.second, 3.2);
    }
    for corner in [(LEFT + 62.0, TOP + 62.0), (RIGHT - 62.0, TOP + 62.0), (LEFT + 62.0, BOTTOM - 62.0), (RIGHT - 62.0, BOTTOM - 62.0)] {
        let mut wheel = Path::new();
        for tooth in 0..24 {
            let angle = TAU * f64::from(tooth) / 24.0;
            wheel.segment(polar(corner, 32.0, angle), polar(corner, 39.0, angle));
        }
        sheet.stroke(&wheel, inks.ink, 4.4);
        let mut rings = Path::new();
        rings.circle(corner.0, corner.1, 32.0).circle(corner.0, corner.1, 25.0).circle(corner.0, corner.1, 7.0);
        for spoke in 0..5 {
            rings.segment(polar(corner, 7.0, TAU * f64::from(spoke) / 5.0), polar(corner, 25.0, TAU * f64::from(spoke) / 5.0));
        }
        sheet.stroke(&rings, inks.ink, 1.6);
    }
    seal(sheet, inks.second, inks.paper);
}

/// A long night's turning above a mast.
fn star_trails(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.75, inks.mid), (1.0, inks.mid.mix(inks.soft, 0.5))]);
    sheet.clipped(&plate(), |sheet| {
        let pole = (452.0, 330.0);
        let mut layers = [Path::new(), Path::new(), Path::new(), Path::new()];
        let mut radius = 9.0;
        while radius < 720.0 {
            let (start, length) = (sheet.dice.between(0.0, TAU), sheet.dice.between(0.5, 1.35));
            let pick = sheet.dice.unit();
            let kind = if pick < 0.62 { 0 } else if pick < 0.86 { 1 } else if pick < 0.95 { 2 } else { 3 };
            layers[kind].arc(pole, radius, start, start + length);
            if radius > 60.0 {
                let again = start + length + sheet.dice.between(0.4, 2.0);
                layers[(kind + 1) % 3].arc(pole, radius, again, again + length * 0.8);
            }
            radius += sheet.dice.between(1.6, 4.6);
        }
        for (path, (hue, width)) in layers.iter().zip([(inks.ink.alpha(0.75), 1.0), (inks.soft.alpha(0.9), 1.5), (inks.second.alpha(1.0), 1.8), (inks.accent.alpha(1.0), 2.2)]) {
            sheet.stroke(path, hue, width);
        }
        sheet.stroke(Path::new().dot(pole.0, pole.1), inks.second, 7.0);
        let shore: Vec<Point> = (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, 836.0 - 66.0 * smooth(560.0, 120.0, x) - 12.0 * (x / 61.0).sin() - 5.0 * (x / 19.0).cos())).collect();
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
        boat.start(560.0, 864.0).quad(566.0, 886.0, 580.0, 888.0).to(652.0, 888.0).quad(672.0, 882.0, 680.0, 860.0).quad(620.0, 872.0, 560.0, 864.0).close();
        sheet.fill(&boat, inks.deep);
        sheet.stroke(Path::new().segment((622.0, 866.0), (622.0, 716.0)).segment((622.0, 846.0), (566.0, 850.0)).segment((622.0, 720.0), (678.0, 860.0)).segment((622.0, 720.0), (562.0, 862.0)), inks.deep, 2.6);
        sheet.stroke(Path::new().dot(622.0, 714.0), inks.accent, 6.5);
        glitter(sheet, 622.0, 892.0, 932.0, (6.0, 12.0), inks.accent.alpha(0.7));
    });
    seal(sheet, inks.accent, inks.ink);
}

/// An anchor that only sailors see in the sky.
fn anchor(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sheet.fill(&plate(), inks.ink);
    sheet.clipped(&plate(), |sheet| {
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
            path.start(400.0, 790.0).cubic((270.0, 780.0), (196.0, 690.0), (186.0, 590.0)).to(146.0, 628.0).to(166.0, 522.0).to(252.0, 586.0).to(214.0, 586.0);
            path.cubic((232.0, 668.0), (300.0, 718.0), (400.0, 724.0)).cubic((500.0, 718.0), (568.0, 668.0), (586.0, 586.0)).to(548.0, 586.0).to(634.0, 522.0).to(654.0, 628.0).to(614.0, 590.0);
            path.cubic((604.0, 690.0), (530.0, 780.0), (400.0, 790.0)).close();
            path
        };
        sheet.fill_odd(&figure, inks.soft.alpha(0.07));
        sheet.stroke(&figure, inks.soft.alpha(0.5), 1.2);
        let stars: [(f64, f64, f64); 16] = [
            (400.0, 166.0, 9.0), (360.0, 210.0, 5.0), (442.0, 206.0, 5.0), (400.0, 252.0, 7.0), (400.0, 320.0, 6.0), (274.0, 318.0, 8.0), (528.0, 322.0, 8.0), (398.0, 470.0, 5.0), (402.0, 610.0, 6.0),
            (400.0, 758.0, 12.0), (296.0, 728.0, 6.0), (214.0, 650.0, 6.0), (166.0, 528.0, 9.0), (504.0, 730.0, 6.0), (588.0, 652.0, 6.0), (634.0, 526.0, 10.0),
        ];
        let mut links = Path::new();
        for (from, until) in [(0, 1), (1, 3), (3, 2), (2, 0), (3, 4), (4, 5), (4, 6), (4, 7), (7, 8), (8, 9), (9, 10), (10, 11), (11, 12), (9, 13), (13, 14), (14, 15)] {
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

/// A comet over a sleeping bay.
fn comet(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.55, inks.mid), (0.8, inks.accent.mix(inks.mid, 0.55)), (1.0, inks.second)]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 560.0), 360, inks.ink);
        let head: Point = (262.0, 540.0);
        for (count, spread, reach, hue, opacity) in [(64, 0.30, 620.0, inks.soft, 0.5), (44, 0.18, 700.0, inks.second, 0.75), (22, 0.09, 560.0, inks.ink, 0.9)] {
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
        for (level, tone, shift, tall) in [(790.0, inks.mid.mix(inks.accent, 0.25), 0.0, 60.0), (826.0, inks.mid.mix(inks.deep, 0.45), 2.3, 54.0), (868.0, inks.deep, 4.4, 40.0)] {
            let hills: Vec<Point> = (0..=60).map(|step| LEFT - 20.0 + f64::from(step) * 12.0).map(|x| (x, level - tall * (x / 116.0 + shift).sin().abs().powf(1.4) - 9.0 * (x / 33.0 + shift).sin())).collect();
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

/// The moon before the sun, and the sun's hair around it.
fn eclipse(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 470.0), 150.0);
    let noise = Noise::new(&mut sheet.dice);
    let (mut rays, mut long_rays) = (Path::new(), Path::new());
    for ray in 0..900 {
        let angle = TAU * f64::from(ray) / 900.0 + sheet.dice.bell() * 0.002;
        let plume = (noise.layered(angle.cos() * 1.7 + 4.0, angle.sin() * 1.7, 3) + 0.42).max(0.03);
        let fine = sheet.dice.between(0.45, 1.0);
        let reach = radius + 14.0 + 235.0 * plume.powf(1.6) * fine;
        let start = radius + 6.0 + sheet.dice.unit().powi(3) * 22.0;
        let sway = 0.10 * noise.at(angle * 3.0, plume * 4.0);
        let (from, bend, end) = (polar(centre, start, angle), polar(centre, lerp(start, reach, 0.5), angle), polar(centre, reach, angle + sway));
        let path = if ray % 11 == 0 { &mut long_rays } else { &mut rays };
        path.start(from.0, from.1).quad(bend.0, bend.1, end.0, end.1);
    }
    sheet.stroke(&rays, inks.ink, 0.9);
    sheet.stroke(&long_rays, inks.accent, 1.2);
    sheet.fill(Path::new().circle(centre.0, centre.1, radius), inks.ink);
    let mut flares = Path::new();
    for (angle, size) in [(0.7, 17.0), (0.86, 11.0), (2.6, 14.0), (4.4, 19.0), (4.56, 10.0)] {
        let (one, two) = (polar(centre, radius + 1.0, angle - size / 190.0), polar(centre, radius + 1.0, angle + size / 190.0));
        let peak = polar(centre, radius + size * 2.2, angle + 0.04);
        flares.start(one.0, one.1).quad(peak.0, peak.1, two.0, two.1);
    }
    sheet.stroke(&flares, inks.accent, 4.0);
    sheet.stroke(Path::new().circle(centre.0, centre.1, radius + 3.0), inks.accent, 2.4);
    for phase in 0..9 {
        let share = f64::from(phase) / 8.0;
        let at = (400.0 + (f64::from(phase) - 4.0) * 62.0, 880.0);
        sheet.fill(Path::new().circle(at.0, at.1, 19.0), inks.accent);
        let mut sun = Path::new();
        sun.circle(at.0, at.1, 19.0);
        sheet.clipped(&sun, |sheet| sheet.fill(Path::new().circle(at.0 + lerp(38.0, -38.0, share), at.1 - lerp(6.0, -6.0, share), 19.0), inks.ink));
    }
    seal(sheet, inks.accent, inks.paper);
}

/// The plate of an astrolabe, engraved for no latitude in particular.
fn astrolabe(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 520.0), 306.0);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    let brass = sheet.gradient((150.0, 240.0), (640.0, 820.0), &[(0.0, inks.second.mix(inks.paper, 0.4), 1.0), (0.5, inks.second, 1.0), (1.0, inks.second.mix(inks.deep, 0.35), 1.0)]);
    let mut crown = Path::new();
    crown.start(320.0, 226.0).cubic((330.0, 150.0), (372.0, 196.0), (378.0, 150.0)).to(422.0, 150.0).cubic((428.0, 196.0), (470.0, 150.0), (480.0, 226.0)).close();
    sheet.fill(Path::new().ellipse(410.0, 848.0, 250.0, 18.0), inks.ink.alpha(0.10));
    sheet.stroke(Path::new().circle(400.0, 112.0, 28.0), inks.ink, 9.0);
    sheet.stroke(Path::new().circle(400.0, 112.0, 28.0), inks.second, 5.0);
    sheet.fill(&crown, brass);
    sheet.stroke(&crown, inks.ink, 2.0);
    sheet.fill(Path::new().circle(400.0, 176.0, 11.0), inks.paper);
    sheet.stroke(Path::new().circle(400.0, 176.0, 11.0), inks.ink, 2.0);
    sheet.fill(&disc, brass);
    sheet.stroke(&disc, inks.ink, 2.4);
    let mut rings = Path::new();
    for inset in [10.0, 26.0, 34.0, 48.0, 52.0] {
        rings.circle(centre.0, centre.1, radius - inset);
    }
    dial(&mut rings, centre, radius - 26.0, radius - 10.0, 360, 5);
    dial(&mut rings, centre, radius - 48.0, radius - 34.0, 72, 3);
    sheet.stroke(&rings, inks.ink, 1.0);
    let inner = radius - 52.0;
    let mut well = Path::new();
    well.circle(centre.0, centre.1, inner);
    sheet.fill(&well, inks.paper.mix(inks.second, 0.16));
    sheet.clipped(&well, |sheet| {
        // Circles of equal height above the horizon, and the azimuths that cross them.
        let (mut heights, mut azimuths) = (Path::new(), Path::new());
        let latitude: f64 = 0.86;
        for index in 0..9 {
            let height = f64::from(index) * PI / 18.0;
            let below_zenith = latitude.sin() + height.sin();
            let (middle, reach) = (inner * 0.62 * latitude.cos() / below_zenith, inner * 0.62 * height.cos() / below_zenith);
            heights.circle(centre.0, centre.1 - middle, reach);
        }
        let zenith = centre.1 - inner * 0.62 * ((PI / 2.0 - latitude) / 2.0).tan();
        let nadir = centre.1 + inner * 0.62 * ((PI / 2.0 + latitude) / 2.0).tan();
        let (middle, half) = ((zenith + nadir) / 2.0, (nadir - zenith) / 2.0);
        for index in 1..12 {
            let angle = f64::from(index) * PI / 12.0;
            let shift = half / angle.tan();
            azimuths.circle(centre.0 + shift, middle, half / angle.sin());
        }
        let horizon_middle = inner * 0.62 * latitude.cos() / latitude.sin();
        let mut horizon = Path::new();
        horizon.circle(centre.0, centre.1 - horizon_middle, inner * 0.62 / latitude.sin());
        sheet.fill(&horizon, inks.accent.alpha(0.13));
        sheet.clipped(&horizon, |sheet| sheet.stroke(&azimuths, inks.accent.alpha(0.75), 1.0));
        sheet.stroke(&heights, inks.accent, 1.2);
        sheet.stroke(&horizon, inks.ink, 1.8);
        let mut tropics = Path::new();
        tropics.circle(centre.0, centre.1, inner * 0.62).circle(centre.0, centre.1, inner * 0.4);
        tropics.segment((centre.0 - inner, centre.1), (centre.0 + inner, centre.1)).segment((centre.0, centre.1 - inner), (centre.0, centre.1 + inner));
        sheet.dash(&tropics, inks.ink, 1.1, "6 4");
    });
    let mut zodiac = Path::new();
    let tilt = (centre.0, centre.1 - inner * 0.24);
    zodiac.circle(tilt.0, tilt.1, inner * 0.70).circle(tilt.0, tilt.1, inner * 0.60);
    sheet.fill_odd(&zodiac, inks.mid.alpha(0.93));
    sheet.stroke(&zodiac, inks.ink, 1.4);
    let mut parts = Path::new();
    dial(&mut parts, tilt, inner * 0.60, inner * 0.70, 48, 4);
    sheet.stroke(&parts, inks.paper, 1.2);
    let mut hoop = Path::new();
    hoop.circle(centre.0, centre.1, inner * 0.985).circle(centre.0, centre.1, inner * 0.93);
    sheet.fill_odd(&hoop, inks.mid.alpha(0.93));
    sheet.stroke(&hoop, inks.ink, 1.2);
    // Each star pointer grows from the hoop inwards or from the zodiac outwards.
    for (angle, root, tip, bend) in [
        (0.35, 0.94, 0.70, 0.16), (1.05, 0.94, 0.76, -0.14), (1.95, 0.94, 0.72, 0.15), (2.65, 0.94, 0.66, -0.17), (3.35, 0.94, 0.80, 0.12), (5.95, 0.94, 0.78, -0.12),
        (0.75, 0.40, 0.60, 0.20), (2.30, 0.40, 0.58, -0.20), (1.57, 0.36, 0.54, 0.24),
    ] {
        let (foot_one, foot_two) = (polar(centre, inner * root, angle - 0.05), polar(centre, inner * root, angle + 0.05));
        let end = polar(centre, inner * tip, angle + bend);
        let (one, two) = (polar(centre, inner * lerp(root, tip, 0.55), angle - 0.01), polar(centre, inner * lerp(root, tip, 0.45), angle + bend * 0.25 + 0.05));
        let mut flame = Path::new();
        flame.start(foot_one.0, foot_one.1).quad(one.0, one.1, end.0, end.1).quad(two.0, two.1, foot_two.0, foot_two.1).close();
        sheet.fill(&flame, inks.mid);
        sheet.stroke(&flame, inks.ink, 1.0);
        sheet.stroke(Path::new().dot(end.0, end.1), inks.accent, 6.5);
    }
    sheet.placed(centre, -0.62, 1.0, |sheet| {
        let mut rule = Path::new();
        rule.polygon(&[(-radius + 8.0, 0.0), (-radius + 20.0, -7.0), (-24.0, -9.0), (24.0, -9.0), (radius - 20.0, -7.0), (radius - 8.0, 0.0), (radius - 20.0, 7.0), (24.0, 9.0), (-24.0, 9.0), (-radius + 20.0, 7.0)]);
        sheet.fill(&rule, inks.second.mix(inks.paper, 0.2));
        sheet.stroke(&rule, inks.ink, 1.6);
        sheet.stroke(Path::new().segment((-radius + 12.0, 0.0), (radius - 12.0, 0.0)), inks.ink, 0.9);
    });
    sheet.fill(Path::new().circle(centre.0, centre.1, 15.0), inks.mid);
    sheet.stroke(Path::new().circle(centre.0, centre.1, 15.0).circle(centre.0, centre.1, 5.0), inks.ink, 1.8);
    seal(sheet, inks.mid, inks.paper);
}

/// Green curtains over a bay of islands.
fn aurora(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let night = inks.ink.mix(Colour(0x020a12), 0.5);
    sky(sheet, &[(0.0, night), (0.55, inks.ink), (0.72, inks.deep)]);
    sheet.clipped(&plate(), |sheet| {
        starfield(sheet, (LEFT, TOP, PLATE.2, 560.0), 320, inks.paper);
        let horizon = 716.0;
        let curtains = sheet.part(|sheet| {
            for (base, swing, tall, hue, phase, width) in [
                (430.0, 60.0, 300.0, inks.mid, 0.3, 11.0), (520.0, 80.0, 330.0, inks.soft, 1.9, 8.0), (590.0, 62.0, 300.0, inks.second, 3.4, 6.0),
            ] {
                for step in 0..66 {
                    let share = f64::from(step) / 65.0;
                    let x = lerp(LEFT - 20.0, RIGHT + 20.0, share) + 24.0 * (share * 11.0 + phase).sin();
                    let foot = base + swing * (share * 6.2 + phase).sin() + swing * 0.4 * (share * 14.0 + phase * 2.0).sin();
                    let high = tall * (0.45 + 0.55 * (share * 9.0 + phase * 3.0).sin().abs()) * sheet.dice.between(0.8, 1.0);
                    let strength = 0.40 + 0.32 * (share * 17.0 + phase).sin();
                    let fade = sheet.gradient((0.0, foot - high), (0.0, foot), &[(0.0, hue, 0.0), (0.75, hue, strength.max(0.06)), (0.95, hue.mix(inks.paper, 0.4), strength.max(0.1)), (1.0, hue, 0.0)]);
                    sheet.fill(Path::new().rect(x, foot - high, width, high), fade);
                }
            }
        });
        sheet.put(&curtains, "");
        let peaks = sheet.part(|sheet| {
            for (level, tall, shift, tone) in [(horizon, 120.0, 0.4, inks.deep.mix(inks.ink, 0.35)), (horizon, 78.0, 2.4, inks.ink), (horizon, 40.0, 4.4, night)] {
                let mut points: Vec<Point> = vec![(LEFT - 20.0, level)];
                for step in 0..=26 {
                    let x = LEFT - 20.0 + f64::from(step) * 27.5;
                    let rise = (x / 132.0 + shift).sin().abs() * tall + if step % 2 == 0 { tall * 0.16 } else { 0.0 } + sheet.dice.between(0.0, tall * 0.14);
                    points.push((x, level - rise));
                }
                points.push((RIGHT + 30.0, level));
                sheet.fill(Path::new().polygon(&points), tone);
            }
        });
        sheet.fill(Path::new().rect(LEFT, horizon, PLATE.2, 230.0), inks.ink);
        let sheen = sheet.gradient((0.0, horizon), (0.0, BOTTOM), &[(0.0, inks.mid, 0.75), (0.45, inks.soft, 0.22), (1.0, inks.ink, 0.0)]);
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
fn milky_way(sheet: &mut Sheet) {
    let inks = sheet.inks;
    sky(sheet, &[(0.0, inks.deep), (0.6, inks.paper), (0.82, inks.mid)]);
    let noise = Noise::new(&mut sheet.dice);
    sheet.clipped(&plate(), |sheet| {
        let horizon = 800.0;
        let (from, until): (Point, Point) = ((230.0, horizon + 40.0), (560.0, TOP - 60.0));
        let normal = (0.938, 0.345);
        for step in 0..13 {
            let share = f64::from(step) / 12.0;
            let (wide, strength) = (sheet.dice.between(84.0, 132.0), sheet.dice.between(0.06, 0.13));
            let at = (lerp(from.0, until.0, share) + sheet.dice.bell() * 10.0, lerp(from.1, until.1, share));
            let cloud = sheet.glow(at, wide, &[(0.0, inks.soft, strength), (0.5, inks.soft, strength * 0.42), (1.0, inks.soft, 0.0)]);
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
        land.start(RIGHT + 20.0, horizon + 2.0).to(470.0, horizon + 2.0).quad(540.0, 786.0, 600.0, 778.0).quad(660.0, 750.0, RIGHT + 20.0, 744.0).close();
        sheet.fill(&land, inks.deep);
        let boat = sheet.part(|sheet| {
            let mut hull = Path::new();
            hull.start(274.0, 822.0).quad(282.0, 846.0, 298.0, 850.0).to(402.0, 850.0).quad(426.0, 840.0, 436.0, 818.0).quad(350.0, 834.0, 274.0, 822.0).close();
            sheet.fill(&hull, Colour(0x050812));
            sheet.stroke(Path::new().segment((352.0, 830.0), (352.0, 610.0)).segment((352.0, 616.0), (434.0, 818.0)).segment((352.0, 616.0), (276.0, 822.0)).segment((352.0, 800.0), (282.0, 806.0)), Colour(0x050812), 3.0);
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
