//! One walk over what matches: how many, the best of them, and how they are spread over the values of columns.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column as Values, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::condition::{Check, Column, Condition, Numbers, Read};
use super::schema::column;

/// What is gathered.
pub(super) struct Gather {
    /// What must hold.
    pub(super) filter: Condition,
    /// What must hold too, but is left out of account in counting the values of its own column.
    pub(super) narrowing: Vec<Narrowing>,
    pub(super) sort: Sort,
    /// How many of the best are kept.
    pub(super) best: usize,
    /// Columns whose values are counted.
    pub(super) counted: Vec<Column>,
    /// What else a text of a column counts for: a category for those it is part of.
    pub(super) belongs: HashMap<String, Vec<String>>,
    /// Whether there is more than one segment, so that texts must be compared across dictionaries.
    pub(super) is_split: bool,
}

/// A choice of a shopper among the values of one column.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Narrowing {
    /// The column.
    pub column: Column,
    /// Of options: the name of the one whose values were chosen among.
    pub option: Option<String>,
    /// What must hold.
    pub condition: Condition,
}

impl Narrowing {
    fn owns(&self, of: &Column, text: &str) -> bool {
        self.column == *of
            && self
                .option
                .as_deref()
                .is_none_or(|option| super::schema::option_parts(text).is_some_and(|(title, _)| title == option))
    }
}

/// What the best are.
#[derive(Clone, Debug)]
pub(super) enum Sort {
    /// Those that match best.
    Relevance,
    /// Those with the largest number, or the smallest.
    Number { column: Column, is_descending: bool },
    /// Those whose text comes last, or first.
    Text { column: Column, is_descending: bool },
}

/// Where a document stands: the larger, the better.
type Rank = (u64, u64, u64);

/// What one segment yields.
pub(super) struct Part {
    count: u64,
    best: Vec<Placed>,
    counts: Vec<Counts>,
}

struct Placed {
    rank: Rank,
    text: Option<String>,
    score: Score,
    address: DocAddress,
}

/// How the values of a column are spread.
pub(super) enum Counts {
    Texts(HashMap<String, u64>),
    Numbers(Vec<i64>),
}

/// All that was gathered.
pub(super) struct Gathered {
    pub(super) count: u64,
    /// The best, in order, with how well each matches.
    pub(super) best: Vec<(DocAddress, Score)>,
    pub(super) counts: Vec<Counts>,
}

pub(super) struct SegmentGather {
    segment: SegmentOrdinal,
    filter: Check,
    narrowing: Vec<Check>,
    order: Order,
    created: Option<Values<i64>>,
    places: Option<Values<u64>>,
    best_max: usize,
    best: BinaryHeap<Reverse<(Rank, Reverse<DocId>, u32)>>,
    count: u64,
    counted: Vec<Counted>,
    is_split: bool,
    /// Whether what is older comes first.
    is_oldest_first: bool,
}

enum Order {
    Relevance,
    Number(Numbers, bool),
    Text(Option<StrColumn>, Option<Values<u64>>, bool),
}

enum Counted {
    Texts(CountedTexts),
    Numbers { numbers: Numbers, owner: Option<usize>, found: Vec<i64> },
    Nothing,
}

struct CountedTexts {
    texts: StrColumn,
    values: Values<u64>,
    /// The narrowing that a text of the dictionary belongs to; empty where there is none at all.
    owners: Vec<Option<usize>>,
    /// Of each text of the dictionary the counters it raises; empty where each has its own.
    raises: Vec<Vec<u32>>,
    names: Vec<String>,
    counts: Vec<u64>,
    /// The document that raised a counter last: it is counted once.
    seen: Vec<u32>,
}

impl Collector for Gather {
    type Fruit = Gathered;
    type Child = SegmentGather;

    fn for_segment(&self, segment: SegmentOrdinal, reader: &SegmentReader) -> tantivy::Result<SegmentGather> {
        let narrowing = self.narrowing.iter().map(|one| Check::new(&one.condition, reader));
        let counted = self.counted.iter().map(|of| self.counted(of, reader));
        Ok(SegmentGather {
            segment,
            filter: Check::new(&self.filter, reader)?,
            narrowing: narrowing.collect::<tantivy::Result<_>>()?,
            order: self.order(reader)?,
            created: reader.fast_fields().column_opt(column::CREATED)?,
            places: reader.fast_fields().column_opt(column::PLACE)?,
            best_max: self.best,
            best: BinaryHeap::new(),
            count: 0,
            counted: counted.collect::<tantivy::Result<_>>()?,
            is_split: self.is_split,
            is_oldest_first: matches!(
                self.sort,
                Sort::Number { column: Column::CreatedAt | Column::UpdatedAt, is_descending: false }
            ),
        })
    }

    fn requires_scoring(&self) -> bool {
        matches!(self.sort, Sort::Relevance)
    }

    fn merge_fruits(&self, parts: Vec<Part>) -> tantivy::Result<Gathered> {
        let mut gathered = Gathered { count: 0, best: Vec::new(), counts: Vec::new() };
        let mut best: Vec<Placed> = Vec::new();
        for part in parts {
            gathered.count += part.count;
            best.extend(part.best);
            if gathered.counts.is_empty() {
                gathered.counts = part.counts;
            } else {
                gathered.counts.iter_mut().zip(part.counts).for_each(|(all, more)| all.add(more));
            }
        }
        let is_descending = matches!(self.sort, Sort::Text { is_descending: true, .. });
        best.sort_by(|one, other| {
            let by_text = match is_descending {
                true => other.text.cmp(&one.text),
                false => one.text.cmp(&other.text),
            };
            by_text.then_with(|| other.rank.cmp(&one.rank)).then_with(|| one.address.cmp(&other.address))
        });
        best.truncate(self.best);
        gathered.best = best.into_iter().map(|placed| (placed.address, placed.score)).collect();
        Ok(gathered)
    }
}

impl Gather {
    fn order(&self, reader: &SegmentReader) -> tantivy::Result<Order> {
        Ok(match &self.sort {
            Sort::Relevance => Order::Relevance,
            Sort::Number { column, is_descending } => match column.read(reader)? {
                Read::Numbers(numbers) => Order::Number(numbers, *is_descending),
                Read::Texts(_) => Order::Relevance,
            },
            Sort::Text { column, is_descending } => match column.read(reader)? {
                Read::Texts(texts) => {
                    let values = texts.clone().map(|texts| texts.into_parts().1);
                    Order::Text(texts, values, *is_descending)
                }
                Read::Numbers(_) => Order::Relevance,
            },
        })
    }

    fn counted(&self, of: &Column, reader: &SegmentReader) -> tantivy::Result<Counted> {
        let texts = match of.read(reader)? {
            Read::Texts(Some(texts)) => texts,
            Read::Texts(None) => return Ok(Counted::Nothing),
            Read::Numbers(numbers) => {
                let owner = self.narrowing.iter().position(|one| one.column == *of);
                return Ok(Counted::Numbers { numbers, owner, found: Vec::new() });
            }
        };
        let belongs = (*of == Column::Category).then_some(&self.belongs);
        let mut counted = CountedTexts {
            values: texts.clone().into_parts().1,
            owners: Vec::new(),
            raises: Vec::new(),
            names: Vec::new(),
            counts: Vec::new(),
            seen: Vec::new(),
            texts,
        };
        if belongs.is_some() || !self.narrowing.is_empty() {
            counted.read_dictionary(of, &self.narrowing, belongs)?;
        }
        if belongs.is_none() {
            counted.counts = vec![0; counted.texts.dictionary().num_terms()];
        }
        Ok(Counted::Texts(counted))
    }
}

impl CountedTexts {
    fn read_dictionary(
        &mut self,
        of: &Column,
        narrowing: &[Narrowing],
        belongs: Option<&HashMap<String, Vec<String>>>,
    ) -> tantivy::Result<()> {
        let dictionary = Arc::clone(&self.texts.clone().into_parts().0);
        let mut counters: HashMap<String, u32> = HashMap::new();
        let mut stream = dictionary.stream()?;
        while stream.advance() {
            let text = String::from_utf8_lossy(stream.key()).into_owned();
            self.owners.push(narrowing.iter().position(|one| one.owns(of, &text)));
            let Some(belongs) = belongs else { continue };
            let above = belongs.get(&text).map(Vec::as_slice).unwrap_or_default();
            let raised = std::iter::once(&text).chain(above).map(|name| {
                *counters.entry(name.clone()).or_insert_with(|| {
                    self.names.push(name.clone());
                    self.counts.push(0);
                    self.seen.push(u32::MAX);
                    u32::try_from(self.names.len() - 1).unwrap_or(u32::MAX)
                })
            });
            let raised = raised.collect();
            self.raises.push(raised);
        }
        Ok(())
    }

    /// Counts the document's texts; of one that fails a narrowing only the texts that it chose among.
    fn count(&mut self, doc: DocId, failed: Option<usize>) {
        for place in self.values.values_for_doc(doc) {
            let Ok(place) = usize::try_from(place) else { continue };
            if failed.is_some() && self.owners.get(place).copied().flatten() != failed {
                continue;
            }
            if self.raises.is_empty() {
                self.counts[place] += 1;
                continue;
            }
            for counter in &self.raises[place] {
                let counter = *counter as usize;
                if self.seen[counter] != doc {
                    self.seen[counter] = doc;
                    self.counts[counter] += 1;
                }
            }
        }
    }

    fn finish(self) -> Counts {
        let named = |place: usize| {
            if let Some(name) = self.names.get(place) {
                return name.clone();
            }
            let mut name = String::new();
            match self.texts.ord_to_str(place as u64, &mut name) {
                Ok(_) => name,
                Err(error) => {
                    tracing::error!(%error, "a text of the search index cannot be read");
                    String::new()
                }
            }
        };
        let counts = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        Counts::Texts(counts.map(|(place, count)| (named(place), *count)).collect())
    }
}

impl Counts {
    fn add(&mut self, more: Self) {
        match (self, more) {
            (Self::Texts(all), Self::Texts(more)) => {
                more.into_iter().for_each(|(text, count)| *all.entry(text).or_default() += count);
            }
            (Self::Numbers(all), Self::Numbers(more)) => all.extend(more),
            // A segment without the column counts nothing, as texts.
            (all, more @ Self::Numbers(_)) => *all = more,
            (Self::Numbers(_), Self::Texts(_)) => {}
        }
    }
}

impl SegmentCollector for SegmentGather {
    type Fruit = Part;

    fn collect(&mut self, doc: DocId, score: Score) {
        if !self.filter.holds(doc) {
            return;
        }
        let mut failed = None;
        for (position, check) in self.narrowing.iter().enumerate() {
            if !check.holds(doc) && failed.replace(position).is_some() {
                return;
            }
        }
        for counted in &mut self.counted {
            match counted {
                Counted::Texts(texts) => texts.count(doc, failed),
                Counted::Numbers { numbers, owner, found } => {
                    if failed.is_none() || failed == *owner {
                        found.extend(numbers.of(doc));
                    }
                }
                Counted::Nothing => {}
            }
        }
        if failed.is_none() {
            self.count += 1;
            self.place(doc, score);
        }
    }

    fn harvest(self) -> Part {
        let segment = self.segment;
        let text_of = |rank: &Rank| match &self.order {
            Order::Text(Some(texts), _, is_descending) if self.is_split => {
                let place = if *is_descending { rank.0 } else { u64::MAX - rank.0 };
                let mut text = String::new();
                let _ = texts.ord_to_str(place, &mut text);
                Some(text)
            }
            _ => None,
        };
        let best = self.best.into_sorted_vec().into_iter().map(|Reverse((rank, Reverse(doc), score))| Placed {
            text: text_of(&rank),
            // Places in dictionaries of different segments say nothing about each other.
            rank: if self.is_split && matches!(self.order, Order::Text(..)) { (0, rank.1, rank.2) } else { rank },
            score: Score::from_bits(score),
            address: DocAddress::new(segment, doc),
        });
        let best = best.collect();
        let counts = self.counted.into_iter().map(|counted| match counted {
            Counted::Texts(texts) => texts.finish(),
            Counted::Numbers { found, .. } => Counts::Numbers(found),
            Counted::Nothing => Counts::Texts(HashMap::new()),
        });
        Part { count: self.count, best, counts: counts.collect() }
    }
}

impl SegmentGather {
    fn place(&mut self, doc: DocId, score: Score) {
        if self.best_max == 0 {
            return;
        }
        let first = match &self.order {
            // Scores are not negative, so their bits are in their order.
            Order::Relevance => u64::from(score.to_bits()),
            Order::Number(numbers, is_descending) => numbers.of(doc).map_or(0, |number| {
                let ascending = rising(number);
                if *is_descending { ascending } else { u64::MAX - ascending }
            }),
            Order::Text(_, values, is_descending) => {
                let place = values.as_ref().and_then(|values| values.first(doc)).unwrap_or(0);
                if *is_descending { place } else { u64::MAX - place }
            }
        };
        let worst = self.best.peek().map(|Reverse((rank, ..))| rank.0);
        let is_full = self.best.len() >= self.best_max;
        if is_full && worst.is_some_and(|worst| first < worst) {
            return;
        }
        let created = self.created.as_ref().and_then(|created| created.first(doc)).map_or(0, rising);
        let place = self.places.as_ref().and_then(|places| places.first(doc)).unwrap_or(0);
        let rank = match self.is_oldest_first {
            true => (first, u64::MAX - created, u64::MAX - place),
            false => (first, created, place),
        };
        self.best.push(Reverse((rank, Reverse(doc), score.to_bits())));
        if is_full {
            self.best.pop();
        }
    }
}

/// A number as one that is not negative, in the same order.
fn rising(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}
