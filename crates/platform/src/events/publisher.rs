//! The relay to a broker: what waits in the outbox is published in order, and removed once the broker has confirmed it.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::envelope::letter;
use super::lease::{self, Lease};
use super::{BATCH, Bus, Delivery, OUTBOX_GREW, count_failure, next_batch, oldest, remove};
use crate::db::Db;
use crate::wake::{pause_after_failures, until_work_may_be_there};

/// After so long what was confirmed is removed, and the rest begun anew: the lease must not run out meanwhile.
const ROUND_MAX: Duration = Duration::from_secs(5);

/// Hands one database's outbox to a broker.
pub struct Publisher {
    db: Db,
    bus: Bus,
}

/// What became of a batch.
#[derive(Default)]
struct Outcome {
    confirmed: Vec<Delivery>,
    /// What the broker will never take.
    refused: Vec<Delivery>,
    /// Why the rest has to wait.
    away: Option<Error>,
}

impl Publisher {
    /// A relay from this database to this broker.
    #[must_use]
    pub fn new(db: Db, bus: Bus) -> Self {
        Self { db, bus }
    }

    /// Runs until `stop` turns true. A broker that fails is tried again with growing pauses.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut failures = 0;
        while !*stop.borrow() {
            match self.publish_waiting().await {
                Ok(published) => {
                    failures = 0;
                    // More may wait; otherwise what comes next says so.
                    if published < BATCH {
                        until_work_may_be_there(&OUTBOX_GREW, &mut stop).await;
                    }
                }
                Err(error) => {
                    failures += 1;
                    tracing::warn!(?error, failures, "events wait in the outbox; trying again");
                    pause_after_failures(failures, &self.bus.rng, &mut stop).await;
                }
            }
        }
    }

    /// Publishes what waits now, one batch; returns how many events left the outbox. What is confirmed has left it also where an
    /// error is returned.
    pub async fn publish_waiting(&self) -> Result<u64> {
        // Most often nothing waits, and then nothing is written.
        if oldest(&self.db).await?.is_none() {
            return Ok(0);
        }
        let holder = self.bus.holder.clone();
        let taking = self.db.write(move |tx| {
            Box::pin(async move {
                if !lease::take(tx, Lease::Publishing, &holder).await? {
                    return Ok(None);
                }
                next_batch(tx).await.map(Some)
            })
        });
        let Some(batch) = taking.await? else { return Ok(0) };
        let Outcome { confirmed, refused, away } = self.hand_over(batch).await;
        let published = confirmed.len() as u64;
        let (holder, settled) = (self.bus.holder.clone(), std::sync::Arc::new((confirmed, refused)));
        let settling = self.db.write(move |tx| {
            Box::pin(async move {
                for delivery in &settled.0 {
                    remove(tx, delivery).await?;
                }
                for delivery in &settled.1 {
                    count_failure(tx, delivery).await?;
                }
                lease::release(tx, Lease::Publishing, &holder).await
            })
        });
        settling.await?;
        metrics::counter!("tradewind_events_published_total").increment(published);
        match away {
            Some(error) => Err(error),
            None => Ok(published),
        }
    }

    /// Publishes in waves, each with one event of an aggregate at most, and each after the one before it is confirmed: where
    /// one is lost on its way, those of its aggregate that follow have not gone ahead.
    async fn hand_over(&self, batch: Vec<Delivery>) -> Outcome {
        let (began, mut outcome) = (Instant::now(), Outcome::default());
        for wave in waves(batch) {
            let mut letters = Vec::with_capacity(wave.len());
            let mut sent = Vec::with_capacity(wave.len());
            for delivery in wave {
                match letter(&delivery, &self.bus.source) {
                    Ok(letter) => {
                        letters.push(letter);
                        sent.push(delivery);
                    }
                    Err(error) => outcome.refuse(delivery, &error),
                }
            }
            let mut answers = self.bus.broker.publish(&letters).await.into_iter();
            for delivery in sent {
                match answers.next().unwrap_or_else(|| Err(Error::internal("the broker did not answer for this event")))
                {
                    Ok(()) => outcome.confirmed.push(delivery),
                    Err(error) if error.kind() == ErrorKind::Invalid => outcome.refuse(delivery, &error),
                    Err(error) => outcome.away = Some(error),
                }
            }
            if outcome.away.is_some() || !outcome.refused.is_empty() || began.elapsed() > ROUND_MAX {
                break;
            }
        }
        outcome
    }
}

impl Outcome {
    fn refuse(&mut self, delivery: Delivery, error: &Error) {
        tracing::error!(?error, event = %delivery.id, kind = %delivery.kind, attempts = delivery.attempts + 1,
            "the broker does not take this event");
        self.refused.push(delivery);
    }
}

/// The n-th events of all aggregates make up the n-th wave; within a wave the order stays.
fn waves(batch: Vec<Delivery>) -> Vec<Vec<Delivery>> {
    let mut waves: Vec<Vec<Delivery>> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for delivery in batch {
        let wave = seen.entry(delivery.aggregate.clone()).or_default();
        if *wave == waves.len() {
            waves.push(Vec::new());
        }
        waves[*wave].push(delivery);
        *wave += 1;
    }
    waves
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;
    use tradewind_kernel::Timestamp;

    proptest! {
        #[test]
        fn no_aggregate_is_twice_in_a_wave_and_each_keeps_its_order(aggregates in prop::collection::vec(0..5u8, 0..40)) {
            let batch = aggregates.iter().zip(0..).map(|(aggregate, position)| Delivery {
                id: position.to_string(),
                kind: String::new(),
                aggregate: aggregate.to_string(),
                at: Timestamp(0),
                request_id: None,
                body: RawValue::NULL.to_owned(),
                position,
                attempts: 0,
            });
            let waves = waves(batch.collect());
            for wave in &waves {
                let mut seen: Vec<_> = wave.iter().map(|delivery| &delivery.aggregate).collect();
                seen.sort_unstable();
                seen.dedup();
                prop_assert_eq!(seen.len(), wave.len());
            }
            let all: Vec<_> = waves.iter().flatten().collect();
            prop_assert_eq!(all.len(), aggregates.len());
            for aggregate in 0..5u8 {
                let own = all.iter().filter(|delivery| delivery.aggregate == aggregate.to_string());
                prop_assert!(own.map(|delivery| delivery.position).is_sorted());
            }
        }
    }
}
