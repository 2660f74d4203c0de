//! What became of deliveries, and sending them again.

use tradewind_kernel::{Page, Result, Timestamp};

use super::Webhooks;
use crate::error::no_such_delivery;
use crate::model::{Delivery, DeliveryQuery, DeliveryState};
use crate::store::{self, Span};

impl Webhooks {
    /// The deliveries of an endpoint with their attempts, the newest first.
    pub async fn deliveries(&self, id: &str, query: DeliveryQuery) -> Result<Page<Delivery>> {
        let id = id.to_owned();
        let reading = self.shared.db.read_own(move |tx| {
            Box::pin(async move {
                store::endpoint(tx, &id).await?;
                store::deliveries(tx, &id, query).await
            })
        });
        reading.await
    }

    /// Has one delivery sent again, with all its attempts, whatever became of it.
    pub async fn replay(&self, id: &str, event_id: &str) -> Result<()> {
        let (webhooks, id, event_id) = (self.clone(), id.to_owned(), event_id.to_owned());
        let replaying = self.shared.db.write(move |tx| {
            Box::pin(async move {
                store::endpoint(tx, &id).await?;
                if !store::replay(tx, &id, &event_id).await? {
                    return Err(no_such_delivery(&event_id));
                }
                webhooks.wake_after(tx);
                Ok(())
            })
        });
        replaying.await
    }

    /// Has all deliveries of an endpoint sent again that were collected since, or those of them that are in this state; returns how
    /// many.
    pub async fn replay_since(&self, id: &str, since: Timestamp, state: Option<DeliveryState>) -> Result<u64> {
        self.endpoint(id).await?;
        self.replay_span(id, Span { since, until: self.shared.clock.now(), state }).await
    }

    pub(super) async fn send_all_waiting(&self, id: &str) -> Result<u64> {
        let (since, state) = (Timestamp::default(), Some(DeliveryState::Waiting));
        self.replay_span(id, Span { since, until: self.shared.clock.now(), state }).await
    }

    async fn replay_span(&self, id: &str, span: Span) -> Result<u64> {
        let (mut count, mut behind) = (0, None);
        loop {
            let (webhooks, id, from) = (self.clone(), id.to_owned(), behind);
            let replaying = self.shared.db.write(move |tx| {
                Box::pin(async move {
                    let replayed = store::replay_some(tx, &id, span, from.as_ref()).await?;
                    webhooks.wake_after(tx);
                    Ok(replayed)
                })
            });
            let replayed = replaying.await?;
            count += replayed.count;
            match replayed.last {
                Some(last) => behind = Some(last),
                None => return Ok(count),
            }
        }
    }
}
