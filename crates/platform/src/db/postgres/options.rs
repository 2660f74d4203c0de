//! How a PostgreSQL database is opened.

use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tradewind_kernel::{Error, ErrorKind, Result, Secret};

use super::errors::Place;

/// A transaction that does nothing for so long is ended by the server: the process that began it is stuck or gone, and what it
/// has locked is needed by others. A body waits for nothing but the database, so this is long.
const IDLE_MAX: Duration = Duration::from_secs(10);
/// When a connection is quiet for so long, it is asked whether the other end is still there; and again every second.
const KEEP_ALIVE: Duration = Duration::from_secs(2);
const KEEP_ALIVE_AGAIN: Duration = Duration::from_secs(1);
/// After so long without an answer to what was sent, a connection is given up: a machine that vanished tells nobody, and the
/// shop is to sell again ten seconds later. It is the machine's system that answers, however long a statement takes.
const UNANSWERED_MAX: Duration = Duration::from_secs(5);

/// How a PostgreSQL database is opened.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Where it is: `postgres://user:password@host:port/database?sslmode=require`.
    pub url: Secret,
    /// How many connections are kept at most; each process has its own.
    pub connections: usize,
    /// Whether a pooler in transaction mode (pgbouncer) is in between: then nothing is kept on a connection from one
    /// transaction to the next, such as prepared statements.
    pub pooled: bool,
    /// Where the server itself is, when `url` leads to a pooler: notices of changes are heard there.
    pub listen_url: Option<Secret>,
    /// How long a statement may take.
    pub statement_timeout: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// What the server's views call this process.
    pub application_name: String,
    /// The urls of its replicas.
    pub replicas: Vec<Secret>,
    /// How far behind a replica may be that answers reads.
    pub replica_lag_max: Duration,
}

impl PostgresOptions {
    /// A database with the usual options.
    pub fn at(url: impl Into<String>) -> Self {
        Self {
            url: Secret::new(url),
            connections: 16,
            pooled: false,
            listen_url: None,
            statement_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            application_name: "tradewind".to_owned(),
            replicas: Vec::new(),
            replica_lag_max: Duration::from_secs(5),
        }
    }

    /// The driver's form of these options.
    pub(super) fn config(&self) -> Result<Config> {
        let mut config: Config = self.url.expose().parse().map_err(|error: tokio_postgres::Error| {
            // The cause names what is wrong, not what was written.
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Error::new(
                ErrorKind::Invalid,
                format!(
                    "The url of the store cannot be read{cause}. It looks like postgres://user:password@host:5432/database?sslmode=require"
                ),
            )
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(Error::new(ErrorKind::Invalid, "The url of the store names no host"));
        }
        config.connect_timeout(self.connect_timeout).tcp_user_timeout(UNANSWERED_MAX);
        config.keepalives_idle(KEEP_ALIVE).keepalives_interval(KEEP_ALIVE_AGAIN);
        if config.get_application_name().is_none() {
            config.application_name(&self.application_name);
        }
        if config.get_hosts().len() > 1 && config.get_target_session_attrs() == TargetSessionAttrs::Any {
            // Of several servers the one that takes writes.
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if !self.pooled {
            let own = config.get_options().map(|options| format!("{options} ")).unwrap_or_default();
            let ours: Vec<_> = self.limits().map(|(name, value)| format!("-c {name}={value}")).collect();
            config.options(format!("{own}{}", ours.join(" ")));
        }
        Ok(config)
    }

    /// What begins a transaction of this kind.
    pub(super) fn begin(&self, kind: &str) -> String {
        let mut text = format!("BEGIN ISOLATION LEVEL {kind}");
        if self.pooled {
            // A pooler hands each transaction to any connection: what is set must end with it.
            for (name, value) in self.limits() {
                text.push_str(&format!("; SET LOCAL {name} = {value}"));
            }
        }
        text
    }

    fn limits(&self) -> impl Iterator<Item = (&'static str, u128)> {
        [
            ("statement_timeout", self.statement_timeout.as_millis()),
            ("idle_in_transaction_session_timeout", IDLE_MAX.as_millis()),
        ]
        .into_iter()
    }

    pub(super) fn place(config: &Config) -> Place {
        let ports = config.get_ports();
        let hosts: Vec<_> = config
            .get_hosts()
            .iter()
            .enumerate()
            .map(|(position, host)| {
                let port = ports.get(position).or(ports.first()).copied().unwrap_or(5432);
                match host {
                    Host::Tcp(name) => format!("{name}:{port}"),
                    Host::Unix(path) => format!("{}:{port}", path.display()),
                }
            })
            .collect();
        let user = config.get_user().unwrap_or("(nobody named)").to_owned();
        let database = config.get_dbname().unwrap_or(&user).to_owned();
        Place { hosts: hosts.join(", "), user, database }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_told_to_nobody() {
        let options = PostgresOptions::at("postgres://shop:hush@db0/core");
        assert!(!format!("{options:?}").contains("hush"));
        for wrong in ["postgres://shop:hush@db0:port/core", "postgres://shop:hush@db0/core?sslmode=maybe", "hush"] {
            let error = PostgresOptions::at(wrong).config().err().map(|error| format!("{error:?}")).unwrap();
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn limits_are_set_where_they_last() {
        let direct = PostgresOptions::at("postgres://shop@db0,db1/core?options=-c%20search_path%3Dshop");
        let config = direct.config().unwrap();
        let wanted = "-c search_path=shop -c statement_timeout=10000 -c idle_in_transaction_session_timeout=10000";
        assert_eq!(config.get_options(), Some(wanted));
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(direct.begin("SERIALIZABLE"), "BEGIN ISOLATION LEVEL SERIALIZABLE");
        let pooled = PostgresOptions { pooled: true, ..PostgresOptions::at("postgres://shop@db0/core") };
        assert_eq!(pooled.config().unwrap().get_options(), None);
        assert!(pooled.begin("SERIALIZABLE").contains("SET LOCAL statement_timeout = 10000"));
    }
}
