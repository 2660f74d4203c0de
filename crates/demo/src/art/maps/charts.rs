//! Charts: coasts, bearings and a pole, in the manner of old sea charts.

use std::f64::consts::{PI, TAU};

use super::{WIDE_PLATE, chart_frame, ground};
use crate::art::field::{Noise, Relief};
use crate::art::motifs::{BOTTOM, LEFT, RIGHT, TOP, on_plate, plate, rose, seal};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar, smooth};

/// Bearings that run from a point over the whole plate.
fn rhumbs(path: &mut Path, centre: Point, count: usize) {
    for index in 0..count {
        path.segment(centre, polar(centre, 1300.0, TAU * index as f64 / count as f64));
    }
}

/// A sea chart in the old manner, with soundings, hills and a safe course.
pub(super) fn unvisited_coast(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let lean = (x - 330.0 + (y - 500.0) * 0.32) / 470.0;
        1.15 * noise.layered(x / 230.0, y / 230.0, 5) + lean - 0.18
    };
    let relief = Relief::new(WIDE_PLATE, 5.0, height);
    sheet.fill(&plate(), inks.soft.mix(inks.paper, 0.45));
    on_plate(sheet, |sheet| {
        let mut bearings = Path::new();
        rhumbs(&mut bearings, (226.0, 690.0), 32);
        rhumbs(&mut bearings, (560.0, 200.0), 16);
        sheet.stroke(&bearings, inks.mid.alpha(0.42), 0.8);
        for (level, opacity, width) in
            [(-0.035, 0.9, 1.1), (-0.075, 0.7, 1.0), (-0.12, 0.5, 0.9), (-0.175, 0.36, 0.8), (-0.24, 0.25, 0.8)]
        {
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
                peaks
                    .start(at.0 - size, at.1)
                    .quad(at.0 - size * 0.3, at.1 - size * 0.7, at.0, at.1 - size * 1.15)
                    .quad(at.0 + size * 0.35, at.1 - size * 0.5, at.0 + size * 1.05, at.1);
                for line in 0..4 {
                    let share = 0.25 + f64::from(line) * 0.2;
                    shades.segment(
                        (at.0 + size * share * 0.85, at.1 - size * (1.1 - share)),
                        (at.0 + size * share * 0.5, at.1 - size * 0.08),
                    );
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
                let at = (
                    LEFT + 14.0 + f64::from(column) * 28.0 + sheet.dice.bell() * 6.0,
                    TOP + 14.0 + f64::from(row) * 27.0 + sheet.dice.bell() * 6.0,
                );
                let here = height(at.0, at.1);
                if here < -0.26 && sheet.dice.chance(0.5) {
                    soundings.dot(at.0, at.1);
                } else if (-0.13..-0.04).contains(&here) && sheet.dice.chance(0.2) {
                    soundings
                        .segment((at.0 - 3.0, at.1), (at.0 + 3.0, at.1))
                        .segment((at.0, at.1 - 3.0), (at.0, at.1 + 3.0));
                }
            }
        }
        sheet.stroke(&soundings, inks.ink.alpha(0.65), 1.4);
        let mut course = Path::new();
        course.start(LEFT, 420.0).cubic((150.0, 440.0), (250.0, 560.0), (210.0, 640.0)).cubic(
            (180.0, 760.0),
            (330.0, 830.0),
            (330.0, BOTTOM + 8.0),
        );
        sheet.dash(&course, inks.accent, 2.4, "9 6");
        sheet.stroke(Path::new().circle(213.0, 560.0, 9.0), inks.accent, 2.2);
        sheet.fill(Path::new().circle(226.0, 690.0, 96.0), inks.soft.mix(inks.paper, 0.55));
        rose(sheet, (226.0, 690.0), 84.0, inks.ink, inks.paper, inks.accent);
    });
    chart_frame(sheet);
}

/// The sea around a pole, in white on blue.
pub(super) fn polar_chart(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (centre, radius): (Point, f64) = ((400.0, 482.0), 318.0);
    let height = |x: f64, y: f64| {
        let away = (x - centre.0).hypot(y - centre.1) / radius;
        1.1 * noise.layered(x / 170.0, y / 170.0, 5) + 1.5 * (away - 0.62)
    };
    let relief = Relief::new(
        (centre.0 - radius - 10.0, centre.1 - radius - 10.0, radius * 2.0 + 20.0, radius * 2.0 + 20.0),
        5.0,
        height,
    );
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
                let corners: Vec<Point> = (0..6)
                    .map(|corner| polar(at, size * sheet.dice.between(0.55, 1.0), TAU * f64::from(corner) / 6.0))
                    .collect();
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
            grid.segment(
                polar(centre, radius * if spoke % 2 == 0 { 0.0 } else { 0.25 }, angle),
                polar(centre, radius, angle),
            );
        }
        sheet.stroke(&grid, inks.ink.alpha(0.26), 0.8);
        let points: Vec<Point> = (0..70)
            .map(|step| f64::from(step) / 69.0)
            .map(|share| polar(centre, radius * (0.99 - 0.93 * share) + 10.0 * (share * 17.0).sin(), 2.2 + share * 5.4))
            .collect();
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
        blocks
            .arc(centre, radius + 7.0, from, until)
            .to(corner.0, corner.1)
            .sweep(centre, radius + 13.0, until, from)
            .close();
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

/// A web of bearings over an inland sea.
pub(super) fn portolan(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let height = |x: f64, y: f64| {
        let edge = ((x - 400.0) / 330.0).powi(2) + ((y - 500.0) / 440.0).powi(2);
        0.95 * noise.layered(x / 200.0 + 4.0, y / 200.0, 5) + 0.85 * edge - 0.52
    };
    let relief = Relief::new(WIDE_PLATE, 5.0, height);
    sheet.fill(&plate(), inks.second.mix(inks.paper, 0.72));
    on_plate(sheet, |sheet| {
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
                webs[kind].segment(
                    (from.0 - across * 0.25, from.1 - down * 0.25),
                    (until.0 + across * 0.25, until.1 + down * 0.25),
                );
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
                let inland =
                    if height(probe.0, probe.1) > height(at.0, at.1) { along + PI / 2.0 } else { along - PI / 2.0 };
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
