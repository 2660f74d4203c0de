//! The report as one page that needs nothing else: verdict first, then the plots, then the tables.
#![expect(clippy::float_arithmetic, reason = "places and rates in plots; no money")]

use std::fmt::Write as _;
use std::ops::Range;

use crate::chart::{Axis, Chart, Series};
use crate::report::{KindRow, Report, SlotRow, Times};
use crate::summary::millis;
use crate::surge::ratio;

/// More points than this are drawn several slots at a time.
const MOST_POINTS: usize = 240;

/// The whole page.
pub fn page(report: &Report) -> String {
    let mut page = String::with_capacity(64 * 1024);
    let title = format!("{} on {}", report.scenario, report.url);
    let _ = writeln!(
        page,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{0}</title><style>{STYLE}</style></head><body><main>\n\
         <header><h1>{0}</h1><p>{1}, {2:.1} seconds</p></header>",
        escaped(&title),
        escaped(&report.began_at),
        report.took_seconds
    );
    verdict(&mut page, report);
    figures(&mut page, report);
    plots(&mut page, report);
    surge(&mut page, report);
    books(&mut page, report);
    kinds(&mut page, report);
    errors(&mut page, report);
    settings(&mut page, report);
    page.push_str("</main></body></html>\n");
    page
}

/// Text that is safe inside of HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn verdict(page: &mut String, report: &Report) {
    if report.passed {
        let books = if report.books.is_empty() { "" } else { ": the books add up" };
        let _ = writeln!(page, "<p class=\"verdict good\"><strong>Passed</strong>{books}</p>");
    } else {
        page.push_str("<div class=\"verdict bad\"><strong>Failed</strong><ul>");
        for failure in &report.failures {
            let _ = write!(page, "<li>{}</li>", escaped(failure));
        }
        page.push_str("</ul></div>\n");
    }
    for note in &report.notes {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", escaped(note));
    }
}

fn figures(page: &mut String, report: &Report) {
    page.push_str("<dl class=\"figures\">");
    for figure in &report.figures {
        let _ = write!(page, "<div><dt>{}</dt><dd>{}</dd></div>", escaped(figure.name), escaped(&figure.value));
    }
    page.push_str("</dl>\n");
}

/// Some slots drawn as one point.
struct Bin {
    from: f64,
    to: f64,
    /// A second.
    rates: [f64; 5],
    /// The worst of these slots.
    times: Option<Times>,
}

fn bins(slots: &[SlotRow], slot_seconds: f64, end_seconds: f64) -> Vec<Bin> {
    let width = slots.len().div_ceil(MOST_POINTS).max(1);
    let seconds = |slot: usize| slot_seconds * ratio(slot as u64, 1);
    let mut ranges: Vec<Range<usize>> =
        (0..slots.len()).step_by(width).map(|from| from..(from + width).min(slots.len())).collect();
    // A run ends in the middle of a slot. The little that happened in it would look like a fall: it goes to the one before.
    if let [.., before, last] = &mut ranges[..]
        && end_seconds - seconds(last.start) < seconds(width) / 2.0
    {
        before.end = last.end;
        ranges.pop();
    }
    let bin = |range: Range<usize>| {
        let from = seconds(range.start);
        let to = seconds(range.end).min(end_seconds).max(from + slot_seconds / 10.0);
        let rows = slots.get(range).unwrap_or_default();
        let sum = |of: fn(&SlotRow) -> u64| ratio(rows.iter().map(of).sum(), 1) / (to - from);
        let worst = |of: fn(&Times) -> u64| rows.iter().filter_map(|row| row.times.as_ref()).map(of).max();
        let times = worst(|times| times.p50).map(|p50| Times {
            p50,
            p90: worst(|times| times.p90).unwrap_or(p50),
            p99: worst(|times| times.p99).unwrap_or(p50),
            p999: worst(|times| times.p999).unwrap_or(p50),
            max: worst(|times| times.max).unwrap_or(p50),
        });
        let rates = [
            sum(|row| row.arrived),
            sum(|row| row.served),
            sum(|row| row.refused),
            sum(|row| row.sold_out),
            sum(|row| row.failed),
        ];
        Bin { from, to, rates, times }
    };
    ranges.into_iter().map(bin).collect()
}

fn plots(page: &mut String, report: &Report) {
    let bins = bins(&report.slots, report.slot_seconds, report.took_seconds);
    if bins.is_empty() {
        return;
    }
    let hints: Vec<(f64, f64, String)> = bins.iter().map(|bin| (bin.from, bin.to, hint(bin))).collect();
    let bands: Vec<_> = report.surge.iter().map(|surge| (surge.from_seconds, surge.to_seconds, "surge")).collect();
    let end = bins.last().map_or(1.0, |bin| bin.to);
    let points = |of: &dyn Fn(&Bin) -> Option<f64>| -> Vec<(f64, Option<f64>)> {
        bins.iter().map(|bin| ((bin.from + bin.to) / 2.0, of(bin))).collect()
    };

    let _ = writeln!(page, "<section><h2>Rate: {}</h2>", report.unit_a_second());
    let columns = [
        ("arrived", "offered"),
        (if report.unit == "orders" { "ordered" } else { "answered" }, "served"),
        ("refused", "refused"),
        ("sold out", "sold-out"),
        ("failed", "failed"),
    ];
    let series = columns.into_iter().enumerate().filter_map(|(column, (name, class))| {
        let is_empty = bins.iter().all(|bin| bin.rates[column] == 0.0);
        // Who arrived and who was served is always worth a line; the rest only if it happened.
        (column < 2 || !is_empty).then(|| Series {
            name: name.to_owned(),
            class,
            points: points(&|bin| Some(bin.rates[column])),
        })
    });
    let most = bins.iter().flat_map(|bin| bin.rates).fold(1.0, f64::max);
    let rates = Chart {
        title: "Rate over time",
        x: Axis::until("seconds", end, number),
        y: Axis::linear(report.unit_a_second(), most, number),
        series: series.collect(),
        bands: bands.clone(),
        hints: hints.clone(),
    };
    page.push_str(&rates.svg());
    page.push_str("</section>\n");

    let times: Vec<&Times> = bins.iter().filter_map(|bin| bin.times.as_ref()).collect();
    let what = if report.unit == "orders" { "completions that were let in" } else { "requests" };
    let _ = writeln!(page, "<section><h2>Time of {what}, from the moment each was due</h2>");
    if times.is_empty() {
        page.push_str("<p>None was answered well.</p></section>\n");
    } else {
        let least = times.iter().map(|times| times.p50).min().unwrap_or(1);
        let most = times.iter().map(|times| times.max).max().unwrap_or(1);
        let lines: [(&str, &str, fn(&Times) -> u64); 4] = [
            ("slowest", "slowest", |times| times.max),
            ("p99", "p99", |times| times.p99),
            ("p90", "p90", |times| times.p90),
            ("p50", "p50", |times| times.p50),
        ];
        let series = lines.map(|(name, class, of)| Series {
            name: name.to_owned(),
            class,
            points: points(&|bin| bin.times.as_ref().map(|times| ratio(of(times).max(1), 1))),
        });
        let chart = Chart {
            title: "Times over time",
            x: Axis::until("seconds", end, number),
            y: Axis::logarithmic("milliseconds", ratio(least.max(1), 1), ratio(most.max(1), 1), in_millis),
            series: series.into(),
            bands,
            hints,
        };
        page.push_str(&chart.svg());
        page.push_str("</section>\n");
    }
    distribution(page, report);
}

fn hint(bin: &Bin) -> String {
    let [arrived, served, refused, sold_out, failed] = bin.rates.map(number);
    let times = bin.times.as_ref().map_or_else(String::new, |times| {
        format!(
            "\np50 {} ms, p90 {} ms, p99 {} ms, slowest {} ms",
            millis(times.p50),
            millis(times.p90),
            millis(times.p99),
            millis(times.max)
        )
    });
    format!(
        "{} to {} s\n{arrived} arrived, {served} served, {refused} refused, {sold_out} sold out, {failed} failed a second{times}",
        number(bin.from),
        number(bin.to)
    )
}

fn distribution(page: &mut String, report: &Report) {
    const CLASSES: [&str; 6] = ["kind-1", "kind-2", "kind-3", "kind-4", "kind-5", "kind-6"];
    // Each nine as far from the last as the one before: what happens to one in a thousand has room.
    let nines = |quantile: f64| -(1.0 - quantile).log10();
    let drawn: Vec<_> = report.distributions.iter().filter(|of| of.points.len() > 1).collect();
    let furthest =
        drawn.iter().filter_map(|of| of.points.last()).map(|(quantile, _)| nines(*quantile)).fold(0.0, f64::max);
    if drawn.is_empty() {
        return;
    }
    let values = || drawn.iter().flat_map(|of| &of.points).map(|(_, micros)| ratio((*micros).max(1), 1));
    let ticks = [
        ("all", 0.0),
        ("half", 0.5),
        ("90%", 0.9),
        ("99%", 0.99),
        ("99.9%", 0.999),
        ("99.99%", 0.9999),
        ("99.999%", 0.99999),
    ];
    let ticks = ticks.into_iter().map(|(name, quantile)| (nines(quantile), name.to_owned()));
    let ticks = ticks.skip(1).filter(|(place, _)| *place <= furthest + 0.001).collect();
    let series = drawn.iter().zip(CLASSES).map(|(of, class)| Series {
        name: format!("{} ({})", of.name, of.count),
        class,
        points: of
            .points
            .iter()
            .map(|(quantile, micros)| (nines(*quantile), Some(ratio((*micros).max(1), 1))))
            .collect(),
    });
    let chart = Chart {
        title: "Distribution of times",
        x: Axis::with_ticks("so many were at least as quick", furthest, ticks),
        y: Axis::logarithmic(
            "milliseconds",
            values().fold(f64::MAX, f64::min),
            values().fold(1.0, f64::max),
            in_millis,
        ),
        series: series.collect(),
        bands: Vec::new(),
        hints: Vec::new(),
    };
    let _ = writeln!(page, "<section><h2>Distribution of times</h2>\n{}</section>", chart.svg());
}

fn surge(page: &mut String, report: &Report) {
    let Some(surge) = &report.surge else { return };
    page.push_str("<section><h2>The surge</h2><table><thead><tr><th></th><th>offered a second</th><th>completed a second</th><th>p99 of completions, ms</th></tr></thead><tbody>");
    for (name, stretch) in [("before", &surge.before), ("in the surge", &surge.during), ("after", &surge.after)] {
        let _ = write!(
            page,
            "<tr><th>{name}</th><td>{:.1}</td><td>{:.1}</td><td>{}</td></tr>",
            stretch.offered_a_second,
            stretch.completed_a_second,
            stretch.complete_p99_micros.map_or_else(|| "none".to_owned(), millis)
        );
    }
    page.push_str("</tbody></table></section>\n");
}

fn books(page: &mut String, report: &Report) {
    if report.books.is_empty() {
        return;
    }
    page.push_str("<section><h2>The books</h2><table class=\"books\"><tbody>");
    for book in &report.books {
        let (class, verdict) = if book.holds { ("good", "holds") } else { ("bad", "wrong") };
        let _ = write!(
            page,
            "<tr><td class=\"{class}\">{verdict}</td><th>{}</th><td>{}</td></tr>",
            escaped(book.name),
            escaped(&book.detail)
        );
    }
    page.push_str("</tbody></table></section>\n");
}

fn kinds(page: &mut String, report: &Report) {
    page.push_str(
        "<section><h2>By kind of request, in milliseconds</h2><div class=\"wide\"><table><thead><tr><th></th>",
    );
    let names = ["done", "p50", "p90", "p99", "p99.9", "slowest", "refused", "p99 of refusals", "sold out", "failed"];
    for name in names {
        let _ = write!(page, "<th>{name}</th>");
    }
    page.push_str("</tr></thead><tbody>");
    for KindRow { name, done, refused, sold_out, failed, times, refused_p99_micros } in &report.kinds {
        let time = |of: fn(&Times) -> u64| times.as_ref().map_or_else(|| "–".to_owned(), |times| millis(of(times)));
        let cells = [
            done.to_string(),
            time(|times| times.p50),
            time(|times| times.p90),
            time(|times| times.p99),
            time(|times| times.p999),
            time(|times| times.max),
            refused.to_string(),
            refused_p99_micros.map_or_else(|| "–".to_owned(), millis),
            sold_out.to_string(),
            failed.to_string(),
        ];
        let _ = write!(page, "<tr><th>{name}</th>");
        for cell in cells {
            let _ = write!(page, "<td>{cell}</td>");
        }
        page.push_str("</tr>");
    }
    page.push_str("</tbody></table></div></section>\n");
}

fn errors(page: &mut String, report: &Report) {
    if report.errors.is_empty() {
        return;
    }
    page.push_str("<section><h2>Errors</h2><table class=\"books\"><tbody>");
    for (what, count) in &report.errors {
        let _ = write!(page, "<tr><td>{count}</td><td>{}</td></tr>", escaped(what));
    }
    page.push_str("</tbody></table></section>\n");
}

fn settings(page: &mut String, report: &Report) {
    page.push_str("<section><h2>How it was asked for</h2><dl class=\"settings\">");
    for setting in &report.settings {
        let _ = write!(page, "<dt>{}</dt><dd>{}</dd>", escaped(setting.name), escaped(&setting.value));
    }
    page.push_str("</dl></section>\n");
}

/// A number with no more decimals than it needs.
fn number(value: f64) -> String {
    let decimals = if value.fract().abs() < 1e-6 || value >= 100.0 { 0 } else { 1 };
    format!("{value:.decimals$}")
}

fn in_millis(micros: f64) -> String {
    let millis = micros / 1000.0;
    let decimals = if millis >= 1.0 {
        0
    } else if millis >= 0.1 {
        1
    } else {
        2
    };
    format!("{millis:.decimals$}")
}

const STYLE: &str = include_str!("report.css");

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(arrived: u64, p99: u64) -> SlotRow {
        let times = Some(Times { p50: 1, p90: 2, p99, p999: p99, max: p99 });
        SlotRow { arrived, served: arrived, refused: 0, sold_out: 0, failed: 0, times }
    }

    #[test]
    fn a_long_run_is_drawn_in_fewer_points_that_hide_no_slow_second() {
        let slots: Vec<SlotRow> = (0..1000).map(|number| slot(10, if number == 501 { 9000 } else { 5 })).collect();
        let bins = bins(&slots, 1.0, 1000.0);
        assert_eq!(bins.len(), 200);
        assert!(bins.iter().all(|bin| bin.rates[0] == 10.0), "rates stay rates");
        let slow: Vec<f64> = bins
            .iter()
            .filter(|bin| bin.times.as_ref().is_some_and(|times| times.p99 == 9000))
            .map(|bin| bin.from)
            .collect();
        assert_eq!(slow, [500.0]);
    }

    #[test]
    fn the_end_of_a_run_does_not_look_like_a_fall() {
        let slots = [slot(10, 5), slot(10, 5), slot(1, 5)];
        let rates =
            |end_seconds| bins(&slots, 1.0, end_seconds).iter().map(|bin| bin.rates[0].round()).collect::<Vec<_>>();
        assert_eq!(rates(2.1), [10.0, 10.0], "eleven in eleven tenths of a second");
        assert_eq!(rates(3.0), [10.0, 10.0, 1.0]);
    }

    #[test]
    fn what_a_shop_says_cannot_become_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
