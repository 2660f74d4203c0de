//! What is known of uses, in memory: loaded once, and kept up to date by this process's own claims.

use std::collections::HashMap;

use parking_lot::RwLock;

/// How often promotions were used, or what budgets gave, by id. Claims of other processes are seen when it is loaded anew: the
/// counters in the database decide, this only spares shoppers a promise that cannot be kept.
#[derive(Default)]
pub(crate) struct Counts {
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    used: HashMap<String, Noted>,
    noted: u64,
}

struct Noted {
    used: i64,
    /// The how manieth note it was; 0 for what was loaded.
    at: u64,
}

impl Counts {
    pub(crate) fn used(&self, id: &str) -> i64 {
        self.known.read().used.get(id).map_or(0, |noted| noted.used)
    }

    /// Notes what a counter stands at after a commit.
    pub(crate) fn note(&self, id: String, used: i64) {
        let mut known = self.known.write();
        known.noted += 1;
        let at = known.noted;
        known.used.insert(id, Noted { used, at });
    }

    /// Where notes stand before a load begins.
    pub(crate) fn mark(&self) -> u64 {
        self.known.read().noted
    }

    /// Takes over what was loaded, but for what was noted since the mark, which is newer.
    pub(crate) fn learn(&self, mark: u64, loaded: Vec<(String, i64)>) {
        let mut known = self.known.write();
        known.used.retain(|_, noted| noted.at > mark);
        for (id, used) in loaded {
            known.used.entry(id).or_insert(Noted { used, at: 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_during_a_load_is_newer_than_what_it_read() {
        let counts = Counts::default();
        counts.note("before".into(), 1);
        let mark = counts.mark();
        counts.note("during".into(), 5);
        counts.learn(mark, vec![("before".into(), 2), ("during".into(), 4), ("new".into(), 7)]);
        assert_eq!(["before", "during", "new", "never"].map(|id| counts.used(id)), [2, 5, 7, 0]);
        counts.learn(counts.mark(), Vec::new());
        assert_eq!(counts.used("during"), 0);
    }
}
