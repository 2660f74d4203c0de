//! The migrations of both engines make the same tables: the same columns, of the same types, with or without a value, and the
//! same indexes.

use std::collections::BTreeSet;

use tradewind_kernel::{Clock, IdMint, Rng};
use tradewind_platform::db::{Db, Surroundings};
use tradewind_server::wiring::MIGRATIONS;
use tradewind_services::Store;

const OF_SQLITE: &str = "SELECT t.name || '.' || c.name, LOWER(c.type),
        CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN 'NO' ELSE 'YES' END, ''
    FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '%migrations'";

const OF_POSTGRES: &str =
    "SELECT table_name || '.' || column_name, data_type, is_nullable, COALESCE(collation_name, '')
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%migrations'";

const INDEXES_OF_SQLITE: &str = "SELECT name, CASE WHEN sql LIKE 'CREATE UNIQUE%' THEN 'unique' ELSE '' END,
        CASE WHEN sql LIKE '% WHERE %' THEN 'partial' ELSE '' END, ''
    FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";

const INDEXES_OF_POSTGRES: &str =
    "SELECT indexname, CASE WHEN indexdef LIKE 'CREATE UNIQUE%' THEN 'unique' ELSE '' END,
        CASE WHEN indexdef LIKE '% WHERE %' THEN 'partial' ELSE '' END, ''
    FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'";

async fn migrated(store: &Store) -> Db {
    let clock = Clock::System;
    let mint = IdMint::new(clock.clone(), Rng::seeded(1));
    let db = Db::open_at(store.place(), Surroundings { clock, mint }).unwrap();
    for migrations in &MIGRATIONS {
        db.migrate(migrations).await.unwrap();
    }
    db
}

async fn ask(db: &Db, sql: &'static str) -> BTreeSet<[String; 4]> {
    let rows = db.read_own(move |tx| {
        Box::pin(
            async move { tx.query(sql, &[], |row| Ok([row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?])).await },
        )
    });
    rows.await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables() {
    let (file, server) = (Store::sqlite(), Store::postgres());
    let (sqlite, postgres) = (migrated(&file).await, migrated(&server).await);
    let expected: BTreeSet<_> = ask(&sqlite, OF_SQLITE)
        .await
        .into_iter()
        .map(|[column, kind, is_nullable, _]| {
            // SQLite counts positions up by itself only in a column of this type.
            let kind = if kind == "integer" { "bigint".to_owned() } else { kind };
            let collation = if kind == "text" { "C" } else { "" };
            [column, kind, is_nullable, collation.to_owned()]
        })
        .collect();
    let found = ask(&postgres, OF_POSTGRES).await;
    let missing: Vec<_> = expected.difference(&found).collect();
    let beyond: Vec<_> = found.difference(&expected).collect();
    assert!(missing.is_empty() && beyond.is_empty(), "on SQLite only: {missing:#?}, on PostgreSQL only: {beyond:#?}");
    assert!(found.len() > 200, "there are tables to compare");
    assert_eq!(ask(&sqlite, INDEXES_OF_SQLITE).await, ask(&postgres, INDEXES_OF_POSTGRES).await);
}
