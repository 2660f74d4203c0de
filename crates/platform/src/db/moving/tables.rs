//! Which tables a shop has, of which columns, and whether this program is the one that made them.

use std::collections::BTreeMap;

use serde_json::Value;
use tradewind_kernel::{Error, ErrorKind, Result};

use crate::db::{Dialect, Migrations, Param, Row, Tx};

/// What the tables that a move puts into a store begin with.
const OWN: &str = "platform_move_";

/// A table of the shop.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// The columns of its primary key, in the key's order.
    pub(super) key: Vec<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Whether the database counts it up by itself.
    pub(super) is_counted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Whole,
    Truth,
    Text,
    Json,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "bigint" | "integer" => Some(Self::Whole),
            "boolean" => Some(Self::Truth),
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

impl Column {
    /// The value of this column, which is the given one of a row.
    pub(super) fn value(&self, row: &Row<'_>, position: usize) -> Result<Value> {
        Ok(match self.kind {
            Kind::Whole => row.opt_int(position)?.map_or(Value::Null, Value::from),
            Kind::Truth => row.opt_int(position)?.map_or(Value::Null, |number| Value::from(number != 0)),
            // JSON is the text it is: nothing is written anew, so that what comes out is byte for byte what went in.
            Kind::Text | Kind::Json => row.opt_text(position)?.map_or(Value::Null, Value::from),
        })
    }
}

impl Table {
    /// Names of columns, with commas between.
    pub(super) fn all(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The names of the key's columns, each after this (`NEW.`), with commas between.
    pub(super) fn keys(&self, before: &str) -> String {
        self.key.iter().map(|&at| format!("{before}{}", self.columns[at].name)).collect::<Vec<_>>().join(", ")
    }

    /// The key of a row that was read whole.
    pub(super) fn key_of(&self, row: &Value) -> Value {
        Value::Array(self.key.iter().map(|&at| row[at].clone()).collect())
    }

    /// The column that the database counts up, where there is one.
    pub(super) fn counted(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.is_counted)
    }
}

const OF_SQLITE: &str =
    "SELECT t.name, c.name, LOWER(c.type), c.pk, CASE WHEN LOWER(c.type) = 'integer' THEN 1 ELSE 0 END
    FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid";

const OF_POSTGRES: &str = "SELECT r.relname, a.attname, format_type(a.atttypid, NULL),
        COALESCE(array_position(CAST(string_to_array(CAST(i.indkey AS TEXT), ' ') AS INT2[]), a.attnum), 0),
        CASE WHEN a.attidentity <> '' THEN 1 ELSE 0 END
    FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_index i ON i.indrelid = r.oid AND i.indisprimary
    WHERE r.relkind IN ('r', 'p') AND r.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    ORDER BY CAST(r.relname AS TEXT) COLLATE \"C\", a.attnum";

/// The tables of these modules, by name.
pub(super) async fn tables(tx: &mut Tx, histories: &[Migrations]) -> Result<Vec<Table>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => OF_SQLITE,
        Dialect::Postgres => OF_POSTGRES,
    };
    let rows = tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?, row.int(4)? == 1)));
    let mut found: BTreeMap<String, (Vec<Column>, Vec<(i64, usize)>)> = BTreeMap::new();
    for (table, name, kind, place_in_key, is_counted) in rows.await? {
        if !is_of_shop(&table, histories) {
            continue;
        }
        let kind = Kind::of(&kind)
            .ok_or_else(|| Error::internal(format!("{table}.{name} is of the type {kind}, which cannot be moved")))?;
        let (columns, key) = found.entry(table).or_default();
        if place_in_key > 0 {
            key.push((place_in_key, columns.len()));
        }
        columns.push(Column { name, kind, is_counted });
    }
    let tables = found.into_iter().map(|(name, (columns, mut key))| {
        key.sort_unstable();
        Table { name, columns, key: key.into_iter().map(|(_, at)| at).collect() }
    });
    let tables: Vec<Table> = tables.collect();
    match tables.iter().find(|table| table.key.is_empty()) {
        Some(table) => Err(Error::internal(format!("{} has no primary key, so it cannot be moved", table.name))),
        None => Ok(tables),
    }
}

fn is_of_shop(table: &str, histories: &[Migrations]) -> bool {
    let is_of_a_module = histories.iter().any(|of| table.strip_prefix(of.module).is_some_and(|r| r.starts_with('_')));
    let is_history = histories.iter().any(|of| table == of.history());
    is_of_a_module && !is_history && !table.starts_with(OWN)
}

/// Whether a table is there.
pub(super) async fn exists(tx: &mut Tx, table: &str) -> Result<bool> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
        Dialect::Postgres => "SELECT CASE WHEN to_regclass($1) IS NULL THEN 0 ELSE 1 END",
    };
    Ok(tx.number(sql, &[Param::from(table)]).await? == 1)
}

/// Whether exactly the steps that this program knows have been taken in a store; its place is named where not.
pub(super) async fn check_histories(tx: &mut Tx, place: &str, histories: &[Migrations]) -> Result<()> {
    let dialect = tx.dialect();
    for migrations in histories {
        let history = migrations.history();
        if !exists(tx, &history).await? {
            return Err(Error::new(ErrorKind::NotFound, format!("There is no shop in {place}.")));
        }
        let sql = format!("SELECT version, name, checksum FROM {history} ORDER BY version");
        let taken = tx.query(&sql, &[], |row| Ok((row.int(0)?, row.text(1)?, row.text(2)?))).await?;
        let steps = migrations.steps_for(|step| match dialect {
            Dialect::Sqlite => step.sqlite,
            Dialect::Postgres => step.postgres,
        })?;
        // What it does not know it could not copy.
        if let Some((version, name)) = migrations.unknown_steps(&steps, &taken)?.first() {
            return Err(migrations.unknown_step(*version, name));
        }
        if taken.len() < steps.len() {
            let message = format!(
                "The tables of {} in {place} are older than this program. Bring them up to date first: start this version of \
                 the shop there, or run `tradewind migrate`.",
                migrations.module
            );
            return Err(Error::new(ErrorKind::Unavailable, message));
        }
    }
    Ok(())
}
