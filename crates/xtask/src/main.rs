//! The chores of the repository, as one small program: `cargo xtask tidy` and the set-up steps behind the Makefile.

mod generate;
mod rollout;
mod services;
mod setup;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

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
    /// Check what the compiler cannot: the crate graph, table prefixes, portable SQL, the map, file lengths and generated pages.
    Tidy,
    /// Let simulated shoppers buy from a store that fails, and check the books; a seed repeats its run to the letter.
    Simulate {
        /// Which run
        #[arg(long)]
        seed: u64,
        /// How many steps it has
        #[arg(long, default_value_t = 2000)]
        steps: u64,
    },
    /// Let the program of an earlier version and this one serve one shop, as in a roll-out.
    Rollout {
        /// The earlier version: a commit or a tag [default: the newest release, or else the commit before]
        #[arg(long)]
        from: Option<String>,
        /// Where both meet
        #[arg(long, value_enum, default_value = "postgres")]
        on: rollout::Meeting,
    },
    /// Write docs/generated anew from what its pages are made from.
    Generate,
    /// Install cargo-nextest, the test runner, where it is missing.
    SetupNextest,
    /// Install the npm packages of tests/js, from the lock file.
    SetupNpm,
    /// Install Chromium from Debian, where it is missing.
    SetupBrowser,
    /// The servers that tests use: install what is missing and start them, stop them, or say which run.
    Services {
        /// What to do with them
        #[arg(value_enum)]
        verb: services::Verb,
    },
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
        Chore::Simulate { seed, steps } => return simulate(&root, seed, steps),
        Chore::Rollout { from, on } => return rollout::run(&root, from.as_deref(), on),
        Chore::Generate => generate::write(&root)?,
        Chore::SetupNextest => setup::nextest(&root)?,
        Chore::SetupNpm => setup::npm(&root)?,
        Chore::SetupBrowser => setup::browser()?,
        Chore::Services { verb } => services::run(verb)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn simulate(root: &Path, seed: u64, steps: u64) -> anyhow::Result<ExitCode> {
    let status = Command::new("cargo")
        .args(["test", "--package", "tradewind-checkout", "--lib", "--quiet", "--"])
        .args(["--nocapture", "--exact", "tests::simulation::the_books_add_up_whatever_the_store_does"])
        .current_dir(root)
        .env("SIMULATION_SEED", seed.to_string())
        .env("SIMULATION_STEPS", steps.to_string())
        .status()
        .context("cargo could not be started")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
