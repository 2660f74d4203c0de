//! Comparing an answer with the recorded one: status, names, types, nullability, order where it is asked for, amounts to the
//! minor unit. Ids are mapped as they appear; times, versions and wording may differ.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};
use tradewind_kernel::Decimal;

/// Differences that are listed of one answer: more would only hide the first.
const SHOWN_MAX: usize = 8;
const ID_LENGTH: usize = 26;

/// Recorded ids and ours.
#[derive(Debug, Default)]
pub struct Ids {
    ours: BTreeMap<String, String>,
}

impl Ids {
    /// The text with recorded ids replaced by ours.
    pub fn translate(&self, text: &str) -> String {
        let mut translated = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let word = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            let (id, after) = rest.split_at(word);
            translated.push_str(self.ours.get(id).map_or(id, String::as_str));
            let gap = after.find(is_word).unwrap_or(after.len());
            translated.push_str(&after[..gap]);
            rest = &after[gap..];
        }
        translated
    }

    /// Learns which of our ids stands where a recorded one stood.
    pub fn learn(&mut self, recorded: &Value, ours: &Value) {
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => {
                for (key, value) in recorded {
                    if let Some(own) = ours.get(key) {
                        self.learn(value, own);
                    }
                }
            }
            (Value::Array(recorded), Value::Array(ours)) => {
                if let Some(pairs) = self.pairs(recorded, ours) {
                    for (recorded, ours) in pairs.into_iter().filter_map(|(_, r, o)| Some((r, o?))) {
                        self.learn(recorded, ours);
                    }
                } else if recorded.len() == ours.len()
                    && (recorded.len() == 1 || !recorded.iter().any(Value::is_object))
                {
                    recorded.iter().zip(ours).for_each(|(recorded, ours)| self.learn(recorded, ours));
                }
            }
            (Value::String(recorded), Value::String(ours))
                if recorded != ours && (is_id(recorded) || recorded.starts_with("pk_")) =>
            {
                self.ours.entry(recorded.clone()).or_insert_with(|| ours.clone());
            }
            _ => {}
        }
    }

    /// Rows of two lists that are the same thing by a natural key, where every row has one of its own.
    fn pairs<'v>(
        &self,
        recorded: &'v [Value],
        ours: &'v [Value],
    ) -> Option<Vec<(String, &'v Value, Option<&'v Value>)>> {
        let keys: Option<Vec<String>> = recorded.iter().map(|row| self.natural_key(row)).collect();
        let keys = keys?;
        let by_key: BTreeMap<Option<String>, &Value> = ours.iter().map(|row| (self.natural_key(row), row)).collect();
        let is_distinct = keys.iter().collect::<HashSet<_>>().len() == keys.len() && by_key.len() == ours.len();
        is_distinct.then(|| {
            let rows = keys.into_iter().zip(recorded);
            rows.map(|(key, row)| (key.clone(), row, by_key.get(&Some(key)).copied())).collect()
        })
    }

    fn natural_key(&self, row: &Value) -> Option<String> {
        let row = row.as_object()?;
        let is_price = row.contains_key("price_rules")
            || ["amount", "currency_code", "price_set_id"].iter().all(|key| row.contains_key(*key));
        if is_price {
            let parts = ["currency_code", "amount", "rules_count", "min_quantity"];
            let parts = parts.map(|key| row.get(key).map(Value::to_string).unwrap_or_default());
            return Some(parts.join(" "));
        }
        let names = [
            "handle",
            "sku",
            "variant_sku",
            "code",
            "email",
            "iso_2",
            "value",
            "title",
            "name",
            "provider_id",
            "attribute",
            "currency_code",
        ];
        let named = names.iter().find_map(|key| Some((key, row.get(*key)?.as_str()?)));
        named.map(|(key, text)| format!("{key} {}", self.translate(text)))
    }

    /// What differs between an answer and the recorded one, in words; nothing where they agree.
    pub fn differences(&self, recorded: &Value, ours: &Value, is_ordered: bool) -> Vec<String> {
        let mut comparison = Comparison { ids: self, is_ordered, found: Vec::new() };
        if recorded.is_object() || recorded.is_array() {
            comparison.compare(recorded, ours, "", "");
        }
        comparison.found
    }
}

struct Comparison<'i> {
    ids: &'i Ids,
    is_ordered: bool,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn say(&mut self, path: &str, recorded: impl std::fmt::Display, ours: impl std::fmt::Display) {
        let short = |text: String| text.chars().take(60).collect::<String>();
        self.found.push(format!("{path}: {} recorded, {} here", short(recorded.to_string()), short(ours.to_string())));
    }

    fn compare(&mut self, recorded: &Value, ours: &Value, path: &str, key: &str) {
        if self.found.len() >= SHOWN_MAX {
            return;
        }
        if is_volatile(key) {
            if recorded.is_null() != ours.is_null() {
                self.say(path, recorded, ours);
            }
            return;
        }
        match (recorded, ours) {
            (Value::Object(recorded), Value::Object(ours)) => self.compare_objects(recorded, ours, path),
            (Value::Array(recorded), Value::Array(ours)) => self.compare_lists(recorded, ours, path),
            (Value::Number(_), Value::Number(_)) => {
                // A cent and a hair: what the peer did not round is rounded here.
                let tolerance = Decimal::new(101, 4);
                let apart = number(recorded).zip(number(ours)).map(|(recorded, ours)| (recorded - ours).abs());
                if apart.is_none_or(|apart| apart > tolerance) {
                    self.say(path, recorded, ours);
                }
            }
            (Value::String(recorded), Value::String(ours)) => {
                if !is_free_text(recorded) && self.ids.translate(recorded) != *ours {
                    self.say(path, format!("{recorded:?}"), format!("{ours:?}"));
                }
            }
            _ if recorded == ours => {}
            _ => self.say(path, recorded, ours),
        }
    }

    fn compare_objects(&mut self, recorded: &Map<String, Value>, ours: &Map<String, Value>, path: &str) {
        for (key, value) in recorded.iter().filter(|(key, _)| !key.starts_with("raw_")) {
            match ours.get(key) {
                Some(own) => self.compare(value, own, &format!("{path}.{key}"), key),
                None => self.found.push(format!("{path}.{key} is missing")),
            }
        }
        for key in ours.keys().filter(|key| !recorded.contains_key(*key) && !key.starts_with("raw_")) {
            self.found.push(format!("{path}.{key} is not recorded"));
        }
    }

    fn compare_lists(&mut self, recorded: &[Value], ours: &[Value], path: &str) {
        if recorded.len() != ours.len() {
            self.say(path, format!("{} rows", recorded.len()), format!("{} rows", ours.len()));
            return;
        }
        let Some(pairs) = self.ids.pairs(recorded, ours) else {
            for (position, (recorded, ours)) in recorded.iter().zip(ours).enumerate() {
                self.compare(recorded, ours, &format!("{path}[{position}]"), "");
            }
            return;
        };
        let own_keys = ours.iter().map(|row| self.ids.natural_key(row));
        let is_top = path.matches('.').count() == 1;
        if self.is_ordered && is_top && !own_keys.eq(pairs.iter().map(|(key, ..)| Some(key.clone()))) {
            self.found.push(format!("{path}: the rows come in another order"));
            return;
        }
        for (key, recorded, ours) in pairs {
            match ours {
                Some(ours) => self.compare(recorded, ours, &format!("{path}[{key}]"), ""),
                None => self.found.push(format!("{path}: there is no row {key}")),
            }
        }
    }
}

fn number(value: &Value) -> Option<Decimal> {
    let text = value.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).ok()
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// A prefix and 26 characters, or a prefix and a longer key.
fn is_id(text: &str) -> bool {
    let Some((prefix, body)) = text.rsplit_once('_') else { return false };
    let is_prefix = !prefix.is_empty() && prefix.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
    is_prefix && body.len() >= 20 && body.bytes().all(|c| c.is_ascii_alphanumeric())
}

/// Texts that cannot be the same in two shops: ids, addresses, tokens, times.
fn is_free_text(recorded: &str) -> bool {
    let is_made_up = ["http", "pk_", "sk_", "<jwt>"].iter().any(|start| recorded.starts_with(start));
    is_made_up || is_id(recorded) || contains_id(recorded) || is_time(recorded)
}

fn contains_id(text: &str) -> bool {
    let runs = text.split(|c: char| !(c.is_ascii_digit() || c.is_ascii_uppercase()));
    runs.into_iter().any(|run| run.len() >= ID_LENGTH)
}

fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 10 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'-' && bytes[10] == b'T'
}

fn is_volatile(key: &str) -> bool {
    let whole = ["iat", "exp", "token", "url", "ms", "version", "etag", "redacted", "key", "thumbnail", "ordering"];
    whole.contains(&key)
        || ["transaction_id", "message", "workflow_id"].contains(&key)
        || key.starts_with("raw_")
        || ["_at", "date", "display_id"].iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const THEIRS: &str = "prod_01M83DXWF03SM5R37VXG16YNJR";
    const OURS: &str = "prod_01M83DXWF03SM5R37VXG16YNZZ";

    fn found(recorded: Value, ours: Value) -> Vec<String> {
        let mut ids = Ids::default();
        ids.learn(&recorded, &ours);
        ids.differences(&recorded, &ours, true)
    }

    #[test]
    fn ids_are_mapped_where_they_appear() {
        let mut ids = Ids::default();
        ids.learn(&json!({ "product": { "id": THEIRS } }), &json!({ "product": { "id": OURS } }));
        assert_eq!(
            ids.translate(&format!("/admin/products/{THEIRS}?x={THEIRS},1")),
            format!("/admin/products/{OURS}?x={OURS},1")
        );
        assert_eq!(ids.translate("prod_unknown"), "prod_unknown");
    }

    #[test]
    fn what_a_client_would_notice_is_a_difference() {
        let recorded = json!({ "id": THEIRS, "total": 10.5, "name": "Map", "note": null, "items": [{ "title": "a" }, { "title": "b" }] });
        assert!(found(recorded.clone(), recorded.clone()).is_empty());
        let with = |key: &str, value: Value| {
            let mut ours = recorded.clone();
            ours[key] = value;
            found(recorded.clone(), ours)
        };
        assert!(with("id", json!(OURS)).is_empty());
        assert!(with("total", json!(10.501)).is_empty());
        for (key, value) in [
            ("total", json!(10.52)),
            ("total", json!("10.5")),
            ("name", json!("map")),
            ("name", json!(null)),
            ("note", json!("")),
            ("more", json!(1)),
            ("items", json!([{ "title": "a" }])),
            ("items", json!([{ "title": "b" }, { "title": "a" }])),
        ] {
            assert_eq!(with(key, value.clone()).len(), 1, "{key}: {value}");
        }
    }

    #[test]
    fn times_and_wording_may_differ_but_not_in_being_there() {
        let recorded = json!({ "created_at": "2026-11-23T05:26:43.948Z", "message": "<message>", "deleted_at": null });
        let ours = json!({ "created_at": "2027-01-01T00:00:00.000Z", "message": "No.", "deleted_at": null });
        assert!(found(recorded.clone(), ours).is_empty());
        let ours = json!({ "created_at": null, "message": "No.", "deleted_at": null });
        assert_eq!(found(recorded, ours).len(), 1);
    }
}
