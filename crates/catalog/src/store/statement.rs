//! A statement of a list as it grows: conditions, their parameters, order and part.

use std::fmt::Write as _;

use tradewind_kernel::{Paging, Result};
use tradewind_platform::db::{Dialect, Param, Row, Tx, json_list};

use crate::model::ProductStatus;
use crate::query::{Direction, OrderKey, TimeRange};

const ALL_STATUSES: &str = "('draft', 'proposed', 'published', 'rejected')";

/// What of a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// How long it is.
    Count,
    /// Some of its rows, in order.
    Page(Paging),
}

/// What was found of a list: rows of a page, or its length.
pub(crate) struct Found<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) count: u64,
}

/// A statement as it grows: placeholders are numbered as their values arrive.
pub(super) struct Statement {
    pub(super) dialect: Dialect,
    pub(super) conditions: Vec<String>,
    pub(super) params: Vec<Param<'static>>,
}

impl Statement {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, conditions: Vec::new(), params: Vec::new() }
    }

    pub(super) fn bind(&mut self, value: impl Into<Param<'static>>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    pub(super) fn require(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    /// The conditions that `add` adds, as one; what is always true where it adds none.
    pub(super) fn group(&mut self, add: impl FnOnce(&mut Self)) -> String {
        let before = std::mem::take(&mut self.conditions);
        add(self);
        let within = std::mem::replace(&mut self.conditions, before);
        if within.is_empty() { "1 = 1".to_owned() } else { format!("({})", within.join(" AND ")) }
    }

    /// All of one list of filters hold, and one of the other, where there are any.
    pub(super) fn require_groups<F>(&mut self, all: &[F], any: &[F], add: impl Fn(&mut Self, &F)) {
        for filter in all {
            add(self, filter);
        }
        if !any.is_empty() {
            let groups: Vec<String> = any.iter().map(|filter| self.group(|statement| add(statement, filter))).collect();
            self.require(&format!("({})", groups.join(" OR ")));
        }
    }

    pub(super) fn require_flag(&mut self, column: &str, wanted: Option<bool>) {
        if let Some(wanted) = wanted {
            let wanted = self.bind(wanted);
            self.require(&format!("{column} = {wanted}"));
        }
    }

    /// Nothing is asked for that is gone.
    pub(super) fn require_present(&mut self, nothing: bool) {
        if nothing {
            self.require("1 = 0");
        }
    }

    pub(super) fn condition(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) }
    }

    /// `column` is one of these values; no values let everything through.
    pub(super) fn require_one_of(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let condition = self.one_of(column, values);
            self.require(&condition);
        }
    }

    pub(super) fn one_of(&mut self, column: &str, values: &[String]) -> String {
        if let [value] = values {
            return format!("{column} = {}", self.bind(value.clone()));
        }
        let list = self.bind(json_list(values));
        self.dialect.in_list(column, &list)
    }

    pub(super) fn require_range(&mut self, column: &str, range: &TimeRange) {
        for (sign, end) in [(">", range.gt), (">=", range.gte), ("<", range.lt), ("<=", range.lte)] {
            if let Some(end) = end {
                let end = self.bind(end);
                self.require(&format!("{column} {sign} {end}"));
            }
        }
    }

    /// The product is in one of these lists, with this status where one is asked for.
    pub(super) fn require_member(&mut self, product: &str, lists: &[String], status: Option<ProductStatus>) {
        if !lists.is_empty() {
            let condition = self.member(product, lists, status);
            self.require(&condition);
        }
    }

    pub(super) fn member(&mut self, product: &str, lists: &[String], status: Option<ProductStatus>) -> String {
        let list = self.one_of("m.list_id", lists);
        let status = match status {
            Some(status) => format!("= {}", self.bind(status.as_str())),
            // Named one by one, so that the index reaches the product behind the status.
            None => format!("IN {ALL_STATUSES}"),
        };
        format!(
            "EXISTS (SELECT 1 FROM catalog_member m
                     WHERE {list} AND m.status {status} AND m.product_id = {product})"
        )
    }

    /// Every word of `q` occurs in one of the columns.
    pub(super) fn require_words(&mut self, columns: &[&str], q: &str) {
        for word in words(q) {
            let pattern = self.bind(pattern(&word));
            let hits: Vec<_> = columns.iter().map(|column| self.dialect.like(column, &pattern)).collect();
            self.require(&format!("({})", hits.join(" OR ")));
        }
    }

    pub(super) fn count_sql(&self, from: &str) -> String {
        format!("SELECT COUNT(*) FROM {from}{}", self.condition())
    }

    pub(super) fn page_sql(&mut self, columns: &str, from: &str, order: &str, paging: Paging) -> String {
        let limit = self.bind(paging.limit);
        let offset = self.bind(paging.offset);
        format!("SELECT {columns} FROM {from}{} ORDER BY {order} LIMIT {limit} OFFSET {offset}", self.condition())
    }

    pub(super) async fn run<T: Send>(
        mut self,
        tx: &mut Tx,
        list: List,
        part: Part,
        map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Found<T>> {
        match part {
            Part::Count => {
                let count = tx.number(&self.count_sql(list.from), &self.params).await?;
                Ok(Found { rows: Vec::new(), count: u64::try_from(count).unwrap_or(0) })
            }
            Part::Page(paging) => {
                let sql = self.page_sql(list.columns, list.from, &list.order, paging);
                let rows = tx.query(&sql, &self.params, map).await?;
                Ok(Found { rows, count: 0 })
            }
        }
    }
}

/// What is selected, from where, in what order.
pub(super) struct List {
    pub(super) columns: &'static str,
    pub(super) from: &'static str,
    pub(super) order: String,
}

/// How many words of a search are looked at; the rest would narrow nothing down.
const WORDS_MAX: usize = 8;

fn words(q: &str) -> Vec<String> {
    q.to_lowercase().split_whitespace().take(WORDS_MAX).map(str::to_owned).collect()
}

fn pattern(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The columns of the order; the id decides last, in the direction of the first key, so that an index is walked one way.
pub(super) fn order_text<'c>(
    order: &[(OrderKey, Direction)],
    id: &str,
    column: impl Fn(OrderKey) -> Option<&'c str>,
) -> String {
    let mut text = String::new();
    for (key, direction) in order {
        if let Some(column) = column(*key) {
            let _ = write!(text, "{column} {}, ", direction_text(*direction));
        }
    }
    let last = order.first().map_or(Direction::Ascending, |(_, direction)| *direction);
    if !order.iter().any(|(key, _)| *key == OrderKey::Id) {
        let _ = write!(text, "{id} {}, ", direction_text(last));
    }
    text.truncate(text.len() - 2);
    text
}

fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shopper_types_is_no_pattern() {
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(words("  Red   SHIRT "), ["red", "shirt"]);
    }
}
