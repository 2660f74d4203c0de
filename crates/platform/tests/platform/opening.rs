//! Opening a PostgreSQL database that cannot be opened: the error says what is wrong and what to do.

use tradewind_kernel::{Clock, Error, Timestamp};
use tradewind_platform::db::{Db, Migration, Migrations, PostgresOptions};

use crate::bench::{Bench, TABLES, add_note, count, surroundings};

async fn refused(url: &str) -> Error {
    let clock = Clock::manual(Timestamp(0));
    let db = Db::open_postgres(&PostgresOptions::at(url), surroundings(&clock, 1));
    let error = match db {
        Ok(db) => db.migrate(&TABLES).await.unwrap_err(),
        Err(error) => error,
    };
    assert!(!format!("{error:?}").contains("hush"), "a password is told to nobody: {error:?}");
    error
}

fn says(error: &Error, words: &[&str]) {
    for word in words {
        assert!(error.message().contains(word), "{error:?} does not say {word:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let bench = Bench::postgres().await;
    let server = bench.store.server().unwrap();
    let ours = bench.store.place().split('?').next().unwrap().to_owned();
    let database = ours.rsplit('/').next().unwrap().to_owned();
    let at = ours.split('@').nth(1).unwrap().split('/').next().unwrap().to_owned();

    says(&refused("postgres://shop:hush@127.0.0.1:1/shop").await, &["127.0.0.1:1 cannot be reached", "Check"]);
    says(&refused("not a url").await, &["cannot be read"]);
    says(
        &refused(&format!("postgres://postgres:hush@{at}/nowhere")).await,
        &[&at, "no database nowhere", "CREATE DATABASE"],
    );
    says(&refused(&format!("{ours}?sslmode=require")).await, &["cannot be encrypted", "sslmode=require"]);

    // Roles are the server's, not the database's.
    let role = "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needs_password') THEN
                CREATE ROLE needs_password LOGIN PASSWORD 'right'; END IF; END $$";
    server.run(role).unwrap();
    says(
        &refused(&format!("postgres://needs_password:hush@{at}/{database}")).await,
        &["does not let needs_password in"],
    );
    says(&refused(&format!("postgres://needs_password@{at}/{database}")).await, &["needs_password"]);
    let other = Migrations { module: "other", ..TABLES };
    let clock = Clock::manual(Timestamp(0));
    let url = format!("postgres://needs_password:right@{at}/{database}");
    let db = Db::open_postgres(&PostgresOptions::at(url), surroundings(&clock, 1)).unwrap();
    says(&db.migrate(&other).await.unwrap_err(), &["may not create tables", "GRANT CREATE"]);

    server.run(&format!("ALTER DATABASE {database} SET default_transaction_read_only = on")).unwrap();
    says(&refused(&ours).await, &["takes no writes", "primary"]);
}

#[tokio::test]
async fn a_pooler_that_was_not_expected_is_named() {
    let bench = Bench::pooled().await;
    let error = refused(&bench.store.pooled_place().unwrap()).await;
    says(&error, &["pgbouncer", "pooled = true"]);
}

#[tokio::test]
async fn a_connection_is_encrypted_where_the_server_can() {
    let bench = Bench::postgres().await;
    let ours = bench.store.place().split('?').next().unwrap();
    for (url, is_encrypted) in [(ours.to_owned(), 1), (format!("{ours}?sslmode=disable"), 0)] {
        let db = Db::open_postgres(&PostgresOptions::at(url), surroundings(&bench.clock, 1)).unwrap();
        let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let found = db.read_own(|tx| Box::pin(async move { tx.number(sql, &[]).await })).await.unwrap();
        assert_eq!(found, is_encrypted);
    }
}

#[tokio::test]
async fn what_a_newer_program_added_is_left_alone_and_what_it_removed_is_missed() {
    const ADDS: Migration = Migration {
        name: "V2__more",
        sqlite: "ALTER TABLE test_note ADD COLUMN more BIGINT;",
        postgres: "ALTER TABLE test_note ADD COLUMN more BIGINT;",
    };
    const REMOVES: Migration = Migration { name: "V3__remove_more", sqlite: "SELECT 1;", postgres: "SELECT 1;" };
    const LATER: Migration = Migration { name: "V4__later", sqlite: "SELECT 1;", postgres: "SELECT 1;" };
    const OTHER: Migration = Migration { name: "V1__notes", sqlite: "SELECT 2;", postgres: "SELECT 2;" };
    const WITH_ADDS: &[Migration] = &[TABLES.steps[0], ADDS];
    const WITH_ALL: &[Migration] = &[TABLES.steps[0], ADDS, REMOVES, LATER];
    for bench in [Bench::sqlite().await, Bench::postgres().await] {
        let newer = Migrations { steps: WITH_ADDS, ..TABLES };
        assert_eq!(bench.db.migrate(&newer).await.unwrap(), 1);
        assert_eq!(bench.db.migrate(&TABLES).await.unwrap(), 0);
        add_note(&bench.db, "n1", false).await.unwrap();
        assert_eq!(bench.db.migrate(&newer).await.unwrap(), 0);

        let newest = Migrations { steps: WITH_ALL, ..TABLES };
        assert_eq!(bench.db.migrate(&newest).await.unwrap(), 2);
        for older in [TABLES, newer] {
            says(&bench.db.migrate(&older).await.unwrap_err(), &["newer version", "V3__remove_more"]);
        }
        let other = Migrations { steps: &[OTHER, ADDS, REMOVES, LATER], ..TABLES };
        says(&bench.db.migrate(&other).await.unwrap_err(), &["another version of step V1__notes"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_migrate_once() {
    let bench = Bench::postgres().await;
    let once = Migrations {
        module: "once",
        steps: &[Migration {
            name: "V1__once",
            sqlite: "",
            postgres: "CREATE TABLE once_row (id BIGINT); INSERT INTO once_row VALUES (1); SELECT pg_sleep(0.1);",
        }],
    };
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let db = bench.another();
            tokio::spawn(async move { db.migrate(&once).await.unwrap() })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += task.await.unwrap();
    }
    assert_eq!(taken, 1);
    assert_eq!(count(&bench.db, "once_row").await, 1);
}
