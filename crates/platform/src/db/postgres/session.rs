//! A transaction on a pooled connection: begun with its first statement, and ended whatever becomes of its owner.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{Client, Object};
use futures::future::{join, try_join};
use futures::{FutureExt as _, StreamExt as _, pin_mut};
use tokio_postgres::{Error as DriverError, Row, RowStream};
use tradewind_kernel::{Error, Result};

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
    /// Whether an answer of the server is awaited. A body that waits while this is false waits for something else.
    waiting: Arc<AtomicBool>,
}

impl Session {
    pub(super) fn new(client: Client, pooled: bool, begin: Arc<str>) -> Self {
        let (begin, waiting) = (Some(begin), Arc::default());
        Self { client: Some(client), pooled, begin, begun: false, alone: false, failed: None, waiting }
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
        let begin = self.begin.take();
        let client = self.client.as_ref().ok_or_else(no_connection)?;
        self.begun = true;
        self.waiting.store(true, Ordering::Release);
        let outcome = run_through(client, self.pooled, begin, sql, params, &mut visit).await;
        self.waiting.store(false, Ordering::Release);
        self.begun = !self.alone || outcome.is_err();
        match outcome {
            Ok((changed, visited)) => visited.map(|()| changed),
            Err(error) => Err(self.fail(error)),
        }
    }

    /// Runs a statement about the transaction itself.
    async fn plain(&mut self, sql: &str) -> Result<()> {
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

    fn note_failure(&mut self, error: &DriverError) {
        self.failed = Some(Failed { verdict: errors::verdict(error), text: errors::text_of(error) });
    }

    /// Commits, and asks where, if that is wanted: both in one round trip. An error of it says in itself whether the work can be
    /// done again.
    pub(super) async fn commit(&mut self, asks_where: bool) -> Result<Committed, DriverError> {
        let Some(client) = self.client.as_ref().filter(|_| self.begun) else {
            return Ok(Committed::Nothing);
        };
        let commit = client.batch_execute("COMMIT");
        let (outcome, position) = if asks_where {
            // Two messages, each with an answer of its own: that the second failed says nothing of the commit.
            let (outcome, position) = join(commit, position(client)).await;
            (outcome, position.ok().flatten())
        } else {
            (commit.await, None)
        };
        match outcome {
            Ok(()) => {
                self.begun = false;
                Ok(Committed::At(position))
            }
            Err(error) => {
                self.note_failure(&error);
                Err(error)
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
        self.may_go_on()?;
        self.commit(false).await.map(|_| ()).map_err(errors::from_postgres)
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
    begin: Option<Arc<str>>,
    sql: &str,
    params: &[impl Bound],
    visit: &mut (impl FnMut(&Row) -> Result<bool> + Send),
) -> Result<(u64, Result<()>), DriverError> {
    let rows = start(client, pooled, begin, sql, params).await?;
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

async fn start(
    client: &Client,
    pooled: bool,
    begin: Option<Arc<str>>,
    sql: &str,
    params: &[impl Bound],
) -> Result<RowStream, DriverError> {
    if pooled {
        if let Some(begin) = begin {
            client.batch_execute(&begin).await?;
        }
        return client.query_typed_raw(sql, params.iter().map(|param| (param, param.kind()))).await;
    }
    let types: Vec<_> = params.iter().map(Bound::kind).collect();
    let statement = client.prepare_typed_cached(sql, &types).await?;
    let Some(begin) = begin else {
        return client.query_raw(&statement, params).await;
    };
    // One round trip for both.
    let (_, rows) = try_join(client.batch_execute(&begin), client.query_raw(&statement, params)).await?;
    Ok(rows)
}

fn no_connection() -> Error {
    Error::internal("a transaction without a connection")
}
