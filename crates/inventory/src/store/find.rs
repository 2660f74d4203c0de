//! Lists of items and reservations: filters become conditions.

use std::fmt::Write as _;

use tradewind_kernel::{Page, Paging, Result};
use tradewind_platform::db::{Dialect, Param, Tx, json_list};

use super::{RESERVATION_COLUMNS, reservation_of};
use crate::find::{ItemFilter, ItemKey, ItemQuery, Range, ReservationFilter, ReservationKey, ReservationQuery};
use crate::model::{InventoryItem, Reservation};

pub(crate) async fn find_items(tx: &mut Tx, query: &ItemQuery, paging: Paging) -> Result<Page<InventoryItem>> {
    let mut conditions = Conditions::new(tx.dialect());
    conditions.items(&query.filter);
    let filter = conditions.text();
    let count = tx.number(&format!("SELECT COUNT(*) FROM inventory_item{filter}"), &conditions.params).await?;
    let order = order_text(
        tx.dialect(),
        query.order.iter().map(|(key, descending)| {
            let column = match key {
                ItemKey::Id => "id",
                ItemKey::Sku => "sku",
                ItemKey::Title => "title",
                ItemKey::CreatedAt => "created_at",
                ItemKey::UpdatedAt => "updated_at",
            };
            (column, *descending)
        }),
    );
    let (limit, offset) = (conditions.bind(paging.limit), conditions.bind(paging.offset));
    let sql = format!("SELECT body FROM inventory_item{filter} ORDER BY {order} LIMIT {limit} OFFSET {offset}");
    let items = tx.query(&sql, &conditions.params, |row| row.json(0)).await?;
    Ok(Page { items, count: count.unsigned_abs() })
}

pub(crate) async fn find_reservations(
    tx: &mut Tx,
    query: &ReservationQuery,
    paging: Paging,
) -> Result<Page<Reservation>> {
    // What has left is no reservation any more in the eyes of the staff.
    let mut conditions = Conditions::new(tx.dialect());
    conditions.and("state = 'held'");
    conditions.reservations(&query.filter);
    let filter = conditions.text();
    let count = tx.number(&format!("SELECT COUNT(*) FROM inventory_reservation{filter}"), &conditions.params).await?;
    let order = order_text(
        tx.dialect(),
        query.order.iter().map(|(key, descending)| {
            let column = match key {
                ReservationKey::Id => "id",
                ReservationKey::Quantity => "quantity",
                ReservationKey::CreatedAt => "created_at",
                ReservationKey::UpdatedAt => "updated_at",
            };
            (column, *descending)
        }),
    );
    let (limit, offset) = (conditions.bind(paging.limit), conditions.bind(paging.offset));
    let sql = format!(
        "SELECT {RESERVATION_COLUMNS} FROM inventory_reservation{filter}
         ORDER BY {order} LIMIT {limit} OFFSET {offset}"
    );
    let items = tx.query(&sql, &conditions.params, reservation_of).await?;
    Ok(Page { items, count: count.unsigned_abs() })
}

/// The columns of an order; the id decides last.
fn order_text<'c>(dialect: Dialect, columns: impl Iterator<Item = (&'c str, bool)>) -> String {
    let mut text = String::new();
    for (column, descending) in columns {
        let key = if descending { dialect.descending(column) } else { dialect.ascending(column) };
        let _ = write!(text, "{key}, ");
    }
    text.push_str("id ASC");
    text
}

/// A WHERE clause that grows, and its parameters.
struct Conditions {
    dialect: Dialect,
    all: Vec<String>,
    params: Vec<Param<'static>>,
}

impl Conditions {
    fn new(dialect: Dialect) -> Self {
        Self { dialect, all: Vec::new(), params: Vec::new() }
    }

    fn text(&self) -> String {
        if self.all.is_empty() { String::new() } else { format!(" WHERE {}", self.all.join(" AND ")) }
    }

    /// Binds a value; answers with its placeholder.
    fn bind(&mut self, value: impl Into<Param<'static>>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    fn and(&mut self, condition: &str) {
        self.all.push(condition.to_owned());
    }

    fn among(&mut self, column: &str, values: &[String]) {
        if !values.is_empty() {
            let placeholder = self.bind(json_list(values));
            self.and(&self.dialect.in_list(column, &placeholder));
        }
    }

    fn range<T: Copy + Into<Param<'static>>>(&mut self, column: &str, range: &Range<T>) {
        for (sign, end) in [(">", range.gt), (">=", range.gte), ("<", range.lt), ("<=", range.lte)] {
            if let Some(end) = end {
                let end = self.bind(end);
                self.and(&format!("{column} {sign} {end}"));
            }
        }
        for value in &range.not {
            let value = self.bind(*value);
            self.and(&format!("{column} <> {value}"));
        }
        if let Some(values) = &range.among {
            let any: Vec<_> = values.iter().map(|value| format!("{column} = {}", self.bind(*value))).collect();
            self.and(&if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" OR ")) });
        }
    }

    /// Every word occurs in a column of lower-case text.
    fn words(&mut self, column: &str, words: Option<&str>) {
        for word in words.unwrap_or_default().split_whitespace() {
            let mut pattern = String::from("%");
            for character in word.to_lowercase().chars() {
                if matches!(character, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(character);
            }
            pattern.push('%');
            let placeholder = self.bind(pattern);
            self.and(&self.dialect.like(column, &placeholder));
        }
    }

    /// All of one list of filters hold, and one of the other, where there are any.
    fn groups<F>(&mut self, all: &[F], any: &[F], add: impl Fn(&mut Self, &F)) {
        for filter in all {
            add(self, filter);
        }
        let mut groups = Vec::with_capacity(any.len());
        for filter in any {
            let before = std::mem::take(&mut self.all);
            add(self, filter);
            let within = std::mem::replace(&mut self.all, before);
            groups.push(if within.is_empty() { "1 = 1".to_owned() } else { format!("({})", within.join(" AND ")) });
        }
        if !groups.is_empty() {
            self.and(&format!("({})", groups.join(" OR ")));
        }
    }

    fn items(&mut self, filter: &ItemFilter) {
        for (column, values) in [
            ("id", &filter.ids),
            ("sku", &filter.skus),
            ("origin_country", &filter.origin_countries),
            ("hs_code", &filter.hs_codes),
            ("mid_code", &filter.mid_codes),
            ("material", &filter.materials),
        ] {
            self.among(column, values);
        }
        for (column, range) in [
            ("weight", &filter.weight),
            ("length", &filter.length),
            ("height", &filter.height),
            ("width", &filter.width),
        ] {
            self.range(column, range);
        }
        if let Some(requires_shipping) = filter.requires_shipping {
            let requires_shipping = self.bind(requires_shipping);
            self.and(&format!("requires_shipping = {requires_shipping}"));
        }
        self.words("words", filter.words.as_deref());
        if !filter.location_ids.is_empty() {
            let among = self.bind(json_list(&filter.location_ids));
            let at = self.dialect.in_list("location_id", &among);
            self.and(&format!("id IN (SELECT item_id FROM inventory_level WHERE {at})"));
        }
        self.groups(&filter.all, &filter.any, Self::items);
    }

    fn reservations(&mut self, filter: &ReservationFilter) {
        for (column, values) in [
            ("id", &filter.ids),
            ("reference", &filter.references),
            ("item_id", &filter.item_ids),
            ("location_id", &filter.location_ids),
            ("created_by", &filter.created_by),
            ("description", &filter.descriptions),
        ] {
            self.among(column, values);
        }
        if !filter.line_ids.is_empty() {
            let among = self.bind(json_list(&filter.line_ids));
            let of = self.dialect.in_list("line_id", &among);
            self.and(&format!("id IN (SELECT reservation_id FROM inventory_reserved_line WHERE {of})"));
        }
        self.words("LOWER(description)", filter.words.as_deref());
        self.range("quantity", &filter.quantity);
        self.range("created_at", &filter.created_at);
        self.range("updated_at", &filter.updated_at);
    }
}
