//! Lists of products, variants and options: filters become conditions, and one index is chosen to walk along.

use std::fmt::Write as _;

use tradewind_kernel::Result;
use tradewind_platform::db::{Dialect, Tx};

use super::statement::{Found, List, Part, Statement, order_text};
use crate::model::ProductStatus;
use crate::query::{
    Direction, OptionFilter, OptionQuery, OrderKey, ProductFilter, ProductQuery, TimeRange, VariantFilter, VariantQuery,
};

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
    let needs_product = walked.is_none() || reads_product(filter);
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
    require_product_filter(&mut statement, filter, &Walk { list: walked, id, created_at });
    let order = order_text(order, id, |key| match key {
        OrderKey::CreatedAt => Some(created_at),
        OrderKey::UpdatedAt => Some("p.updated_at"),
        OrderKey::Title => Some("p.title"),
        OrderKey::Handle => Some("p.handle"),
        OrderKey::Id => Some(id),
    });
    (statement, List { columns, from, order })
}

/// The list that is walked along, and where a product's id and time of making are read from.
struct Walk<'w> {
    list: Option<&'w str>,
    id: &'w str,
    created_at: &'w str,
}

fn require_product_filter(statement: &mut Statement, filter: &ProductFilter, walk: &Walk<'_>) {
    let id = walk.id;
    statement.require_present(filter.nothing);
    statement.require_one_of(id, &filter.ids);
    statement.require_one_of("p.handle", &filter.handles);
    statement.require_one_of("p.title", &filter.titles);
    statement.require_one_of("p.external_id", &filter.external_ids);
    statement.require_flag("p.is_giftcard", filter.is_giftcard);
    statement.require_range(walk.created_at, &filter.created_at);
    statement.require_range("p.updated_at", &filter.updated_at);
    for lists in lists_of(filter) {
        let is_walked = walk.list.is_some() && lists.len() == 1 && walk.list == lists.first().map(String::as_str);
        if !is_walked {
            statement.require_member(id, lists, filter.status);
        }
    }
    for (table, values) in [("catalog_option", &filter.option_ids), ("catalog_option_value", &filter.option_value_ids)]
    {
        if !values.is_empty() {
            let within = statement.one_of("id", values);
            statement.require(&format!("{id} IN (SELECT product_id FROM {table} WHERE {within})"));
        }
    }
    if let Some(variants) = &filter.variants {
        let within = statement.group(|statement| require_variant_filter(statement, variants));
        statement.require(&format!("{id} IN (SELECT v.product_id FROM catalog_variant v WHERE {within})"));
    }
    // What stands in a group is a filter by itself: nothing is walked along for it.
    let within = Walk { list: None, ..*walk };
    statement.require_groups(&filter.all, &filter.any, |statement, filter| {
        if let Some(status) = filter.status {
            let status = statement.bind(status.as_str());
            statement.require(&format!("p.status = {status}"));
        }
        require_product_filter(statement, filter, &within);
    });
}

/// Whether a filter compares what stands in the product's own row alone.
fn reads_product(filter: &ProductFilter) -> bool {
    filter.is_giftcard.is_some()
        || filter.updated_at != TimeRange::default()
        || !filter.all.is_empty()
        || !filter.any.is_empty()
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
        &filter.option_ids,
        &filter.option_value_ids,
    ];
    filter.variants.is_some() || named.into_iter().any(|values| !values.is_empty())
}

/// Whether a page near the beginning of the list is read off an index, without sorting or searching.
pub(crate) fn is_quick(query: &ProductQuery) -> bool {
    let filter = &query.filter;
    let is_along_index = list_to_walk(filter, &query.order).is_some()
        || (has_no_list(filter) && filter.status.is_none() && filter.is_giftcard.is_none());
    let is_plain = filter.all.is_empty() && filter.any.is_empty() && filter.variants.is_none();
    is_plain && (names_products(filter) || is_along_index)
}

/// The ids of variants, each with that of its product.
pub(crate) async fn variants_in(tx: &mut Tx, query: &VariantQuery, part: Part) -> Result<Found<(String, String)>> {
    let mut statement = Statement::new(tx.dialect());
    require_variant_filter(&mut statement, &query.filter);
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

fn require_variant_filter(statement: &mut Statement, filter: &VariantFilter) {
    statement.require_present(filter.nothing);
    for (column, values) in [
        ("v.id", &filter.ids),
        ("v.product_id", &filter.product_ids),
        ("v.sku", &filter.skus),
        ("v.ean", &filter.eans),
        ("v.upc", &filter.upcs),
        ("v.barcode", &filter.barcodes),
    ] {
        statement.require_one_of(column, values);
    }
    statement.require_flag("v.allow_backorder", filter.allow_backorder);
    statement.require_flag("v.manage_inventory", filter.manage_inventory);
    statement.require_range("v.created_at", &filter.created_at);
    statement.require_range("v.updated_at", &filter.updated_at);
    if let Some(choice) = &filter.choice {
        let mut condition = String::from("c.variant_id = v.id");
        for (column, wanted) in [("c.option_id", &choice.option_id), ("c.value", &choice.value)] {
            if let Some(wanted) = wanted {
                let wanted = statement.bind(wanted.clone());
                let _ = write!(condition, " AND {column} = {wanted}");
            }
        }
        statement.require(&format!("EXISTS (SELECT 1 FROM catalog_choice c WHERE {condition})"));
    }
    if let Some(q) = &filter.q {
        statement.require_words(&["LOWER(v.title)", "LOWER(v.sku)", "v.ean", "v.upc", "v.barcode"], q);
    }
    statement.require_groups(&filter.all, &filter.any, require_variant_filter);
}

/// The ids of options, each with that of its product; of those that products share, with nothing.
pub(crate) async fn options_in(tx: &mut Tx, query: &OptionQuery, part: Part) -> Result<Found<(String, String)>> {
    let mut statement = Statement::new(tx.dialect());
    // A shared option has a row of its own, and one more for each product that uses it.
    statement.require("(o.product_id = '' OR o.is_shared = FALSE)");
    require_option_filter(&mut statement, &query.filter);
    if query.product_id.is_some() || query.status.is_some() || !query.sales_channel_ids.is_empty() {
        let within = statement.group(|statement| {
            statement.require("u.id = o.id");
            if let Some(product_id) = &query.product_id {
                let product_id = statement.bind(product_id.clone());
                statement.require(&format!("u.product_id = {product_id}"));
            }
            require_product(statement, "u.product_id", &query.sales_channel_ids, query.status);
        });
        statement.require(&format!("EXISTS (SELECT 1 FROM catalog_option u WHERE {within})"));
    }
    let order = order_text(&query.order, "o.id", |key| match key {
        OrderKey::CreatedAt => Some("o.created_at"),
        OrderKey::UpdatedAt => Some("o.updated_at"),
        OrderKey::Title => Some("o.title"),
        OrderKey::Id => Some("o.id"),
        OrderKey::Handle => None,
    });
    let list = List { columns: "o.id, o.product_id", from: "catalog_option o", order };
    statement.run(tx, list, part, |row| Ok((row.text(0)?, row.text(1)?))).await
}

fn require_option_filter(statement: &mut Statement, filter: &OptionFilter) {
    statement.require_present(filter.nothing);
    statement.require_one_of("o.id", &filter.ids);
    statement.require_one_of("o.title", &filter.titles);
    statement.require_flag("o.is_shared", filter.is_exclusive.map(|is_exclusive| !is_exclusive));
    statement.require_range("o.created_at", &filter.created_at);
    statement.require_range("o.updated_at", &filter.updated_at);
    if let Some(q) = &filter.q {
        statement.require_words(&["LOWER(o.title)"], q);
    }
    statement.require_groups(&filter.all, &filter.any, require_option_filter);
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
    use tradewind_kernel::{Clock, IdMint, Paging, Rng, Timestamp};
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
}
