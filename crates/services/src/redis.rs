//! A Redis server of one test's own, which the test may stop, start, pause and fill.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use tempfile::TempDir;

use crate::postgres::answer_of;
use crate::program::{free_ports, start};

/// Where Debian installs it.
const PROGRAMS: [&str; 2] = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"];
/// What to do when there is none.
pub const REMEDY: &str = "Run `cargo xtask services up`, which installs Redis for the tests.";

/// A server that keeps nothing on the disk. It is gone with this.
pub struct Redis {
    folder: TempDir,
    port: u16,
    server: Child,
}

/// The server's program.
#[must_use]
pub fn program() -> Option<PathBuf> {
    PROGRAMS.iter().map(PathBuf::from).find(|program| program.exists())
}

impl Redis {
    /// A new server, started.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let [port] = free_ports();
        let server = run(folder.path(), port);
        Self { folder, port, server }
    }

    /// The url of its first database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://{}", self.host())
    }

    /// Where it answers: `127.0.0.1:40000`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Kills it.
    pub fn kill(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }

    /// Starts it again, empty.
    pub fn start(&mut self) {
        self.kill();
        self.server = run(self.folder.path(), self.port);
    }

    /// Lets it take connections and answer nothing.
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// Lets it go on, without what it had.
    pub fn resume_and_empty(&mut self) {
        self.resume();
        self.ask(&["FLUSHALL"]);
    }

    fn signal(&self, signal: &str) {
        let mut command = Command::new("kill");
        command.args([signal, &self.server.id().to_string()]);
        answer_of(command).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Asks it something as `redis-cli` does: `&["DBSIZE"]`.
    pub fn ask(&self, words: &[&str]) -> String {
        let mut command = Command::new("redis-cli");
        command.args(["-p", &self.port.to_string()]).args(words);
        answer_of(command).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Leaves it without memory for anything new.
    pub fn fill(&self) {
        self.ask(&["CONFIG", "SET", "maxmemory-policy", "noeviction"]);
        self.ask(&["CONFIG", "SET", "maxmemory", "1"]);
    }
}

fn run(folder: &Path, port: u16) -> Child {
    let program = program().unwrap_or_else(|| panic!("Redis is not installed. {REMEDY}"));
    let mut command = Command::new(program);
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir"]);
    command.arg(folder);
    start("Redis", &mut command, port)
}

impl Default for Redis {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}
