//! `tradewind move`: takes a shop from one store to another while it serves.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tradewind_kernel::{Clock, Error, IdMint, Rng};
use tradewind_platform::db::{Db, Moved, Progress, Surroundings, give_up_move, move_shop};

use super::say;
use crate::wiring::MIGRATIONS;

/// Move a shop to another store while it serves: from SQLite to PostgreSQL, back, or between servers
///
/// A place is sqlite:FILE or postgres://user:password@host:port/database. The shop serves from where it is until everything
/// has been copied and compared; then writers wait for a moment, and from there on the old store refuses them: start the shop
/// on the new one at once. A move that was stopped goes on when it is started again.
#[derive(Debug, Args)]
pub(super) struct Move {
    /// Where the shop is
    #[arg(long, value_name = "PLACE", env = "MOVE_FROM", hide_env_values = true)]
    from: String,
    /// Where it goes: an empty store
    #[arg(long, value_name = "PLACE", env = "MOVE_TO", hide_env_values = true, required_unless_present = "give_up")]
    to: Option<String>,
    /// Give up a move that has not come to its end; the shop stays where it is
    #[arg(long)]
    give_up: bool,
}

impl Move {
    pub(super) async fn run(self) -> Result<()> {
        let source = open(&self.from, "--from", true)?;
        if self.give_up {
            match give_up_move(&source, &MIGRATIONS).await? {
                true => say(format!("The move is given up; the shop stays in {}.", source.place())),
                false => say(format!("The shop in {} is not being moved.", source.place())),
            }
            return Ok(());
        }
        let Some(to) = self.to else { bail!("--to is missing: where the shop goes") };
        let target = open(&to, "--to", false)?;
        say(format!("From {}\n  to {}.", source.place(), target.place()));
        let mut screen = Screen::new();
        let outcome = move_shop(&source, &target, &MIGRATIONS, |progress| screen.show(progress)).await;
        screen.clear();
        tell(&outcome?, &source, &target);
        Ok(())
    }
}

fn tell(moved: &Moved, source: &Db, target: &Db) {
    let Moved { rows, tables, sum, followed, waited } = moved;
    say(format!(
        "{rows} rows in {tables} tables are the same on both sides (checksum {sum}); {followed} changes were followed."
    ));
    say(format!("The shop has moved. Whoever wrote during the switch waited for {} ms.", waited.as_millis()));
    say(format!(
        "\nNow start the shop with its store in {}. Processes that still run on {} refuse all writes; stop them. \
         Files ([blobs]) stay where they are, and the search index is built anew.",
        target.place(),
        source.place()
    ));
}

/// Opens the store at a place. A shop that is to be moved is not made anew because of a slip in its name.
fn open(place: &str, option: &str, must_be_there: bool) -> Result<Db> {
    let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| place.starts_with(scheme));
    let place = match place.strip_prefix("sqlite:") {
        Some(file) if !file.is_empty() => absolute(Path::new(file))?.display().to_string(),
        None if is_url => place.to_owned(),
        _ => {
            let message = "this is no place: write sqlite:FILE or postgres://user:password@host:port/database";
            return Err(Error::invalid(option, format!("{option}: {message}")).into());
        }
    };
    if must_be_there && !is_url && !Path::new(&place).is_file() {
        bail!("there is no shop at {place}: {option} names a file that does not exist");
    }
    let clock = Clock::System;
    let mint = IdMint::new(clock.clone(), Rng::system());
    Ok(Db::open_at(&place, Surroundings { clock, mint })?)
}

/// The same file is the same place, however it is written.
fn absolute(file: &Path) -> Result<PathBuf> {
    Ok(std::fs::canonicalize(file).or_else(|_| std::path::absolute(file))?)
}

/// Shows how far a move is: a bar on a terminal, a line now and then elsewhere.
struct Screen {
    bar: Option<ProgressBar>,
    rows: u64,
    tenths: u64,
}

impl Screen {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(ProgressBar::no_length);
        Self { bar, rows: 0, tenths: 0 }
    }

    fn show(&mut self, progress: Progress) {
        match progress {
            Progress::Begun { rows, tables, goes_on } => {
                let word = if goes_on { "An earlier run is gone on with" } else { "The move begins" };
                self.rows = rows;
                self.line(&format!("{word}: {rows} rows in {tables} tables."));
                if let Some(bar) = &self.bar {
                    bar.set_length(rows);
                    let template = "{prefix:9} [{bar:40}] {percent:>3} %  {pos} of {len} rows  {msg}";
                    if let Ok(style) = ProgressStyle::with_template(template) {
                        bar.set_style(style.progress_chars("=> "));
                    }
                }
            }
            Progress::Copied { table, rows } => self.advance("Copying", &table, rows),
            Progress::Compared { table, rows } => self.advance("Comparing", &table, rows),
            Progress::Followed { rows } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(format!("{rows} changes followed"));
                }
            }
            Progress::Switching => self.line("Everything is there. Switching: writers wait."),
        }
    }

    fn advance(&mut self, what: &'static str, table: &str, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.set_prefix(what);
            bar.set_message(table.to_owned());
            bar.set_position(rows);
            return;
        }
        let tenths = rows * 10 / self.rows.max(1);
        if tenths != self.tenths {
            self.tenths = tenths;
            self.line(&format!("{what}: {rows} of {} rows, in {table}", self.rows));
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            None => say(text),
        }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
