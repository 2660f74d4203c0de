//! A surge in numbers: before, during and after, and how long the shop takes to be itself again.
#![expect(clippy::float_arithmetic, reason = "rates and times of a run; no money")]

use std::ops::Range;

use hdrhistogram::Histogram;
use serde::Serialize;

use crate::arguments::Load;
use crate::plan::Phase;
use crate::tally::{Slot, Tally};

/// For how many seconds in a row the shop must be as before.
const STEADY_SECONDS: usize = 3;

/// One of the three stretches.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Stretch {
    /// Shoppers who arrived a second.
    pub offered_a_second: f64,
    /// Orders completed a second: goodput.
    pub completed_a_second: f64,
    /// The 99th percentile of the completions that were let in; nothing where there was none.
    pub complete_p99_micros: Option<u64>,
}

/// A surge, measured.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Surge {
    /// When it began and ended, in seconds since the start.
    pub from_seconds: f64,
    /// The end.
    pub to_seconds: f64,
    /// The base rate before it.
    pub before: Stretch,
    /// The surge itself.
    pub during: Stretch,
    /// The base rate again.
    pub after: Stretch,
    /// Of a hundred who came in the surge, how many left refused.
    pub refused_percent: f64,
    /// How quickly they were told: the 99th percentile of refusals.
    pub refused_p99_micros: Option<u64>,
    /// How many seconds after the surge the shop was as before; nothing where it never was.
    pub recovered_after_seconds: Option<u64>,
}

/// The phases of a surge.
pub fn phases(load: &Load) -> [Phase; 3] {
    let base = load.rate;
    [(base, load.duration), (base * load.factor, load.surge), (base, load.after)]
        .map(|(rate, seconds)| Phase { rate, seconds })
}

/// Measures what was counted, in slots of a second.
pub fn measure(load: &Load, tally: &Tally) -> Surge {
    let [before, during, after] = phases(load).map(|phase| phase.seconds);
    let (from, to) = (before, before + during);
    let before = whole(0.0, from);
    let during = whole(from, to);
    let after = whole(to, to + after);
    let mut refused: Histogram<u64> = tally.errands.refused.clone();
    refused.clear();
    for (_, kind) in tally.kinds() {
        // The same bounds everywhere, so adding cannot fail.
        let _ = refused.add(&kind.refused);
    }
    let of = |range: &Range<usize>| tally.slots.get(range.start..range.end.min(tally.slots.len())).unwrap_or_default();
    let arrived: u64 = of(&during).iter().map(|second| second.arrived).sum();
    let left: u64 = of(&during).iter().map(|second| second.refused).sum();
    Surge {
        from_seconds: from,
        to_seconds: to,
        recovered_after_seconds: recovery(of(&before), of(&after)),
        before: stretch(of(&before)),
        during: stretch(of(&during)),
        after: stretch(of(&after)),
        refused_percent: 100.0 * ratio(left, arrived),
        refused_p99_micros: p99(&refused),
    }
}

/// The whole seconds between two moments.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of a run, checked when typed")]
fn whole(from: f64, to: f64) -> Range<usize> {
    let from = from.ceil() as usize;
    from..(to.floor() as usize).max(from)
}

fn stretch(seconds: &[Slot]) -> Stretch {
    let count = seconds.len() as u64;
    let mut times: Option<Histogram<u32>> = None;
    for second in seconds {
        match &mut times {
            None => times = Some(second.times.clone()),
            Some(times) => {
                // The same bounds everywhere, so adding cannot fail.
                let _ = times.add(&second.times);
            }
        }
    }
    Stretch {
        offered_a_second: ratio(seconds.iter().map(|second| second.arrived).sum(), count),
        completed_a_second: ratio(seconds.iter().map(|second| second.served).sum(), count),
        complete_p99_micros: times.as_ref().and_then(p99),
    }
}

/// The first second from which on, for some in a row, nine of ten who come are served, and no second is slower than half as
/// much again as the slowest before the surge (and ten milliseconds, which are within the noise).
fn recovery(before: &[Slot], after: &[Slot]) -> Option<u64> {
    let slowest = before.iter().filter_map(|second| p99(&second.times)).max()?;
    let limit = slowest + slowest / 2 + 10_000;
    let is_as_before = |second: &Slot| {
        second.served_of_arrived * 10 >= second.arrived * 9 && p99(&second.times).is_none_or(|p99| p99 <= limit)
    };
    let steady = |from: usize| {
        let rest = &after[from..];
        !rest.is_empty() && rest.iter().take(STEADY_SECONDS).all(is_as_before)
    };
    (0..after.len()).find(|from| steady(*from)).map(|from| from as u64)
}

fn p99<C: hdrhistogram::Counter>(times: &Histogram<C>) -> Option<u64> {
    (!times.is_empty()).then(|| times.value_at_quantile(0.99))
}

/// A share, or a rate; nought of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^53")]
pub fn ratio(count: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Outcome, Step};

    /// A second in which ten came, so many were served, each after so many milliseconds.
    fn second(tally: &mut Tally, number: u64, served: u64, millis: u64) {
        for shopper in 0..10 {
            let due = number * 1_000_000;
            tally.arrived(due, due);
            let outcome = if shopper < served { Outcome::Done } else { Outcome::Refused };
            tally.answered(Step::Complete, outcome, due, due + millis * 1000);
            tally.left(outcome, due, due + millis * 1000);
        }
    }

    #[test]
    fn recovery_waits_until_both_rate_and_time_are_back() {
        let mut tally = Tally::new(1_000_000);
        let seconds = [(10, 20), (10, 30), (10, 25), (10, 400), (5, 20), (10, 30), (10, 54), (10, 20), (10, 20)];
        for (number, (served, millis)) in seconds.into_iter().enumerate() {
            second(&mut tally, number as u64, served, millis);
        }
        let (before, after) = tally.slots.split_at(3);
        // The fourth is slow and the fifth turns people away; from the sixth on all is well.
        assert_eq!(recovery(before, after), Some(2));
        assert_eq!(recovery(before, &after[..2]), None);
    }

    #[test]
    fn seconds_between_moments_are_whole_ones() {
        assert_eq!(whole(0.0, 2.5), 0..2);
        assert_eq!(whole(2.5, 4.0), 3..4);
        assert_eq!(whole(0.2, 0.8), 1..1);
    }
}
