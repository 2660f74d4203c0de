//! Plans: the lines a hull is built from.

use crate::art::motifs::{BOTTOM, LEFT, PLATE, RIGHT, TOP, plate};
use crate::art::sheet::{Path, Point, Sheet, lerp};

/// Half of a hull's breadth, as a share, at a station from stern to bow and a height above the keel.
fn breadth(station: f64, height: f64) -> f64 {
    let deck = if station > 0.5 {
        1.0 - ((station - 0.5) * 2.0).powf(2.5)
    } else {
        1.0 - 0.44 * ((0.5 - station) * 2.0).powf(2.4)
    };
    let sharpness = 0.26 + 1.25 * ((station - 0.48).abs() * 2.0).powf(1.7);
    deck * height.powf(sharpness)
}

/// A shipwright's drawing: profile, half-breadth plan and sections.
pub(super) fn lines_plan(sheet: &mut Sheet) {
    let inks = sheet.inks;
    let line = inks.ink;
    sheet.fill(&plate(), inks.deep.alpha(0.35));
    let mut grid = Path::new();
    for index in 0..=28 {
        grid.segment((LEFT + f64::from(index) * 24.0, TOP), (LEFT + f64::from(index) * 24.0, BOTTOM));
    }
    for index in 0..=36 {
        grid.segment((LEFT, TOP + f64::from(index) * 24.0 + 4.0), (RIGHT, TOP + f64::from(index) * 24.0 + 4.0));
    }
    sheet.stroke(&grid, inks.mid.alpha(0.5), 0.6);
    sheet.stroke(&plate(), line, 1.6);
    sheet.stroke(Path::new().rect(LEFT + 8.0, TOP + 8.0, PLATE.2 - 16.0, PLATE.3 - 16.0), line, 0.7);
    let along = |station: f64| lerp(116.0, 668.0, station);
    // Sections: the forward half to the right, the after half to the left.
    let (centre, keel, half, depth) = (400.0, 420.0, 228.0, 250.0);
    let (mut forward, mut after) = (Path::new(), Path::new());
    for index in 1..20 {
        let station = f64::from(index) / 20.0;
        let turn = if station > 0.5 { 1.0 } else { -1.0 };
        let points: Vec<Point> = (0..=30)
            .map(|step| {
                let height = f64::from(step) / 30.0;
                let sheer = 1.0 + 0.28 * (station - 0.45).powi(2) * 4.0 * height;
                (centre + turn * half * breadth(station, height), keel - depth * height * sheer)
            })
            .collect();
        let path = if turn > 0.0 { &mut forward } else { &mut after };
        path.curve(&points);
    }
    sheet.stroke(&forward, line, 1.5);
    sheet.stroke(&after, inks.second, 1.5);
    let mut levels = Path::new();
    for index in 0..=6 {
        let y = keel - depth * f64::from(index) / 6.0;
        levels.segment((centre - half - 24.0, y), (centre + half + 24.0, y));
    }
    levels.segment((centre, keel + 16.0), (centre, keel - depth - 80.0));
    sheet.dash(&levels, inks.soft.alpha(0.8), 0.8, "7 4");
    // Profile.
    let base = 640.0;
    let rise = |station: f64, height: f64| base - height * 112.0 * (1.0 + 0.9 * (station - 0.45).powi(2));
    let edge = |height: f64| (lerp(0.10, -0.03, height.powf(0.7)), lerp(0.90, 1.045, height.powf(1.4)));
    let mut profile = Path::new();
    for index in 0..=8 {
        let height = f64::from(index) / 8.0;
        let (aft, fore) = edge(height);
        let points: Vec<Point> = (0..=24)
            .map(|step| {
                let station = lerp(aft, fore, f64::from(step) / 24.0);
                (along(station), rise(station, height))
            })
            .collect();
        profile.curve(&points);
    }
    sheet.stroke(&profile, inks.soft.alpha(0.85), 0.9);
    let mut outline = Path::new();
    let mut points: Vec<Point> = (0..=20)
        .map(|step| f64::from(step) / 20.0)
        .map(|height| (along(edge(height).0), rise(edge(height).0, height)))
        .collect();
    points.extend(
        (0..=24)
            .map(|step| lerp(edge(1.0).0, edge(1.0).1, f64::from(step) / 24.0))
            .map(|station| (along(station), rise(station, 1.0))),
    );
    points.extend(
        (0..=20)
            .rev()
            .map(|step| f64::from(step) / 20.0)
            .map(|height| (along(edge(height).1), rise(edge(height).1, height))),
    );
    outline.line(&points).close();
    sheet.stroke(&outline, line, 1.8);
    let mut masts = Path::new();
    for (station, tall, rake) in [(0.30, 62.0, 5.0), (0.58, 74.0, 4.0), (0.84, 54.0, 2.0)] {
        masts.segment((along(station), rise(station, 1.0)), (along(station) - rake, rise(station, 1.0) - tall));
    }
    masts.segment((along(1.03), rise(1.0, 1.0)), (along(1.03) + 34.0, rise(1.0, 1.0) - 18.0));
    sheet.stroke(&masts, line, 2.4);
    // Half-breadth plan.
    let middle = 858.0;
    let mut plan = Path::new();
    for index in 1..=8 {
        let height = f64::from(index) / 8.0;
        let points: Vec<Point> = (0..=60)
            .map(|step| f64::from(step) / 60.0)
            .map(|station| (along(station), middle - 128.0 * breadth(station, height)))
            .collect();
        plan.curve(&points);
    }
    sheet.stroke(&plan, inks.second, 1.2);
    let mut frames = Path::new();
    for index in 0..=20 {
        let x = along(f64::from(index) / 20.0);
        frames.segment((x, base + 8.0), (x, base - 122.0)).segment((x, middle), (x, middle - 132.0));
    }
    frames.segment((100.0, middle), (712.0, middle)).segment((100.0, base), (712.0, base));
    sheet.stroke(&frames, inks.soft.alpha(0.65), 0.8);
    let mut marks = Path::new();
    for index in 0..=20 {
        marks.circle(along(f64::from(index) / 20.0), middle + 14.0, if index % 5 == 0 { 3.6 } else { 1.6 });
    }
    sheet.fill(&marks, inks.accent);
    let mut scale = Path::new();
    for index in 0..6 {
        scale.rect(120.0 + f64::from(index) * 48.0, 892.0, 24.0, 6.0);
    }
    sheet.fill(&scale, line);
    sheet.stroke(Path::new().rect(120.0, 892.0, 288.0, 6.0), line, 0.9);
    sheet.stroke(Path::new().circle(656.0, 138.0, 34.0).circle(656.0, 138.0, 28.0), line, 1.0);
    sheet.fill(Path::new().star((656.0, 138.0), 26.0, 6.0, 8), inks.accent);
}
