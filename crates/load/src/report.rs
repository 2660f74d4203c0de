//! The outcome of a run as plain values: what the terminal, the page and the JSON file all show.
#![expect(clippy::float_arithmetic, reason = "rates and times of a run; no money")]

use std::collections::BTreeMap;

use hdrhistogram::Histogram;
use serde::Serialize;
use tradewind_kernel::Timestamp;

use crate::arguments::{Load, Scenario, Target};
use crate::books::Book;
use crate::plan::Spacing;
use crate::shopper::World;
use crate::store::Facts;
use crate::summary::millis;
use crate::surge::{self, Surge, ratio};
use crate::tally::{Kind, Slot, Step, Tally};
use crate::wire::Wire;

/// How a run went.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Report {
    /// What the shoppers did.
    pub scenario: &'static str,
    /// Where.
    pub url: String,
    /// When it began.
    pub began_at: String,
    /// How long it took until the last answer.
    pub took_seconds: f64,
    /// Whether all is well: the books add up, and no more went wrong than was forgiven.
    pub passed: bool,
    /// What is not well, one sentence each.
    pub failures: Vec<String>,
    /// What a reader wants to know first.
    pub figures: Vec<Figure>,
    /// How it was asked for.
    pub settings: Vec<Figure>,
    /// What one arrival comes for: requests, or orders.
    pub unit: &'static str,
    /// By kind of request; the last row is the whole errand, where that is more than one request.
    pub kinds: Vec<KindRow>,
    /// How long a slot is.
    pub slot_seconds: f64,
    /// One slot of time after the other.
    pub slots: Vec<SlotRow>,
    /// How times are distributed.
    pub distributions: Vec<Distribution>,
    /// A surge, measured.
    pub surge: Option<Surge>,
    /// The comparisons, if there were any.
    pub books: Vec<Book>,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

/// A number, or a setting, with its name.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: &'static str,
    /// The number with its unit.
    pub value: String,
}

/// A kind of request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KindRow {
    /// What it is called.
    pub name: &'static str,
    /// How many were answered well.
    pub done: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many found the stock gone.
    pub sold_out: u64,
    /// How many ended with an error.
    pub failed: u64,
    /// The times of those that were answered well.
    pub times: Option<Times>,
    /// How quickly refusals came: their 99th percentile.
    pub refused_p99_micros: Option<u64>,
}

/// Percentiles, in microseconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Times {
    /// Half were quicker.
    pub p50: u64,
    /// Nine of ten.
    pub p90: u64,
    /// Ninety-nine of a hundred.
    pub p99: u64,
    /// All but one of a thousand.
    pub p999: u64,
    /// The slowest.
    pub max: u64,
}

impl Times {
    fn of<C: hdrhistogram::Counter>(times: &Histogram<C>) -> Option<Self> {
        let at = |quantile| times.value_at_quantile(quantile);
        let all = Self { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: times.max() };
        (!times.is_empty()).then_some(all)
    }
}

/// A slot of time.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlotRow {
    /// Who arrived in it.
    pub arrived: u64,
    /// Who got what they came for in it.
    pub served: u64,
    /// Who left in it, refused.
    pub refused: u64,
    /// Who left because the stock was gone.
    pub sold_out: u64,
    /// Whose errand ended with an error.
    pub failed: u64,
    /// The times of the requests that the scenario is about, answered in it.
    pub times: Option<Times>,
}

/// The distribution of the times of one kind.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Distribution {
    /// Of what.
    pub name: &'static str,
    /// How many there were.
    pub count: u64,
    /// Quantiles with their time in microseconds, as far out as there were enough to tell.
    pub points: Vec<(f64, u64)>,
}

/// What a run leaves behind.
pub(crate) struct Found<'a> {
    pub(crate) load: &'a Load,
    pub(crate) target: &'a Target,
    pub(crate) began_at: Timestamp,
    pub(crate) took_micros: u64,
    pub(crate) tally: &'a Tally,
    pub(crate) books: Vec<Book>,
    pub(crate) notes: Vec<String>,
    pub(crate) world: &'a World,
}

impl Report {
    pub(crate) fn of(found: Found<'_>) -> Self {
        let Found { load, tally, .. } = found;
        let surge = (load.scenario == Scenario::Surge).then(|| surge::measure(load, tally));
        let failures = failures(load, tally, &found.books);
        let kinds = tally.kinds().filter(|(_, kind)| !kind.is_empty()).map(|(step, kind)| row(step.name(), kind));
        let whole = load.scenario.sells().then(|| row(WHOLE, &tally.errands));
        Self {
            scenario: load.scenario.name(),
            url: found.target.url(),
            began_at: found.began_at.to_string(),
            took_seconds: ratio(found.took_micros, 1_000_000),
            passed: failures.is_empty(),
            failures,
            figures: figures(load, tally, surge.as_ref(), found.took_micros),
            settings: settings(load, &found.world.wire, &found.world.facts),
            unit: load.scenario.unit(),
            kinds: kinds.chain(whole).collect(),
            slot_seconds: ratio(tally.slot_micros, 1_000_000),
            slots: tally.slots.iter().map(slot_row).collect(),
            distributions: distributions(load, tally),
            surge,
            books: found.books,
            errors: tally.errors.clone(),
            notes: found.notes,
        }
    }
}

impl Report {
    /// In what rates are counted.
    pub(crate) fn unit_a_second(&self) -> &'static str {
        if self.unit == "orders" { "orders a second" } else { "requests a second" }
    }
}

const WHOLE: &str = "the whole checkout";

fn failures(load: &Load, tally: &Tally, books: &[Book]) -> Vec<String> {
    let wrong = books.iter().filter(|book| !book.holds);
    let mut failures: Vec<String> =
        wrong.map(|book| format!("The book does not add up: {}: {}", book.name, book.detail)).collect();
    let errors = tally.error_count();
    if errors > load.errors_max {
        let worst = tally.errors.iter().max_by_key(|(_, count)| **count);
        let worst = worst.map(|(what, count)| format!("; most often ({count}): {what}")).unwrap_or_default();
        failures.push(format!("{errors} errors, and {} are forgiven (--errors-max){worst}", load.errors_max));
    }
    if tally.errands.done.is_empty() && tally.errands.failed == 0 {
        failures.push(match (tally.errands.refused.len(), tally.errands.sold_out) {
            (0, 0) => "Nobody arrived: raise --rate or --duration".to_owned(),
            (refused, sold_out) => {
                format!("Nobody was served: {refused} were refused, {sold_out} found the stock gone; --units sets it")
            }
        });
    }
    failures
}

fn row(name: &'static str, kind: &Kind) -> KindRow {
    KindRow {
        name,
        done: kind.done.len(),
        refused: kind.refused.len(),
        sold_out: kind.sold_out,
        failed: kind.failed,
        times: Times::of(&kind.done),
        refused_p99_micros: Times::of(&kind.refused).map(|times| times.p99),
    }
}

fn slot_row(slot: &Slot) -> SlotRow {
    let Slot { arrived, served, refused, sold_out, failed, times, .. } = slot;
    SlotRow {
        arrived: *arrived,
        served: *served,
        refused: *refused,
        sold_out: *sold_out,
        failed: *failed,
        times: Times::of(times),
    }
}

fn figures(load: &Load, tally: &Tally, surge: Option<&Surge>, took_micros: u64) -> Vec<Figure> {
    let figure = |name, value: String| Figure { name, value };
    let time =
        |micros: Option<u64>| micros.map_or_else(|| "none".to_owned(), |micros| format!("{} ms", millis(micros)));
    let errands = &tally.errands;
    let arrived: u64 = tally.slots.iter().map(|slot| slot.arrived).sum();
    let headline = if load.scenario.sells() { "completion" } else { "request" };
    let times = histogram_of_headlines(tally);
    let p99 = Times::of(&times).map(|times| times.p99);
    let rate = |count: u64| format!("{:.1}/s", ratio(count * 1_000_000, took_micros));
    let share = |count: u64| match 100.0 * ratio(count, arrived) {
        0.0 => "0".to_owned(),
        100.0 => "all".to_owned(),
        percent => format!("{count}, {percent:.1}%"),
    };
    let mut figures = vec![figure("shoppers arrived", arrived.to_string())];
    match surge {
        None => {
            figures.push(figure(if load.scenario.sells() { "orders" } else { "requests" }, share(errands.done.len())));
            figures.push(figure("on average", rate(errands.done.len())));
            figures.push(figure("median", time(Times::of(&times).map(|times| times.p50))));
            figures.push(figure(if headline == "completion" { "p99 of completions" } else { "p99" }, time(p99)));
            figures.push(figure("refused", share(errands.refused.len())));
            if load.scenario.sells() {
                figures.push(figure("sold out", share(errands.sold_out)));
            }
        }
        Some(surge) => {
            figures.push(figure("offered in the surge", format!("{:.1}/s", surge.during.offered_a_second)));
            figures.push(figure("goodput in the surge", format!("{:.1}/s", surge.during.completed_a_second)));
            figures.push(figure("goodput before", format!("{:.1}/s", surge.before.completed_a_second)));
            figures.push(figure("p99 of completions let in", time(surge.during.complete_p99_micros)));
            figures.push(figure("refused in the surge", format!("{:.1}%", surge.refused_percent)));
            figures.push(figure("p99 of refusals", time(surge.refused_p99_micros)));
            figures.push(figure(
                "back to base after",
                surge
                    .recovered_after_seconds
                    .map_or_else(|| "not in this run".to_owned(), |seconds| format!("{seconds} s")),
            ));
        }
    }
    figures.push(figure("errors", tally.error_count().to_string()));
    figures
}

/// The times of all requests that the scenario is about.
fn histogram_of_headlines(tally: &Tally) -> Histogram<u64> {
    let mut all = tally.errands.done.clone();
    all.clear();
    for (_, kind) in tally.kinds().filter(|(step, _)| step.is_headline()) {
        // The same bounds everywhere, so adding cannot fail.
        let _ = all.add(&kind.done);
    }
    all
}

fn settings(load: &Load, wire: &Wire, facts: &Facts) -> Vec<Figure> {
    let spacing = match load.spacing {
        Spacing::Poisson => "poisson",
        Spacing::Constant => "constant",
    };
    let mut settings = match load.scenario {
        Scenario::Drop => {
            vec![("shoppers", load.shoppers.to_string()), ("window", format!("{} s", load.window))]
        }
        Scenario::Surge => vec![
            ("base rate", format!("{}/s", load.rate)),
            ("factor", load.factor.to_string()),
            ("before, surge, after", format!("{} s, {} s, {} s", load.duration, load.surge, load.after)),
        ],
        _ => vec![("rate", format!("{}/s", load.rate)), ("duration", format!("{} s", load.duration))],
    };
    settings.extend(load.units.map(|units| ("units", units.to_string())));
    if load.scenario.sells() {
        settings.push(("bought", facts.goods.iter().map(|good| good.title.as_str()).collect::<Vec<_>>().join("; ")));
    }
    settings.push(("spacing", spacing.to_owned()));
    settings.push(("seed", load.seed.to_string()));
    settings.push(("connections", format!("{} made, at most {} at once", wire.opened(), wire.limit())));
    settings.push(("time-out", format!("{} s", load.timeout)));
    settings.into_iter().map(|(name, value)| Figure { name, value }).collect()
}

/// The kinds whose distribution is worth a line.
fn distributions(load: &Load, tally: &Tally) -> Vec<Distribution> {
    let drawn = [Step::List, Step::Product, Step::Search, Step::Cart, Step::Complete, Step::Again];
    let mut found: Vec<Distribution> = tally
        .kinds()
        .filter(|(step, kind)| drawn.contains(step) && !kind.done.is_empty())
        .map(|(step, kind)| distribution(step.name(), &kind.done))
        .collect();
    if load.scenario.sells() && !tally.errands.done.is_empty() {
        found.push(distribution(WHOLE, &tally.errands.done));
    }
    found
}

/// Quantiles ever closer to one, until a single answer is all there is beyond.
fn distribution(name: &'static str, times: &Histogram<u64>) -> Distribution {
    let mut points = Vec::new();
    let mut beyond = 1.0_f64;
    // A tenth of a nine at a time.
    let step = 10.0_f64.powf(-0.1);
    while beyond * ratio(times.len(), 1) >= 1.0 {
        let quantile = 1.0 - beyond;
        points.push((quantile, times.value_at_quantile(quantile)));
        beyond *= step;
    }
    Distribution { name, count: times.len(), points }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_goes_as_far_out_as_there_are_answers() {
        let mut times: Histogram<u64> = Histogram::new(3).unwrap();
        for micros in 1..=1000 {
            times.record(micros * 1000).unwrap();
        }
        let points = distribution("all", &times).points;
        assert!(points.is_sorted_by(|one, next| one.0 < next.0 && one.1 <= next.1));
        let (last, slowest) = points.last().copied().unwrap();
        assert!((0.998..0.9995).contains(&last), "{last}");
        assert!(times.equivalent(slowest, 999_000) || times.equivalent(slowest, 1_000_000), "{slowest}");
    }
}
