//! Migrations: one history per module, one file per engine and step.

use tradewind_kernel::{Error, Result};

/// One step: its name (`V1__create_tables`) and its text for each engine.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `V<number>__<words>`; numbers rise, applied steps never change.
    pub name: &'static str,
    /// The step for SQLite.
    pub sqlite: &'static str,
}

/// The history of one module's tables.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// The module, which is also the prefix of its tables.
    pub module: &'static str,
    /// The steps in order.
    pub steps: &'static [Migration],
}

impl Migrations {
    pub(super) fn run_sqlite(&self, connection: &mut rusqlite::Connection) -> Result<usize> {
        let steps = self
            .steps
            .iter()
            .map(|step| refinery::Migration::unapplied(step.name, step.sqlite))
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::internal)?;
        let mut runner = refinery::Runner::new(&steps);
        runner.set_migration_table_name(format!("{}_migrations", self.module));
        let report = runner.run(connection).map_err(Error::internal)?;
        Ok(report.applied_migrations().len())
    }
}
