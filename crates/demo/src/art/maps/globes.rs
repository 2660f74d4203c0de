//! Globes: whole worlds, in halves or in the round.

use std::f64::consts::{PI, TAU};

use super::{chart_frame, ground};
use crate::art::field::{Noise, Relief};
use crate::art::motifs::{BOTTOM, LEFT, RIGHT, TOP, plate, rose, seal};
use crate::art::sheet::{Path, Point, Sheet, lerp, polar};

/// Noise on a ball, without seams.
fn ball_noise(noise: &Noise, [x, y, z]: [f64; 3], scale: f64, layers: u32) -> f64 {
    noise.layered(x * scale + 3.0, y * scale, layers)
        + noise.layered(y * scale + 11.0, z * scale + 7.0, layers)
        + noise.layered(z * scale + 23.0, x * scale + 5.0, layers)
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
pub(super) fn hemispheres(sheet: &mut Sheet) {
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
        let relief = Relief::new(
            (centre.0 - radius - 8.0, centre.1 - radius - 8.0, radius * 2.0 + 16.0, radius * 2.0 + 16.0),
            5.0,
            height,
        );
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
            let shade = sheet.glow(
                (centre.0 - 60.0, centre.1 - 70.0),
                radius * 1.45,
                &[(0.4, inks.deep, 0.0), (1.0, inks.ink, 0.38)],
            );
            sheet.fill(&disc, shade);
        });
        let mut rings = Path::new();
        rings.circle(centre.0, centre.1, radius).circle(centre.0, centre.1, radius + 6.0).circle(
            centre.0,
            centre.1,
            radius + 15.0,
        );
        sheet.stroke(&rings, inks.ink, 1.3);
        let mut ticks = Path::new();
        for tick in 0..72 {
            let angle = TAU * f64::from(tick) / 72.0;
            ticks.segment(
                polar(centre, radius + 6.0, angle),
                polar(centre, radius + if tick % 6 == 0 { 15.0 } else { 10.0 }, angle),
            );
        }
        sheet.stroke(&ticks, inks.ink, 0.9);
    }
    for corner in [
        (LEFT + 74.0, TOP + 74.0),
        (RIGHT - 74.0, TOP + 74.0),
        (LEFT + 74.0, BOTTOM - 74.0),
        (RIGHT - 74.0, BOTTOM - 74.0),
    ] {
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

/// A globe with the ways of trade upon it.
pub(super) fn globe(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let noise = Noise::new(&mut sheet.dice);
    let (centre, radius): (Point, f64) = ((400.0, 470.0), 302.0);
    let height = |x: f64, y: f64| ball_noise(&noise, on_ball(centre, radius, x, y), 1.5, 5) - 0.05;
    let relief = Relief::new(
        (centre.0 - radius - 8.0, centre.1 - radius - 8.0, radius * 2.0 + 16.0, radius * 2.0 + 16.0),
        5.0,
        height,
    );
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
        sheet.placed(centre, 0.4, 1.0, |sheet| {
            sheet.stroke(&graticule((0.0, 0.0), radius), inks.paper.alpha(0.38), 0.9)
        });
        let (mut ports, mut lines): (Vec<[f64; 3]>, Path) = (Vec::new(), Path::new());
        for _ in 0..900 {
            let at = polar(centre, radius * 0.93 * sheet.dice.unit().sqrt(), sheet.dice.between(0.0, TAU));
            let spot = on_ball(centre, radius, at.0, at.1);
            let far = ports.iter().all(|port| {
                (port[0] - spot[0]).powi(2) + (port[1] - spot[1]).powi(2) + (port[2] - spot[2]).powi(2) > 0.16
            });
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
        let dots: Vec<_> =
            ports.iter().map(|port| (centre.0 + port[0] * radius, centre.1 + port[1] * radius, 6.5)).collect();
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
        dial.segment(
            polar(centre, radius + 12.0, angle),
            polar(centre, radius + if tick % 15 == 0 { 25.0 } else { 17.0 }, angle),
        );
    }
    sheet.stroke(&dial, inks.ink, 0.9);
    seal(sheet, inks.accent, inks.paper);
}
