//! Copies of SQLite stores: of one state of a file that is in use, and looked at before they are called copies.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use tradewind_kernel::{Error, ErrorKind, Result};

use super::tx::from_sqlite;

/// How many rows each table of a store has.
pub type Counts = BTreeMap<String, i64>;

/// Copies a store, which may be in use by other processes and goes on being so, to a file that does not exist. The copy is one
/// state of it, whole, and in one file.
pub fn copy_sqlite(from: &Path, to: &Path) -> Result<Counts> {
    let source = open(from)?;
    // One state: what is counted in this transaction is what is copied in it.
    source.execute_batch("PRAGMA busy_timeout = 5000; BEGIN").map_err(from_sqlite)?;
    let counts = count(&source)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut copy = Connection::open_with_flags(to, flags).map_err(from_sqlite)?;
    let step = Backup::new(&source, &mut copy).and_then(|backup| backup.step(-1)).map_err(from_sqlite)?;
    if step != StepResult::Done {
        return Err(Error::new(ErrorKind::Unavailable, "The store is locked by another process. Please try again."));
    }
    // No file beside it: what is in one file cannot be copied by halves.
    let mode: String = copy.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).map_err(from_sqlite)?;
    drop(copy);
    if mode != "delete" || check_sqlite(to)? != counts {
        return Err(Error::internal(format!("the copy in {} does not hold what was copied", to.display())));
    }
    Ok(counts)
}

/// Looks through every page of a store that is not in use; says how many rows there are, or what is broken.
pub fn check_sqlite(file: &Path) -> Result<Counts> {
    let store = open(file)?;
    let broken =
        |what: String| Error::new(ErrorKind::Invalid, format!("{} is not a whole SQLite file: {what}", file.display()));
    let found = store.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    let found = found.map_err(|error| broken(error.to_string()))?;
    if found != "ok" {
        return Err(broken(found));
    }
    count(&store)
}

fn open(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags).map_err(|error| {
        Error::new(ErrorKind::NotFound, format!("{} cannot be opened", file.display())).caused_by(error)
    })
}

fn count(store: &Connection) -> Result<Counts> {
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    let mut tables = store.prepare(tables).map_err(from_sqlite)?;
    let names = tables.query_map([], |row| row.get::<_, String>(0)).map_err(from_sqlite)?;
    let mut counts = Counts::new();
    for name in names {
        let name = name.map_err(from_sqlite)?;
        let sql = format!("SELECT COUNT(*) FROM \"{name}\"");
        let rows = store.query_row(&sql, [], |row| row.get(0)).map_err(from_sqlite)?;
        counts.insert(name, rows);
    }
    Ok(counts)
}
