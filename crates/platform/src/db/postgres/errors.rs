//! What PostgreSQL's errors mean: to the work that met them, and to the person who wanted to open a database.

use std::error::Error as StdError;

use tokio_postgres::Error as DriverError;
use tokio_postgres::error::SqlState;
use tradewind_kernel::{Error, ErrorKind};

use crate::db::moving::{MOVED_STATE, moved};
use crate::db::{CHECK, UNIQUE};

/// What is to be done about a transaction in which a statement failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Others came between: do all of it again.
    Again,
    /// The connection is of no more use, and nothing was committed: do all of it again on another.
    Lost,
    /// Do it again once. Somebody may have stored the same thing since this transaction began to look; when it looks again it
    /// sees that, and answers as if it had come second.
    Once,
    /// It would fail again.
    Never,
}

impl Verdict {
    /// Whether the whole transaction is concerned, so that undoing a part of it mends nothing.
    pub(super) fn is_of_all(self) -> bool {
        matches!(self, Self::Again | Self::Lost)
    }
}

pub(super) fn verdict(error: &DriverError) -> Verdict {
    let Some(code) = error.code() else {
        return if is_of_connection(error) { Verdict::Lost } else { Verdict::Never };
    };
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Verdict::Again,
        SqlState::UNIQUE_VIOLATION => Verdict::Once,
        // Tables changed since this connection's statements were prepared.
        SqlState::FEATURE_NOT_SUPPORTED if routine(error) == Some("RevalidateCachedQuery") => Verdict::Lost,
        // What was a primary is one no more.
        SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Verdict::Lost,
        _ if code.code().starts_with("08") => Verdict::Lost,
        _ => Verdict::Never,
    }
}

fn routine(error: &DriverError) -> Option<&str> {
    error.as_db_error().and_then(|told| told.routine())
}

fn is_of_connection(error: &DriverError) -> bool {
    error.is_closed() || sources(error).any(|source| source.is::<std::io::Error>())
}

fn sources(error: &DriverError) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    std::iter::successors(error.source(), |source: &&(dyn StdError + 'static)| (*source).source())
}

/// An error of a statement. Its cause names no values: they may be somebody's address.
pub(super) fn from_postgres(error: DriverError) -> Error {
    let text = text_of(&error);
    if verdict(&error).is_of_all() {
        return unavailable(text);
    }
    let Some(code) = error.code() else {
        return Error::internal(text);
    };
    match *code {
        SqlState::UNIQUE_VIOLATION => {
            Error::new(ErrorKind::Duplicate, "This exists already").code(UNIQUE).caused_by(text)
        }
        SqlState::CHECK_VIOLATION => Error::conflict("This is not possible any more").code(CHECK).caused_by(text),
        SqlState::CHARACTER_NOT_IN_REPERTOIRE => {
            Error::new(ErrorKind::Invalid, "A text contains a character that cannot be stored").caused_by(text)
        }
        SqlState::PROGRAM_LIMIT_EXCEEDED => {
            Error::new(ErrorKind::Invalid, "A text is too long to be stored").caused_by(text)
        }
        SqlState::QUERY_CANCELED | SqlState::LOCK_NOT_AVAILABLE => unavailable(text),
        // Prepared statements are gone, or somebody else's: the connection leads to a pooler.
        SqlState::INVALID_SQL_STATEMENT_NAME | SqlState::DUPLICATE_PSTATEMENT => Error::internal(format!(
            "{text}. This happens behind a pooler in transaction mode (pgbouncer): set pooled = true for this store."
        )),
        _ if code.code() == MOVED_STATE => moved(text),
        // Out of memory, disk or connections.
        _ if code.code().starts_with("53") => unavailable(text),
        _ => Error::internal(text),
    }
}

/// That a database does not do what it should at the moment.
pub(super) fn unavailable(cause: String) -> Error {
    Error::new(ErrorKind::Unavailable, "The shop cannot store this at the moment. Please try again.").caused_by(cause)
}

/// The error in words, without the values that the server may tell.
pub(super) fn text_of(error: &DriverError) -> String {
    let Some(told) = error.as_db_error() else {
        let causes: String = sources(error).map(|source| format!(": {source}")).collect();
        return format!("PostgreSQL: {error}{causes}");
    };
    let mut text = format!("PostgreSQL {}: {}", told.code().code(), told.message());
    for (what, name) in [("table", told.table()), ("column", told.column()), ("constraint", told.constraint())] {
        if let Some(name) = name {
            text.push_str(&format!(", {what} {name}"));
        }
    }
    text
}

/// Where a database is, as it may be told to anybody.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) hosts: String,
    pub(super) user: String,
    pub(super) database: String,
}

/// Why a database could not be opened, and what to do about it.
pub(super) fn cannot_open(error: &DriverError, place: &Place) -> Error {
    let Place { hosts, user, database } = place;
    let message = match error.code() {
        Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => format!(
            "PostgreSQL at {hosts} does not let {user} in. Check the user and the password in the store's url, and the server's pg_hba.conf."
        ),
        Some(&SqlState::INVALID_CATALOG_NAME) => format!(
            "PostgreSQL at {hosts} has no database {database}. Create it: CREATE DATABASE {database} OWNER {user};"
        ),
        Some(&SqlState::INSUFFICIENT_PRIVILEGE) => format!(
            "{user} may not create tables in the database {database} at {hosts}. Allow it: GRANT CREATE, USAGE ON SCHEMA public TO {user};"
        ),
        Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => read_only(place),
        Some(&SqlState::TOO_MANY_CONNECTIONS) => format!(
            "PostgreSQL at {hosts} has no connection left. Raise its max_connections, or lower the pool of each process."
        ),
        Some(&SqlState::CANNOT_CONNECT_NOW) => {
            format!("PostgreSQL at {hosts} is starting or stopping. Try again in a moment.")
        }
        // pgbouncer lets nobody set anything for a connection that others will use too.
        Some(&SqlState::PROTOCOL_VIOLATION) if text_of(error).contains("startup parameter") => format!(
            "At {hosts} is no PostgreSQL but a pooler (pgbouncer). Set pooled = true for this store, and listen_url to the server itself."
        ),
        Some(_) => format!("PostgreSQL at {hosts} refused: {}", text_of(error)),
        None if text_of(error).contains("password missing") => format!(
            "PostgreSQL at {hosts} asks {user} for a password, and the store's url has none: postgres://{user}:password@..."
        ),
        None if error.to_string().contains("TLS") => format!(
            "The connection to PostgreSQL at {hosts} cannot be encrypted as the store's url asks. With sslmode=require the server must offer TLS, with a certificate for this name that the system trusts (or the file in SSL_CERT_FILE)."
        ),
        None if error.to_string().contains("configuration") => {
            format!("The url of the store for PostgreSQL at {hosts} is not complete: {}", text_of(error))
        }
        None if sources(error).any(|source| source.to_string().contains("read-only")) => read_only(place),
        None => format!(
            "PostgreSQL at {hosts} cannot be reached. Check that it runs, listens there, and that no firewall is in between."
        ),
    };
    Error::new(ErrorKind::Unavailable, message).caused_by(text_of(error))
}

/// That the server takes no writes.
pub(super) fn read_only(place: &Place) -> String {
    let Place { hosts, database, .. } = place;
    format!(
        "PostgreSQL at {hosts} takes no writes to {database}: it is a replica, or was told to be read-only. Point the store's url at the primary."
    )
}
