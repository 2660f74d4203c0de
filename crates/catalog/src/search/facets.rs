//! How what was found is spread over the values of a column: counts of texts, and ranges of numbers.

use super::condition::Column;
use super::gather::Counts;

/// A column whose values are to be counted.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Facet {
    /// The column.
    pub column: Column,
    /// Of numbers: the ranges to be counted.
    pub ranges: Ranges,
}

/// Ranges of numbers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Ranges {
    /// None.
    #[default]
    None,
    /// These: from (included) to (excluded); missing ends are open.
    Given(Vec<(Option<i64>, Option<i64>)>),
    /// At most so many, with round ends and about as much in each. What they are rounded to is a power of ten of this unit.
    Round {
        /// How many at most.
        most: usize,
        /// The smallest step: 100 where 100 cents are the smallest amount that is named.
        unit: i64,
    },
}

/// How what was found is spread over one column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spread {
    /// Texts with how many have each, the most frequent first.
    Texts(Vec<(String, u64)>),
    /// Numbers.
    Numbers(Numbers),
}

/// How numbers are spread.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Numbers {
    /// How many there are.
    pub count: u64,
    /// The smallest.
    pub min: Option<i64>,
    /// The largest.
    pub max: Option<i64>,
    /// All of them together.
    pub sum: i64,
    /// Those that were asked for.
    pub ranges: Vec<NumberRange>,
}

/// How many numbers are in a range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NumberRange {
    /// The smallest that is in it.
    pub from: Option<i64>,
    /// The smallest beyond it.
    pub to: Option<i64>,
    /// How many are in it.
    pub count: u64,
}

impl Spread {
    pub(super) fn of(facet: &Facet, counts: Counts) -> Self {
        match counts {
            Counts::Texts(_) if facet.column.is_number() => Self::Numbers(numbers(&facet.ranges, Vec::new())),
            Counts::Texts(counts) => {
                let mut texts: Vec<(String, u64)> = counts.into_iter().collect();
                texts.sort_by(|(one, few), (other, many)| many.cmp(few).then_with(|| one.cmp(other)));
                Self::Texts(texts)
            }
            Counts::Numbers(found) => Self::Numbers(numbers(&facet.ranges, found)),
        }
    }
}

fn numbers(ranges: &Ranges, mut found: Vec<i64>) -> Numbers {
    found.sort_unstable();
    let ends = match ranges {
        Ranges::None => Vec::new(),
        Ranges::Given(given) => given.clone(),
        Ranges::Round { most, unit } => round_ends(&found, *most, *unit),
    };
    let below = |end: i64| found.partition_point(|number| *number < end);
    let ranges = ends.into_iter().map(|(from, to)| {
        let count = to.map_or(found.len(), below).saturating_sub(from.map_or(0, below));
        NumberRange { from, to, count: count as u64 }
    });
    Numbers {
        count: found.len() as u64,
        min: found.first().copied(),
        max: found.last().copied(),
        sum: found.iter().fold(0, |sum: i64, number| sum.saturating_add(*number)),
        ranges: ranges.collect(),
    }
}

/// Ends that cut sorted numbers into parts of about the same length, rounded to what people say.
fn round_ends(sorted: &[i64], most: usize, unit: i64) -> Vec<(Option<i64>, Option<i64>)> {
    let (Some(first), Some(last)) = (sorted.first(), sorted.last()) else { return Vec::new() };
    let mut ends: Vec<i64> = Vec::new();
    for part in 1..most {
        let end = rounded(sorted[sorted.len() * part / most], unit);
        if end > *first && end <= *last && !ends.contains(&end) {
            ends.push(end);
        }
    }
    if ends.is_empty() {
        return Vec::new();
    }
    let from = std::iter::once(None).chain(ends.iter().copied().map(Some));
    let to = ends.iter().copied().map(Some).chain(std::iter::once(None));
    from.zip(to).collect()
}

/// A number with its first digit or two kept: 4,730 becomes 4,500, in steps of 1, 2 or 5 with zeros behind.
fn rounded(number: i64, unit: i64) -> i64 {
    let mut step = unit.max(1);
    let multiples = [2, 5, 10];
    for _ in 0..15 {
        let next = multiples.iter().map(|multiple| step.saturating_mul(*multiple));
        match next.into_iter().filter(|next| next.saturating_mul(8) <= number).max() {
            Some(larger) => step = larger,
            None => break,
        }
    }
    number.saturating_add(step / 2) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_round_and_hold_everything_once() {
        let found: Vec<i64> = (0..1000).map(|number| 1_900 + number * 37).collect();
        let spread = numbers(&Ranges::Round { most: 4, unit: 100 }, found);
        assert_eq!(spread.ranges.len(), 4);
        assert_eq!(spread.ranges.iter().map(|range| range.count).sum::<u64>(), 1000);
        assert!(spread.ranges.iter().filter_map(|range| range.to).all(|end| end % 100 == 0), "{:?}", spread.ranges);
        assert_eq!((spread.min, spread.max), (Some(1_900), Some(38_863)));
    }

    #[test]
    fn one_price_needs_no_ranges() {
        assert!(numbers(&Ranges::Round { most: 4, unit: 100 }, vec![4_900; 60]).ranges.is_empty());
        assert!(numbers(&Ranges::Round { most: 4, unit: 100 }, Vec::new()).ranges.is_empty());
    }

    #[test]
    fn given_ranges_include_their_beginning() {
        let given = Ranges::Given(vec![(None, Some(10)), (Some(10), Some(20)), (Some(20), None)]);
        let counts: Vec<u64> = numbers(&given, vec![9, 10, 10, 20, 30]).ranges.iter().map(|one| one.count).collect();
        assert_eq!(counts, [1, 2, 2]);
    }
}
