//! Sticks: a chart of swells made of sticks and shells.

use std::f64::consts::PI;

use crate::art::motifs::seal;
use crate::art::sheet::{Path, Point, Sheet, polar};

/// Swells and islands, remembered in sticks and shells.
pub(super) fn stick_chart(sheet: &mut Sheet) {
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
        ((130.0, 120.0), (128.0, 880.0), 8.0, 8.0),
        ((672.0, 104.0), (668.0, 886.0), -10.0, 8.0),
        ((96.0, 190.0), (706.0, 178.0), 10.0, 7.0),
        ((92.0, 806.0), (712.0, 820.0), -8.0, 7.0),
        ((104.0, 500.0), (700.0, 494.0), 6.0, 6.0),
        ((400.0, 96.0), (404.0, 900.0), 4.0, 6.0),
        ((110.0, 168.0), (690.0, 838.0), 16.0, 5.0),
        ((690.0, 150.0), (112.0, 842.0), 16.0, 5.0),
        ((150.0, 330.0), (650.0, 322.0), 96.0, 5.0),
        ((150.0, 668.0), (652.0, 676.0), -96.0, 5.0),
        ((262.0, 140.0), (258.0, 860.0), -92.0, 5.0),
        ((540.0, 140.0), (546.0, 862.0), 92.0, 5.0),
        ((128.0, 410.0), (410.0, 176.0), 44.0, 4.0),
        ((672.0, 420.0), (404.0, 812.0), 52.0, 4.0),
        ((160.0, 590.0), (400.0, 806.0), -46.0, 4.0),
        ((404.0, 190.0), (668.0, 400.0), 40.0, 4.0),
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
        sheet.placed(at, shell_turn(index), 1.0, |sheet| {
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
fn shell_turn(index: usize) -> f64 {
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
