//! Products in the database: the document, and the rows it is found by.

use std::collections::{BTreeMap, BTreeSet};

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Param, Stored, Tx, json_list};
use tradewind_platform::params;

use super::changes::note_moves;
use super::insert_rows;
use super::options::{OPTION, VALUE};
use crate::model::{Product, ProductId, Variant};

const PRODUCT: &str = "catalog_product";
const MEMBER: [&str; 4] = ["list_id", "status", "created_at", "product_id"];
const PART: [&str; 2] = ["item_id", "variant_id"];
const CHOICE: [&str; 3] = ["variant_id", "option_id", "value"];
const VARIANT: [&str; 11] = [
    "id",
    "product_id",
    "sku",
    "ean",
    "upc",
    "barcode",
    "title",
    "allow_backorder",
    "manage_inventory",
    "created_at",
    "updated_at",
];

/// The rows a product is found by, computed from the product alone.
pub(crate) struct IndexRows<'p> {
    product: &'p Product,
    /// (list, status, time of making)
    members: BTreeSet<(&'p str, &'static str, i64)>,
}

impl<'p> IndexRows<'p> {
    pub(crate) fn of(product: &'p Product) -> Self {
        let lists = product
            .sales_channel_ids
            .iter()
            .map(String::as_str)
            .chain(product.category_ids.iter().map(|id| id.as_str()))
            .chain(product.tag_ids.iter().map(|id| id.as_str()))
            .chain(product.collection_id.iter().map(|id| id.as_str()))
            .chain(product.type_id.iter().map(|id| id.as_str()));
        let members = lists.map(|list| (list, product.status.as_str(), product.created_at.0)).collect();
        Self { product, members }
    }

    /// (id, title, whether it is shared)
    fn options(&self) -> BTreeSet<(&'p str, &'p str, bool)> {
        let options = self.product.options.iter();
        options.map(|option| (option.id.as_str(), option.title.as_str(), option.is_shared)).collect()
    }

    fn option_values(&self) -> BTreeSet<&'p str> {
        let values = self.product.options.iter().flat_map(|option| &option.values);
        values.map(|value| value.id.as_str()).collect()
    }
}

/// Loads a product for a change.
pub(crate) async fn load(tx: &mut Tx, id: &str) -> Result<Option<Stored<Product>>> {
    tx.document(PRODUCT, id).await
}

/// Loads products for reading, in any order.
pub(crate) async fn products_by_ids(tx: &mut Tx, ids: &[String]) -> Result<Vec<Stored<Product>>> {
    if let [id] = ids {
        return Ok(load(tx, id).await?.into_iter().collect());
    }
    let sql = format!("SELECT version, body FROM catalog_product WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| Ok(Stored { version: row.int(0)?, value: row.json(1)? })).await
}

/// The product a variant belongs to.
pub(crate) async fn product_of_variant(tx: &mut Tx, variant_id: &str) -> Result<Option<ProductId>> {
    let sql = "SELECT product_id FROM catalog_variant WHERE id = $1";
    tx.query_one(sql, params![variant_id], |row| row.text(0).map(ProductId)).await
}

/// The product with a handle.
pub(crate) async fn product_of_handle(tx: &mut Tx, handle: &str) -> Result<Option<ProductId>> {
    let sql = "SELECT id FROM catalog_product WHERE handle = $1";
    tx.query_one(sql, params![handle], |row| row.text(0).map(ProductId)).await
}

/// Which of these values a column that is unique in the shop holds already, and in which row:
/// `taken(tx, "catalog_variant", "sku", &skus)` gives (SKU, id of the variant).
pub(crate) async fn taken(
    tx: &mut Tx,
    table: &'static str,
    column: &'static str,
    values: &[&str],
) -> Result<Vec<(String, String)>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let within = tx.dialect().in_list(column, "$1");
    // The index holds no NULLs, and is used only where the statement says so.
    let sql = format!("SELECT {column}, id FROM {table} WHERE {column} IS NOT NULL AND {within} ORDER BY {column}");
    tx.query(&sql, params![json_list(values)], |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// Which of these inventory items some variant uses.
pub(crate) async fn items_in_use(tx: &mut Tx, item_ids: &[String]) -> Result<Vec<(String, String)>> {
    if item_ids.is_empty() {
        return Ok(Vec::new());
    }
    let within = tx.dialect().in_list("item_id", "$1");
    let sql = format!("SELECT item_id, variant_id FROM catalog_part WHERE {within} ORDER BY item_id, variant_id");
    tx.query(&sql, params![json_list(item_ids)], |row| Ok((row.text(0)?, row.text(1)?))).await
}

/// Stores new products with the rows they are found by.
pub(crate) async fn insert_products(tx: &mut Tx, products: &[Product]) -> Result<()> {
    let rows: Vec<IndexRows<'_>> = products.iter().map(IndexRows::of).collect();
    for product in products {
        let body = serde_json::to_string(product).map_err(Error::internal)?;
        tx.execute(
            "INSERT INTO catalog_product
                 (id, version, handle, title, status, is_giftcard, external_id, created_at, updated_at, body)
             VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                product.id.as_str(),
                &product.handle,
                &product.title,
                product.status.as_str(),
                product.is_giftcard,
                product.external_id.as_deref(),
                product.created_at,
                product.updated_at,
                body
            ],
        )
        .await?;
    }
    let mut members = Vec::new();
    let mut options = Vec::new();
    let mut values = Vec::new();
    let mut variants = Vec::new();
    let mut choices = Vec::new();
    let mut parts = Vec::new();
    for row in &rows {
        let id = row.product.id.as_str();
        members.extend(row.members.iter().flat_map(|member| member_params(member, id)));
        options.extend(row.options().into_iter().flat_map(|option| option_params(option, row.product)));
        let own_values = row.option_values();
        values.extend(own_values.into_iter().flat_map(|value| [Param::from(value), id.into()]));
        variants.extend(variant_params(row.product, |_| true));
        choices.extend(choice_params(row.product, |_| true));
        parts.extend(part_params(row.product, |_| true));
    }
    insert_rows(tx, "catalog_member", &MEMBER, &members).await?;
    insert_rows(tx, "catalog_option", &OPTION, &options).await?;
    insert_rows(tx, "catalog_option_value", &VALUE, &values).await?;
    insert_rows(tx, "catalog_variant", &VARIANT, &variants).await?;
    insert_rows(tx, "catalog_choice", &CHOICE, &choices).await?;
    insert_rows(tx, "catalog_part", &PART, &parts).await?;
    let ids: Vec<&str> = products.iter().map(|product| product.id.as_str()).collect();
    note_moves(tx, &ids).await
}

fn member_params<'p>((list, status, created_at): &(&'p str, &'static str, i64), product_id: &'p str) -> [Param<'p>; 4] {
    [(*list).into(), (*status).into(), (*created_at).into(), product_id.into()]
}

fn option_params<'p>((id, title, is_shared): (&'p str, &'p str, bool), product: &'p Product) -> [Param<'p>; 6] {
    // An option of one product comes with it, and has its time.
    let at = product.created_at;
    [id.into(), product.id.as_str().into(), title.into(), is_shared.into(), at.into(), at.into()]
}

fn part_params<'p>(product: &'p Product, is_wanted: impl Fn(&str) -> bool) -> Vec<Param<'p>> {
    let variants = product.variants.iter().filter(|variant| is_wanted(variant.id.as_str()));
    let parts = variants.flat_map(|variant| variant.inventory.iter().map(move |link| (variant, link)));
    parts.flat_map(|(variant, link)| [link.item_id.as_str().into(), variant.id.as_str().into()]).collect()
}

fn choice_params<'p>(product: &'p Product, is_wanted: impl Fn(&str) -> bool) -> Vec<Param<'p>> {
    let mut params = Vec::new();
    for variant in product.variants.iter().filter(|variant| is_wanted(variant.id.as_str())) {
        for (option, value) in variant.option_value_ids.iter().filter_map(|id| product.option_value(id.as_str())) {
            params.extend([variant.id.as_str().into(), option.id.as_str().into(), value.value.as_str().into()]);
        }
    }
    params
}

fn variant_params<'p>(product: &'p Product, is_wanted: impl Fn(&str) -> bool) -> Vec<Param<'p>> {
    let mut params = Vec::with_capacity(product.variants.len() * VARIANT.len());
    for variant in product.variants.iter().filter(|variant| is_wanted(variant.id.as_str())) {
        params.extend([
            variant.id.as_str().into(),
            product.id.as_str().into(),
            variant.sku.as_deref().into(),
            variant.ean.as_deref().into(),
            variant.upc.as_deref().into(),
            variant.barcode.as_deref().into(),
            variant.title.as_str().into(),
            variant.allow_backorder.into(),
            variant.manage_inventory.into(),
            variant.created_at.into(),
            variant.updated_at.into(),
        ]);
    }
    params
}

/// Saves a changed product, and of the rows it is found by those that changed.
pub(crate) async fn update_product(tx: &mut Tx, before: &Stored<Product>, after: &Product) -> Result<()> {
    tx.update_document(
        PRODUCT,
        after.id.as_str(),
        before.version,
        after,
        &[
            ("handle", after.handle.as_str().into()),
            ("title", after.title.as_str().into()),
            ("status", after.status.as_str().into()),
            ("is_giftcard", after.is_giftcard.into()),
            ("external_id", after.external_id.as_deref().into()),
            ("updated_at", after.updated_at.into()),
        ],
    )
    .await?;
    let (old, new) = (IndexRows::of(&before.value), IndexRows::of(after));
    let id = after.id.as_str();

    for member in old.members.difference(&new.members) {
        delete_member(tx, member, id).await?;
    }
    let added: Vec<_> = new.members.difference(&old.members).collect();
    let params: Vec<_> = added.into_iter().flat_map(|member| member_params(member, id)).collect();
    insert_rows(tx, "catalog_member", &MEMBER, &params).await?;

    let (old_options, new_options) = (old.options(), new.options());
    for (option, ..) in old_options.difference(&new_options) {
        delete_option(tx, option, id).await?;
    }
    let added = new_options.difference(&old_options);
    let params: Vec<_> = added.flat_map(|option| option_params(*option, after)).collect();
    insert_rows(tx, "catalog_option", &OPTION, &params).await?;

    let (old_values, new_values) = (old.option_values(), new.option_values());
    for value in old_values.difference(&new_values) {
        delete_option_value(tx, value, id).await?;
    }
    let added = new_values.difference(&old_values);
    let params: Vec<_> = added.flat_map(|value| [Param::from(*value), id.into()]).collect();
    insert_rows(tx, "catalog_option_value", &VALUE, &params).await?;

    // Rows go before others come: a SKU may move from one variant to another.
    let is_same =
        |variant_id: &str| before.value.variant(variant_id).is_some_and(|old| after.variant(variant_id) == Some(old));
    for variant in &before.value.variants {
        if !is_same(variant.id.as_str()) {
            delete_variant(tx, variant).await?;
        }
    }
    let params = variant_params(after, |variant_id| !is_same(variant_id));
    insert_rows(tx, "catalog_variant", &VARIANT, &params).await?;
    let params = part_params(after, |variant_id| !is_same(variant_id));
    insert_rows(tx, "catalog_part", &PART, &params).await?;

    // A value that is renamed changes the choice of variants that did not change.
    let (old_choices, new_choices) = (choices_of(&before.value), choices_of(after));
    let is_chosen_as_before = |variant_id: &str| old_choices.get(variant_id) == new_choices.get(variant_id);
    for variant_id in old_choices.keys().filter(|variant_id| !is_chosen_as_before(variant_id)) {
        delete_choices(tx, variant_id).await?;
    }
    let params = choice_params(after, |variant_id| !is_chosen_as_before(variant_id));
    insert_rows(tx, "catalog_choice", &CHOICE, &params).await?;

    note_moves(tx, &[id]).await
}

async fn delete_member(
    tx: &mut Tx,
    (list, status, created_at): &(&str, &'static str, i64),
    product_id: &str,
) -> Result<()> {
    tx.execute(
        "DELETE FROM catalog_member
         WHERE list_id = $1 AND status = $2 AND created_at = $3 AND product_id = $4",
        params![*list, *status, *created_at, product_id],
    )
    .await?;
    Ok(())
}

/// What each variant has chosen: (option, text of the value).
fn choices_of(product: &Product) -> BTreeMap<&str, Vec<(&str, &str)>> {
    let chosen = product.variants.iter().map(|variant| {
        let values = variant.option_value_ids.iter().filter_map(|id| product.option_value(id.as_str()));
        (variant.id.as_str(), values.map(|(option, value)| (option.id.as_str(), value.value.as_str())).collect())
    });
    chosen.collect()
}

async fn delete_choices(tx: &mut Tx, variant_id: &str) -> Result<()> {
    tx.execute("DELETE FROM catalog_choice WHERE variant_id = $1", params![variant_id]).await?;
    Ok(())
}

async fn delete_option(tx: &mut Tx, id: &str, product_id: &str) -> Result<()> {
    tx.execute("DELETE FROM catalog_option WHERE id = $1 AND product_id = $2", params![id, product_id]).await?;
    Ok(())
}

async fn delete_option_value(tx: &mut Tx, id: &str, product_id: &str) -> Result<()> {
    tx.execute("DELETE FROM catalog_option_value WHERE id = $1 AND product_id = $2", params![id, product_id]).await?;
    Ok(())
}

async fn delete_variant(tx: &mut Tx, variant: &Variant) -> Result<()> {
    let id = variant.id.as_str();
    for link in &variant.inventory {
        let sql = "DELETE FROM catalog_part WHERE item_id = $1 AND variant_id = $2";
        tx.execute(sql, params![&link.item_id, id]).await?;
    }
    tx.execute("DELETE FROM catalog_variant WHERE id = $1", params![id]).await?;
    Ok(())
}

/// Removes a product and all rows it is found by.
pub(crate) async fn delete_product(tx: &mut Tx, product: &Product) -> Result<()> {
    let rows = IndexRows::of(product);
    let id = product.id.as_str();
    for member in &rows.members {
        delete_member(tx, member, id).await?;
    }
    for (option, ..) in rows.options() {
        delete_option(tx, option, id).await?;
    }
    for value in rows.option_values() {
        delete_option_value(tx, value, id).await?;
    }
    for variant in &product.variants {
        delete_choices(tx, variant.id.as_str()).await?;
        delete_variant(tx, variant).await?;
    }
    tx.execute("DELETE FROM catalog_product WHERE id = $1", params![id]).await?;
    note_moves(tx, &[id]).await
}
