//! The shop as an operator runs it: a process of its own, to be killed, and the audit of what it left.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tradewind_testkit::{Fleet, Process, settings_in};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_tradewind");
/// What a killed worker had under way is done again two seconds later instead of thirty.
pub(crate) const OWN: [&str; 4] = ["--set", "jobs.lease_seconds=2", "--set", "log.level=error"];

/// Starts the shop in a folder, with settings of its own besides.
pub(crate) fn start(folder: &Path, own: &[String]) -> Process {
    Process::serve(PROGRAM, &[settings_in(folder), own.to_vec()].concat(), &OWN)
}

/// Starts so many processes of the shop in a folder, with settings of its own besides.
pub(crate) async fn start_fleet(count: usize, folder: &Path, own: &[String]) -> Fleet {
    Fleet::serve(PROGRAM, count, folder, own, &OWN).await
}

/// Starts the shop from a file of configuration, with settings of its own besides.
pub(crate) fn start_from(file: &Path, folder: &Path, own: &[String]) -> Process {
    let arguments = ["--set", "log.level=error", "--config", file.to_str().unwrap()];
    Process::serve(PROGRAM, &[settings_in(folder), own.to_vec()].concat(), &arguments)
}

/// Asks `tradewind audit` whether the books of the shop in this folder, with settings of its own besides, add up, with nothing
/// under way any more.
pub(crate) fn audit(folder: &Path, own: &[String], acknowledged: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tradewind"))
        .args(["audit", "--settled-within", "0", "--acknowledged"])
        .arg(acknowledged)
        .args(settings(folder))
        .args(own.iter().flat_map(|set| ["--set", set]))
        .output()
        .unwrap();
    let lines = |bytes: &[u8]| BufReader::new(bytes).lines().map_while(Result::ok).collect::<Vec<_>>().join("\n");
    (output.status.success(), format!("{}\n{}", lines(&output.stdout), lines(&output.stderr)))
}

/// Starts `tradewind serve` where something keeps it from serving: whether it ended well, and what it said.
pub(crate) fn serve_once(folder: &Path, own: &[String]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_tradewind"))
        .args(["serve", "--set", "server.listen=127.0.0.1:0"])
        .args(settings(folder))
        .args(own.iter().flat_map(|set| ["--set", set]))
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// The settings of a shop whose store is at a place: a file, or the url of a database.
pub(crate) fn store_at(place: &str) -> Vec<String> {
    match place.starts_with("postgres://") {
        true => vec!["store.main.kind=postgres".to_owned(), format!("store.main.url={place}")],
        false => vec![format!("store.main.path={place}")],
    }
}

/// Waits until the books add up with nothing under way any more.
pub(crate) async fn adds_up(folder: &Path, own: &[String], acknowledged: &[String]) {
    let file = folder.join("acknowledged");
    std::fs::write(&file, acknowledged.join("\n")).unwrap();
    let mut said = String::new();
    for _ in 0..300 {
        let (is_clean, text) = audit(folder, own, &file);
        if is_clean {
            return;
        }
        said = text;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the books do not add up:\n{said}");
}

fn settings(folder: &Path) -> Vec<String> {
    let all = settings_in(folder).into_iter().chain(["log.level=error".to_owned()]);
    all.flat_map(|set| ["--set".to_owned(), set]).collect()
}
