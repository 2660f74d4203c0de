//! Builds the program of an earlier version, and lets the tests of a roll-out run it beside this one's.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, bail};
use clap::ValueEnum;

use crate::say;

/// Where both versions meet.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Meeting {
    /// A SQLite file, which one takes over from the other.
    File,
    /// PostgreSQL, with both at once.
    Postgres,
}

/// Runs the test with the program of this commit; without one, of the newest release or else of the last commit but one.
pub fn run(root: &Path, from: Option<&str>, meeting: Meeting) -> anyhow::Result<ExitCode> {
    let from = match from {
        Some(from) => from.to_owned(),
        None => git(root, &["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]).unwrap_or("HEAD~1".to_owned()),
    };
    let commit = git(root, &["rev-parse", "--verify", &format!("{from}^{{commit}}")])
        .with_context(|| format!("{from} names no commit of this repository; a shallow clone has no earlier ones"))?;
    let program = program_of(root, &commit)?;
    let test = match meeting {
        Meeting::File => "rollout::in_a_file",
        Meeting::Postgres => "rollout::on_postgres",
    };
    say(&format!("The program of {from} and this one on one shop: {test}"));
    let status = Command::new("cargo")
        .args(["nextest", "run", "--workspace", "--locked", "--run-ignored", "only", "-E"])
        .arg(format!("test(={test})"))
        .env("TEST_EARLIER_PROGRAM", program)
        .current_dir(root)
        .status()
        .context("running cargo nextest")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn program_of(root: &Path, commit: &str) -> anyhow::Result<PathBuf> {
    let folder = root.join("target/rollout");
    let program = folder.join(commit).join("tradewind");
    if program.exists() {
        return Ok(program);
    }
    say(&format!("Building the program of {commit} into {}. This takes some minutes, once.", folder.display()));
    // Always in the same place, so that what the last version has in common with this one is not built again.
    let source = folder.join("source");
    let _ = std::fs::remove_dir_all(&source);
    std::fs::create_dir_all(&source).with_context(|| format!("creating {}", source.display()))?;
    unpack(root, commit, &source)?;
    let target = folder.join("target");
    let status = Command::new("cargo")
        .args(["build", "--locked", "--package", "tradewind-server"])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&source)
        .status()
        .context("running cargo build")?;
    if !status.success() {
        bail!("{commit} cannot be built");
    }
    std::fs::create_dir_all(folder.join(commit))?;
    std::fs::copy(target.join("debug/tradewind"), &program).context("keeping the program")?;
    std::fs::remove_dir_all(&source)?;
    Ok(program)
}

fn unpack(root: &Path, commit: &str, place: &Path) -> anyhow::Result<()> {
    let mut archive = Command::new("git")
        .args(["archive", commit])
        .stdout(Stdio::piped())
        .current_dir(root)
        .spawn()
        .context("running git archive")?;
    let packed = archive.stdout.take().context("what git archive writes")?;
    let unpacked = Command::new("tar").arg("-x").stdin(packed).current_dir(place).status().context("running tar")?;
    if !(archive.wait()?.success() && unpacked.success()) {
        bail!("the files of {commit} cannot be unpacked");
    }
    Ok(())
}

fn git(root: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git").args(arguments).current_dir(root).output().context("running git")?;
    if !output.status.success() {
        bail!("git {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
