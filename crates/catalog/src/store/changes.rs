//! Which products were changed when: what copies of the catalogue, such as a search index, follow.

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::{Row, Tx, json_list};
use tradewind_platform::params;

use crate::model::Product;

/// That a product was made, changed or removed. A later change takes the place of an earlier one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ProductMove {
    pub(crate) product_id: String,
    /// Another one for each change.
    pub(crate) revision: String,
    pub(crate) at: Timestamp,
}

/// Notes that products were made, changed or removed.
pub(super) async fn note_moves(tx: &mut Tx, product_ids: &[&str]) -> Result<()> {
    let now = tx.now();
    for id in product_ids {
        let revision = tx.mint().code(16);
        tx.execute(
            "INSERT INTO catalog_move (product_id, revision, moved_at) VALUES ($1, $2, $3)
             ON CONFLICT (product_id) DO UPDATE SET revision = excluded.revision, moved_at = excluded.moved_at",
            params![*id, revision, now],
        )
        .await?;
    }
    Ok(())
}

/// Changes from a moment on, in order; those after one that was read already.
pub(crate) async fn moves_from(
    tx: &mut Tx,
    from: Timestamp,
    after: Option<&ProductMove>,
    limit: u64,
) -> Result<Vec<ProductMove>> {
    let (at, id) = after.map_or((from, ""), |last| (last.at, last.product_id.as_str()));
    tx.query(
        "SELECT product_id, revision, moved_at FROM catalog_move
         WHERE moved_at > $1 OR (moved_at = $1 AND product_id > $2)
         ORDER BY moved_at, product_id LIMIT $3",
        params![at, id, limit],
        product_move,
    )
    .await
}

/// The last change of a product.
pub(crate) async fn last_move(tx: &mut Tx, product_id: &str) -> Result<Option<ProductMove>> {
    let sql = "SELECT product_id, revision, moved_at FROM catalog_move WHERE product_id = $1";
    tx.query_one(sql, params![product_id], product_move).await
}

fn product_move(row: &Row<'_>) -> Result<ProductMove> {
    Ok(ProductMove { product_id: row.text(0)?, revision: row.text(1)?, at: row.time(2)? })
}

/// How many products there are.
pub(crate) async fn count_products(tx: &mut Tx) -> Result<u64> {
    let count = tx.number("SELECT COUNT(*) FROM catalog_product", &[]).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Products by id, from the one after `after` on.
pub(crate) async fn products_after(tx: &mut Tx, after: &str, limit: u64) -> Result<Vec<Product>> {
    let sql = "SELECT body FROM catalog_product WHERE id > $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![after, limit], |row| row.json(0)).await
}

/// Products by id, however many, in any order.
pub(crate) async fn products_present(tx: &mut Tx, ids: &[String]) -> Result<Vec<Product>> {
    let sql = format!("SELECT body FROM catalog_product WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| row.json(0)).await
}
