//! Reading one thing of an answer: fields by name, errors that say where, and a count of what nobody asked for.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::str::FromStr as _;

use anyhow::{Result, anyhow, bail};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tradewind_kernel::{Currency, Decimal, Timestamp};

/// What was in the answers and has no counterpart here: a thing, or `thing.field`, with how often it occurred.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LeftOut {
    counts: BTreeMap<String, u64>,
}

impl LeftOut {
    /// Counts something.
    pub fn add(&mut self, what: impl Into<String>, times: u64) {
        *self.counts.entry(what.into()).or_default() += times;
    }

    /// What was counted, by name.
    pub fn counts(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(what, times)| (what.as_str(), *times))
    }
}

/// One thing of an answer.
pub(super) struct Record<'a> {
    /// What kind of thing it is, as the report calls it.
    thing: &'static str,
    /// Where it stands: the request line and the path in its answer.
    place: String,
    fields: &'a Map<String, Value>,
    asked: RefCell<HashSet<&'static str>>,
    is_forgotten: Cell<bool>,
    left_out: &'a RefCell<LeftOut>,
}

impl<'a> Record<'a> {
    pub(super) fn new(
        thing: &'static str,
        place: String,
        value: &'a Value,
        left_out: &'a RefCell<LeftOut>,
    ) -> Result<Self> {
        match value {
            Value::Object(fields) => {
                Ok(Self { thing, place, fields, asked: RefCell::default(), is_forgotten: Cell::new(false), left_out })
            }
            other => bail!("{place}: {} was found where an object belongs", kind_of(other)),
        }
    }

    /// Where it stands, for messages.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    fn get(&self, field: &'static str) -> Option<&'a Value> {
        self.asked.borrow_mut().insert(field);
        self.fields.get(field).filter(|value| !value.is_null())
    }

    fn wrong(&self, field: &str, wanted: &str, found: &Value) -> anyhow::Error {
        anyhow!("{}.{field}: {wanted} belongs here, {} was found", self.place, kind_of(found))
    }

    /// The error of a field whose value is of the right kind and cannot be used.
    pub(super) fn refuse(&self, field: &str, why: impl std::fmt::Display) -> anyhow::Error {
        anyhow!("{}.{field}: {why}", self.place)
    }

    fn needed<T>(&self, field: &str, value: Option<T>) -> Result<T> {
        value.ok_or_else(|| anyhow!("{}.{field} is missing", self.place))
    }

    /// Fields that say again what is read elsewhere.
    pub(super) fn derived(&self, fields: &[&'static str]) {
        self.asked.borrow_mut().extend(fields);
    }

    /// Counts none of its fields: it is not taken in.
    pub(super) fn forget(&self) {
        self.is_forgotten.set(true);
    }

    /// Counts it as a whole: nothing of it is taken in.
    pub(super) fn leave_out_whole(&self) {
        self.forget();
        self.left_out.borrow_mut().add(self.thing, 1);
    }

    /// Counts something of it that has no counterpart.
    pub(super) fn leave_out(&self, what: &str) {
        self.left_out.borrow_mut().add(format!("{}.{what}", self.thing), 1);
    }

    pub(super) fn opt_text(&self, field: &'static str) -> Result<Option<String>> {
        match self.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => Err(self.wrong(field, "a text", other)),
        }
    }

    pub(super) fn text(&self, field: &'static str) -> Result<String> {
        let text = self.opt_text(field)?;
        self.needed(field, text)
    }

    /// Its id: short, and of signs that need no care in addresses.
    pub(super) fn id(&self) -> Result<String> {
        let id = self.text("id")?;
        let is_fit =
            (1..=64).contains(&id.len()) && id.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_.".contains(&c));
        match is_fit {
            true => Ok(id),
            false => Err(self.refuse("id", "an id is at most 64 letters, digits, hyphens and underscores")),
        }
    }

    pub(super) fn flag(&self, field: &'static str, default: bool) -> Result<bool> {
        match self.get(field) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(field, "true or false", other)),
        }
    }

    pub(super) fn opt_whole(&self, field: &'static str) -> Result<Option<i64>> {
        let Some(number) = self.opt_decimal(field)? else { return Ok(None) };
        let whole = number.is_integer().then(|| i64::try_from(number).ok()).flatten();
        match whole {
            Some(whole) => Ok(Some(whole)),
            None => Err(self.refuse(field, format!("{number} is not a whole number"))),
        }
    }

    pub(super) fn whole(&self, field: &'static str) -> Result<i64> {
        let whole = self.opt_whole(field)?;
        self.needed(field, whole)
    }

    pub(super) fn opt_decimal(&self, field: &'static str) -> Result<Option<Decimal>> {
        let text = match self.get(field) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => return Err(self.wrong(field, "a number", other)),
        };
        // A number's shortest text: 10.99 stays 10.99.
        let number = Decimal::from_str(&text).or_else(|_| Decimal::from_scientific(&text));
        match number {
            Ok(number) => Ok(Some(number.normalize())),
            Err(_) => Err(self.refuse(field, format!("{text} is not a number that can be kept exactly"))),
        }
    }

    pub(super) fn decimal(&self, field: &'static str) -> Result<Decimal> {
        let number = self.opt_decimal(field)?;
        self.needed(field, number)
    }

    pub(super) fn opt_time(&self, field: &'static str) -> Result<Option<Timestamp>> {
        let Some(text) = self.opt_text(field)? else { return Ok(None) };
        match text.parse() {
            Ok(at) => Ok(Some(at)),
            Err(_) => Err(self.refuse(field, format!("{text:?} is not a date and time"))),
        }
    }

    pub(super) fn time(&self, field: &'static str) -> Result<Timestamp> {
        let at = self.opt_time(field)?;
        self.needed(field, at)
    }

    pub(super) fn currency(&self, field: &'static str) -> Result<Currency> {
        let code = self.text(field)?;
        code.parse().map_err(|_| self.refuse(field, format!("{code:?} is not a currency")))
    }

    /// One of a few words.
    pub(super) fn one_of<T: DeserializeOwned>(&self, field: &'static str) -> Result<T> {
        let word = self.text(field)?;
        let read = serde_json::from_value(Value::String(word.clone()));
        read.map_err(|_| self.refuse(field, format!("{word:?} is none of what is possible here")))
    }

    pub(super) fn metadata(&self) -> Result<Option<Map<String, Value>>> {
        match self.get("metadata") {
            None => Ok(None),
            Some(Value::Object(metadata)) => Ok(Some(metadata.clone())),
            Some(other) => Err(self.wrong("metadata", "an object", other)),
        }
    }

    /// Counts metadata that cannot be kept where it is.
    pub(super) fn leave_out_metadata(&self) -> Result<()> {
        if self.metadata()?.is_some_and(|metadata| !metadata.is_empty()) {
            self.leave_out("metadata");
        }
        Ok(())
    }

    /// A value that is kept as it is.
    pub(super) fn value(&self, field: &'static str) -> Option<&'a Value> {
        self.get(field)
    }

    pub(super) fn object(&self, thing: &'static str, field: &'static str) -> Result<Option<Record<'a>>> {
        let Some(value) = self.get(field) else { return Ok(None) };
        Record::new(thing, format!("{}.{field}", self.place), value, self.left_out).map(Some)
    }

    pub(super) fn list(&self, thing: &'static str, field: &'static str) -> Result<Vec<Record<'a>>> {
        let items = match self.get(field) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(field, "a list", other)),
        };
        let place = |position: usize| format!("{}.{field}[{position}]", self.place);
        let records = items.iter().enumerate();
        records.map(|(position, value)| Record::new(thing, place(position), value, self.left_out)).collect()
    }

    /// The ids of a list of things.
    pub(super) fn ids(&self, field: &'static str) -> Result<Vec<String>> {
        let items = match self.get(field) {
            None => return Ok(Vec::new()),
            Some(Value::Array(items)) => items,
            Some(other) => return Err(self.wrong(field, "a list", other)),
        };
        let ids = items.iter().map(|item| item.get("id").and_then(Value::as_str).map(str::to_owned));
        ids.collect::<Option<_>>().ok_or_else(|| self.refuse(field, "one of them has no id"))
    }
}

/// What was never asked for, and says something, has no counterpart.
impl Drop for Record<'_> {
    fn drop(&mut self) {
        if self.is_forgotten.get() {
            return;
        }
        let asked = self.asked.borrow();
        let mut left_out = self.left_out.borrow_mut();
        for (field, value) in self.fields {
            if !asked.contains(field.as_str()) && says_something(field, value) {
                left_out.add(format!("{}.{field}", self.thing), 1);
            }
        }
    }
}

fn says_something(field: &str, value: &Value) -> bool {
    // Exact twins of numbers, and times of rows whose owner has its own.
    if field.starts_with("raw_") || matches!(field, "created_at" | "updated_at") {
        return false;
    }
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Bool(true) | Value::Number(_) => true,
    }
}

fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {:?}", text.chars().take(60).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_asks_for_is_counted() {
        let left_out = RefCell::default();
        let value =
            json!({ "id": "prod_1", "title": "Map", "shine": 3, "raw_x": {"value": "1"}, "empty": [], "off": false });
        let record = Record::new("product", "products[0]".to_owned(), &value, &left_out).unwrap();
        assert_eq!(record.text("title").unwrap(), "Map");
        record.derived(&["id"]);
        drop(record);
        assert_eq!(left_out.borrow().counts().collect::<Vec<_>>(), [("product.shine", 1)]);
    }

    #[test]
    fn a_wrong_value_is_named_with_its_place() {
        let left_out = RefCell::default();
        let value =
            json!({ "rows": [{ "title": 5, "amount": 10.99, "count": 1.5, "at": "soon", "currency_code": "???" }] });
        let record = Record::new("thing", "GET /admin/things".to_owned(), &value, &left_out).unwrap();
        let row = &record.list("row", "rows").unwrap()[0];
        let error = |wrong: anyhow::Error| wrong.to_string();
        assert_eq!(
            error(row.text("title").unwrap_err()),
            "GET /admin/things.rows[0].title: a text belongs here, 5 was found"
        );
        assert_eq!(error(row.text("name").unwrap_err()), "GET /admin/things.rows[0].name is missing");
        assert_eq!(row.decimal("amount").unwrap().to_string(), "10.99");
        assert!(error(row.whole("count").unwrap_err()).contains("1.5 is not a whole number"));
        assert!(error(row.time("at").unwrap_err()).contains("not a date"));
        assert!(error(row.currency("currency_code").unwrap_err()).contains("not a currency"));
    }
}
