//! Values on their way into a statement (`Param`) and out of a row (`Row`).

use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use serde::de::DeserializeOwned;
use tradewind_kernel::{Error, Result, Timestamp};

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
}

impl Row<'_> {
    /// A BIGINT.
    pub fn int(&self, column: usize) -> Result<i64> {
        let Self::Sqlite(row) = self;
        row.get(column).map_err(Error::internal)
    }

    /// A BIGINT that may be NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>> {
        let Self::Sqlite(row) = self;
        row.get(column).map_err(Error::internal)
    }

    /// A moment.
    pub fn time(&self, column: usize) -> Result<Timestamp> {
        self.int(column).map(Timestamp)
    }

    /// A BOOLEAN.
    pub fn bool(&self, column: usize) -> Result<bool> {
        let Self::Sqlite(row) = self;
        row.get::<_, i64>(column).map(|number| number != 0).map_err(Error::internal)
    }

    /// A TEXT.
    pub fn text(&self, column: usize) -> Result<String> {
        let Self::Sqlite(row) = self;
        row.get(column).map_err(Error::internal)
    }

    /// A TEXT that may be NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>> {
        let Self::Sqlite(row) = self;
        row.get(column).map_err(Error::internal)
    }

    /// A JSON column, read into a type without a copy in between.
    pub fn json<T: DeserializeOwned>(&self, column: usize) -> Result<T> {
        let Self::Sqlite(row) = self;
        let text = row.get_ref(column).map_err(Error::internal)?.as_str().map_err(Error::internal)?;
        serde_json::from_str(text).map_err(Error::internal)
    }
}
