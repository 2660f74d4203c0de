//! A PostgreSQL server of one test's own, which the test may stop, start and promote; and replicas of it.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::postgres::{REMEDY, answer_of, arguments, as_owner, is_root, programs};
use crate::program::free_ports;

/// Nobody loses anything with it; a replica that comes back tries again soon.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nmax_connections = 60\nshared_buffers = 16MB\nfsync = off\n\
                        hot_standby = on\nwal_retrieve_retry_interval = 200ms\nautovacuum = off\n";
const DOORS: &str = "local all all trust\nhost all all 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n";

/// A server in a folder of its own. It is gone with this, or with the process that made it.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// A new server, started.
    #[must_use]
    pub fn new() -> Self {
        let cluster = Self::in_new_folder();
        let data = cluster.path("data");
        let init =
            ["-D", &data, "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"];
        cluster.must("initdb", &init);
        fs::write(cluster.path("data/pg_hba.conf"), DOORS).unwrap_or_else(|error| panic!("pg_hba.conf: {error}"));
        cluster.set(SETTINGS);
        cluster.start();
        cluster
    }

    /// A replica of this server under this name, with these lines in its configuration
    /// (`recovery_min_apply_delay = '1h'`), started.
    #[must_use]
    pub fn replica(&self, name: &str, settings: &str) -> Self {
        let replica = Self::in_new_folder();
        let (data, from) = (replica.path("data"), format!("host=127.0.0.1 port={} user=postgres", self.port));
        let copy = ["-R", "-S", name, "-C", "-X", "stream", "-c", "fast", "--no-sync", "-D", &data, "-d", &from];
        replica.must("pg_basebackup", &copy);
        replica.set(settings);
        replica.start();
        replica
    }

    fn in_new_folder() -> Self {
        let programs = programs().unwrap_or_else(|| panic!("PostgreSQL is not installed. {REMEDY}"));
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let [port] = free_ports();
        let cluster = Self { folder, programs, port };
        if is_root() {
            answer_of(arguments("chown", &["postgres", &cluster.path("")])).unwrap_or_else(|error| panic!("{error}"));
        }
        cluster.stop_with_this_process();
        cluster
    }

    /// Leaves a process behind that stops the server should this process come to an end without doing so.
    fn stop_with_this_process(&self) {
        let stop = as_owner(&self.programs, "pg_ctl", &["-D", &self.path("data"), "-m", "immediate", "stop"]);
        let words = std::iter::once(stop.get_program()).chain(stop.get_args());
        let stop = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let folder = self.path("");
        let watch = format!(
            "while [ -d {folder} ] && kill -0 {} ; do sleep 2; done; [ -d {folder} ] && {{ {stop}; rm -rf {folder}; }}",
            std::process::id()
        );
        let mut command = arguments("sh", &["-c", &watch]);
        command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let _ = command.spawn();
    }

    /// Where something is in its folder: `data` is its own, others are the test's.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn must(&self, program: &str, rest: &[&str]) -> String {
        answer_of(as_owner(&self.programs, program, rest)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Adds lines to its configuration; they hold from its next start.
    pub fn set(&self, settings: &str) {
        let path = self.path("data/postgresql.conf");
        let before = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        fs::write(&path, format!("{before}\n{settings}\n")).unwrap_or_else(|error| panic!("{path}: {error}"));
    }

    /// Starts it.
    pub fn start(&self) {
        let options = format!("-p {} -k {}", self.port, self.path(""));
        self.must("pg_ctl", &["-D", &self.path("data"), "-l", &self.path("log"), "-o", &options, "-w", "start"]);
    }

    /// Stops it at once, as if it were killed.
    pub fn kill(&self) {
        self.must("pg_ctl", &["-D", &self.path("data"), "-m", "immediate", "-w", "stop"]);
    }

    /// Makes a replica a server that takes writes.
    pub fn promote(&self) {
        self.must("pg_ctl", &["-D", &self.path("data"), "-w", "promote"]);
    }

    /// The process that makes all its others.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        let path = self.path("data/postmaster.pid");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let first = text.lines().next().and_then(|line| line.trim().parse().ok());
        first.unwrap_or_else(|| panic!("{path} names no process"))
    }

    /// Where it answers: `127.0.0.1:40000`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The url of one of its databases.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}?sslmode=disable", self.host())
    }

    /// Runs commands in a shell as the user who owns the server, with these variables; the first that fails is the last.
    pub fn shell(&self, commands: &str, variables: &[(&str, &str)]) -> String {
        let given = variables.iter().map(|(name, value)| format!("{name}={value}"));
        let path = format!("PATH={}:/usr/local/bin:/usr/bin:/bin", self.programs.display());
        let words: Vec<_> = given.chain([path]).collect();
        let mut rest: Vec<&str> = words.iter().map(String::as_str).collect();
        rest.extend(["sh", "-eu", "-c", commands]);
        answer_of(as_owner(Path::new("/usr/bin"), "env", &rest)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Runs a statement; answers with what `psql` prints, without decoration.
    pub fn run(&self, sql: &str) -> String {
        let mut command = Command::new(self.programs.join("psql"));
        let plain = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
        command.args(plain).args(["--command", sql, &self.url("postgres")]);
        answer_of(command).unwrap_or_else(|error| panic!("{error}"))
    }
}

impl Default for Cluster {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stop = ["-D", &self.path("data"), "-m", "immediate", "-w", "stop"];
        let _ = answer_of(as_owner(&self.programs, "pg_ctl", &stop));
    }
}
