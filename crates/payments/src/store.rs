//! All SQL of the payments.

use tradewind_kernel::{Error, Page, Paging, Result};
use tradewind_platform::db::{Change, Holds, Stored, Tx, VERSION, json_list};
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
    let body = serde_json::to_string(collection).map_err(Error::internal)?;
    tx.run(
        "INSERT INTO payments_collection (id, version, body, cart_id, order_id) VALUES ($1, 1, $2, $3, $4)",
        params![&collection.id, body, collection.cart_id.as_str(), collection.order_id.as_deref()],
    )
    .await
}

/// Saves a collection that was read at a version. When somebody else saved it in between, fails with the code of a version
/// conflict and changes nothing.
pub(crate) async fn update_collection(tx: &mut Tx, collection: &Stored<PaymentCollection>) -> Result<()> {
    let Stored { version, value } = collection;
    let body = serde_json::to_string(value).map_err(Error::internal)?;
    tx.change_one(
        "UPDATE payments_collection SET version = version + 1, body = $1, order_id = $2 WHERE id = $3 AND version = $4",
        params![body, value.order_id.as_deref(), &value.id, *version],
        changed_meanwhile,
    )
    .await
}

/// [`update_collection`] for many, each given with a payment's id; all of them, or it fails with the code of a version conflict.
pub(crate) async fn update_collections(tx: &mut Tx, saved: &[(Stored<PaymentCollection>, String)]) -> Result<()> {
    let change = Change {
        table: COLLECTION,
        set: "version = own.version + 1, body = given.body, order_id = given.order_id",
        condition: "own.id = given.id AND own.version = given.version",
    };
    let mut rows = Vec::with_capacity(saved.len());
    for (Stored { version, value }, _) in saved {
        let body = serde_json::to_string(value).map_err(Error::internal)?;
        rows.push(params![&value.id, *version, body, value.order_id.as_deref()].to_vec());
    }
    let columns = [("id", Holds::Text), ("version", Holds::Int), ("body", Holds::Json), ("order_id", Holds::Text)];
    tx.change_all(change, &columns, &rows, changed_meanwhile).await
}

fn changed_meanwhile() -> Error {
    Error::conflict("A payment was changed at the same time. Please try again.").code(VERSION)
}

/// [`insert_payment`] for many collections, each with its payment's id.
pub(crate) async fn insert_payments(tx: &mut Tx, paid: &[(Stored<PaymentCollection>, String)]) -> Result<()> {
    let rows: Vec<_> = paid.iter().map(|(of, payment_id)| params![payment_id, &of.value.id].to_vec()).collect();
    tx.insert_all("payments_payment", &[("id", Holds::Text), ("collection_id", Holds::Text)], &rows).await
}

pub(crate) async fn insert_payment(tx: &mut Tx, id: &str, collection_id: &str) -> Result<()> {
    tx.run("INSERT INTO payments_payment (id, collection_id) VALUES ($1, $2)", params![id, collection_id]).await
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
