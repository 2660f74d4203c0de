//! Transactions that their owner holds for as long as it takes, which no body of a request may: the shop's own connections,
//! queues and limits are left alone.

use tradewind_kernel::Result;

use crate::db::tx::Tx;
use crate::db::{Db, Dialect, Engine};

/// What a held transaction is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hold {
    /// One state of the whole store, however long it is looked at.
    State,
    /// Changes. On SQLite no other process writes meanwhile.
    Changes,
}

impl Hold {
    /// What begins it on PostgreSQL. The usual limits on time are for requests.
    fn begin(self) -> String {
        let kind = match self {
            Self::State => "REPEATABLE READ READ ONLY",
            // Each statement sees what was committed before it: after a lock was waited for, what its last owner has left.
            Self::Changes => "READ COMMITTED",
        };
        format!(
            "BEGIN ISOLATION LEVEL {kind}; SET LOCAL statement_timeout = 0; \
             SET LOCAL idle_in_transaction_session_timeout = 0"
        )
    }
}

impl Db {
    /// Begins a transaction that is its owner's to end. Dropped, it is undone.
    pub(super) async fn hold(&self, hold: Hold) -> Result<Tx> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.hold(hold == Hold::State),
            Engine::Postgres(postgres) => postgres.hold(&hold.begin()).await,
        }
    }

    /// Where this database is, in words that give no password away.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.engine {
            Engine::Sqlite(sqlite) => format!("the SQLite file {}", sqlite.path().display()),
            Engine::Postgres(postgres) => postgres.place(),
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        match &self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }
}
