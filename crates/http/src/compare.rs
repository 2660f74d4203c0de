//! Comparing what is in memory with what a query asks: values, lists of values, operators.

use std::cmp::Ordering;

use serde_json::{Map, Value};
use tradewind_kernel::{Error, Result, Timestamp};

/// A text that is not there is empty, and `null` asks for that.
pub(crate) fn compare_text(name: &str, wanted: &Value, actual: &str) -> Result<bool> {
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
        Value::Bool(truth) => Ok(actual.parse() == Ok(*truth)),
        Value::Number(number) => Ok(actual == number.to_string()),
    }
}

/// A moment, against one or several, or a range of them.
pub(crate) fn compare_time(name: &str, wanted: &Value, actual: Timestamp) -> Result<bool> {
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

    #[test]
    fn texts_compare_as_they_say() {
        for (wanted, actual, expected) in [
            (json!(["a", "de"]), "de", true),
            (json!({"$ne": "de"}), "de", false),
            (json!("de"), "de", true),
            (json!({"$nin": ["de", "at"]}), "de", false),
            (json!({"$in": ["at"]}), "de", false),
            (json!({"$gt": "at", "$lte": "de"}), "de", true),
            (json!({"$like": "D%"}), "de", false),
            (json!({"$ilike": "D%"}), "de", true),
            (json!("null"), "", true),
            (json!(null), "", true),
            (json!(null), "de", false),
        ] {
            assert_eq!(compare_text("code", &wanted, actual).expect("a condition"), expected, "{wanted} {actual}");
        }
        for wanted in [json!({"$re": "d."}), json!({"$gt": ["a"]})] {
            assert_eq!(compare_text("code", &wanted, "de").expect_err("a refusal").field(), Some("code"), "{wanted}");
        }
    }

    #[test]
    fn moments_compare_as_they_say() {
        let day = Timestamp(86_400_000);
        for (wanted, expected) in [
            (json!({"$gt": "1970-01-01", "$lte": "1970-01-02"}), true),
            (json!("1970-01-01"), false),
            (json!(["1970-01-01", "1970-01-02"]), true),
            (json!({"$nin": ["1970-01-02"]}), false),
        ] {
            assert_eq!(compare_time("at", &wanted, day).expect("a condition"), expected, "{wanted}");
        }
        for wanted in [json!("yesterday"), json!({"$gt": "soon"}), json!({"$like": "1970-01-01"})] {
            assert_eq!(compare_time("at", &wanted, day).expect_err("a refusal").field(), Some("at"), "{wanted}");
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
