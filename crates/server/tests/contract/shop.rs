//! A shop in processes of its own, as an operator opens it: imported, with a staff login, serving on a free port.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use tradewind_services::Store;
use tradewind_testkit::{Fleet, settings_in};

use crate::recording;

/// The staff login that the recorded requests use.
pub const STAFF_EMAIL: &str = "admin@example.com";
pub const STAFF_PASSWORD: &str = "supersecret123";

const PROGRAM: &str = env!("CARGO_BIN_EXE_tradewind");

/// A shop that serves, on the store that the environment asks for; closed and gone when dropped.
pub struct Served {
    pub url: String,
    _fleet: Fleet,
    _folder: TempDir,
    store: Store,
}

/// Runs a command of the shop in this folder to its end.
pub fn tradewind(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).current_dir(folder).args(arguments).output().unwrap()
}

/// What a command said.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What the peer held before the first recorded request.
pub fn seed() -> String {
    recording::folder().join("seed.json").display().to_string()
}

impl Served {
    /// A shop that holds what the peer held before the first recorded request.
    pub async fn open_imported() -> Self {
        Self::open_from(&seed()).await
    }

    /// A shop that holds what is in a file of saved answers.
    pub async fn open_from(file: &str) -> Self {
        let (folder, store) = (tempfile::tempdir().unwrap(), Store::new());
        let settings = [settings_in(folder.path()), store.settings()].concat();
        let sets: Vec<&str> = settings.iter().flat_map(|set| ["--set", set]).collect();
        for command in [
            vec!["import", "medusa", file],
            vec!["user", "create", "--email", STAFF_EMAIL, "--password", STAFF_PASSWORD],
        ] {
            let output = tradewind(folder.path(), &[command, sets.clone()].concat());
            assert!(output.status.success(), "{}", text(&output));
        }
        let own = ["--set", "auth.login_burst=1000", "--set", "log.level=error"];
        let fleet = Fleet::serve(PROGRAM, store.processes(), folder.path(), &store.settings(), &own).await;
        Self { url: fleet.open().await, _fleet: fleet, _folder: folder, store }
    }

    /// Whether what was changed may take a moment to be seen: several processes share the store.
    pub fn has_several_processes(&self) -> bool {
        self.store.processes() > 1
    }
}
