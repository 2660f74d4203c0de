//! A RabbitMQ server of one test's own, which the test may stop and start.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use tempfile::TempDir;

use crate::postgres::answer_of;
use crate::program::{free_ports, start};

/// Where Debian installs it. The program of the same name that is on the path knows one server of the machine alone.
const PROGRAM: &str = "/usr/lib/rabbitmq/bin/rabbitmq-server";
/// What to do when there is none.
pub const REMEDY: &str = "Run `cargo xtask services up`, which installs RabbitMQ for the tests.";

/// A server that keeps its queues in a temporary folder, over its end and a new start. It is gone with this.
pub struct RabbitMq {
    folder: TempDir,
    ports: [u16; 2],
    server: Child,
}

/// The server's program.
#[must_use]
pub fn program() -> Option<PathBuf> {
    Some(PathBuf::from(PROGRAM)).filter(|program| program.exists())
}

impl RabbitMq {
    /// A new server, started. It takes some seconds.
    #[must_use]
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let ports = free_ports();
        let server = run(folder.path(), ports);
        Self { folder, ports, server }
    }

    /// Its url, of the user that each new server has.
    #[must_use]
    pub fn url(&self) -> String {
        format!("amqp://guest:guest@{}", self.host())
    }

    /// Where it answers: `127.0.0.1:40000`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.ports[0])
    }

    /// Whether a quorum queue of this name would be there after a kill: the server writes its list of them some seconds late,
    /// and does not find one again that is not on it.
    #[must_use]
    pub fn knows(&self, queue: &str) -> bool {
        let node = format!("tradewind{}@localhost", self.ports[0]);
        let list = self.folder.path().join("data").join(&node).join("quorum").join(&node).join("names.dets");
        let list = std::fs::read(list).unwrap_or_default();
        list.windows(queue.len()).any(|part| part == queue.as_bytes())
    }

    /// Kills it.
    pub fn kill(&mut self) {
        // A script runs the server; they are a group of processes of their own.
        let mut command = Command::new("kill");
        command.args(["-KILL", "--", &format!("-{}", self.server.id())]);
        let _ = answer_of(command);
        let _ = self.server.wait();
    }

    /// Starts it again, with what it had on its disk.
    pub fn start(&mut self) {
        self.kill();
        self.server = run(self.folder.path(), self.ports);
    }
}

fn run(folder: &Path, [port, of_nodes]: [u16; 2]) -> Child {
    let program = program().unwrap_or_else(|| panic!("RabbitMQ is not installed. {REMEDY}"));
    let mut command = Command::new(program);
    command
        // Its name, and everything it writes, the cookie in the home folder included.
        .env("RABBITMQ_NODENAME", format!("tradewind{port}@localhost"))
        .env("HOME", folder)
        .env("RABBITMQ_CONF_ENV_FILE", folder.join("env.conf"))
        .env("RABBITMQ_CONFIG_FILE", folder.join("rabbitmq"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder.join("plugins"))
        .env("RABBITMQ_GENERATED_CONFIG_DIR", folder.join("config"))
        .env("RABBITMQ_MNESIA_BASE", folder.join("data"))
        .env("RABBITMQ_LOG_BASE", folder.join("log"))
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", port.to_string())
        .env("RABBITMQ_DIST_PORT", of_nodes.to_string())
        // Its schedulers do not spin while they have nothing to do.
        .env("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none")
        .process_group(0);
    start("RabbitMQ", &mut command, port)
}

impl Default for RabbitMq {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for RabbitMq {
    fn drop(&mut self) {
        self.kill();
    }
}
