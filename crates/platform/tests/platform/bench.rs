//! A store for one test, with the platform's tables and one of notes.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Clock, Error, IdMint, Rng, Secret, Timestamp};
use tradewind_platform::db::{Db, Migration, Migrations, PostgresOptions, Surroundings};
use tradewind_platform::events::Event;
use tradewind_services::Store;

pub const TABLES: Migrations = Migrations {
    module: "test",
    steps: &[Migration {
        name: "V1__notes",
        sqlite: "CREATE TABLE test_note (id TEXT PRIMARY KEY, version BIGINT NOT NULL, body JSON NOT NULL);",
        postgres: "CREATE TABLE test_note (id TEXT COLLATE \"C\" PRIMARY KEY, version BIGINT NOT NULL, body JSON NOT NULL);",
    }],
};

pub struct Bench {
    pub db: Db,
    pub clock: Clock,
    // After the database, so that its connections are closed first.
    pub store: Store,
}

impl Bench {
    pub async fn sqlite() -> Self {
        Self::on(Store::sqlite()).await
    }

    pub async fn postgres() -> Self {
        Self::on(Store::postgres()).await
    }

    /// PostgreSQL behind pgbouncer in transaction mode.
    pub async fn pooled() -> Self {
        Self::on(Store::pooled()).await
    }

    async fn on(store: Store) -> Self {
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let db = open(&store, &clock, 7);
        db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
        db.migrate(&TABLES).await.unwrap();
        Self { db, clock, store }
    }

    /// The same database, as another process sees it.
    pub fn another(&self) -> Db {
        open(&self.store, &self.clock, 8)
    }
}

fn open(store: &Store, clock: &Clock, seed: u64) -> Db {
    let Some(url) = store.pooled_place() else { return Db::open_at(store.place(), surroundings(clock, seed)).unwrap() };
    let listen_url = Some(Secret::new(store.place()));
    let options = PostgresOptions { pooled: true, listen_url, ..PostgresOptions::at(&url) };
    Db::open_postgres(&options, surroundings(clock, seed)).unwrap()
}

pub fn surroundings(clock: &Clock, seed: u64) -> Surroundings {
    Surroundings { clock: clock.clone(), mint: IdMint::new(clock.clone(), Rng::seeded(seed)) }
}

/// Runs each of these functions as a test on each engine, and on PostgreSQL behind a pooler.
macro_rules! on_each_engine {
    ($(async fn $name:ident($bench:ident) $body:block)+) => {
        $(async fn $name($bench: $crate::bench::Bench) $body)+

        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::bench::Bench::sqlite().await).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::bench::Bench::postgres().await).await;
            })+
        }

        mod pooled {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::bench::Bench::pooled().await).await;
            })+
        }
    };
}
pub(crate) use on_each_engine;

pub async fn add_note(db: &Db, id: &str, fail: bool) -> Result<(), Error> {
    let id = id.to_owned();
    db.write(move |tx| {
        Box::pin(async move {
            tx.insert_document("test_note", &id, &"text", &[]).await?;
            if fail { Err(Error::not_allowed("this one fails")) } else { Ok(()) }
        })
    })
    .await
}

pub async fn count(db: &Db, table: &'static str) -> i64 {
    db.read_own(move |tx| Box::pin(async move { tx.number(&format!("SELECT COUNT(*) FROM {table}"), &[]).await }))
        .await
        .unwrap()
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Noted {
    pub id: String,
    pub number: u32,
}

impl Event for Noted {
    const KIND: &'static str = "test.noted";
    fn aggregate(&self) -> &str {
        &self.id
    }
}
