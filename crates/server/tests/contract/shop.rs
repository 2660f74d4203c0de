//! A shop in a process of its own, as an operator opens it: imported, with a staff login, serving on a free port.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::recording;

/// The staff login that the recorded requests use.
pub const STAFF_EMAIL: &str = "admin@example.com";
pub const STAFF_PASSWORD: &str = "supersecret123";

/// A shop that serves; closed and gone when dropped.
pub struct Process {
    child: Child,
    pub url: String,
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command of the shop in this folder to its end.
pub fn tradewind(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tradewind")).current_dir(folder).args(arguments).output().unwrap()
}

/// What a command said.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What the peer held before the first recorded request.
pub fn seed() -> String {
    recording::folder().join("seed.json").display().to_string()
}

impl Process {
    /// A shop that holds what the peer held before the first recorded request.
    pub async fn open_imported() -> Self {
        Self::open_from(&seed()).await
    }

    /// A shop that holds what is in a file of saved answers.
    pub async fn open_from(file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for arguments in [
            vec!["import", "medusa", file, "--data", "data"],
            vec!["user", "create", "--email", STAFF_EMAIL, "--password", STAFF_PASSWORD],
        ] {
            let output = tradewind(folder.path(), &arguments);
            assert!(output.status.success(), "{}", text(&output));
        }
        let listen = {
            let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            free.local_addr().unwrap().to_string()
        };
        let child = Command::new(env!("CARGO_BIN_EXE_tradewind"))
            .current_dir(folder.path())
            .args(["serve", "--set", &format!("server.listen={listen}")])
            .args(["--set", "auth.login_burst=1000", "--set", "log.level=error"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { child, url: format!("http://{listen}"), _folder: folder };
        tradewind_server::tls::choose_provider();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        for _ in 0..1000 {
            if client.get(format!("{}/health", process.url)).send().await.is_ok() {
                return process;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the shop did not open");
    }
}
