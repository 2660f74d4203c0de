//! The store of one test: a file of its own, or a database of its own in the PostgreSQL server of the tests.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::postgres::Server;

/// Says on which engine tests run that may run on either: `sqlite` (also when it is not set) or `postgres`. It does not begin as
/// the shop's own variables do: the shop refuses those it does not know.
const ENGINE: &str = "TEST_STORE";

/// A store that is there for one test, and gone with it.
pub struct Store {
    place: String,
    kept: Kept,
}

enum Kept {
    Folder { _folder: tempfile::TempDir },
    Database { server: Server, name: String },
}

impl Store {
    /// A store on the engine that the environment asks for.
    #[must_use]
    pub fn new() -> Self {
        if Self::is_postgres() { Self::postgres() } else { Self::sqlite() }
    }

    /// Whether the environment asks for PostgreSQL.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "tests have no configuration but their environment")]
    pub fn is_postgres() -> bool {
        match std::env::var(ENGINE).as_deref() {
            Ok("postgres") => true,
            Ok("sqlite" | "") | Err(_) => false,
            Ok(other) => panic!("{ENGINE} is {other:?}; it can be sqlite or postgres"),
        }
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
        Self { place, kept: Kept::Database { server, name } }
    }

    /// The file or the url, as `Db::open_at` takes it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The server, where the store is in one.
    #[must_use]
    pub fn server(&self) -> Option<&Server> {
        match &self.kept {
            Kept::Folder { .. } => None,
            Kept::Database { server, .. } => Some(server),
        }
    }
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Kept::Database { server, name } = &self.kept {
            // Nobody waits for it: what is left over goes with the server.
            server.run_beside(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}
