//! `tradewind backup` and `tradewind restore`: a shop in SQLite with its files, in a folder.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use super::{Configured, say};
use crate::backup::{Contents, back_up, restore};
use crate::config::{Config, StoreKind};

/// Copy a shop in SQLite with its files while it serves
///
/// The shop goes on serving. The folder then holds shop.db (one state of the store, in one file), media (its files) and
/// backup.json (how much of each, by which a restore knows that nothing is missing). Not in it: mail that was written to the
/// mailbox file, and the search index, which is built anew.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The folder to make; it must not exist
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    #[command(flatten)]
    configured: Configured,
}

/// Put a shop from a backup where there is none
///
/// The shop goes where the configuration says that its store and its files are. Nothing is overwritten.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// The folder that `tradewind backup` made
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    #[command(flatten)]
    configured: Configured,
}

impl Backup {
    pub(super) fn run(self) -> Result<()> {
        let config = self.configured.load()?;
        let file = sqlite_file(&config)?;
        if !file.exists() {
            bail!("there is no shop at {}; name its configuration with --config or --set", file.display());
        }
        let contents = back_up(file, &config.blobs.path, &self.to)?;
        say(format!("{} holds {}.", self.to.display(), in_words(&contents)));
        Ok(())
    }
}

impl Restore {
    pub(super) fn run(self) -> Result<()> {
        let config = self.configured.load()?;
        let file = sqlite_file(&config)?;
        let contents = restore(&self.from, file, &config.blobs.path)?;
        say(format!("{} is back, with {}.", file.display(), in_words(&contents)));
        say("`tradewind serve` opens the shop; `tradewind audit` examines its books.");
        Ok(())
    }
}

fn in_words(contents: &Contents) -> String {
    let rows: i64 = contents.tables.values().sum();
    let Contents { tables, files, .. } = contents;
    format!("{rows} rows in {} tables and {files} files; every page was checked", tables.len())
}

fn sqlite_file(config: &Config) -> Result<&Path> {
    let store = config.database();
    match store.kind {
        StoreKind::Sqlite => Ok(&store.path),
        StoreKind::Postgres | StoreKind::Redis | StoreKind::Nats | StoreKind::Rabbitmq => bail!(
            "this shop keeps its data in PostgreSQL, whose own tools copy and restore it, to any moment: docs/backup.md has \
             the commands"
        ),
    }
}
