//! Conditions on columns of the index: what a caller asks, and what is checked of each document of a segment.

use tantivy::columnar::{Column as Values, StrColumn};
use tantivy::{DocId, SegmentReader};
use tradewind_kernel::Currency;

use super::schema::{self, column};
use super::words;

/// What products are filtered, counted and ordered by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Column {
    /// The id.
    Id,
    /// The name in addresses.
    Handle,
    /// The title, without regard to case and accents.
    Title,
    /// The status, as it is stored.
    Status,
    /// Ids of sales channels.
    SalesChannel,
    /// Ids of categories; a category counts what is in those under it.
    Category,
    /// The id of the collection.
    Collection,
    /// Ids of tags.
    Tag,
    /// The id of the type.
    Type,
    /// Values of options: see [`super::option_text`].
    Option,
    /// 1 for gift cards, 0 for others.
    IsGiftcard,
    /// When it was made, in milliseconds.
    CreatedAt,
    /// When it was changed, in milliseconds.
    UpdatedAt,
    /// The lowest ordinary price of one piece, in minor units.
    Price(PriceColumn),
}

/// Whose prices.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PriceColumn {
    /// The currency.
    pub currency: Currency,
    /// The region, whose own prices go before those of the currency.
    pub region_id: Option<String>,
}

/// Which products are let through.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Condition {
    /// All of these hold; none: everything is let through.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// The column has one of these texts.
    Among(Column, Vec<String>),
    /// The column has a text that begins so.
    Begins(Column, String),
    /// The column has a number in this range, ends included; missing ends are open.
    Within(Column, Option<i64>, Option<i64>),
    /// The column has a value.
    Exists(Column),
}

impl Condition {
    /// Lets everything through.
    #[must_use]
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }
}

/// A column as a segment holds it.
#[derive(Clone)]
pub(super) enum Read {
    Texts(Option<StrColumn>),
    Numbers(Numbers),
}

/// Numbers of a segment; prices of a region stand before those of its currency.
#[derive(Clone)]
pub(super) struct Numbers {
    first: Option<Values<i64>>,
    otherwise: Option<Values<i64>>,
}

impl Numbers {
    pub(super) fn of(&self, doc: DocId) -> Option<i64> {
        let read = |values: &Option<Values<i64>>| values.as_ref().and_then(|values| values.first(doc));
        read(&self.first).or_else(|| read(&self.otherwise))
    }
}

impl Column {
    fn name(&self) -> &'static str {
        match self {
            Self::Id => column::ID,
            Self::Handle => column::HANDLE,
            Self::Title => column::NAME,
            Self::Status => column::STATUS,
            Self::SalesChannel => column::CHANNEL,
            Self::Category => column::CATEGORY,
            Self::Collection => column::COLLECTION,
            Self::Tag => column::TAG,
            Self::Type => column::TYPE,
            Self::Option => column::OPTION,
            Self::IsGiftcard => column::GIFT_CARD,
            Self::CreatedAt => column::CREATED,
            Self::UpdatedAt => column::UPDATED,
            Self::Price(_) => column::PRICE,
        }
    }

    /// Whether it holds numbers, and not texts.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::IsGiftcard | Self::CreatedAt | Self::UpdatedAt | Self::Price(_))
    }

    pub(super) fn read(&self, segment: &SegmentReader) -> tantivy::Result<Read> {
        let columns = segment.fast_fields();
        let numbers = |name: &str| columns.column_opt::<i64>(name);
        Ok(match self {
            Self::Price(price) => {
                let of_region = price.region_id.as_deref().map(schema::region_key);
                let first = of_region.map(|key| numbers(&format!("{}.{key}", self.name()))).transpose()?.flatten();
                let otherwise = numbers(&format!("{}.{}", self.name(), schema::currency_key(price.currency)))?;
                Read::Numbers(Numbers { first, otherwise })
            }
            Self::IsGiftcard | Self::CreatedAt | Self::UpdatedAt => {
                Read::Numbers(Numbers { first: numbers(self.name())?, otherwise: None })
            }
            _ => Read::Texts(columns.str(self.name())?),
        })
    }
}

/// A condition as it is checked of each document of one segment.
pub(super) enum Check {
    Always(bool),
    All(Vec<Check>),
    Any(Vec<Check>),
    Not(Box<Check>),
    /// One of these places in the segment's dictionary, sorted.
    Among(Values<u64>, Vec<u64>),
    Within(Numbers, i64, i64),
    HasText(Values<u64>),
    HasNumber(Numbers),
}

impl Check {
    pub(super) fn new(condition: &Condition, segment: &SegmentReader) -> tantivy::Result<Self> {
        Ok(match condition {
            Condition::All(parts) => Self::All(Self::each(parts, segment)?).simplified(),
            Condition::Any(parts) => Self::Any(Self::each(parts, segment)?),
            Condition::Not(part) => Self::Not(Box::new(Self::new(part, segment)?)),
            Condition::Exists(of) => match of.read(segment)? {
                Read::Texts(Some(texts)) => Self::HasText(texts.into_parts().1),
                Read::Texts(None) => Self::Always(false),
                Read::Numbers(numbers) => Self::HasNumber(numbers),
            },
            Condition::Within(of, from, to) => match of.read(segment)? {
                Read::Numbers(numbers) => Self::Within(numbers, from.unwrap_or(i64::MIN), to.unwrap_or(i64::MAX)),
                Read::Texts(_) => Self::Always(false),
            },
            Condition::Among(of, wanted) => Self::among(of, wanted, segment)?,
            Condition::Begins(of, start) => Self::begins(of, start, segment)?,
        })
    }

    fn each(parts: &[Condition], segment: &SegmentReader) -> tantivy::Result<Vec<Self>> {
        parts.iter().map(|part| Self::new(part, segment)).collect()
    }

    /// What is known of the whole segment need not be asked of each document.
    fn simplified(self) -> Self {
        let Self::All(mut parts) = self else { return self };
        if parts.iter().any(|part| matches!(part, Self::Always(false))) {
            return Self::Always(false);
        }
        parts.retain(|part| !matches!(part, Self::Always(true)));
        Self::All(parts)
    }

    fn among(of: &Column, wanted: &[String], segment: &SegmentReader) -> tantivy::Result<Self> {
        match of.read(segment)? {
            Read::Texts(None) => Ok(Self::Always(false)),
            Read::Texts(Some(texts)) => {
                let mut places = Vec::with_capacity(wanted.len());
                for text in wanted {
                    let found = match of {
                        Column::Title => texts.dictionary().term_ord(words::sortable(text))?,
                        _ => texts.dictionary().term_ord(text)?,
                    };
                    places.extend(found);
                }
                Ok(Self::places(texts, places))
            }
            Read::Numbers(numbers) => {
                let wanted = wanted.iter().filter_map(|text| text.parse().ok());
                Ok(Self::Any(wanted.map(|number| Self::Within(numbers.clone(), number, number)).collect()))
            }
        }
    }

    fn begins(of: &Column, start: &str, segment: &SegmentReader) -> tantivy::Result<Self> {
        let Read::Texts(Some(texts)) = of.read(segment)? else { return Ok(Self::Always(false)) };
        let folded = words::sortable(start);
        let start = if *of == Column::Title { &folded } else { start };
        let mut places = Vec::new();
        let mut stream = texts.dictionary().prefix_range(start).into_stream()?;
        while stream.advance() {
            places.push(stream.term_ord());
        }
        drop(stream);
        Ok(Self::places(texts, places))
    }

    fn places(texts: StrColumn, mut places: Vec<u64>) -> Self {
        if places.is_empty() {
            return Self::Always(false);
        }
        places.sort_unstable();
        Self::Among(texts.into_parts().1, places)
    }

    pub(super) fn holds(&self, doc: DocId) -> bool {
        match self {
            Self::Always(truth) => *truth,
            Self::All(parts) => parts.iter().all(|part| part.holds(doc)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(doc)),
            Self::Not(part) => !part.holds(doc),
            Self::Among(values, places) => match places.as_slice() {
                [place] => values.values_for_doc(doc).any(|own| own == *place),
                places => values.values_for_doc(doc).any(|own| places.binary_search(&own).is_ok()),
            },
            Self::Within(numbers, from, to) => numbers.of(doc).is_some_and(|number| *from <= number && number <= *to),
            Self::HasText(values) => values.first(doc).is_some(),
            Self::HasNumber(numbers) => numbers.of(doc).is_some(),
        }
    }
}
