//! Aggregates stored whole: a row with id, version and JSON body, beside the columns that are filtered or unique.

use std::fmt::Write as _;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tradewind_kernel::{Error, Result};

use super::tx::VERSION;
use super::{Param, Tx};

/// An aggregate with the version it was read at; saving it checks that version.
#[derive(Clone, Debug)]
pub struct Stored<T> {
    /// The version, from 1.
    pub version: i64,
    /// The aggregate.
    pub value: T,
}

/// The tables these helpers serve have the columns `id TEXT PRIMARY KEY`, `version BIGINT`, `body JSON`, and any others.
impl Tx {
    /// Reads an aggregate by id.
    pub async fn document<T: DeserializeOwned + Send>(&mut self, table: &str, id: &str) -> Result<Option<Stored<T>>> {
        let sql = format!("SELECT version, body FROM {table} WHERE id = $1");
        self.query_one(&sql, &[Param::from(id)], |row| Ok(Stored { version: row.int(0)?, value: row.json(1)? })).await
    }

    /// Stores a new aggregate at version 1; the id must be free.
    pub async fn insert_document<T: Serialize>(
        &mut self,
        table: &str,
        id: &str,
        value: &T,
        columns: &[(&str, Param<'_>)],
    ) -> Result<()> {
        let (sql, params) = insertion(table, id, value, columns)?;
        self.execute(&sql, &params).await?;
        Ok(())
    }

    /// [`insert_document`](Self::insert_document) that nobody waits for, as with [`run`](Self::run).
    pub async fn add_document<T: Serialize>(
        &mut self,
        table: &str,
        id: &str,
        value: &T,
        columns: &[(&str, Param<'_>)],
    ) -> Result<()> {
        let (sql, params) = insertion(table, id, value, columns)?;
        self.run(&sql, &params).await
    }

    /// Saves an aggregate that was read at `version`, and returns its new version. When somebody else saved it in between,
    /// fails with the code [`VERSION`] and changes nothing.
    pub async fn update_document<T: Serialize>(
        &mut self,
        table: &str,
        id: &str,
        version: i64,
        value: &T,
        columns: &[(&str, Param<'_>)],
    ) -> Result<i64> {
        let mut sql = format!("UPDATE {table} SET version = $1, body = $2");
        for (position, (name, _)) in columns.iter().enumerate() {
            let _ = write!(sql, ", {name} = ${}", position + 3);
        }
        let _ = write!(sql, " WHERE id = ${} AND version = ${}", columns.len() + 3, columns.len() + 4);
        let mut params = vec![Param::from(version + 1), Param::Owned(to_json(value)?)];
        params.extend(columns.iter().map(|(_, param)| param.clone()));
        params.push(Param::from(id));
        params.push(Param::from(version));
        if self.execute(&sql, &params).await? == 0 {
            return Err(
                Error::conflict("This was changed by somebody else at the same time. Please try again.").code(VERSION)
            );
        }
        Ok(version + 1)
    }
}

fn insertion<'p, T: Serialize>(
    table: &str,
    id: &'p str,
    value: &T,
    columns: &[(&str, Param<'p>)],
) -> Result<(String, Vec<Param<'p>>)> {
    let mut sql = format!("INSERT INTO {table} (id, version, body");
    for (name, _) in columns {
        let _ = write!(sql, ", {name}");
    }
    sql.push_str(") VALUES ($1, 1, $2");
    for position in 0..columns.len() {
        let _ = write!(sql, ", ${}", position + 3);
    }
    sql.push(')');
    let mut params = vec![Param::from(id), Param::Owned(to_json(value)?)];
    params.extend(columns.iter().map(|(_, param)| param.clone()));
    Ok((sql, params))
}

fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
