//! Small things that several prints share: the plate, gulls, glitter on water, a compass rose, stars.

use std::f64::consts::{PI, TAU};

use super::colour::{Colour, Paint};
use super::sheet::{HEIGHT, Path, Point, Sheet, WIDTH, lerp, polar};

/// The printed part of the sheet: left, top, width, height.
pub const PLATE: (f64, f64, f64, f64) = (64.0, 64.0, 672.0, 872.0);
/// The plate's edges.
pub const LEFT: f64 = 64.0;
pub const RIGHT: f64 = 736.0;
pub const TOP: f64 = 64.0;
pub const BOTTOM: f64 = 936.0;

/// The plate's outline.
pub fn plate() -> Path {
    let mut path = Path::new();
    path.rect(PLATE.0, PLATE.1, PLATE.2, PLATE.3);
    path
}

/// Fills the plate with colours that run from top to bottom.
pub fn sky(sheet: &mut Sheet, stops: &[(f64, Colour)]) {
    sheet.fade(PLATE, stops);
}

/// Draws on the plate alone: what runs over its edges is covered with paper, which is far cheaper than a clip.
pub fn on_plate(sheet: &mut Sheet, draw: impl FnOnce(&mut Sheet)) {
    draw(sheet);
    let mut margins = plate();
    margins.rect(0.0, 0.0, WIDTH, HEIGHT);
    sheet.fill_odd(&margins, sheet.inks.paper);
}

/// A few gulls, each two strokes of a wing.
pub fn gulls(sheet: &mut Sheet, around: Point, spread: f64, count: usize, colour: Colour) {
    for _ in 0..count {
        let x = around.0 + sheet.dice.bell() * spread;
        let y = around.1 + sheet.dice.bell() * spread * 0.5;
        let (size, lift) = (sheet.dice.between(7.0, 17.0), sheet.dice.between(0.25, 0.6));
        let mut bird = Path::new();
        bird.start(x - size, y - size * lift * 0.7).quad(x - size * 0.45, y - size * lift * 1.5, x, y).quad(
            x + size * 0.5,
            y - size * lift * 1.7,
            x + size * 1.05,
            y - size * lift * 0.4,
        );
        sheet.stroke(&bird, colour, size * 0.13);
    }
}

/// Light on water: strokes that lengthen towards the viewer and gather under the light.
pub fn glitter(sheet: &mut Sheet, centre: f64, horizon: f64, bottom: f64, spread: (f64, f64), paint: impl Into<Paint>) {
    let paint = paint.into();
    let (mut y, mut gap) = (horizon + 4.0, 4.0);
    while y < bottom {
        let depth = (y - horizon) / (bottom - horizon);
        let (reach, thick) = (lerp(spread.0, spread.1, depth), lerp(1.6, 6.5, depth));
        let mut strokes = Path::new();
        for _ in 0..3 + (depth * 3.0) as usize {
            let x = centre + sheet.dice.bell() * reach;
            let half =
                sheet.dice.between(0.12, 0.55) * lerp(22.0, 70.0, depth) * (1.0 - ((x - centre) / reach / 2.4).abs());
            let wobble = sheet.dice.between(-0.3, 0.3) * gap;
            strokes.start(x - half.max(2.0), y + wobble).quad(
                x,
                y + wobble - thick * 0.4,
                x + half.max(2.0),
                y + wobble,
            );
        }
        sheet.stroke(&strokes, paint, thick);
        gap = lerp(6.0, 21.0, depth);
        y += gap;
    }
}

/// Fine level lines over water, closer together towards the horizon, broken by chance.
pub fn ripples(sheet: &mut Sheet, horizon: f64, bottom: f64, paint: impl Into<Paint>, breaks: f64) {
    let paint = paint.into();
    let (mut y, mut strokes) = (horizon + 5.0, Path::new());
    while y < bottom {
        let depth = (y - horizon) / (bottom - horizon);
        let mut x = LEFT - 20.0;
        while x < RIGHT {
            let length = sheet.dice.between(30.0, 150.0) * lerp(0.6, 1.5, depth);
            if !sheet.dice.chance(breaks) {
                let sag = lerp(0.6, 4.0, depth);
                strokes.start(x, y).quad(x + length / 2.0, y + sag, x + length, y);
            }
            x += length + sheet.dice.between(6.0, 40.0);
        }
        y += lerp(6.0, 26.0, depth);
    }
    sheet.stroke(&strokes, paint, 1.3);
}

/// A line of swell between two ends of the sheet.
pub fn swell(y: f64, height: f64, length: f64, phase: f64) -> Vec<Point> {
    (0..=64)
        .map(|index| {
            let x = LEFT - 24.0 + f64::from(index) * 11.25;
            let turn = x / length * TAU + phase;
            (x, y + (turn.sin() + 0.35 * (turn * 0.53 + phase * 2.0).sin()) * height)
        })
        .collect()
}

/// The area below a line, down to the plate's lower edge.
pub fn below(line: &[Point]) -> Path {
    let mut path = Path::new();
    path.start(LEFT - 30.0, BOTTOM + 10.0);
    if let (Some(first), Some(last)) = (line.first(), line.last()) {
        path.to(first.0, first.1).along(line).to(last.0, BOTTOM + 10.0);
    }
    path.close();
    path
}

/// Stars of many sizes over a rectangle: left, top, width, height.
pub fn starfield(sheet: &mut Sheet, area: (f64, f64, f64, f64), count: usize, colour: Colour) {
    let (mut faint, mut bright) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let (x, y) = (area.0 + sheet.dice.unit() * area.2, area.1 + sheet.dice.unit() * area.3);
        let size = 0.5 + sheet.dice.unit().powi(7) * 2.6;
        if size > 1.1 { &mut bright } else { &mut faint }.push((x, y, size));
    }
    sheet.dots(&faint, colour.alpha(0.6));
    sheet.dots(&bright, colour);
}

/// A compass rose with shaded points and a ring of degrees.
pub fn rose(sheet: &mut Sheet, centre: Point, radius: f64, dark: Colour, light: Colour, hot: Colour) {
    let mut rings = Path::new();
    rings.circle(centre.0, centre.1, radius).circle(centre.0, centre.1, radius * 0.94);
    rings.circle(centre.0, centre.1, radius * 0.62).circle(centre.0, centre.1, radius * 0.59);
    sheet.stroke(&rings, dark, 0.9);
    let (mut ticks, mut blocks) = (Path::new(), Path::new());
    for tick in 0..72 {
        let angle = TAU * f64::from(tick) / 72.0;
        let inner = if tick % 6 == 0 { 0.86 } else { 0.90 };
        ticks.segment(polar(centre, radius * inner, angle), polar(centre, radius * 0.94, angle));
        if tick % 2 == 0 {
            let next = angle + TAU / 72.0;
            blocks.arc(centre, radius * 0.94, angle, next);
            let corner = polar(centre, radius, next);
            blocks.to(corner.0, corner.1).sweep(centre, radius, next, angle).close();
        }
    }
    sheet.stroke(&ticks, dark, 0.7);
    sheet.fill(&blocks, dark);
    // Small points first, so that the great ones lie on top.
    for (spikes, turn, reach, waist, shaded) in
        [(16, PI / 16.0, 0.58, 0.13, dark), (4, PI / 4.0, 0.80, 0.16, hot), (4, 0.0, 1.12, 0.17, dark)]
    {
        let count = if spikes == 16 { 16 } else { 4 };
        let (mut left, mut right) = (Path::new(), Path::new());
        for index in 0..count {
            let angle = turn + TAU * f64::from(index) / f64::from(count) - PI / 2.0;
            let half = if count == 16 { PI / 16.0 } else { PI / 4.0 };
            let tip = polar(centre, radius * reach, angle);
            let (one, two) = (polar(centre, radius * waist, angle - half), polar(centre, radius * waist, angle + half));
            left.polygon(&[tip, one, centre]);
            right.polygon(&[tip, two, centre]);
        }
        sheet.fill(&left, shaded);
        sheet.fill(&right, light);
        let mut outline = left.clone();
        outline.join(&right);
        sheet.stroke(&outline, dark, 0.6);
    }
    sheet.fill(Path::new().circle(centre.0, centre.1, radius * 0.055), light);
    sheet.stroke(Path::new().circle(centre.0, centre.1, radius * 0.055), dark, 0.8);
    let north = polar(centre, radius * 1.12, -PI / 2.0);
    let size = radius * 0.13;
    let mut lily = Path::new();
    lily.start(north.0, north.1 - size * 2.0)
        .quad(north.0 + size * 0.7, north.1 - size, north.0, north.1)
        .quad(north.0 - size * 0.7, north.1 - size, north.0, north.1 - size * 2.0)
        .close();
    for side in [-1.0, 1.0] {
        lily.start(north.0, north.1 - size * 0.1)
            .cubic(
                (north.0 + side * size * 0.4, north.1 - size * 1.3),
                (north.0 + side * size * 1.3, north.1 - size * 1.6),
                (north.0 + side * size * 1.4, north.1 - size * 0.6),
            )
            .quad(north.0 + side * size * 0.9, north.1 - size * 1.0, north.0, north.1 - size * 0.1)
            .close();
    }
    sheet.fill(&lily, hot);
}

/// The little stamp that closes a print, in the margin under the plate.
pub fn seal(sheet: &mut Sheet, ground: Colour, mark: Colour) {
    let (x, y, half) = (RIGHT - 11.0, BOTTOM + 31.0, 11.0);
    let mut stamp = Path::new();
    stamp
        .start(x - half, y - half + 2.0)
        .quad(x - half, y - half, x - half + 2.0, y - half)
        .to(x + half - 2.0, y - half + 0.6)
        .quad(x + half, y - half, x + half - 0.4, y - half + 2.0)
        .to(x + half, y + half - 2.0)
        .quad(x + half, y + half, x + half - 2.0, y + half)
        .to(x - half + 2.0, y + half - 0.5)
        .quad(x - half, y + half, x - half + 0.3, y + half - 2.0)
        .close();
    sheet.fill(&stamp, ground);
    let mut sail = Path::new();
    sail.start(x - 1.0, y - 8.0).quad(x + 6.5, y - 1.0, x + 6.0, y + 3.0).to(x - 1.0, y + 3.0).close();
    sail.start(x - 2.8, y - 4.5).quad(x - 6.0, y, x - 6.4, y + 3.0).to(x - 2.8, y + 3.0).close();
    sheet.fill(&sail, mark);
    let mut sea = Path::new();
    sea.start(x - 7.5, y + 6.6).quad(x - 5.0, y + 4.4, x - 2.5, y + 6.6).quad(x, y + 8.8, x + 2.5, y + 6.6);
    sea.quad(x + 5.0, y + 4.4, x + 7.5, y + 6.6);
    sheet.stroke(&sea, mark, 1.3);
}
