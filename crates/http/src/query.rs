//! Query strings as clients write them: `id[0]=…`, `id[]=…`, `created_at[$gte]=…`, `order=-title`.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use tradewind_kernel::{Error, Paging, Result, Timestamp};

/// The longest query string that is read.
const LENGTH_MAX: usize = 16 * 1024;
/// How many parameters it may have.
const PARAMETERS_MAX: usize = 500;
/// How deep brackets may nest.
const DEPTH_MAX: usize = 6;
/// The longest page; longer ones are answered with this many.
const PAGE_MAX: u64 = 1000;

/// The parameters of a request, checked against its route.
#[derive(Clone, Debug, Default)]
pub struct Query(Map<String, Value>);

/// A range of time from `field[$gte]=…` and the like.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TimeRange {
    /// Later than.
    pub gt: Option<Timestamp>,
    /// At or later than.
    pub gte: Option<Timestamp>,
    /// Earlier than.
    pub lt: Option<Timestamp>,
    /// At or earlier than.
    pub lte: Option<Timestamp>,
}

/// What a number is compared with, from `weight=…`, `weight[]=…`, `weight[$gte]=…` and the like.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NumberRange {
    /// One of these.
    pub among: Option<Vec<i64>>,
    /// None of these.
    pub not: Vec<i64>,
    /// More than.
    pub gt: Option<i64>,
    /// At least.
    pub gte: Option<i64>,
    /// Less than.
    pub lt: Option<i64>,
    /// At most.
    pub lte: Option<i64>,
}

/// Reads a raw query string into nested values; everything in it is a text, a list or an object.
pub fn parse(raw: &str) -> Result<Value> {
    let mut fields = Map::new();
    if raw.len() > LENGTH_MAX {
        return Err(Error::invalid("query", format!("The query may be at most {LENGTH_MAX} characters long")));
    }
    for (count, pair) in raw.split('&').filter(|pair| !pair.is_empty()).enumerate() {
        if count >= PARAMETERS_MAX {
            return Err(Error::invalid("query", format!("The query may have at most {PARAMETERS_MAX} parameters")));
        }
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        insert(&mut fields, &name, Value::String(value))?;
    }
    Ok(Value::Object(fields))
}

fn decode(text: &str) -> Result<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced)
        .decode_utf8()
        .map_err(|_| Error::invalid("query", "The query is not valid UTF-8 text"))?;
    Ok(decoded.into_owned())
}

fn insert(fields: &mut Map<String, Value>, name: &str, value: Value) -> Result<()> {
    let (head, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut place = fields.entry(head).or_insert(Value::Null);
    let mut depth = 0;
    while let Some(inner) = rest.strip_prefix('[') {
        let Some((key, after)) = inner.split_once(']') else { break };
        depth += 1;
        if depth > DEPTH_MAX {
            return Err(Error::invalid(head, format!("{head} is nested too deeply")));
        }
        rest = after;
        let is_position = key.is_empty() || key.bytes().all(|digit| digit.is_ascii_digit());
        if place.is_null() {
            *place = if is_position { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
        }
        place = match place {
            // Positions say only that it is a list: it is kept in the order in which it was sent.
            Value::Array(items) if is_position => {
                let position = key.parse().unwrap_or(items.len()).min(items.len());
                if position == items.len() {
                    items.push(Value::Null);
                }
                &mut items[position]
            }
            Value::Object(inner) => inner.entry(key).or_insert(Value::Null),
            _ => return Err(Error::invalid(head, format!("{head} is both a list and an object"))),
        };
    }
    match place {
        Value::Null => *place = value,
        Value::Array(items) => items.push(value),
        // The same name twice is a list.
        Value::String(_) => *place = Value::Array(vec![place.take(), value]),
        _ => return Err(Error::invalid(head, format!("{head} is both a text and an object"))),
    }
    Ok(())
}

impl Query {
    pub(crate) fn new(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self(fields),
            _ => Self::default(),
        }
    }

    /// A parameter as it was sent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether the parameter was sent at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names of all parameters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The groups of filters in `$and` or `$or`: of the first all must hold, of the second one is enough.
    #[must_use]
    pub fn groups(&self, name: &str) -> Vec<Self> {
        let groups = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        groups.filter_map(Value::as_object).map(|fields| Self(fields.clone())).collect()
    }

    /// The filters below a name, such as those of `variants[sku]=…`.
    #[must_use]
    pub fn below(&self, name: &str) -> Option<Self> {
        self.0.get(name).and_then(Value::as_object).map(|fields| Self(fields.clone()))
    }

    /// Whether `deleted_at` is compared with a moment. What is deleted is gone, so nothing compares with any.
    pub fn asks_for_deleted(&self) -> Result<bool> {
        match self.0.get("deleted_at") {
            None | Some(Value::Null) => Ok(false),
            Some(Value::String(text)) if text.is_empty() || text == "null" => Ok(false),
            Some(_) => self.times("deleted_at").map(|_| true),
        }
    }

    /// A parameter that is one text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// A parameter that is one text or several; also `name[$in][]=…`. `None` where it was not sent.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        texts(self.0.get(name)?)
    }

    /// A parameter that must be there.
    pub fn required(&self, name: &str) -> Result<&str> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| Error::invalid(name, format!("Invalid request: the parameter '{name}' is required")))
    }

    /// A parameter that is true or false.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.0.get(name)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A range of time; a moment alone stands for itself.
    pub fn times(&self, name: &str) -> Result<TimeRange> {
        let read = |text: &str| {
            text.parse::<Timestamp>().map_err(|_| {
                Error::invalid(name, format!("'{name}' must be a date, such as 2026-01-31 or 2026-01-31T12:00:00Z"))
            })
        };
        let mut range = TimeRange::default();
        match self.0.get(name) {
            None => {}
            Some(Value::String(text)) => {
                let at = read(text)?;
                range = TimeRange { gte: Some(at), lte: Some(at), ..range };
            }
            Some(Value::Object(operators)) => {
                for (operator, value) in operators {
                    let at = Some(read(value.as_str().unwrap_or_default())?);
                    match operator.as_str() {
                        "$gt" => range.gt = at,
                        "$gte" => range.gte = at,
                        "$lt" => range.lt = at,
                        "$lte" => range.lte = at,
                        "$eq" => range = TimeRange { gte: at, lte: at, ..range },
                        _ => return Err(unsupported(name, operator)),
                    }
                }
            }
            Some(_) => return Err(Error::invalid(name, format!("'{name}' must be one date"))),
        }
        Ok(range)
    }

    /// What a whole number is compared with.
    pub fn numbers(&self, name: &str) -> Result<NumberRange> {
        let whole = |value: &Value| {
            value.as_i64().ok_or_else(|| Error::invalid(name, format!("'{name}' is compared with whole numbers here")))
        };
        let list = |value: &Value| match value {
            Value::Array(values) => values.iter().map(whole).collect::<Result<Vec<_>>>(),
            value => Ok(vec![whole(value)?]),
        };
        let mut range = NumberRange::default();
        match self.0.get(name) {
            None => {}
            Some(Value::Object(operators)) => {
                for (operator, value) in operators {
                    match operator.as_str() {
                        "$gt" => range.gt = Some(whole(value)?),
                        "$gte" => range.gte = Some(whole(value)?),
                        "$lt" => range.lt = Some(whole(value)?),
                        "$lte" => range.lte = Some(whole(value)?),
                        "$eq" | "$in" => range.among = Some(list(value)?),
                        "$ne" | "$nin" => range.not.extend(list(value)?),
                        _ => return Err(unsupported(name, operator)),
                    }
                }
            }
            Some(value) => range.among = Some(list(value)?),
        }
        Ok(range)
    }

    /// Which part of the list is asked for.
    #[must_use]
    pub fn paging(&self, default_limit: u64) -> Paging {
        let number = |name: &str| self.0.get(name).and_then(Value::as_u64);
        Paging { offset: number("offset").unwrap_or(0), limit: number("limit").unwrap_or(default_limit).min(PAGE_MAX) }
    }

    /// What the list is to be ordered by: names, each with whether the greatest comes first.
    #[must_use]
    pub fn order(&self) -> Vec<(&str, bool)> {
        self.text("order")
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(|name| match name.strip_prefix('-') {
                Some(name) => (name, true),
                None => (name.trim_start_matches('+'), false),
            })
            .collect()
    }

    /// Refuses parameters that the contract knows and this shop cannot honour: a wrong answer would be worse than none.
    pub fn refuse(&self, names: &[&str]) -> Result<()> {
        match names.iter().find(|name| self.has(name)) {
            Some(name) => Err(Error::invalid(*name, format!("The parameter '{name}' is not supported here"))),
            None => Ok(()),
        }
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(truth) => Some(vec![truth.to_string()]),
        Value::Null => Some(Vec::new()),
        Value::Array(items) => Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()),
        Value::Object(operators) => operators.get("$in").or_else(|| operators.get("$eq")).and_then(texts),
        Value::Number(number) => Some(vec![number.to_string()]),
    }
}

/// An order that a list does not know.
#[must_use]
pub fn unknown_order(name: &str) -> Error {
    let shown: String = name.chars().take(60).collect();
    Error::invalid("order", format!("Invalid request: 'order' cannot be '{shown}'"))
}

fn unsupported(name: &str, operator: &str) -> Error {
    Error::invalid(name, format!("'{name}' cannot be compared with '{operator}' here"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn brackets_are_lists_and_objects() {
        let parsed = |raw: &str| parse(raw).expect("a query");
        assert_eq!(parsed("id[]=a&id[]=b&limit=2"), json!({"id": ["a", "b"], "limit": "2"}));
        assert_eq!(parsed("id%5B0%5D=a&id%5B1%5D=b"), json!({"id": ["a", "b"]}));
        assert_eq!(parsed("id=a&id=b&id=c"), json!({"id": ["a", "b", "c"]}));
        assert_eq!(
            parsed("created_at[$gt]=2020-01-01&q=a+b%2Bc"),
            json!({"created_at": {"$gt": "2020-01-01"}, "q": "a b+c"})
        );
        assert_eq!(parsed("$and[0][id]=a&$and[0][q]=b"), json!({"$and": [{"id": "a", "q": "b"}]}));
        assert!(parse("a[0]=1&a[b]=2").is_err());
        assert!(parse("a=%ff").is_err());
        assert!(parse("a[b][c][d][e][f][g][h]=1").is_err());
    }

    #[test]
    fn times_and_orders_are_read() {
        let query = Query::new(parse("created_at[$gte]=1970-01-02&order=-title,id").expect("fine"));
        assert_eq!(query.times("created_at").expect("a range").gte, Some(Timestamp(86_400_000)));
        assert_eq!(query.order(), [("title", true), ("id", false)]);
        let query = Query::new(parse("created_at[$gte]=soon").expect("fine"));
        assert!(query.times("created_at").is_err());
    }

    #[test]
    fn numbers_are_compared() {
        let query = Query::new(json!({"a": 5, "b": [1, 2], "c": {"$gt": 3, "$nin": [4]}, "d": 1.5, "e": {"$like": 2}}));
        let numbers = |name: &str| query.numbers(name);
        assert_eq!(numbers("a").expect("one").among, Some(vec![5]));
        assert_eq!(numbers("b").expect("some").among, Some(vec![1, 2]));
        let range = numbers("c").expect("a range");
        assert_eq!((range.gt, range.not), (Some(3), vec![4]));
        assert_eq!(numbers("z").expect("nothing"), NumberRange::default());
        for name in ["d", "e"] {
            assert_eq!(numbers(name).expect_err("refused").field(), Some(name));
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(raw in "[a-c\\[\\]=&%$0-2]{0,80}") {
            let _ = parse(&raw);
        }
    }
}
