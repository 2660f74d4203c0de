//! Events: facts published in the transaction that makes them true, and what hands them on: a relay within the process, or a
//! broker between processes.

mod broker;
pub mod conformance;
mod consumer;
mod delivered;
mod envelope;
mod lease;
mod publisher;
mod relay;
mod view;

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::Notify;
use tradewind_kernel::{Error, Result, Timestamp};

use crate::db::{Db, Holds, Param, Tx, TxFuture};
use crate::params;

pub use broker::{Broker, Bus, LETTER_BYTES_MAX, Letter, Subscription};
pub use consumer::Consumer;
pub use delivered::sweep;
pub use envelope::letter;
pub use publisher::Publisher;
pub use relay::Relay;
pub use view::{Lag, WaitingEvent, lags, list};

/// A fact a module tells others. The type is its contract: change it only by adding.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name, `module.what_happened`, with a version once there is a second one.
    const KIND: &'static str;

    /// The id of the aggregate it is about; events of one aggregate arrive in order.
    fn aggregate(&self) -> &str;
}

/// An event on its way to a consumer.
#[derive(Debug)]
pub struct Delivery {
    /// The event's own id, the same on every delivery.
    pub id: String,
    /// Its kind, as in [`Event::KIND`].
    pub kind: String,
    /// The aggregate it is about.
    pub aggregate: String,
    /// When it became true.
    pub at: Timestamp,
    /// The request it came from.
    pub request_id: Option<String>,
    body: Box<RawValue>,
    position: i64,
    attempts: i64,
}

impl Delivery {
    /// The event itself.
    pub fn read<E: Event>(&self) -> Result<E> {
        serde_json::from_str(self.body.get()).map_err(Error::internal)
    }
}

impl Tx {
    /// Publishes an event: it exists if, and only if, this transaction commits.
    pub async fn publish<E: Event>(&mut self, event: &E) -> Result<()> {
        let body = serde_json::to_string(event).map_err(Error::internal)?;
        let id = self.mint().mint("evt");
        let now = self.now();
        let request_id = self.request_id().map(str::to_owned);
        self.run(
            "INSERT INTO platform_outbox (id, kind, aggregate, body, at, request_id) VALUES ($1, $2, $3, $4, $5, $6)",
            params![id, E::KIND, event.aggregate(), body, now, request_id],
        )
        .await?;
        self.after_commit(|| OUTBOX_GREW.notify_one());
        Ok(())
    }

    /// [`publish`](Self::publish) for many events, each with the id of the request it comes from.
    pub async fn publish_all<E: Event>(&mut self, events: &[(E, Option<String>)]) -> Result<()> {
        let now = self.now();
        let mut rows = Vec::with_capacity(events.len());
        for (event, request_id) in events {
            let body = serde_json::to_string(event).map_err(Error::internal)?;
            let id = self.mint().mint("evt");
            rows.push(params![id, E::KIND, event.aggregate(), body, now, request_id.as_deref()].to_vec());
        }
        let columns = [
            ("id", Holds::Text),
            ("kind", Holds::Text),
            ("aggregate", Holds::Text),
            ("body", Holds::Json),
            ("at", Holds::Int),
            ("request_id", Holds::Text),
        ];
        self.insert_all("platform_outbox", &columns, &rows).await?;
        self.after_commit(|| OUTBOX_GREW.notify_one());
        Ok(())
    }
}

/// Wakes the relay of this process; it also looks by itself, for rows another process wrote.
static OUTBOX_GREW: Notify = Notify::const_new();

/// What a reaction does: its effects commit together with the removal of the event, so they happen exactly once.
/// It must not wait for anything but the database; work that must is a job.
pub type Reaction = Arc<dyn for<'t> Fn(&'t mut Tx, &'t Delivery) -> TxFuture<'t, ()> + Send + Sync>;

/// Who reacts to what; filled in `wiring.rs`, one line a reaction.
#[derive(Clone, Default)]
pub struct Reactions {
    list: Arc<Vec<(&'static str, &'static str, Reaction)>>,
}

impl Reactions {
    /// Registers a reaction: `name` is the consumer's, which never changes; `E` is what it reacts to.
    pub fn on<E: Event>(
        &mut self,
        name: &'static str,
        reaction: impl for<'t> Fn(&'t mut Tx, E) -> TxFuture<'t, ()> + Send + Sync + 'static,
    ) {
        let reaction = Arc::new(reaction);
        self.on_kind(
            E::KIND,
            name,
            Arc::new(move |tx, delivery| {
                let reaction = Arc::clone(&reaction);
                Box::pin(async move { reaction(tx, delivery.read::<E>()?).await })
            }),
        );
    }

    /// Registers a reaction to events of this kind as they travel, for whoever hands them on and does not ask what is in them.
    pub fn on_kind(&mut self, kind: &'static str, name: &'static str, reaction: Reaction) {
        // Behind a broker, what a consumer has had is known by its name and the event.
        let is_new = self.list.iter().all(|(other_kind, other, _)| *other_kind != kind || *other != name);
        assert!(is_new, "two reactions to {kind} are called {name:?}");
        Arc::make_mut(&mut self.list).push((kind, name, reaction));
    }
}

/// After so many failures an event is set aside with its error in the log, so that those behind it are not held up.
const ATTEMPTS_MAX: i64 = 10;
/// How many events are delivered in one transaction.
const BATCH: u64 = 200;

/// Code of the error that has a batch delivered again, one event at a time.
const REFUSED: &str = "event_refused";

/// What becomes of a batch in which a reaction fails.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Care {
    /// Nothing of it is kept. Almost always all goes well, and keeping each event's work apart costs more than the work.
    AllTogether,
    /// What came before the failure is kept, and the failure is counted.
    OneByOne,
}

/// How often an event may come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comes {
    /// Once: its row is removed with the effects.
    Once,
    /// Again and again: what a consumer has had is noted with the effects.
    Repeatedly,
}

/// Lets the consumers react with this care; what they did for an event that one of them refuses is undone.
async fn react(tx: &mut Tx, reactions: &Reactions, delivery: &Arc<Delivery>, comes: Comes, care: Care) -> Result<()> {
    if care == Care::AllTogether {
        let refused = |error| Error::conflict("An event was refused").code(REFUSED).caused_by(format!("{error:?}"));
        return react_to(tx, reactions, delivery, comes).await.map_err(refused);
    }
    let (reactions, delivery) = (reactions.clone(), Arc::clone(delivery));
    tx.attempt(move |tx| Box::pin(async move { react_to(tx, &reactions, &delivery, comes).await })).await
}

async fn react_to(tx: &mut Tx, reactions: &Reactions, delivery: &Delivery, comes: Comes) -> Result<()> {
    let outer = tx.request_id.take();
    tx.request_id.clone_from(&delivery.request_id);
    let mut outcome = Ok(());
    for (kind, name, reaction) in reactions.list.iter() {
        if *kind == delivery.kind && outcome.is_ok() {
            outcome = async {
                match comes == Comes::Once || delivered::note(tx, name, &delivery.id).await? {
                    true => reaction(tx, delivery).await,
                    false => Ok(()),
                }
            }
            .await;
            if outcome.is_err() {
                tracing::warn!(consumer = name, "this consumer refused the event");
            }
        }
    }
    tx.request_id = outer;
    outcome
}

/// The next batch of what waits in the outbox, in order.
async fn next_batch(tx: &mut Tx) -> Result<Vec<Delivery>> {
    tx.query(
        "SELECT position, id, kind, aggregate, body, at, request_id, attempts FROM platform_outbox
         WHERE attempts < $1 ORDER BY position LIMIT $2",
        params![ATTEMPTS_MAX, BATCH],
        |row| {
            Ok(Delivery {
                position: row.int(0)?,
                id: row.text(1)?,
                kind: row.text(2)?,
                aggregate: row.text(3)?,
                body: RawValue::from_string(row.text(4)?).map_err(Error::internal)?,
                at: row.time(5)?,
                request_id: row.opt_text(6)?,
                attempts: row.int(7)?,
            })
        },
    )
    .await
}

/// An event has left the outbox.
async fn remove(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    tx.run("DELETE FROM platform_outbox WHERE position = $1", params![delivery.position]).await
}

/// An event could not be handed on once more.
async fn count_failure(tx: &mut Tx, delivery: &Delivery) -> Result<()> {
    let sql = "UPDATE platform_outbox SET attempts = attempts + 1 WHERE position = $1";
    tx.run(sql, params![delivery.position]).await
}

/// When the event that has waited longest in a database's outbox became true.
pub async fn oldest(db: &Db) -> Result<Option<Timestamp>> {
    db.read_own(|tx| {
        Box::pin(async move {
            let sql = "SELECT at FROM platform_outbox WHERE attempts < $1 ORDER BY position LIMIT 1";
            tx.query_one(sql, params![ATTEMPTS_MAX], |row| row.time(0)).await
        })
    })
    .await
}

/// How many events wait in a database's outbox.
pub async fn waiting(db: &Db) -> Result<i64> {
    db.read_own(|tx| {
        Box::pin(async move {
            tx.number("SELECT COUNT(*) FROM platform_outbox WHERE attempts < $1", &[Param::from(ATTEMPTS_MAX)]).await
        })
    })
    .await
}

/// What an audit wants to know of an outbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutboxBook {
    /// How many events wait.
    pub waiting: i64,
    /// How many of them have waited since before the moment asked about.
    pub overdue: i64,
    /// How many were set aside because a consumer refused them each time.
    pub refused: i64,
}

/// The outbox as an audit sees it: what has waited since before this moment is overdue.
pub async fn book(tx: &mut Tx, before: Timestamp) -> Result<OutboxBook> {
    let max = Param::from(ATTEMPTS_MAX);
    let waiting =
        tx.number("SELECT COUNT(*) FROM platform_outbox WHERE attempts < $1", std::slice::from_ref(&max)).await?;
    let overdue = "SELECT COUNT(*) FROM platform_outbox WHERE attempts < $1 AND at < $2";
    let overdue = tx.number(overdue, &[max.clone(), before.into()]).await?;
    let refused = tx.number("SELECT COUNT(*) FROM platform_outbox WHERE attempts >= $1", &[max]).await?;
    Ok(OutboxBook { waiting, overdue, refused })
}
