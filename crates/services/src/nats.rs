//! A NATS server of one test's own, which the test may stop and start.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use tempfile::TempDir;

use crate::program::{free_ports, start};

/// Where Debian installs it.
const PROGRAMS: [&str; 3] = ["/usr/sbin/nats-server", "/usr/bin/nats-server", "/usr/local/bin/nats-server"];
/// What to do when there is none.
pub const REMEDY: &str = "Run `cargo xtask services up`, which installs NATS for the tests.";
/// How long it may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(20);

/// A server that keeps its streams in a temporary folder, over its end and a new start. It is gone with this.
pub struct Nats {
    folder: TempDir,
    port: u16,
    own: Vec<String>,
    server: Child,
}

/// The server's program.
#[must_use]
pub fn program() -> Option<PathBuf> {
    PROGRAMS.iter().map(PathBuf::from).find(|program| program.exists())
}

impl Nats {
    /// A new server with JetStream, started.
    #[must_use]
    pub fn new() -> Self {
        Self::with(&["-js"])
    }

    /// A new server with arguments of its own, started.
    #[must_use]
    pub fn with(own: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let [port] = free_ports();
        let own: Vec<String> = own.iter().map(|argument| (*argument).to_owned()).collect();
        let server = run(folder.path(), port, &own);
        Self { folder, port, own, server }
    }

    /// Its url.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://{}", self.host())
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

    /// Starts it again, with what it had on its disk.
    pub fn start(&mut self) {
        self.kill();
        self.server = run(self.folder.path(), self.port, &self.own);
    }

    /// Publishes something as a program does that knows nothing of the shop.
    pub fn publish(&self, subject: &str, body: &[u8]) {
        let publishing = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(ANSWER_MAX))?;
            write!(stream, "CONNECT {{\"verbose\":false}}\r\nPUB {subject} {}\r\n", body.len())?;
            stream.write_all(body)?;
            // It answers once it has dealt with what came before.
            stream.write_all(b"\r\nPING\r\n")?;
            let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
            Ok(lines.find(|line| line == "PONG" || line.starts_with("-ERR")).unwrap_or_default())
        };
        match publishing() {
            Ok(answer) if answer == "PONG" => {}
            other => panic!("NATS does not take {subject}: {other:?}"),
        }
    }
}

fn run(folder: &Path, port: u16, own: &[String]) -> Child {
    let program = program().unwrap_or_else(|| panic!("NATS is not installed. {REMEDY}"));
    let mut command = Command::new(program);
    command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-sd"]).arg(folder).args(own);
    start("NATS", &mut command, port)
}

impl Default for Nats {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.kill();
    }
}
