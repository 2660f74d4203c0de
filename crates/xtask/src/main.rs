//! The chores of the repository, as one small program: `cargo xtask tidy` and the set-up steps behind the Makefile.

mod setup;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

/// The chores of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check what the compiler cannot: the crate graph, table prefixes, portable SQL, the map and file lengths.
    Tidy,
    /// Install cargo-nextest, the test runner, where it is missing.
    SetupNextest,
    /// Install the npm packages of tests/js, from the lock file.
    SetupNpm,
    /// Install Chromium from Debian, where it is missing.
    SetupBrowser,
}

fn main() -> ExitCode {
    match run(Arguments::parse().chore) {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(chore: Chore) -> anyhow::Result<ExitCode> {
    let root = repository_root()?;
    match chore {
        Chore::Tidy => {
            let report = tidy::check(&root)?;
            say(&report.to_string());
            return Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
        Chore::SetupNextest => setup::nextest(&root)?,
        Chore::SetupNpm => setup::npm(&root)?,
        Chore::SetupBrowser => setup::browser()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that holds the workspace, wherever the command was started.
fn repository_root() -> anyhow::Result<PathBuf> {
    let own_folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = own_folder.ancestors().nth(2).context("xtask does not lie in crates/xtask")?;
    Ok(root.to_path_buf())
}

/// Tells the person at the terminal something.
#[expect(clippy::print_stdout, reason = "a command-line program speaks on standard output")]
fn say(text: &str) {
    println!("{text}");
}
