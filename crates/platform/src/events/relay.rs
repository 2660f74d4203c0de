//! The relay within a process: reactions run in the transaction that removes the event from the outbox.

use std::sync::Arc;

use tokio::sync::watch;
use tradewind_kernel::Result;

use super::{BATCH, Care, Comes, OUTBOX_GREW, REFUSED, Reactions, count_failure, next_batch, react, remove};
use crate::db::{Db, OnlyOne, Tx};
use crate::wake::until_work_may_be_there;

/// The in-process relay of one database's outbox.
pub struct Relay {
    db: Db,
    reactions: Reactions,
}

impl Relay {
    /// A relay that hands this database's events to these reactions.
    #[must_use]
    pub fn new(db: Db, reactions: Reactions) -> Self {
        Self { db, reactions }
    }

    /// Runs until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.deliver_waiting().await {
                // More may wait; otherwise what comes next says so.
                Ok(BATCH..) => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(?error, "the relay could not read the outbox; trying again"),
            }
            until_work_may_be_there(&OUTBOX_GREW, &mut stop).await;
        }
    }

    /// Delivers what waits now, one batch; returns how many events left the outbox.
    pub async fn deliver_waiting(&self) -> Result<u64> {
        match self.deliver(Care::AllTogether).await {
            Err(error) if error.is(REFUSED) => self.deliver(Care::OneByOne).await,
            outcome => outcome,
        }
    }

    async fn deliver(&self, care: Care) -> Result<u64> {
        let reactions = self.reactions.clone();
        self.db.write(move |tx| Box::pin(async move { deliver_batch(tx, &reactions, care).await })).await
    }
}

async fn deliver_batch(tx: &mut Tx, reactions: &Reactions, care: Care) -> Result<u64> {
    // Two relays would do the same work, and one of them in vain; and each event of an aggregate follows the one before it.
    if !tx.is_alone_at(OnlyOne::Relay).await? {
        return Ok(0);
    }
    let mut left = 0;
    for delivery in next_batch(tx).await?.into_iter().map(Arc::new) {
        match react(tx, reactions, &delivery, Comes::Once, care).await {
            Ok(()) => {
                remove(tx, &delivery).await?;
                left += 1;
            }
            Err(error) if care == Care::AllTogether => return Err(error),
            Err(error) => {
                tracing::error!(?error, event = %delivery.id, kind = %delivery.kind,
                    attempts = delivery.attempts + 1, "a reaction failed");
                count_failure(tx, &delivery).await?;
                // Later events of the same aggregate wait for this one: stop here, look again.
                break;
            }
        }
    }
    Ok(left)
}
