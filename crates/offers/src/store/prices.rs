//! The SQL of prices of lists.

use tradewind_kernel::{Decimal, Error, Page, Paging, Result};
use tradewind_platform::db::{Row, Tx, json_list};
use tradewind_platform::params;

use crate::model::ListPrice;

const COLUMNS: &str = "id, list_id, variant_id, currency_code, amount, region_id, min_quantity, max_quantity, \
                       created_at, updated_at";

fn price_of(row: &Row<'_>) -> Result<ListPrice> {
    Ok(ListPrice {
        id: row.text(0)?,
        list_id: row.text(1)?,
        variant_id: row.text(2)?,
        currency: row.text(3)?.parse()?,
        amount: row.text(4)?.parse::<Decimal>().map_err(Error::internal)?,
        region_id: row.opt_text(5)?,
        min_quantity: row.opt_int(6)?,
        max_quantity: row.opt_int(7)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}

/// The prices of these lists.
pub(crate) async fn of_lists(tx: &mut Tx, list_ids: &[String]) -> Result<Vec<ListPrice>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM offers_list_price WHERE {} ORDER BY list_id, id",
        tx.dialect().in_list("list_id", "$1")
    );
    tx.query(&sql, params![json_list(list_ids)], price_of).await
}

/// The prices of these variants in a list.
pub(crate) async fn of_variants(tx: &mut Tx, list_id: &str, variant_ids: &[String]) -> Result<Vec<ListPrice>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM offers_list_price WHERE list_id = $1 AND {} ORDER BY id",
        tx.dialect().in_list("variant_id", "$2")
    );
    tx.query(&sql, params![list_id, json_list(variant_ids)], price_of).await
}

/// A part of a list's prices, in the order in which they were made.
pub(crate) async fn page(tx: &mut Tx, list_id: &str, paging: Paging) -> Result<Page<ListPrice>> {
    let count_sql = "SELECT COUNT(*) FROM offers_list_price WHERE list_id = $1";
    let count = tx.number(count_sql, params![list_id]).await?;
    let sql = format!("SELECT {COLUMNS} FROM offers_list_price WHERE list_id = $1 ORDER BY id LIMIT $2 OFFSET $3");
    let items = tx.query(&sql, params![list_id, paging.limit, paging.offset], price_of).await?;
    Ok(Page { items, count: count.unsigned_abs() })
}

pub(crate) async fn one(tx: &mut Tx, list_id: &str, id: &str) -> Result<Option<ListPrice>> {
    let sql = format!("SELECT {COLUMNS} FROM offers_list_price WHERE list_id = $1 AND id = $2");
    tx.query_one(&sql, params![list_id, id], price_of).await
}

pub(crate) async fn insert(tx: &mut Tx, price: &ListPrice) -> Result<()> {
    let sql = format!(
        "INSERT INTO offers_list_price ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (id) DO NOTHING"
    );
    let params = params![
        &price.id,
        &price.list_id,
        &price.variant_id,
        price.currency.code(),
        price.amount.to_string(),
        price.region_id.as_deref(),
        price.min_quantity,
        price.max_quantity,
        price.created_at,
        price.updated_at
    ];
    match tx.execute(&sql, params).await? {
        0 => Err(Error::invalid("id", format!("There is a price with the id {} already", price.id))),
        _ => Ok(()),
    }
}

pub(crate) async fn update(tx: &mut Tx, price: &ListPrice) -> Result<()> {
    tx.execute(
        "UPDATE offers_list_price SET variant_id = $1, currency_code = $2, amount = $3, region_id = $4,
         min_quantity = $5, max_quantity = $6, updated_at = $7 WHERE id = $8",
        params![
            &price.variant_id,
            price.currency.code(),
            price.amount.to_string(),
            price.region_id.as_deref(),
            price.min_quantity,
            price.max_quantity,
            price.updated_at,
            &price.id
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn delete(tx: &mut Tx, list_id: &str, ids: &[String]) -> Result<()> {
    let sql = format!("DELETE FROM offers_list_price WHERE list_id = $1 AND {}", tx.dialect().in_list("id", "$2"));
    tx.execute(&sql, params![list_id, json_list(ids)]).await?;
    Ok(())
}

pub(crate) async fn delete_of_variants(tx: &mut Tx, list_id: &str, variant_ids: &[String]) -> Result<()> {
    let sql =
        format!("DELETE FROM offers_list_price WHERE list_id = $1 AND {}", tx.dialect().in_list("variant_id", "$2"));
    tx.execute(&sql, params![list_id, json_list(variant_ids)]).await?;
    Ok(())
}

/// Claims a list for this transaction, so that two changes of its prices follow each other and see each other's.
pub(crate) async fn touch_list(tx: &mut Tx, list_id: &str) -> Result<bool> {
    let sql = "UPDATE offers_price_list SET version = version + 1 WHERE id = $1";
    Ok(tx.execute(sql, params![list_id]).await? == 1)
}
