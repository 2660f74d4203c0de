//! Smooth random fields, their contour lines, and the streamlines that run along them.

use std::f64::consts::TAU;

use super::sheet::Point;
use crate::chance::Dice;

/// Smooth seeded noise over the plane.
pub struct Noise {
    order: Vec<u8>,
}

impl Noise {
    pub fn new(dice: &mut Dice) -> Self {
        let mut order: Vec<u8> = (0..=255).collect();
        dice.shuffle(&mut order);
        Noise { order }
    }

    fn slope(&self, column: i64, row: i64, x: f64, y: f64) -> f64 {
        let inner = self.order[(row & 255) as usize] as i64;
        let turn = f64::from(self.order[((column + inner) & 255) as usize]) / 256.0 * TAU;
        turn.cos() * x + turn.sin() * y
    }

    /// A value around 0, mostly within ±0.7, that changes over distances of about 1.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let (column, row) = (x.floor(), y.floor());
        let (across, down) = (x - column, y - row);
        let (column, row) = (column as i64, row as i64);
        let ease = |share: f64| share * share * share * (share * (share * 6.0 - 15.0) + 10.0);
        let (ease_x, ease_y) = (ease(across), ease(down));
        let top = self.slope(column, row, across, down) * (1.0 - ease_x)
            + self.slope(column + 1, row, across - 1.0, down) * ease_x;
        let bottom = self.slope(column, row + 1, across, down - 1.0) * (1.0 - ease_x)
            + self.slope(column + 1, row + 1, across - 1.0, down - 1.0) * ease_x;
        top * (1.0 - ease_y) + bottom * ease_y
    }

    /// Noise on several scales at once, for coasts and clouds.
    pub fn layered(&self, x: f64, y: f64, layers: u32) -> f64 {
        let (mut total, mut weight, mut scale) = (0.0, 1.0, 1.0);
        for layer in 0..layers {
            let shift = f64::from(layer) * 17.3;
            total += self.at(x * scale + shift, y * scale - shift) * weight;
            weight *= 0.5;
            scale *= 2.03;
        }
        total
    }
}

/// Some points of a line, evenly picked, and its last.
pub fn thinned(line: &[Point], every: usize) -> Vec<Point> {
    let mut points: Vec<Point> = line.iter().step_by(every).copied().collect();
    if let Some(last) = line.last() {
        points.push(*last);
    }
    points
}

/// Heights sampled on a grid over a rectangle of the sheet.
pub struct Relief {
    left: f64,
    top: f64,
    step: f64,
    columns: usize,
    rows: usize,
    heights: Vec<f64>,
}

impl Relief {
    /// Samples a height function. Its outermost samples are sunk, so that every contour closes.
    pub fn new(area: (f64, f64, f64, f64), step: f64, height: impl Fn(f64, f64) -> f64) -> Self {
        let (left, top) = (area.0 - step, area.1 - step);
        let columns = (area.2 / step).ceil() as usize + 3;
        let rows = (area.3 / step).ceil() as usize + 3;
        let mut heights = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let edge = row == 0 || column == 0 || row + 1 == rows || column + 1 == columns;
                let point = (left + column as f64 * step, top + row as f64 * step);
                heights.push(if edge { -1e6 } else { height(point.0, point.1) });
            }
        }
        Relief { left, top, step, columns, rows, heights }
    }

    fn crossing(&self, from: usize, until: usize, level: f64) -> Point {
        let place = |index: usize| {
            (
                self.left + (index % self.columns) as f64 * self.step,
                self.top + (index / self.columns) as f64 * self.step,
            )
        };
        let (low, high) = (self.heights[from], self.heights[until]);
        let share = ((level - low) / (high - low)).clamp(0.0, 1.0);
        let (one, two) = (place(from), place(until));
        (one.0 + (two.0 - one.0) * share, one.1 + (two.1 - one.1) * share)
    }

    /// The closed outlines of all ground above a level.
    pub fn contours(&self, level: f64) -> Vec<Vec<Point>> {
        // Every edge of the grid has a number: twice its first corner, plus one when it runs down.
        let across = |corner: usize| corner * 2;
        let down = |corner: usize| corner * 2 + 1;
        let mut links: Vec<[usize; 2]> = vec![[usize::MAX; 2]; self.heights.len() * 2];
        let mut join = |one: usize, two: usize| {
            for (from, until) in [(one, two), (two, one)] {
                let slot = usize::from(links[from][0] != usize::MAX);
                links[from][slot] = until;
            }
        };
        for row in 0..self.rows - 1 {
            for column in 0..self.columns - 1 {
                let corner = row * self.columns + column;
                let below = corner + self.columns;
                let above = |index: usize| self.heights[index] > level;
                let (north, east, south, west) = (across(corner), down(corner + 1), across(below), down(corner));
                let kind = usize::from(above(corner))
                    | usize::from(above(corner + 1)) << 1
                    | usize::from(above(below + 1)) << 2
                    | usize::from(above(below)) << 3;
                match kind {
                    1 | 14 => join(west, north),
                    2 | 13 => join(north, east),
                    3 | 12 => join(west, east),
                    4 | 11 => join(east, south),
                    6 | 9 => join(north, south),
                    7 | 8 => join(west, south),
                    5 => {
                        join(west, north);
                        join(east, south);
                    }
                    10 => {
                        join(north, east);
                        join(west, south);
                    }
                    _ => {}
                }
            }
        }
        let mut seen = vec![false; links.len()];
        let mut rings = Vec::new();
        for first in 0..links.len() {
            if seen[first] || links[first][0] == usize::MAX {
                continue;
            }
            let (mut ring, mut edge) = (Vec::new(), first);
            while edge != usize::MAX && !seen[edge] {
                seen[edge] = true;
                let corner = edge / 2;
                let other = if edge.is_multiple_of(2) { corner + 1 } else { corner + self.columns };
                ring.push(self.crossing(corner, other, level));
                let [one, two] = links[edge];
                edge = if one != usize::MAX && !seen[one] { one } else { two };
            }
            if ring.len() > 3 {
                rings.push(ring);
            }
        }
        rings
    }
}

/// Lines that follow a field of directions and keep a distance from each other.
pub struct Streams {
    left: f64,
    top: f64,
    gap: f64,
    columns: usize,
    rows: usize,
    taken: Vec<Vec<Point>>,
}

impl Streams {
    /// Lines inside a rectangle (left, top, width, height) at least `gap` apart.
    pub fn new(area: (f64, f64, f64, f64), gap: f64) -> Self {
        let columns = (area.2 / gap).ceil() as usize + 1;
        let rows = (area.3 / gap).ceil() as usize + 1;
        Streams { left: area.0, top: area.1, gap, columns, rows, taken: vec![Vec::new(); columns * rows] }
    }

    fn cell(&self, point: Point) -> Option<(usize, usize)> {
        let (column, row) = ((point.0 - self.left) / self.gap, (point.1 - self.top) / self.gap);
        let inside = column >= 0.0 && row >= 0.0 && column < self.columns as f64 - 1.0 && row < self.rows as f64 - 1.0;
        inside.then_some((column as usize, row as usize))
    }

    fn free(&self, point: Point, gap: f64) -> bool {
        let Some((column, row)) = self.cell(point) else { return false };
        for near_row in row.saturating_sub(1)..=(row + 1).min(self.rows - 1) {
            for near_column in column.saturating_sub(1)..=(column + 1).min(self.columns - 1) {
                for other in &self.taken[near_row * self.columns + near_column] {
                    let (x, y) = (other.0 - point.0, other.1 - point.1);
                    if x * x + y * y < gap * gap {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// One more line through a point, at most `length` long each way, or nothing where there is no room.
    pub fn follow(
        &mut self,
        seed: Point,
        length: f64,
        step: f64,
        direction: impl Fn(f64, f64) -> Option<f64>,
    ) -> Option<Vec<Point>> {
        if !self.free(seed, self.gap) {
            return None;
        }
        let walk = |sign: f64| {
            let (mut points, mut here): (Vec<Point>, Point) = (Vec::new(), seed);
            while points.len() as f64 * step < length {
                let Some(angle) = direction(here.0, here.1) else { break };
                let half = (here.0 + angle.cos() * step * sign / 2.0, here.1 + angle.sin() * step * sign / 2.0);
                let Some(angle) = direction(half.0, half.1) else { break };
                let next = (here.0 + angle.cos() * step * sign, here.1 + angle.sin() * step * sign);
                let circling = points.len() > 12
                    && points[..points.len() - 8].iter().step_by(3).any(|old| {
                        let (x, y) = (old.0 - next.0, old.1 - next.1);
                        x * x + y * y < self.gap * self.gap * 0.3
                    });
                if circling || !self.free(next, self.gap * 0.62) {
                    break;
                }
                points.push(next);
                here = next;
            }
            points
        };
        let mut line = walk(-1.0);
        line.reverse();
        line.push(seed);
        line.extend(walk(1.0));
        for point in &line {
            if let Some((column, row)) = self.cell(*point) {
                self.taken[row * self.columns + column].push(*point);
            }
        }
        Some(line)
    }
}
