//! What queues are held to over all processes: how many of their jobs are under way, and how many begin in a minute.

use std::collections::BTreeMap;

use tradewind_kernel::Timestamp;

/// The fastest pace a queue may be limited to; one that may go faster needs no limit.
pub const PER_MINUTE_MAX: u32 = 60_000;

const MICROS_OF_MINUTE: i64 = 60_000_000;

/// The limits of queues, by their names. All processes of a shop are given the same.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct QueueLimits {
    /// How many jobs of a queue may be under way.
    pub at_once: BTreeMap<String, u32>,
    /// How many jobs of a queue may begin in a minute, evenly.
    pub per_minute: BTreeMap<String, u32>,
}

impl QueueLimits {
    pub(super) fn is_empty(&self) -> bool {
        self.at_once.is_empty() && self.per_minute.is_empty()
    }

    pub(super) fn pace(&self, queue: &str) -> Option<Pace> {
        self.per_minute.get(queue).map(|per_minute| Pace::of(*per_minute))
    }
}

/// Whether a queue may have this name: 1 to 64 letters, digits, `_`, `-` and `.` of ASCII.
#[must_use]
pub fn is_queue_name(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// A bucket of tokens, one for each job that begins, by the generic cell rate algorithm (ITU-T I.371): what is stored is when it
/// will be full again. It holds what comes in two seconds, at least one: enough for workers that look once a second to keep up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The time in which a token comes.
    token_micros: i64,
    /// The time in which an empty bucket fills.
    full_micros: i64,
}

impl Pace {
    fn of(per_minute: u32) -> Self {
        let per_minute = i64::from(per_minute.clamp(1, PER_MINUTE_MAX));
        // Rounded up: never faster than was asked for.
        let token_micros = (MICROS_OF_MINUTE + per_minute - 1) / per_minute;
        Self { token_micros, full_micros: token_micros * (per_minute / 30).max(1) }
    }

    /// How many tokens there are at a moment.
    pub(super) fn tokens(self, full_at_micros: i64, now: Timestamp) -> i64 {
        let missing = (full_at_micros - micros(now)).max(0);
        ((self.full_micros - missing) / self.token_micros).max(0)
    }

    /// When the bucket will be full again that so many tokens were taken of.
    pub(super) fn after(self, full_at_micros: i64, now: Timestamp, taken: i64) -> i64 {
        full_at_micros.max(micros(now)) + taken * self.token_micros
    }
}

fn micros(at: Timestamp) -> i64 {
    at.0.saturating_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many begin in so many seconds, where somebody looks every so many milliseconds and takes all there are.
    fn begun(per_minute: u32, seconds: i64, look_every_millis: i64) -> i64 {
        let pace = Pace::of(per_minute);
        let (mut full_at, mut begun, mut at) = (0, 0, Timestamp(1_000_000));
        let end = at.plus_seconds(seconds);
        while at < end {
            let tokens = pace.tokens(full_at, at);
            full_at = pace.after(full_at, at, tokens);
            begun += tokens;
            at = at.plus_millis(look_every_millis);
        }
        begun
    }

    #[test]
    fn a_pace_is_kept_and_used_up() {
        for (per_minute, look_every_millis, within) in
            [(1, 1000, 10..=10), (7, 1000, 66..=71), (600, 1000, 5990..=6020), (60_000, 1010, 590_000..=602_000)]
        {
            let begun = begun(per_minute, 600, look_every_millis);
            assert!(within.contains(&begun), "{per_minute} a minute let {begun} begin in ten");
        }
    }

    #[test]
    fn a_queue_that_rested_begins_two_seconds_of_jobs_at_once() {
        assert_eq!((begun(600, 1, 1000), begun(60, 1, 1000), begun(1, 1, 1000)), (20, 2, 1));
    }

    #[test]
    fn names_of_queues_are_plain() {
        assert!(is_queue_name("mail") && is_queue_name("a.b-c_9"));
        assert!(!is_queue_name("") && !is_queue_name("a b") && !is_queue_name(&"x".repeat(65)));
    }
}
