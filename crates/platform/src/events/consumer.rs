//! What takes events from a broker: reactions run in one transaction a batch, together with the note of what was delivered, and
//! the broker is told after the commit.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::value::RawValue;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;
use tradewind_kernel::{Error, IdMint, Result, Timestamp};

use super::lease::{self, Lease};
use super::{ATTEMPTS_MAX, BATCH, Bus, Care, Comes, Delivery, REFUSED, Reactions, Subscription, envelope, react};
use crate::db::{Db, Tx};
use crate::params;
use crate::wake::{pause_after_failures, pause_or_stop};

/// How long an idle consumer waits for the next event at a time.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often an idle consumer says that it is still at it.
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How often the broker is asked how much waits there.
const ASK_LAG_EVERY: Duration = Duration::from_secs(5);
/// How long an event that was refused is left alone, and how often is looked whether it is this process's turn to consume.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The kind under which is set aside what is no event.
const UNREADABLE: &str = "unreadable";

/// Hands the events that a broker brings to the reactions on one database.
pub struct Consumer {
    db: Db,
    bus: Bus,
    reactions: Reactions,
    mint: IdMint,
    session: Mutex<Option<Session>>,
}

/// While this process is the one that consumes.
struct Session {
    subscription: Box<dyn Subscription>,
    /// What was read and not acknowledged.
    pending: VecDeque<Arc<Incoming>>,
    /// How often the first of them was refused.
    attempts: i64,
    renewed_at: Instant,
    asked_lag_at: Option<Instant>,
}

struct Incoming {
    delivery: Arc<Delivery>,
    /// Why it is no event of the shop, where it is none.
    unreadable: Option<Error>,
}

/// What came of one look.
enum Round {
    /// So many events are done with.
    Done(usize),
    /// So many are done with, and the next was refused.
    Refused(usize),
    /// There were none.
    Idle,
    /// Another process consumes.
    NotOurs,
}

impl Consumer {
    /// What hands this broker's events to these reactions.
    #[must_use]
    pub fn new(db: Db, bus: Bus, reactions: Reactions, mint: IdMint) -> Self {
        Self { db, bus, reactions, mint, session: Mutex::new(None) }
    }

    /// Runs until `stop` turns true. A broker that fails is tried again with growing pauses.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !*stop.borrow() {
            match self.look(PATIENCE).await {
                Ok(round) => {
                    failures = 0;
                    if let Round::Refused(_) | Round::NotOurs = round {
                        pause_or_stop(LOOK_AGAIN, &mut stop).await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(?error, failures, "no events can be taken from the broker; trying again");
                    pause_after_failures(failures, &self.bus.rng, &mut stop).await;
                }
            }
        }
        if let Err(error) = self.leave().await {
            tracing::warn!(?error, "the other processes wait some seconds before one of them takes the events");
        }
    }

    /// Delivers what the broker has, one batch, having waited at most so long for the first; returns how many events are done
    /// with. None are where another process is at it.
    pub async fn deliver_waiting(&self, patience: Duration) -> Result<u64> {
        match self.look(patience).await? {
            Round::Done(done) | Round::Refused(done) => Ok(done as u64),
            Round::Idle | Round::NotOurs => Ok(0),
        }
    }

    /// Leaves consuming to the other processes at once.
    pub async fn leave(&self) -> Result<()> {
        let Some(session) = self.session.lock().await.take() else { return Ok(()) };
        session.subscription.close().await;
        let holder = self.bus.holder.clone();
        self.db.write(move |tx| Box::pin(async move { lease::release(tx, Lease::Consuming, &holder).await })).await
    }

    async fn look(&self, patience: Duration) -> Result<Round> {
        let mut open = self.session.lock().await;
        let mut session = match open.take() {
            Some(session) => session,
            None if self.hold().await? => Session::of(self.bus.broker.subscribe().await?),
            None => return Ok(Round::NotOurs),
        };
        match self.go_on(&mut session, patience).await {
            Ok(round) => {
                *open = Some(session);
                Ok(round)
            }
            Err(error) => {
                session.subscription.close().await;
                Err(error)
            }
        }
    }

    async fn go_on(&self, session: &mut Session, patience: Duration) -> Result<Round> {
        if session.asked_lag_at.is_none_or(|at| at.elapsed() > ASK_LAG_EVERY) {
            session.asked_lag_at = Some(Instant::now());
            metrics::gauge!("tradewind_events_lag").set(as_gauge(session.subscription.lag().await?));
        }
        if session.pending.is_empty() {
            if session.renewed_at.elapsed() > RENEW_EVERY {
                if !self.hold().await? {
                    return Err(overtaken());
                }
                session.renewed_at = Instant::now();
            }
            let bodies = session.subscription.next(usize::try_from(BATCH).unwrap_or(1), patience).await?;
            session.pending.extend(bodies.iter().map(|body| Arc::new(self.read(body))));
        }
        if session.pending.is_empty() {
            return Ok(Round::Idle);
        }
        let batch: Vec<_> = session.pending.iter().cloned().collect();
        let outcome = match self.deliver(batch.clone(), session.attempts, Care::AllTogether).await {
            Err(error) if error.is(REFUSED) => self.deliver(batch, session.attempts, Care::OneByOne).await,
            outcome => outcome,
        };
        let Delivered { done, refused } = outcome?;
        session.renewed_at = Instant::now();
        session.attempts = refused;
        session.pending.drain(..done);
        metrics::counter!("tradewind_events_delivered_total").increment(done as u64);
        session.subscription.acknowledge(done).await?;
        Ok(if refused > 0 { Round::Refused(done) } else { Round::Done(done) })
    }

    async fn deliver(&self, batch: Vec<Arc<Incoming>>, attempts: i64, care: Care) -> Result<Delivered> {
        let (reactions, holder) = (self.reactions.clone(), self.bus.holder.clone());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    if !lease::take(tx, Lease::Consuming, &holder).await? {
                        return Err(overtaken());
                    }
                    deliver_batch(tx, &reactions, &batch, attempts, care).await
                })
            })
            .await
    }

    async fn hold(&self) -> Result<bool> {
        let holder = self.bus.holder.clone();
        self.db.write(move |tx| Box::pin(async move { lease::take(tx, Lease::Consuming, &holder).await })).await
    }

    fn read(&self, body: &Bytes) -> Incoming {
        match envelope::read(body) {
            Ok(delivery) => Incoming { delivery: Arc::new(delivery), unreadable: None },
            Err(error) => {
                let text = String::from_utf8_lossy(&body[..body.len().min(10_000)]).into_owned();
                let delivery = Delivery {
                    id: self.mint.mint("evt"),
                    kind: UNREADABLE.to_owned(),
                    aggregate: String::new(),
                    at: Timestamp(0),
                    request_id: None,
                    body: serde_json::value::to_raw_value(&text).unwrap_or_else(|_| RawValue::NULL.to_owned()),
                    position: 0,
                    attempts: 0,
                };
                Incoming { delivery: Arc::new(delivery), unreadable: Some(error) }
            }
        }
    }
}

impl Session {
    fn of(subscription: Box<dyn Subscription>) -> Self {
        Self { subscription, pending: VecDeque::new(), attempts: 0, renewed_at: Instant::now(), asked_lag_at: None }
    }
}

/// What became of a batch.
struct Delivered {
    /// So many events, from the first, are done with.
    done: usize,
    /// How often the one behind them was refused, where that is why it is not done with.
    refused: i64,
}

async fn deliver_batch(
    tx: &mut Tx,
    reactions: &Reactions,
    batch: &[Arc<Incoming>],
    attempts: i64,
    care: Care,
) -> Result<Delivered> {
    for (done, incoming) in batch.iter().enumerate() {
        let delivery = &incoming.delivery;
        if let Some(error) = &incoming.unreadable {
            set_aside(tx, delivery, error).await?;
            continue;
        }
        match react(tx, reactions, delivery, Comes::Repeatedly, care).await {
            Ok(()) => {}
            Err(error) if care == Care::AllTogether => return Err(error),
            Err(error) => {
                let attempts = if done == 0 { attempts + 1 } else { 1 };
                tracing::error!(?error, event = %delivery.id, kind = %delivery.kind, attempts, "a reaction failed");
                if attempts < ATTEMPTS_MAX {
                    // Later events of the same aggregate wait for this one: stop here, look again.
                    return Ok(Delivered { done, refused: attempts });
                }
                set_aside(tx, delivery, &error).await?;
            }
        }
    }
    Ok(Delivered { done: batch.len(), refused: 0 })
}

/// Puts an event where those lie that were tried for the last time. Setting their attempts to 0 has them handed on again.
async fn set_aside(tx: &mut Tx, delivery: &Delivery, error: &Error) -> Result<()> {
    tracing::error!(?error, event = %delivery.id, kind = %delivery.kind, "an event is set aside in the outbox");
    let Delivery { id, kind, aggregate, at, request_id, body, .. } = delivery;
    tx.execute(
        "INSERT INTO platform_outbox (id, kind, aggregate, body, at, request_id, attempts)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![id.as_str(), kind.as_str(), aggregate.as_str(), body.get(), *at, request_id.as_deref(), ATTEMPTS_MAX],
    )
    .await?;
    Ok(())
}

fn overtaken() -> Error {
    Error::conflict("Another process has taken over the events, because this one said nothing for long")
}

/// A count as a gauge takes it.
#[expect(clippy::cast_precision_loss, reason = "a gauge of a count may lose its last digits")]
fn as_gauge(count: u64) -> f64 {
    count as f64
}
