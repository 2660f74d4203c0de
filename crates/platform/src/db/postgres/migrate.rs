//! Migrations on PostgreSQL: one process at a time, and all steps of a module or none. The history is kept in the same form as
//! SQLite's, but not through the library's own driver: that one needs prepared statements and a transaction a step, and a
//! pooler lets nobody hold a lock from one transaction to the next.

use tokio_postgres::{Client, Error as DriverError, SimpleQueryMessage, SimpleQueryRow};
use tradewind_kernel::{Error, ErrorKind, Result};

use super::errors::{Place, cannot_open, read_only};
use crate::db::Migrations;

/// Locked while somebody migrates: several processes that start at once take turns. Nobody else in the database uses the
/// number, which is the word "trade" in ASCII.
const LOCK: i64 = 0x0074_7261_6465;
/// PostgreSQL 15, in the server's own numbers.
const VERSION_MIN: i64 = 150_000;

/// Brings the tables of a module up to date; returns how many steps were taken.
pub(super) async fn migrate(client: &Client, migrations: &Migrations, place: &Place) -> Result<usize> {
    let failed = |error: DriverError| cannot_open(&error, place);
    let version = number(client, "SELECT current_setting('server_version_num')").await.map_err(failed)?;
    check_version(version, place)?;
    let is_read_only = "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on'
                        THEN 1 ELSE 0 END";
    if number(client, is_read_only).await.map_err(failed)? == 1 {
        return Err(Error::new(ErrorKind::Unavailable, read_only(place)));
    }
    // Some steps take their time; whoever comes second waits for the first.
    let begin = format!("BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LOCK})");
    client.batch_execute(&begin).await.map_err(failed)?;
    let outcome = take_steps(client, migrations, place).await;
    client.batch_execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await.map_err(failed)?;
    outcome
}

fn check_version(version: i64, place: &Place) -> Result<()> {
    if version >= VERSION_MIN {
        return Ok(());
    }
    let (hosts, found) = (&place.hosts, version.div_euclid(10_000));
    let message = format!("PostgreSQL at {hosts} is version {found}; the shop needs 15 or newer. Upgrade the server.");
    Err(Error::new(ErrorKind::Unavailable, message))
}

async fn take_steps(client: &Client, migrations: &Migrations, place: &Place) -> Result<usize> {
    let failed = |error: DriverError| cannot_open(&error, place);
    let history = migrations.history();
    let is_new = format!("SELECT CASE WHEN to_regclass('{history}') IS NULL THEN 1 ELSE 0 END");
    // Looked for before it is created: a process that only serves needs no right to create tables.
    let mut applied = Vec::new();
    if number(client, &is_new).await.map_err(failed)? == 1 {
        let create = format!(
            "CREATE TABLE {history} (version INT4 PRIMARY KEY, name VARCHAR(255), applied_on VARCHAR(255),
                                     checksum VARCHAR(255))"
        );
        client.batch_execute(&create).await.map_err(failed)?;
    } else {
        let sql = format!("SELECT version, name, checksum FROM {history} ORDER BY version");
        for row in rows(client, &sql).await.map_err(failed)? {
            let [version, name, checksum] = [0, 1, 2].map(|column| row.get(column).unwrap_or_default());
            applied.push((version.parse().map_err(Error::internal)?, name.to_owned(), checksum.to_owned()));
        }
    }
    let steps = migrations.steps_for(|step| step.postgres)?;
    let last = migrations.last_taken(&steps, &applied)?;
    let mut taken = 0;
    for step in steps.iter().filter(|step| i64::from(step.version()) > last) {
        client.batch_execute(step.sql().unwrap_or_default()).await.map_err(|error| failed_step(&error, step, place))?;
        let note = format!(
            "INSERT INTO {history} (version, name, applied_on, checksum)
             VALUES ({}, '{}', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), '{}')",
            step.version(),
            step.name(),
            step.checksum()
        );
        client.batch_execute(&note).await.map_err(failed)?;
        taken += 1;
    }
    Ok(taken)
}

fn failed_step(error: &DriverError, step: &refinery::Migration, place: &Place) -> Error {
    let cause = cannot_open(error, place);
    let message = format!("Step {step} of the tables cannot be taken. {}", cause.message());
    Error::new(ErrorKind::Unavailable, message).caused_by(cause)
}

async fn rows(client: &Client, sql: &str) -> Result<Vec<SimpleQueryRow>, DriverError> {
    let answer = client.simple_query(sql).await?;
    let rows = answer.into_iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    Ok(rows.collect())
}

async fn number(client: &Client, sql: &str) -> Result<i64, DriverError> {
    let rows = rows(client, sql).await?;
    Ok(rows.first().and_then(|row| row.get(0)).and_then(|text| text.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_server_is_named() {
        let place = Place { hosts: "db0:5432".to_owned(), user: "shop".to_owned(), database: "core".to_owned() };
        check_version(150_018, &place).unwrap();
        let error = check_version(140_012, &place).unwrap_err();
        assert!(error.message().contains("db0:5432 is version 14"), "{error}");
    }
}
