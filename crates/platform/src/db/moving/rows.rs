//! Rows on their way from one engine to another: each is a JSON list of its columns, the same on both.

use std::ops::ControlFlow;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Error, Result};

use super::held::Hold;
use super::tables::{Kind, Table};
use crate::db::{Db, Dialect, Param, Row, Tx};

/// How many rows are read at once, and how many bytes of them, unless a single row has more.
const ROWS_MAX: usize = 500;
const BYTES_MAX: usize = 4 << 20;

/// The next rows of a table in the order of its key, from the first one or after a key. None: there are no more.
pub(super) async fn next(tx: &mut Tx, table: &Table, after: Option<&Value>) -> Result<Vec<Value>> {
    let (all, keys, name) = (table.all(), table.keys(""), &table.name);
    let (from, params) = match after {
        None => (String::new(), Vec::new()),
        Some(key) => {
            let params = params_of(key)?;
            let places: Vec<_> = (1..=params.len()).map(|number| format!("${number}")).collect();
            (format!("WHERE ({keys}) > ({})", places.join(", ")), params)
        }
    };
    read(tx, table, &format!("SELECT {all} FROM {name} {from} ORDER BY {keys} LIMIT {ROWS_MAX}"), &params).await
}

/// Those rows of a table that have these keys, in the order of the keys.
pub(super) async fn of_keys(tx: &mut Tx, table: &Table, keys: &[Value]) -> Result<Vec<Value>> {
    let mut found = Vec::new();
    let (all, of_key, name) = (table.all(), table.keys(""), &table.name);
    let sql = format!("SELECT {all} FROM {name} WHERE ({of_key}) IN ({}) ORDER BY {of_key}", listed_keys(tx, table));
    for keys in keys.chunks(ROWS_MAX) {
        let rows = tx.query(&sql, &[list(keys)], |row| whole(table, row)).await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Removes the rows with these keys.
pub(super) async fn remove(tx: &mut Tx, table: &Table, keys: &[Value]) -> Result<()> {
    let (of_key, name) = (table.keys(""), &table.name);
    let sql = format!("DELETE FROM {name} WHERE ({of_key}) IN ({})", listed_keys(tx, table));
    for keys in keys.chunks(ROWS_MAX) {
        tx.execute(&sql, &[list(keys)]).await?;
    }
    Ok(())
}

/// Adds rows; one whose key is there already stays as it is.
pub(super) async fn add(tx: &mut Tx, table: &Table, rows: &[Value]) -> Result<()> {
    let (all, of_key, name) = (table.all(), table.keys(""), &table.name);
    let kinds: Vec<_> = table.columns.iter().map(|column| column.kind).collect();
    let listed = listed(tx.dialect(), &kinds);
    let sql = format!("INSERT INTO {name} ({all}) {listed} WHERE TRUE ON CONFLICT ({of_key}) DO NOTHING");
    for rows in rows.chunks(ROWS_MAX) {
        tx.execute(&sql, &[list(rows)]).await?;
    }
    Ok(())
}

/// How many rows a table has.
pub(super) async fn count(tx: &mut Tx, table: &Table) -> Result<i64> {
    tx.number(&format!("SELECT COUNT(*) FROM {}", table.name), &[]).await
}

/// How many rows a store has.
pub(super) async fn count_all(store: &Db, tables: &[Table]) -> Result<u64> {
    let mut tx = store.hold(Hold::State).await?;
    let mut rows = 0;
    for table in tables {
        rows += u64::try_from(count(&mut tx, table).await?).unwrap_or(0);
    }
    Ok(rows)
}

async fn read(tx: &mut Tx, table: &Table, sql: &str, params: &[Param<'_>]) -> Result<Vec<Value>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    tx.each(sql, params, |row| {
        let row = whole(table, row)?;
        bytes += row.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::len).sum::<usize>();
        rows.push(row);
        Ok(if bytes < BYTES_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
    .await?;
    Ok(rows)
}

fn whole(table: &Table, row: &Row<'_>) -> Result<Value> {
    let columns = table.columns.iter().enumerate();
    columns.map(|(position, column)| column.value(row, position)).collect::<Result<Vec<_>>>().map(Value::Array)
}

/// A query for the keys in the JSON list that is the first parameter.
fn listed_keys(tx: &Tx, table: &Table) -> String {
    let kinds: Vec<_> = table.key.iter().map(|&at| table.columns[at].kind).collect();
    listed(tx.dialect(), &kinds)
}

/// A query for what is in the JSON list of lists that is the first parameter.
fn listed(dialect: Dialect, kinds: &[Kind]) -> String {
    let columns = kinds.iter().enumerate().map(|(at, kind)| match (dialect, kind) {
        (Dialect::Sqlite, _) => format!("json_extract(value, '$[{at}]')"),
        (Dialect::Postgres, Kind::Text) => format!("item ->> {at}"),
        (Dialect::Postgres, Kind::Whole) => format!("CAST(item ->> {at} AS BIGINT)"),
        (Dialect::Postgres, Kind::Truth) => format!("CAST(item ->> {at} AS BOOLEAN)"),
        (Dialect::Postgres, Kind::Json) => format!("CAST(item ->> {at} AS JSON)"),
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    match dialect {
        Dialect::Sqlite => format!("SELECT {columns} FROM json_each($1)"),
        Dialect::Postgres => format!("SELECT {columns} FROM json_array_elements(CAST($1 AS JSON)) AS listed (item)"),
    }
}

fn list(values: &[Value]) -> Param<'static> {
    Param::Owned(Value::from(values).to_string())
}

fn params_of(key: &Value) -> Result<Vec<Param<'_>>> {
    let parts = key.as_array().into_iter().flatten();
    let params = parts.map(|part| match part {
        Value::String(text) => Ok(Param::from(text)),
        Value::Bool(truth) => Ok(Param::from(*truth)),
        part => part.as_i64().map(Param::from).ok_or_else(|| Error::internal(format!("{key} is no key"))),
    });
    params.collect()
}

/// Counts rows, and folds them into a number that another row, or another order of rows, would not have given.
#[derive(Clone, Default)]
pub(super) struct Sum {
    pub(super) rows: u64,
    folded: Sha256,
}

impl Sum {
    pub(super) fn add(&mut self, rows: &[Value]) {
        for row in rows {
            self.rows += 1;
            self.folded.update(row.to_string());
            self.folded.update("\n");
        }
    }

    pub(super) fn note(&mut self, text: &str) {
        self.folded.update(text);
    }

    /// The first digits of the number.
    pub(super) fn digits(&self) -> String {
        let digits = format!("{:x}", self.folded.clone().finalize());
        digits[..16].to_owned()
    }
}
