//! Lists that are wholly in memory: filtered by texts, searched by words, ordered by names, cut into pages.

use std::cmp::Ordering;

use tradewind_http::Query;
use tradewind_http::query::unknown_order;
use tradewind_kernel::Result;

/// Whether a value is one of those asked for; everything is where nothing was asked.
pub(crate) fn is_among(asked: Option<&[String]>, value: &str) -> bool {
    asked.is_none_or(|asked| asked.iter().any(|one| one == value))
}

/// Whether every word of `q` occurs in one of the texts.
pub(crate) fn has_words(query: &Query, texts: &[&str]) -> bool {
    query.text("q").unwrap_or_default().split_whitespace().all(|word| {
        let word = word.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&word))
    })
}

/// Orders by the names in `order`; a name that `compare` does not know is refused.
pub(crate) fn order<T>(
    items: &mut [T],
    query: &Query,
    compare: impl Fn(&str, &T, &T) -> Option<Ordering>,
) -> Result<()> {
    let names = query.order();
    if let Some(first) = items.first()
        && let Some((name, _)) = names.iter().find(|(name, _)| compare(name, first, first).is_none())
    {
        return Err(unknown_order(name));
    }
    items.sort_by(|a, b| {
        names
            .iter()
            .map(|(name, descending)| {
                let ordering = compare(name, a, b).unwrap_or(Ordering::Equal);
                if *descending { ordering.reverse() } else { ordering }
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}
