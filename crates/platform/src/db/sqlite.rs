//! The embedded engine: one file, one writing connection in its lane, a pool of reading ones.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;
use tokio::sync::Semaphore;
use tradewind_kernel::{Error, Result};

use super::lane::{Lane, run_ready};
use super::migrate::Migrations;
use super::simulated::Simulated;
use super::tx::{Asks, Tx, from_sqlite};
use super::{Surroundings, TxFuture};

/// How a SQLite database is opened.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The file; it is created where missing.
    pub path: PathBuf,
    /// How many reading connections are kept.
    pub readers: usize,
    /// What decides on faults, in a simulation.
    pub simulated: Option<Simulated>,
}

impl SqliteOptions {
    /// A file, with four readers.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), readers: 4, simulated: None }
    }
}

pub(super) struct Sqlite {
    lane: Lane,
    readers: Arc<Readers>,
    path: PathBuf,
    surroundings: Surroundings,
    simulated: Option<Simulated>,
}

struct Readers {
    idle: Mutex<Vec<Tx>>,
    permits: Semaphore,
}

impl Sqlite {
    pub(super) fn open(options: &SqliteOptions, surroundings: Surroundings) -> Result<Self> {
        if let Some(folder) = options.path.parent() {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        let writer = connect(&options.path, false)?;
        let idle = (0..options.readers.max(1))
            .map(|_| Ok(Tx::sqlite(connect(&options.path, true)?, surroundings.clone())))
            .collect::<Result<Vec<_>>>()?;
        let readers = Arc::new(Readers { permits: Semaphore::new(idle.len()), idle: Mutex::new(idle) });
        let writer = Tx::sqlite(writer, surroundings.clone());
        let lane = match &options.simulated {
            Some(simulated) => Lane::simulated(writer, simulated.clone()),
            None => Lane::start(writer)?,
        };
        Ok(Self { lane, readers, path: options.path.clone(), surroundings, simulated: options.simulated.clone() })
    }

    pub(super) fn lane(&self) -> &Lane {
        &self.lane
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A connection of its own in a transaction: for one state of the file, or to change it while no other process does.
    pub(super) fn hold(&self, read_only: bool) -> Result<Tx> {
        let mut connection = connect(&self.path, read_only)?;
        // Asked for every millisecond: a busy write lane leaves hardly more than that between two commits.
        connection.busy_handler(Some(ask_again)).map_err(from_sqlite)?;
        let mut tx = Tx::sqlite(connection, self.surroundings.clone());
        tx.run_plain(if read_only { "BEGIN" } else { "BEGIN IMMEDIATE" })?;
        Ok(tx)
    }

    pub(super) fn migrate(&self, migrations: &Migrations) -> Result<usize> {
        migrations.run_sqlite(&mut connect(&self.path, false)?)
    }

    pub(super) async fn read<T, F>(&self, asks: Asks, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
    {
        if let Some(simulated) = &self.simulated {
            simulated.wait().await;
        }
        let _permit = self.readers.permits.acquire().await.map_err(Error::internal)?;
        self.readers.run(asks, body)
    }

    pub(super) async fn scan<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Send + 'static,
    {
        if self.simulated.is_some() {
            return self.read(Asks::Freely, body).await;
        }
        let readers = Arc::clone(&self.readers);
        let permit = readers.permits.acquire().await.map_err(Error::internal)?;
        permit.forget();
        let on_thread = Arc::clone(&readers);
        let outcome = tokio::task::spawn_blocking(move || {
            let outcome = on_thread.run(Asks::Freely, body);
            on_thread.permits.add_permits(1);
            outcome
        });
        outcome.await.map_err(Error::internal)?
    }
}

impl Readers {
    /// Runs a body on an idle connection; the caller holds a permit, so there is one.
    fn run<T, F>(&self, asks: Asks, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
    {
        let mut tx =
            self.idle.lock().pop().ok_or_else(|| Error::internal("no reading connection although one was free"))?;
        tx.asks = asks;
        let begun = if asks == Asks::Freely { begin(&mut tx) } else { Ok(()) };
        let outcome = begun.and_then(|()| run_ready(body, &mut tx));
        let ended = end(&mut tx);
        tx.hooks.clear();
        self.idle.lock().push(tx);
        ended?;
        outcome
    }
}

// A body sees one state of the database from its first statement to its last.
fn begin(tx: &mut Tx) -> Result<()> {
    tx.run_plain("BEGIN")
}

fn end(tx: &mut Tx) -> Result<()> {
    if tx.is_autocommit() { Ok(()) } else { tx.run_plain("COMMIT") }
}

/// Whether a lock that others hold is to be tried for once more, after a moment; given up after half a minute.
fn ask_again(tries: i32) -> bool {
    std::thread::sleep(Duration::from_millis(1));
    tries < 30_000
}

fn connect(path: &PathBuf, read_only: bool) -> Result<rusqlite::Connection> {
    let flags = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection =
        rusqlite::Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(from_sqlite)?;
    connection.set_prepared_statement_cache_capacity(256);
    // A plan once made stays. Otherwise SQLite compiles a statement anew whenever it is run with another value that one of
    // its indexes might have a say about (a partial one, or one with statistics): a twentieth of the work of an order.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(from_sqlite)?;
    // FULL: a commit is on the disk before it is acknowledged. Cache sizes are in KiB, negative by convention.
    let settings = if read_only {
        "PRAGMA busy_timeout = 5000; PRAGMA cache_size = -500; PRAGMA query_only = ON;"
    } else {
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;
         PRAGMA cache_size = -2000; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
         PRAGMA temp_store = MEMORY;"
    };
    connection.execute_batch(settings).map_err(from_sqlite)?;
    Ok(connection)
}
