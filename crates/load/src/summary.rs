//! The outcome as text for the terminal.

use std::fmt::{Display, Formatter, Result};

use crate::report::{KindRow, Report};
use crate::surge::Stretch;

/// Microseconds as milliseconds with as many decimals as say something.
pub(crate) fn millis(micros: u64) -> String {
    match micros {
        0..10_000 => format!("{}.{:02}", micros / 1000, micros % 1000 / 10),
        10_000..100_000 => format!("{}.{}", micros / 1000, micros % 1000 / 100),
        _ => (micros / 1000).to_string(),
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "\n{} on {}, {:.1} s", self.scenario, self.url, self.took_seconds)?;
        for figure in &self.figures {
            writeln!(f, "  {:<28}{}", figure.name, figure.value)?;
        }
        self.kinds(f)?;
        if let Some(surge) = &self.surge {
            writeln!(f, "\n  {:<24}{:>12}{:>14}{:>20}", "", "offered/s", "completed/s", "p99 of completions")?;
            for (name, stretch) in [("before", &surge.before), ("in the surge", &surge.during), ("after", &surge.after)]
            {
                let Stretch { offered_a_second, completed_a_second, complete_p99_micros } = stretch;
                let p99 =
                    complete_p99_micros.map_or_else(|| "none".to_owned(), |micros| format!("{} ms", millis(micros)));
                writeln!(f, "  {name:<24}{offered_a_second:>12.1}{completed_a_second:>14.1}{p99:>20}")?;
            }
        }
        if !self.books.is_empty() {
            writeln!(f, "\n  the books")?;
        }
        for book in &self.books {
            let verdict = if book.holds { "holds" } else { "WRONG" };
            writeln!(f, "  {verdict}  {}: {}", book.name, book.detail)?;
        }
        if !self.errors.is_empty() {
            writeln!(f, "\n  errors")?;
        }
        for (what, count) in &self.errors {
            writeln!(f, "  {count:>7}  {what}")?;
        }
        for note in &self.notes {
            writeln!(f, "\n  note: {note}")?;
        }
        if self.passed {
            return write!(f, "\n  passed{}", if self.books.is_empty() { "" } else { ": the books add up" });
        }
        write!(f, "\n  FAILED")?;
        for failure in &self.failures {
            write!(f, "\n  {failure}")?;
        }
        Ok(())
    }
}

impl Report {
    fn kinds(&self, f: &mut Formatter<'_>) -> Result {
        let has = |of: fn(&KindRow) -> bool| self.kinds.iter().any(of);
        let (refused, sold_out) = (has(|kind| kind.refused > 0), has(|kind| kind.sold_out > 0));
        write!(f, "\n  {:<22}{:>9}", "milliseconds", "done")?;
        for name in ["p50", "p90", "p99", "p99.9", "max"] {
            write!(f, "{name:>9}")?;
        }
        if refused {
            write!(f, "{:>9}{:>9}", "refused", "p99")?;
        }
        if sold_out {
            write!(f, "{:>10}", "sold out")?;
        }
        writeln!(f, "{:>9}", "failed")?;
        for kind in &self.kinds {
            write!(f, "  {:<22}{:>9}", kind.name, kind.done)?;
            let times = kind.times.map(|times| [times.p50, times.p90, times.p99, times.p999, times.max]);
            for number in 0..5 {
                write!(f, "{:>9}", times.map_or_else(|| "-".to_owned(), |times| millis(times[number])))?;
            }
            if refused {
                let p99 = kind.refused_p99_micros.map_or_else(|| "-".to_owned(), millis);
                write!(f, "{:>9}{p99:>9}", kind.refused)?;
            }
            if sold_out {
                write!(f, "{:>10}", kind.sold_out)?;
            }
            writeln!(f, "{:>9}", kind.failed)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_or_so() {
        for (micros, text) in
            [(0, "0.00"), (57, "0.05"), (4_999, "4.99"), (12_345, "12.3"), (123_456, "123"), (9_000_000, "9000")]
        {
            assert_eq!(millis(micros), text);
        }
    }
}
