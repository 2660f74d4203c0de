//! What a run came to, in numbers and words.

use std::collections::BTreeMap;
use std::fmt;

use tradewind_platform::db::Imported;

use super::LeftOut;

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    is_dry_run: bool,
    outcomes: BTreeMap<(&'static str, Imported), u64>,
    /// What has no counterpart here.
    pub left_out: LeftOut,
}

impl Report {
    pub(super) fn new(is_dry_run: bool) -> Self {
        Self { is_dry_run, outcomes: BTreeMap::new(), left_out: LeftOut::default() }
    }

    pub(super) fn add(&mut self, thing: &'static str, outcome: Imported) {
        *self.outcomes.entry((thing, outcome)).or_default() += 1;
    }

    /// How many things of all kinds came to this.
    #[must_use]
    pub fn total(&self, outcome: Imported) -> u64 {
        self.outcomes.iter().filter(|((_, of), _)| *of == outcome).map(|(_, count)| count).sum()
    }

    /// How many things of a kind came to this.
    #[must_use]
    pub fn count(&self, thing: &'static str, outcome: Imported) -> u64 {
        self.outcomes.get(&(thing, outcome)).copied().unwrap_or(0)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, counts: [u64; 3]| {
            writeln!(f, "  {name:<20}{:>10}{:>10}{:>10}", counts[0], counts[1], counts[2])
        };
        writeln!(f, "  {:<20}{:>10}{:>10}{:>10}", "", "new", "changed", "same")?;
        let mut things: Vec<&'static str> = self.outcomes.keys().map(|(thing, _)| *thing).collect();
        things.dedup();
        let all = [Imported::New, Imported::Changed, Imported::Same];
        for thing in things {
            row(f, thing, all.map(|outcome| self.count(thing, outcome)))?;
        }
        row(f, "all", all.map(|outcome| self.total(outcome)))?;
        let mut left_out = self.left_out.counts().peekable();
        if left_out.peek().is_some() {
            writeln!(f, "\n  Without a counterpart here, and left out:")?;
        }
        for (what, times) in left_out {
            writeln!(f, "  {times:>10}  {what}")?;
        }
        if self.is_dry_run {
            writeln!(f, "\n  This was a dry run: nothing was kept.")?;
        }
        Ok(())
    }
}
