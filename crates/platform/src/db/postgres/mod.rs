//! The engine for shops with several processes: PostgreSQL, over a pool of connections.
//!
//! Bodies were written as if they ran one after the other, as they do in SQLite's lane. Here they run beside each other, as
//! SERIALIZABLE transactions: the server ends one whose outcome would not be that of some order of theirs, and it is done
//! again. A version conflict can therefore not come from somebody else's save in the middle of a body (that is done again
//! already), only from a version that was read before it, and is the caller's to deal with on either engine.

mod ahead;
mod errors;
mod listen;
mod migrate;
mod options;
mod replicas;
mod session;
mod tls;
mod value;
mod watch;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType};
use futures::FutureExt as _;
use tokio::sync::{RwLock, Semaphore};
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::Instrument as _;
use tradewind_kernel::{Error, ErrorKind, Result};

use errors::{Place, Verdict};
use listen::Listening;
use replicas::Replicas;

use super::lane::{LaneUse, WAITING_MAX, full, panicked, waited};
use super::migrate::Migrations;
use super::tx::{Asks, Tx};
use super::visit::{Position, Visit};
use super::{Surroundings, TxFuture};
use crate::telemetry;

pub(super) use ahead::Expected;
pub use options::PostgresOptions;
pub(super) use session::Session;
use session::{Committed, Uncommitted};
pub(super) use value::{List, Text, Whole};

/// How often a body is begun anew before its caller is told to come back.
const TRIES_MAX: u32 = 10;
/// So many tries run beside others. Further ones have this process to themselves, so that they come to an end.
const TRIES_BESIDE_OTHERS: u32 = 3;
/// How long a transaction may take altogether. What takes so long holds up others, and nobody waits for its answer any more.
/// Those who follow changes by their moments (the search index) look back further than this.
const TRANSACTION_MAX: Duration = Duration::from_secs(20);
/// How long a read waits for a connection.
const CONNECTION_WAIT_MAX: Duration = Duration::from_secs(10);

/// A PostgreSQL database.
pub(super) struct Postgres {
    pool: Pool,
    config: Config,
    tls: MakeRustlsConnect,
    place: Place,
    replicas: Option<Replicas>,
    pooled: bool,
    listening: Listening,
    surroundings: Surroundings,
    begin_write: Arc<str>,
    begin_for_many: Arc<str>,
    begin_read: Arc<str>,
    /// Not all connections: reads are to be answered while writers queue.
    writers: Semaphore,
    /// Long reads leave connections to the others.
    scans: Semaphore,
    waiting: AtomicUsize,
    /// Held by every write; alone by one that others have disturbed too often.
    way: RwLock<()>,
    commands: AtomicU64,
    transactions: AtomicU64,
    busy_nanos: AtomicU64,
}

/// What a try at a write came to.
enum Try<T> {
    Settled(Result<T>),
    Again(Verdict, Error),
}

impl Postgres {
    /// Prepares what will connect when it is needed.
    pub(super) fn open(options: &PostgresOptions, surroundings: Surroundings) -> Result<Self> {
        let config = options.config()?;
        let tls = tls::connector(config.get_ssl_mode())?;
        let place = PostgresOptions::place(&config);
        let connections = options.connections.max(2);
        let connect_max = options.connect_timeout.saturating_mul(2);
        Ok(Self {
            pool: pool_of(&config, &tls, connections, CONNECTION_WAIT_MAX, connect_max)?,
            replicas: Replicas::open(options, &config, &tls)?,
            config,
            tls,
            place,
            pooled: options.pooled,
            listening: Listening::open(options)?,
            surroundings,
            begin_write: options.begin("SERIALIZABLE").into(),
            begin_for_many: options.begin("READ COMMITTED").into(),
            begin_read: options.begin("REPEATABLE READ READ ONLY").into(),
            writers: Semaphore::new((connections - connections / 4).max(1)),
            scans: Semaphore::new((connections / 4).max(1)),
            waiting: AtomicUsize::new(0),
            way: RwLock::new(()),
            commands: AtomicU64::new(0),
            transactions: AtomicU64::new(0),
            busy_nanos: AtomicU64::new(0),
        })
    }

    pub(super) async fn migrate(&self, migrations: &Migrations) -> Result<usize> {
        let cannot = |error| errors::cannot_open(&error, &self.place);
        let (client, connection) = self.config.connect(self.tls.clone()).await.map_err(cannot)?;
        let served = tokio::spawn(connection);
        let outcome = migrate::migrate(&client, migrations, &self.place).await;
        drop(client);
        let _ = served.await;
        // Replicas may not have the tables yet.
        self.note_change();
        outcome
    }

    pub(super) fn use_so_far(&self) -> LaneUse {
        LaneUse {
            commands: self.commands.load(Ordering::Relaxed),
            transactions: self.transactions.load(Ordering::Relaxed),
            busy: Duration::from_nanos(self.busy_nanos.load(Ordering::Relaxed)),
        }
    }

    pub(super) async fn write<T, F>(self: Arc<Self>, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        let begin = Arc::clone(&self.begin_write);
        self.queue(1, begin, body).await
    }

    /// Writes for so many commands at once, at READ COMMITTED: whatever the body decides stands in the conditions of its
    /// statements.
    pub(super) async fn write_for<T, F>(self: Arc<Self>, commands: usize, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        let begin = Arc::clone(&self.begin_for_many);
        self.queue(commands, begin, body).await
    }

    async fn queue<T, F>(self: Arc<Self>, commands: usize, begin: Arc<str>, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        if self.waiting.fetch_add(1, Ordering::AcqRel) >= WAITING_MAX {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            return Err(full());
        }
        let request_id = telemetry::current_request_id();
        // A task of its own: whoever asked may go away, what was begun comes to its end, and its hooks run.
        let task = Visit::carried(async move { self.write_to_the_end(commands, begin, body, request_id).await });
        tokio::spawn(task.in_current_span()).await.map_err(Error::internal)?
    }

    async fn write_to_the_end<T, F>(
        &self,
        commands: usize,
        begin: Arc<str>,
        body: F,
        request_id: Option<String>,
    ) -> Result<T>
    where
        T: Send,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        let mut queued = Queued(Some(&self.waiting));
        let mut tries = 0;
        let mut begun_once_more = false;
        self.commands.fetch_add(commands as u64, Ordering::Relaxed);
        loop {
            tries += 1;
            let permit = self.writers.acquire().await.map_err(Error::internal)?;
            queued.leave();
            // Boxed: it is large, and would stand in each branch.
            let trying = Box::pin(self.try_write(commands, Arc::clone(&begin), body.clone(), request_id.clone()));
            let outcome = if tries <= TRIES_BESIDE_OTHERS {
                let _beside_others = self.way.read().await;
                trying.await
            } else {
                let _alone = self.way.write().await;
                trying.await
            };
            drop(permit);
            let (verdict, error) = match outcome {
                Try::Settled(outcome) => return outcome,
                Try::Again(verdict, error) => (verdict, error),
            };
            if verdict == Verdict::Once && std::mem::replace(&mut begun_once_more, true) {
                return Err(error);
            }
            metrics::counter!("tradewind_lane_repeated_total").increment(1);
            if tries == TRIES_MAX {
                tracing::warn!(?error, tries, "a transaction was disturbed too often and given up");
                return Err(too_often(error));
            }
            tokio::time::sleep(self.pause(tries)).await;
        }
    }

    async fn try_write<T, F>(&self, commands: usize, begin: Arc<str>, body: F, request_id: Option<String>) -> Try<T>
    where
        T: Send,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Send,
    {
        let client = match self.client().await {
            Ok(client) => client,
            Err((verdict, error)) if verdict == Verdict::Lost => return Try::Again(verdict, error),
            Err((_, error)) => return Try::Settled(Err(error)),
        };
        let measure = Measure::begin(self, commands);
        let session = Session::new(client, self.pooled, begin);
        let mut tx = Tx::postgres(session, self.surroundings.clone());
        tx.request_id = request_id;
        let outcome = run(body, &mut tx).await;
        let outcome = end_write(&mut tx, outcome).await;
        drop(measure);
        if matches!(outcome, Try::Settled(Ok(_))) {
            for hook in tx.hooks.drain(..) {
                hook();
            }
        }
        outcome
    }

    /// A read that a replica may answer.
    pub(super) async fn read<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        if let Some(replicas) = &self.replicas
            && let Some(outcome) = Box::pin(replicas.read(&self.surroundings, body.clone())).await
        {
            return outcome;
        }
        Box::pin(self.read_own(Asks::Freely, body)).await
    }

    /// A read that the primary answers. Where its connection is lost (another server takes over) it is begun anew.
    pub(super) async fn read_own<T, F>(&self, asks: Asks, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        if self.replicas.is_some() {
            metrics::counter!("tradewind_reads_total", "server" => "primary").increment(1);
        }
        let mut tries = 0;
        loop {
            tries += 1;
            let (error, verdict) = match self.client().await {
                Ok(client) => {
                    let session = match asks {
                        Asks::Freely => Session::new(client, self.pooled, Arc::clone(&self.begin_read)),
                        _ => Session::of_one_statement(client, self.pooled, Arc::clone(&self.begin_read)),
                    };
                    match Box::pin(read_through(session, &self.surroundings, asks, body.clone())).await {
                        (Err(error), Some(verdict)) => (error, verdict),
                        (outcome, _) => return outcome,
                    }
                }
                Err((verdict, error)) => (error, verdict),
            };
            if !verdict.is_of_all() || tries == TRIES_MAX {
                return Err(error);
            }
            tokio::time::sleep(self.pause(tries)).await;
        }
    }

    pub(super) async fn scan<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        let _permit = self.scans.acquire().await.map_err(Error::internal)?;
        self.read(body).await
    }

    pub(super) async fn scan_own<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        let _permit = self.scans.acquire().await.map_err(Error::internal)?;
        self.read_own(Asks::Freely, body).await
    }

    pub(super) fn has_replicas(&self) -> bool {
        self.replicas.is_some()
    }

    pub(super) async fn check_replicas(&self) -> Result<()> {
        match &self.replicas {
            Some(replicas) => replicas.check().await,
            None => Ok(()),
        }
    }

    pub(super) fn note_change(&self) {
        if let Some(replicas) = &self.replicas {
            replicas.note_change();
        }
    }

    /// Where the store is now: behind everything that was committed before this was asked.
    pub(super) async fn position(&self) -> Result<Position> {
        let client = self.client().await.map_err(|(_, error)| error)?;
        let found = session::position(&client).await.map_err(errors::from_postgres)?;
        found.map(Position).ok_or_else(|| Error::internal("PostgreSQL does not say how far it is"))
    }

    /// Where it is, in words.
    pub(super) fn place(&self) -> String {
        format!("the database {} of PostgreSQL at {}", self.place.database, self.place.hosts)
    }

    /// A transaction that its owner ends, begun with this. That no connection can be made is said as to whoever runs the shop.
    pub(super) async fn hold(&self, begin: &str) -> Result<Tx> {
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => errors::cannot_open(&error, &self.place),
            other => errors::unavailable(format!("PostgreSQL at {}: {other}", self.place.hosts)),
        })?;
        Ok(Tx::postgres(Session::new(client, self.pooled, begin.into()), self.surroundings.clone()))
    }

    async fn client(&self) -> Result<Client, (Verdict, Error)> {
        client_of(&self.pool, &self.place).await
    }

    /// A few milliseconds, more with each try, and not the same for all who were disturbed together.
    fn pause(&self, tries: u32) -> Duration {
        let longest = 4_u64 << tries.min(6);
        let chance = self.surroundings.mint.code(4).bytes().fold(0_u64, |sum, byte| sum * 31 + u64::from(byte));
        Duration::from_millis(longest / 2 + chance % (longest / 2 + 1))
    }
}

fn pool_of(
    config: &Config,
    tls: &MakeRustlsConnect,
    connections: usize,
    wait_max: Duration,
    connect_max: Duration,
) -> Result<Pool> {
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(config.clone(), tls.clone(), recycling))
        .max_size(connections)
        .wait_timeout(Some(wait_max))
        .create_timeout(Some(connect_max))
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(Error::internal)
}

async fn client_of(pool: &Pool, place: &Place) -> Result<Client, (Verdict, Error)> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => {
            // The message of cannot_open is for whoever runs the shop; it goes into the log.
            let told = errors::cannot_open(&error, place);
            let verdict = if error.code().is_none() { Verdict::Lost } else { errors::verdict(&error) };
            (verdict, errors::unavailable(format!("{}: {told:?}", told.message())))
        }
        PoolError::Timeout(TimeoutType::Wait) => (Verdict::Never, full()),
        other => (Verdict::Lost, errors::unavailable(format!("PostgreSQL at {}: {other}", place.hosts))),
    })
}

/// A place in the queue, left once.
struct Queued<'p>(Option<&'p AtomicUsize>);

impl Queued<'_> {
    fn leave(&mut self) {
        if let Some(waiting) = self.0.take() {
            waiting.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

struct Measure<'p> {
    postgres: &'p Postgres,
    commands: usize,
    began: std::time::Instant,
}

impl<'p> Measure<'p> {
    #[expect(clippy::disallowed_methods, reason = "a measure of the machine, not a time of the shop")]
    fn begin(postgres: &'p Postgres, commands: usize) -> Self {
        Self { postgres, commands, began: std::time::Instant::now() }
    }
}

impl Drop for Measure<'_> {
    fn drop(&mut self) {
        let busy = self.began.elapsed();
        self.postgres.transactions.fetch_add(1, Ordering::Relaxed);
        self.postgres.busy_nanos.fetch_add(u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        metrics::histogram!("tradewind_lane_batch_commands").record(self.commands as f64);
        metrics::histogram!("tradewind_lane_batch_seconds").record(busy.as_secs_f64());
    }
}

/// Runs a transaction's body. It is ended when it takes too long, and when it waits for anything but the database.
async fn run<T, F>(body: F, tx: &mut Tx) -> Result<T>
where
    F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
{
    let Some(waiting) = tx.session().map(|session| session.waiting()) else {
        return Err(Error::internal("a transaction of another engine"));
    };
    let outcome = match std::panic::catch_unwind(AssertUnwindSafe(|| body(tx))) {
        Ok(future) => tokio::time::timeout(TRANSACTION_MAX, run_to_the_end(future, &waiting)).await,
        Err(_) => Ok(Err(panicked())),
    };
    let is_abandoned = waiting.load(Ordering::Acquire);
    let outcome = outcome.unwrap_or_else(|_| Err(errors::unavailable("a transaction took too long".to_owned())));
    if is_abandoned && outcome.is_ok() {
        return Err(Error::internal("a transaction did not wait for the answer to a statement"));
    }
    outcome
}

/// Runs a read's body and ends its transaction. Beside the outcome: what a statement's failure meant, where one failed.
async fn read_through<T, F>(
    session: Session,
    surroundings: &Surroundings,
    asks: Asks,
    body: F,
) -> (Result<T>, Option<Verdict>)
where
    F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T>,
{
    let mut tx = Tx::postgres(session, surroundings.clone());
    tx.asks = asks;
    let outcome = run(body, &mut tx).await;
    let mut verdict = None;
    if let Some(session) = tx.session() {
        verdict = session.failed().map(|failed| failed.verdict);
        if session.keeps_back() {
            session.roll_back().await;
            return (Err(Error::internal("a read changes nothing; use Db::write")), None);
        }
        match verdict {
            None => session.let_go(),
            Some(_) => session.roll_back().await,
        }
    }
    (outcome, verdict)
}

async fn run_to_the_end<T>(future: TxFuture<'_, T>, waiting: &AtomicBool) -> Result<T> {
    let mut future = AssertUnwindSafe(future).catch_unwind();
    std::future::poll_fn(|context| match future.poll_unpin(context) {
        Poll::Ready(Ok(outcome)) => Poll::Ready(outcome),
        Poll::Ready(Err(_)) => Poll::Ready(Err(panicked())),
        Poll::Pending if waiting.load(Ordering::Acquire) => Poll::Pending,
        Poll::Pending => Poll::Ready(Err(waited())),
    })
    .await
}

/// Commits what went well, undoes the rest, and says what is to be done.
async fn end_write<T>(tx: &mut Tx, outcome: Result<T>) -> Try<T> {
    let Some(session) = tx.session() else {
        return Try::Settled(Err(Error::internal("a transaction of another engine")));
    };
    let outcome = match outcome {
        Ok(value) if session.failed().is_none() => session.settle_before_commit().await.map(|()| value),
        outcome => outcome,
    };
    let failed = session.failed().map(|failed| failed.verdict);
    let outcome = match (outcome, failed) {
        (Ok(value), None) => {
            let visit = Visit::current();
            let error = match session.commit(visit.is_some()).await {
                Ok(Committed::Nothing) => return Try::Settled(Ok(value)),
                Ok(Committed::At(position)) => {
                    if let Some(visit) = visit {
                        visit.has_written(position);
                    }
                    return Try::Settled(Ok(value));
                }
                Err(Uncommitted::Missed(error)) => return Try::Settled(Err(error)),
                Err(Uncommitted::Failed(error)) => error,
            };
            let verdict = errors::verdict(&error);
            // Whether a commit that nobody answered was kept is not known: it must not be done again.
            if verdict == Verdict::Lost {
                session.discard();
                return Try::Settled(Err(unknown(&error)));
            }
            return match verdict {
                Verdict::Never => Try::Settled(Err(errors::from_postgres(error))),
                _ => Try::Again(verdict, errors::from_postgres(error)),
            };
        }
        // The body kept an error to itself.
        (Ok(_), Some(_)) => session.went_on(),
        (Err(error), _) => error,
    };
    match failed {
        Some(Verdict::Lost) => session.discard(),
        _ => session.roll_back().await,
    }
    match failed {
        Some(verdict) if verdict != Verdict::Never => Try::Again(verdict, outcome),
        _ => Try::Settled(Err(outcome)),
    }
}

fn unknown(error: &tokio_postgres::Error) -> Error {
    let message = "The shop lost sight of whether this was stored. Please look, and try again if it was not.";
    Error::new(ErrorKind::Unavailable, message).caused_by(errors::text_of(error))
}

fn too_often(error: Error) -> Error {
    Error::new(ErrorKind::Unavailable, "The shop is very busy at the moment. Please try again in a few seconds.")
        .caused_by(error)
}
