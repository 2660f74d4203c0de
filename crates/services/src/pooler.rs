//! A pgbouncer of one test's own in transaction mode: several clients of the database share few connections, a transaction each.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command};

use tempfile::TempDir;

use crate::postgres::is_root;
use crate::program::{free_ports, start};

/// Where Debian installs it.
const PROGRAM: &str = "/usr/sbin/pgbouncer";
/// What to do when there is none.
const REMEDY: &str = "Run `cargo xtask services up`, which installs pgbouncer for the tests.";
/// So few connections to the server that whoever counts on having one to itself is found out, and so many that those who wait
/// for each other all get one.
const CONNECTIONS: u32 = 6;

/// A pooler before one server. It is gone with this.
pub struct Pooler {
    port: u16,
    pooler: Child,
    _folder: TempDir,
}

/// The pooler's program.
#[must_use]
pub fn program() -> Option<PathBuf> {
    Some(PathBuf::from(PROGRAM)).filter(|program| program.exists())
}

impl Pooler {
    /// A pooler that leads to the server at this port of this machine.
    #[must_use]
    pub fn to(server_port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let [port] = free_ports();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={server_port} user=postgres\n\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {CONNECTIONS}\nmax_client_conn = 500\nlog_connections = 0\n\
             log_disconnections = 0\n{}",
            // It refuses to run as root.
            if is_root() { "user = postgres\n" } else { "" }
        );
        let path = folder.path().join("pgbouncer.ini").display().to_string();
        fs::write(&path, settings).unwrap_or_else(|error| panic!("{path}: {error}"));
        let pooler = run(&path, port);
        Self { port, pooler, _folder: folder }
    }

    /// The url of a database of the server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }
}

fn run(settings: &str, port: u16) -> Child {
    let program = program().unwrap_or_else(|| panic!("pgbouncer is not installed. {REMEDY}"));
    let mut command = Command::new(program);
    command.args(["--quiet", settings]);
    start("pgbouncer", &mut command, port)
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.pooler.kill();
        let _ = self.pooler.wait();
    }
}
