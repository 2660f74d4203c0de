//! The store a shop leaves. While it is copied, triggers note the key of every row that changes, whichever process changes it;
//! when it is switched, others refuse every write, for good.
//!
//! Both are the database's own doing: a process that runs on an old configuration, or was started long ago, cannot get around
//! them, and a shop that is not being moved has none of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::held::Hold;
use super::tables::{Table, exists};
use crate::db::{Db, Dialect, MOVED, Param, Tx};

/// What is raised on PostgreSQL by a store that was left.
pub(in crate::db) const MOVED_STATE: &str = "TW001";
/// How often locks are tried for on PostgreSQL, each time for less than it takes the server to look for
/// deadlocks: the shop's own transactions are not the ones to be ended.
const LOCK_TRIES_MAX: u32 = 200;
const LOCK_WAIT_MAX: Duration = Duration::from_millis(300);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

const CHANGES_OF_SQLITE: &str =
    "CREATE TABLE platform_move_change (position INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL)";
const CHANGES_OF_POSTGRES: &str = "CREATE TABLE platform_move_change (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL)";
const OUT: &str = "CREATE TABLE platform_move_out (id TEXT NOT NULL, target TEXT NOT NULL, is_over BOOLEAN NOT NULL)";

/// What a store knows of its own move.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Leaving {
    pub(super) id: String,
    /// Where to, in words.
    pub(super) target: String,
    /// Whether the shop has left.
    pub(super) is_over: bool,
}

/// What the store knows of its move, where it is being moved or was.
pub(super) async fn leaving(tx: &mut Tx) -> Result<Option<Leaving>> {
    if !exists(tx, "platform_move_out").await? {
        return Ok(None);
    }
    let sql = "SELECT id, target, is_over FROM platform_move_out";
    tx.query_one(sql, &[], |row| Ok(Leaving { id: row.text(0)?, target: row.text(1)?, is_over: row.bool(2)? })).await
}

/// From now on every change is noted.
pub(super) async fn note_changes(source: &Db, tables: &[Table], id: &str, target: &str) -> Result<()> {
    let dialect = source.dialect();
    let mut tx = lock(source, tables).await?;
    tx.script(match dialect {
        Dialect::Sqlite => CHANGES_OF_SQLITE,
        Dialect::Postgres => CHANGES_OF_POSTGRES,
    })
    .await?;
    tx.script(OUT).await?;
    let params = [Param::from(id), Param::from(target), Param::from(false)];
    tx.execute("INSERT INTO platform_move_out (id, target, is_over) VALUES ($1, $2, $3)", &params).await?;
    for table in tables {
        tx.script(&noting(dialect, table)).await?;
    }
    tx.commit().await
}

/// A transaction that keeps all writers away from these tables; those who come wait until it ends.
pub(super) async fn lock(source: &Db, tables: &[Table]) -> Result<Tx> {
    if source.dialect() == Dialect::Sqlite {
        return source.hold(Hold::Changes).await;
    }
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    begin_soon(source, &format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", names.join(", "))).await
}

/// Makes a change that needs locks.
async fn change_soon(source: &Db, sql: &str) -> Result<()> {
    begin_soon(source, sql).await?.commit().await
}

/// A transaction that begins with a change that needs locks, which are tried for again and again.
async fn begin_soon(source: &Db, sql: &str) -> Result<Tx> {
    let impatiently = match source.dialect() {
        Dialect::Sqlite => sql.to_owned(),
        Dialect::Postgres => {
            let patience = LOCK_WAIT_MAX.as_millis();
            format!("SET LOCAL lock_timeout = {patience}; {sql}; SET LOCAL lock_timeout = 0")
        }
    };
    let mut tries = 0;
    loop {
        tries += 1;
        let mut tx = source.hold(Hold::Changes).await?;
        match tx.script(&impatiently).await {
            Ok(()) => return Ok(tx),
            Err(error) if error.kind() == ErrorKind::Unavailable && tries < LOCK_TRIES_MAX => drop(tx),
            Err(error) => return Err(error),
        }
        // Those who waited for us have their turn.
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
}

/// What has changed and was not forgotten: its keys by the position of the table, and where all of it is noted.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) keys: BTreeMap<usize, Vec<Value>>,
    pub(super) positions: Vec<i64>,
}

/// Everything that is noted.
pub(super) async fn changes(tx: &mut Tx, tables: &[Table]) -> Result<Changes> {
    let at: BTreeMap<&str, usize> = tables.iter().enumerate().map(|(at, table)| (table.name.as_str(), at)).collect();
    let mut positions = Vec::new();
    let mut noted: BTreeSet<(usize, String)> = BTreeSet::new();
    tx.query("SELECT position, name, key FROM platform_move_change", &[], |row| {
        let name = row.text(1)?;
        let table = at.get(name.as_str()).ok_or_else(|| Error::internal(format!("{name} is no table of the shop")))?;
        positions.push(row.int(0)?);
        noted.insert((*table, row.text(2)?));
        Ok(())
    })
    .await?;
    let mut keys: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for (table, key) in noted {
        keys.entry(table).or_default().push(serde_json::from_str(&key).map_err(Error::internal)?);
    }
    Ok(Changes { keys, positions })
}

/// Forgets changes that were followed: those at these positions and no others, as on PostgreSQL a transaction may commit after one
/// that took its position later.
pub(super) async fn forget(source: &Db, positions: &[i64]) -> Result<()> {
    if positions.is_empty() {
        return Ok(());
    }
    let listed = match source.dialect() {
        Dialect::Sqlite => "SELECT value FROM json_each($1)",
        Dialect::Postgres => "SELECT CAST(json_array_elements_text(CAST($1 AS JSON)) AS BIGINT)",
    };
    let mut tx = source.hold(Hold::Changes).await?;
    let sql = format!("DELETE FROM platform_move_change WHERE position IN ({listed})");
    tx.execute(&sql, &[Param::Owned(Value::from(positions).to_string())]).await?;
    tx.commit().await
}

/// From the commit of this transaction on, which has locked them, the tables refuse every write.
pub(super) async fn close(tx: &mut Tx, tables: &[Table], target: &str) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        tx.script(&format!(
            "CREATE FUNCTION platform_move_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION '{}' USING ERRCODE = '{MOVED_STATE}'; END $$",
            gone(target).replace('%', "%%")
        ))
        .await?;
    }
    for table in tables {
        tx.script(&refusing(tx.dialect(), table, target)).await?;
    }
    tx.execute("UPDATE platform_move_out SET is_over = $1", &[Param::from(true)]).await?;
    Ok(())
}

/// Takes away all that a move has put into the store, table by table: on PostgreSQL that needs a lock which keeps readers away,
/// too.
pub(super) async fn stop_noting(source: &Db, tables: &[Table]) -> Result<()> {
    for table in tables {
        change_soon(source, &not_noting(source.dialect(), &table.name)).await?;
    }
    change_soon(source, "DROP TABLE IF EXISTS platform_move_change; DROP TABLE IF EXISTS platform_move_out").await
}

/// What whoever writes to the store is told.
fn gone(target: &str) -> String {
    format!("this shop has moved to {target}").replace('\'', "''")
}

fn noting(dialect: Dialect, table: &Table) -> String {
    let (name, old, new) = (&table.name, table.keys("OLD."), table.keys("NEW."));
    let note = "INSERT INTO platform_move_change (name, key)";
    match dialect {
        Dialect::Sqlite => {
            let old_key = format!("{note} SELECT '{name}', json_array({old})");
            let new_key = format!("{note} SELECT '{name}', json_array({new})");
            format!(
                "CREATE TRIGGER platform_move_{name}_insert AFTER INSERT ON {name} BEGIN {new_key}; END;
                 CREATE TRIGGER platform_move_{name}_delete AFTER DELETE ON {name} BEGIN {old_key}; END;
                 CREATE TRIGGER platform_move_{name}_update AFTER UPDATE ON {name} BEGIN {new_key};
                     {old_key} WHERE json_array({old}) <> json_array({new}); END;"
            )
        }
        Dialect::Postgres => {
            let key_of = |columns: &str| format!("CAST(json_build_array({columns}) AS TEXT)");
            let (old_key, new_key) = (key_of(&old), key_of(&new));
            format!(
                "CREATE FUNCTION platform_move_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     IF TG_OP <> 'DELETE' THEN {note} VALUES ('{name}', {new_key}); END IF;
                     IF TG_OP = 'DELETE' THEN {note} VALUES ('{name}', {old_key});
                     ELSIF TG_OP = 'UPDATE' THEN {note} SELECT '{name}', {old_key} WHERE {old_key} <> {new_key}; END IF;
                     RETURN NULL; END $$;
                 CREATE TRIGGER platform_move_note AFTER INSERT OR UPDATE OR DELETE ON {name}
                     FOR EACH ROW EXECUTE FUNCTION platform_move_{name}();"
            )
        }
    }
}

fn not_noting(dialect: Dialect, name: &str) -> String {
    match dialect {
        Dialect::Sqlite => ["insert", "delete", "update"].into_iter().fold(String::new(), |mut sql, event| {
            let _ = write!(sql, "DROP TRIGGER IF EXISTS platform_move_{name}_{event};");
            sql
        }),
        Dialect::Postgres => format!(
            "DROP TRIGGER IF EXISTS platform_move_note ON {name}; DROP FUNCTION IF EXISTS platform_move_{name}();"
        ),
    }
}

fn refusing(dialect: Dialect, table: &Table, target: &str) -> String {
    let name = &table.name;
    match dialect {
        Dialect::Sqlite => ["INSERT", "DELETE", "UPDATE"].into_iter().fold(String::new(), |mut sql, event| {
            let _ = write!(
                sql,
                "CREATE TRIGGER platform_moved_{name}_{event} BEFORE {event} ON {name}
                     BEGIN SELECT RAISE(ABORT, '{}'); END;",
                gone(target)
            );
            sql
        }),
        Dialect::Postgres => format!(
            "CREATE TRIGGER platform_moved BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {name}
                 FOR EACH STATEMENT EXECUTE FUNCTION platform_move_refuse();"
        ),
    }
}

/// What a shopper is told who wants to change something in a store that was left; whoever runs the shop finds the rest in the log.
pub(in crate::db) fn moved(cause: impl Into<String>) -> Error {
    let message = "This shop has just moved to another store. Please try again in a moment.";
    Error::new(ErrorKind::Unavailable, message).code(MOVED).caused_by(cause.into())
}
