//! The schedule: when shoppers arrive, decided before the first of them does, so that a slow shop cannot slow it down.
#![expect(clippy::float_arithmetic, reason = "rates and chance; no money")]

use clap::ValueEnum;
use tradewind_kernel::Rng;

/// How arrivals are spaced.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Spacing {
    /// As strangers come: independently of each other (Poisson)
    Poisson,
    /// Evenly
    Constant,
}

/// A stretch of time with one rate.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Phase {
    /// Arrivals a second.
    pub rate: f64,
    /// How long it lasts.
    pub seconds: f64,
}

const MICROS_A_SECOND: f64 = 1_000_000.0;

/// The arrivals of several phases, one after the other, in microseconds from the start, in order.
pub fn arrivals(phases: &[Phase], spacing: Spacing, rng: &Rng) -> Vec<u64> {
    let mut arrivals = Vec::new();
    let mut begin = 0.0;
    for phase in phases {
        let end = begin + phase.seconds;
        // Half a gap in, so that phases that meet do not put two arrivals at one moment. Chance has no memory: each phase
        // may begin anew.
        let mut at = begin
            + match spacing {
                Spacing::Constant => 0.5 / phase.rate,
                Spacing::Poisson => gap(phase.rate, rng),
            };
        while at < end {
            arrivals.push(micros(at));
            at += match spacing {
                Spacing::Constant => 1.0 / phase.rate,
                Spacing::Poisson => gap(phase.rate, rng),
            };
        }
        begin = end;
    }
    arrivals
}

/// Exactly `count` arrivals within a window that begins at once, in order.
pub fn burst(count: u32, window_seconds: f64, spacing: Spacing, rng: &Rng) -> Vec<u64> {
    let mut arrivals: Vec<u64> = (0..count)
        .map(|number| {
            micros(match spacing {
                Spacing::Constant => window_seconds * f64::from(number) / f64::from(count),
                Spacing::Poisson => window_seconds * chance(rng),
            })
        })
        .collect();
    arrivals.sort_unstable();
    arrivals
}

/// The time to the next arrival, exponentially distributed.
fn gap(rate: f64, rng: &Rng) -> f64 {
    // One minus what is below one is never nought, so the logarithm is finite.
    -(1.0 - chance(rng)).ln() / rate
}

/// From nought to below one.
fn chance(rng: &Rng) -> f64 {
    // As many bits as a double holds exactly.
    let bits = u32::try_from(rng.number() >> 32).unwrap_or_default();
    f64::from(bits) / 4_294_967_296.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds of a run: positive and far below 2^53"
)]
fn micros(seconds: f64) -> u64 {
    (seconds * MICROS_A_SECOND) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};

    fn spacing() -> impl Strategy<Value = Spacing> {
        prop_oneof![Just(Spacing::Poisson), Just(Spacing::Constant)]
    }

    proptest! {
        #[test]
        fn arrivals_match_their_rate_in_order_and_in_time(
            seed: u64, spacing in spacing(), rate in 1.0..500.0_f64, seconds in 0.5..20.0_f64,
        ) {
            let arrivals = arrivals(&[Phase { rate, seconds }], spacing, &Rng::seeded(seed));
            prop_assert!(arrivals.is_sorted());
            prop_assert!(arrivals.last().is_none_or(|last| *last <= micros(seconds)));
            let expected = rate * seconds;
            let count = f64::from(u32::try_from(arrivals.len()).unwrap());
            // A Poisson count spreads by the square root of its mean; six of them are next to never exceeded.
            let slack = match spacing { Spacing::Constant => 1.0, Spacing::Poisson => 6.0 * expected.sqrt() + 6.0 };
            prop_assert!((count - expected).abs() <= slack, "{count} arrivals, {expected} expected");
        }

        #[test]
        fn each_phase_keeps_its_own_rate(seed: u64, base in 20.0..50.0_f64, factor in 5.0..20.0_f64) {
            let phases = [base, base * factor, base].map(|rate| Phase { rate, seconds: 4.0 });
            let arrivals = arrivals(&phases, Spacing::Poisson, &Rng::seeded(seed));
            prop_assert!(arrivals.is_sorted());
            for (number, phase) in phases.iter().enumerate() {
                let begin = 4_000_000 * u64::try_from(number).unwrap();
                let within = arrivals.iter().filter(|at| (begin..begin + 4_000_000).contains(at)).count();
                let (count, expected) = (f64::from(u32::try_from(within).unwrap()), phase.rate * 4.0);
                prop_assert!((count - expected).abs() <= 6.0 * expected.sqrt(), "{count} of {expected} in phase {number}");
            }
        }

        #[test]
        fn a_seed_repeats_a_run_and_another_does_not(seed: u64, spacing in spacing()) {
            let phases = [Phase { rate: 100.0, seconds: 3.0 }];
            let run = |seed| arrivals(&phases, spacing, &Rng::seeded(seed));
            prop_assert_eq!(run(seed), run(seed));
            prop_assert_eq!(spacing == Spacing::Constant, run(seed) == run(seed.wrapping_add(1)));
        }

        #[test]
        fn a_burst_is_exactly_as_many_within_its_window(seed: u64, spacing in spacing(), count in 1..2000_u32, window in 0.001..3.0_f64) {
            let burst = burst(count, window, spacing, &Rng::seeded(seed));
            prop_assert_eq!(burst.len(), count as usize);
            prop_assert!(burst.is_sorted());
            prop_assert!(burst.iter().all(|at| *at <= micros(window)));
        }
    }

    #[test]
    fn gaps_of_strangers_are_exponential() {
        // Of an exponential distribution 1 - 1/e are below the mean.
        let arrivals = arrivals(&[Phase { rate: 1000.0, seconds: 20.0 }], Spacing::Poisson, &Rng::seeded(7));
        let below = arrivals.windows(2).filter(|pair| pair[1] - pair[0] < 1000).count();
        let share = 1000 * below / arrivals.len();
        assert!((612..652).contains(&share), "{share} per mille");
    }
}
