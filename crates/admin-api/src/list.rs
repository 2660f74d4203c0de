//! Lists that are wholly in memory: searched, ordered and cut into pages by the query.

use std::cmp::Ordering;

use tradewind_http::Asked;
use tradewind_http::query::{Query, TimeRange, unknown_order};
use tradewind_kernel::{Error, Page, Result, Timestamp};

use crate::filter;

/// What can be listed.
pub(crate) trait Listed {
    /// Its id.
    fn id(&self) -> &str;
    /// Its texts by name: `q` looks in them, and a list can be filtered and ordered by them.
    fn texts(&self) -> Vec<(&'static str, &str)>;
    /// When it was made, and last changed.
    fn times(&self) -> (Timestamp, Timestamp);
}

/// The part of a list that is asked for: what `keep` lets through and the query's common filters, in its order (by id
/// where it names none).
pub(crate) fn part<'a, T: Listed>(
    asked: &Asked,
    all: impl IntoIterator<Item = &'a T>,
    keep: impl Fn(&T) -> bool,
) -> Result<Page<&'a T>> {
    let query = &asked.query;
    query.refuse(&["deleted_at"])?;
    let mut found = Vec::new();
    for item in all {
        if keep(item) && filter::fits(query, item)? {
            found.push(item);
        }
    }
    sort(&mut found, &query.order())?;
    Ok(Page::cut(found, asked.paging))
}

/// The values a filter lets through; `None` where the query does not name it. Operators a list cannot apply are refused.
pub(crate) fn wanted(query: &Query, name: &str) -> Result<Option<Vec<String>>> {
    match query.texts(name) {
        None if query.has(name) => {
            Err(Error::invalid(name, format!("'{name}' can be compared with one value or a list of values here")))
        }
        texts => Ok(texts),
    }
}

/// Whether a moment is in a range.
pub(crate) fn within(range: TimeRange, at: Timestamp) -> bool {
    range.gt.is_none_or(|bound| at > bound)
        && range.gte.is_none_or(|bound| at >= bound)
        && range.lt.is_none_or(|bound| at < bound)
        && range.lte.is_none_or(|bound| at <= bound)
}

fn sort<T: Listed>(found: &mut [&T], order: &[(&str, bool)]) -> Result<()> {
    for (name, _) in order {
        let is_text = found.first().is_none_or(|item| item.texts().iter().any(|(own, _)| own == name));
        if !is_text && !["id", "created_at", "updated_at"].contains(name) {
            return Err(unknown_order(name));
        }
    }
    found.sort_by(|a, b| {
        let by_query = order.iter().map(|(name, descending)| {
            let ordering = compare(*a, *b, name);
            if *descending { ordering.reverse() } else { ordering }
        });
        by_query.fold(Ordering::Equal, Ordering::then).then_with(|| a.id().cmp(b.id()))
    });
    Ok(())
}

fn compare<T: Listed>(a: &T, b: &T, name: &str) -> Ordering {
    match name {
        "id" => a.id().cmp(b.id()),
        "created_at" => a.times().0.cmp(&b.times().0),
        "updated_at" => a.times().1.cmp(&b.times().1),
        _ => {
            let text =
                |item: &T| item.texts().into_iter().find(|(own, _)| *own == name).map(|(_, text)| text.to_lowercase());
            text(a).cmp(&text(b))
        }
    }
}
