//! Lists that are wholly in memory: filtered, searched, ordered and cut into pages by a query, the same at every door.

use std::cmp::Ordering;

use serde_json::Value;
use tradewind_kernel::{Error, Page, Result, Timestamp};

use crate::call::Asked;
use crate::compare::{compare_text, compare_time};
use crate::query::{Query, TimeRange, unknown_order};

/// How a door lists things: what of them a query speaks of.
pub trait Lists<T> {
    /// Its id.
    fn id(item: &T) -> &str;
    /// Its texts by name: `q` looks in them, and a list can be filtered and ordered by them.
    fn texts(item: &T) -> Vec<(&'static str, &str)>;
    /// When it was made, and last changed.
    fn times(item: &T) -> (Timestamp, Timestamp);
    /// A number of this name, for lists that can be ordered by it.
    fn number(_item: &T, _name: &str) -> Option<i64> {
        None
    }
}

/// A filter that a kind of thing has beside the common ones.
pub type Keep<T> = Box<dyn Fn(&T) -> bool>;

/// The part of a list that is asked for: what the query's common filters let through, and those that `own` reads from
/// it and from each group in its `$and` and `$or`, in its order (by id where it names none). `own_names` are the names
/// that `own` reads: in a group, what nobody reads is refused, since a wrong answer would be worse than none.
pub fn part<'a, L: Lists<T>, T: 'a>(
    asked: &Asked,
    all: impl IntoIterator<Item = &'a T>,
    own_names: &[&str],
    own: impl Fn(&Query) -> Result<Keep<T>>,
) -> Result<Page<&'a T>> {
    let filter = Filter::of(&asked.query, &own, 0)?;
    let mut found = Vec::new();
    for item in all {
        if filter.lets::<L>(item, own_names)? {
            found.push(item);
        }
    }
    sort::<L, T>(&mut found, &asked.query.order())?;
    Ok(Page::cut(found, asked.paging))
}

/// The values a filter lets through; `None` where the query does not name it. Operators a list cannot apply are refused.
pub fn wanted(query: &Query, name: &str) -> Result<Option<Vec<String>>> {
    match query.texts(name) {
        None if query.has(name) => {
            Err(Error::invalid(name, format!("'{name}' can be compared with one value or a list of values here")))
        }
        texts => Ok(texts),
    }
}

/// Whether a moment is in a range.
#[must_use]
pub fn within(range: TimeRange, at: Timestamp) -> bool {
    range.gt.is_none_or(|bound| at > bound)
        && range.gte.is_none_or(|bound| at >= bound)
        && range.lt.is_none_or(|bound| at < bound)
        && range.lte.is_none_or(|bound| at <= bound)
}

/// Whether a moment that a list knows by itself fulfils the condition on it, where there is one. A moment that is not there
/// fulfils none but `null`.
pub fn fits_time(query: &Query, name: &str, actual: Option<Timestamp>) -> Result<bool> {
    let is_null = |wanted: &Value| wanted.is_null() || wanted.as_str() == Some("null");
    match (query.get(name), actual) {
        (None, _) => Ok(true),
        (Some(wanted), actual) if is_null(wanted) => Ok(actual.is_none()),
        (Some(wanted), Some(actual)) => compare_time(name, wanted, actual),
        // What cannot be read is refused all the same.
        (Some(wanted), None) => compare_time(name, wanted, Timestamp::default()).map(|_| false),
    }
}

/// How deep `$and` and `$or` may nest.
const DEPTH_MAX: usize = 4;

/// A query, or a group in one, read once for all items.
struct Filter<T> {
    conditions: Vec<(String, Value)>,
    words: Vec<String>,
    is_deleted: bool,
    is_group: bool,
    own: Keep<T>,
    all: Vec<Filter<T>>,
    any: Option<Vec<Filter<T>>>,
}

impl<T> Filter<T> {
    fn of(query: &Query, own: &impl Fn(&Query) -> Result<Keep<T>>, depth: usize) -> Result<Self> {
        if depth > DEPTH_MAX {
            return Err(Error::invalid("$or", format!("$and and $or may be nested {DEPTH_MAX} times at most")));
        }
        let groups = |name| -> Result<Vec<Self>> {
            query.groups(name).iter().map(|group| Self::of(group, own, depth + 1)).collect()
        };
        let not_compared = ["q", "$and", "$or", "deleted_at"];
        let mut conditions = Vec::new();
        for name in query.names().filter(|name| !not_compared.contains(name)) {
            let wanted = query.get(name).unwrap_or(&Value::Null);
            if ["created_at", "updated_at"].contains(&name) {
                // What is no moment is refused also where there is nothing to compare it with.
                compare_time(name, wanted, Timestamp(0))?;
            }
            conditions.push((name.to_owned(), wanted.clone()));
        }
        Ok(Self {
            conditions,
            words: query.text("q").unwrap_or_default().split_whitespace().map(str::to_lowercase).collect(),
            is_deleted: query.asks_for_deleted()?,
            is_group: depth > 0,
            own: own(query)?,
            all: groups("$and")?,
            any: if query.has("$or") { Some(groups("$or")?) } else { None },
        })
    }

    fn lets<L: Lists<T>>(&self, item: &T, own_names: &[&str]) -> Result<bool> {
        let texts = L::texts(item);
        let (created_at, updated_at) = L::times(item);
        let mut lets = !self.is_deleted
            && self.words.iter().all(|word| texts.iter().any(|(_, text)| text.to_lowercase().contains(word)))
            && (self.own)(item);
        for (name, wanted) in &self.conditions {
            lets &= match name.as_str() {
                "id" => compare_text(name, wanted, L::id(item))?,
                "created_at" => compare_time(name, wanted, created_at)?,
                "updated_at" => compare_time(name, wanted, updated_at)?,
                name => match texts.iter().find(|(own, _)| *own == name) {
                    Some((_, text)) => compare_text(name, wanted, text)?,
                    None if self.is_group && !own_names.contains(&name) => {
                        let message = format!("The parameter '{name}' is not supported inside $and and $or here");
                        return Err(Error::invalid(name, message));
                    }
                    None => true,
                },
            };
        }
        for filter in &self.all {
            lets &= filter.lets::<L>(item, own_names)?;
        }
        if let Some(filters) = &self.any {
            let mut one = false;
            for filter in filters {
                one |= filter.lets::<L>(item, own_names)?;
            }
            lets &= one;
        }
        Ok(lets)
    }
}

fn sort<L: Lists<T>, T>(found: &mut [&T], order: &[(&str, bool)]) -> Result<()> {
    for (name, _) in order {
        let is_known = found
            .first()
            .is_none_or(|item| L::texts(item).iter().any(|(own, _)| own == name) || L::number(item, name).is_some());
        if !is_known && !["id", "created_at", "updated_at"].contains(name) {
            return Err(unknown_order(name));
        }
    }
    found.sort_by(|a, b| {
        let by_query = order.iter().map(|(name, descending)| {
            let ordering = compare::<L, T>(a, b, name);
            if *descending { ordering.reverse() } else { ordering }
        });
        by_query.fold(Ordering::Equal, Ordering::then).then_with(|| L::id(a).cmp(L::id(b)))
    });
    Ok(())
}

fn compare<L: Lists<T>, T>(a: &T, b: &T, name: &str) -> Ordering {
    match name {
        "id" => L::id(a).cmp(L::id(b)),
        "created_at" => L::times(a).0.cmp(&L::times(b).0),
        "updated_at" => L::times(a).1.cmp(&L::times(b).1),
        _ => {
            let text = |item: &T| {
                L::texts(item).into_iter().find(|(own, _)| *own == name).map(|(_, text)| text.to_lowercase())
            };
            text(a).cmp(&text(b)).then_with(|| L::number(a, name).cmp(&L::number(b, name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    struct Fish {
        id: String,
        name: String,
        rank: i64,
        at: Timestamp,
    }

    struct Sea;

    impl Lists<Fish> for Sea {
        fn id(fish: &Fish) -> &str {
            &fish.id
        }

        fn texts(fish: &Fish) -> Vec<(&'static str, &str)> {
            vec![("name", &fish.name), ("handle", &fish.name)]
        }

        fn times(fish: &Fish) -> (Timestamp, Timestamp) {
            (fish.at, fish.at)
        }

        fn number(fish: &Fish, name: &str) -> Option<i64> {
            (name == "rank").then_some(fish.rank)
        }
    }

    fn found(raw: &str) -> Result<Vec<String>> {
        let fish = |number: i64, name: &str| Fish {
            id: format!("fish_{number}"),
            name: name.to_owned(),
            rank: 10 - number,
            at: Timestamp(number * 86_400_000),
        };
        let all = [fish(1, "cod"), fish(2, "Bass"), fish(3, "carp")];
        let asked = Asked::of(&Method::GET, "/store/product-categories", Some(raw))?;
        let page = part::<Sea, _>(&asked, &all, &[], |_| Ok(Box::new(|_| true)))?;
        Ok(page.items.into_iter().map(|fish| fish.name.clone()).collect())
    }

    #[test]
    fn groups_narrow_and_widen() {
        for (raw, names) in [
            ("", vec!["cod", "Bass", "carp"]),
            ("$or[0][name]=cod&$or[1][name]=carp", vec!["cod", "carp"]),
            ("$and[0][q]=c&$and[1][q]=r", vec!["carp"]),
            ("$and[0][$or][0][q]=x", vec![]),
            ("$or[0][created_at][$gt]=1970-01-03", vec!["carp"]),
            ("$or[0][name]=cod&name=carp", vec![]),
            ("id[]=fish_1&id[]=fish_2", vec!["cod", "Bass"]),
            ("order=name", vec!["Bass", "carp", "cod"]),
            ("order=-created_at", vec!["carp", "Bass", "cod"]),
            ("order=rank", vec!["carp", "Bass", "cod"]),
            ("deleted_at[$gt]=2020-01-01", vec![]),
            ("deleted_at=null", vec!["cod", "Bass", "carp"]),
            ("limit=1&offset=1", vec!["Bass"]),
        ] {
            match found(raw) {
                Ok(found) => assert_eq!(found, names, "{raw}"),
                // A group within a group is more than the contract knows.
                Err(error) => assert!(raw.contains("[$or][0]"), "{raw}: {error:?}"),
            }
        }
        assert_eq!(found("order=wibble").expect_err("refused").field(), Some("order"));
        assert_eq!(found("$or[0][created_at]=soon").expect_err("refused").field(), Some("created_at"));
        assert_eq!(found("deleted_at[$lt]=soon").expect_err("refused").field(), Some("deleted_at"));
    }
}
