//! Lists of products, variants and options: filters become conditions, and one index is chosen to walk along.

use std::fmt::Write as _;

use tradewind_kernel::{Paging, Result};
use tradewind_platform::db::{Dialect, Param, Row, Tx, json_list};

use crate::model::ProductStatus;
use crate::query::{Direction, OptionQuery, OrderKey, ProductFilter, ProductQuery, TimeRange, VariantQuery};

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
struct Statement {
    dialect: Dialect,
    conditions: String,
    params: Vec<Param<'static>>,
}

impl Statement {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, conditions: String::new(), params: Vec::new() }
    }

    fn bind(&mut self, value: impl Into<Param<'static>>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn require(&mut self, condition: &str) {
        self.conditions.push_str(if self.conditions.is_empty() { " WHERE " } else { " AND " });
        self.conditions.push_str(condition);
    }

    /// `column` is one of these values; no values let everything through.
    fn require_one_of(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let condition = self.one_of(column, values);
            self.require(&condition);
        }
    }

    fn one_of(&mut self, column: &str, values: &[String]) -> String {
        if let [value] = values {
            return format!("{column} = {}", self.bind(value.clone()));
        }
        let list = self.bind(json_list(values));
        self.dialect.in_list(column, &list)
    }

    fn require_range(&mut self, column: &str, range: &TimeRange) {
        for (sign, end) in [(">", range.gt), (">=", range.gte), ("<", range.lt), ("<=", range.lte)] {
            if let Some(end) = end {
                let end = self.bind(end);
                self.require(&format!("{column} {sign} {end}"));
            }
        }
    }

    /// The product is in one of these lists, with this status where one is asked for.
    fn require_member(&mut self, product: &str, lists: &[String], status: Option<ProductStatus>) {
        if !lists.is_empty() {
            let condition = self.member(product, lists, status);
            self.require(&condition);
        }
    }

    fn member(&mut self, product: &str, lists: &[String], status: Option<ProductStatus>) -> String {
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
    fn require_words(&mut self, columns: &[&str], q: &str) {
        for word in words(q) {
            let pattern = self.bind(pattern(&word));
            let hits: Vec<_> = columns.iter().map(|column| self.dialect.like(column, &pattern)).collect();
            self.require(&format!("({})", hits.join(" OR ")));
        }
    }

    fn count_sql(&self, from: &str) -> String {
        format!("SELECT COUNT(*) FROM {from}{}", self.conditions)
    }

    fn page_sql(&mut self, columns: &str, from: &str, order: &str, paging: Paging) -> String {
        let limit = self.bind(paging.limit);
        let offset = self.bind(paging.offset);
        format!("SELECT {columns} FROM {from}{} ORDER BY {order} LIMIT {limit} OFFSET {offset}", self.conditions)
    }

    async fn run<T>(
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
struct List {
    columns: &'static str,
    from: &'static str,
    order: String,
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

/// The ids of products. Words are not looked at: they are asked of the search index.
pub(crate) async fn products_in(tx: &mut Tx, query: &ProductQuery, part: Part) -> Result<Found<String>> {
    let order = match part {
        Part::Count => &[],
        Part::Page(_) => query.order.as_slice(),
    };
    let (statement, list) = product_statement(tx.dialect(), &query.filter, order);
    statement.run(tx, list, part, |row| row.text(0)).await
}

fn product_statement(dialect: Dialect, filter: &ProductFilter, order: &[(OrderKey, Direction)]) -> (Statement, List) {
    let mut statement = Statement::new(dialect);
    let walked = list_to_walk(filter, order);
    let needs_product = walked.is_none() || filter.is_giftcard.is_some() || filter.updated_at != TimeRange::default();
    let (columns, from, id, created_at) = match (walked, needs_product) {
        (None, _) => ("p.id", "catalog_product p", "p.id", "p.created_at"),
        (Some(_), false) => ("w.product_id", "catalog_member w", "w.product_id", "w.created_at"),
        // CROSS JOIN keeps the order of the tables: first along the list, then to each product.
        (Some(_), true) => {
            ("w.product_id", "catalog_member w CROSS JOIN catalog_product p", "w.product_id", "w.created_at")
        }
    };
    if let Some(list) = walked {
        let list = statement.bind(list.to_owned());
        statement.require(&format!("w.list_id = {list}"));
        if needs_product {
            statement.require("p.id = w.product_id");
        }
    }
    // The rows of a list repeat the status; asked of the product as well, it would only lead away from better indexes.
    let table = if walked.is_some() { Some("w") } else { has_no_list(filter).then_some("p") };
    if let (Some(status), Some(table)) = (filter.status, table) {
        let status = statement.bind(status.as_str());
        statement.require(&format!("{table}.status = {status}"));
    }
    statement.require_one_of(id, &filter.ids);
    statement.require_one_of("p.handle", &filter.handles);
    statement.require_one_of("p.title", &filter.titles);
    statement.require_one_of("p.external_id", &filter.external_ids);
    if let Some(is_giftcard) = filter.is_giftcard {
        let is_giftcard = statement.bind(is_giftcard);
        statement.require(&format!("p.is_giftcard = {is_giftcard}"));
    }
    statement.require_range(created_at, &filter.created_at);
    statement.require_range("p.updated_at", &filter.updated_at);
    for lists in lists_of(filter) {
        let is_walked = walked.is_some() && lists.len() == 1 && walked == lists.first().map(String::as_str);
        if !is_walked {
            statement.require_member(id, lists, filter.status);
        }
    }
    for (table, column, values) in
        [("catalog_variant", "sku", &filter.variant_skus), ("catalog_option_value", "id", &filter.option_value_ids)]
    {
        if !values.is_empty() {
            let within = statement.one_of(column, values);
            let condition = format!("{id} IN (SELECT product_id FROM {table} WHERE {within})");
            statement.require(&condition);
        }
    }
    let order = order_text(order, id, |key| match key {
        OrderKey::CreatedAt => Some(created_at),
        OrderKey::UpdatedAt => Some("p.updated_at"),
        OrderKey::Title => Some("p.title"),
        OrderKey::Handle => Some("p.handle"),
        OrderKey::Id => Some(id),
    });
    (statement, List { columns, from, order })
}

fn lists_of(filter: &ProductFilter) -> [&Vec<String>; 5] {
    // From the list that usually has the fewest products to the one that has the most.
    [&filter.tag_ids, &filter.collection_ids, &filter.category_ids, &filter.type_ids, &filter.sales_channel_ids]
}

/// The one list to walk along, where its index gives the order that is asked for.
fn list_to_walk<'f>(filter: &'f ProductFilter, order: &[(OrderKey, Direction)]) -> Option<&'f str> {
    let is_in_index = matches!(order, [] | [(OrderKey::CreatedAt | OrderKey::Id, _)]) && filter.status.is_some();
    if !is_in_index || names_products(filter) {
        return None;
    }
    lists_of(filter).into_iter().find_map(|lists| match lists.as_slice() {
        [list] => Some(list.as_str()),
        _ => None,
    })
}

fn has_no_list(filter: &ProductFilter) -> bool {
    lists_of(filter).into_iter().all(Vec::is_empty)
}

/// Whether the filter names products one by one.
fn names_products(filter: &ProductFilter) -> bool {
    let named = [
        &filter.ids,
        &filter.handles,
        &filter.titles,
        &filter.external_ids,
        &filter.variant_skus,
        &filter.option_value_ids,
    ];
    named.into_iter().any(|values| !values.is_empty())
}

/// Whether a page near the beginning of the list is read off an index, without sorting or searching.
pub(crate) fn is_quick(query: &ProductQuery) -> bool {
    let filter = &query.filter;
    let is_along_index = list_to_walk(filter, &query.order).is_some()
        || (has_no_list(filter) && filter.status.is_none() && filter.is_giftcard.is_none());
    names_products(filter) || is_along_index
}

/// The columns of the order; the id decides last, in the direction of the first key, so that an index is walked one way.
fn order_text<'c>(order: &[(OrderKey, Direction)], id: &str, column: impl Fn(OrderKey) -> Option<&'c str>) -> String {
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

/// The ids of variants, each with that of its product.
pub(crate) async fn variants_in(tx: &mut Tx, query: &VariantQuery, part: Part) -> Result<Found<(String, String)>> {
    let mut statement = Statement::new(tx.dialect());
    statement.require_one_of("v.id", &query.ids);
    statement.require_one_of("v.product_id", &query.product_ids);
    statement.require_one_of("v.sku", &query.skus);
    for (column, wanted) in
        [("v.allow_backorder", query.allow_backorder), ("v.manage_inventory", query.manage_inventory)]
    {
        if let Some(wanted) = wanted {
            let wanted = statement.bind(wanted);
            statement.require(&format!("{column} = {wanted}"));
        }
    }
    statement.require_range("v.created_at", &query.created_at);
    statement.require_range("v.updated_at", &query.updated_at);
    if let Some(q) = &query.q {
        statement.require_words(&["LOWER(v.title)", "LOWER(v.sku)", "v.ean", "v.upc", "v.barcode"], q);
    }
    require_product(&mut statement, "v.product_id", &query.sales_channel_ids, query.status);
    let order = order_text(&query.order, "v.id", |key| match key {
        OrderKey::CreatedAt => Some("v.created_at"),
        OrderKey::UpdatedAt => Some("v.updated_at"),
        OrderKey::Title => Some("v.title"),
        OrderKey::Id => Some("v.id"),
        OrderKey::Handle => None,
    });
    let list = List { columns: "v.id, v.product_id", from: "catalog_variant v", order };
    statement.run(tx, list, part, |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// The ids of options, each with that of its product.
pub(crate) async fn options_in(tx: &mut Tx, query: &OptionQuery, part: Part) -> Result<Found<(String, String)>> {
    let mut statement = Statement::new(tx.dialect());
    statement.require_one_of("o.id", &query.ids);
    statement.require_one_of("o.title", &query.titles);
    if let Some(q) = &query.q {
        statement.require_words(&["LOWER(o.title)"], q);
    }
    require_product(&mut statement, "o.product_id", &query.sales_channel_ids, query.status);
    let list = List { columns: "o.id, o.product_id", from: "catalog_option o", order: "o.id".to_owned() };
    statement.run(tx, list, part, |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// The product is in one of the channels and has the status, as far as either is asked for.
fn require_product(
    statement: &mut Statement,
    product: &str,
    sales_channel_ids: &[String],
    status: Option<ProductStatus>,
) {
    if !sales_channel_ids.is_empty() {
        statement.require_member(product, sales_channel_ids, status);
    } else if let Some(status) = status {
        let status = statement.bind(status.as_str());
        statement.require(&format!(
            "EXISTS (SELECT 1 FROM catalog_product p WHERE p.id = {product} AND p.status = {status})"
        ));
    }
}

#[cfg(test)]
mod tests {
    use tradewind_kernel::{Clock, IdMint, Rng, Timestamp};
    use tradewind_platform::db::{Db, SqliteOptions, Surroundings};

    use super::*;

    /// How the database would answer, one line a step.
    async fn plan(filter: ProductFilter, order: &[(OrderKey, Direction)]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Clock::manual(Timestamp(0));
        let mint = IdMint::new(clock.clone(), Rng::seeded(1));
        let options = SqliteOptions::at(folder.path().join("shop.db"));
        let db = Db::open_sqlite(&options, Surroundings { clock, mint }).expect("opened");
        db.migrate(&crate::MIGRATIONS).await.expect("migrated");
        let order = order.to_vec();
        let steps = db.read(move |tx| {
            Box::pin(async move {
                let (mut statement, list) = product_statement(tx.dialect(), &filter, &order);
                let paging = Paging { offset: 0, limit: 12 };
                let sql = statement.page_sql(list.columns, list.from, &list.order, paging);
                let sql = format!("EXPLAIN QUERY PLAN {sql}");
                tx.query(&sql, &statement.params, |row| row.text(3)).await
            })
        });
        steps.await.expect("a plan").join("\n")
    }

    fn in_channel(status: Option<ProductStatus>) -> ProductFilter {
        ProductFilter { sales_channel_ids: vec!["sc_1".into()], status, ..ProductFilter::default() }
    }

    const NEWEST: [(OrderKey, Direction); 1] = [(OrderKey::CreatedAt, Direction::Descending)];

    #[tokio::test]
    async fn lists_of_shoppers_walk_an_index_and_sort_nothing() {
        let published = in_channel(Some(ProductStatus::Published));
        let in_category = ProductFilter { category_ids: vec!["pcat_1".into()], ..published.clone() };
        let in_two = ProductFilter { category_ids: vec!["pcat_1".into(), "pcat_2".into()], ..published.clone() };
        let gift_cards = ProductFilter { is_giftcard: Some(true), ..published.clone() };
        let drafts = ProductFilter { status: Some(ProductStatus::Draft), ..ProductFilter::default() };
        let title = [(OrderKey::Title, Direction::Ascending)];
        for (name, filter, order) in [
            ("newest", published.clone(), &NEWEST[..]),
            ("by id", published.clone(), &[]),
            ("by title", published, &title),
            ("newest of a category", in_category, &NEWEST),
            ("newest gift cards", gift_cards, &NEWEST),
            ("newest of two categories", in_two, &NEWEST),
            ("newest of any status", in_channel(None), &NEWEST),
            ("newest for staff", ProductFilter::default(), &NEWEST),
            ("newest drafts for staff", drafts, &NEWEST),
            ("by title for staff", ProductFilter::default(), &title),
        ] {
            let plan = plan(filter, order).await;
            assert!(!plan.contains("TEMP B-TREE"), "{name} sorts:\n{plan}");
            for step in plan.lines() {
                // The list of values in the question itself is no table.
                let is_walk = !step.starts_with("SCAN") || step.contains("USING") || step.contains("json_each");
                assert!(is_walk, "{name} reads a whole table:\n{plan}");
            }
        }
    }

    #[test]
    fn what_a_shopper_types_is_no_pattern() {
        assert_eq!(pattern("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(words("  Red   SHIRT "), ["red", "shirt"]);
    }
}
