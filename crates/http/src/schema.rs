//! Checking what a client sent against the contract's schemas; what is wrong is named by its path.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_kernel::{Error, Result};

/// How deep a body may nest, `metadata` included.
const DEPTH_MAX: usize = 24;
/// How many items a list may have, and how many fields an object.
const ITEMS_MAX: usize = 2000;
/// How long a text may be.
const TEXT_MAX: usize = 20_000;

/// The part of JSON Schema that the contract uses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Schema {
    #[serde(rename = "type")]
    kind: Option<Kind>,
    properties: Map<String, Value>,
    #[serde(skip)]
    fields: Vec<(String, Schema)>,
    required: Vec<String>,
    #[serde(rename = "additionalProperties")]
    additional: Option<Value>,
    items: Option<Box<Schema>>,
    #[serde(rename = "anyOf")]
    any_of: Vec<Schema>,
    #[serde(rename = "enum")]
    one_of: Vec<Value>,
    #[serde(rename = "const")]
    constant: Option<Value>,
    default: Option<Value>,
    minimum: Option<i64>,
    maximum: Option<i64>,
    #[serde(rename = "exclusiveMinimum")]
    above: Option<i64>,
    #[serde(rename = "minLength")]
    length_min: Option<usize>,
    #[serde(rename = "minItems")]
    items_min: Option<usize>,
    #[serde(rename = "maxItems")]
    items_max: Option<usize>,
    format: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Object,
    Array,
    String,
    Number,
    Integer,
    Boolean,
    Null,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a text",
            Self::Number => "a number",
            Self::Integer => "a whole number",
            Self::Boolean => "true or false",
            Self::Null => "null",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Number | Self::Integer => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::Null => value.is_null(),
        }
    }
}

/// Where what is checked came from: a query knows only texts, which stand for numbers and truths too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A JSON body.
    Body,
    /// A query string.
    Query,
}

/// The way to a value, as a client would write it: `items[0].quantity`.
#[derive(Clone, Copy)]
struct Path<'a> {
    above: Option<&'a Path<'a>>,
    step: Step<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Item(usize),
}

impl<'a> Path<'a> {
    fn root() -> Self {
        Self { above: None, step: Step::Name(""), depth: 0 }
    }

    fn name(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), step: Step::Name(name), depth: self.depth + 1 }
    }

    fn item(&'a self, position: usize) -> Self {
        Self { above: Some(self), step: Step::Item(position), depth: self.depth + 1 }
    }

    fn invalid(&self, message: impl fmt::Display) -> Error {
        let path = self.to_string();
        if path.is_empty() {
            Error::invalid("body", format!("Invalid request: the body {message}"))
        } else {
            Error::invalid(path.clone(), format!("Invalid request: '{path}' {message}"))
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(above) = self.above else { return Ok(()) };
        above.fmt(f)?;
        match self.step {
            Step::Name(name) => {
                if above.above.is_some() {
                    f.write_str(".")?;
                }
                // A name may be a stranger's.
                name.chars().take(60).filter(|c| !c.is_control()).try_for_each(|c| write!(f, "{c}"))
            }
            Step::Item(position) => write!(f, "[{position}]"),
        }
    }
}

impl Schema {
    /// Reads a schema of the contract.
    pub fn read(value: &Value) -> serde_json::Result<Self> {
        let mut schema = Self::deserialize(value)?;
        schema.open()?;
        Ok(schema)
    }

    // Nested schemas are kept in the order of the contract, which a map of this type would lose.
    fn open(&mut self) -> serde_json::Result<()> {
        for (name, value) in std::mem::take(&mut self.properties) {
            self.fields.push((name, Self::read(&value)?));
        }
        if let Some(items) = &mut self.items {
            items.open()?;
        }
        self.any_of.iter_mut().try_for_each(Self::open)
    }

    /// Checks a value, filling in defaults (and, for a query, turning texts into what they stand for).
    pub fn check(&self, value: &mut Value, source: Source) -> Result<()> {
        self.check_at(value, source, Path::root())
    }

    fn check_at(&self, value: &mut Value, source: Source, path: Path<'_>) -> Result<()> {
        if path.depth > DEPTH_MAX {
            return Err(path.invalid("is nested too deeply"));
        }
        if !self.any_of.is_empty() {
            return self.check_any(value, source, path);
        }
        if source == Source::Query {
            self.convert(value);
        }
        if let Some(kind) = self.kind
            && !kind.fits(value)
        {
            return Err(path.invalid(format_args!("must be {}", kind.name())));
        }
        if let Some(constant) = &self.constant
            && constant != value
        {
            return Err(path.invalid(format_args!("must be {constant}")));
        }
        if !self.one_of.is_empty() && !self.one_of.contains(value) {
            let choices: Vec<String> = self.one_of.iter().map(ToString::to_string).collect();
            return Err(path.invalid(format_args!("must be one of {}", choices.join(", "))));
        }
        match value {
            Value::Object(fields) => self.check_object(fields, source, path),
            Value::Array(items) => self.check_list(items, source, path),
            Value::String(text) => self.check_text(text, path),
            Value::Number(number) => self.check_number(number, path),
            Value::Bool(_) | Value::Null => Ok(()),
        }
    }

    fn check_any(&self, value: &mut Value, source: Source, path: Path<'_>) -> Result<()> {
        let of_kind = |form: &&Self| source == Source::Query || form.kind.is_none_or(|kind| kind.fits(value));
        let mut fitting: Vec<&Self> = self.any_of.iter().filter(of_kind).collect();
        // Where a field says by its value which form is meant, only that form's refusal helps.
        if fitting.iter().any(|form| form.is_meant(value)) {
            fitting.retain(|form| form.is_meant(value));
        }
        match fitting[..] {
            [] => {
                let forms: Vec<&str> = self.any_of.iter().filter_map(|form| form.kind.map(Kind::name)).collect();
                Err(path.invalid(format_args!("must be {}", forms.join(" or "))))
            }
            [only] => only.check_at(value, source, path),
            _ => {
                let mut refusal = None;
                for form in fitting {
                    let mut tried = value.clone();
                    match form.check_at(&mut tried, source, path) {
                        Ok(()) => {
                            *value = tried;
                            return Ok(());
                        }
                        Err(error) => refusal = Some(error),
                    }
                }
                Err(refusal.unwrap_or_else(|| path.invalid("is not accepted")))
            }
        }
    }

    /// Whether the fields that have one value only in this form have it.
    fn is_meant(&self, value: &Value) -> bool {
        let mut fixed = self.fields.iter().filter_map(|(name, field)| Some((name, field.constant.as_ref()?)));
        fixed.all(|(name, constant)| value.get(name) == Some(constant))
    }

    fn check_object(&self, fields: &mut Map<String, Value>, source: Source, path: Path<'_>) -> Result<()> {
        if fields.len() > ITEMS_MAX {
            return Err(path.invalid(format_args!("may have at most {ITEMS_MAX} fields")));
        }
        for (name, value) in fields.iter_mut() {
            let below = path.name(name);
            if let Some((_, schema)) = self.fields.iter().find(|(own, _)| own == name) {
                schema.check_at(value, source, below)?;
            } else if self.is_open() {
                check_free(value, below)?;
            } else {
                let (list, end) = match source {
                    Source::Body => ("Unrecognized fields", ""),
                    Source::Query => ("Unrecognized parameters", " in the query"),
                };
                return Err(Error::invalid(below.to_string(), format!("Invalid request: {list}{end}: '{below}'")));
            }
        }
        for name in &self.required {
            if !fields.contains_key(name) {
                return Err(path.name(name).invalid("is required"));
            }
        }
        for (name, schema) in &self.fields {
            if let Some(default) = &schema.default
                && !fields.contains_key(name)
            {
                fields.insert(name.clone(), default.clone());
            }
        }
        Ok(())
    }

    /// Whether fields without a name here are accepted: only where the contract says so.
    fn is_open(&self) -> bool {
        match &self.additional {
            Some(additional) => additional != &Value::Bool(false),
            None => self.kind.is_none(),
        }
    }

    fn check_list(&self, items: &mut [Value], source: Source, path: Path<'_>) -> Result<()> {
        let most = self.items_max.unwrap_or(ITEMS_MAX);
        if items.len() > most {
            return Err(path.invalid(format_args!("may have at most {most} items")));
        }
        if let Some(least) = self.items_min
            && items.len() < least
        {
            return Err(path.invalid(format_args!("must have at least {least} items")));
        }
        for (position, item) in items.iter_mut().enumerate() {
            match &self.items {
                Some(schema) => schema.check_at(item, source, path.item(position))?,
                None => check_free(item, path.item(position))?,
            }
        }
        Ok(())
    }

    fn check_text(&self, text: &str, path: Path<'_>) -> Result<()> {
        if text.len() > TEXT_MAX {
            return Err(path.invalid(format_args!("may be at most {TEXT_MAX} bytes long")));
        }
        // SQLite and PostgreSQL disagree about texts with a zero in them; nobody types one.
        if text.contains('\0') {
            return Err(path.invalid("must not contain a zero character"));
        }
        if let Some(least) = self.length_min
            && text.chars().count() < least
        {
            return Err(path.invalid(if least == 1 {
                "must not be empty".to_owned()
            } else {
                format!("must be at least {least} characters long")
            }));
        }
        match self.format.as_deref() {
            Some("email") if !is_email(text) => Err(path.invalid("must be an e-mail address")),
            Some("date-time") if text.parse::<tradewind_kernel::Timestamp>().is_err() => {
                Err(path.invalid("must be a date and time, such as 2026-01-31T12:00:00Z"))
            }
            _ => Ok(()),
        }
    }

    fn check_number(&self, number: &mut serde_json::Number, path: Path<'_>) -> Result<()> {
        if self.kind == Some(Kind::Integer) && !number.is_i64() {
            // 2.0 is two.
            let whole = number.to_string().strip_suffix(".0").and_then(|text| text.parse::<i64>().ok());
            match whole {
                Some(whole) => *number = whole.into(),
                None => return Err(path.invalid("must be a whole number")),
            }
        }
        let decimal = number
            .to_string()
            .parse::<tradewind_kernel::Decimal>()
            .or_else(|_| tradewind_kernel::Decimal::from_scientific(&number.to_string()));
        let Ok(size) = decimal else {
            return Err(path.invalid("is too large a number"));
        };
        if let Some(minimum) = self.minimum
            && size < minimum.into()
        {
            return Err(path.invalid(format_args!("must be at least {minimum}")));
        }
        if let Some(above) = self.above
            && size <= above.into()
        {
            return Err(path.invalid(format_args!("must be greater than {above}")));
        }
        if let Some(maximum) = self.maximum
            && size > maximum.into()
        {
            return Err(path.invalid(format_args!("must be at most {maximum}")));
        }
        Ok(())
    }

    /// Turns a text of a query into the number, truth or null that it stands for.
    fn convert(&self, value: &mut Value) {
        let Value::String(text) = value else { return };
        let meant = match self.kind {
            Some(Kind::Integer | Kind::Number) => match text.parse::<i64>() {
                Ok(number) => Some(number.into()),
                Err(_) => serde_json::from_str::<serde_json::Number>(text).ok().map(Value::from),
            },
            Some(Kind::Boolean) => match text.as_str() {
                "true" | "1" => Some(true.into()),
                "false" | "0" => Some(false.into()),
                _ => None,
            },
            Some(Kind::Null) if text == "null" || text.is_empty() => Some(Value::Null),
            _ => None,
        };
        if let Some(meant) = meant {
            *value = meant;
        }
    }
}

/// What the contract leaves open (`metadata`) is bounded all the same.
fn check_free(value: &Value, path: Path<'_>) -> Result<()> {
    if path.depth > DEPTH_MAX {
        return Err(path.invalid("is nested too deeply"));
    }
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(name, value)| check_free(value, path.name(name))),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(position, item)| check_free(item, path.item(position)))
        }
        Value::String(text) if text.contains('\0') => Err(path.invalid("must not contain a zero character")),
        _ => Ok(()),
    }
}

/// One `@`, something before it, a domain with a dot after it.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.trim().split_once('@') else { return false };
    let plain = |c: char| c.is_ascii_alphanumeric();
    text.len() <= 254
        && !name.is_empty()
        && name.chars().all(|c| plain(c) || "_'+-.!#$%&*/=?^`{|}~".contains(c))
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && domain.contains('.')
        && domain
            .split('.')
            .all(|label| !label.is_empty() && !label.starts_with('-') && label.chars().all(|c| plain(c) || c == '-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line_item() -> Schema {
        Schema::read(&json!({"type": "object", "properties": {
            "variant_id": {"type": "string", "minLength": 1},
            "quantity": {"type": "integer", "exclusiveMinimum": 0},
            "metadata": {"anyOf": [{"type": "object", "additionalProperties": {}}, {"type": "null"}]},
            "address": {"anyOf": [{"type": "object", "properties": {"city": {"type": "string"}}}, {"type": "string"}]}
        }, "required": ["variant_id", "quantity"]}))
        .expect("a schema")
    }

    fn refusal(mut body: Value) -> String {
        match line_item().check(&mut body, Source::Body) {
            Ok(()) => "fine".to_owned(),
            Err(error) => format!("{} | {}", error.field().unwrap_or(""), error.message()),
        }
    }

    #[test]
    fn the_form_that_is_meant_says_what_is_wrong() {
        let form = |kind: &str, needs: &str| {
            json!({"type": "object", "properties": {"type": {"type": "string", "const": kind}, needs: {"type": "string"}},
                   "required": ["type", needs]})
        };
        let zone = json!({"anyOf": [form("country", "code"), form("city", "city"), form("zip", "expression")]});
        let zone = Schema::read(&zone).expect("a schema");
        let refusal = |mut body: Value| {
            zone.check(&mut body, Source::Body).expect_err("a refusal").field().unwrap_or_default().to_owned()
        };
        assert_eq!(refusal(json!({"type": "country"})), "code");
        assert_eq!(refusal(json!({"type": "city", "city": 1})), "city");
        assert_eq!(refusal(json!({"type": "planet"})), "type");
        assert!(zone.check(&mut json!({"type": "city", "city": "Lyon"}), Source::Body).is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let good = json!({"variant_id": "v", "quantity": 2, "metadata": {"any": ["thing"]}});
        assert_eq!(refusal(good), "fine");
        let cases = [
            (json!({"quantity": 1}), "'variant_id' is required"),
            (json!({"variant_id": "v", "quantity": 1.5}), "'quantity' must be a whole number"),
            (json!({"variant_id": "v", "quantity": 0}), "'quantity' must be greater than 0"),
            (json!({"variant_id": "v", "quantity": "1"}), "'quantity' must be a whole number"),
            (json!({"variant_id": "v", "quantity": 1e300}), "'quantity' must be a whole number"),
            (json!({"variant_id": "v", "quantity": 1, "wibble": 1}), "'wibble'"),
            (json!({"variant_id": "v", "quantity": 1, "address": {"town": "x"}}), "'address.town'"),
            (json!({"variant_id": "v", "quantity": 1, "address": {"city": 1}}), "'address.city' must be a text"),
            (json!({"variant_id": "v", "quantity": 1, "metadata": []}), "'metadata' must be an object or null"),
            (json!({"variant_id": "v\0", "quantity": 1}), "'variant_id' must not contain"),
            (json!([1, 2]), "the body must be an object"),
        ];
        for (body, expected) in cases {
            let said = refusal(body.clone());
            assert!(said.contains(expected), "{body}: {said}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let mut deep = json!(1);
        for _ in 0..60 {
            deep = json!({ "a": deep });
        }
        assert!(refusal(json!({"variant_id": "v", "quantity": 1, "metadata": deep})).contains("deep"));
    }

    #[test]
    fn e_mail_addresses_are_recognised() {
        for good in ["ada@example.com", "a.b+c@sub.example.co"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["not-an-email", "@example.com", "a@b", "a..b@example.com", "a b@example.com", "a@-x.com"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
