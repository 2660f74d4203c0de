//! An open transaction: statements, events and jobs that commit together, and what happens after.

use std::ops::ControlFlow;
use std::sync::Arc;

use tradewind_kernel::{Bucket, Error, ErrorKind, IdMint, Result, Timestamp};

use super::moving::moved;
use super::notices::Notices;
use super::postgres::{Expected, Session};
use super::simulated::{Moment, Simulated};
use super::{Dialect, Param, Row, Surroundings, TxFuture};

/// Code of the error of a broken UNIQUE constraint.
pub const UNIQUE: &str = "unique_violation";
/// Code of the error of a broken CHECK constraint.
pub const CHECK: &str = "check_violation";
/// Code of the error of a document that somebody else saved first.
pub const VERSION: &str = "version_conflict";
/// Code of the error of a write to a store that its shop has left.
pub const MOVED: &str = "moved";

/// What one transaction at a time does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnlyOne {
    /// Handing on what waits in the outbox.
    Relay,
}

impl OnlyOne {
    /// The number of its lock in the database: its name in ASCII.
    fn lock(self) -> i64 {
        match self {
            Self::Relay => 0x0072_656C_6179,
        }
    }
}

type Hook = Box<dyn FnOnce() + Send>;

/// An open transaction. Dropped with the body that got it; committed by whoever opened it.
pub struct Tx {
    pub(super) engine: Engine,
    surroundings: Surroundings,
    pub(super) hooks: Vec<Hook>,
    pub(crate) request_id: Option<String>,
    /// Who is told of changes, where it may make any.
    pub(super) notices: Option<Arc<Notices>>,
    /// What decides on faults, in a simulation.
    pub(super) simulated: Option<Simulated>,
    pub(super) asks: Asks,
}

/// What a body may ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asks {
    /// What it likes: it is in a transaction.
    Freely,
    /// One question, for which a transaction would be more work than the answer.
    Once,
    /// Nothing more: it has asked its one question.
    NoMore,
}

pub(super) enum Engine {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Session>),
}

impl Tx {
    pub(super) fn sqlite(connection: rusqlite::Connection, surroundings: Surroundings) -> Self {
        Self::of(Engine::Sqlite(connection), surroundings)
    }

    pub(super) fn postgres(session: Session, surroundings: Surroundings) -> Self {
        Self::of(Engine::Postgres(Box::new(session)), surroundings)
    }

    fn of(engine: Engine, surroundings: Surroundings) -> Self {
        Self {
            engine,
            surroundings,
            hooks: Vec::new(),
            request_id: None,
            notices: None,
            simulated: None,
            asks: Asks::Freely,
        }
    }

    /// Whether SQLite has no transaction open.
    pub(super) fn is_autocommit(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(connection) => connection.is_autocommit(),
            Engine::Postgres(_) => false,
        }
    }

    /// The transaction as PostgreSQL's engine holds it.
    pub(super) fn session(&mut self) -> Option<&mut Session> {
        match &mut self.engine {
            Engine::Sqlite(_) => None,
            Engine::Postgres(session) => Some(session),
        }
    }

    /// The engine's way of saying things.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The present moment, by the clock of the process.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.surroundings.clock.now()
    }

    /// Where new ids come from.
    #[must_use]
    pub fn mint(&self) -> &IdMint {
        &self.surroundings.mint
    }

    /// A new id with this prefix, in this bucket.
    #[must_use]
    pub fn id_in(&self, prefix: &str, bucket: Bucket) -> String {
        self.surroundings.mint.mint_in(prefix, bucket)
    }

    /// The id of the request that opened this transaction, where one did.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Runs a statement; returns how many rows it changed.
    pub async fn execute(&mut self, sql: &str, params: &[Param<'_>]) -> Result<u64> {
        self.may_fail()?;
        self.may_change()?;
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
                let changed = statement.execute(rusqlite::params_from_iter(params)).map_err(from_sqlite)?;
                Ok(changed as u64)
            }
            Engine::Postgres(session) => session.run(sql, params, |_| Ok(true)).await,
        }
    }

    /// Runs a statement that changes exactly one row; where it changes none, the transaction fails with what `otherwise` makes.
    ///
    /// On PostgreSQL nobody waits for it: it is sent with the next statement, at the latest with the commit, and that is where
    /// a failure shows. Where it is all the transaction does it is sent without one, so its condition names its row and
    /// asks nothing of others.
    pub async fn change_one(&mut self, sql: &str, params: &[Param<'_>], otherwise: fn() -> Error) -> Result<()> {
        if let Some(session) = self.ahead()? {
            return session.send_ahead(sql, params, Some(Expected { rows: 1, otherwise })).await;
        }
        if self.execute(sql, params).await? == 1 { Ok(()) } else { Err(otherwise()) }
    }

    /// Runs a statement of which the body needs not know how many rows it changes. As with [`change_one`](Self::change_one), nobody
    /// waits for it on PostgreSQL: who wants to know takes [`execute`](Self::execute).
    pub async fn run(&mut self, sql: &str, params: &[Param<'_>]) -> Result<()> {
        if let Some(session) = self.ahead()? {
            return session.send_ahead(sql, params, None).await;
        }
        self.execute(sql, params).await.map(|_| ())
    }

    /// Waits for what was sent ahead: where this is well, only the commit can fail.
    pub async fn settle(&mut self) -> Result<()> {
        match self.session() {
            Some(session) => session.settle().await,
            None => Ok(()),
        }
    }

    /// Where statements can be sent ahead.
    pub(super) fn ahead(&mut self) -> Result<Option<&mut Session>> {
        self.may_change()?;
        Ok(self.session())
    }

    fn may_change(&self) -> Result<()> {
        if self.asks == Asks::Freely {
            Ok(())
        } else {
            Err(Error::internal("a look-up changes nothing; use Db::write"))
        }
    }

    /// Runs a query; maps each row.
    pub async fn query<T: Send>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Vec<T>> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(map(row)?);
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        Ok(found)
    }

    /// Runs a query; maps its first row, if there is one.
    pub async fn query_one<T: Send>(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T> + Send,
    ) -> Result<Option<T>> {
        let mut found = None;
        self.each(sql, params, |row| {
            found = Some(map(row)?);
            Ok(ControlFlow::Break(()))
        })
        .await?;
        Ok(found)
    }

    /// Runs a query that answers with one number (a COUNT, a SUM); 0 when there is no row or it is NULL.
    pub async fn number(&mut self, sql: &str, params: &[Param<'_>]) -> Result<i64> {
        let found = self.query_one(sql, params, |row| row.opt_int(0)).await?;
        Ok(found.flatten().unwrap_or(0))
    }

    /// Runs one of SQLite's statements about the transaction itself.
    pub(super) fn run_plain(&mut self, sql: &str) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                connection.prepare_cached(sql).and_then(|mut statement| statement.execute([])).map_err(from_sqlite)?;
                Ok(())
            }
            Engine::Postgres(_) => Err(Error::internal("this statement is for SQLite")),
        }
    }

    /// Runs statements without parameters, one after the other.
    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(connection) => connection.execute_batch(sql).map_err(from_sqlite),
            Engine::Postgres(session) => session.script(sql).await,
        }
    }

    /// Commits a transaction that is held.
    pub(super) async fn commit(mut self) -> Result<()> {
        match &mut self.engine {
            Engine::Sqlite(_) => self.run_plain("COMMIT"),
            Engine::Postgres(session) => session.keep().await,
        }
    }

    pub(super) fn may_fail(&self) -> Result<()> {
        match &self.simulated {
            Some(simulated) => simulated.check(Moment::Statement),
            None => Ok(()),
        }
    }

    pub(super) async fn each(
        &mut self,
        sql: &str,
        params: &[Param<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>> + Send,
    ) -> Result<()> {
        self.may_fail()?;
        self.asks = match self.asks {
            Asks::Freely => Asks::Freely,
            Asks::Once if sql.trim_start().starts_with("SELECT") => Asks::NoMore,
            Asks::Once | Asks::NoMore => {
                return Err(Error::internal("a look-up is one SELECT; what asks for more is for Db::read_own"));
            }
        };
        match &mut self.engine {
            Engine::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql).map_err(from_sqlite)?;
                let mut rows = statement.query(rusqlite::params_from_iter(params)).map_err(from_sqlite)?;
                while let Some(row) = rows.next().map_err(from_sqlite)? {
                    if visit(&Row::Sqlite(row))?.is_break() {
                        break;
                    }
                }
            }
            Engine::Postgres(session) => {
                session.run(sql, params, |row| Ok(visit(&Row::Postgres(row))?.is_continue())).await?;
            }
        }
        Ok(())
    }

    /// Runs a part of the transaction that may fail by itself: on `Err` its work is undone, what came before stays.
    pub async fn attempt<T: Send, F>(&mut self, part: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
    {
        let hooks = self.hooks.len();
        match &mut self.engine {
            Engine::Sqlite(_) => self.run_plain("SAVEPOINT attempt")?,
            Engine::Postgres(session) => session.savepoint().await?,
        }
        let mut outcome = part(self).await;
        if let (Engine::Postgres(session), Ok(_)) = (&mut self.engine, &outcome)
            && !session.is_broken()
            && let Err(error) = session.settle().await
        {
            outcome = Err(error);
        }
        if let Engine::Postgres(session) = &self.engine
            && session.is_broken()
            && outcome.is_ok()
        {
            outcome = Err(session.went_on());
        }
        if outcome.is_err() {
            self.hooks.truncate(hooks);
        }
        match &mut self.engine {
            Engine::Sqlite(_) => {
                if outcome.is_err() {
                    self.run_plain("ROLLBACK TO attempt")?;
                }
                self.run_plain("RELEASE attempt")?;
            }
            Engine::Postgres(session) if outcome.is_err() => session.undo_to_savepoint().await?,
            Engine::Postgres(session) => session.release().await?,
        }
        outcome
    }

    /// Whether this is the only transaction that does `what` at the moment, on any process; the others are told at once, and do
    /// not wait. It stays so until this one ends.
    pub(crate) async fn is_alone_at(&mut self, what: OnlyOne) -> Result<bool> {
        match self.engine {
            // One writer: nobody else is at anything.
            Engine::Sqlite(_) => Ok(true),
            Engine::Postgres(_) => {
                let number = self.number("SELECT pg_try_advisory_xact_lock($1)", &[Param::Int(what.lock())]).await?;
                Ok(number == 1)
            }
        }
    }

    /// Asks for something to be done in this process once the commit has succeeded (waking a worker, noting a counter); what
    /// the other processes of a shop must hear of is announced ([`Tx::announce`]). It must be quick, and may be lost in a
    /// crash: what may not be lost is an event or a job.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.push(Box::new(hook));
    }
}

pub(super) fn from_sqlite(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    if let rusqlite::Error::SqliteFailure(failure, _) = &error {
        match failure.code {
            ErrorCode::ConstraintViolation => {
                return match failure.extended_code {
                    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                        Error::new(ErrorKind::Duplicate, "This exists already").code(UNIQUE).caused_by(error)
                    }
                    // The only triggers that refuse anything are those of a store that was left.
                    rusqlite::ffi::SQLITE_CONSTRAINT_TRIGGER => moved(error.to_string()),
                    rusqlite::ffi::SQLITE_CONSTRAINT_CHECK => {
                        Error::conflict("This is not possible any more").code(CHECK).caused_by(error)
                    }
                    _ => Error::internal(error),
                };
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::DiskFull => {
                return Error::new(
                    ErrorKind::Unavailable,
                    "The shop cannot store this at the moment. Please try again.",
                )
                .caused_by(error);
            }
            _ => {}
        }
    }
    Error::internal(error)
}
