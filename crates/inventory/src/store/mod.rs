//! All SQL of the inventory; lists of the staff stand in `find`.

mod find;

pub(crate) use find::{find_items, find_reservations};

use std::collections::BTreeMap;

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::{Change, Holds, Param, Row, Stored, Tx, json_list};
use tradewind_platform::params;

use crate::books::UnevenLevel;
use crate::listed::ListedLevel;
use crate::model::{InventoryItem, Level, Reservation, ReservationDetails, ReservationState, StockLocation};

const LOCATION: &str = "inventory_location";
const ITEM: &str = "inventory_item";

// Locations and the channels that sell from them.

pub(crate) async fn location(tx: &mut Tx, id: &str) -> Result<Option<Stored<StockLocation>>> {
    tx.document(LOCATION, id).await
}

pub(crate) async fn locations(tx: &mut Tx) -> Result<Vec<StockLocation>> {
    tx.query("SELECT body FROM inventory_location ORDER BY id", &[], |row| row.json(0)).await
}

pub(crate) async fn location_exists(tx: &mut Tx, id: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM inventory_location WHERE id = $1";
    Ok(tx.number(sql, params![id]).await? > 0)
}

pub(crate) async fn insert_location(tx: &mut Tx, location: &StockLocation) -> Result<()> {
    tx.insert_document(LOCATION, &location.id, location, &[]).await
}

pub(crate) async fn update_location(tx: &mut Tx, location: &Stored<StockLocation>) -> Result<()> {
    let value = &location.value;
    tx.update_document(LOCATION, &value.id, location.version, value, &[]).await?;
    Ok(())
}

pub(crate) async fn delete_location(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM inventory_channel_location WHERE location_id = $1", params![id]).await?;
    tx.execute("DELETE FROM inventory_level WHERE location_id = $1", params![id]).await?;
    tx.execute("DELETE FROM inventory_location WHERE id = $1", params![id]).await?;
    Ok(())
}

/// What lies or is promised at a location.
pub(crate) async fn quantity_at(tx: &mut Tx, location_id: &str) -> Result<i64> {
    let sql = "SELECT SUM(stocked + reserved + backordered) FROM inventory_level WHERE location_id = $1";
    tx.number(sql, params![location_id]).await
}

/// Every channel with its locations, best first.
pub(crate) async fn channel_locations(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    tx.query(
        "SELECT channel_id, location_id FROM inventory_channel_location
         ORDER BY channel_id, preference, location_id",
        &[],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
    .await
}

pub(crate) async fn link_channel(tx: &mut Tx, channel_id: &str, location_id: &str) -> Result<u64> {
    let sql = "SELECT MAX(preference) FROM inventory_channel_location WHERE channel_id = $1";
    let last = tx.number(sql, params![channel_id]).await?;
    tx.execute(
        "INSERT INTO inventory_channel_location (channel_id, location_id, preference) VALUES ($1, $2, $3)
         ON CONFLICT (channel_id, location_id) DO NOTHING",
        params![channel_id, location_id, last + 1],
    )
    .await
}

pub(crate) async fn unlink_channel(tx: &mut Tx, channel_id: &str, location_id: &str) -> Result<u64> {
    tx.execute(
        "DELETE FROM inventory_channel_location WHERE channel_id = $1 AND location_id = $2",
        params![channel_id, location_id],
    )
    .await
}

// Items.

pub(crate) async fn item(tx: &mut Tx, id: &str) -> Result<Option<Stored<InventoryItem>>> {
    tx.document(ITEM, id).await
}

pub(crate) async fn items(tx: &mut Tx, ids: &[String]) -> Result<Vec<InventoryItem>> {
    let sql = format!("SELECT body FROM inventory_item WHERE {}", tx.dialect().in_list("id", "$1"));
    tx.query(&sql, params![json_list(ids)], |row| row.json(0)).await
}

pub(crate) async fn insert_item(tx: &mut Tx, item: &InventoryItem) -> Result<()> {
    let mut columns = columns_of(item);
    columns.push(("created_at", item.created_at.into()));
    tx.insert_document(ITEM, &item.id, item, &columns).await
}

pub(crate) async fn update_item(tx: &mut Tx, item: &Stored<InventoryItem>) -> Result<()> {
    let value = &item.value;
    tx.update_document(ITEM, &value.id, item.version, value, &columns_of(value)).await?;
    Ok(())
}

/// What of an item is unique, searched, filtered or ordered by.
fn columns_of(item: &InventoryItem) -> Vec<(&'static str, Param<'_>)> {
    let customs = &item.customs;
    vec![
        ("sku", item.sku.as_deref().into()),
        ("words", words_of(item).into()),
        ("title", item.title.as_deref().into()),
        ("requires_shipping", item.requires_shipping.into()),
        ("origin_country", customs.origin_country.as_deref().into()),
        ("hs_code", customs.hs_code.as_deref().into()),
        ("mid_code", customs.mid_code.as_deref().into()),
        ("material", customs.material.as_deref().into()),
        ("weight", customs.weight.into()),
        ("length", customs.length.into()),
        ("height", customs.height.into()),
        ("width", customs.width.into()),
        ("updated_at", item.updated_at.into()),
    ]
}

fn words_of(item: &InventoryItem) -> String {
    let parts = [item.sku.as_deref(), item.title.as_deref(), item.description.as_deref()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ").to_lowercase()
}

pub(crate) async fn delete_item(tx: &mut Tx, id: &str) -> Result<()> {
    tx.execute("DELETE FROM inventory_level WHERE item_id = $1", params![id]).await?;
    tx.execute("DELETE FROM inventory_item WHERE id = $1", params![id]).await?;
    Ok(())
}

// Levels.

const LEVEL_COLUMNS: &str =
    "id, item_id, location_id, stocked, reserved, backordered, incoming, created_at, updated_at";

fn level_of(row: &Row<'_>) -> Result<Level> {
    Ok(Level {
        id: row.text(0)?,
        item_id: row.text(1)?,
        location_id: row.text(2)?,
        stocked: row.int(3)?,
        reserved: row.int(4)?,
        backordered: row.int(5)?,
        incoming: row.int(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}

pub(crate) async fn level(tx: &mut Tx, item_id: &str, location_id: &str) -> Result<Option<Level>> {
    let sql = format!("SELECT {LEVEL_COLUMNS} FROM inventory_level WHERE item_id = $1 AND location_id = $2");
    tx.query_one(&sql, params![item_id, location_id], level_of).await
}

pub(crate) async fn level_by_id(tx: &mut Tx, id: &str) -> Result<Option<Level>> {
    let sql = format!("SELECT {LEVEL_COLUMNS} FROM inventory_level WHERE id = $1");
    tx.query_one(&sql, params![id], level_of).await
}

pub(crate) async fn levels(tx: &mut Tx, item_ids: &[String]) -> Result<Vec<Level>> {
    let sql = format!(
        "SELECT {LEVEL_COLUMNS} FROM inventory_level WHERE {} ORDER BY item_id, location_id",
        tx.dialect().in_list("item_id", "$1")
    );
    tx.query(&sql, params![json_list(item_ids)], level_of).await
}

/// The levels behind an item and a location, in the order of both, each with the two.
pub(crate) async fn levels_after(
    tx: &mut Tx,
    (item_id, location_id): &(String, String),
    limit: i64,
) -> Result<Vec<((String, String), ListedLevel)>> {
    tx.query(
        "SELECT l.item_id, l.location_id, l.stocked, l.reserved, l.backordered, i.sku, i.title
         FROM inventory_level l JOIN inventory_item i ON i.id = l.item_id
         WHERE (l.item_id, l.location_id) > ($1, $2) ORDER BY l.item_id, l.location_id LIMIT $3",
        params![item_id, location_id, limit],
        |row| {
            let level = ListedLevel {
                item_id: row.text(0)?,
                location_id: row.text(1)?,
                stocked: row.int(2)?,
                reserved: row.int(3)?,
                backordered: row.int(4)?,
                sku: row.opt_text(5)?,
                title: row.opt_text(6)?,
            };
            Ok(((level.item_id.clone(), level.location_id.clone()), level))
        },
    )
    .await
}

/// What each location has of an item to promise.
pub(crate) async fn availability(tx: &mut Tx, item_id: &str) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT location_id, stocked - reserved FROM inventory_level WHERE item_id = $1",
        params![item_id],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
    .await
}

/// What each location has of several items to promise.
pub(crate) async fn availability_of(tx: &mut Tx, item_ids: &[String]) -> Result<Vec<(String, String, i64)>> {
    let sql = format!(
        "SELECT item_id, location_id, stocked - reserved FROM inventory_level WHERE {}",
        tx.dialect().in_list("item_id", "$1")
    );
    tx.query(&sql, params![json_list(item_ids)], |row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).await
}

/// Adds a level; answers 0 where there is one already.
pub(crate) async fn insert_level(tx: &mut Tx, level: &Level) -> Result<u64> {
    tx.execute(
        "INSERT INTO inventory_level (id, item_id, location_id, stocked, reserved, backordered, incoming, created_at, updated_at)
         VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $6) ON CONFLICT (item_id, location_id) DO NOTHING",
        params![
            &level.id,
            &level.item_id,
            &level.location_id,
            level.stocked,
            level.incoming,
            level.created_at
        ],
    )
    .await
}

/// Sets what lies at a location. What is promised stays promised: as much of it as lies there is reserved, the rest waits.
pub(crate) async fn set_stocked(
    tx: &mut Tx,
    item_id: &str,
    location_id: &str,
    stocked: i64,
    now: Timestamp,
) -> Result<u64> {
    tx.execute(
        "UPDATE inventory_level SET stocked = $1,
             reserved = CASE WHEN reserved + backordered <= $1 THEN reserved + backordered ELSE $1 END,
             backordered = CASE WHEN reserved + backordered <= $1 THEN 0 ELSE reserved + backordered - $1 END,
             updated_at = $2
         WHERE item_id = $3 AND location_id = $4",
        params![stocked, now, item_id, location_id],
    )
    .await
}

pub(crate) async fn set_incoming(
    tx: &mut Tx,
    item_id: &str,
    location_id: &str,
    incoming: i64,
    now: Timestamp,
) -> Result<u64> {
    tx.execute(
        "UPDATE inventory_level SET incoming = $1, updated_at = $2 WHERE item_id = $3 AND location_id = $4",
        params![incoming, now, item_id, location_id],
    )
    .await
}

pub(crate) async fn delete_level(tx: &mut Tx, item_id: &str, location_id: &str) -> Result<u64> {
    tx.execute("DELETE FROM inventory_level WHERE item_id = $1 AND location_id = $2", params![item_id, location_id])
        .await
}

/// Promises some of what a location has, if it has that much: one statement, so that nobody comes between.
pub(crate) async fn take(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE inventory_level SET reserved = reserved + $1
             WHERE item_id = $2 AND location_id = $3 AND stocked - reserved >= $1",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(taken == 1)
}

/// [`take`] for many levels, of each (item and location) what all want together; where one does not have it the transaction fails
/// with what `otherwise` makes.
pub(crate) async fn take_all(
    tx: &mut Tx,
    levels: &BTreeMap<(&str, &str), i64>,
    otherwise: fn() -> Error,
) -> Result<()> {
    let keys: Vec<_> = levels.keys().map(|(item_id, location_id)| params![*item_id, *location_id].to_vec()).collect();
    tx.lock_all("inventory_level", &[("item_id", Holds::Text), ("location_id", Holds::Text)], &keys).await?;
    let rows: Vec<_> = levels
        .iter()
        .map(|((item_id, location_id), quantity)| params![*quantity, *item_id, *location_id].to_vec())
        .collect();
    let change = Change {
        table: "inventory_level",
        set: "reserved = own.reserved + given.quantity",
        condition: "own.item_id = given.item_id AND own.location_id = given.location_id
                    AND own.stocked - own.reserved >= given.quantity",
    };
    let columns = [("quantity", Holds::Int), ("item_id", Holds::Text), ("location_id", Holds::Text)];
    tx.change_all(change, &columns, &rows, otherwise).await
}

/// Promises what is not there.
pub(crate) async fn take_beyond(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let taken = tx
        .execute(
            "UPDATE inventory_level SET backordered = backordered + $1 WHERE item_id = $2 AND location_id = $3",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(taken == 1)
}

/// Takes a promise back: others that wait for this item get what it frees.
pub(crate) async fn give_back(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let given = tx
        .execute(
            "UPDATE inventory_level SET
                 reserved = CASE WHEN reserved + backordered - $1 <= stocked
                                 THEN reserved + backordered - $1 ELSE stocked END,
                 backordered = CASE WHEN reserved + backordered - $1 <= stocked
                                    THEN 0 ELSE reserved + backordered - $1 - stocked END
             WHERE item_id = $2 AND location_id = $3 AND reserved + backordered >= $1",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(given == 1)
}

/// Lets promised stock leave, if it lies there.
pub(crate) async fn take_away(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let gone = tx
        .execute(
            "UPDATE inventory_level SET stocked = stocked - $1, reserved = reserved - $1
             WHERE item_id = $2 AND location_id = $3 AND reserved >= $1",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(gone == 1)
}

/// Lets stock leave that is promised to nobody.
pub(crate) async fn take_free(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let gone = tx
        .execute(
            "UPDATE inventory_level SET stocked = stocked - $1
             WHERE item_id = $2 AND location_id = $3 AND stocked - reserved >= $1",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(gone == 1)
}

/// Puts stock back that had left for somebody, promised as before.
pub(crate) async fn put_back(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let back = tx
        .execute(
            "UPDATE inventory_level SET stocked = stocked + $1, reserved = reserved + $1
             WHERE item_id = $2 AND location_id = $3",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(back == 1)
}

/// Adds to what lies at a location; what waits for it gets it first.
pub(crate) async fn add_stock(tx: &mut Tx, quantity: i64, item_id: &str, location_id: &str) -> Result<bool> {
    let added = tx
        .execute(
            "UPDATE inventory_level SET stocked = stocked + $1,
                 reserved = CASE WHEN reserved + backordered <= stocked + $1
                                 THEN reserved + backordered ELSE stocked + $1 END,
                 backordered = CASE WHEN reserved + backordered <= stocked + $1
                                    THEN 0 ELSE reserved + backordered - stocked - $1 END
             WHERE item_id = $2 AND location_id = $3",
            params![quantity, item_id, location_id],
        )
        .await?;
    Ok(added == 1)
}

// Reservations.

const RESERVATION_COLUMNS: &str =
    "id, reference, item_id, location_id, quantity, state, expires_at, body, created_at, updated_at";

fn reservation_of(row: &Row<'_>) -> Result<Reservation> {
    Ok(Reservation {
        id: row.text(0)?,
        reference: row.text(1)?,
        item_id: row.text(2)?,
        location_id: row.text(3)?,
        quantity: row.int(4)?,
        state: ReservationState::read(&row.text(5)?),
        expires_at: row.opt_int(6)?.map(Timestamp),
        details: row.json::<ReservationDetails>(7)?,
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}

pub(crate) async fn reservation(tx: &mut Tx, id: &str) -> Result<Option<Reservation>> {
    let sql = format!("SELECT {RESERVATION_COLUMNS} FROM inventory_reservation WHERE id = $1");
    tx.query_one(&sql, params![id], reservation_of).await
}

/// What a reference holds, in the order in which items are locked.
pub(crate) async fn reservations_of(tx: &mut Tx, reference: &str) -> Result<Vec<Reservation>> {
    let sql = format!(
        "SELECT {RESERVATION_COLUMNS} FROM inventory_reservation WHERE reference = $1
         ORDER BY item_id, location_id"
    );
    tx.query(&sql, params![reference], reservation_of).await
}

/// What these references hold or let leave.
pub(crate) async fn reservations_among(tx: &mut Tx, references: &[String]) -> Result<Vec<Reservation>> {
    let sql = format!(
        "SELECT {RESERVATION_COLUMNS} FROM inventory_reservation WHERE {} ORDER BY reference, item_id, location_id",
        tx.dialect().in_list("reference", "$1")
    );
    tx.query(&sql, params![json_list(references)], reservation_of).await
}

/// References that hold something, in order.
pub(crate) async fn references_after(tx: &mut Tx, after: &str, limit: i64) -> Result<Vec<String>> {
    tx.query(
        "SELECT DISTINCT reference FROM inventory_reservation
         WHERE reference > $1 AND reference <> id AND state = 'held' ORDER BY reference LIMIT $2",
        params![after, limit],
        |row| row.text(0),
    )
    .await
}

/// Levels that promise something else than their held reservations add up to.
pub(crate) async fn uneven_levels(tx: &mut Tx) -> Result<Vec<UnevenLevel>> {
    tx.query(
        "SELECT l.item_id, l.location_id, l.reserved + l.backordered AS promised, COALESCE(SUM(r.quantity), 0) AS held
         FROM inventory_level l
         LEFT JOIN inventory_reservation r
             ON r.item_id = l.item_id AND r.location_id = l.location_id AND r.state = 'held'
         GROUP BY l.item_id, l.location_id, l.reserved, l.backordered
         HAVING l.reserved + l.backordered <> COALESCE(SUM(r.quantity), 0)
         ORDER BY l.item_id, l.location_id",
        &[],
        |row| {
            Ok(UnevenLevel {
                item_id: row.text(0)?,
                location_id: row.text(1)?,
                promised: row.int(2)?,
                reserved: row.int(3)?,
            })
        },
    )
    .await
}

pub(crate) async fn insert_reservation(tx: &mut Tx, reservation: &Reservation) -> Result<()> {
    tx.run(
        "INSERT INTO inventory_reservation
             (id, reference, item_id, location_id, quantity, state, expires_at, body, description, created_by,
              created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        params![
            &reservation.id,
            &reservation.reference,
            &reservation.item_id,
            &reservation.location_id,
            reservation.quantity,
            reservation.state.as_str(),
            reservation.expires_at,
            details_of(reservation)?,
            reservation.details.description.as_deref(),
            reservation.details.created_by.as_deref(),
            reservation.created_at
        ],
    )
    .await?;
    insert_reserved_lines(tx, reservation).await
}

/// [`insert_reservation`] for many.
pub(crate) async fn insert_reservations(tx: &mut Tx, reservations: &[Reservation]) -> Result<()> {
    let (mut rows, mut lines) = (Vec::with_capacity(reservations.len()), Vec::new());
    for reservation in reservations {
        rows.push(
            params![
                &reservation.id,
                &reservation.reference,
                &reservation.item_id,
                &reservation.location_id,
                reservation.quantity,
                reservation.state.as_str(),
                reservation.expires_at,
                details_of(reservation)?,
                reservation.details.description.as_deref(),
                reservation.details.created_by.as_deref(),
                reservation.created_at,
                reservation.updated_at
            ]
            .to_vec(),
        );
        lines.extend(reservation.details.lines.iter().map(|line| params![&line.line_id, &reservation.id].to_vec()));
    }
    let columns = [
        ("id", Holds::Text),
        ("reference", Holds::Text),
        ("item_id", Holds::Text),
        ("location_id", Holds::Text),
        ("quantity", Holds::Int),
        ("state", Holds::Text),
        ("expires_at", Holds::Int),
        ("body", Holds::Json),
        ("description", Holds::Text),
        ("created_by", Holds::Text),
        ("created_at", Holds::Int),
        ("updated_at", Holds::Int),
    ];
    tx.insert_all("inventory_reservation", &columns, &rows).await?;
    let columns = [("line_id", Holds::Text), ("reservation_id", Holds::Text)];
    tx.insert_all("inventory_reserved_line", &columns, &lines).await
}

/// Notes which lines a reservation stands for; again changes nothing.
pub(crate) async fn insert_reserved_lines(tx: &mut Tx, reservation: &Reservation) -> Result<()> {
    for line in &reservation.details.lines {
        let sql = "INSERT INTO inventory_reserved_line (line_id, reservation_id) VALUES ($1, $2)
                   ON CONFLICT (line_id, reservation_id) DO NOTHING";
        tx.run(sql, params![&line.line_id, &reservation.id]).await?;
    }
    Ok(())
}

/// What is held for a line of an order, by whomever, in the order in which items are locked.
pub(crate) async fn held_for_line(tx: &mut Tx, line_id: &str) -> Result<Vec<Reservation>> {
    let sql = format!(
        "SELECT {RESERVATION_COLUMNS} FROM inventory_reservation
         WHERE state = 'held'
           AND id IN (SELECT reservation_id FROM inventory_reserved_line WHERE line_id = $1)
         ORDER BY item_id, location_id, id"
    );
    tx.query(&sql, params![line_id], reservation_of).await
}

/// Saves a reservation some of which has left; of one that is empty, and of its lines that are, nothing stays.
pub(crate) async fn shrink(tx: &mut Tx, mut reservation: Reservation) -> Result<()> {
    let id = reservation.id.clone();
    for line in reservation.details.lines.extract_if(.., |line| line.quantity == 0) {
        let sql = "DELETE FROM inventory_reserved_line WHERE line_id = $1 AND reservation_id = $2";
        tx.execute(sql, params![&line.line_id, &id]).await?;
    }
    if reservation.quantity > 0 {
        update_reservation(tx, &reservation).await?;
    } else {
        delete_held(tx, &reservation).await?;
    }
    Ok(())
}

pub(crate) async fn update_reservation(tx: &mut Tx, reservation: &Reservation) -> Result<u64> {
    tx.execute(
        "UPDATE inventory_reservation SET location_id = $1, quantity = $2, body = $3, description = $4, updated_at = $5
         WHERE id = $6",
        params![
            &reservation.location_id,
            reservation.quantity,
            details_of(reservation)?,
            reservation.details.description.as_deref(),
            reservation.updated_at,
            &reservation.id
        ],
    )
    .await
}

fn details_of(reservation: &Reservation) -> Result<String> {
    serde_json::to_string(&reservation.details).map_err(tradewind_kernel::Error::internal)
}

/// Deletes a reservation that is held; answers false when somebody else settled it.
pub(crate) async fn delete_held(tx: &mut Tx, reservation: &Reservation) -> Result<bool> {
    let id = reservation.id.as_str();
    let deleted = tx.execute("DELETE FROM inventory_reservation WHERE id = $1 AND state = 'held'", params![id]).await?;
    for line in reservation.details.lines.iter().filter(|_| deleted == 1) {
        let sql = "DELETE FROM inventory_reserved_line WHERE line_id = $1 AND reservation_id = $2";
        tx.execute(sql, params![&line.line_id, id]).await?;
    }
    Ok(deleted == 1)
}

/// Marks a held reservation as confirmed; answers false when somebody else settled it.
pub(crate) async fn mark_confirmed(tx: &mut Tx, id: &str, now: Timestamp) -> Result<bool> {
    let marked = tx
        .execute(
            "UPDATE inventory_reservation SET state = 'confirmed', expires_at = NULL, updated_at = $1
             WHERE id = $2 AND state = 'held'",
            params![now, id],
        )
        .await?;
    Ok(marked == 1)
}

/// Lets what a reference holds lapse no more.
pub(crate) async fn keep(tx: &mut Tx, reference: &str, now: Timestamp) -> Result<u64> {
    tx.execute(
        "UPDATE inventory_reservation SET expires_at = NULL, updated_at = $1
         WHERE reference = $2 AND expires_at IS NOT NULL",
        params![now, reference],
    )
    .await
}

/// Held reservations whose time is over, the longest overdue first.
pub(crate) async fn overdue(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Reservation>> {
    let sql = format!(
        "SELECT {RESERVATION_COLUMNS} FROM inventory_reservation
         WHERE expires_at IS NOT NULL AND expires_at <= $1 AND state = 'held'
         ORDER BY expires_at LIMIT $2"
    );
    tx.query(&sql, params![now, limit], reservation_of).await
}
