//! What sends deliveries when they are due: each endpoint with requests of its own, so that one that is slow or gone delays itself
//! alone.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tradewind_kernel::Result;

use super::Webhooks;
use super::send::{Parcel, Sender};
use crate::events::WebhookDisabled;
use crate::model::{AfterFailure, Attempt, Keys, after_failure, has_failed_for_long};
use crate::store::{self, Batch, Held, Outcome};

/// How many requests to one endpoint are under way at a time, from one process.
const REQUESTS_MAX: usize = 4;
/// How much longer than a request may take a delivery is held, in seconds: until what came of it is stored.
const HELD_BEYOND_SECONDS: u64 = 30;
/// How often is looked without being woken: time has passed, or another process has collected something.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long one that was woken waits for more to come.
const GATHER: Duration = Duration::from_millis(10);

/// Sends the webhooks of one database. Several processes may: each holds what it sends.
#[derive(Clone)]
pub struct Dispatcher {
    webhooks: Webhooks,
    sender: Sender,
    under_way: UnderWay,
}

/// How many requests to each endpoint are under way.
type UnderWay = Arc<Mutex<HashMap<String, usize>>>;

/// The place of one request among those to its endpoint; free again when it is dropped.
struct Slot {
    under_way: UnderWay,
    id: String,
}

impl Slot {
    fn take(under_way: &UnderWay, id: &str) -> Self {
        *under_way.lock().entry(id.to_owned()).or_default() += 1;
        Self { under_way: Arc::clone(under_way), id: id.to_owned() }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut under_way = self.under_way.lock();
        match under_way.get_mut(&self.id) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(under_way.remove(&self.id)),
        }
    }
}

/// A delivery on its way out.
struct Departure {
    slot: Slot,
    url: Arc<str>,
    keys: Arc<Keys>,
    held: Held,
}

impl Webhooks {
    /// What sends them.
    pub fn dispatcher(&self) -> Result<Dispatcher> {
        let shared = &self.shared;
        let sender = Sender::new(shared.reach, shared.options.answer_seconds_max, shared.clock.clone())?;
        Ok(Dispatcher { webhooks: self.clone(), sender, under_way: UnderWay::default() })
    }

    /// Sends everything that is due now, and returns how many requests that were: for tests.
    pub async fn send_due(&self) -> Result<u64> {
        let (mut sent, mut dispatcher) = (0, None);
        while !self.due().await?.is_empty() {
            let dispatcher: &Dispatcher = match &dispatcher {
                Some(dispatcher) => dispatcher,
                None => dispatcher.insert(self.dispatcher()?),
            };
            let departing = dispatcher.take_due().await?;
            sent += departing.len() as u64;
            futures::future::join_all(departing.into_iter().map(|departure| dispatcher.deliver(departure))).await;
        }
        Ok(sent)
    }

    /// The endpoints for which something is due.
    async fn due(&self) -> Result<Vec<String>> {
        let looked = self.shared.db.look_up(|tx| Box::pin(store::due(tx))).await?;
        self.shared.has_endpoints.store(!looked.is_empty(), Ordering::Relaxed);
        Ok(looked.into_iter().filter(|(_, is_due)| *is_due).map(|(id, _)| id).collect())
    }
}

impl Dispatcher {
    /// Runs until `stop` turns true, then waits for the requests under way.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut sending = JoinSet::new();
        while !*stop.borrow() {
            match self.take_due().await {
                Ok(departing) => {
                    for departure in departing {
                        let dispatcher = self.clone();
                        sending.spawn(async move { dispatcher.deliver(departure).await });
                    }
                }
                Err(error) => tracing::warn!(?error, "webhooks that are due could not be looked for; trying again"),
            }
            tokio::select! {
                () = self.webhooks.shared.came.notified() => tokio::time::sleep(GATHER).await,
                Some(ended) = sending.join_next() => note_end(ended),
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.changed() => {}
            }
            while let Some(ended) = sending.try_join_next() {
                note_end(ended);
            }
        }
        while let Some(ended) = sending.join_next().await {
            note_end(ended);
        }
    }

    /// Takes what is due, for each endpoint as much as there is room for.
    async fn take_due(&self) -> Result<Vec<Departure>> {
        let due = self.webhooks.due().await?;
        let rooms: Vec<(String, usize)> = {
            let under_way = self.under_way.lock();
            let room = |id: &String| REQUESTS_MAX.saturating_sub(under_way.get(id).copied().unwrap_or(0));
            due.into_iter()
                .map(|id| (room(&id), id))
                .filter(|(room, _)| *room > 0)
                .map(|(room, id)| (id, room))
                .collect()
        };
        if rooms.is_empty() {
            return Ok(Vec::new());
        }
        let shared = &self.webhooks.shared;
        let seconds = shared.options.answer_seconds_max + HELD_BEYOND_SECONDS;
        let until = shared.clock.now().plus_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        let taking = shared.db.write(move |tx| {
            Box::pin(async move {
                let mut batches = Vec::with_capacity(rooms.len());
                for (id, room) in rooms {
                    if let Some(batch) = store::take(tx, &id, i64::try_from(room).unwrap_or(0), until).await? {
                        batches.push((id, batch));
                    }
                }
                Ok(batches)
            })
        });
        let mut departing = Vec::new();
        for (id, Batch { url, keys, held }) in taking.await? {
            let (url, keys): (Arc<str>, _) = (url.into(), Arc::new(keys));
            departing.extend(held.into_iter().map(|held| Departure {
                slot: Slot::take(&self.under_way, &id),
                url: Arc::clone(&url),
                keys: Arc::clone(&keys),
                held,
            }));
        }
        Ok(departing)
    }

    async fn deliver(&self, departure: Departure) {
        let Departure { slot, url, keys, held } = departure;
        let parcel = Parcel { url: &url, keys: &keys, event_id: &held.event_id, body: &held.body };
        let attempt = self.sender.send(parcel).await;
        let outcome = self.outcome(&held, &attempt);
        let (name, webhook, event) = (outcome.name(), slot.id.as_str(), held.event_id.as_str());
        metrics::counter!("tradewind_webhooks_total", "outcome" => name).increment(1);
        if let Some(reason) = &attempt.reason {
            tracing::warn!(webhook, event, reason, outcome = name, "a webhook was not taken");
        }
        if let Err(error) = self.settle(webhook, &held, attempt, outcome).await {
            tracing::error!(?error, webhook, event, "what came of a webhook could not be stored; it is sent again");
        }
    }

    fn outcome(&self, held: &Held, attempt: &Attempt) -> Outcome {
        let Some(reason) = attempt.reason.clone() else { return Outcome::Delivered };
        match after_failure(held.attempts + 1, self.webhooks.shared.clock.now(), &self.webhooks.shared.rng) {
            AfterFailure::Again(at) => Outcome::Again { at, reason },
            AfterFailure::GivenUp => Outcome::Dead { reason },
        }
    }

    async fn settle(&self, id: &str, held: &Held, attempt: Attempt, outcome: Outcome) -> Result<()> {
        let (id, event_id, until) = (id.to_owned(), held.event_id.clone(), held.until);
        let settling = self.webhooks.shared.db.write(move |tx| {
            Box::pin(async move {
                store::settle(tx, &id, (&event_id, until), &attempt, &outcome).await?;
                let Some(failure) = &attempt.reason else { return store::note_success(tx, &id).await };
                let Some(since) = store::note_failure(tx, &id).await? else { return Ok(()) };
                let reason = if attempt.says_gone() {
                    "It said that it is gone (410)".to_owned()
                } else if has_failed_for_long(since, tx.now()) {
                    format!("It has failed since {since} without a single success; the last time, {failure}")
                } else {
                    return Ok(());
                };
                if store::disable(tx, &id, &reason).await? {
                    tracing::warn!(webhook = %id, reason, "a webhook is disabled");
                    tx.publish(&WebhookDisabled { webhook_id: id, reason }).await?;
                }
                Ok(())
            })
        });
        settling.await
    }
}

impl Outcome {
    fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Again { .. } => "failed",
            Self::Dead { .. } => "dead",
        }
    }
}

fn note_end(ended: std::result::Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "sending a webhook broke off; it is sent again");
    }
}
