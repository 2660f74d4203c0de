//! How replicas are watched: how far the primary is, how far each replica has come, and since when it is behind.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_postgres::{Client, Config, SimpleQueryMessage, SimpleQueryRow};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::errors::{self, Place};
use super::replicas::Replica;

/// How often everybody is looked at.
const EVERY: Duration = Duration::from_millis(250);
/// Who has not answered by then is not there.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Up to where the primary has been told to go, which every commit that was answered is before; and what it may have sent.
const OF_PRIMARY: &str =
    "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, pg_current_wal_flush_lsn() - '0/0'::pg_lsn";
const OF_REPLICA: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END,
    COALESCE(pg_last_wal_replay_lsn() - '0/0'::pg_lsn, 0),
    CAST(COALESCE(EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000, 0) AS BIGINT)";

/// What is known of the primary.
pub(super) struct Primary {
    history: Mutex<History>,
    /// How often reads were told to see everything from then on.
    told: AtomicU64,
    /// Up to which of these it is known where "everything" was, and where that is.
    known: AtomicU64,
    position: AtomicU64,
}

impl Primary {
    pub(super) fn new(lag_max: Duration) -> Self {
        let history = Mutex::new(History::new(lag_max.saturating_mul(2)));
        Self { history, told: AtomicU64::new(0), known: AtomicU64::new(0), position: AtomicU64::new(0) }
    }

    /// From now on reads see everything that is committed now.
    pub(super) fn note_change(&self) {
        self.told.fetch_add(1, Ordering::AcqRel);
    }

    /// Up to where a replica must have come to show what was committed at the last change; nothing while that is not known.
    pub(super) fn upto(&self) -> Option<u64> {
        let known = self.known.load(Ordering::Acquire);
        let position = self.position.load(Ordering::Acquire);
        (known == self.told.load(Ordering::Acquire)).then_some(position)
    }

    fn measured(&self, told: u64, began: Instant, inserted: u64, flushed: u64) {
        self.history.lock().add(began, flushed);
        if self.known.load(Ordering::Acquire) != told {
            self.position.store(inserted, Ordering::Release);
            self.known.store(told, Ordering::Release);
        }
    }

    /// Watches the primary, as long as anybody wants to know.
    pub(super) async fn watch(self: Arc<Self>, mut probe: Probe) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let told = self.told.load(Ordering::Acquire);
            let began = Instant::now();
            // While it does not answer, nothing is known of it: writes tell why.
            if let Ok(row) = probe.ask(OF_PRIMARY).await
                && let (Some(inserted), Some(flushed)) = (number(&row, 0), number(&row, 1))
            {
                self.measured(told, began, inserted, flushed);
            }
        }
    }
}

/// Watches a replica, as long as it is one of ours.
pub(super) async fn watch(replica: Arc<Replica>, primary: Arc<Primary>, mut probe: Probe) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let row = match probe.ask(OF_REPLICA).await {
            Ok(row) => row,
            Err(reason) => {
                replica.is_gone(&reason);
                continue;
            }
        };
        if number(&row, 0) != Some(1) {
            // It was promoted, and goes a way of its own now.
            replica.leave("it is not a replica any more");
            continue;
        }
        let replayed = number(&row, 1).unwrap_or(0);
        let told = Duration::from_millis(number(&row, 2).unwrap_or(0));
        let lag = primary.history.lock().lag(replayed, told, Instant::now());
        if let Some(lag) = lag {
            replica.judge(replayed, lag);
        }
    }
}

/// Where the primary was, and when: how long ago it was where a replica is now says how old what the replica shows is. This
/// compares no clocks, and a shop in which nothing happens does not seem to fall behind.
struct History {
    kept: Duration,
    samples: VecDeque<(Instant, u64)>,
}

impl History {
    fn new(kept: Duration) -> Self {
        Self { kept, samples: VecDeque::new() }
    }

    fn add(&mut self, at: Instant, position: u64) {
        if self.samples.back().is_some_and(|(_, last)| *last > position) {
            // Another server is the primary now.
            self.samples.clear();
        }
        self.samples.push_back((at, position));
        while self.samples.get(1).is_some_and(|(second, _)| at.duration_since(*second) > self.kept) {
            self.samples.pop_front();
        }
    }

    /// How far behind somebody is who has come to `replayed`; not known before the primary has answered once. `told` is how
    /// long ago the last commit was made that they have: all there is to go by for one who is behind all we remember.
    fn lag(&self, replayed: u64, told: Duration, now: Instant) -> Option<Duration> {
        let (_, last) = self.samples.back()?;
        if replayed >= *last {
            return Some(Duration::ZERO);
        }
        let reached = self.samples.iter().rev().find(|(_, position)| *position <= replayed);
        Some(match (reached, self.samples.front()) {
            (Some((at, _)), _) => now.duration_since(*at),
            (None, Some((first, _))) => now.duration_since(*first).max(told),
            (None, None) => told,
        })
    }
}

/// A connection of its own to one server: those of the pool may all be at work when it matters.
pub(super) struct Probe {
    config: Config,
    tls: MakeRustlsConnect,
    place: Place,
    client: Option<Client>,
}

impl Probe {
    pub(super) fn new(config: Config, tls: MakeRustlsConnect, place: Place) -> Self {
        Self { config, tls, place, client: None }
    }

    /// The only row of the answer, or why there is none.
    pub(super) async fn ask(&mut self, sql: &str) -> Result<SimpleQueryRow, String> {
        let hosts = self.place.hosts.clone();
        let answer = tokio::time::timeout(ANSWER_MAX, self.asked(sql)).await;
        let answer = answer.unwrap_or_else(|_| Err(format!("PostgreSQL at {hosts} has not answered in time")));
        if answer.is_err() {
            self.client = None;
        }
        answer
    }

    async fn asked(&mut self, sql: &str) -> Result<SimpleQueryRow, String> {
        let client = match self.client.take().filter(|client| !client.is_closed()) {
            Some(client) => client,
            None => {
                let connected = self.config.connect(self.tls.clone()).await;
                let (client, connection) =
                    connected.map_err(|error| errors::cannot_open(&error, &self.place).message().to_owned())?;
                // It ends with the client.
                tokio::spawn(connection);
                client
            }
        };
        let messages = self.client.insert(client).simple_query(sql).await.map_err(|error| errors::text_of(&error))?;
        row_of(messages).ok_or_else(|| "PostgreSQL answered without a row".to_owned())
    }
}

pub(super) fn row_of(messages: Vec<SimpleQueryMessage>) -> Option<SimpleQueryRow> {
    messages.into_iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })
}

/// A whole number that is not negative.
pub(super) fn number(row: &SimpleQueryRow, column: usize) -> Option<u64> {
    row.try_get(column).ok().flatten()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn who_has_all_is_not_behind_however_long_ago_the_last_commit_was() {
        let now = Instant::now();
        let mut history = History::new(10 * SECOND);
        assert_eq!(history.lag(5, SECOND, now), None);
        history.add(now, 100);
        assert_eq!(history.lag(100, 3600 * SECOND, now + 60 * SECOND), Some(Duration::ZERO));
    }

    #[test]
    fn who_is_behind_is_as_old_as_what_they_show() {
        let now = Instant::now();
        let mut history = History::new(10 * SECOND);
        for second in 0..30_u32 {
            history.add(now + second * SECOND, u64::from(100 + second));
        }
        let now = now + 29 * SECOND;
        assert_eq!(history.lag(127, SECOND, now), Some(2 * SECOND));
        assert!(history.lag(50, SECOND, now) >= Some(10 * SECOND));
        assert_eq!(history.lag(50, 3600 * SECOND, now), Some(3600 * SECOND));
        assert!(history.samples.len() < 13);
        history.add(now, 40);
        assert_eq!(history.lag(40, SECOND, now), Some(Duration::ZERO), "of a new primary");
    }

    #[test]
    fn what_is_committed_at_a_change_is_waited_for() {
        let primary = Primary::new(SECOND);
        assert_eq!(primary.upto(), Some(0));
        primary.note_change();
        assert_eq!(primary.upto(), None);
        primary.measured(0, Instant::now(), 10, 10);
        assert_eq!(primary.upto(), None, "measured before it");
        primary.measured(1, Instant::now(), 20, 20);
        assert_eq!(primary.upto(), Some(20));
    }
}
