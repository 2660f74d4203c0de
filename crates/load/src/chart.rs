//! Line charts as SVG: axes with round numbers, lines in the page's colours, a hint under the pointer.
#![expect(clippy::float_arithmetic, reason = "coordinates of a drawing")]

use std::fmt::Write as _;

use crate::html::escaped;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 250.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 40.0;

/// How a value becomes a place, and which values are written beside the axis.
pub struct Axis {
    label: &'static str,
    from: f64,
    to: f64,
    is_logarithmic: bool,
    ticks: Vec<(f64, String)>,
}

impl Axis {
    /// From nought to at least this value, in round steps.
    pub fn linear(label: &'static str, to: f64, format: fn(f64) -> String) -> Self {
        let step = round_step(to.max(1e-9) / 5.0);
        let count = (to / step).ceil().max(1.0);
        let mut ticks = Vec::new();
        let mut number = 0.0;
        while number <= count {
            ticks.push((number * step, format(number * step)));
            number += 1.0;
        }
        Self { label, from: 0.0, to: count * step, is_logarithmic: false, ticks }
    }

    /// From nought to exactly this value: time goes no further than the run.
    pub fn until(label: &'static str, to: f64, format: fn(f64) -> String) -> Self {
        let to = to.max(1e-9);
        let mut axis = Self::linear(label, to, format);
        axis.ticks.retain(|(value, _)| *value <= to);
        Self { to, ..axis }
    }

    /// Around these values, by factors of ten with steps between.
    pub fn logarithmic(label: &'static str, least: f64, most: f64, format: fn(f64) -> String) -> Self {
        let (least, most) = (least.max(1e-9), most.max(least).max(1e-9));
        let decades = (most / least).log10();
        let steps: &[f64] = if decades > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let mut ticks = Vec::new();
        let mut decade = 10.0_f64.powf(least.log10().floor() - 1.0);
        while decade <= most * 10.0 {
            ticks.extend(steps.iter().map(|step| step * decade));
            decade *= 10.0;
        }
        // From the last step below to the first above.
        let first = ticks.iter().rposition(|tick| *tick <= least * 1.000_001).unwrap_or(0);
        let last = ticks.iter().position(|tick| *tick >= most * 0.999_999).unwrap_or(ticks.len() - 1).max(first + 1);
        let ticks: Vec<(f64, String)> =
            ticks.into_iter().take(last + 1).skip(first).map(|tick| (tick, format(tick))).collect();
        let ends = [ticks.first(), ticks.last()].map(|tick| tick.map_or(1.0, |(value, _)| *value));
        Self { label, from: ends[0], to: ends[1], is_logarithmic: true, ticks }
    }

    /// With ticks of one's own choice.
    pub fn with_ticks(label: &'static str, to: f64, ticks: Vec<(f64, String)>) -> Self {
        Self { label, from: 0.0, to: to.max(1e-9), is_logarithmic: false, ticks }
    }

    /// Where a value lies between the ends, from nought to one.
    fn share(&self, value: f64) -> f64 {
        let (from, to, value) = if self.is_logarithmic {
            (self.from.ln(), self.to.ln(), value.max(self.from).ln())
        } else {
            (self.from, self.to, value)
        };
        if to > from { ((value - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 }
    }
}

/// One, two or five times a power of ten: the least that is no less than this.
fn round_step(least: f64) -> f64 {
    let decade = 10.0_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|step| step * decade)
        .into_iter()
        .find(|step| *step >= least * 0.999_999)
        .unwrap_or(decade)
}

/// A line. Where there is no value it has a gap.
pub struct Series {
    /// What it shows.
    pub name: String,
    /// The class that gives it its colour.
    pub class: &'static str,
    /// Its points, from left to right.
    pub points: Vec<(f64, Option<f64>)>,
}

/// A chart.
pub struct Chart {
    /// What it shows, for those who do not see it.
    pub title: &'static str,
    /// Across.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// The lines; the last is drawn on top.
    pub series: Vec<Series>,
    /// Stretches with a name, shaded.
    pub bands: Vec<(f64, f64, &'static str)>,
    /// What is said under the pointer, from one value to another.
    pub hints: Vec<(f64, f64, String)>,
}

impl Chart {
    /// The chart as SVG with a legend.
    pub fn svg(&self) -> String {
        let mut svg = String::new();
        svg.push_str("<figure><ul class=\"legend\">");
        for series in &self.series {
            let _ = write!(svg, "<li class=\"{}\">{}</li>", series.class, escaped(&series.name));
        }
        let _ = write!(
            svg,
            "</ul><svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">",
            escaped(self.title)
        );
        self.bands(&mut svg);
        self.axes(&mut svg);
        for series in &self.series {
            self.line(&mut svg, series);
        }
        for (from, to, text) in &self.hints {
            let (from, to) = (self.across(*from), self.across(*to));
            let (width, height) = ((to - from).max(0.1), HEIGHT - TOP - BOTTOM);
            let _ = write!(
                svg,
                "<rect class=\"hint\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{width:.1}\" height=\"{height}\"><title>{}</title></rect>",
                escaped(text)
            );
        }
        svg.push_str("</svg></figure>\n");
        svg
    }

    fn across(&self, value: f64) -> f64 {
        LEFT + self.x.share(value) * (WIDTH - LEFT - RIGHT)
    }

    fn upwards(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.y.share(value) * (HEIGHT - TOP - BOTTOM)
    }

    fn bands(&self, svg: &mut String) {
        for (from, to, name) in &self.bands {
            let (from, to) = (self.across(*from), self.across(*to));
            let _ = write!(
                svg,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{}\"/>\
                 <text class=\"band-name\" x=\"{:.1}\" y=\"{}\">{}</text>",
                to - from,
                HEIGHT - TOP - BOTTOM,
                (from + to) / 2.0,
                TOP - 6.0,
                escaped(name)
            );
        }
    }

    fn axes(&self, svg: &mut String) {
        for (value, text) in &self.y.ticks {
            let y = self.upwards(*value);
            let _ = write!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{}\" y2=\"{y:.1}\"/>\
                 <text class=\"tick y\" x=\"{}\" y=\"{:.1}\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 7.0,
                y + 4.0,
                escaped(text)
            );
        }
        for (value, text) in &self.x.ticks {
            let x = self.across(*value);
            let _ = write!(
                svg,
                "<line class=\"mark\" x1=\"{x:.1}\" y1=\"{0}\" x2=\"{x:.1}\" y2=\"{1}\"/>\
                 <text class=\"tick x\" x=\"{x:.1}\" y=\"{2}\">{3}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 4.0,
                HEIGHT - BOTTOM + 17.0,
                escaped(text)
            );
        }
        let _ = write!(
            svg,
            "<text class=\"axis x\" x=\"{:.1}\" y=\"{}\">{}</text><text class=\"axis y\" transform=\"translate(13 {:.1}) rotate(-90)\">{}</text>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 6.0,
            escaped(self.x.label),
            (TOP + HEIGHT - BOTTOM) / 2.0,
            escaped(self.y.label)
        );
    }

    fn line(&self, svg: &mut String, series: &Series) {
        let mut path = String::new();
        let mut is_drawing = false;
        for (number, (x, y)) in series.points.iter().enumerate() {
            let Some(y) = y else {
                is_drawing = false;
                continue;
            };
            let (x, y) = (self.across(*x), self.upwards(*y));
            let _ = write!(path, "{}{x:.1} {y:.1}", if is_drawing { 'L' } else { 'M' });
            // A point between two gaps would not be seen: it becomes a dot.
            let is_alone = !is_drawing && series.points.get(number + 1).is_none_or(|(_, next)| next.is_none());
            if is_alone {
                let _ = write!(svg, "<circle class=\"dot {}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.2\"/>", series.class);
            }
            is_drawing = true;
        }
        let _ = write!(svg, "<path class=\"line {}\" d=\"{path}\"/>", series.class);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(value: f64) -> String {
        value.to_string()
    }

    /// The coordinates of every line's path.
    fn coordinates(svg: &str) -> Vec<(f64, f64)> {
        let paths = svg.split("d=\"").skip(1).filter_map(|rest| rest.split('"').next());
        paths
            .flat_map(|path| path.split(['M', 'L']).skip(1))
            .map(|point| point.split_once(' ').unwrap())
            .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
            .collect()
    }

    proptest! {
        #[test]
        fn every_point_is_drawn_inside_the_axes(
            points in prop::collection::vec(prop::option::weighted(0.8, 0.0..1e9_f64), 1..60), is_logarithmic: bool,
        ) {
            let most = points.iter().flatten().copied().fold(0.0, f64::max);
            let y = if is_logarithmic { Axis::logarithmic("y", 1.0, most, plain) } else { Axis::linear("y", most, plain) };
            let drawn = points.iter().flatten().count();
            let points: Vec<_> = points.into_iter().enumerate().map(|(x, y)| (f64::from(u32::try_from(x).unwrap()), y)).collect();
            let x = Axis::until("x", points.last().unwrap().0, plain);
            let series = vec![Series { name: "a".into(), class: "a", points }];
            let chart = Chart { title: "t", x, y, series, bands: vec![], hints: vec![] };
            let coordinates = coordinates(&chart.svg());
            prop_assert_eq!(coordinates.len(), drawn);
            for (x, y) in coordinates {
                prop_assert!((LEFT..=WIDTH - RIGHT).contains(&x) && (TOP..=HEIGHT - BOTTOM).contains(&y), "{x} {y}");
            }
        }

        #[test]
        fn an_axis_holds_its_values_with_few_round_ticks(most in 1e-3..1e9_f64, factor in 1.0..1e5_f64) {
            let linear = Axis::linear("y", most, plain);
            prop_assert!(linear.to >= most && (2..=7).contains(&linear.ticks.len()), "{:?}", linear.ticks);
            let logarithmic = Axis::logarithmic("y", most, most * factor, plain);
            prop_assert!(logarithmic.from <= most * 1.000_01 && logarithmic.to >= most * factor * 0.999_99);
            prop_assert!((2..=12).contains(&logarithmic.ticks.len()), "{:?}", logarithmic.ticks);
            prop_assert!(logarithmic.ticks.is_sorted_by(|one, next| one.0 < next.0));
        }
    }

    #[test]
    fn higher_values_are_drawn_higher_and_a_gap_breaks_the_line() {
        let points = vec![(0.0, Some(1.0)), (1.0, Some(9.0)), (2.0, None), (3.0, Some(5.0))];
        let series = vec![Series { name: "<a>".into(), class: "a", points }];
        let (x, y) = (Axis::until("x", 3.0, plain), Axis::linear("y", 9.0, plain));
        let svg = Chart { title: "t", x, y, series, bands: vec![], hints: vec![] }.svg();
        let [low, high, alone] = coordinates(&svg)[..] else { panic!("{svg}") };
        assert!(high.1 < alone.1 && alone.1 < low.1 && low.0 < high.0 && high.0 < alone.0);
        assert_eq!(svg.matches('M').count(), 2);
        assert_eq!(svg.matches("<circle").count(), 1);
        assert!(svg.contains("&lt;a&gt;"));
    }
}
