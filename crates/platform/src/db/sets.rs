//! Many rows by one statement: as a set on PostgreSQL, where each statement is a message there and back; in SQLite, where it is
//! a call, one after the other.

use super::postgres::Expected;
use super::tx::Engine;
use super::{List, Param, Tx};
use tradewind_kernel::{Error, Result};

/// What a column of given rows holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// TEXT.
    Text,
    /// JSON, as text.
    Json,
    /// BIGINT.
    Int,
}

/// Columns of given rows: the name of each, and what it holds.
pub type Columns<'c> = &'c [(&'c str, Holds)];
/// Given rows, each with its values in the order of the columns.
pub type Rows<'r, 'v> = &'r [Vec<Param<'v>>];

/// What is done to each row of a table (`own`) that a given row (`given`) is for.
#[derive(Clone, Copy, Debug)]
pub struct Change<'c> {
    /// The table.
    pub table: &'c str,
    /// What becomes of the row, such as `version = own.version + 1, body = given.body`.
    pub set: &'c str,
    /// Which row it is, and when it may be changed, such as `own.id = given.id AND own.version = given.version`.
    pub condition: &'c str,
}

impl Tx {
    /// Adds these rows to a table, in their order.
    pub async fn insert_all(&mut self, table: &str, columns: Columns<'_>, rows: Rows<'_, '_>) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let names = names(columns, "");
        if let Engine::Sqlite(_) = self.engine {
            let sql = format!("INSERT INTO {table} ({names}) VALUES ({})", placeholders(columns));
            for row in rows {
                self.execute(&sql, row).await?;
            }
            return Ok(());
        }
        let sql =
            format!("INSERT INTO {table} ({names}) SELECT {} FROM {}", self::names(columns, "given."), given(columns));
        let lists = lists(columns, rows)?;
        match self.ahead()? {
            Some(session) => session.send_ahead(&sql, &lists, None).await,
            None => Err(for_postgres()),
        }
    }

    /// Changes the rows of a table that the given rows are for; returns how many it changed. No two of the given rows may be
    /// for the same row.
    pub async fn update_all(&mut self, change: Change<'_>, columns: Columns<'_>, rows: Rows<'_, '_>) -> Result<u64> {
        if rows.is_empty() {
            return Ok(0);
        }
        if let Engine::Sqlite(_) = self.engine {
            let values: Vec<_> =
                columns.iter().enumerate().map(|(at, (name, _))| format!("${} AS {name}", at + 1)).collect();
            let values = values.join(", ");
            let Change { table, set, condition } = change;
            let sql = format!("UPDATE {table} AS own SET {set} FROM (SELECT {values}) AS given WHERE {condition}");
            let mut changed = 0;
            for row in rows {
                changed += self.execute(&sql, row).await?;
            }
            return Ok(changed);
        }
        self.run_set(&change.of_many(columns), columns, rows).await
    }

    /// [`update_all`](Self::update_all) where each given row is for exactly one of the table's; otherwise the transaction fails with
    /// what `otherwise` makes. On PostgreSQL nobody waits for it, as with [`change_one`](Self::change_one).
    pub async fn change_all(
        &mut self,
        change: Change<'_>,
        columns: Columns<'_>,
        rows: Rows<'_, '_>,
        otherwise: fn() -> Error,
    ) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let expected = Expected { rows: rows.len() as u64, otherwise };
        if let Some(session) = self.ahead()? {
            let lists = lists(columns, rows)?;
            return session.send_ahead(&change.of_many(columns), &lists, Some(expected)).await;
        }
        if self.update_all(change, columns, rows).await? == expected.rows { Ok(()) } else { Err(otherwise()) }
    }

    /// Keeps others from changing the rows of a table with these keys until this transaction ends. Whoever takes several does
    /// it by this, in the order of their keys, so that no two wait for each other.
    pub async fn lock_all(&mut self, table: &str, keys: Columns<'_>, rows: Rows<'_, '_>) -> Result<()> {
        // One writer: nobody else changes anything. And one row is taken by changing it.
        if matches!(self.engine, Engine::Sqlite(_)) || rows.len() < 2 {
            return Ok(());
        }
        let same: Vec<_> = keys.iter().map(|(name, _)| format!("own.{name} = given.{name}")).collect();
        let (same, order) = (same.join(" AND "), names(keys, "own."));
        let sql =
            format!("SELECT 1 FROM {table} AS own JOIN {} ON {same} ORDER BY {order} FOR UPDATE OF own", given(keys));
        self.run_set(&sql, keys, rows).await?;
        Ok(())
    }

    async fn run_set(&mut self, sql: &str, columns: Columns<'_>, rows: Rows<'_, '_>) -> Result<u64> {
        self.may_fail()?;
        let lists = lists(columns, rows)?;
        match &mut self.engine {
            Engine::Sqlite(_) => Err(for_postgres()),
            Engine::Postgres(session) => session.run(sql, &lists, |_| Ok(true)).await,
        }
    }
}

impl Change<'_> {
    /// As PostgreSQL does it to many at once.
    fn of_many(self, columns: Columns<'_>) -> String {
        let Self { table, set, condition } = self;
        format!("UPDATE {table} AS own SET {set} FROM {} WHERE {condition}", given(columns))
    }
}

fn for_postgres() -> Error {
    Error::internal("this statement is for PostgreSQL")
}

fn names(columns: Columns<'_>, prefix: &str) -> String {
    let names: Vec<_> = columns.iter().map(|(name, _)| format!("{prefix}{name}")).collect();
    names.join(", ")
}

fn placeholders(columns: Columns<'_>) -> String {
    let places: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// The given rows as PostgreSQL reads them from one list a column.
fn given(columns: Columns<'_>) -> String {
    let typed: Vec<_> = columns
        .iter()
        .map(|(name, holds)| match holds {
            Holds::Json => format!("CAST({name} AS JSON) AS {name}"),
            Holds::Text | Holds::Int => (*name).to_owned(),
        })
        .collect();
    format!(
        "(SELECT {} FROM UNNEST({}) AS listed ({})) AS given",
        typed.join(", "),
        placeholders(columns),
        names(columns, "")
    )
}

fn lists<'r>(columns: Columns<'_>, rows: &'r [Vec<Param<'_>>]) -> Result<Vec<List<'r>>> {
    let mut lists = Vec::with_capacity(columns.len());
    for (at, (name, holds)) in columns.iter().enumerate() {
        let wrong = || Error::internal(format!("a given row has the wrong value for {name}"));
        let values = rows.iter().map(|row| row.get(at).ok_or_else(wrong));
        let list = match holds {
            Holds::Int => List::Ints(values.map(|value| int_of(value?).ok_or_else(wrong)).collect::<Result<_>>()?),
            Holds::Text | Holds::Json => {
                List::Texts(values.map(|value| text_of(value?).ok_or_else(wrong)).collect::<Result<_>>()?)
            }
        };
        lists.push(list);
    }
    Ok(lists)
}

fn int_of(param: &Param<'_>) -> Option<Option<i64>> {
    match param {
        Param::Null => Some(None),
        Param::Int(number) => Some(Some(*number)),
        Param::Bool(_) | Param::Text(_) | Param::Owned(_) => None,
    }
}

fn text_of<'p>(param: &'p Param<'_>) -> Option<Option<&'p str>> {
    match param {
        Param::Null => Some(None),
        Param::Text(text) => Some(Some(text)),
        Param::Owned(text) => Some(Some(text)),
        Param::Int(_) | Param::Bool(_) => None,
    }
}
