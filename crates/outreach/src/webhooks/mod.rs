//! Webhooks: other programs are told of events over HTTP, as the Standard Webhooks specification has it.

mod address;
mod dispatch;
mod endpoint;
mod replay;
mod send;
mod sign;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;
use tradewind_kernel::{Clock, Error, Result, Rng};
use tradewind_platform::db::{Db, Tx};
use tradewind_platform::events::{self, Event as _};

pub use dispatch::Dispatcher;

use crate::events::WebhookTested;
use crate::store;
use address::Reach;

/// How webhooks are to be.
#[derive(Clone, Debug)]
pub struct WebhookOptions {
    /// The kinds of event that others may be told of.
    pub kinds: &'static [&'static str],
    /// What events say they come from: the address of the shop.
    pub source: String,
    /// Whether they may go to addresses that are not public, and by http.
    pub allow_private: bool,
    /// The longest that an endpoint may take to answer, in seconds.
    pub answer_seconds_max: u64,
}

/// The webhooks of a shop: its endpoints, and what is on its way to them. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    shared: Arc<Shared>,
}

struct Shared {
    db: Db,
    options: WebhookOptions,
    reach: Reach,
    clock: Clock,
    rng: Rng,
    /// Wakes the dispatcher of this process; it also looks by itself, for what other processes collected.
    came: Notify,
    /// Whether there was any endpoint to tell when the dispatcher last looked.
    has_endpoints: AtomicBool,
    /// Which endpoints the gauge of waiting deliveries has told of.
    measured: Mutex<BTreeSet<String>>,
}

impl Webhooks {
    /// The webhooks in this database.
    #[must_use]
    pub fn new(db: Db, options: WebhookOptions, clock: Clock, rng: Rng) -> Self {
        let reach = if options.allow_private { Reach::Anywhere } else { Reach::Public };
        let shared = Shared {
            db,
            options,
            reach,
            clock,
            rng,
            came: Notify::new(),
            has_endpoints: AtomicBool::new(true),
            measured: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The kinds of event that others may be told of.
    #[must_use]
    pub fn kinds(&self) -> &'static [&'static str] {
        self.shared.options.kinds
    }

    /// Has every endpoint that wants an event told of it: once each, however often this is asked for.
    pub async fn collect(&self, tx: &mut Tx, event: &events::Delivery) -> Result<()> {
        let letter = match events::letter(event, &self.shared.options.source) {
            Ok(letter) => letter,
            Err(error) => {
                tracing::error!(?error, event = %event.id, kind = %event.kind, "no webhook is sent of an event");
                return Ok(());
            }
        };
        let body = std::str::from_utf8(&letter.body).map_err(Error::internal)?;
        let only = (event.kind == WebhookTested::KIND).then_some(event.aggregate.as_str());
        store::collect(tx, &event.id, &event.kind, body, only).await?;
        if self.shared.has_endpoints.load(Ordering::Relaxed) {
            self.wake_after(tx);
        }
        Ok(())
    }

    /// Removes what is older than [`KEPT_DAYS`](crate::KEPT_DAYS), whether it arrived or not; returns how many rows went.
    pub async fn sweep(&self) -> Result<u64> {
        let before = self.shared.clock.now().plus_seconds(-crate::KEPT_DAYS * 86_400);
        let mut swept = 0;
        loop {
            let removing = self.shared.db.write(move |tx| Box::pin(async move { store::sweep(tx, before).await }));
            match removing.await? {
                0 => return Ok(swept),
                removed => swept += removed,
            }
        }
    }

    /// Measures how many deliveries wait for each endpoint.
    pub async fn measure(&self) -> Result<()> {
        let waiting = self.shared.db.look_up(|tx| Box::pin(store::waiting(tx))).await?;
        let gauge =
            |id: &str, count| metrics::gauge!("tradewind_webhooks_waiting", "webhook" => id.to_owned()).set(count);
        let mut measured = self.shared.measured.lock();
        // An endpoint that is gone waits for nothing.
        for gone in measured.iter().filter(|id| !waiting.iter().any(|(other, _)| other == *id)) {
            gauge(gone, 0.0);
        }
        for (id, count) in &waiting {
            gauge(id, as_gauge(*count));
        }
        *measured = waiting.into_iter().map(|(id, _)| id).collect();
        Ok(())
    }

    /// Has the dispatcher look once this transaction has committed.
    fn wake_after(&self, tx: &mut Tx) {
        let shared = Arc::clone(&self.shared);
        tx.after_commit(move || shared.came.notify_one());
    }
}

/// A count as a gauge takes it.
#[expect(clippy::cast_precision_loss, reason = "a gauge of a count may lose its last digits")]
fn as_gauge(count: i64) -> f64 {
    count as f64
}
