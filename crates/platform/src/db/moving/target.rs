//! The store a shop comes to: empty at first, and no shop before everything has arrived.

use serde_json::Value;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::held::Hold;
use super::tables::{Table, exists};
use crate::db::{Db, Dialect, Migrations, Param, Tx};

const IN: &str = "CREATE TABLE platform_move_in
    (id TEXT NOT NULL, source TEXT NOT NULL, at_table TEXT NOT NULL, after_key TEXT NOT NULL)";

/// What a store knows of the shop that is on its way to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Arriving {
    pub(super) id: String,
    /// Where from, in words.
    pub(super) source: String,
    /// How far the copy is.
    pub(super) copied: Copied,
}

/// How far a copy is. Tables are copied in the order of their names, rows in the order of their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Copied {
    /// The table that is being copied; all before it are.
    pub(super) at_table: String,
    /// The last key of it that was.
    pub(super) after: Option<Value>,
}

/// What the store knows of a move to it that has not come to its end.
pub(super) async fn arriving(tx: &mut Tx) -> Result<Option<Arriving>> {
    if !exists(tx, "platform_move_in").await? {
        return Ok(None);
    }
    let sql = "SELECT id, source, at_table, after_key FROM platform_move_in";
    let read = tx.query_one(sql, &[], |row| {
        let after = row.text(3)?;
        let after = if after.is_empty() { None } else { Some(serde_json::from_str(&after).map_err(Error::internal)?) };
        let copied = Copied { at_table: row.text(2)?, after };
        Ok(Arriving { id: row.text(0)?, source: row.text(1)?, copied })
    });
    read.await
}

/// Whether the store holds nothing of these tables but what their making puts into them.
pub(super) async fn check_empty(tx: &mut Tx, tables: &[Table], place: &str, histories: &[Migrations]) -> Result<()> {
    let steps: Vec<_> = histories.iter().flat_map(|of| of.steps).collect();
    let begins_filled = |name: &str| {
        let fills = format!("INSERT INTO {name} (");
        steps.iter().any(|step| step.sqlite.contains(&fills) || step.postgres.contains(&fills))
    };
    for table in tables.iter().filter(|table| !begins_filled(&table.name)) {
        if exists(tx, &table.name).await?
            && tx.number(&format!("SELECT COUNT(*) FROM (SELECT 1 FROM {} LIMIT 1) AS one", table.name), &[]).await? > 0
        {
            let message = format!(
                "There is something in {place} already (in the table {}). A shop moves to an empty store only: name another, \
                 or empty this one.",
                table.name
            );
            return Err(Error::new(ErrorKind::NotAllowed, message));
        }
    }
    Ok(())
}

/// Notes that a shop is on its way, in tables that were just made.
pub(super) async fn expect(target: &Db, tables: &[Table], id: &str, source: &str) -> Result<()> {
    let mut tx = target.hold(Hold::Changes).await?;
    tx.script(IN).await?;
    // What the tables begin with, such as the first number of an order, comes with the shop.
    for table in tables {
        tx.execute(&format!("DELETE FROM {}", table.name), &[]).await?;
    }
    let params = [Param::from(id), Param::from(source)];
    tx.execute("INSERT INTO platform_move_in (id, source, at_table, after_key) VALUES ($1, $2, '', '')", &params)
        .await?;
    tx.commit().await
}

/// Notes how far the copy is.
pub(super) async fn note_copied(tx: &mut Tx, copied: &Copied) -> Result<()> {
    let after = copied.after.as_ref().map(Value::to_string).unwrap_or_default();
    let params = [Param::from(&copied.at_table), Param::from(after)];
    tx.execute("UPDATE platform_move_in SET at_table = $1, after_key = $2", &params).await?;
    Ok(())
}

/// Where the columns stand that a database counts up by itself.
pub(super) async fn counters(tx: &mut Tx, tables: &[Table]) -> Result<Vec<(String, String, i64)>> {
    let mut counters = Vec::new();
    for table in tables {
        let Some(column) = table.counted() else { continue };
        let (name, column) = (table.name.clone(), column.name.clone());
        let at = match tx.dialect() {
            Dialect::Sqlite => {
                tx.number("SELECT seq FROM sqlite_sequence WHERE name = $1", &[Param::from(&name)]).await?
            }
            Dialect::Postgres => {
                let sql = "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence($1, $2) AS REGCLASS))";
                tx.number(sql, &[Param::from(&name), Param::from(&column)]).await?
            }
        };
        counters.push((name, column, at));
    }
    Ok(counters)
}

/// Lets the database count on from where the other one is: no position is used twice.
pub(super) async fn count_on(target: &Db, counters: &[(String, String, i64)]) -> Result<()> {
    let mut tx = target.hold(Hold::Changes).await?;
    for (table, column, at) in counters.iter().filter(|(_, _, at)| *at > 0) {
        match tx.dialect() {
            Dialect::Sqlite => {
                tx.execute("DELETE FROM sqlite_sequence WHERE name = $1", &[Param::from(table)]).await?;
                let params = [Param::from(table), Param::from(*at)];
                tx.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)", &params).await?;
            }
            Dialect::Postgres => {
                let params = [Param::from(table), Param::from(column), Param::from(*at)];
                tx.number("SELECT setval(CAST(pg_get_serial_sequence($1, $2) AS REGCLASS), $3)", &params).await?;
            }
        }
    }
    tx.commit().await
}

/// Gathers what the database plans its queries with: right after a copy it knows nothing of its tables.
pub(super) async fn gather_statistics(target: &Db, tables: &[Table]) -> Result<()> {
    if target.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let mut tx = target.hold(Hold::Changes).await?;
    for table in tables {
        tx.script(&format!("ANALYZE {}", table.name)).await?;
    }
    tx.commit().await
}

/// The shop has arrived: from now on the store is one like any other.
pub(super) async fn open(target: &Db) -> Result<()> {
    let mut tx = target.hold(Hold::Changes).await?;
    tx.script("DROP TABLE IF EXISTS platform_move_in").await?;
    tx.commit().await
}
