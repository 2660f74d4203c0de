//! All SQL of the payments.

use tradewind_kernel::{Page, Paging, Result};
use tradewind_platform::db::{Stored, Tx, json_list};
use tradewind_platform::params;

use crate::model::PaymentCollection;

const COLLECTION: &str = "payments_collection";

pub(crate) async fn collection(tx: &mut Tx, id: &str) -> Result<Option<Stored<PaymentCollection>>> {
    tx.document(COLLECTION, id).await
}

pub(crate) async fn collection_of_cart(tx: &mut Tx, cart_id: &str) -> Result<Option<Stored<PaymentCollection>>> {
    tx.query_one("SELECT version, body FROM payments_collection WHERE cart_id = $1", params![cart_id], |row| {
        Ok(Stored { version: row.int(0)?, value: row.json(1)? })
    })
    .await
}

/// The collections of an order; one, unless more was asked for later.
pub(crate) async fn collections_of_order(tx: &mut Tx, order_id: &str) -> Result<Vec<PaymentCollection>> {
    tx.query("SELECT body FROM payments_collection WHERE order_id = $1 ORDER BY id", params![order_id], |row| {
        row.json(0)
    })
    .await
}

/// The collections of several orders.
pub(crate) async fn collections_of_orders(tx: &mut Tx, order_ids: &[String]) -> Result<Vec<PaymentCollection>> {
    let sql =
        format!("SELECT body FROM payments_collection WHERE {} ORDER BY id", tx.dialect().in_list("order_id", "$1"));
    tx.query(&sql, params![json_list(order_ids)], |row| row.json(0)).await
}

/// Collections that belong to no order, in the order of ids.
pub(crate) async fn without_order_after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<PaymentCollection>> {
    let sql = "SELECT body FROM payments_collection WHERE order_id IS NULL AND id > $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![id, limit], |row| row.json(0)).await
}

pub(crate) async fn insert_collection(tx: &mut Tx, collection: &PaymentCollection) -> Result<()> {
    let columns =
        [("cart_id", collection.cart_id.as_str().into()), ("order_id", collection.order_id.as_deref().into())];
    tx.insert_document(COLLECTION, &collection.id, collection, &columns).await
}

pub(crate) async fn update_collection(tx: &mut Tx, collection: &Stored<PaymentCollection>) -> Result<()> {
    let value = &collection.value;
    let columns = [("order_id", value.order_id.as_deref().into())];
    tx.update_document(COLLECTION, &value.id, collection.version, value, &columns).await?;
    Ok(())
}

pub(crate) async fn insert_payment(tx: &mut Tx, id: &str, collection_id: &str) -> Result<()> {
    tx.execute("INSERT INTO payments_payment (id, collection_id) VALUES ($1, $2)", params![id, collection_id]).await?;
    Ok(())
}

pub(crate) async fn collection_of_payment(tx: &mut Tx, payment_id: &str) -> Result<Option<String>> {
    tx.query_one("SELECT collection_id FROM payments_payment WHERE id = $1", params![payment_id], |row| row.text(0))
        .await
}

/// A part of the list of all payments, the oldest first, each with its collection.
pub(crate) async fn payments(tx: &mut Tx, paging: Paging) -> Result<Page<(PaymentCollection, String)>> {
    let count = tx.number("SELECT COUNT(*) FROM payments_payment", &[]).await?;
    let items = tx
        .query(
            "SELECT c.body, p.id FROM payments_payment p JOIN payments_collection c ON c.id = p.collection_id
             ORDER BY p.id LIMIT $1 OFFSET $2",
            params![paging.limit, paging.offset],
            |row| Ok((row.json(0)?, row.text(1)?)),
        )
        .await?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or(0) })
}
