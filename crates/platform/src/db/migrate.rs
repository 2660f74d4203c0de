//! Migrations: one history per module, one file per engine and step.

use tradewind_kernel::{Error, ErrorKind, Result};

/// One step: its name (`V1__create_tables`) and its text for each engine.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `V<number>__<words>`; numbers rise, applied steps never change.
    pub name: &'static str,
    /// The step for SQLite.
    pub sqlite: &'static str,
    /// The step for PostgreSQL.
    pub postgres: &'static str,
}

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
        use refinery::error::Kind;

        let mut runner = refinery::Runner::new(&self.steps_for(|step| step.sqlite)?);
        runner.set_migration_table_name(self.history());
        let report = runner.run(connection).map_err(|error| match error.kind() {
            Kind::MissingVersion(step) => self.unknown_step(&step.to_string()),
            Kind::DivergentVersion(step, _) => self.other_step(&step.to_string()),
            _ => Error::internal(error),
        })?;
        Ok(report.applied_migrations().len())
    }

    /// That the database has taken a step this program knows nothing of.
    pub(super) fn unknown_step(&self, step: &str) -> Error {
        Error::new(
            ErrorKind::Unavailable,
            format!(
                "The tables of {} were brought up to date by a newer version of the shop (step {step}), which this one does \
                 not know. Start that version, or restore a copy from before.",
                self.module
            ),
        )
    }

    /// That the database has taken a step which reads otherwise here.
    pub(super) fn other_step(&self, step: &str) -> Error {
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
