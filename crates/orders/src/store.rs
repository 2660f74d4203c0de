//! All SQL of the orders module.

use std::sync::Arc;

use tradewind_kernel::{Error, Page, Paging, Result, Timestamp};
use tradewind_platform::db::{Holds, Param, Row, Tx, json_list};
use tradewind_platform::params;

use crate::history::{Change, Recorded};
use crate::list::OrderQuery;
use crate::model::Order;

/// Takes the next `count` numbers; returns the first of them.
pub(crate) async fn lease(tx: &mut Tx, count: i64) -> Result<i64> {
    let next = tx
        .number("UPDATE orders_number SET next = next + $1 WHERE name = 'display_id' RETURNING next", params![count])
        .await?;
    if next <= count {
        return Err(Error::internal("the row of order numbers is missing"));
    }
    Ok(next - count)
}

/// Who placed an order.
fn placed_by(order: &Order) -> &str {
    order.customer_id.as_deref().unwrap_or("guest")
}

/// Stores a new order: the event of its placing and its document, whose text is the same.
pub(crate) async fn insert(tx: &mut Tx, order: &Order, body: &str) -> Result<()> {
    tx.run(
        "INSERT INTO orders_event (order_id, seq, kind, data, actor, at) VALUES ($1, $2, 'placed', $3, $4, $5)",
        params![order.id.as_str(), order.version, body, placed_by(order), order.created_at],
    )
    .await?;
    tx.run(
        "INSERT INTO orders_order (id, version, body, cart_id, customer_id, email, display_id, status, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            order.id.as_str(),
            order.version,
            body,
            &order.cart_id,
            order.customer_id.as_deref(),
            order.email.as_deref(),
            order.display_id,
            order.status.name(),
            order.created_at
        ],
    )
    .await
}

/// [`insert`] for many orders, each with its text.
pub(crate) async fn insert_all(tx: &mut Tx, orders: &[(&Order, &str)]) -> Result<()> {
    let events: Vec<_> = orders
        .iter()
        .map(|(order, body)| {
            params![order.id.as_str(), order.version, "placed", *body, placed_by(order), order.created_at].to_vec()
        })
        .collect();
    let columns = [
        ("order_id", Holds::Text),
        ("seq", Holds::Int),
        ("kind", Holds::Text),
        ("data", Holds::Json),
        ("actor", Holds::Text),
        ("at", Holds::Int),
    ];
    tx.insert_all("orders_event", &columns, &events).await?;
    let documents: Vec<_> = orders
        .iter()
        .map(|(order, body)| {
            params![
                order.id.as_str(),
                order.version,
                *body,
                &order.cart_id,
                order.customer_id.as_deref(),
                order.email.as_deref(),
                order.display_id,
                order.status.name(),
                order.created_at
            ]
            .to_vec()
        })
        .collect();
    let columns = [
        ("id", Holds::Text),
        ("version", Holds::Int),
        ("body", Holds::Json),
        ("cart_id", Holds::Text),
        ("customer_id", Holds::Text),
        ("email", Holds::Text),
        ("display_id", Holds::Int),
        ("status", Holds::Text),
        ("created_at", Holds::Int),
    ];
    tx.insert_all("orders_order", &columns, &documents).await
}

/// Adds an event to a history. A broken primary key means that somebody else was first.
pub(crate) async fn insert_event(tx: &mut Tx, order_id: &str, recorded: &Recorded) -> Result<()> {
    let (kind, data) = change_columns(&recorded.change)?;
    tx.execute(
        "INSERT INTO orders_event (order_id, seq, kind, data, actor, at) VALUES ($1, $2, $3, $4, $5, $6)",
        params![order_id, recorded.seq, kind, data, &recorded.actor, recorded.at],
    )
    .await?;
    Ok(())
}

/// Adds a later event and saves the document it leads to.
pub(crate) async fn append(tx: &mut Tx, recorded: &Recorded, order: &Order) -> Result<()> {
    insert_event(tx, order.id.as_str(), recorded).await?;
    let columns = [
        ("status", Param::from(order.status.name())),
        ("email", Param::from(order.email.as_deref())),
        ("customer_id", Param::from(order.customer_id.as_deref())),
    ];
    tx.update_document("orders_order", order.id.as_str(), recorded.seq - 1, order, &columns).await?;
    Ok(())
}

/// Notes which order a parcel or a return is part of.
pub(crate) async fn insert_part(tx: &mut Tx, id: &str, kind: &str, order_id: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO orders_part (id, kind, order_id, created_at) VALUES ($1, $2, $3, $4)",
        params![id, kind, order_id, at],
    )
    .await?;
    Ok(())
}

/// The order that a parcel or a return is part of.
pub(crate) async fn order_of_part(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    tx.query_one("SELECT order_id FROM orders_part WHERE id = $1", params![id], |row| row.text(0)).await
}

/// The ids of a part of all returns, the oldest first, each with its order; of one order where one is named.
pub(crate) async fn returns(tx: &mut Tx, order_id: Option<&str>, paging: Paging) -> Result<Page<(String, String)>> {
    let filter = "kind = 'return' AND (CAST($1 AS TEXT) IS NULL OR order_id = $1)";
    let count = tx.number(&format!("SELECT COUNT(*) FROM orders_part WHERE {filter}"), params![order_id]).await?;
    let sql = format!("SELECT id, order_id FROM orders_part WHERE {filter} ORDER BY created_at, id LIMIT $2 OFFSET $3");
    let items =
        tx.query(&sql, params![order_id, paging.limit, paging.offset], |row| Ok((row.text(0)?, row.text(1)?))).await?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or(0) })
}

/// Puts an order on its customer's list; again changes nothing.
pub(crate) async fn put_on_list(tx: &mut Tx, customer_id: &str, order_id: &str, placed_at: Timestamp) -> Result<()> {
    tx.run(
        "INSERT INTO orders_of_customer (customer_id, created_at, order_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        params![customer_id, placed_at, order_id],
    )
    .await
}

/// Puts new orders on the lists of their customers, where they have one.
pub(crate) async fn put_all_on_lists(tx: &mut Tx, orders: &[(&Order, &str)]) -> Result<()> {
    let of_customer = |order: &Order| {
        let customer_id = order.customer_id.clone()?;
        Some(params![customer_id, order.created_at, order.id.as_str().to_owned()].to_vec())
    };
    let rows: Vec<_> = orders.iter().filter_map(|(order, _)| of_customer(order)).collect();
    let columns = [("customer_id", Holds::Text), ("created_at", Holds::Int), ("order_id", Holds::Text)];
    tx.insert_all("orders_of_customer", &columns, &rows).await
}

/// Takes an order off a customer's list; again changes nothing.
pub(crate) async fn take_off_list(tx: &mut Tx, customer_id: &str, order_id: &str) -> Result<()> {
    tx.execute(
        "DELETE FROM orders_of_customer WHERE customer_id = $1 AND order_id = $2",
        params![customer_id, order_id],
    )
    .await?;
    Ok(())
}

/// The ids of all orders of a customer, the oldest first.
pub(crate) async fn ids_of_customer(tx: &mut Tx, customer_id: &str) -> Result<Vec<String>> {
    tx.query(
        "SELECT order_id FROM orders_of_customer WHERE customer_id = $1 ORDER BY created_at, order_id",
        params![customer_id],
        |row| row.text(0),
    )
    .await
}

/// The order with this id.
pub(crate) async fn order(tx: &mut Tx, id: &str) -> Result<Option<Order>> {
    tx.query_one("SELECT body FROM orders_order WHERE id = $1", params![id], |row| row.json(0)).await
}

/// The orders with these ids, in no order.
pub(crate) async fn orders(tx: &mut Tx, ids: &[String]) -> Result<Vec<Arc<Order>>> {
    let sql = format!("SELECT body FROM orders_order WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| row.json(0).map(Arc::new)).await
}

/// The orders with this number (numbers are unique, but no constraint spans shards).
pub(crate) async fn numbered(tx: &mut Tx, display_id: i64) -> Result<Vec<Order>> {
    tx.query("SELECT body FROM orders_order WHERE display_id = $1", params![display_id], |row| row.json(0)).await
}

/// The history of an order.
pub(crate) async fn history(tx: &mut Tx, id: &str) -> Result<Vec<Recorded>> {
    let sql = format!("SELECT {RECORDED_COLUMNS} FROM orders_event WHERE order_id = $1 ORDER BY seq");
    tx.query(&sql, params![id], recorded_of).await
}

const RECORDED_COLUMNS: &str = "seq, kind, data, actor, at";

fn recorded_of(row: &Row<'_>) -> Result<Recorded> {
    Ok(Recorded { seq: row.int(0)?, change: change_of(&row.text(1)?, row, 2)?, actor: row.text(3)?, at: row.time(4)? })
}

/// Orders in the order of their ids.
pub(crate) async fn orders_after(tx: &mut Tx, id: &str, limit: i64) -> Result<Vec<Order>> {
    let sql = "SELECT body FROM orders_order WHERE id > $1 ORDER BY id LIMIT $2";
    tx.query(sql, params![id, limit], |row| row.json(0)).await
}

/// The orders behind a moment and an id and before another moment, in the order of both, each with the two.
pub(crate) async fn placed_after(
    tx: &mut Tx,
    (at, id): &(Timestamp, String),
    before: Timestamp,
    limit: i64,
) -> Result<Vec<((Timestamp, String), Order)>> {
    tx.query(
        "SELECT created_at, id, body FROM orders_order WHERE (created_at, id) > ($1, $2) AND created_at < $3
         ORDER BY created_at, id LIMIT $4",
        params![*at, id, before, limit],
        |row| Ok(((row.time(0)?, row.text(1)?), row.json(2)?)),
    )
    .await
}

/// The list entries of these customers behind an entry, from one moment on and before another: customer, moment, order.
pub(crate) async fn listed_after(
    tx: &mut Tx,
    customer_ids: &[String],
    (from, before): (Timestamp, Timestamp),
    (customer_id, at, order_id): &ListEntry,
    limit: i64,
) -> Result<Vec<ListEntry>> {
    let sql = format!(
        "SELECT customer_id, created_at, order_id FROM orders_of_customer
         WHERE {} AND created_at >= $2 AND created_at < $3 AND (customer_id, created_at, order_id) > ($4, $5, $6)
         ORDER BY customer_id, created_at, order_id LIMIT $7",
        tx.dialect().in_list("customer_id", "$1")
    );
    tx.query(&sql, params![json_list(customer_ids), from, before, customer_id, *at, order_id, limit], |row| {
        Ok((row.text(0)?, row.time(1)?, row.text(2)?))
    })
    .await
}

/// An order on a customer's list: the customer, when it was placed, the order.
pub(crate) type ListEntry = (String, Timestamp, String);

/// The histories of these orders, each in its order.
pub(crate) async fn histories(tx: &mut Tx, ids: &[String]) -> Result<Vec<(String, Recorded)>> {
    let sql = format!(
        "SELECT {RECORDED_COLUMNS}, order_id FROM orders_event WHERE {} ORDER BY order_id, seq",
        tx.dialect().in_list("order_id", "$1")
    );
    tx.query(&sql, params![json_list(ids)], |row| Ok((row.text(5)?, recorded_of(row)?))).await
}

/// Those of these ids that are orders.
pub(crate) async fn existing(tx: &mut Tx, ids: &[String]) -> Result<Vec<String>> {
    let sql = format!("SELECT id FROM orders_order WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| row.text(0)).await
}

/// How many carts became more than one order.
pub(crate) async fn carts_with_several(tx: &mut Tx) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM (SELECT cart_id FROM orders_order GROUP BY cart_id HAVING COUNT(*) > 1) several";
    tx.number(sql, &[]).await
}

/// A part of the list that staff see.
pub(crate) async fn list(tx: &mut Tx, query: &OrderQuery) -> Result<Page<Arc<Order>>> {
    let mut filters = Vec::new();
    let mut params = Vec::new();
    let mut bind = |param: Param<'static>| {
        params.push(param);
        format!("${}", params.len())
    };
    if let Some(ids) = &query.ids {
        filters.push(tx.dialect().in_list("id", &bind(json_list(ids).into())));
    }
    if !query.statuses.is_empty() {
        let names: Vec<_> = query.statuses.iter().map(|status| status.name()).collect();
        filters.push(tx.dialect().in_list("status", &bind(json_list(&names).into())));
    }
    if let Some(customer_id) = &query.customer_id {
        filters.push(format!("customer_id = {}", bind(customer_id.clone().into())));
    }
    if let Some(email) = &query.email {
        filters.push(format!("email = {}", bind(email.clone().into())));
    }
    if let Some(display_id) = query.display_id {
        filters.push(format!("display_id = {}", bind(display_id.into())));
    }
    if let Some(from) = query.created_from {
        filters.push(format!("created_at >= {}", bind(from.into())));
    }
    if let Some(before) = query.created_before {
        filters.push(format!("created_at < {}", bind(before.into())));
    }
    let filter = if filters.is_empty() { "1 = 1".to_owned() } else { filters.join(" AND ") };
    let count = tx.number(&format!("SELECT COUNT(*) FROM orders_order WHERE {filter}"), &params).await?;
    let direction = if query.newest_first { "DESC" } else { "ASC" };
    params.push(Param::from(query.paging.limit));
    params.push(Param::from(query.paging.offset));
    let sql = format!(
        "SELECT body FROM orders_order WHERE {filter} ORDER BY created_at {direction}, id {direction}
         LIMIT ${} OFFSET ${}",
        params.len() - 1,
        params.len()
    );
    let items = tx.query(&sql, &params, |row| row.json(0).map(Arc::new)).await?;
    Ok(Page { items, count: u64::try_from(count).unwrap_or(0) })
}

fn change_columns(change: &Change) -> Result<(&'static str, String)> {
    fn text<T: serde::Serialize>(value: &T) -> Result<String> {
        serde_json::to_string(value).map_err(Error::internal)
    }
    let nothing = || Ok("{}".to_owned());
    let (kind, data) = match change {
        Change::AwaitingPayment(attempt) => ("awaiting_payment", text(attempt)),
        Change::PaymentFailed(attempt) => ("payment_failed", text(attempt)),
        Change::Placed(order) => ("placed", text(order)),
        Change::Canceled => ("canceled", nothing()),
        Change::Completed => ("completed", nothing()),
        Change::Archived => ("archived", nothing()),
        Change::Edited(edit) => ("edited", text(edit)),
        Change::FulfillmentCreated(parcel) => ("fulfillment_created", text(parcel)),
        Change::Shipped(shipment) => ("shipped", text(shipment)),
        Change::Delivered(of) => ("delivered", text(of)),
        Change::FulfillmentCanceled(of) => ("fulfillment_canceled", text(of)),
        Change::Credited(line) => ("credited", text(line)),
        Change::ReturnOpened(back) => ("return_opened", text(back)),
        Change::ReturnDrafted(drafted) => ("return_drafted", text(drafted)),
        Change::ReturnEdited(edit) => ("return_edited", text(edit)),
        Change::ReturnRequested(of) => ("return_requested", text(of)),
        Change::ReturnReceived(of) => ("return_received", text(of)),
        Change::ReturnCanceled(of) => ("return_canceled", text(of)),
        Change::TransferRequested(transfer) => ("transfer_requested", text(transfer)),
        Change::TransferAccepted => ("transfer_accepted", nothing()),
        Change::TransferDeclined => ("transfer_declined", nothing()),
        Change::TransferCanceled => ("transfer_canceled", nothing()),
    };
    Ok((kind, data?))
}

fn change_of(kind: &str, row: &Row<'_>, data: usize) -> Result<Change> {
    match kind {
        "awaiting_payment" => row.json(data).map(Change::AwaitingPayment),
        "payment_failed" => row.json(data).map(Change::PaymentFailed),
        "placed" => row.json(data).map(Change::Placed),
        "canceled" => Ok(Change::Canceled),
        "completed" => Ok(Change::Completed),
        "archived" => Ok(Change::Archived),
        "edited" => row.json(data).map(Change::Edited),
        "fulfillment_created" => row.json(data).map(Change::FulfillmentCreated),
        "shipped" => row.json(data).map(Change::Shipped),
        "delivered" => row.json(data).map(Change::Delivered),
        "fulfillment_canceled" => row.json(data).map(Change::FulfillmentCanceled),
        "credited" => row.json(data).map(Change::Credited),
        "return_opened" => row.json(data).map(Change::ReturnOpened),
        "return_drafted" => row.json(data).map(Change::ReturnDrafted),
        "return_edited" => row.json(data).map(Change::ReturnEdited),
        "return_requested" => row.json(data).map(Change::ReturnRequested),
        "return_received" => row.json(data).map(Change::ReturnReceived),
        "return_canceled" => row.json(data).map(Change::ReturnCanceled),
        "transfer_requested" => row.json(data).map(Change::TransferRequested),
        "transfer_accepted" => Ok(Change::TransferAccepted),
        "transfer_declined" => Ok(Change::TransferDeclined),
        "transfer_canceled" => Ok(Change::TransferCanceled),
        other => Err(Error::internal(format!("an order's history knows of no {other:?}"))),
    }
}
