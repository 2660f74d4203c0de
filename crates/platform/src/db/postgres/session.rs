//! A transaction on a pooled connection: begun with its first statement, and ended whatever becomes of its owner.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Client, Object};
use futures::future::join;
use futures::{FutureExt as _, StreamExt as _, pin_mut};
use tokio_postgres::{Error as DriverError, Row, RowStream};
use tradewind_kernel::{Error, Result};

use super::ahead::{AHEAD_MAX, Ahead, Expected, Missed, send_all};
use super::errors::{self, Verdict};
use super::value::Bound;
use super::watch::{number, row_of};

/// How long undoing what an owner left behind may take before the connection is given up.
const UNDO_MAX: Duration = Duration::from_secs(5);

/// What a statement that failed means for the transaction: the server does nothing more in it.
pub(super) struct Failed {
    pub(super) verdict: Verdict,
    text: String,
}

/// What became of a transaction.
pub(super) enum Committed {
    /// There was nothing to commit.
    Nothing,
    /// Committed; where, if that was asked for and answered.
    At(Option<u64>),
}

/// Why a transaction was not committed.
pub(super) enum Uncommitted {
    /// Whether this work can be done again stands in the error itself; where the connection was lost it is not known whether
    /// it was kept.
    Failed(DriverError),
    /// A statement found something else than it must; nothing was changed.
    Missed(Error),
}

/// How far the server is with what is to be replayed by others. What was inserted, not what was written out: with
/// `synchronous_commit = off` an answered commit may not be written yet.
pub(super) async fn position(client: &Client) -> Result<Option<u64>, DriverError> {
    let messages = client.simple_query("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn").await?;
    Ok(row_of(messages).and_then(|row| number(&row, 0)))
}

/// A transaction of one connection.
pub(in crate::db) struct Session {
    client: Option<Client>,
    /// Without named prepared statements, which a pooler in transaction mode does not keep.
    pooled: bool,
    /// What begins the transaction; sent along with the first statement.
    begin: Option<Arc<str>>,
    begun: bool,
    /// Whether the statement is all there is: no transaction is around it.
    alone: bool,
    failed: Option<Failed>,
    /// What is to be sent with whatever comes next.
    ahead: Vec<Ahead>,
    /// Whether an answer of the server is awaited. A body that waits while this is false waits for something else.
    waiting: Arc<AtomicBool>,
}

impl Session {
    pub(super) fn new(client: Client, pooled: bool, begin: Arc<str>) -> Self {
        let (begin, waiting) = (Some(begin), Arc::default());
        Self {
            client: Some(client),
            pooled,
            begin,
            begun: false,
            alone: false,
            failed: None,
            ahead: Vec::new(),
            waiting,
        }
    }

    /// For one statement, which needs no transaction. Behind a pooler it has one, for the limits that are set in it.
    pub(super) fn of_one_statement(client: Client, pooled: bool, begin: Arc<str>) -> Self {
        let mut session = Self::new(client, pooled, begin);
        if !pooled {
            (session.begin, session.alone) = (None, true);
        }
        session
    }

    pub(super) fn waiting(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.waiting)
    }

    /// What has gone wrong in this transaction and was not undone.
    pub(super) fn failed(&self) -> Option<&Failed> {
        self.failed.as_ref()
    }

    /// Whether a statement failed and was not undone.
    pub(in crate::db) fn is_broken(&self) -> bool {
        self.failed.is_some()
    }

    /// Runs a statement; hands on its rows as long as they are wanted. Answers how many it changed.
    pub(in crate::db) async fn run(
        &mut self,
        sql: &str,
        params: &[impl Bound],
        mut visit: impl FnMut(&Row) -> Result<bool> + Send,
    ) -> Result<u64> {
        self.may_go_on()?;
        let (begin, ahead) = (self.begin.take(), std::mem::take(&mut self.ahead));
        let client = self.client.as_ref().ok_or_else(no_connection)?;
        self.begun = true;
        self.waiting.store(true, Ordering::Release);
        // One round trip for all of it.
        let before = send_all(client, begin.as_deref(), &ahead);
        let (before, outcome) = join(before, run_through(client, self.pooled, sql, params, &mut visit)).await;
        self.waiting.store(false, Ordering::Release);
        self.begun = !self.alone || outcome.is_err();
        before.map_err(|missed| self.miss(missed))?;
        match outcome {
            Ok((changed, visited)) => visited.map(|()| changed),
            Err(error) => Err(self.fail(error)),
        }
    }
    /// Takes a statement along with whatever comes next, at the latest the commit: that is where its failure shows.
    pub(in crate::db) async fn send_ahead(
        &mut self,
        sql: &str,
        params: &[impl Bound],
        expected: Option<Expected>,
    ) -> Result<()> {
        self.may_go_on()?;
        if self.ahead.len() == AHEAD_MAX {
            self.settle().await?;
        }
        let client = self.client.as_ref().ok_or_else(no_connection)?;
        self.waiting.store(true, Ordering::Release);
        let prepared = Ahead::prepare(client, self.pooled, sql, params, expected).await;
        self.waiting.store(false, Ordering::Release);
        match prepared {
            Ok(prepared) => self.ahead.push(prepared.with(params)?),
            Err(error) => return Err(self.fail(error)),
        }
        Ok(())
    }

    /// Sends what was kept, and waits for what it comes to.
    pub(in crate::db) async fn settle(&mut self) -> Result<()> {
        self.may_go_on()?;
        if self.ahead.is_empty() {
            return Ok(());
        }
        let (begin, ahead) = (self.begin.take(), std::mem::take(&mut self.ahead));
        let client = self.client.as_ref().ok_or_else(no_connection)?;
        self.begun = true;
        self.waiting.store(true, Ordering::Release);
        let outcome = send_all(client, begin.as_deref(), &ahead).await;
        self.waiting.store(false, Ordering::Release);
        outcome.map_err(|missed| self.miss(missed))
    }

    /// [`settle`](Self::settle) before a commit, where that could not undo what was found to be wrong only then.
    pub(super) async fn settle_before_commit(&mut self) -> Result<()> {
        if self.is_one_statement() || self.ahead.iter().all(|one| one.expected.is_none()) {
            return Ok(());
        }
        self.settle().await
    }

    /// Whether all there is to be done is one statement about one row, which needs no transaction around it: where it does not find
    /// its row it changes nothing. Behind a pooler it has one, for the limits that are set in it.
    fn is_one_statement(&self) -> bool {
        let is_about_one_row = |one: &Ahead| one.expected.is_none_or(|expected| expected.rows == 1);
        !self.begun && !self.pooled && self.ahead.len() == 1 && self.ahead.iter().all(is_about_one_row)
    }

    /// Whether statements are kept that nobody will send.
    pub(super) fn keeps_back(&self) -> bool {
        !self.ahead.is_empty()
    }

    /// Runs a statement about the transaction itself.
    async fn plain(&mut self, sql: &str) -> Result<()> {
        self.settle().await?;
        let begin = self.begin.take();
        let client = self.client.as_ref().ok_or_else(no_connection)?;
        let text = begin.map_or_else(|| sql.to_owned(), |begin| format!("{begin}; {sql}"));
        self.begun = true;
        self.waiting.store(true, Ordering::Release);
        let outcome = client.batch_execute(&text).await;
        self.waiting.store(false, Ordering::Release);
        outcome.map_err(|error| self.fail(error))
    }

    pub(in crate::db) async fn savepoint(&mut self) -> Result<()> {
        self.may_go_on()?;
        self.plain("SAVEPOINT attempt").await
    }

    /// Keeps what was done since the savepoint.
    pub(in crate::db) async fn release(&mut self) -> Result<()> {
        self.may_go_on()?;
        self.plain("RELEASE attempt").await
    }

    /// Undoes what was done since the savepoint. What cannot be mended that way, because the whole transaction has to be done
    /// again, stays as it is.
    pub(in crate::db) async fn undo_to_savepoint(&mut self) -> Result<()> {
        if self.failed.as_ref().is_some_and(|failed| failed.verdict.is_of_all()) {
            return self.may_go_on();
        }
        self.failed = None;
        self.ahead.clear();
        self.plain("ROLLBACK TO attempt; RELEASE attempt").await
    }

    fn may_go_on(&self) -> Result<()> {
        if self.failed.is_none() { Ok(()) } else { Err(self.went_on()) }
    }

    /// That a body goes on after a statement that failed.
    pub(in crate::db) fn went_on(&self) -> Error {
        match &self.failed {
            Some(failed) if !failed.verdict.is_of_all() => Error::internal(format!(
                "a transaction went on after a statement that failed ({}); such a statement belongs into Tx::attempt",
                failed.text
            )),
            Some(failed) => errors::unavailable(failed.text.clone()),
            None => errors::unavailable("nothing failed".to_owned()),
        }
    }

    fn fail(&mut self, error: DriverError) -> Error {
        self.note_failure(&error);
        errors::from_postgres(error)
    }

    fn miss(&mut self, missed: Missed) -> Error {
        match missed {
            Missed::Failed(error) => self.fail(error),
            Missed::Rows(otherwise) => {
                let error = otherwise();
                self.failed = Some(Failed { verdict: Verdict::Never, text: error.message().to_owned() });
                error
            }
        }
    }

    fn note_failure(&mut self, error: &DriverError) {
        self.failed = Some(Failed { verdict: errors::verdict(error), text: errors::text_of(error) });
    }

    /// Commits, and asks where, if that is wanted: both in one round trip, with what was kept to be sent ahead.
    pub(super) async fn commit(&mut self, asks_where: bool) -> Result<Committed, Uncommitted> {
        let (is_one_statement, ahead) = (self.is_one_statement(), std::mem::take(&mut self.ahead));
        let Some(client) = self.client.as_ref().filter(|_| self.begun || !ahead.is_empty()) else {
            return Ok(Committed::Nothing);
        };
        let begin = self.begin.take().filter(|_| !is_one_statement);
        self.begun = true;
        let before = send_all(client, begin.as_deref(), &ahead);
        let commit = async { if is_one_statement { Ok(()) } else { client.batch_execute("COMMIT").await } };
        // Messages with an answer each: that the last one failed says nothing of the commit.
        let position = async { if asks_where { position(client).await.ok().flatten() } else { None } };
        let (before, commit, position) = futures::join!(before, commit, position);
        match (before, commit) {
            (Ok(()), Ok(())) => {
                self.begun = false;
                Ok(Committed::At(position))
            }
            (Err(Missed::Rows(otherwise)), _) => {
                self.begun = !is_one_statement;
                Err(Uncommitted::Missed(otherwise()))
            }
            // The server undid the rest when the first statement failed.
            (Err(Missed::Failed(error)), _) | (Ok(()), Err(error)) => {
                self.note_failure(&error);
                Err(Uncommitted::Failed(error))
            }
        }
    }

    /// Runs statements without parameters, one after the other.
    pub(in crate::db) async fn script(&mut self, sql: &str) -> Result<()> {
        self.may_go_on()?;
        self.plain(sql).await
    }

    /// Commits what is held.
    pub(in crate::db) async fn keep(&mut self) -> Result<()> {
        self.settle().await?;
        self.commit(false).await.map(|_| ()).map_err(|uncommitted| match uncommitted {
            Uncommitted::Failed(error) => errors::from_postgres(error),
            Uncommitted::Missed(error) => error,
        })
    }

    /// Undoes everything.
    pub(super) async fn roll_back(&mut self) {
        let Some(client) = self.client.as_ref().filter(|_| self.begun && !self.is_lost()) else {
            return;
        };
        if let Ok(Ok(())) = tokio::time::timeout(UNDO_MAX, client.batch_execute("ROLLBACK")).await {
            self.begun = false;
        }
    }

    /// Ends a transaction that has changed nothing, and waits for no answer: whoever has the connection next stands behind it.
    pub(super) fn let_go(&mut self) {
        if let Some(client) = self.client.as_ref().filter(|_| self.begun) {
            // It is sent when it is first looked at.
            self.begun = pin!(client.batch_execute("ROLLBACK")).now_or_never().is_some();
        }
    }

    /// Whether the connection is of no more use.
    fn is_lost(&self) -> bool {
        self.failed.as_ref().is_some_and(|failed| failed.verdict == Verdict::Lost)
    }

    /// Lets go of the connection for good, whatever state it is in.
    pub(super) fn discard(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let lost = self.is_lost();
        let Some(client) = self.client.take().filter(|_| self.begun) else {
            return;
        };
        // Its owner went away in the middle (a shopper who left), or it could not be undone.
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) if !lost => {
                runtime.spawn(undo(client));
            }
            _ => drop(Object::take(client)),
        }
    }
}

async fn undo(client: Client) {
    let undone = tokio::time::timeout(UNDO_MAX, client.batch_execute("ROLLBACK")).await;
    if !matches!(undone, Ok(Ok(()))) {
        drop(Object::take(client));
    }
}

async fn run_through(
    client: &Client,
    pooled: bool,
    sql: &str,
    params: &[impl Bound],
    visit: &mut (impl FnMut(&Row) -> Result<bool> + Send),
) -> Result<(u64, Result<()>), DriverError> {
    let rows = start(client, pooled, sql, params).await?;
    pin_mut!(rows);
    let mut visited = Ok(true);
    // To the end, also when no more rows are wanted: an error may come after the first of them.
    while let Some(row) = rows.next().await {
        let row = row?;
        if matches!(visited, Ok(true)) {
            visited = visit(&row);
        }
    }
    Ok((rows.rows_affected().unwrap_or(0), visited.map(|_| ())))
}

async fn start(client: &Client, pooled: bool, sql: &str, params: &[impl Bound]) -> Result<RowStream, DriverError> {
    if pooled {
        return client.query_typed_raw(sql, params.iter().map(|param| (param, param.kind()))).await;
    }
    let types: Vec<_> = params.iter().map(Bound::kind).collect();
    let statement = client.prepare_typed_cached(sql, &types).await?;
    client.query_raw(&statement, params).await
}

fn no_connection() -> Error {
    Error::internal("a transaction without a connection")
}
