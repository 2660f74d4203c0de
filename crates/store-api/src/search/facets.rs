//! Facets on the wire: what is to be counted, and the counts.

use serde::Deserialize;
use serde_json::Value;
use tradewind_catalog::search::{Facet, Numbers, Ranges, Spread};
use tradewind_http::{Obj, Plan};
use tradewind_kernel::{Decimal, Error, Result};

use super::fields::{Field, Known};

const VALUES_DEFAULT: usize = 100;
const RANGES_MAX: usize = 50;

/// A facet that was asked for.
pub(super) struct FacetAsked {
    pub(super) name: String,
    pub(super) field: Field,
    kind: Kind,
}

enum Kind {
    Values { limit: usize, is_by_name: bool, within: Option<String> },
    Ranges(Vec<RangeAsked>),
    Stats,
}

struct RangeAsked {
    key: Option<String>,
    from: Option<i64>,
    to: Option<i64>,
}

#[derive(Deserialize)]
struct FacetSent {
    field: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    limit: Option<usize>,
    sort: Option<String>,
    query: Option<String>,
    ranges: Option<Vec<RangeSent>>,
}

#[derive(Deserialize)]
struct RangeSent {
    key: Option<String>,
    from: Option<Value>,
    to: Option<Value>,
}

const PLACE: &str = "search_options.facets";

impl FacetAsked {
    pub(super) fn read(sent: &Value, known: &Known) -> Result<Self> {
        let usual = Kind::Values { limit: VALUES_DEFAULT, is_by_name: false, within: None };
        if let Value::String(name) = sent {
            let field = known.field(name, PLACE)?;
            return Self { name: name.clone(), field, kind: usual }.checked();
        }
        let sent = FacetSent::deserialize(sent)
            .map_err(|error| Error::invalid(PLACE, format!("A facet cannot be read: {error}")))?;
        let field = known.field(&sent.field, PLACE)?;
        let kind = match sent.kind.as_deref() {
            Some("stats") => Kind::Stats,
            Some("range") => Kind::Ranges(ranges(sent.ranges.unwrap_or_default(), &field)?),
            _ => Kind::Values {
                limit: sent.limit.unwrap_or(VALUES_DEFAULT),
                is_by_name: sent.sort.as_deref() == Some("alpha"),
                within: sent.query.map(|query| query.to_lowercase()),
            },
        };
        Self { name: sent.field, field, kind }.checked()
    }

    fn checked(self) -> Result<Self> {
        let is_number = self.field.column().is_number();
        let fits = matches!(self.kind, Kind::Values { .. }) != is_number;
        match fits {
            true => Ok(self),
            false if is_number => Err(Error::invalid(
                PLACE,
                format!("'{}' holds numbers: ask for a facet of type 'range' or 'stats'", self.name),
            )),
            false => {
                Err(Error::invalid(PLACE, format!("'{}' holds texts: ask for a facet of type 'value'", self.name)))
            }
        }
    }

    pub(super) fn facet(&self) -> Facet {
        let ranges = match &self.kind {
            Kind::Ranges(ranges) => Ranges::Given(ranges.iter().map(|range| (range.from, range.to)).collect()),
            Kind::Values { .. } | Kind::Stats => Ranges::None,
        };
        Facet { column: self.field.column(), ranges }
    }

    pub(super) fn shown(self, spread: &Spread, known: &Known) -> FacetShown {
        let mut others = 0;
        let mut values = Vec::new();
        let mut numbers = Numbers::default();
        match (spread, &self.kind) {
            (Spread::Texts(texts), Kind::Values { limit, is_by_name, within }) => {
                let shown = texts.iter().filter_map(|(text, count)| Some((known.shown(&self.field, text)?, *count)));
                let is_within =
                    |value: &str| within.as_deref().is_none_or(|within| value.to_lowercase().contains(within));
                values.extend(shown.filter(|(value, _)| is_within(value)));
                if *is_by_name {
                    values.sort_by(|(one, _), (other, _)| one.cmp(other));
                }
                others = values.iter().skip(*limit).map(|(_, count)| count).sum();
                values.truncate(*limit);
            }
            (Spread::Numbers(found), _) => numbers = found.clone(),
            (Spread::Texts(_), _) => {}
        }
        FacetShown { asked: self, values, others, numbers }
    }
}

fn ranges(sent: Vec<RangeSent>, field: &Field) -> Result<Vec<RangeAsked>> {
    if sent.len() > RANGES_MAX {
        return Err(Error::invalid(PLACE, format!("A facet may have at most {RANGES_MAX} ranges")));
    }
    let end = |end: Option<Value>| end.map(|end| field.number(&end, PLACE)).transpose();
    sent.into_iter().map(|sent| Ok(RangeAsked { key: sent.key, from: end(sent.from)?, to: end(sent.to)? })).collect()
}

/// The counts of a facet.
pub(super) struct FacetShown {
    asked: FacetAsked,
    values: Vec<(String, u64)>,
    others: u64,
    numbers: Numbers,
}

impl FacetShown {
    pub(super) fn write(&self, obj: &mut Obj<'_>) {
        let name = super::escaped(&self.asked.name);
        let amount = |number: i64| self.asked.field.amount(number);
        obj.nest_with(&name, Plan::all(), |obj| match &self.asked.kind {
            Kind::Values { .. } => {
                obj.always("type", "value");
                obj.nest_list_with("values", Plan::all(), &self.values, |obj, (value, count)| {
                    obj.always("value", value);
                    obj.always("count", *count);
                });
                obj.always("other_count", self.others);
            }
            Kind::Ranges(ranges) => {
                obj.always("type", "range");
                let counted = ranges.iter().zip(&self.numbers.ranges);
                obj.nest_list_with("ranges", Plan::all(), counted, |obj, (asked, counted)| {
                    let end = |end: Option<i64>| end.map(|end| amount(end).normalize().to_string());
                    let named =
                        || format!("{}-{}", end(asked.from).unwrap_or_default(), end(asked.to).unwrap_or_default());
                    obj.always("key", asked.key.clone().unwrap_or_else(named));
                    if let Some(from) = asked.from {
                        obj.always("from", amount(from));
                    }
                    if let Some(to) = asked.to {
                        obj.always("to", amount(to));
                    }
                    obj.always("count", counted.count);
                });
            }
            Kind::Stats => {
                obj.always("type", "stats");
                obj.always("min", self.numbers.min.map(amount));
                obj.always("max", self.numbers.max.map(amount));
                let average = amount(self.numbers.sum).checked_div(Decimal::from(self.numbers.count));
                obj.always("avg", average.map(|average| average.round_dp(4)));
                obj.always("sum", amount(self.numbers.sum));
                obj.always("count", self.numbers.count);
            }
        });
    }
}
