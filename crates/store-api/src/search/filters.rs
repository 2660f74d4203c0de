//! Filters as clients write them: a tree of fields, values, operators and `$and`, `$or`, `$not`.

use serde_json::{Map, Value};
use tradewind_catalog::search::{Condition, Narrowing};
use tradewind_kernel::{Error, Result};

use super::all;
use super::facets::FacetAsked;
use super::fields::{Field, Known};

/// How deep a filter may nest.
const DEPTH_MAX: usize = 8;
/// How many conditions it may have.
const CONDITIONS_MAX: usize = 200;

/// Takes the words out of the filters.
pub(super) fn words(filters: &mut Map<String, Value>) -> Result<Option<String>> {
    match filters.remove("q") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(words)) => Ok(Some(words).filter(|words| !words.trim().is_empty())),
        Some(_) => Err(Error::invalid("filters.q", "'filters.q' is a text: the words to search for")),
    }
}

/// What the filters let through.
pub(super) fn condition(filters: &Map<String, Value>, known: &Known) -> Result<Condition> {
    Reader { known, left: CONDITIONS_MAX }.tree(filters, "filters", 0)
}

/// The filters, those on fields whose values are counted apart: their own counts leave them out of account.
pub(super) fn apart(
    filters: Map<String, Value>,
    asked: &[FacetAsked],
    known: &Known,
) -> Result<(Vec<Narrowing>, Condition)> {
    let mut narrowing = Vec::new();
    let mut rest = Map::new();
    for (name, value) in filters {
        let facet = asked.iter().find(|facet| facet.name == name);
        match facet {
            Some(facet) => {
                let own = Map::from_iter([(name, value)]);
                narrowing.push(Narrowing {
                    column: facet.field.column(),
                    option: facet.field.option().map(str::to_owned),
                    condition: condition(&own, known)?,
                });
            }
            None => {
                rest.insert(name, value);
            }
        }
    }
    Ok((narrowing, condition(&rest, known)?))
}

struct Reader<'a> {
    known: &'a Known,
    left: usize,
}

impl Reader<'_> {
    fn tree(&mut self, filters: &Map<String, Value>, place: &str, depth: usize) -> Result<Condition> {
        if depth > DEPTH_MAX {
            return Err(Error::invalid("filters", format!("Filters may nest {DEPTH_MAX} deep")));
        }
        let mut conditions = Vec::with_capacity(filters.len());
        for (name, value) in filters {
            let short: String = name.chars().take(60).collect();
            let place = format!("{place}.{short}");
            conditions.push(match (name.as_str(), value) {
                ("$and", Value::Array(parts)) => all(self.trees(parts, &place, depth)?),
                ("$or", Value::Array(parts)) => Condition::Any(self.trees(parts, &place, depth)?),
                ("$not", Value::Object(part)) => Condition::Not(Box::new(self.tree(part, &place, depth + 1)?)),
                ("$and" | "$or" | "$not", _) => {
                    return Err(Error::invalid(place, "'$and' and '$or' hold a list of filters, '$not' holds one"));
                }
                ("q", _) => return Err(Error::invalid(place, "The words 'q' stand at the top of 'filters'")),
                _ => {
                    let field = self.known.field(name, &place)?;
                    self.field(&field, value, &place)?
                }
            });
        }
        Ok(all(conditions))
    }

    fn trees(&mut self, parts: &[Value], place: &str, depth: usize) -> Result<Vec<Condition>> {
        let mut conditions = Vec::with_capacity(parts.len());
        for part in parts {
            let Value::Object(part) = part else {
                return Err(Error::invalid(place, format!("'{place}' holds filters, each an object")));
            };
            conditions.push(self.tree(part, place, depth + 1)?);
        }
        Ok(conditions)
    }

    fn field(&mut self, field: &Field, value: &Value, place: &str) -> Result<Condition> {
        match value {
            Value::Object(operators) => {
                let operators = operators.iter();
                let each = operators.map(|(operator, value)| self.operator(field, operator, value, place));
                Ok(all(each.collect::<Result<_>>()?))
            }
            Value::Array(values) => self.among(field, values, place),
            value => self.operator(field, "$eq", value, place),
        }
    }

    fn operator(&mut self, field: &Field, operator: &str, value: &Value, place: &str) -> Result<Condition> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| Error::invalid("filters", format!("There may be at most {CONDITIONS_MAX} conditions")))?;
        let not = |condition| Condition::Not(Box::new(condition));
        let column = field.column();
        let listed = |value: &Value| match value {
            Value::Array(values) => values.clone(),
            value => vec![value.clone()],
        };
        Ok(match (operator, value) {
            ("$eq", Value::Null) => not(Condition::Exists(column)),
            ("$ne", Value::Null) => Condition::Exists(column),
            ("$eq", value) => self.among(field, std::slice::from_ref(value), place)?,
            ("$ne", value) => not(self.among(field, std::slice::from_ref(value), place)?),
            ("$in" | "$overlaps", Value::Array(values)) => self.among(field, values, place)?,
            ("$nin", Value::Array(values)) => not(self.among(field, values, place)?),
            ("$contains", value) => {
                let each = listed(value);
                all(each
                    .iter()
                    .map(|one| self.among(field, std::slice::from_ref(one), place))
                    .collect::<Result<_>>()?)
            }
            ("$exists", Value::Bool(true)) => Condition::Exists(column),
            ("$exists", Value::Bool(false)) => not(Condition::Exists(column)),
            ("$prefix", Value::String(start)) if !column.is_number() => match field {
                Field::Choice(title) => Condition::Begins(column, tradewind_catalog::search::option_text(title, start)),
                Field::Named(_) => {
                    return Err(Error::invalid(place, format!("'{place}' is compared with whole names")));
                }
                _ => Condition::Begins(column, start.clone()),
            },
            ("$gt" | "$gte" | "$lt" | "$lte", value) => {
                let number = field.number(value, place)?;
                match operator {
                    "$gt" => Condition::Within(column, Some(number.saturating_add(1)), None),
                    "$gte" => Condition::Within(column, Some(number), None),
                    "$lt" => Condition::Within(column, None, Some(number.saturating_sub(1))),
                    _ => Condition::Within(column, None, Some(number)),
                }
            }
            _ => {
                let operator: String = operator.chars().take(20).collect();
                return Err(Error::invalid(
                    place,
                    format!(
                        "'{place}' cannot be asked '{operator}' of this value; there are $eq, $ne, $in, $nin, $lt, $lte, $gt, \
                         $gte, $exists, $contains, $overlaps and $prefix, and 'q' for words"
                    ),
                ));
            }
        })
    }

    fn among(&self, field: &Field, values: &[Value], place: &str) -> Result<Condition> {
        Ok(Condition::Among(field.column(), self.known.all_texts(field, values, place)?))
    }
}
