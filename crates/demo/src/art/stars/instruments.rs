//! Instruments: an orrery, an astrolabe and an eclipse as diagrams.

use std::f64::consts::{PI, TAU};

use super::dial;
use crate::art::colour::Colour;
use crate::art::field::Noise;
use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, plate, seal};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar};

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
pub(super) fn orrery(sheet: &mut Sheet) {
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
        (108.0, 0.5, 10.0, inks.mid),
        (138.0, 2.3, 15.0, inks.soft),
        (172.0, 5.3, 17.0, inks.accent),
        (204.0, 3.6, 13.0, inks.second),
        (242.0, 1.15, 33.0, inks.soft),
        (274.0, 4.25, 27.0, inks.mid),
        (300.0, 6.1, 17.0, inks.accent.mix(inks.paper, 0.4)),
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
            near.cubic((-46.0, 18.0), (46.0, 18.0), (48.0, 0.0))
                .cubic((40.0, 12.0), (-40.0, 12.0), (-48.0, 0.0))
                .close();
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
    for corner in [
        (LEFT + 62.0, TOP + 62.0),
        (RIGHT - 62.0, TOP + 62.0),
        (LEFT + 62.0, BOTTOM - 62.0),
        (RIGHT - 62.0, BOTTOM - 62.0),
    ] {
        let mut wheel = Path::new();
        for tooth in 0..24 {
            let angle = TAU * f64::from(tooth) / 24.0;
            wheel.segment(polar(corner, 32.0, angle), polar(corner, 39.0, angle));
        }
        sheet.stroke(&wheel, inks.ink, 4.4);
        let mut rings = Path::new();
        rings.circle(corner.0, corner.1, 32.0).circle(corner.0, corner.1, 25.0).circle(corner.0, corner.1, 7.0);
        for spoke in 0..5 {
            rings.segment(
                polar(corner, 7.0, TAU * f64::from(spoke) / 5.0),
                polar(corner, 25.0, TAU * f64::from(spoke) / 5.0),
            );
        }
        sheet.stroke(&rings, inks.ink, 1.6);
    }
    seal(sheet, inks.second, inks.paper);
}

/// The moon before the sun, and the sun's hair around it.
pub(super) fn eclipse(sheet: &mut Sheet) {
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
        let (from, bend, end) = (
            polar(centre, start, angle),
            polar(centre, lerp(start, reach, 0.5), angle),
            polar(centre, reach, angle + sway),
        );
        let path = if ray % 11 == 0 { &mut long_rays } else { &mut rays };
        path.start(from.0, from.1).quad(bend.0, bend.1, end.0, end.1);
    }
    sheet.stroke(&rays, inks.ink, 0.9);
    sheet.stroke(&long_rays, inks.accent, 1.2);
    sheet.fill(Path::new().circle(centre.0, centre.1, radius), inks.ink);
    let mut flares = Path::new();
    for (angle, size) in [(0.7, 17.0), (0.86, 11.0), (2.6, 14.0), (4.4, 19.0), (4.56, 10.0)] {
        let (one, two) =
            (polar(centre, radius + 1.0, angle - size / 190.0), polar(centre, radius + 1.0, angle + size / 190.0));
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
        sheet.clipped(&sun, |sheet| {
            sheet.fill(
                Path::new().circle(at.0 + lerp(38.0, -38.0, share), at.1 - lerp(6.0, -6.0, share), 19.0),
                inks.ink,
            )
        });
    }
    seal(sheet, inks.accent, inks.paper);
}

/// The plate of an astrolabe, engraved for no latitude in particular.
pub(super) fn astrolabe(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let (centre, radius): (Point, f64) = ((400.0, 520.0), 306.0);
    let mut disc = Path::new();
    disc.circle(centre.0, centre.1, radius);
    let brass = sheet.gradient(
        (150.0, 240.0),
        (640.0, 820.0),
        &[
            (0.0, inks.second.mix(inks.paper, 0.4), 1.0),
            (0.5, inks.second, 1.0),
            (1.0, inks.second.mix(inks.deep, 0.35), 1.0),
        ],
    );
    let mut crown = Path::new();
    crown
        .start(320.0, 226.0)
        .cubic((330.0, 150.0), (372.0, 196.0), (378.0, 150.0))
        .to(422.0, 150.0)
        .cubic((428.0, 196.0), (470.0, 150.0), (480.0, 226.0))
        .close();
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
            let (middle, reach) =
                (inner * 0.62 * latitude.cos() / below_zenith, inner * 0.62 * height.cos() / below_zenith);
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
        tropics
            .segment((centre.0 - inner, centre.1), (centre.0 + inner, centre.1))
            .segment((centre.0, centre.1 - inner), (centre.0, centre.1 + inner));
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
        (0.35, 0.94, 0.70, 0.16),
        (1.05, 0.94, 0.76, -0.14),
        (1.95, 0.94, 0.72, 0.15),
        (2.65, 0.94, 0.66, -0.17),
        (3.35, 0.94, 0.80, 0.12),
        (5.95, 0.94, 0.78, -0.12),
        (0.75, 0.40, 0.60, 0.20),
        (2.30, 0.40, 0.58, -0.20),
        (1.57, 0.36, 0.54, 0.24),
    ] {
        let (foot_one, foot_two) =
            (polar(centre, inner * root, angle - 0.05), polar(centre, inner * root, angle + 0.05));
        let end = polar(centre, inner * tip, angle + bend);
        let (one, two) = (
            polar(centre, inner * lerp(root, tip, 0.55), angle - 0.01),
            polar(centre, inner * lerp(root, tip, 0.45), angle + bend * 0.25 + 0.05),
        );
        let mut flame = Path::new();
        flame
            .start(foot_one.0, foot_one.1)
            .quad(one.0, one.1, end.0, end.1)
            .quad(two.0, two.1, foot_two.0, foot_two.1)
            .close();
        sheet.fill(&flame, inks.mid);
        sheet.stroke(&flame, inks.ink, 1.0);
        sheet.stroke(Path::new().dot(end.0, end.1), inks.accent, 6.5);
    }
    sheet.placed(centre, -0.62, 1.0, |sheet| {
        let mut rule = Path::new();
        rule.polygon(&[
            (-radius + 8.0, 0.0),
            (-radius + 20.0, -7.0),
            (-24.0, -9.0),
            (24.0, -9.0),
            (radius - 20.0, -7.0),
            (radius - 8.0, 0.0),
            (radius - 20.0, 7.0),
            (24.0, 9.0),
            (-24.0, 9.0),
            (-radius + 20.0, 7.0),
        ]);
        sheet.fill(&rule, inks.second.mix(inks.paper, 0.2));
        sheet.stroke(&rule, inks.ink, 1.6);
        sheet.stroke(Path::new().segment((-radius + 12.0, 0.0), (radius - 12.0, 0.0)), inks.ink, 0.9);
    });
    sheet.fill(Path::new().circle(centre.0, centre.1, 15.0), inks.mid);
    sheet.stroke(Path::new().circle(centre.0, centre.1, 15.0).circle(centre.0, centre.1, 5.0), inks.ink, 1.8);
    seal(sheet, inks.mid, inks.paper);
}
