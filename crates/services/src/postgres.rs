//! A private PostgreSQL server: found among the installed versions, started once, shared, and stopped when it is not used.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::program::free_ports;

/// The variable that names a server to use instead of our own.
const SERVER: &str = "TEST_POSTGRES_URL";
/// Where Debian installs the versions of PostgreSQL.
const VERSIONS: &str = "/usr/lib/postgresql";
const VERSION_MIN: u32 = 15;
/// What to do when there is none.
pub const REMEDY: &str = "Run `cargo xtask services up`, which installs and starts PostgreSQL for the tests.";
/// Nobody loses anything with these databases, so nothing is written to the disk for certain.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nmax_connections = 300\nfsync = off\nfull_page_writes = off\n\
                        ssl = on\nautovacuum_naptime = 10s\nlog_min_messages = warning\nlog_line_prefix = '%m %d %a '\n";
/// Whoever is called so needs a password; everybody else is let in from this machine.
const DOORS: &str =
    "local all all trust\nhost all needs_password 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";

/// A server that runs for as long as this lives, and a little longer.
pub struct Server {
    programs: PathBuf,
    base_url: String,
    certificate: Option<PathBuf>,
    _in_use: Option<File>,
}

impl Server {
    /// The server of the tests: the one that `TEST_POSTGRES_URL` names, or our own, started where it does not run.
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration but their environment")]
    pub fn start() -> Result<Self, String> {
        let programs =
            programs().ok_or_else(|| format!("PostgreSQL {VERSION_MIN} or newer is not installed. {REMEDY}"))?;
        if let Ok(url) = std::env::var(SERVER)
            && !url.is_empty()
        {
            let base_url = url.rsplit_once('/').map_or(url.clone(), |(base, _)| base.to_owned());
            return Ok(Self { programs, base_url, certificate: None, _in_use: None });
        }
        let place = Place::new(programs.clone());
        let (port, in_use) =
            place.start().map_err(|error| format!("PostgreSQL cannot be started: {error}. {REMEDY}"))?;
        let base_url = format!("postgres://postgres@127.0.0.1:{port}");
        let certificate = Some(PathBuf::from(place.path("data/server.crt")));
        Ok(Self { programs, base_url, certificate, _in_use: Some(in_use) })
    }

    /// The url of one of its databases.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.base_url)
    }

    /// The port at which it answers.
    #[must_use]
    pub fn port(&self) -> u16 {
        let port = self.base_url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        port.unwrap_or_else(|| panic!("{} names no port", self.base_url))
    }

    /// Its certificate for this machine, which nobody vouches for; `None` where the server is not our own.
    #[must_use]
    pub fn certificate(&self) -> Option<&Path> {
        self.certificate.as_deref()
    }

    /// The folder with its programs (`psql`, `pg_ctl`).
    #[must_use]
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    /// Runs a statement in the database `postgres`, as its owner.
    pub fn run(&self, sql: &str) -> Result<String, String> {
        self.run_in("postgres", sql)
    }

    /// Runs a statement in one of its databases; answers with what `psql` prints, without decoration.
    pub fn run_in(&self, database: &str, sql: &str) -> Result<String, String> {
        answer_of(self.psql(database, sql))
    }

    /// Runs a statement without waiting for it.
    pub fn run_beside(&self, sql: &str) {
        self.run_beside_in("postgres", sql);
    }

    /// Runs a statement in one of its databases without waiting for it.
    pub fn run_beside_in(&self, database: &str, sql: &str) {
        let mut command = self.psql(database, sql);
        let _ = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    }

    fn psql(&self, database: &str, sql: &str) -> Command {
        let mut command = Command::new(self.programs.join("psql"));
        let plain = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
        command.args(plain).args(["--command", sql, &self.url(database)]);
        command
    }
}

/// Stops our own server, whoever uses it; answers whether it ran.
pub fn stop() -> Result<bool, String> {
    let Some(programs) = programs() else {
        return Ok(false);
    };
    let place = Place::new(programs);
    if place.port_in_use().is_none() {
        return Ok(false);
    }
    answer_of(place.as_owner("pg_ctl", &["-D", &place.path("data"), "-m", "immediate", "stop"]))?;
    fs::remove_dir_all(place.path("data")).map_err(|error| error.to_string())?;
    Ok(true)
}

/// Where our own server answers, where it runs.
#[must_use]
pub fn running() -> Option<String> {
    let port = Place::new(programs()?).port_in_use()?;
    Some(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
}

/// The programs of the newest version that is new enough.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.flatten();
    let numbered = versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())));
    let new_enough = numbered.filter(|(version, folder)| *version >= VERSION_MIN && folder.join("bin/initdb").exists());
    new_enough.max_by_key(|(version, _)| *version).map(|(_, folder)| folder.join("bin"))
}

/// The folder of our own server. One for each copy of the repository, so that they do not get in each other's way.
struct Place {
    folder: PathBuf,
    programs: PathBuf,
}

impl Place {
    fn new(programs: PathBuf) -> Self {
        let mut hasher = DefaultHasher::new();
        env!("CARGO_MANIFEST_DIR").hash(&mut hasher);
        let folder = std::env::temp_dir().join(format!("tradewind-postgres-{:08x}", hasher.finish() as u32));
        Self { folder, programs }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Starts the server where it does not run. Answers with its port, and with what keeps it running.
    fn start(&self) -> Result<(u16, File), String> {
        let said = |error: std::io::Error| error.to_string();
        fs::create_dir_all(&self.folder).map_err(said)?;
        let in_use = File::options().create(true).append(true).open(self.path("in-use")).map_err(said)?;
        in_use.lock_shared().map_err(said)?;
        touch(&in_use).map_err(said)?;
        let starting = File::options().create(true).append(true).open(self.path("starting")).map_err(said)?;
        starting.lock().map_err(said)?;
        let port = match self.port_in_use() {
            Some(port) => port,
            None => self.start_anew()?,
        };
        Ok((port, in_use))
    }

    fn port_in_use(&self) -> Option<u16> {
        let port: u16 = fs::read_to_string(self.path("port")).ok()?.trim().parse().ok()?;
        let ready = Command::new(self.programs.join("pg_isready"))
            .args(["--quiet", "--host=127.0.0.1", &format!("--port={port}")])
            .status();
        (Path::new(&self.path("data/postmaster.pid")).exists() && ready.is_ok_and(|status| status.success()))
            .then_some(port)
    }

    fn start_anew(&self) -> Result<u16, String> {
        let said = |error: std::io::Error| error.to_string();
        let data = self.path("data");
        let _ = fs::remove_dir_all(&data);
        if is_root() {
            // PostgreSQL refuses to run as root.
            answer_of(arguments("chown", &["postgres", &self.path("")]))?;
        }
        let init =
            ["-D", &data, "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", "--no-sync"];
        answer_of(self.as_owner("initdb", &init))?;
        let mut settings = File::options().append(true).open(self.path("data/postgresql.conf")).map_err(said)?;
        settings.write_all(SETTINGS.as_bytes()).map_err(said)?;
        fs::write(self.path("data/pg_hba.conf"), DOORS).map_err(said)?;
        self.make_certificate()?;
        let [port] = free_ports();
        let options = format!("-p {port} -k {}", self.path(""));
        let log = self.path("data/log");
        answer_of(self.as_owner("pg_ctl", &["-D", &data, "-l", &log, "-o", &options, "-w", "start"]))?;
        fs::write(self.path("port"), port.to_string()).map_err(said)?;
        self.stop_when_idle()?;
        Ok(port)
    }

    /// Lets it offer encryption, with a certificate that nobody vouches for. PostgreSQL's package brings `openssl` along.
    fn make_certificate(&self) -> Result<(), String> {
        let certificate = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"];
        let mut command = match is_root() {
            true => arguments("runuser", &["-u", "postgres", "--", "openssl"]),
            false => arguments("openssl", &[]),
        };
        command.args(certificate).args(["-addext", "basicConstraints=critical,CA:FALSE"]);
        command.args(["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]);
        command.args(["-keyout", &self.path("data/server.key"), "-out", &self.path("data/server.crt")]);
        answer_of(command).map(|_| ())
    }

    /// Leaves a process behind that stops the server once nobody holds the lock and nobody has taken it for two minutes.
    fn stop_when_idle(&self) -> Result<(), String> {
        let stop = self.as_owner("pg_ctl", &["-D", &self.path("data"), "-m", "immediate", "stop"]);
        let words = std::iter::once(stop.get_program()).chain(stop.get_args());
        let stop = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        let watch = format!(
            "while sleep 20 && [ -d data ]; do [ -n \"$(find in-use -mmin -2)\" ] || {{ flock -n in-use {stop} && rm -rf data; }}; done"
        );
        let mut command = arguments("sh", &["-c", &watch]);
        command.current_dir(&self.folder).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().map(|_| ()).map_err(|error| error.to_string())
    }

    /// One of the server's programs, as the user who owns the server.
    fn as_owner(&self, program: &str, rest: &[&str]) -> Command {
        as_owner(&self.programs, program, rest)
    }
}

/// One of the server's programs, as the user who owns servers: they refuse to run as root.
pub(crate) fn as_owner(programs: &Path, program: &str, rest: &[&str]) -> Command {
    let program = programs.join(program).display().to_string();
    if !is_root() {
        return arguments(&program, rest);
    }
    let mut command = arguments("runuser", &["-u", "postgres", "--", &program]);
    command.args(rest);
    command
}

fn touch(file: &File) -> std::io::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "the time of a file, for another process")]
    file.set_modified(SystemTime::now())
}

pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0)
}

pub(crate) fn arguments(program: &str, rest: &[&str]) -> Command {
    let mut command = Command::new(program);
    // The server's user may not be allowed where this program was started.
    command.args(rest).current_dir("/");
    command
}

pub(crate) fn answer_of(mut command: Command) -> Result<String, String> {
    let log = command.get_args().any(|word| word == "start");
    // A server that is started keeps what it was given: a pipe would never end.
    let output = if log {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).output()
    } else {
        command.output()
    };
    let output = output.map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()))
}
