//! Values: what goes in comes out, and is found, sorted and summed alike on every engine.

use serde_json::value::RawValue;
use tradewind_platform::db::{Migration, Migrations, Param, json_list};
use tradewind_platform::params;

use crate::bench::on_each_engine;

const TABLES: Migrations = Migrations {
    module: "values",
    steps: &[Migration {
        name: "V1__values",
        sqlite: "CREATE TABLE values_row (id TEXT PRIMARY KEY, number BIGINT, truth BOOLEAN NOT NULL, body JSON);",
        postgres: "CREATE TABLE values_row (id TEXT COLLATE \"C\" PRIMARY KEY, number BIGINT, truth BOOLEAN NOT NULL, body JSON);",
    }],
};

on_each_engine! {
    async fn what_goes_in_comes_out(bench) {
        bench.db.migrate(&TABLES).await.unwrap();
        let rows: [(&str, Option<i64>, bool, Option<&str>); 4] = [
            ("b", Some(i64::MAX - 1), true, Some("{\"z\": 1.50,  \"a\": \"\\u0000\u{1F6A2}\"}")),
            ("B", Some(1), false, Some("[]")),
            ("a_%", None, true, None),
            ("Zed", Some(-7), false, Some("\"text\"")),
        ];
        bench
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (id, number, truth, body) in rows {
                        let sql = "INSERT INTO values_row (id, number, truth, body) VALUES ($1, $2, $3, $4)";
                        tx.execute(sql, params![id, number, truth, body]).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        bench
            .db
            .read(move |tx| {
                Box::pin(async move {
                    let sql = "SELECT id, number, truth, body FROM values_row ORDER BY id";
                    let found = tx
                        .query(sql, &[], |row| {
                            Ok((row.text(0)?, row.opt_int(1)?, row.bool(2)?, row.opt_text(3)?))
                        })
                        .await?;
                    let mut wanted = rows.to_vec();
                    wanted.sort_by_key(|row| row.0);
                    let wanted: Vec<_> =
                        wanted.iter().map(|row| (row.0.to_owned(), row.1, row.2, row.3.map(str::to_owned))).collect();
                    assert_eq!(found, wanted, "sorted by their bytes, and JSON to the letter");
                    let raw: Option<Box<RawValue>> =
                        tx.query_one("SELECT body FROM values_row WHERE id = $1", params!["b"], |row| row.json(0)).await?;
                    assert!(raw.unwrap().get().starts_with("{\"z\": 1.50,"));

                    let sum = "SELECT SUM(number) FROM values_row WHERE truth = $1";
                    assert_eq!(tx.number(sum, params![false]).await?, -6);
                    assert_eq!(tx.number("SELECT COALESCE(SUM(number), 0) FROM values_row WHERE id = $1", params!["x"]).await?, 0);
                    assert_eq!(tx.number("SELECT EXISTS (SELECT 1 FROM values_row)", &[]).await?, 1);
                    assert_eq!(tx.number("SELECT COUNT(*) FROM values_row WHERE truth = TRUE", &[]).await?, 2);

                    let among = format!("SELECT COUNT(*) FROM values_row WHERE {}", tx.dialect().in_list("id", "$1"));
                    assert_eq!(tx.number(&among, params![json_list(&["b", "B", "no \"one\""])]).await?, 2);
                    assert_eq!(tx.number(&among, params![json_list::<&str>(&[])]).await?, 0);
                    let like = format!("SELECT COUNT(*) FROM values_row WHERE {}", tx.dialect().like("id", "$1"));
                    assert_eq!(tx.number(&like, params!["B"]).await?, 2, "of ASCII letters either case is meant");
                    assert_eq!(tx.number(&like, params!["%\\_\\%"]).await?, 1);

                    let sql = format!("SELECT id FROM values_row ORDER BY {}, id", tx.dialect().ascending("number"));
                    let ids = tx.query(&sql, &[], |row| row.text(0)).await?;
                    assert_eq!(ids, ["a_%", "Zed", "B", "b"], "what has no value is before what has one");
                    let sql = format!("SELECT id FROM values_row ORDER BY {}, id", tx.dialect().descending("number"));
                    let ids = tx.query(&sql, &[], |row| row.text(0)).await?;
                    assert_eq!(ids, ["b", "B", "Zed", "a_%"]);
                    let page = "SELECT id FROM values_row WHERE number > $1 ORDER BY id LIMIT $2 OFFSET $3";
                    assert_eq!(tx.query(page, params![0, 1, 1], |row| row.text(0)).await?, ["b"]);
                    let none: [Param<'_>; 1] = [Param::Null];
                    assert_eq!(tx.number("SELECT COUNT(*) FROM values_row WHERE number = $1", &none).await?, 0);
                    Ok(())
                })
            })
            .await
            .unwrap();
    }
}
