//! Reads from replicas: which of them may answer, what is done when one fails, and what a replica must be to be one of ours.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::time::Duration;

use deadpool_postgres::{Client, Pool};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio_postgres::Config;
use tokio_postgres_rustls::MakeRustlsConnect;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::errors::{self, Place, Verdict};
use super::options::PostgresOptions;
use super::session::Session;
use super::watch::{ANSWER_MAX, Primary, Probe, number, watch};
use super::{client_of, pool_of, read_through, tls};
use crate::db::tx::{Asks, Tx};
use crate::db::visit::Visit;
use crate::db::{Surroundings, TxFuture};

/// The replicas of a database, and who watches them.
pub(super) struct Replicas {
    all: Vec<Arc<Replica>>,
    turn: AtomicUsize,
    primary: Arc<Primary>,
    primary_config: Config,
    primary_tls: MakeRustlsConnect,
    pooled: bool,
    begin_read: Arc<str>,
    watched: Once,
    watchers: Mutex<Vec<AbortHandle>>,
}

/// One replica.
pub(super) struct Replica {
    pool: Pool,
    config: Config,
    tls: MakeRustlsConnect,
    place: Place,
    lag_max: Duration,
    in_rotation: AtomicBool,
    /// Told when it stops answering.
    gone: Notify,
    /// Whether the log knows how it is.
    is_told: AtomicBool,
    /// How far it has come, when it was last looked at.
    replayed: AtomicU64,
}

impl Replicas {
    /// The replicas that the options name; nothing where they name none.
    pub(super) fn open(options: &PostgresOptions, config: &Config, tls: &MakeRustlsConnect) -> Result<Option<Self>> {
        if options.replicas.is_empty() {
            return Ok(None);
        }
        let named = options.replicas.iter().enumerate();
        let all = named.map(|(position, url)| {
            let of_replica = PostgresOptions { url: url.clone(), ..options.clone() };
            Replica::open(&of_replica).map(Arc::new).map_err(|error| error.at(line(position)))
        });
        Ok(Some(Self {
            all: all.collect::<Result<_>>()?,
            turn: AtomicUsize::new(0),
            primary: Arc::new(Primary::new(options.replica_lag_max)),
            primary_config: config.clone(),
            primary_tls: tls.clone(),
            pooled: options.pooled,
            begin_read: options.begin("REPEATABLE READ READ ONLY").into(),
            watched: Once::new(),
            watchers: Mutex::default(),
        }))
    }

    /// From now on reads see everything that is committed now.
    pub(super) fn note_change(&self) {
        self.primary.note_change();
    }

    /// Runs a read on a replica. Nothing, where none may answer it or those that tried are gone: it is the primary's then.
    pub(super) async fn read<T, F>(&self, surroundings: &Surroundings, body: F) -> Option<Result<T>>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Clone + Send,
    {
        self.begin_watching();
        let upto = self.upto()?;
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        for position in 0..self.all.len() {
            let replica = &self.all[first.wrapping_add(position) % self.all.len()];
            if !replica.may_answer(upto) {
                continue;
            }
            let client = match client_of(&replica.pool, &replica.place).await {
                Ok(client) => client,
                Err((Verdict::Lost, error)) => {
                    replica.leave(&format!("{error:?}"));
                    continue;
                }
                // All its connections are at work.
                Err(_) => continue,
            };
            // Boxed: it is large, and stands beside what is tried after it.
            let reading = Box::pin(self.read_at(client, surroundings, body.clone()));
            let outcome = tokio::select! {
                outcome = reading => outcome,
                () = replica.gone.notified() => Err((Verdict::Again, gone())),
            };
            match outcome {
                Ok(outcome) => {
                    metrics::counter!("tradewind_reads_total", "server" => "replica").increment(1);
                    return Some(outcome);
                }
                Err((verdict, error)) => {
                    // What the replica replays may be in a read's way; that is no fault of the replica.
                    if verdict == Verdict::Lost {
                        replica.leave(&format!("{error:?}"));
                    }
                    tracing::debug!(?error, "a read is begun anew on another server");
                }
            }
        }
        None
    }

    /// The outcome, or that the server ended it for reasons of its own.
    async fn read_at<T, F>(
        &self,
        client: Client,
        surroundings: &Surroundings,
        body: F,
    ) -> Result<Result<T>, (Verdict, Error)>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> TxFuture<'t, T> + Send,
    {
        let session = Session::new(client, self.pooled, Arc::clone(&self.begin_read));
        match read_through(session, surroundings, Asks::Freely, body).await {
            (Err(error), Some(verdict)) if verdict.is_of_all() => Err((verdict, error)),
            (outcome, _) => Ok(outcome),
        }
    }

    /// Up to where a replica must have come to answer now; nothing where that is for the primary alone.
    fn upto(&self) -> Option<u64> {
        let of_request = match Visit::current() {
            Some(visit) => visit.upto()?,
            None => 0,
        };
        Some(of_request.max(self.primary.upto()?))
    }

    /// Has everybody watched from now on; they are watched where the first who reads is at home.
    pub(super) fn begin_watching(&self) {
        self.watched.call_once(|| {
            let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
            let place = PostgresOptions::place(&self.primary_config);
            let probe = Probe::new(self.primary_config.clone(), self.primary_tls.clone(), place);
            let mut watchers = vec![runtime.spawn(Arc::clone(&self.primary).watch(probe)).abort_handle()];
            for replica in &self.all {
                let watching = watch(Arc::clone(replica), Arc::clone(&self.primary), replica.probe());
                watchers.push(runtime.spawn(watching).abort_handle());
            }
            *self.watchers.lock() = watchers;
        });
    }

    /// Whether each replica can be reached, and is a replica of this primary. The error names the first that is not.
    pub(super) async fn check(&self) -> Result<()> {
        let place = PostgresOptions::place(&self.primary_config);
        let mut primary = Probe::new(self.primary_config.clone(), self.primary_tls.clone(), place);
        let own = primary.ask(IDENTITY).await.ok().and_then(|row| number(&row, 0));
        let database = PostgresOptions::place(&self.primary_config).database;
        for (position, replica) in self.all.iter().enumerate() {
            let checked = replica.check(own, &database).await;
            checked.map_err(|message| Error::new(ErrorKind::Unavailable, message).at(line(position)))?;
        }
        self.begin_watching();
        Ok(())
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        self.watchers.lock().drain(..).for_each(|watcher| watcher.abort());
    }
}

/// Which servers were once made from one. Not everybody may ask.
const IDENTITY: &str = "SELECT system_identifier FROM pg_control_system()";

/// That the replica does not answer any more. An answer under way would be waited for until the network gives it up.
fn gone() -> Error {
    errors::unavailable("a replica stopped answering in the middle of a read".to_owned())
}

/// The setting that names a replica, within its store.
fn line(position: usize) -> String {
    format!("replicas[{position}]")
}

impl Replica {
    fn open(options: &PostgresOptions) -> Result<Self> {
        let mut config = options.config()?;
        if config.get_hosts().len() > 1 {
            let message = "The url of a replica names one host: each replica is watched by itself";
            return Err(Error::new(ErrorKind::Invalid, message));
        }
        // While it is waited for, others could have answered.
        config.connect_timeout(ANSWER_MAX.min(options.connect_timeout));
        let tls = tls::connector(config.get_ssl_mode())?;
        Ok(Self {
            pool: pool_of(&config, &tls, options.connections.max(2), ANSWER_MAX, ANSWER_MAX.saturating_mul(2))?,
            place: PostgresOptions::place(&config),
            config,
            tls,
            lag_max: options.replica_lag_max,
            in_rotation: AtomicBool::new(false),
            gone: Notify::new(),
            is_told: AtomicBool::new(false),
            replayed: AtomicU64::new(0),
        })
    }

    fn probe(&self) -> Probe {
        Probe::new(self.config.clone(), self.tls.clone(), self.place.clone())
    }

    fn may_answer(&self, upto: u64) -> bool {
        self.in_rotation.load(Ordering::Acquire) && self.replayed.load(Ordering::Acquire) >= upto
    }

    /// Takes it into the rotation or out of it, by how far it is behind.
    pub(super) fn judge(&self, replayed: u64, lag: Duration) {
        metrics::gauge!("tradewind_replica_lag_seconds", "replica" => self.place.hosts.clone()).set(lag.as_secs_f64());
        if lag > self.lag_max {
            let seconds = lag.as_secs_f64();
            return self.leave(&format!("it is {seconds:.1} seconds behind"));
        }
        self.replayed.store(replayed, Ordering::Release);
        // One at the limit does not go in and out.
        if lag <= self.lag_max / 2 && !self.in_rotation.swap(true, Ordering::AcqRel) {
            self.is_told.store(true, Ordering::Release);
            self.gauge(1.0);
            tracing::info!(replica = self.place.hosts, "a replica takes reads");
        }
    }

    /// Takes it out of the rotation.
    pub(super) fn leave(&self, reason: &str) {
        let was_in = self.in_rotation.swap(false, Ordering::AcqRel);
        self.replayed.store(0, Ordering::Release);
        if was_in || !self.is_told.swap(true, Ordering::AcqRel) {
            self.gauge(0.0);
            tracing::warn!(replica = self.place.hosts, reason, "a replica takes no reads");
        }
    }

    /// Takes it out of the rotation, and from under the reads that wait for it.
    pub(super) fn is_gone(&self, reason: &str) {
        self.leave(reason);
        self.gone.notify_waiters();
    }

    fn gauge(&self, in_rotation: f64) {
        metrics::gauge!("tradewind_replica_in_rotation", "replica" => self.place.hosts.clone()).set(in_rotation);
    }

    async fn check(&self, own: Option<u64>, database: &str) -> Result<(), String> {
        let Place { hosts, database: other, .. } = &self.place;
        if other != database {
            return Err(format!("This is the database {other}, but the store's own url names {database}"));
        }
        let mut probe = self.probe();
        let row = probe.ask("SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END").await?;
        if number(&row, 0) != Some(1) {
            return Err(format!(
                "PostgreSQL at {hosts} is no replica: it takes writes of its own. Point the store's url at it, or make it a replica with pg_basebackup -R."
            ));
        }
        // Whoever may not ask is believed.
        let theirs = probe.ask(IDENTITY).await.ok().and_then(|row| number(&row, 0));
        match (own, theirs) {
            (Some(own), Some(theirs)) if own != theirs => Err(format!(
                "PostgreSQL at {hosts} is a replica of another server than the one in the store's url (their system identifiers are {theirs} and {own})."
            )),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Replica").field("hosts", &self.place.hosts).finish_non_exhaustive()
    }
}
