//! How many requests are worked on at the same time: fewer when they have to wait for the processor or take long, more when
//! they do not and more are waiting. Pure: the time is an argument.

use std::time::Duration;

/// How long is looked on before the limit is changed.
const WINDOW: Duration = Duration::from_millis(50);

/// Within what the limit moves, and what moves it.
#[derive(Clone, Debug)]
pub struct LimiterOptions {
    /// The least it becomes.
    pub least: usize,
    /// The most it becomes, and where it begins.
    pub most: usize,
    /// How long a request may wait for the processor once it has its place.
    pub scheduling_target: Duration,
    /// How long the answer of a measured request may take.
    pub answer_target: Duration,
}

/// A limit that follows what the shop can do: up by a sixteenth, down by a fifth.
#[derive(Clone, Debug)]
pub struct Limiter {
    options: LimiterOptions,
    limit: usize,
    window: Window,
}

#[derive(Clone, Default, Debug)]
struct Window {
    began: Duration,
    scheduled: Tally,
    answered: Tally,
    was_full: bool,
}

/// How many there were, and how many of them took too long.
#[derive(Clone, Copy, Default, Debug)]
struct Tally {
    all: usize,
    slow: usize,
}

impl Tally {
    fn count(&mut self, is_slow: bool) {
        self.all += 1;
        self.slow += usize::from(is_slow);
    }

    /// More than one in ten, and more than two: a single slow commit is no reason.
    fn is_slow(self) -> bool {
        self.slow > 2 && self.slow * 10 > self.all
    }
}

impl Limiter {
    /// A limit at its most.
    #[must_use]
    pub fn new(options: LimiterOptions) -> Self {
        let least = options.least.max(1);
        let options = LimiterOptions { least, most: options.most.max(least), ..options };
        Self { limit: options.most, options, window: Window::default() }
    }

    /// The limit now.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Somebody had to wait for a place: more places would be used.
    pub fn note_full(&mut self) {
        self.window.was_full = true;
    }

    /// A request is done. `now` is since any fixed moment; `scheduling` is how long it waited for the processor, `took` the time to its
    /// answer where that says how the store is. Answers whether the limit may have moved.
    pub fn record(&mut self, now: Duration, scheduling: Duration, took: Option<Duration>) -> bool {
        self.window.scheduled.count(scheduling > self.options.scheduling_target);
        if let Some(took) = took {
            self.window.answered.count(took > self.options.answer_target);
        }
        if now.saturating_sub(self.window.began) < WINDOW {
            return false;
        }
        let Window { scheduled, answered, was_full, .. } =
            std::mem::replace(&mut self.window, Window { began: now, ..Window::default() });
        if scheduled.is_slow() || answered.is_slow() {
            self.limit = (self.limit * 4 / 5).max(self.options.least);
        } else if was_full {
            self.limit = (self.limit + (self.limit / 16).max(1)).min(self.options.most);
        }
        true
    }
}
