//! The store of one test: a file of its own, a database of its own in the PostgreSQL server of the tests, the same behind a
//! pooler, or servers of its own: a primary, two replicas and Redis.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::postgres::Server;
use crate::{Cluster, Pooler, Redis};

/// Says on what tests run that may run on any: `sqlite` (also when it is not set), `postgres`, `pooled` or `cluster`. It does not
/// begin as the shop's own variables do: the shop refuses those it does not know.
const ENGINE: &str = "TEST_STORE";
/// How many seconds the replicas of a cluster are behind.
const LAG_SECONDS: &str = "TEST_REPLICA_LAG_SECONDS";
/// How many processes serve a shop on a cluster.
const PROCESSES: usize = 3;
/// How long replicas may take to catch up, beside their lag.
const CATCH_UP_MAX: Duration = Duration::from_secs(60);

/// A store that is there for one test, and gone with it.
pub struct Store {
    place: String,
    kept: Kept,
}

enum Kept {
    Folder { _folder: tempfile::TempDir },
    Database { server: Server, name: String, pooler: Option<Pooler> },
    Cluster(Box<Servers>),
}

// The replicas first: a primary that stops waits for them.
struct Servers {
    replicas: [Cluster; 2],
    redis: Redis,
    primary: Cluster,
    lag_seconds: u32,
}

impl Store {
    /// A store of the kind that the environment asks for.
    #[must_use]
    pub fn new() -> Self {
        match wanted().as_str() {
            "postgres" => Self::postgres(),
            "pooled" => Self::pooled(),
            "cluster" => Self::cluster(),
            _ => Self::sqlite(),
        }
    }

    /// Whether the environment asks for PostgreSQL, be it one server or several.
    #[must_use]
    pub fn is_postgres() -> bool {
        wanted() != "sqlite"
    }

    /// A SQLite file.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a temporary folder: {error}"));
        let place = folder.path().join("shop.db").display().to_string();
        Self { place, kept: Kept::Folder { _folder: folder } }
    }

    /// An empty PostgreSQL database.
    #[must_use]
    pub fn postgres() -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let server = Server::start().unwrap_or_else(|error| panic!("{error}"));
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        server.run(&format!("CREATE DATABASE {name}")).unwrap_or_else(|error| panic!("{error}"));
        // Encryption is for tests of it: it would be begun anew with every connection of every test.
        let place = format!("{}?sslmode=disable", server.url(&name));
        Self { place, kept: Kept::Database { server, name, pooler: None } }
    }

    /// An empty PostgreSQL database that a shop reaches through pgbouncer, in transaction mode.
    #[must_use]
    pub fn pooled() -> Self {
        let mut store = Self::postgres();
        if let Kept::Database { server, pooler, .. } = &mut store.kept {
            *pooler = Some(Pooler::to(server.port()));
        }
        store
    }

    /// PostgreSQL with two replicas, and Redis, each with nothing in it.
    #[must_use]
    pub fn cluster() -> Self {
        let lag_seconds = variable(LAG_SECONDS).map_or(0, |text| {
            text.parse().unwrap_or_else(|_| panic!("{LAG_SECONDS} is {text:?}; it is a number of seconds"))
        });
        let (primary, redis) = (Cluster::new(), Redis::new());
        let lag = format!("recovery_min_apply_delay = '{lag_seconds}s'");
        let replicas = ["one", "two"].map(|name| primary.replica(name, &lag));
        let place = primary.url("postgres");
        Self { place, kept: Kept::Cluster(Box::new(Servers { replicas, redis, primary, lag_seconds })) }
    }

    /// The file or the url, as `Db::open_at` takes it; of the server itself, where there is a pooler.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The url through the pooler, where there is one.
    #[must_use]
    pub fn pooled_place(&self) -> Option<String> {
        let Kept::Database { name, pooler: Some(pooler), .. } = &self.kept else { return None };
        Some(pooler.url(name))
    }

    /// What makes a shop use it: `store.main.kind=postgres`.
    #[must_use]
    pub fn settings(&self) -> Vec<String> {
        if matches!(self.kept, Kept::Folder { .. }) {
            return vec![format!("store.main.path={}", self.place)];
        }
        let pooled = self.pooled_place();
        let url = pooled.as_ref().unwrap_or(&self.place);
        let mut settings = vec!["store.main.kind=postgres".to_owned(), format!("store.main.url={url}")];
        if pooled.is_some() {
            settings.extend(["store.main.pooled=true".to_owned(), format!("store.main.listen_url={}", self.place)]);
        }
        if let Kept::Cluster(servers) = &self.kept {
            let replicas = servers.replicas.each_ref().map(|replica| replica.url("postgres")).join(",");
            // They stay in the rotation however far they are behind: nobody may miss their own writes.
            let lag_max = (servers.lag_seconds + 5) * 2000;
            settings.extend([
                format!("store.main.replicas={replicas}"),
                format!("store.main.replica_lag_max_ms={lag_max}"),
                "store.shared.kind=redis".to_owned(),
                format!("store.shared.url={}", servers.redis.url()),
                "use.cache=shared".to_owned(),
            ]);
        }
        settings
    }

    /// How many processes a shop on it has.
    #[must_use]
    pub fn processes(&self) -> usize {
        if matches!(self.kept, Kept::Cluster(_)) { PROCESSES } else { 1 }
    }

    /// The server of the tests, where the store is in it.
    #[must_use]
    pub fn server(&self) -> Option<&Server> {
        match &self.kept {
            Kept::Database { server, .. } => Some(server),
            Kept::Folder { .. } | Kept::Cluster(_) => None,
        }
    }

    /// Runs a statement in it, past the shop; answers with what `psql` prints, without decoration. PostgreSQL only.
    #[must_use]
    pub fn run(&self, sql: &str) -> String {
        match &self.kept {
            Kept::Folder { .. } => panic!("{} is no database of a server", self.place),
            Kept::Database { server, name, .. } => server.run_in(name, sql).unwrap_or_else(|error| panic!("{error}")),
            Kept::Cluster(servers) => servers.primary.run(sql),
        }
    }

    /// Waits until the replicas, where there are any, have all that is committed now.
    #[expect(clippy::disallowed_methods, reason = "how long servers take, not a time of the shop")]
    pub fn wait_for_replicas(&self) {
        let Kept::Cluster(servers) = &self.kept else { return };
        let position = servers.primary.run("SELECT pg_current_wal_insert_lsn()");
        let has_come = format!("SELECT pg_last_wal_replay_lsn() >= '{position}'");
        let until = Instant::now() + CATCH_UP_MAX + Duration::from_secs(servers.lag_seconds.into());
        for replica in &servers.replicas {
            while replica.run(&has_come) != "t" {
                assert!(Instant::now() < until, "a replica has not come to {position}");
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "tests have no configuration but their environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn wanted() -> String {
    let wanted = variable(ENGINE).unwrap_or_else(|| "sqlite".to_owned());
    let is_known = ["sqlite", "postgres", "pooled", "cluster"].contains(&wanted.as_str());
    assert!(is_known, "{ENGINE} is {wanted:?}; it can be sqlite, postgres, pooled or cluster");
    wanted
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Kept::Database { server, name, .. } = &self.kept {
            // Nobody waits for it: what is left over goes with the server.
            server.run_beside(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
