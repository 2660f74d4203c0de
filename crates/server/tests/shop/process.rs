//! The shop as an operator runs it: a process of its own, to be killed, and the audit of what it left.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tradewind_testkit::Client;

/// `tradewind serve` in a folder; killed with SIGKILL when it is dropped.
pub(crate) struct Process {
    child: Child,
    url: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Starts the shop, with settings of its own besides.
    pub(crate) fn start(folder: &Path, own: &[String]) -> Self {
        // What a killed worker had under way is done again two seconds later instead of thirty.
        Self::spawn(folder, own, &["--set", "jobs.lease_seconds=2"])
    }

    /// Starts the shop from a file of configuration, with settings of its own besides.
    pub(crate) fn start_from(file: &Path, folder: &Path, own: &[String]) -> Self {
        Self::spawn(folder, own, &["--config", file.to_str().unwrap()])
    }

    fn spawn(folder: &Path, own: &[String], arguments: &[&str]) -> Self {
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_tradewind"))
            .arg("serve")
            .args(settings(folder))
            .args(["--set", &format!("server.listen={listen}")])
            .args(own.iter().flat_map(|set| ["--set", set]))
            .args(arguments)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, url: format!("http://{listen}") }
    }

    /// Where the shop will be.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Waits until the shop answers; says where it is.
    pub(crate) async fn open(&self) -> String {
        let client = Client::new(&self.url, "");
        for _ in 0..3000 {
            if client.try_ask("GET", "/health", None).await.is_ok() {
                return self.url.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the shop did not open");
    }
}

/// Asks `tradewind audit` whether the books of the shop in this folder add up, with nothing under way any more.
pub(crate) fn audit(folder: &Path, acknowledged: &Path) -> (bool, String) {
    audit_with(folder, &[], acknowledged)
}

/// The same, with settings of its own besides.
pub(crate) fn audit_with(folder: &Path, own: &[String], acknowledged: &Path) -> (bool, String) {
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
        let (is_clean, text) = audit_with(folder, own, &file);
        if is_clean {
            return;
        }
        said = text;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the books do not add up:\n{said}");
}

fn settings(folder: &Path) -> Vec<String> {
    let paths =
        [("store.main.path", "shop.db"), ("blobs.path", "media"), ("mail.path", "mail"), ("search.path", "search")];
    let paths = paths.map(|(key, name)| format!("{key}={}", folder.join(name).display()));
    let all = paths.into_iter().chain(["log.level=error".to_owned()]);
    all.flat_map(|set| ["--set".to_owned(), set]).collect()
}
