//! Where options are: the rows that options of products, and those that products share, are found by.

use tradewind_kernel::Result;
use tradewind_platform::db::{Param, Tx, json_list};
use tradewind_platform::params;

use super::insert_rows;
use crate::model::SharedOption;

pub(super) const OPTION: [&str; 6] = ["id", "product_id", "title", "is_shared", "created_at", "updated_at"];
pub(super) const VALUE: [&str; 2] = ["id", "product_id"];

/// How many products with a shared option are shown with it, or changed with it in one transaction.
pub(crate) const PRODUCTS_MAX: i64 = 1_000;

/// The products that have an option; an empty id stands for the shared option itself.
pub(crate) async fn option_places(tx: &mut Tx, id: &str) -> Result<Vec<String>> {
    let sql = "SELECT product_id FROM catalog_option WHERE id = $1 ORDER BY product_id LIMIT 2";
    tx.query(sql, params![id], |row| row.text(0)).await
}

/// The products that use a shared option, by id; one more than are changed or shown at most.
pub(crate) async fn products_using(tx: &mut Tx, id: &str) -> Result<Vec<String>> {
    let sql = "SELECT product_id FROM catalog_option WHERE id = $1 AND product_id <> '' ORDER BY product_id LIMIT $2";
    tx.query(sql, params![id, PRODUCTS_MAX + 1], |row| row.text(0)).await
}

/// Which of these options are of another product than this one, or shared.
pub(crate) async fn options_elsewhere(tx: &mut Tx, ids: &[&str], product_id: &str) -> Result<Vec<String>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let within = tx.dialect().in_list("id", "$1");
    let sql = format!("SELECT id FROM catalog_option WHERE {within} AND product_id <> $2");
    tx.query(&sql, params![json_list(ids), product_id], |row| row.text(0)).await
}

/// Stores the rows a shared option is found by, new or changed.
pub(crate) async fn save_shared_option(tx: &mut Tx, option: &SharedOption) -> Result<()> {
    unlist_shared_option(tx, option.id.as_str()).await?;
    let id = option.id.as_str();
    let row: [Param<'_>; 6] = [
        id.into(),
        "".into(),
        option.title.as_str().into(),
        true.into(),
        option.created_at.into(),
        option.updated_at.into(),
    ];
    insert_rows(tx, "catalog_option", &OPTION, &row).await?;
    let sql = "UPDATE catalog_option SET title = $1, updated_at = $2 WHERE id = $3";
    tx.execute(sql, params![&option.title, option.updated_at, id]).await?;
    Ok(())
}

/// Removes the row of a shared option.
pub(crate) async fn unlist_shared_option(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM catalog_option WHERE id = $1 AND product_id = ''", params![id]).await?;
    Ok(())
}
