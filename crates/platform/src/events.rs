//! Events: facts published in the transaction that makes them true, and the in-process relay that hands them on.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::{Notify, watch};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::db::{Db, Holds, OnlyOne, Param, Tx, TxFuture};
use crate::params;
use crate::wake::until_work_may_be_there;

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
        self.execute(
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
    /// Registers a reaction: `name` is the consumer's, for logs; `E` is what it reacts to.
    pub fn on<E: Event>(
        &mut self,
        name: &'static str,
        reaction: impl for<'t> Fn(&'t mut Tx, E) -> TxFuture<'t, ()> + Send + Sync + 'static,
    ) {
        let reaction = Arc::new(reaction);
        Arc::make_mut(&mut self.list).push((
            E::KIND,
            name,
            Arc::new(move |tx, delivery| {
                let reaction = Arc::clone(&reaction);
                Box::pin(async move { reaction(tx, delivery.read::<E>()?).await })
            }),
        ));
    }
}

/// After so many failures an event is set aside with its error in the log, so that those behind it are not held up.
const ATTEMPTS_MAX: i64 = 10;
/// How many events are delivered in one transaction.
const BATCH: u64 = 200;

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

async fn deliver_batch(tx: &mut Tx, reactions: &Reactions, care: Care) -> Result<u64> {
    // Two relays would do the same work, and one of them in vain; and each event of an aggregate follows the one before it.
    if !tx.is_alone_at(OnlyOne::Relay).await? {
        return Ok(0);
    }
    let waiting = tx
        .query(
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
        .await?;
    let mut left = 0;
    for delivery in waiting.into_iter().map(Arc::new) {
        let outcome = match care {
            Care::AllTogether => react(tx, reactions, &delivery).await,
            Care::OneByOne => attempt(tx, reactions, &delivery).await,
        };
        match outcome {
            Ok(()) => {
                let sql = "DELETE FROM platform_outbox WHERE position = $1";
                tx.execute(sql, params![delivery.position]).await?;
                left += 1;
            }
            Err(error) if care == Care::AllTogether => {
                return Err(Error::conflict("An event was refused").code(REFUSED).caused_by(format!("{error:?}")));
            }
            Err(error) => {
                tracing::error!(?error, event = %delivery.id, kind = %delivery.kind,
                    attempts = delivery.attempts + 1, "a reaction failed");
                let sql = "UPDATE platform_outbox SET attempts = attempts + 1 WHERE position = $1";
                tx.execute(sql, params![delivery.position]).await?;
                // Later events of the same aggregate wait for this one: stop here, look again.
                break;
            }
        }
    }
    Ok(left)
}

/// Lets the consumers react; what they did is undone where one of them fails.
async fn attempt(tx: &mut Tx, reactions: &Reactions, delivery: &Arc<Delivery>) -> Result<()> {
    let (reactions, delivery) = (reactions.clone(), Arc::clone(delivery));
    tx.attempt(|tx| Box::pin(async move { react(tx, &reactions, &delivery).await })).await
}

async fn react(tx: &mut Tx, reactions: &Reactions, delivery: &Delivery) -> Result<()> {
    let outer = tx.request_id.take();
    tx.request_id.clone_from(&delivery.request_id);
    let mut outcome = Ok(());
    for (kind, name, reaction) in reactions.list.iter() {
        if *kind == delivery.kind && outcome.is_ok() {
            outcome = reaction(tx, delivery).await;
            if outcome.is_err() {
                tracing::warn!(consumer = name, "this consumer refused the event");
            }
        }
    }
    tx.request_id = outer;
    outcome
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
