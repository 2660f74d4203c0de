//! Maps: charts of coasts, rivers and seas that are nowhere else.

use std::f64::consts::{PI, TAU};

use super::Plate;
use super::colour::{BLUEPRINT, Colour, FOG, INDIGO, LAMPBLACK, OCHRE, PINE, SKAGERRAK, STRAND, TEAL, VERMILION};
use crate::chance::Dice;
use super::field::{Noise, Relief};
use super::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, plate, rose, seal};
use super::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// The works of this family.
pub const PLATES: &[Plate] = &[
    (unvisited_coast, &STRAND, 41),
    (shelf, &TEAL, 42),
    (hemispheres, &OCHRE, 43),
    (polar_chart, &BLUEPRINT, 44),
    (delta, &VERMILION, 45),
    (fjords, &LAMPBLACK, 46),
    (stick_chart, &PINE, 47),
    (globe, &SKAGERRAK, 48),
    (portolan, &INDIGO, 49),
    (star_fort, &FOG, 50),
];

/// The plate, a little larger, so that contours close out of sight.
const WIDE_PLATE: (f64, f64, f64, f64) = (LEFT - 14.0, TOP - 14.0, PLATE.2 + 28.0, PLATE.3 + 28.0);

/// All ground above a level as one path, every second point kept.
fn ground(relief: &Relief, level: f64) -> Path {
    let mut path = Path::new();
    for contour in relief.contours(level) {
        if contour.len() > 5 {
            let points: Vec<Point> = contour.iter().step_by(2).copied().collect();
            path.ring(&points);
        }
    }
    path
}

/// The frame of a sea chart: two rules and a scale of black and white degrees.
fn chart_frame(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let mut surround = Path::new();
    surround.rect(LEFT - 16.0, TOP - 16.0, PLATE.2 + 32.0, PLATE.3 + 32.0).rect(LEFT, TOP, PLATE.2, PLATE.3);
    sheet.fill_odd(&surround, inks.paper);
    let mut blocks = Path::new();
    let (across, down) = (PLATE.2 / 28.0, PLATE.3 / 36.0);
    for index in (0..28).step_by(2) {
        let x = LEFT + f64::from(index) * across;
        blocks.rect(x, TOP - 12.0, across, 6.0).rect(x, BOTTOM + 6.0, across, 6.0);
    }
    for index in (0..36).step_by(2) {
        let y = TOP + f64::from(index) * down;
        blocks.rect(LEFT - 12.0, y, 6.0, down).rect(RIGHT + 6.0, y, 6.0, down);
    }
    sheet.fill(&blocks, inks.ink);
    let mut rules = Path::new();
    for grow in [0.0, 6.0, 12.0, 17.0] {
        rules.rect(LEFT - grow, TOP - grow, PLATE.2 + grow * 2.0, PLATE.3 + grow * 2.0);
    }
    sheet.stroke(&rules, inks.ink, 1.0);
}

/// Bearings that run from a point over the whole plate.
fn rhumbs(path: &mut Path, centre: Point, count: usize) {
    for index in 0..count {
        path.segment(centre, polar(centre, 1300.0, TAU * index as f64 / count as f64));
    }
}

/// A sea chart in the old manner, with soundings, hills and a safe course.
fn unvisited_coast(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let lean = (x - 330.0 + (y - 500.0) * 0.32) / 470.0;
        1.15 * noise.layered(x / 230.0, y / 230.0, 5) + lean - 0.18
    };
    let relief = Relief::new(WIDE_PLATE, 5.0, height);
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.45));
    sheet.clipped(&plate(), |sheet| {
        let mut bearings = Path::new();
        rhumbs(&mut bearings, (226.0, 690.0), 32);
        rhumbs(&mut bearings, (560.0, 200.0), 16);
        sheet.stroke(&bearings, inks.mid.alpha(0.42), 0.8);
        for (level, opacity, width) in [(-0.035, 0.9, 1.1), (-0.075, 0.7, 1.0), (-0.12, 0.5, 0.9), (-0.175, 0.36, 0.8), (-0.24, 0.25, 0.8)] {
            let line = ground(&relief, level);
            sheet.stroke(&line, inks.deep.alpha(opacity), width);
        }
        let coast = ground(&relief, 0.0);
        sheet.fill_odd(&coast, inks.paper.mix(inks.second, 0.28));
        let hills = ground(&relief, 0.42);
        sheet.fill_odd(&hills, inks.paper.mix(inks.second, 0.48));
        sheet.stroke(&coast, inks.ink, 2.0);
        let (mut peaks, mut shades, mut woods) = (Path::new(), Path::new(), Path::new());
        let mut spots: Vec<Point> = Vec::new();
        for _ in 0..2600 {
            let at = (sheet.dice.between(LEFT + 8.0, RIGHT - 8.0), sheet.dice.between(TOP + 16.0, BOTTOM - 8.0));
            let here = height(at.0, at.1);
            if spots.iter().any(|spot| (spot.0 - at.0).hypot((spot.1 - at.1) * 1.4) < 24.0) {
                continue;
            }
            if here > 0.36 {
                let size = lerp(8.0, 19.0, smooth(0.3, 0.95, here));
                peaks.start(at.0 - size, at.1).quad(at.0 - size * 0.3, at.1 - size * 0.7, at.0, at.1 - size * 1.15).quad(at.0 + size * 0.35, at.1 - size * 0.5, at.0 + size * 1.05, at.1);
                for line in 0..4 {
                    let share = 0.25 + f64::from(line) * 0.2;
                    shades.segment((at.0 + size * share * 0.85, at.1 - size * (1.1 - share)), (at.0 + size * share * 0.5, at.1 - size * 0.08));
                }
                spots.push(at);
            } else if here > 0.07 && sheet.dice.chance(0.2) {
                woods.dot(at.0, at.1).dot(at.0 + 6.0, at.1 + 2.0).dot(at.0 + 2.0, at.1 + 5.0);
                spots.push(at);
            }
        }
        sheet.stroke(&peaks, inks.ink, 1.5);
        sheet.stroke(&shades, inks.ink.alpha(0.7), 0.9);
        sheet.stroke(&woods, inks.deep.alpha(0.75), 3.4);
        let mut soundings = Path::new();
        for row in 0..32 {
            for column in 0..24 {
                let at = (LEFT + 14.0 + f64::from(column) * 28.0 + sheet.dice.bell() * 6.0, TOP + 14.0 + f64::from(row) * 27.0 + sheet.dice.bell() * 6.0);
                let here = height(at.0, at.1);
                if here < -0.26 && sheet.dice.chance(0.5) {
                    soundings.dot(at.0, at.1);
                } else if (-0.13..-0.04).contains(&here) && sheet.dice.chance(0.2) {
                    soundings.segment((at.0 - 3.0, at.1), (at.0 + 3.0, at.1)).segment((at.0, at.1 - 3.0), (at.0, at.1 + 3.0));
                }
            }
        }
        sheet.stroke(&soundings, inks.ink.alpha(0.65), 1.4);
        let mut course = Path::new();
        course.start(LEFT, 420.0).cubic((150.0, 440.0), (250.0, 560.0), (210.0, 640.0)).cubic((180.0, 760.0), (330.0, 830.0), (330.0, BOTTOM + 8.0));
        sheet.dash(&course, inks.accent, 2.4, "9 6");
        sheet.stroke(Path::new().circle(213.0, 560.0, 9.0), inks.accent, 2.2);
        sheet.fill(Path::new().circle(226.0, 690.0, 96.0), inks.soft.mix(inks.paper, 0.55));
        rose(sheet, (226.0, 690.0), 84.0, inks.ink, inks.paper, inks.accent);
    });
    chart_frame(sheet);
}

/// The sea floor as sheets of cut paper.
fn shelf(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| 1.0 * noise.layered(x / 300.0, y / 300.0, 3) + 0.38 - ((x - 420.0) / 560.0).powi(2) - ((y - 470.0) / 640.0).powi(2);
    let relief = Relief::new(WIDE_PLATE, 7.0, height);
    sheet.fill(&plate(), inks.ink.mix(inks.deep, 0.35));
    sheet.clipped(&plate(), |sheet| {
        let tones = [inks.deep, inks.deep.mix(inks.mid, 0.4), inks.deep.mix(inks.mid, 0.8), inks.mid.mix(inks.soft, 0.15), inks.mid.mix(inks.soft, 0.45), inks.mid.mix(inks.soft, 0.75), inks.soft, inks.soft.mix(inks.paper, 0.55), inks.second, inks.accent.mix(inks.second, 0.45), inks.accent];
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

/// Noise on a ball, without seams.
fn ball_noise(noise: &Noise, [x, y, z]: [f64; 3], scale: f64, layers: u32) -> f64 {
    noise.layered(x * scale + 3.0, y * scale, layers) + noise.layered(y * scale + 11.0, z * scale + 7.0, layers) + noise.layered(z * scale + 23.0, x * scale + 5.0, layers)
}

/// The point of a ball above a place of its disc; beyond the edge, the edge itself.
fn on_ball(centre: Point, radius: f64, x: f64, y: f64) -> [f64; 3] {
    let (mut across, mut down) = ((x - centre.0) / radius, (y - centre.1) / radius);
    let far = across.hypot(down);
    if far > 1.0 {
        across /= far;
        down /= far;
    }
    [across, down, (1.0 - across * across - down * down).max(0.0).sqrt()]
}

/// Meridians and parallels of a disc seen from the equator.
fn graticule(centre: Point, radius: f64) -> Path {
    let mut lines = Path::new();
    for index in 1..6 {
        let reach = radius * (f64::from(index) * PI / 12.0).sin();
        lines.ellipse(centre.0, centre.1, reach, radius);
    }
    lines.segment((centre.0, centre.1 - radius), (centre.0, centre.1 + radius));
    for index in -5..=5 {
        let angle = f64::from(index) * PI / 12.0;
        let (y, half) = (centre.1 + radius * angle.sin(), radius * angle.cos());
        lines.segment((centre.0 - half, y), (centre.0 + half, y));
    }
    lines
}

/// A world in two halves, one above the other.
fn hemispheres(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.55));
    let radius = 196.0;
    for (index, centre) in [(400.0, TOP + 222.0), (400.0, BOTTOM - 222.0)].into_iter().enumerate() {
        let mirror = if index == 0 { 1.0 } else { -1.0 };
        let height = |x: f64, y: f64| {
            let [across, down, near] = on_ball(centre, radius, x, y);
            ball_noise(&noise, [across * mirror, down, near * mirror], 1.35, 4) - 0.10 + 0.25 * down.abs().powi(4)
        };
        let relief = Relief::new((centre.0 - radius - 8.0, centre.1 - radius - 8.0, radius * 2.0 + 16.0, radius * 2.0 + 16.0), 5.0, height);
        let mut disc = Path::new();
        disc.circle(centre.0, centre.1, radius);
        sheet.fill(&disc, inks.accent.mix(inks.paper, 0.45));
        sheet.clipped(&disc, |sheet| {
            for (level, opacity) in [(-0.05, 0.7), (-0.11, 0.45), (-0.18, 0.28)] {
                let line = ground(&relief, level);
                sheet.stroke(&line, inks.ink.alpha(opacity), 0.9);
            }
            let land = ground(&relief, 0.0);
            sheet.fill_odd(&land, inks.paper);
            let high = ground(&relief, 0.3);
            sheet.fill_odd(&high, inks.soft);
            let higher = ground(&relief, 0.55);
            sheet.fill_odd(&higher, inks.mid);
            sheet.stroke(&land, inks.ink, 1.3);
            sheet.stroke(&graticule(centre, radius), inks.ink.alpha(0.32), 0.8);
            let shade = sheet.glow((centre.0 - 60.0, centre.1 - 70.0), radius * 1.45, &[(0.4, inks.deep, 0.0), (1.0, inks.ink, 0.38)]);
            sheet.fill(&disc, shade);
        });
        let mut rings = Path::new();
        rings.circle(centre.0, centre.1, radius).circle(centre.0, centre.1, radius + 6.0).circle(centre.0, centre.1, radius + 15.0);
        sheet.stroke(&rings, inks.ink, 1.3);
        let mut ticks = Path::new();
        for tick in 0..72 {
            let angle = TAU * f64::from(tick) / 72.0;
            ticks.segment(polar(centre, radius + 6.0, angle), polar(centre, radius + if tick % 6 == 0 { 15.0 } else { 10.0 }, angle));
        }
        sheet.stroke(&ticks, inks.ink, 0.9);
    }
    for corner in [(LEFT + 74.0, TOP + 74.0), (RIGHT - 74.0, TOP + 74.0), (LEFT + 74.0, BOTTOM - 74.0), (RIGHT - 74.0, BOTTOM - 74.0)] {
        let mut rays = Path::new();
        for ray in 0..48 {
            let angle = TAU * f64::from(ray) / 48.0;
            rays.segment(polar(corner, 27.0, angle), polar(corner, if ray % 2 == 0 { 46.0 } else { 37.0 }, angle));
        }
        sheet.stroke(&rays, inks.mid, 1.5);
        sheet.fill(Path::new().circle(corner.0, corner.1, 19.0), inks.second);
        sheet.stroke(Path::new().circle(corner.0, corner.1, 23.0), inks.second, 1.2);
    }
    for side in [LEFT + 92.0, RIGHT - 92.0] {
        rose(sheet, (side, 500.0), 54.0, inks.ink, inks.paper, inks.second);
    }
    chart_frame(sheet);
}

/// The sea around a pole, in white on blue.
fn polar_chart(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (centre, radius): (Point, f64) = ((400.0, 482.0), 318.0);
    let height = |x: f64, y: f64| {
        let away = (x - centre.0).hypot(y - centre.1) / radius;
        1.1 * noise.layered(x / 170.0, y / 170.0, 5) + 1.5 * (away - 0.62)
    };
    let relief = Relief::new((centre.0 - radius - 10.0, centre.1 - radius - 10.0, radius * 2.0 + 20.0, radius * 2.0 + 20.0), 5.0, height);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    sheet.fill(&disc, inks.deep);
    sheet.clipped(&disc, |sheet| {
        for (level, opacity) in [(-0.08, 0.65), (-0.17, 0.45), (-0.28, 0.33), (-0.42, 0.24), (-0.58, 0.18)] {
            let line = ground(&relief, level);
            sheet.stroke(&line, inks.soft.alpha(opacity), 0.9);
        }
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.mid);
        for level in [0.18, 0.36, 0.54, 0.72] {
            let line = ground(&relief, level);
            sheet.fill_odd(&line, inks.soft.alpha(0.20));
        }
        sheet.stroke(&land, inks.ink, 1.6);
        let mut ice = Path::new();
        for _ in 0..170 {
            let at = polar(centre, radius * 0.40 * sheet.dice.unit().sqrt(), sheet.dice.between(0.0, TAU));
            if height(at.0, at.1) < -0.1 {
                let size = sheet.dice.between(3.0, 13.0);
                let corners: Vec<Point> = (0..6).map(|corner| polar(at, size * sheet.dice.between(0.55, 1.0), TAU * f64::from(corner) / 6.0)).collect();
                ice.polygon(&corners);
            }
        }
        sheet.fill(&ice, inks.ink.alpha(0.88));
        let mut grid = Path::new();
        for ring in 1..8 {
            grid.circle(centre.0, centre.1, radius * f64::from(ring) / 8.0);
        }
        for spoke in 0..24 {
            let angle = TAU * f64::from(spoke) / 24.0;
            grid.segment(polar(centre, radius * if spoke % 2 == 0 { 0.0 } else { 0.25 }, angle), polar(centre, radius, angle));
        }
        sheet.stroke(&grid, inks.ink.alpha(0.26), 0.8);
        let points: Vec<Point> = (0..70).map(|step| f64::from(step) / 69.0).map(|share| polar(centre, radius * (0.99 - 0.93 * share) + 10.0 * (share * 17.0).sin(), 2.2 + share * 5.4)).collect();
        sheet.dash(Path::new().curve(&points), inks.accent, 2.6, "10 6");
    });
    sheet.fill(Path::new().star(centre, 17.0, 5.0, 4), inks.second);
    let mut rings = Path::new();
    for grow in [0.0, 7.0, 13.0, 26.0] {
        rings.circle(centre.0, centre.1, radius + grow);
    }
    sheet.stroke(&rings, inks.ink, 1.1);
    let mut blocks = Path::new();
    for block in (0..72).step_by(2) {
        let (from, until) = (TAU * f64::from(block) / 72.0, TAU * f64::from(block + 1) / 72.0);
        let corner = polar(centre, radius + 13.0, until);
        blocks.arc(centre, radius + 7.0, from, until).to(corner.0, corner.1).sweep(centre, radius + 13.0, until, from).close();
    }
    sheet.fill(&blocks, inks.ink);
    let mut dots = Path::new();
    for dot in 0..36 {
        let at = polar(centre, radius + 19.5, TAU * f64::from(dot) / 36.0);
        dots.dot(at.0, at.1);
    }
    sheet.stroke(&dots, inks.second, 3.6);
    let mut scale = Path::new();
    for index in (0..10).step_by(2) {
        scale.rect(260.0 + f64::from(index) * 28.0, 884.0, 28.0, 6.0);
    }
    sheet.fill(&scale, inks.ink);
    sheet.stroke(Path::new().rect(260.0, 884.0, 280.0, 6.0), inks.ink, 1.0);
    seal(sheet, inks.accent, inks.ink);
}

/// One arm of a river and all that branches off it, as far as there is land under it.
fn river(dice: &mut Dice, arms: &mut Vec<(f64, Vec<Point>)>, start: (Point, f64), width: f64, land: &dyn Fn(f64, f64) -> f64) {
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
fn delta(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    sheet.fill(&plate(), inks.accent);
    sheet.clipped(&plate(), |sheet| {
        let fan = |x: f64, y: f64| {
            let spread = ((x - 400.0) / 372.0).powi(2);
            (884.0 - y) / 700.0 - 0.36 * spread + 0.15 * noise.layered(x / 130.0, y / 130.0, 4)
        };
        let relief = Relief::new((WIDE_PLATE.0, WIDE_PLATE.1, WIDE_PLATE.2, WIDE_PLATE.3), 6.0, fan);
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
            sheet.stroke(Path::new().curve(points), inks.second.alpha(0.9), width + 2.6);
        }
        for (width, points) in &arms {
            sheet.stroke(Path::new().curve(points), inks.paper, *width);
        }
        sheet.stroke(&land, inks.paper.alpha(0.85), 1.4);
    });
    seal(sheet, inks.accent, inks.paper);
}

/// Contour lines alone, the water's edge in red.
fn fjords(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let (turned, across) = (x * 0.82 + y * 0.57, y * 0.82 - x * 0.57);
        let ridge = 1.0 - 2.0 * noise.at(turned / 560.0 + 2.0, across / 205.0).abs() * 1.5;
        0.62 * ridge + 0.50 * noise.layered(x / 250.0, y / 250.0, 3) - 0.26
    };
    let relief = Relief::new(WIDE_PLATE, 6.0, height);
    sheet.clipped(&plate(), |sheet| {
        let sea = inks.paper.mix(inks.soft, 0.42);
        sheet.fill(&plate(), sea);
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.paper);
        for index in 1..17 {
            let line = ground(&relief, f64::from(index) * 0.045);
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

/// Swells and islands, remembered in sticks and shells.
fn stick_chart(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let wood = inks.second.mix(inks.ink, 0.42);
    let mut sticks: Vec<(Vec<Point>, f64)> = Vec::new();
    let bow = |from: Point, until: Point, bend: f64| -> Vec<Point> {
        let (across, down) = (until.0 - from.0, until.1 - from.1);
        let length = across.hypot(down);
        (0..=16)
            .map(|step| f64::from(step) / 16.0)
            .map(|share| {
                let lift = bend * 4.0 * share * (1.0 - share);
                (from.0 + across * share + down / length * lift, from.1 + down * share - across / length * lift)
            })
            .collect()
    };
    for (from, until, bend, width) in [
        ((130.0, 120.0), (128.0, 880.0), 8.0, 8.0), ((672.0, 104.0), (668.0, 886.0), -10.0, 8.0), ((96.0, 190.0), (706.0, 178.0), 10.0, 7.0), ((92.0, 806.0), (712.0, 820.0), -8.0, 7.0),
        ((104.0, 500.0), (700.0, 494.0), 6.0, 6.0), ((400.0, 96.0), (404.0, 900.0), 4.0, 6.0), ((110.0, 168.0), (690.0, 838.0), 16.0, 5.0), ((690.0, 150.0), (112.0, 842.0), 16.0, 5.0),
        ((150.0, 330.0), (650.0, 322.0), 96.0, 5.0), ((150.0, 668.0), (652.0, 676.0), -96.0, 5.0), ((262.0, 140.0), (258.0, 860.0), -92.0, 5.0), ((540.0, 140.0), (546.0, 862.0), 92.0, 5.0),
        ((128.0, 410.0), (410.0, 176.0), 44.0, 4.0), ((672.0, 420.0), (404.0, 812.0), 52.0, 4.0), ((160.0, 590.0), (400.0, 806.0), -46.0, 4.0), ((404.0, 190.0), (668.0, 400.0), 40.0, 4.0),
    ] {
        let jitter = (sheet.dice.bell() * 5.0, sheet.dice.bell() * 5.0);
        sticks.push((bow((from.0 + jitter.0, from.1), (until.0, until.1 + jitter.1), bend), width));
    }
    for (line, width) in &sticks {
        let shadow: Vec<Point> = line.iter().map(|point| (point.0 + 5.0, point.1 + 8.0)).collect();
        sheet.stroke(Path::new().curve(&shadow), inks.ink.alpha(0.13), width * 1.15);
    }
    for (line, width) in &sticks {
        sheet.stroke(Path::new().curve(line), inks.ink, *width + 1.6);
        sheet.stroke(Path::new().curve(line), wood, *width);
        let light: Vec<Point> = line.iter().map(|point| (point.0 - width * 0.2, point.1 - width * 0.2)).collect();
        sheet.stroke(Path::new().curve(&light), inks.second.alpha(0.75), width * 0.3);
    }
    let mut ties: Vec<(Point, f64)> = Vec::new();
    for (index, (one, _)) in sticks.iter().enumerate() {
        for (two, _) in &sticks[index + 1..] {
            for a in one.windows(2) {
                for b in two.windows(2) {
                    if let Some(at) = crossing(a, b)
                        && ties.iter().all(|tie| (tie.0.0 - at.0).hypot(tie.0.1 - at.1) > 15.0)
                    {
                        ties.push((at, (a[1].1 - a[0].1).atan2(a[1].0 - a[0].0)));
                    }
                }
            }
        }
    }
    let mut lashings = Path::new();
    for (at, angle) in &ties {
        for shift in [-3.2, -0.9, 1.4, 3.7] {
            let middle = polar(*at, shift, angle + 0.8);
            lashings.segment(polar(middle, 6.4, angle + 0.8 + PI / 2.0), polar(middle, -6.4, angle + 0.8 + PI / 2.0));
        }
    }
    sheet.stroke(&lashings, inks.ink, 1.7);
    let mut chosen: Vec<Point> = Vec::new();
    for (at, _) in &ties {
        if chosen.iter().all(|other| (other.0 - at.0).hypot(other.1 - at.1) > 118.0) && chosen.len() < 13 {
            chosen.push(*at);
        }
    }
    for (index, at) in chosen.into_iter().enumerate() {
        let hue = if index == 4 { inks.accent } else { inks.paper };
        sheet.placed(at, sheet_turn(index), 1.0, |sheet| {
            sheet.fill(Path::new().ellipse(3.0, 6.0, 19.0, 14.0), inks.ink.alpha(0.2));
            sheet.fill(Path::new().ellipse(0.0, 0.0, 18.0, 13.0), hue);
            sheet.stroke(Path::new().ellipse(0.0, 0.0, 18.0, 13.0), inks.ink, 1.8);
            let mut lip = Path::new();
            lip.start(-13.0, 0.0).quad(0.0, -3.5, 13.0, 0.0).quad(0.0, 3.5, -13.0, 0.0).close();
            for tooth in -4..=4 {
                lip.segment((f64::from(tooth) * 2.7, -3.4), (f64::from(tooth) * 2.7, 3.4));
            }
            sheet.stroke(&lip, inks.ink, 1.2);
        });
    }
    seal(sheet, inks.accent, inks.paper);
}

/// How far the shell with this number is turned.
fn sheet_turn(index: usize) -> f64 {
    (index as f64 * 2.4).sin() * 0.9
}

/// Where two segments cross, if they do.
fn crossing(one: &[Point], two: &[Point]) -> Option<Point> {
    let (first, second) = ((one[1].0 - one[0].0, one[1].1 - one[0].1), (two[1].0 - two[0].0, two[1].1 - two[0].1));
    let cross = first.0 * second.1 - first.1 * second.0;
    if cross.abs() < 1e-9 {
        return None;
    }
    let gap = (two[0].0 - one[0].0, two[0].1 - one[0].1);
    let (along, other) = ((gap.0 * second.1 - gap.1 * second.0) / cross, (gap.0 * first.1 - gap.1 * first.0) / cross);
    let inside = (0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&other);
    inside.then(|| (one[0].0 + first.0 * along, one[0].1 + first.1 * along))
}

/// A globe with the ways of trade upon it.
fn globe(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (centre, radius): (Point, f64) = ((400.0, 470.0), 302.0);
    let height = |x: f64, y: f64| ball_noise(&noise, on_ball(centre, radius, x, y), 1.5, 5) - 0.05;
    let relief = Relief::new((centre.0 - radius - 8.0, centre.1 - radius - 8.0, radius * 2.0 + 16.0, radius * 2.0 + 16.0), 5.0, height);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    sheet.fill(Path::new().ellipse(400.0, 842.0, 220.0, 14.0), inks.ink.alpha(0.10));
    let sea = sheet.glow((310.0, 360.0), 460.0, &[(0.0, inks.mid.mix(inks.soft, 0.4), 1.0), (1.0, inks.deep, 1.0)]);
    sheet.fill(&disc, sea);
    sheet.clipped(&disc, |sheet| {
        let shallow = ground(&relief, -0.14);
        sheet.fill_odd(&shallow, inks.soft.alpha(0.28));
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.paper);
        let uplands = ground(&relief, 0.25);
        sheet.fill_odd(&uplands, inks.second.mix(inks.paper, 0.45));
        let peaks = ground(&relief, 0.5);
        sheet.fill_odd(&peaks, inks.second);
        sheet.stroke(&land, inks.ink, 1.2);
        sheet.placed(centre, 0.4, 1.0, |sheet| sheet.stroke(&graticule((0.0, 0.0), radius), inks.paper.alpha(0.38), 0.9));
        let (mut ports, mut lines): (Vec<[f64; 3]>, Path) = (Vec::new(), Path::new());
        for _ in 0..900 {
            let at = polar(centre, radius * 0.93 * sheet.dice.unit().sqrt(), sheet.dice.between(0.0, TAU));
            let spot = on_ball(centre, radius, at.0, at.1);
            let far = ports.iter().all(|port| (port[0] - spot[0]).powi(2) + (port[1] - spot[1]).powi(2) + (port[2] - spot[2]).powi(2) > 0.16);
            if height(at.0, at.1).abs() < 0.012 && far && ports.len() < 11 {
                ports.push(spot);
            }
        }
        for (index, from) in ports.iter().enumerate() {
            for (other, until) in ports.iter().enumerate().skip(index + 1) {
                if (index * 7 + other * 5) % 3 == 0 {
                    continue;
                }
                let points: Vec<Point> = (0..=24)
                    .map(|step| f64::from(step) / 24.0)
                    .map(|share| {
                        let mix = [0, 1, 2].map(|axis| lerp(from[axis], until[axis], share));
                        let length = (mix[0] * mix[0] + mix[1] * mix[1] + mix[2] * mix[2]).sqrt();
                        let lift = radius * (1.0 + 0.10 * (share * PI).sin()) / length;
                        (centre.0 + mix[0] * lift, centre.1 + mix[1] * lift)
                    })
                    .collect();
                lines.curve(&points);
            }
        }
        sheet.dash(&lines, inks.accent, 1.9, "7 4");
        let dots: Vec<_> = ports.iter().map(|port| (centre.0 + port[0] * radius, centre.1 + port[1] * radius, 6.5)).collect();
        sheet.dots(&dots, inks.ink);
        let cores: Vec<_> = dots.iter().map(|dot| (dot.0, dot.1, 4.0)).collect();
        sheet.dots(&cores, inks.second);
        let shade = sheet.glow((290.0, 340.0), 500.0, &[(0.5, inks.ink, 0.0), (1.0, inks.ink, 0.5)]);
        sheet.fill(&disc, shade);
    });
    let mut rings = Path::new();
    rings.circle(centre.0, centre.1, radius + 12.0);
    sheet.stroke(&rings, inks.ink, 1.2);
    let mut dial = Path::new();
    for tick in 0..180 {
        let angle = TAU * f64::from(tick) / 180.0;
        dial.segment(polar(centre, radius + 12.0, angle), polar(centre, radius + if tick % 15 == 0 { 25.0 } else { 17.0 }, angle));
    }
    sheet.stroke(&dial, inks.ink, 0.9);
    seal(sheet, inks.accent, inks.paper);
}

/// A web of bearings over an inland sea.
fn portolan(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let edge = ((x - 400.0) / 330.0).powi(2) + ((y - 500.0) / 440.0).powi(2);
        0.95 * noise.layered(x / 200.0 + 4.0, y / 200.0, 5) + 0.85 * edge - 0.52
    };
    let relief = Relief::new(WIDE_PLATE, 5.0, height);
    sheet.fill(&plate(), inks.second.mix(inks.paper, 0.72));
    sheet.clipped(&plate(), |sheet| {
        let centre = (400.0, 500.0);
        let nodes: Vec<Point> = (0..16).map(|node| polar(centre, 330.0, TAU * f64::from(node) / 16.0)).collect();
        let mut webs = [Path::new(), Path::new(), Path::new()];
        for (index, from) in nodes.iter().enumerate() {
            for (other, until) in nodes.iter().enumerate().skip(index + 1) {
                let kind = match (other - index) % 4 {
                    0 => 0,
                    2 => 1,
                    _ => 2,
                };
                let (across, down) = (until.0 - from.0, until.1 - from.1);
                webs[kind].segment((from.0 - across * 0.25, from.1 - down * 0.25), (until.0 + across * 0.25, until.1 + down * 0.25));
            }
        }
        for (web, hue) in webs.iter().zip([inks.ink, inks.accent, inks.mid]) {
            sheet.stroke(web, hue.alpha(0.36), 0.8);
        }
        let land = ground(&relief, 0.0);
        sheet.fill_odd(&land, inks.paper);
        let rim = ground(&relief, 0.0);
        sheet.stroke(&rim, inks.mid.alpha(0.30), 9.0);
        sheet.fill_odd(&land, inks.paper);
        sheet.stroke(&land, inks.ink, 1.7);
        let (mut names, mut great) = (Path::new(), Path::new());
        for contour in relief.contours(0.0) {
            for (index, pair) in contour.windows(2).enumerate().filter(|(index, _)| index % 4 == 0) {
                let at = pair[0];
                if !(LEFT + 4.0..RIGHT - 4.0).contains(&at.0) || !(TOP + 4.0..BOTTOM - 4.0).contains(&at.1) {
                    continue;
                }
                let along = (pair[1].1 - pair[0].1).atan2(pair[1].0 - pair[0].0);
                let probe = polar(at, 9.0, along + PI / 2.0);
                let inland = if height(probe.0, probe.1) > height(at.0, at.1) { along + PI / 2.0 } else { along - PI / 2.0 };
                let long = sheet.dice.between(7.0, 24.0);
                let path = if index % 32 == 0 { &mut great } else { &mut names };
                path.segment(polar(at, 5.0, inland), polar(at, 5.0 + long, inland));
            }
        }
        sheet.dash(&names, inks.ink.alpha(0.75), 2.6, "1.6 1.2");
        sheet.dash(&great, inks.accent, 2.8, "1.8 1.2");
        for node in &nodes {
            sheet.fill(Path::new().circle(node.0, node.1, 4.5), inks.accent);
        }
        sheet.fill(Path::new().circle(centre.0, centre.1, 64.0), inks.second.mix(inks.paper, 0.72));
        rose(sheet, centre, 56.0, inks.deep, inks.paper, inks.accent);
    });
    chart_frame(sheet);
}

/// A fortified harbour town, seen from the air.
fn star_fort(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let centre = (400.0, 432.0);
    let points = 8;
    let outline = |radius: f64, depth: f64| -> Vec<Point> {
        (0..points)
            .flat_map(|index| {
                let turn = TAU * (f64::from(index) + 0.5) / f64::from(points) - PI / 2.0;
                let part = TAU / f64::from(points);
                [(-0.30, 0.80 - depth), (-0.17, 0.86 - depth * 0.4), (0.0, 1.06), (0.17, 0.86 - depth * 0.4), (0.30, 0.80 - depth)]
                    .map(|(shift, reach)| polar(centre, radius * reach, turn + shift * part))
            })
            .collect()
    };
    let field = inks.second.mix(inks.paper, 0.66);
    sheet.fill(&plate(), field);
    sheet.clipped(&plate(), |sheet| {
        for row in 0..13 {
            for column in 0..8 {
                let (x, y) = (LEFT + f64::from(column) * 96.0 - 30.0, TOP + f64::from(row) * 70.0 - 20.0);
                let angle = sheet.dice.pick(&[0.2, 0.2 + PI / 2.0]);
                let tone = sheet.dice.pick(&[inks.second.mix(inks.paper, 0.5), field, inks.soft.mix(inks.second, 0.25), inks.second.mix(inks.paper, 0.78)]);
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
        let coast: Vec<Point> = (0..=40).map(|step| LEFT - 20.0 + f64::from(step) * 18.0).map(|x| (x, 760.0 + 22.0 * (x / 90.0).sin() - 46.0 * smooth(240.0, 0.0, (x - 400.0).abs()))).collect();
        let mut sea = Path::new();
        sea.start(LEFT - 30.0, BOTTOM + 10.0).to(LEFT - 30.0, 760.0).along(&coast).to(RIGHT + 30.0, BOTTOM + 10.0).close();
        sheet.fill(&sea, inks.mid.mix(inks.soft, 0.35));
        for step in 1..11 {
            let drop: Vec<Point> = coast.iter().map(|point| (point.0, point.1 + f64::from(step * step) * 1.1 + f64::from(step) * 5.0)).collect();
            sheet.stroke(Path::new().curve(&drop), inks.deep.alpha(0.65 - f64::from(step) * 0.05), 1.0);
        }
        sheet.stroke(Path::new().curve(&coast), inks.ink, 2.0);
        for (radius, depth, tone) in [(322.0, 0.03, inks.soft.mix(inks.paper, 0.2)), (300.0, 0.05, inks.mid.mix(inks.soft, 0.35)), (268.0, 0.06, inks.second.mix(inks.paper, 0.35)), (252.0, 0.06, inks.paper), (240.0, 0.06, inks.soft)] {
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
                let (from, until) = (TAU * f64::from(block) / f64::from(count) + gap, TAU * f64::from(block + 1) / f64::from(count) - gap);
                let (corner, kind) = (polar(centre, inner, until), sheet.dice.unit());
                let path = &mut blocks[if kind < 0.62 { 0 } else if kind < 0.92 { 1 } else { 2 }];
                path.arc(centre, outer, from, until).to(corner.0, corner.1).sweep(centre, inner, until, from).close();
            }
        }
        for (path, hue) in blocks.iter().zip([inks.accent.mix(inks.second, 0.25), inks.accent.mix(inks.paper, 0.3), inks.mid]) {
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
                hull.start(-14.0, -4.0).to(6.0, -5.0).quad(14.0, -2.0, 18.0, 0.0).quad(14.0, 2.0, 6.0, 5.0).to(-14.0, 4.0).close();
                sheet.fill(&hull, hue);
                sheet.stroke(Path::new().segment((-10.0, 0.0), (9.0, 0.0)), inks.paper, 1.3);
            });
        }
    });
    sheet.stroke(&plate(), inks.ink, 1.6);
    seal(sheet, inks.accent, inks.paper);
}
