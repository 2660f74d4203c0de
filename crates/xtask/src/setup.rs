//! Installs what the tests need, and says so before it does.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::say;

const NEXTEST_VERSION: &str = "0.9.143";
const OLDEST_NODE_VERSION: u32 = 20;

/// cargo-nextest runs every test in its own process. Where it is missing it is built into the target folder,
/// which leaves the machine as it was.
pub fn nextest(root: &Path) -> anyhow::Result<()> {
    let ours = root.join("target/tools");
    if answers("cargo", &["nextest", "--version"]) || ours.join("bin/cargo-nextest").exists() {
        return Ok(());
    }
    say(&format!(
        "Installing cargo-nextest {NEXTEST_VERSION} into {}: it runs the Rust tests. This takes some minutes, once.",
        ours.display()
    ));
    let mut command = Command::new("cargo");
    command.args(["install", "cargo-nextest", "--locked", "--version", NEXTEST_VERSION, "--root"]);
    run(command.arg(ours))
}

/// The npm packages of tests/js: the JavaScript SDK, playwright-core, axe and Lighthouse.
pub fn npm(root: &Path) -> anyhow::Result<()> {
    let folder = root.join("tests/js");
    let lock = std::fs::read(folder.join("package-lock.json")).context("reading tests/js/package-lock.json")?;
    let installed_lock = folder.join("node_modules/.installed-lock.json");
    if std::fs::read(&installed_lock).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    require_node()?;
    say("Installing the npm packages of tests/js (npm ci): the JavaScript SDK, playwright-core, axe and Lighthouse.");
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    // Remembered, so that a second run starts at once.
    std::fs::write(&installed_lock, lock).context("writing tests/js/node_modules/.installed-lock.json")
}

fn require_node() -> anyhow::Result<()> {
    let output = Command::new("node").arg("--version").output();
    let Ok(output) = output else {
        bail!("node is missing. Install Node.js {OLDEST_NODE_VERSION} or newer, then run this again.");
    };
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE_VERSION) {
        bail!("node {version} is too old. Install Node.js {OLDEST_NODE_VERSION} or newer, then run this again.");
    }
    Ok(())
}

/// Chromium, which the browser tests drive.
pub fn browser() -> anyhow::Result<()> {
    if answers("chromium", &["--version"]) {
        return Ok(());
    }
    debian("chromium", "the browser tests buy a print in it")
}

/// The servers that tests start for themselves, and what they read reports with.
pub fn servers() -> anyhow::Result<()> {
    use tradewind_services::{nats, pooler, postgres, rabbitmq, redis};

    const OWN: &str = "the tests start servers of their own with it";
    let servers = [
        (postgres::programs(), "postgresql", OWN),
        (redis::program(), "redis-server", OWN),
        (pooler::program(), "pgbouncer", "the tests put poolers of their own before PostgreSQL with it"),
        (nats::program(), "nats-server", OWN),
        (rabbitmq::program(), "rabbitmq-server", OWN),
    ];
    for (_, package, reason) in servers.iter().filter(|(program, ..)| program.is_none()) {
        debian(package, reason)?;
    }
    if !answers("pdftotext", &["-v"]) {
        debian("poppler-utils", "the tests read the PDF of reports again with it")?;
    }
    if postgres::programs().is_none() {
        bail!("The Debian package postgresql is installed, but it is older than version 15. Install a newer one.");
    }
    Ok(())
}

/// Installs a Debian package.
fn debian(package: &str, reason: &str) -> anyhow::Result<()> {
    if !answers("apt-get", &["--version"]) {
        bail!("{package} is missing, and this is not a Debian system. Install it as your system does.");
    }
    say(&format!("Installing the Debian package {package} (apt-get update, apt-get install): {reason}."));
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    let as_root = |arguments: &[&str]| {
        let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root {
            command.arg("apt-get");
        }
        run(command.args(arguments))
    };
    as_root(&["update", "--quiet"])?;
    as_root(&["install", "--yes", "--quiet", "--no-install-recommends", package])
}

fn answers(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("starting {command:?}"))?;
    if !status.success() {
        bail!("{command:?} ended with {status}");
    }
    Ok(())
}
