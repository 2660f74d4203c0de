//! Values on their way into a statement (`Param`) and out of a row (`Row`).

use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use serde::de::DeserializeOwned;
use tradewind_kernel::{Error, Result, Timestamp};

use super::postgres::{Text, Whole};

/// A value bound to a placeholder. Made by `.into()` from what it can hold.
#[derive(Clone, Debug)]
pub enum Param<'a> {
    /// NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT or JSON, borrowed.
    Text(&'a str),
    /// TEXT or JSON, owned.
    Owned(String),
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Bool(truth) => ToSqlOutput::Owned(Value::Integer(i64::from(*truth))),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Owned(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Param<'_> {
    fn from(number: i32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u32> for Param<'_> {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u64> for Param<'_> {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Param<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Timestamp> for Param<'_> {
    fn from(at: Timestamp) -> Self {
        Self::Int(at.0)
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<String> for Param<'_> {
    fn from(text: String) -> Self {
        Self::Owned(text)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The parameters of a statement, in order: `params![id, version, &name]`. Typed ids: `params![id.as_str()]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::db::Param::from($value)),*] };
}

/// One row of an answer, read by column number from 0.
pub enum Row<'r> {
    /// A row of SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// A row of PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// A BIGINT, a COUNT or a SUM.
    pub fn int(&self, column: usize) -> Result<i64> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Error::internal),
            Self::Postgres(row) => row.try_get(column).map(|Whole(number)| number).map_err(Error::internal),
        }
    }

    /// A BIGINT that may be NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Error::internal),
            Self::Postgres(row) => {
                let found: Option<Whole> = row.try_get(column).map_err(Error::internal)?;
                Ok(found.map(|Whole(number)| number))
            }
        }
    }

    /// A moment.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    /// A BOOLEAN.
    pub fn bool(&self, column: usize) -> Result<bool> {
        self.int(column).map(|number| number != 0)
    }

    /// A TEXT.
    pub fn text(&self, column: usize) -> Result<String> {
        self.str(column).map(str::to_owned)
    }

    /// A TEXT that may be NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        match self {
            Self::Sqlite(row) => row.get(column).map_err(Error::internal),
            Self::Postgres(row) => {
                let found: Option<Text<'_>> = row.try_get(column).map_err(Error::internal)?;
                Ok(found.map(|Text(text)| text.to_owned()))
            }
        }
    }

    /// A JSON column, read into a type without a copy in between.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        serde_json::from_str(self.str(column)?).map_err(Error::internal)
    }

    fn str(&self, column: usize) -> Result<&str> {
        match self {
            Self::Sqlite(row) => row.get_ref(column).map_err(Error::internal)?.as_str().map_err(Error::internal),
            Self::Postgres(row) => row.try_get(column).map(|Text(text)| text).map_err(Error::internal),
        }
    }
}
