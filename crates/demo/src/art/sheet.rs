//! The sheet a print is drawn on: paths, paints, groups and clips, written as SVG.

use std::f64::consts::TAU;
use std::fmt::Write;

use super::colour::{Colour, Paint, Palette};
use crate::chance::Dice;

/// The width of every sheet in drawing units.
pub const WIDTH: f64 = 800.0;
/// The height of every sheet in drawing units.
pub const HEIGHT: f64 = 1000.0;

/// A point on the sheet.
pub type Point = (f64, f64);

/// Where a radius from a centre ends; angles grow clockwise from the right, as SVG has it.
pub fn polar(centre: Point, radius: f64, angle: f64) -> Point {
    (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
}

/// The value between two others at a share of the way.
pub fn lerp(from: f64, to: f64, share: f64) -> f64 {
    from + (to - from) * share
}

/// A soft step from 0 to 1 between two edges.
pub fn smooth(low: f64, high: f64, value: f64) -> f64 {
    let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// The outline of a shape, as SVG path data with one decimal.
#[derive(Clone, Default)]
pub struct Path(String);

impl Path {
    pub fn new() -> Self {
        Path::default()
    }

    fn number(&mut self, value: f64) {
        let tenths = (value * 10.0).round() as i64;
        if tenths < 0 {
            self.0.push('-');
        }
        let tenths = tenths.unsigned_abs();
        let _ = write!(self.0, "{}", tenths / 10);
        if !tenths.is_multiple_of(10) {
            let _ = write!(self.0, ".{}", tenths % 10);
        }
        self.0.push(' ');
    }

    fn command(&mut self, letter: char, numbers: &[f64]) -> &mut Self {
        self.0.push(letter);
        for value in numbers {
            self.number(*value);
        }
        self
    }

    /// Adds the outlines of another path.
    pub fn join(&mut self, other: &Path) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// Starts a new outline.
    pub fn start(&mut self, x: f64, y: f64) -> &mut Self {
        self.command('M', &[x, y])
    }

    /// A straight line.
    pub fn to(&mut self, x: f64, y: f64) -> &mut Self {
        self.command('L', &[x, y])
    }

    /// A curve with one handle.
    pub fn quad(&mut self, handle_x: f64, handle_y: f64, x: f64, y: f64) -> &mut Self {
        self.command('Q', &[handle_x, handle_y, x, y])
    }

    /// A curve with two handles.
    pub fn cubic(&mut self, from: Point, towards: Point, end: Point) -> &mut Self {
        self.command('C', &[from.0, from.1, towards.0, towards.1, end.0, end.1])
    }

    /// Closes the outline.
    pub fn close(&mut self) -> &mut Self {
        self.0.push('Z');
        self
    }

    /// One straight segment.
    pub fn segment(&mut self, from: Point, end: Point) -> &mut Self {
        self.start(from.0, from.1).to(end.0, end.1)
    }

    /// An open line through points.
    pub fn line(&mut self, points: &[Point]) -> &mut Self {
        for (index, point) in points.iter().enumerate() {
            self.command(if index == 0 { 'M' } else { 'L' }, &[point.0, point.1]);
        }
        self
    }

    /// A closed shape with straight sides.
    pub fn polygon(&mut self, points: &[Point]) -> &mut Self {
        self.line(points).close()
    }

    /// Continues the outline softly along points.
    pub fn along(&mut self, points: &[Point]) -> &mut Self {
        for pair in points.windows(2) {
            let middle = ((pair[0].0 + pair[1].0) / 2.0, (pair[0].1 + pair[1].1) / 2.0);
            self.quad(pair[0].0, pair[0].1, middle.0, middle.1);
        }
        if let Some(last) = points.last() {
            self.to(last.0, last.1);
        }
        self
    }

    /// A soft open curve near points.
    pub fn curve(&mut self, points: &[Point]) -> &mut Self {
        if let Some(first) = points.first() {
            self.start(first.0, first.1).along(&points[1..]);
        }
        self
    }

    /// A soft closed curve near points.
    pub fn ring(&mut self, points: &[Point]) -> &mut Self {
        let count = points.len();
        if count < 3 {
            return self;
        }
        let middle = |index: usize| {
            let (one, two) = (points[index % count], points[(index + 1) % count]);
            ((one.0 + two.0) / 2.0, (one.1 + two.1) / 2.0)
        };
        let first = middle(0);
        self.start(first.0, first.1);
        for index in 1..=count {
            let (handle, end) = (points[index % count], middle(index));
            self.quad(handle.0, handle.1, end.0, end.1);
        }
        self.close()
    }

    /// A rectangle.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64) -> &mut Self {
        self.polygon(&[(x, y), (x + width, y), (x + width, y + height), (x, y + height)])
    }

    /// A full ellipse.
    pub fn ellipse(&mut self, x: f64, y: f64, radius_x: f64, radius_y: f64) -> &mut Self {
        self.start(x - radius_x, y);
        self.command('A', &[radius_x, radius_y, 0.0, 1.0, 1.0, x + radius_x, y]);
        self.command('A', &[radius_x, radius_y, 0.0, 1.0, 1.0, x - radius_x, y]).close()
    }

    /// A full circle.
    pub fn circle(&mut self, x: f64, y: f64, radius: f64) -> &mut Self {
        self.ellipse(x, y, radius, radius)
    }

    /// A round dot, as large as the width it is stroked with.
    pub fn dot(&mut self, x: f64, y: f64) -> &mut Self {
        self.start(x, y);
        self.0.push_str("h.1");
        self
    }

    /// Starts an arc of a circle from one angle clockwise to a greater one.
    pub fn arc(&mut self, centre: Point, radius: f64, from: f64, until: f64) -> &mut Self {
        let start = polar(centre, radius, from);
        self.start(start.0, start.1).sweep(centre, radius, from, until)
    }

    /// Continues along an arc of a circle; runs anticlockwise when `until` is the smaller angle.
    pub fn sweep(&mut self, centre: Point, radius: f64, from: f64, until: f64) -> &mut Self {
        let end = polar(centre, radius, until);
        let large = f64::from(u8::from((until - from).abs() > TAU / 2.0));
        let clockwise = f64::from(u8::from(until > from));
        self.command('A', &[radius, radius, 0.0, large, clockwise, end.0, end.1])
    }

    /// A star with points at two radii, the first one upwards.
    pub fn star(&mut self, centre: Point, outer: f64, inner: f64, spikes: usize) -> &mut Self {
        let points: Vec<Point> = (0..spikes * 2)
            .map(|index| {
                let radius = if index % 2 == 0 { outer } else { inner };
                polar(centre, radius, TAU * (index as f64 / (spikes * 2) as f64 - 0.25))
            })
            .collect();
        self.polygon(&points)
    }
}

/// A print while it is drawn.
pub struct Sheet {
    body: String,
    definitions: String,
    defined: usize,
    /// Chance, seeded by the work.
    pub dice: Dice,
    /// The inks of this work.
    pub inks: &'static Palette,
}

impl Sheet {
    /// An empty sheet of the palette's paper.
    pub fn new(seed: u64, inks: &'static Palette) -> Self {
        let mut sheet =
            Sheet { body: String::new(), definitions: String::new(), defined: 0, dice: Dice::new(seed), inks };
        sheet.fill(Path::new().rect(0.0, 0.0, WIDTH, HEIGHT), inks.paper);
        sheet
    }

    fn paint(&mut self, property: &str, paint: Paint) {
        let _ = match paint {
            Paint::Flat(colour, opacity) if opacity >= 1.0 => {
                write!(self.body, " {property}=\"#{:06x}\"", colour.0)
            }
            Paint::Flat(colour, opacity) => {
                write!(self.body, " {property}=\"#{:06x}\" {property}-opacity=\"{opacity:.3}\"", colour.0)
            }
            Paint::Gradient(number) => write!(self.body, " {property}=\"url(#d{number})\""),
        };
    }

    /// Fills a shape.
    pub fn fill(&mut self, path: &Path, paint: impl Into<Paint>) {
        if path.0.is_empty() {
            return;
        }
        self.body.push_str("<path");
        self.paint("fill", paint.into());
        let _ = write!(self.body, " d=\"{}\"/>", path.0);
    }

    /// Fills what lies inside an odd number of the outlines: rings and their holes.
    pub fn fill_odd(&mut self, path: &Path, paint: impl Into<Paint>) {
        if path.0.is_empty() {
            return;
        }
        self.body.push_str("<path fill-rule=\"evenodd\"");
        self.paint("fill", paint.into());
        let _ = write!(self.body, " d=\"{}\"/>", path.0);
    }

    /// Fills a shape and draws its outline at once.
    pub fn outlined(&mut self, path: &Path, fill: impl Into<Paint>, line: impl Into<Paint>, width: f64) {
        self.body.push_str("<path");
        self.paint("fill", fill.into());
        self.paint("stroke", line.into());
        let _ = write!(self.body, " stroke-width=\"{width:.2}\" stroke-linejoin=\"round\" d=\"{}\"/>", path.0);
    }

    /// Draws a line along a path, with round ends.
    pub fn stroke(&mut self, path: &Path, paint: impl Into<Paint>, width: f64) {
        self.stroke_with(path, paint, width, "stroke-linecap=\"round\" stroke-linejoin=\"round\"");
    }

    /// Draws a dashed line along a path, with flat ends.
    pub fn dash(&mut self, path: &Path, paint: impl Into<Paint>, width: f64, pattern: &str) {
        self.stroke_with(path, paint, width, &format!("stroke-dasharray=\"{pattern}\""));
    }

    fn stroke_with(&mut self, path: &Path, paint: impl Into<Paint>, width: f64, attributes: &str) {
        if path.0.is_empty() {
            return;
        }
        self.body.push_str("<path fill=\"none\"");
        self.paint("stroke", paint.into());
        let _ = write!(self.body, " stroke-width=\"{width:.2}\" {attributes} d=\"{}\"/>", path.0);
    }

    fn stops(&mut self, stops: &[(f64, Colour, f64)]) {
        for (offset, colour, opacity) in stops {
            let _ = write!(
                self.definitions,
                "<stop offset=\"{offset:.3}\" stop-color=\"#{:06x}\" stop-opacity=\"{opacity:.3}\"/>",
                colour.0
            );
        }
    }

    /// Defines a gradient along a line; each stop is its share of the way, a colour and an opacity.
    pub fn gradient(&mut self, from: Point, until: Point, stops: &[(f64, Colour, f64)]) -> Paint {
        self.defined += 1;
        let number = self.defined;
        let _ = write!(
            self.definitions,
            "<linearGradient id=\"d{number}\" gradientUnits=\"userSpaceOnUse\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\">",
            from.0, from.1, until.0, until.1
        );
        self.stops(stops);
        self.definitions.push_str("</linearGradient>");
        Paint::Gradient(number)
    }

    /// Fills a rectangle (left, top, width, height) with opaque colours that run from top to bottom.
    /// It is made of flat strips, one per visible step of colour: they rasterise many times faster than a gradient.
    pub fn fade(&mut self, area: (f64, f64, f64, f64), stops: &[(f64, Colour)]) {
        let (Some(first), Some(last)) = (stops.first(), stops.last()) else { return };
        let strip = |sheet: &mut Sheet, from: f64, until: f64, colour: Colour| {
            // A strip reaches a little under the next, so that no seam shows.
            let (top, bottom) = (area.1 + area.3 * from, (area.1 + area.3 * until + 1.5).min(area.1 + area.3));
            if bottom > top {
                sheet.fill(Path::new().rect(area.0, top, area.2, bottom - top), colour);
            }
        };
        strip(self, 0.0, first.0, first.1);
        for pair in stops.windows(2) {
            let ((from, one), (until, two)) = (pair[0], pair[1]);
            let change = one.channels().into_iter().zip(two.channels()).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
            let count = usize::from(change).clamp(1, ((until - from) * area.3 / 2.0) as usize + 1);
            for step in 0..count {
                let (start, end) = (step as f64 / count as f64, (step + 1) as f64 / count as f64);
                strip(self, lerp(from, until, start), lerp(from, until, end), one.mix(two, (start + end) / 2.0));
            }
        }
        strip(self, last.0, 1.0, last.1);
    }

    /// Defines a gradient around a point.
    pub fn glow(&mut self, centre: Point, radius: f64, stops: &[(f64, Colour, f64)]) -> Paint {
        self.defined += 1;
        let number = self.defined;
        let _ = write!(
            self.definitions,
            "<radialGradient id=\"d{number}\" gradientUnits=\"userSpaceOnUse\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\">",
            centre.0, centre.1
        );
        self.stops(stops);
        self.definitions.push_str("</radialGradient>");
        Paint::Gradient(number)
    }

    /// Draws dots of many sizes; sizes are rounded to quarters.
    pub fn dots(&mut self, dots: &[(f64, f64, f64)], paint: impl Into<Paint>) {
        let paint = paint.into();
        let mut sizes: Vec<Path> = Vec::new();
        for (x, y, radius) in dots {
            let size = (radius * 8.0).round() as usize;
            if size > 0 {
                sizes.resize_with(sizes.len().max(size + 1), Path::new);
                sizes[size].dot(*x, *y);
            }
        }
        for (size, path) in sizes.iter().enumerate() {
            self.stroke(path, paint, size as f64 / 4.0);
        }
    }

    /// Draws what lies inside a shape only.
    pub fn clipped(&mut self, shape: &Path, draw: impl FnOnce(&mut Sheet)) {
        self.defined += 1;
        let number = self.defined;
        let _ = write!(self.definitions, "<clipPath id=\"d{number}\"><path d=\"{}\"/></clipPath>", shape.0);
        let _ = write!(self.body, "<g clip-path=\"url(#d{number})\">");
        draw(self);
        self.body.push_str("</g>");
    }

    /// Draws moved to a point, turned by an angle and scaled.
    pub fn placed(&mut self, at: Point, angle: f64, scale: f64, draw: impl FnOnce(&mut Sheet)) {
        let degrees = angle.to_degrees();
        let transform =
            format!("transform=\"translate({:.1} {:.1}) rotate({degrees:.2}) scale({scale:.4})\"", at.0, at.1);
        let part = self.part(draw);
        self.put(&part, &transform);
    }

    /// Draws something aside, to be put down later, perhaps more than once.
    pub fn part(&mut self, draw: impl FnOnce(&mut Sheet)) -> String {
        let before = std::mem::take(&mut self.body);
        draw(self);
        std::mem::replace(&mut self.body, before)
    }

    /// Puts a part down, as a group with SVG attributes when there are any.
    pub fn put(&mut self, part: &str, attributes: &str) {
        if attributes.is_empty() {
            self.body.push_str(part);
        } else {
            let _ = write!(self.body, "<g {attributes}>{part}</g>");
        }
    }

    /// Puts a part down upside down below a horizon, as still water shows it.
    pub fn mirror(&mut self, part: &str, horizon: f64, squeeze: f64, opacity: f64) {
        let shift = horizon * (1.0 + squeeze);
        let transform = format!("opacity=\"{opacity:.2}\" transform=\"matrix(1 0 0 {:.3} 0 {shift:.1})\"", -squeeze);
        self.put(part, &transform);
    }

    /// Sprinkles the fine fibres and specks of good paper over what is drawn so far.
    pub fn grain(&mut self) {
        for (colour, opacity, count) in [(self.inks.ink, 0.13, 1100), (self.inks.paper, 0.20, 1300)] {
            let mut specks = Path::new();
            for _ in 0..count {
                let (x, y) = (self.dice.between(0.0, WIDTH), self.dice.between(0.0, HEIGHT));
                let length = 0.5 + self.dice.unit().powi(6) * 5.0;
                let end = polar((x, y), length, self.dice.between(0.0, TAU));
                specks.segment((x, y), end);
            }
            self.stroke(&specks, colour.alpha(opacity), 0.8);
        }
    }

    /// The finished picture.
    pub fn finish(self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\"><defs>{}</defs>{}</svg>",
            self.definitions, self.body
        )
    }
}
