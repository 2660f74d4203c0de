//! What a list can be narrowed down by: choices that were made, and those there are, each with how many it would leave.

use std::collections::BTreeMap;

use tradewind_catalog::Taxonomy;
use tradewind_catalog::search::Narrowing;
use tradewind_catalog::search::{
    Column, Condition, Facet, NumberRange, PriceColumn, Ranges, Spread, option_parts, option_text,
};
use tradewind_kernel::{Currency, Decimal, Money};

use crate::format;
use crate::sent::Sent;
use crate::views::{FilterGroup, FilterOption};

/// How many boxes a group has at most; the fullest ones.
const OPTIONS_MAX: usize = 12;
/// How many options of products (size, colour) are offered, and how many values of each.
const PRODUCT_OPTIONS_MAX: usize = 3;
const VALUES_MAX: usize = 8;
const PRICE_RANGES: usize = 4;
/// How many choices of one address are looked at.
const CHOSEN_MAX: usize = 40;

/// The choices of a visitor.
pub(super) struct Narrowed<'a> {
    taxonomy: &'a Taxonomy,
    price: PriceColumn,
    /// Columns a list is about, and so not narrowed down by.
    fixed: Option<Column>,
    categories: Vec<String>,
    collections: Vec<String>,
    tags: Vec<String>,
    options: Vec<(String, String)>,
    prices: Vec<(Option<i64>, Option<i64>)>,
}

impl<'a> Narrowed<'a> {
    pub(super) fn read(taxonomy: &'a Taxonomy, price: PriceColumn, fixed: Option<Column>, sent: &Sent) -> Self {
        let sent_all = |name: &'static str| sent.all(name).take(CHOSEN_MAX);
        let (is_known_tag, currency) =
            (|value: &str| taxonomy.tags().iter().any(|tag| tag.value == value), price.currency);
        let category =
            |handle: &&str| taxonomy.category_by_handle(handle).is_some_and(|one| one.is_active && !one.is_internal);
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let is_open = |column: &Column| fixed.as_ref() != Some(column);
        Self {
            categories: owned(sent_all("category").filter(|_| is_open(&Column::Category)).filter(category).collect()),
            collections: owned(
                sent_all("collection")
                    .filter(|_| is_open(&Column::Collection))
                    .filter(|handle| taxonomy.collection_by_handle(handle).is_some())
                    .collect(),
            ),
            tags: owned(sent_all("tag").filter(|value| is_known_tag(value)).collect()),
            options: sent_all("option")
                .filter_map(|text| text.split_once(": "))
                .map(|(title, value)| (title.to_owned(), value.to_owned()))
                .collect(),
            prices: sent_all("price").filter_map(|text| read_range(text, currency)).collect(),
            taxonomy,
            price,
            fixed,
        }
    }

    /// What must hold of the products.
    pub(super) fn narrowing(&self) -> Vec<Narrowing> {
        let mut narrowing = Vec::new();
        let mut add = |column: Column, option: Option<String>, condition: Condition| {
            narrowing.push(Narrowing { column, option, condition });
        };
        if !self.categories.is_empty() {
            let chosen = self.categories.iter().filter_map(|handle| self.taxonomy.category_by_handle(handle));
            let below = chosen.flat_map(|category| self.taxonomy.descendants(category.id.as_str()));
            let ids = below.map(|category| category.id.as_str().to_owned()).collect();
            add(Column::Category, None, Condition::Among(Column::Category, ids));
        }
        if !self.collections.is_empty() {
            let chosen = self.collections.iter().filter_map(|handle| self.taxonomy.collection_by_handle(handle));
            let ids = chosen.map(|collection| collection.id.as_str().to_owned()).collect();
            add(Column::Collection, None, Condition::Among(Column::Collection, ids));
        }
        if !self.tags.is_empty() {
            let chosen = self.taxonomy.tags().iter().filter(|tag| self.tags.contains(&tag.value));
            let ids = chosen.map(|tag| tag.id.as_str().to_owned()).collect();
            add(Column::Tag, None, Condition::Among(Column::Tag, ids));
        }
        let mut by_title: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (title, value) in &self.options {
            by_title.entry(title).or_default().push(option_text(title, value));
        }
        for (title, texts) in by_title {
            add(Column::Option, Some(title.to_owned()), Condition::Among(Column::Option, texts));
        }
        if !self.prices.is_empty() {
            let column = Column::Price(self.price.clone());
            let within = |(from, to): &(Option<i64>, Option<i64>)| {
                Condition::Within(column.clone(), *from, to.map(|to| to.saturating_sub(1)))
            };
            add(column.clone(), None, Condition::Any(self.prices.iter().map(within).collect()));
        }
        narrowing
    }

    /// What is to be counted.
    pub(super) fn facets(&self) -> Vec<Facet> {
        let unit = 10_i64.pow(self.price.currency.minor_digits().max(2));
        self.columns()
            .into_iter()
            .map(|column| {
                let ranges = match column {
                    Column::Price(_) => Ranges::Round { most: PRICE_RANGES, unit },
                    _ => Ranges::None,
                };
                Facet { column, ranges }
            })
            .collect()
    }

    fn columns(&self) -> Vec<Column> {
        let price = Column::Price(self.price.clone());
        let all = [Column::Category, Column::Collection, Column::Tag, Column::Option, price];
        all.into_iter().filter(|column| self.fixed.as_ref() != Some(column)).collect()
    }

    /// The boxes to tick, of what was counted.
    pub(super) fn groups(&self, spreads: &[Spread]) -> Vec<FilterGroup> {
        let mut groups = Vec::new();
        for (column, spread) in self.columns().iter().zip(spreads) {
            match (column, spread) {
                (Column::Category, Spread::Texts(counts)) => groups.push(self.categories(counts)),
                (Column::Collection, Spread::Texts(counts)) => groups.push(self.collections(counts)),
                (Column::Tag, Spread::Texts(counts)) => groups.push(self.tags(counts)),
                (Column::Option, Spread::Texts(counts)) => groups.extend(self.options(counts)),
                (Column::Price(_), Spread::Numbers(numbers)) => groups.push(self.prices(&numbers.ranges)),
                _ => {}
            }
        }
        groups.retain(|group| group.options.len() > 1 || group.options.iter().any(|option| option.checked));
        groups
    }

    fn categories(&self, counts: &[(String, u64)]) -> FilterGroup {
        let shelves = self.taxonomy.children(None).filter(|category| category.is_active && !category.is_internal);
        let options = shelves.map(|category| {
            let count = counts.iter().find(|(id, _)| *id == category.id.0).map_or(0, |(_, count)| *count);
            (category.handle.clone(), category.name.clone(), count, self.categories.contains(&category.handle))
        });
        group("Subject", "category", options)
    }

    fn collections(&self, counts: &[(String, u64)]) -> FilterGroup {
        let options = self.taxonomy.collections().iter().map(|collection| {
            let count = counts.iter().find(|(id, _)| *id == collection.id.0).map_or(0, |(_, count)| *count);
            (collection.handle.clone(), collection.title.clone(), count, self.collections.contains(&collection.handle))
        });
        group("Collection", "collection", options)
    }

    fn tags(&self, counts: &[(String, u64)]) -> FilterGroup {
        let options = self.taxonomy.tags().iter().map(|tag| {
            let count = counts.iter().find(|(id, _)| *id == tag.id.0).map_or(0, |(_, count)| *count);
            (tag.value.clone(), format::capitalised(&tag.value), count, self.tags.contains(&tag.value))
        });
        group("Mood", "tag", options)
    }

    fn options(&self, counts: &[(String, u64)]) -> Vec<FilterGroup> {
        let mut by_title: Vec<(&str, Vec<(&str, u64)>)> = Vec::new();
        for (text, count) in counts {
            let Some((title, value)) = option_parts(text) else { continue };
            match by_title.iter_mut().find(|(own, _)| *own == title) {
                Some((_, values)) => values.push((value, *count)),
                None => by_title.push((title, vec![(value, *count)])),
            }
        }
        by_title.truncate(PRODUCT_OPTIONS_MAX);
        by_title.sort_unstable();
        let groups = by_title.into_iter().map(|(title, values)| {
            let is_chosen = |value: &str| self.options.iter().any(|(own, chosen)| own == title && chosen == value);
            let options = values
                .into_iter()
                .take(VALUES_MAX)
                .map(|(value, count)| (format!("{title}: {value}"), value.to_owned(), count, is_chosen(value)));
            group(title, "option", options)
        });
        groups.collect()
    }

    fn prices(&self, ranges: &[NumberRange]) -> FilterGroup {
        let currency = self.price.currency;
        let counted = ranges.iter().map(|range| ((range.from, range.to), range.count));
        let mut all: Vec<((Option<i64>, Option<i64>), u64)> = counted.collect();
        // A choice that other filters have moved the ends away from stays to be taken back.
        for chosen in &self.prices {
            if !all.iter().any(|(range, _)| range == chosen) {
                all.push((*chosen, 0));
            }
        }
        let options = all.into_iter().map(|(range, count)| FilterOption {
            value: written_range(range, currency),
            label: spoken_range(range, currency),
            count: (count > 0).then_some(count),
            checked: self.prices.contains(&range),
        });
        FilterGroup { legend: "Price".to_owned(), name: "price", options: options.collect() }
    }
}

/// Boxes by name: those that would leave something, and those that are ticked. Where there are too many, the fullest.
fn group(legend: &str, name: &'static str, options: impl Iterator<Item = (String, String, u64, bool)>) -> FilterGroup {
    let mut options: Vec<_> = options.filter(|(_, _, count, checked)| *count > 0 || *checked).collect();
    options.sort_by(|(.., few, one), (.., many, other)| other.cmp(one).then_with(|| many.cmp(few)));
    options.truncate(OPTIONS_MAX);
    options.sort_by(|(_, one, ..), (_, other, ..)| one.cmp(other));
    let options = options.into_iter().map(|(value, label, count, checked)| FilterOption {
        value,
        label,
        count: Some(count),
        checked,
    });
    FilterGroup { legend: legend.to_owned(), name, options: options.collect() }
}

/// "20-49.50" in major units; an end may be missing.
fn read_range(text: &str, currency: Currency) -> Option<(Option<i64>, Option<i64>)> {
    let (from, to) = text.split_once('-')?;
    let end = |text: &str| match text {
        "" => Some(None),
        text => {
            // An amount as people write it: no signs, no exponents.
            let is_plain = text.chars().all(|character| character.is_ascii_digit() || character == '.');
            let amount = is_plain.then(|| text.parse::<Decimal>().ok()).flatten()?;
            Money::round(amount, currency).ok().filter(|money| money.minor >= 0).map(|money| Some(money.minor))
        }
    };
    let range = (end(from)?, end(to)?);
    (range != (None, None)).then_some(range)
}

fn written_range((from, to): (Option<i64>, Option<i64>), currency: Currency) -> String {
    let end = |end: Option<i64>| {
        end.map(|end| Money::from_minor(end, currency).major().normalize().to_string()).unwrap_or_default()
    };
    format!("{}-{}", end(from), end(to))
}

fn spoken_range(range: (Option<i64>, Option<i64>), currency: Currency) -> String {
    let amount = |minor: i64| {
        let text = format::money(Money::from_minor(minor, currency));
        text.strip_suffix(".00").map_or_else(|| text.clone(), str::to_owned)
    };
    match range {
        (None, Some(to)) => format!("Under {}", amount(to)),
        (Some(from), None) => format!("{} and more", amount(from)),
        (Some(from), Some(to)) => format!("{} to {}", amount(from), amount(to)),
        (None, None) => "Any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_prices_are_read_as_they_are_written() {
        for (text, range) in [
            ("20-50", Some((Some(2_000), Some(5_000)))),
            ("-49.5", Some((None, Some(4_950)))),
            ("80-", Some((Some(8_000), None))),
            ("-", None),
            ("cheap", None),
            ("--5", None),
            ("1e9-2", None),
            ("99999999999999999999-", None),
        ] {
            assert_eq!(read_range(text, Currency::EUR), range, "{text}");
            if let Some(range) = range {
                assert_eq!(written_range(range, Currency::EUR), text);
            }
        }
        assert_eq!(spoken_range((Some(2_000), Some(124_950)), Currency::EUR), "€ 20 to € 1,249.50");
    }
}
