//! Statements that are sent ahead: together with the next one that somebody waits for, or with the commit.
//!
//! Most of what a short transaction costs is messages, and waiting for each of them. A statement whose answer says nothing that
//! the body needs to go on is kept here until there is something to be sent anyway.

use bytes::{Bytes, BytesMut};
use deadpool_postgres::Client;
use futures::future::{join, join_all};
use futures::{StreamExt as _, pin_mut};
use tokio_postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error as DriverError, Statement};
use tradewind_kernel::{Error, Result};

use super::value::{Bound, Failure};

/// So many are kept at most before they are sent.
pub(super) const AHEAD_MAX: usize = 16;

/// How many rows a statement must change, and the error where it changes another number.
#[derive(Clone, Copy)]
pub(in crate::db) struct Expected {
    pub(in crate::db) rows: u64,
    pub(in crate::db) otherwise: fn() -> Error,
}

/// A statement to be sent.
pub(super) struct Ahead {
    sql: Sql,
    values: Vec<Encoded>,
    pub(super) expected: Option<Expected>,
}

enum Sql {
    Prepared(Statement),
    /// Behind a pooler, which keeps no prepared statements.
    Text(String),
}

/// Why a statement that was sent ahead was not done.
pub(super) enum Missed {
    /// It failed, or the connection did.
    Failed(DriverError),
    /// It changed another number of rows than it must.
    Rows(fn() -> Error),
}

impl Ahead {
    pub(super) async fn prepare(
        client: &Client,
        pooled: bool,
        sql: &str,
        params: &[impl Bound],
        expected: Option<Expected>,
    ) -> Result<Self, DriverError> {
        let sql = if pooled {
            Sql::Text(sql.to_owned())
        } else {
            let types: Vec<_> = params.iter().map(Bound::kind).collect();
            Sql::Prepared(client.prepare_typed_cached(sql, &types).await?)
        };
        Ok(Self { sql, values: Vec::new(), expected })
    }

    /// Takes the values along, as they are now.
    pub(super) fn with(mut self, params: &[impl Bound]) -> Result<Self> {
        self.values = params.iter().map(Encoded::of).collect::<Result<_, _>>().map_err(Error::internal)?;
        Ok(self)
    }

    /// Sends it (when this is first looked at) and answers how many rows it changed.
    async fn send(&self, client: &Client) -> Result<u64, DriverError> {
        match &self.sql {
            Sql::Prepared(statement) => client.execute_raw(statement, &self.values).await,
            Sql::Text(sql) => {
                let values = self.values.iter().map(|value| (value, value.kind.clone()));
                let rows = client.query_typed_raw(sql, values).await?;
                pin_mut!(rows);
                while let Some(row) = rows.next().await {
                    row?;
                }
                Ok(rows.rows_affected().unwrap_or(0))
            }
        }
    }
}

/// Sends what begins a transaction and these statements, all at once; what they came to is the first failure, since what
/// comes behind one fails as well.
pub(super) async fn send_all(client: &Client, begin: Option<&str>, ahead: &[Ahead]) -> Result<(), Missed> {
    let begun = async {
        match begin {
            Some(begin) => client.batch_execute(begin).await,
            None => Ok(()),
        }
    };
    let (begun, outcomes) = join(begun, join_all(ahead.iter().map(|one| one.send(client)))).await;
    begun.map_err(Missed::Failed)?;
    for (one, outcome) in ahead.iter().zip(outcomes) {
        let changed = outcome.map_err(Missed::Failed)?;
        if let Some(Expected { rows, otherwise }) = one.expected
            && rows != changed
        {
            return Err(Missed::Rows(otherwise));
        }
    }
    Ok(())
}

/// A value as it goes over the wire: whoever gave it need not be there any more when it does.
#[derive(Debug)]
struct Encoded {
    kind: Type,
    format: Format,
    bytes: Option<Bytes>,
}

impl Encoded {
    fn of(param: &impl Bound) -> Result<Self, Failure> {
        let kind = param.kind();
        let mut bytes = BytesMut::new();
        let is_null = matches!(param.to_sql(&kind, &mut bytes)?, IsNull::Yes);
        let bytes = (!is_null).then(|| bytes.freeze());
        Ok(Self { format: param.encode_format(&kind), kind, bytes })
    }
}

impl ToSql for Encoded {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        let Some(bytes) = &self.bytes else { return Ok(IsNull::Yes) };
        out.extend_from_slice(bytes);
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        self.format
    }

    to_sql_checked!();
}
