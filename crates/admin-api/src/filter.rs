//! Conditions of a query on things that are in memory: values, lists of values, operators, `$and` and `$or`.

use std::cmp::Ordering;

use serde_json::{Map, Value};
use tradewind_http::query::Query;
use tradewind_kernel::{Error, Result, Timestamp};

use crate::list::Listed;

/// How deep `$and` and `$or` may nest.
const DEPTH_MAX: usize = 4;

/// Whether an item fulfils the conditions that every list knows: `id`, its texts, its times, `q`, `$and` and `$or`.
/// Conditions that a list knows by itself are the list's to check.
pub(crate) fn fits<T: Listed>(query: &Query, item: &T) -> Result<bool> {
    let texts = item.texts();
    let names = ["id", "created_at", "updated_at", "q", "$and", "$or"];
    for name in names.into_iter().chain(texts.iter().map(|(name, _)| *name)) {
        if let Some(wanted) = query.get(name)
            && !condition(name, wanted, item, &texts, 0)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a moment that a list knows by itself fulfils the condition on it, where there is one. A moment that is not there
/// fulfils none but `null`.
pub(crate) fn fits_time(query: &Query, name: &str, actual: Option<Timestamp>) -> Result<bool> {
    let is_null = |wanted: &Value| wanted.is_null() || wanted.as_str() == Some("null");
    match (query.get(name), actual) {
        (None, _) => Ok(true),
        (Some(wanted), actual) if is_null(wanted) => Ok(actual.is_none()),
        (Some(wanted), Some(actual)) => compare_time(name, wanted, actual),
        // What cannot be read is refused all the same.
        (Some(wanted), None) => compare_time(name, wanted, Timestamp::default()).map(|_| false),
    }
}

fn condition<T: Listed>(
    name: &str,
    wanted: &Value,
    item: &T,
    texts: &[(&'static str, &str)],
    depth: usize,
) -> Result<bool> {
    let (created_at, updated_at) = item.times();
    match name {
        "$and" | "$or" => combination(name, wanted, item, texts, depth),
        "q" => Ok(has_words(wanted.as_str().unwrap_or_default(), texts)),
        "id" => compare_text(name, wanted, item.id()),
        "created_at" => compare_time(name, wanted, created_at),
        "updated_at" => compare_time(name, wanted, updated_at),
        _ => match texts.iter().find(|(own, _)| *own == name) {
            Some((_, text)) => compare_text(name, wanted, text),
            None => {
                let message = format!("The parameter '{name}' is not supported inside $and and $or here");
                Err(Error::invalid(name, message))
            }
        },
    }
}

fn combination<T: Listed>(
    name: &str,
    parts: &Value,
    item: &T,
    texts: &[(&'static str, &str)],
    depth: usize,
) -> Result<bool> {
    if depth >= DEPTH_MAX {
        return Err(Error::invalid(name, format!("{name} may be nested {DEPTH_MAX} times at most")));
    }
    let no_parts = Vec::new();
    let parts = parts.as_array().unwrap_or(&no_parts);
    let mut outcome = name == "$and";
    for part in parts {
        let mut holds = true;
        for (name, wanted) in part.as_object().into_iter().flatten() {
            holds &= condition(name, wanted, item, texts, depth + 1)?;
        }
        if name == "$and" { outcome &= holds } else { outcome |= holds }
    }
    Ok(outcome)
}

fn has_words(words: &str, texts: &[(&'static str, &str)]) -> bool {
    words.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        texts.iter().any(|(_, text)| text.to_lowercase().contains(&word))
    })
}

/// A text that is not there is empty, and `null` asks for that.
fn compare_text(name: &str, wanted: &Value, actual: &str) -> Result<bool> {
    match wanted {
        Value::Object(operators) => each_operator(operators, |operator, wanted| {
            let order = || wanted.as_str().map(|wanted| actual.cmp(wanted));
            let pattern = || wanted.as_str().unwrap_or_default();
            match operator {
                "$eq" | "$in" => compare_text(name, wanted, actual),
                "$ne" | "$nin" => Ok(!compare_text(name, wanted, actual)?),
                "$like" => Ok(is_like(pattern(), actual)),
                "$ilike" => Ok(is_like(&pattern().to_lowercase(), &actual.to_lowercase())),
                _ => in_order(name, operator, order()),
            }
        }),
        Value::Array(several) => {
            several.iter().try_fold(false, |found, wanted| Ok(found || compare_text(name, wanted, actual)?))
        }
        Value::String(text) => Ok(text == actual || (text == "null" && actual.is_empty())),
        Value::Null => Ok(actual.is_empty()),
        Value::Bool(_) | Value::Number(_) => {
            let written = wanted.to_string();
            Ok(written == actual)
        }
    }
}

fn compare_time(name: &str, wanted: &Value, actual: Timestamp) -> Result<bool> {
    let read = |value: &Value| {
        value.as_str().and_then(|text| text.parse::<Timestamp>().ok()).ok_or_else(|| {
            Error::invalid(name, format!("'{name}' must be a date, such as 2026-01-31 or 2026-01-31T12:00:00Z"))
        })
    };
    match wanted {
        Value::Object(operators) => each_operator(operators, |operator, wanted| match operator {
            "$eq" | "$in" => compare_time(name, wanted, actual),
            "$ne" | "$nin" => Ok(!compare_time(name, wanted, actual)?),
            _ => in_order(name, operator, Some(actual.cmp(&read(wanted)?))),
        }),
        Value::Array(several) => {
            several.iter().try_fold(false, |found, wanted| Ok(found || compare_time(name, wanted, actual)?))
        }
        single => Ok(read(single)? == actual),
    }
}

fn each_operator(operators: &Map<String, Value>, mut holds: impl FnMut(&str, &Value) -> Result<bool>) -> Result<bool> {
    let mut outcome = true;
    for (operator, wanted) in operators {
        outcome &= holds(operator, wanted)?;
    }
    Ok(outcome)
}

fn in_order(name: &str, operator: &str, ordering: Option<Ordering>) -> Result<bool> {
    let holds: fn(Ordering) -> bool = match operator {
        "$gt" => Ordering::is_gt,
        "$gte" => Ordering::is_ge,
        "$lt" => Ordering::is_lt,
        "$lte" => Ordering::is_le,
        _ => {
            return Err(Error::invalid(name, format!("The operator '{operator}' of '{name}' is not supported here")));
        }
    };
    ordering
        .map(holds)
        .ok_or_else(|| Error::invalid(name, format!("The operator '{operator}' of '{name}' compares with one value")))
}

/// The pattern of SQL's LIKE: `%` stands for any text, `_` for any character.
fn is_like(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Where the last `%` was, and how much of the text it has taken so far: what follows is tried from there again.
    let (mut at, mut read, mut back) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some('%') => {
                back = Some((at, read));
                at += 1;
            }
            Some(&wanted) if wanted == '_' || wanted == text[read] => {
                at += 1;
                read += 1;
            }
            _ => {
                let Some((percent, taken)) = back else { return false };
                back = Some((percent, taken + 1));
                at = percent + 1;
                read = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|rest| *rest == '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Thing;

    impl Listed for Thing {
        fn id(&self) -> &str {
            "thing_1"
        }

        fn texts(&self) -> Vec<(&'static str, &str)> {
            vec![("country_code", "de"), ("province_code", "")]
        }

        fn times(&self) -> (Timestamp, Timestamp) {
            (Timestamp(0), Timestamp(86_400_000))
        }
    }

    fn holds(name: &str, wanted: &Value) -> Result<bool> {
        condition(name, wanted, &Thing, &Thing.texts(), 0)
    }

    #[test]
    fn conditions_compare_as_they_say() {
        for (name, wanted, expected) in [
            ("id", json!(["thing_1", "thing_2"]), true),
            ("id", json!({"$ne": "thing_1"}), false),
            ("country_code", json!("de"), true),
            ("country_code", json!({"$nin": ["de", "at"]}), false),
            ("country_code", json!({"$in": ["at"]}), false),
            ("country_code", json!({"$gt": "at", "$lte": "de"}), true),
            ("country_code", json!({"$like": "D%"}), false),
            ("country_code", json!({"$ilike": "D%"}), true),
            ("province_code", json!("null"), true),
            ("province_code", json!(null), true),
            ("q", json!("D"), true),
            ("q", json!("fr"), false),
            ("updated_at", json!({"$gt": "1970-01-01", "$lte": "1970-01-02"}), true),
            ("updated_at", json!("1970-01-01"), false),
            ("$or", json!([{"country_code": "fr"}, {"country_code": "de"}]), true),
            ("$and", json!([{"country_code": "fr"}, {"country_code": "de"}]), false),
            ("$or", json!([{"$and": [{"id": "thing_1"}, {"q": "de"}]}]), true),
        ] {
            assert_eq!(holds(name, &wanted).expect("a condition"), expected, "{name}: {wanted}");
        }
    }

    #[test]
    fn what_cannot_be_compared_is_refused_by_name() {
        let deep = json!([{"$or": [{"$or": [{"$or": [{"$or": []}]}]}]}]);
        for (name, wanted, field) in [
            ("country_code", json!({"$re": "d."}), "country_code"),
            ("country_code", json!({"$gt": ["a"]}), "country_code"),
            ("created_at", json!("yesterday"), "created_at"),
            ("$or", json!([{"wibble": "1"}]), "wibble"),
            ("$or", deep, "$or"),
        ] {
            let error = holds(name, &wanted).expect_err("a refusal");
            assert_eq!(error.field(), Some(field), "{wanted}");
        }
    }

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("%", "", true),
            ("", "a", false),
            ("a%c", "abbc", true),
            ("a%c", "abcb", false),
            ("_b%", "abc", true),
            ("%b%b%", "abab", true),
            ("%ab", "aab", true),
        ] {
            assert_eq!(is_like(pattern, text), expected, "{pattern} {text}");
        }
    }
}
