//! What staff sees of the outbox: what waits, and for whom.

use tradewind_kernel::{Result, Timestamp};

use super::{ATTEMPTS_MAX, Reactions};
use crate::db::Tx;
use crate::params;

/// An event that has not been handed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WaitingEvent {
    /// Its id.
    pub id: String,
    /// Its kind, as in [`Event::KIND`](super::Event::KIND).
    pub kind: String,
    /// The aggregate it is about.
    pub aggregate: String,
    /// When it became true.
    pub at: Timestamp,
    /// How often a consumer refused it.
    pub attempts: i64,
    /// Whether it was set aside, as a consumer refused it each time.
    pub is_refused: bool,
    /// The request it comes from.
    pub request_id: Option<String>,
}

/// The events that have not been handed on, the oldest first, at most so many.
pub async fn list(tx: &mut Tx, limit: u32) -> Result<Vec<WaitingEvent>> {
    let sql = "SELECT id, kind, aggregate, at, attempts, request_id FROM platform_outbox ORDER BY position LIMIT $1";
    tx.query(sql, params![limit], |row| {
        let attempts = row.int(4)?;
        Ok(WaitingEvent {
            id: row.text(0)?,
            kind: row.text(1)?,
            aggregate: row.text(2)?,
            at: row.time(3)?,
            attempts,
            is_refused: attempts >= ATTEMPTS_MAX,
            request_id: row.opt_text(5)?,
        })
    })
    .await
}

/// How far a consumer is behind what was published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lag {
    /// The consumer.
    pub consumer: &'static str,
    /// What it reacts to.
    pub kind: &'static str,
    /// How many events of that kind it has not had.
    pub waiting: i64,
    /// When the oldest of them became true.
    pub oldest: Option<Timestamp>,
}

/// How far each consumer is behind, in the order in which they are registered.
pub async fn lags(tx: &mut Tx, reactions: &Reactions) -> Result<Vec<Lag>> {
    let sql = "SELECT kind, COUNT(*), MIN(at) FROM platform_outbox WHERE attempts < $1 GROUP BY kind";
    let waiting = tx.query(sql, params![ATTEMPTS_MAX], |row| Ok((row.text(0)?, row.int(1)?, row.time(2)?))).await?;
    let lag = |(kind, consumer): (&'static str, &'static str)| {
        let own = waiting.iter().find(|(of, ..)| of == kind);
        Lag { consumer, kind, waiting: own.map_or(0, |own| own.1), oldest: own.map(|own| own.2) }
    };
    Ok(reactions.list.iter().map(|(kind, consumer, _)| lag((kind, consumer))).collect())
}
