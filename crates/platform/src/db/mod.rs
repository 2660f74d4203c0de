//! The database: one concrete `Db` behind which the engines live. Modules see `Db` and `Tx`, never a driver.

mod backup;
mod batch;
mod dialect;
mod document;
mod echo;
mod import;
mod lane;
mod merged;
mod migrate;
mod moving;
mod notices;
mod postgres;
mod sets;
mod simulated;
mod sqlite;
mod state;
mod tx;
mod value;
mod visit;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tradewind_kernel::{Bucket, Clock, IdMint, Result};

use crate::idempotency::Claim;

pub use backup::{Counts, check_sqlite, copy_sqlite};
pub use batch::{Asked, Batch, Batches};
pub use dialect::{Dialect, json_list};
pub use document::Stored;
pub use import::Imported;
pub use lane::LaneUse;
pub use merged::Merged;
pub use migrate::{Migration, Migrations};
pub use moving::{Moved, Progress, give_up_move, move_shop};
pub use notices::Notice;
use postgres::List;
pub use postgres::PostgresOptions;
pub use sets::{Change, Columns, Holds, Rows};
pub use simulated::{Decision, Moment, Simulated};
pub use sqlite::SqliteOptions;
use tx::Asks;
pub(crate) use tx::OnlyOne;
pub use tx::{CHECK, MOVED, Tx, UNIQUE, VERSION};
pub use value::{Param, Row};
pub use visit::{MustSee, Position, Visit, with_position};

/// What a transaction's body returns: a boxed future, `|tx| Box::pin(async move { ... })`.
///
/// It must not wait for anything but the database: a body that does is refused with an internal error and rolled back, on
/// SQLite because it is polled where every statement is ready at once. That rule is what keeps locks from being held
/// across a network call.
///
/// On PostgreSQL a statement that fails takes the whole transaction with it: a body that goes on after such an error makes the
/// attempt in [`Tx::attempt`].
pub type TxFuture<'t, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 't>>;

/// One database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    engine: Engine,
    notices: Arc<notices::Notices>,
}

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(Arc<postgres::Postgres>),
}

/// What every transaction carries besides its connection.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The time.
    pub clock: Clock,
    /// Where new ids come from.
    pub mint: IdMint,
}

impl Db {
    /// Opens (and creates, where missing) a SQLite database.
    pub fn open_sqlite(options: &SqliteOptions, surroundings: Surroundings) -> Result<Self> {
        let state = surroundings.mint.code(notices::CODE_LENGTH);
        let db = Self::of(Engine::Sqlite(Arc::new(sqlite::Sqlite::open(options, surroundings)?)));
        // No other process changes anything, so nobody else need agree to it.
        db.notices.state.reached(&state);
        Ok(db)
    }

    /// Opens a PostgreSQL database. Connections are made when they are needed: the first of them by [`Db::migrate`], which says
    /// clearly what is wrong where none can be made.
    pub fn open_postgres(options: &PostgresOptions, surroundings: Surroundings) -> Result<Self> {
        Ok(Self::of(Engine::Postgres(Arc::new(postgres::Postgres::open(options, surroundings)?))))
    }

    fn of(engine: Engine) -> Self {
        Self { engine, notices: Arc::default() }
    }

    /// Opens the database at a place with the usual options: PostgreSQL where that is a url, otherwise SQLite in the file of
    /// that name.
    pub fn open_at(place: &str, surroundings: Surroundings) -> Result<Self> {
        if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            return Self::open_postgres(&PostgresOptions::at(place), surroundings);
        }
        Self::open_sqlite(&SqliteOptions::at(place), surroundings)
    }

    /// Brings the tables of one module up to date. Returns how many steps were taken.
    pub async fn migrate(&self, migrations: &Migrations) -> Result<usize> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.migrate(migrations),
            Engine::Postgres(postgres) => postgres.migrate(migrations).await,
        }
    }

    /// Runs a transaction that may write; the answer comes after the commit has reached the disk. An `Err` rolls back this
    /// body's work only. On SQLite it goes through the write lane: it commits together with others that are waiting, alone
    /// when none are. On PostgreSQL it runs beside others, and is begun anew (which is why a body can be cloned) when one of
    /// them came between.
    ///
    /// What is done for a request with an idempotency key is marked as done in this very transaction.
    pub async fn write<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        let Some(claim) = Claim::current() else {
            return self.write_unmarked(body).await;
        };
        let marked = self.write_unmarked(move |tx| {
            Box::pin(async move {
                claim.mark(tx).await?;
                body(tx).await
            })
        });
        marked.await
    }

    /// [`write`](Self::write) of what is no effect of the request: it happens again where the request is repeated.
    pub(crate) async fn write_unmarked<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        let notices = Arc::clone(&self.notices);
        let body = with_notices(notices, body);
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.lane().submit(body).await,
            Engine::Postgres(postgres) => Arc::clone(postgres).write(body).await,
        }
    }

    /// [`write`](Self::write) for so many commands at once, at READ COMMITTED on PostgreSQL: others may come between its statements,
    /// so whatever it decides has to stand in the condition of the statement that writes; and nothing is begun anew for them.
    pub(crate) async fn write_for<T, F>(&self, commands: usize, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        let body = with_notices(Arc::clone(&self.notices), body);
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.lane().submit(body).await,
            Engine::Postgres(postgres) => Arc::clone(postgres).write_for(commands, body).await,
        }
    }

    /// What writes have cost since this store was opened.
    #[must_use]
    pub fn lane_use(&self) -> LaneUse {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.lane().use_so_far(),
            Engine::Postgres(postgres) => postgres.use_so_far(),
        }
    }

    /// A short read, by key or along an index, that may be answered by a replica (a little behind). When that breaks down the
    /// body runs again elsewhere, which is why it can be cloned.
    pub async fn read<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(Asks::Freely, body).await,
            Engine::Postgres(postgres) => postgres.read(body).await,
        }
    }

    /// A short read of the shopper's own things: always from the primary, it sees every write before it. The body runs again
    /// where its connection is lost.
    pub async fn read_own<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(Asks::Freely, body).await,
            Engine::Postgres(postgres) => postgres.read_own(Asks::Freely, body).await,
        }
    }

    /// [`read_own`](Self::read_own) for what is asked all the time: one SELECT, and so no transaction around it, which on
    /// PostgreSQL is twice the work. A body that asks for more gets an error.
    pub async fn look_up<T, F>(&self, body: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read(Asks::Once, body).await,
            Engine::Postgres(postgres) => postgres.read_own(Asks::Once, body).await,
        }
    }

    /// A long read (a search, an export): kept off the threads that answer requests. A replica may answer it.
    pub async fn scan<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.scan(body).await,
            Engine::Postgres(postgres) => postgres.scan(body).await,
        }
    }

    /// A long read that sees every write before it: always from the primary.
    pub async fn scan_own<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.scan(body).await,
            Engine::Postgres(postgres) => postgres.scan_own(body).await,
        }
    }

    /// Whether some reads may be a little behind.
    #[must_use]
    pub fn has_replicas(&self) -> bool {
        match &self.engine {
            Engine::Sqlite(_) => false,
            Engine::Postgres(postgres) => postgres.has_replicas(),
        }
    }

    /// Whether each replica can be reached and belongs to this database. The error's field is the setting within the store,
    /// `replicas[0]`.
    pub async fn check_replicas(&self) -> Result<()> {
        match &self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(postgres) => postgres.check_replicas().await,
        }
    }

    /// From now on reads see everything that is committed now. Whoever throws something out of memory because it is old says so
    /// first: what is read anew must not be the old value from a replica that is behind. Until it is known how far that is, and
    /// a replica has come so far, the primary answers.
    pub fn note_change(&self) {
        if let Engine::Postgres(postgres) = &self.engine {
            postgres.note_change();
        }
    }

    /// A position behind everything that was committed before this was asked; nothing on a store whose reads are never behind.
    pub async fn position(&self) -> Result<Option<Position>> {
        match &self.engine {
            Engine::Postgres(postgres) if postgres.has_replicas() => postgres.position().await.map(Some),
            Engine::Sqlite(_) | Engine::Postgres(_) => Ok(None),
        }
    }
}

/// The body in a transaction that knows whom to tell of changes.
fn with_notices<T, F>(
    notices: Arc<notices::Notices>,
    body: F,
) -> impl for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static
where
    F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
{
    move |tx| {
        tx.notices = Some(notices);
        body(tx)
    }
}

/// Where sharded rows live: the database of each bucket. With one store, every bucket is in the same one.
#[derive(Clone)]
pub struct Shards {
    databases: Arc<[Db]>,
}

impl Shards {
    /// All buckets in one database.
    #[must_use]
    pub fn single(db: Db) -> Self {
        Self { databases: Arc::from([db]) }
    }

    /// The database of a bucket.
    #[must_use]
    pub fn of(&self, bucket: Bucket) -> &Db {
        &self.databases[self.index_of(bucket)]
    }

    /// Where among [`all`](Self::all) the database of a bucket stands.
    fn index_of(&self, bucket: Bucket) -> usize {
        usize::from(bucket.number()) % self.databases.len()
    }

    /// The database in which the row with this id lives.
    #[must_use]
    pub fn of_id(&self, id: &str) -> &Db {
        self.of(Bucket::of(id))
    }

    /// Every database, for sweeps and migrations.
    #[must_use]
    pub fn all(&self) -> &[Db] {
        &self.databases
    }
}
