//! Migrations: one history per module, one file per engine and step.

use tradewind_kernel::{Error, ErrorKind, Result};

/// One step: its name (`V1__create_tables`) and its text for each engine.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `V<number>__<words>`; numbers rise, applied steps never change. The words begin with `remove_` where the step takes away
    /// what the version of the shop before needs.
    pub name: &'static str,
    /// The step for SQLite.
    pub sqlite: &'static str,
    /// The step for PostgreSQL.
    pub postgres: &'static str,
}

/// How the words of a step begin that a program which does not know it cannot live with.
const REMOVES: &str = "remove_";

/// The history of one module's tables.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The module, which is also the prefix of its tables.
    pub module: &'static str,
    /// The steps in order.
    pub steps: &'static [Migration],
}

/// The steps of a module named `$module`, each from its two files: `migrations!("orders", "V1__orders", "V2__parts")`.
#[macro_export]
macro_rules! migrations {
    ($module:literal, $($name:literal),+ $(,)?) => {
        $crate::db::Migrations {
            module: $module,
            steps: &[$($crate::db::Migration {
                name: $name,
                sqlite: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite/", $name, ".sql")),
                postgres: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres/", $name, ".sql")),
            }),+],
        }
    };
}

impl Migrations {
    /// The table that remembers which steps were taken.
    pub(super) fn history(&self) -> String {
        format!("{}_migrations", self.module)
    }

    pub(super) fn steps_for(&self, text: impl Fn(&Migration) -> &'static str) -> Result<Vec<refinery::Migration>> {
        let steps = self.steps.iter().map(|step| refinery::Migration::unapplied(step.name, text(step)));
        steps.collect::<Result<_, _>>().map_err(Error::internal)
    }

    pub(super) fn run_sqlite(&self, connection: &mut rusqlite::Connection) -> Result<usize> {
        let (steps, history) = (self.steps_for(|step| step.sqlite)?, self.history());
        if connection.table_exists(None, history.as_str()).map_err(Error::internal)? {
            let sql = format!("SELECT version, name, checksum FROM {history} ORDER BY version");
            let mut statement = connection.prepare(&sql).map_err(Error::internal)?;
            let taken = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
            let taken = taken.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(Error::internal)?;
            self.last_taken(&steps, &taken)?;
        }
        let mut runner = refinery::Runner::new(&steps);
        runner.set_migration_table_name(history);
        let report = runner.set_abort_missing(false).run(connection).map_err(Error::internal)?;
        Ok(report.applied_migrations().len())
    }

    /// The number of the last step that was taken, of these versions, names and checksums. A newer program may have added to the tables,
    /// and this one goes on beside it; what takes something away, or reads otherwise here, is an error.
    pub(super) fn last_taken(&self, steps: &[refinery::Migration], taken: &[(i64, String, String)]) -> Result<i64> {
        for (version, name) in self.unknown_steps(steps, taken)? {
            if name.starts_with(REMOVES) {
                return Err(self.unknown_step(version, name));
            }
            tracing::warn!(
                "a newer version of the shop has taken step V{version}__{name} of the tables of {}; it adds to them, and this \
                 version goes on beside it",
                self.module
            );
        }
        Ok(taken.last().map_or(0, |(version, ..)| *version))
    }

    /// Which of the steps that were taken this program does not know. One that reads otherwise here is an error.
    pub(super) fn unknown_steps<'a>(
        &self,
        steps: &[refinery::Migration],
        taken: &'a [(i64, String, String)],
    ) -> Result<Vec<(i64, &'a str)>> {
        let mut unknown = Vec::new();
        for (version, name, checksum) in taken {
            match steps.iter().find(|step| i64::from(step.version()) == *version) {
                Some(step) if step.name() == name && step.checksum().to_string() == *checksum => {}
                Some(step) => return Err(self.other_step(&step.to_string())),
                None => unknown.push((*version, name.as_str())),
            }
        }
        Ok(unknown)
    }

    /// That the database has taken a step this program knows nothing of and cannot do with.
    pub(super) fn unknown_step(&self, version: i64, name: &str) -> Error {
        Error::new(
            ErrorKind::Unavailable,
            format!(
                "The tables of {} were brought up to date by a newer version of the shop (step V{version}__{name}), which this one does \
                 not know. Start that version, or restore a copy from before.",
                self.module
            ),
        )
    }

    /// That the database has taken a step which reads otherwise here.
    fn other_step(&self, step: &str) -> Error {
        Error::new(
            ErrorKind::Unavailable,
            format!(
                "The tables of {} were made by another version of step {step} than this program has. Steps that were taken \
                 never change; start the version of the shop that took it.",
                self.module
            ),
        )
    }
}
