//! All SQL of the checkout module.

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Change, Holds, Tx, VERSION, json_list};
use tradewind_platform::params;

use crate::model::Cart;

/// The cart with this id, and its version.
pub(crate) async fn cart(tx: &mut Tx, id: &str) -> Result<Option<(Cart, i64)>> {
    tx.query_one(
        "SELECT version, body, payment_collection_id, completed_at, awaiting_since, order_events
         FROM checkout_cart WHERE id = $1",
        params![id],
        |row| {
            let mut cart: Cart = row.json(1)?;
            cart.payment_collection_id = row.opt_text(2)?;
            cart.completed_at = row.opt_int(3)?.map(Timestamp);
            cart.awaiting_since = row.opt_int(4)?.map(Timestamp);
            cart.order_events = row.int(5)?;
            Ok((cart, row.int(0)?))
        },
    )
    .await
}

/// Stores a new cart. `body` is the cart written out.
pub(crate) async fn insert(tx: &mut Tx, cart: &Cart, body: &str) -> Result<()> {
    tx.run(
        "INSERT INTO checkout_cart (id, version, body, customer_id, updated_at) VALUES ($1, 1, $2, $3, $4)",
        params![cart.id.as_str(), body, cart.customer_id.as_deref(), cart.updated_at],
    )
    .await
}

/// Saves a cart that was read at `version`. When somebody else saved it in between, or completed it, fails with the
/// code of a version conflict and changes nothing.
pub(crate) async fn save(tx: &mut Tx, cart: &Cart, body: &str, version: i64) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1, body = $1, customer_id = $2, updated_at = $3
         WHERE id = $4 AND version = $5 AND completed_at IS NULL",
        params![body, cart.customer_id.as_deref(), cart.updated_at, cart.id.as_str(), version],
        changed_meanwhile,
    )
    .await
}

/// Notes how a cart is paid, under the same condition as [`save`].
pub(crate) async fn set_payment(tx: &mut Tx, id: &str, version: i64, payment_collection_id: &str) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1, payment_collection_id = $1
         WHERE id = $2 AND version = $3 AND completed_at IS NULL",
        params![payment_collection_id, id, version],
        changed_meanwhile,
    )
    .await
}

/// Closes a cart, under the same condition as [`save`].
pub(crate) async fn complete(tx: &mut Tx, id: &str, version: i64, at: Timestamp) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1, completed_at = $1, updated_at = $2,
             awaiting_since = NULL, ask_again_at = NULL
         WHERE id = $3 AND version = $4 AND completed_at IS NULL",
        params![at, at, id, version],
        changed_meanwhile,
    )
    .await
}

/// [`complete`] for many carts, each with the version it was read at and when it is closed; all of them, or it fails.
pub(crate) async fn complete_all(tx: &mut Tx, carts: &[(String, i64, Timestamp)]) -> Result<()> {
    let change = Change {
        table: "checkout_cart",
        set: "version = own.version + 1, completed_at = given.at, updated_at = given.at, awaiting_since = NULL,
              ask_again_at = NULL",
        condition: "own.id = given.id AND own.version = given.version AND own.completed_at IS NULL",
    };
    let rows: Vec<_> = carts.iter().map(|(id, version, at)| params![id, *version, *at].to_vec()).collect();
    let columns = [("id", Holds::Text), ("version", Holds::Int), ("at", Holds::Int)];
    tx.change_all(change, &columns, &rows, changed_meanwhile).await
}

/// Notes that another system is about to be asked for a cart's money, under the same condition as [`save`].
pub(crate) async fn await_payment(
    tx: &mut Tx,
    id: &str,
    version: i64,
    since: Timestamp,
    ask_again_at: Timestamp,
) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1, awaiting_since = $1, ask_again_at = $2,
             order_events = order_events + 1
         WHERE id = $3 AND version = $4 AND completed_at IS NULL AND awaiting_since IS NULL",
        params![since, ask_again_at, id, version],
        changed_meanwhile,
    )
    .await
}

/// Notes that a cart's money did not come: it can be changed and bought again.
pub(crate) async fn reopen(tx: &mut Tx, id: &str, version: i64) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1, awaiting_since = NULL, ask_again_at = NULL,
             order_events = order_events + 1
         WHERE id = $1 AND version = $2 AND completed_at IS NULL AND awaiting_since IS NOT NULL",
        params![id, version],
        changed_meanwhile,
    )
    .await
}

/// Gives an open cart its next version, so that nobody goes on with what they read of its payment.
pub(crate) async fn touch(tx: &mut Tx, id: &str, version: i64) -> Result<()> {
    tx.change_one(
        "UPDATE checkout_cart SET version = version + 1
         WHERE id = $1 AND version = $2 AND completed_at IS NULL AND awaiting_since IS NULL",
        params![id, version],
        changed_meanwhile,
    )
    .await
}

/// Puts off when another system is asked again for the money of a cart that waits for it.
pub(crate) async fn ask_again(tx: &mut Tx, id: &str, at: Timestamp) -> Result<()> {
    let sql = "UPDATE checkout_cart SET ask_again_at = $1 WHERE id = $2 AND awaiting_since IS NOT NULL";
    tx.execute(sql, params![at, id]).await?;
    Ok(())
}

/// Carts of which another system has to be asked again, the longest overdue first.
pub(crate) async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM checkout_cart WHERE ask_again_at <= $1 ORDER BY ask_again_at LIMIT $2";
    tx.query(sql, params![now, limit], |row| row.text(0)).await
}

/// Carts that wait for another system, in the order of ids, each with when that is asked again.
pub(crate) async fn awaiting_after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<(String, Timestamp)>> {
    let sql =
        "SELECT id, ask_again_at FROM checkout_cart WHERE id > $1 AND ask_again_at IS NOT NULL ORDER BY id LIMIT $2";
    tx.query(sql, params![id, limit], |row| Ok((row.text(0)?, row.time(1)?))).await
}

/// Of these carts, those that wait for another system.
pub(crate) async fn awaiting_of(tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT id FROM checkout_cart WHERE awaiting_since IS NOT NULL AND {}",
        tx.dialect().in_list("id", "$1")
    );
    tx.query(&sql, params![json_list(ids)], |row| row.text(0)).await
}

/// Completed carts, in the order of ids.
pub(crate) async fn completed_after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<String>> {
    let sql = "SELECT id FROM checkout_cart WHERE id > $1 AND completed_at IS NOT NULL ORDER BY id LIMIT $2";
    tx.query(sql, params![id, limit], |row| row.text(0)).await
}

/// Of these carts, those that exist, each with whether it is completed.
pub(crate) async fn completion_of(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, bool)>> {
    let sql = format!("SELECT id, completed_at FROM checkout_cart WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| Ok((row.text(0)?, row.opt_int(1)?.is_some()))).await
}

fn changed_meanwhile() -> Error {
    Error::conflict("The cart was changed at the same time. Please try again.").code(VERSION)
}
