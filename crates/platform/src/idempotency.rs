//! Idempotency keys: a row that is claimed before a request's work, marked in the transaction of its effect, and answered
//! from afterwards.

use std::future::Future;
use std::sync::Arc;

use tradewind_kernel::{Error, Result, Timestamp};

use crate::db::{Change, Db, Holds, Param, Row, Tx};
use crate::params;
use crate::sweep::remove_due;

/// How long a key is remembered.
const KEPT_SECONDS: i64 = 24 * 3600;

tokio::task_local! {
    static CLAIM: Arc<Claim>;
}

/// The rows of the keys. Cheap to clone.
#[derive(Clone)]
pub struct IdempotencyKeys {
    db: Db,
    lease_seconds: i64,
}

/// The right to do what a key stands for, until its lease runs out and somebody else takes it over.
#[derive(Debug)]
pub struct Claim {
    id: String,
    holder: String,
}

/// An answer as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptAnswer {
    /// The status code.
    pub status: u16,
    /// The type of the body.
    pub content_type: Option<String>,
    /// The body.
    pub body: String,
}

/// What claiming a key came to.
#[derive(Debug)]
pub enum Claiming {
    /// The work is the caller's to do, within [`Claim::scope`], and to [finish](IdempotencyKeys::finish).
    Claimed(Arc<Claim>),
    /// Somebody is at it.
    InFlight,
    /// The key stands for another request.
    OtherRequest,
    /// It was done, and answered with this.
    Answered(KeptAnswer),
    /// It was done, at least in part, and what it was answered with is not known.
    AnswerLost,
}

struct Known {
    fingerprint: String,
    state: String,
    leased_until: i64,
    expires_at: i64,
    answer: Option<KeptAnswer>,
}

impl IdempotencyKeys {
    /// The keys in this database, which must be the one that the requests' effects go to. A claim may be taken over when
    /// its holder has not finished after so many seconds.
    #[must_use]
    pub fn new(db: Db, lease_seconds: i64) -> Self {
        Self { db, lease_seconds }
    }

    /// Claims the key with this id for a request with this fingerprint. `may_repeat`: the request may be made again although
    /// it had its effect, because it answers with what is there by then.
    pub async fn claim(&self, id: &str, fingerprint: &str, may_repeat: bool) -> Result<Claiming> {
        // Most repetitions are answered without the write lane.
        let asked = id.to_owned();
        let (known, now) =
            self.db.read_own(move |tx| Box::pin(async move { Ok((row_of(tx, &asked).await?, tx.now())) })).await?;
        if let Some(outcome) = settled(known, fingerprint, may_repeat, now) {
            return Ok(outcome);
        }
        let (id, fingerprint, lease_seconds) = (id.to_owned(), fingerprint.to_owned(), self.lease_seconds);
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let now = tx.now();
                    if let Some(outcome) = settled(row_of(tx, &id).await?, &fingerprint, may_repeat, now) {
                        return Ok(outcome);
                    }
                    let claim = Claim { holder: tx.mint().mint("idem"), id };
                    store_claim(tx, &claim, &fingerprint, now.plus_seconds(lease_seconds)).await?;
                    Ok(Claiming::Claimed(Arc::new(claim)))
                })
            })
            .await
    }

    /// Keeps the answer; without one, gives the key back where nothing came of the request, and leaves the row saying so
    /// where something did. Does nothing for a claim that was taken over.
    pub async fn finish(&self, claim: &Claim, answer: Option<KeptAnswer>) -> Result<()> {
        let (id, holder) = (claim.id.clone(), claim.holder.clone());
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(answer) = answer else {
                        tx.execute(
                            "DELETE FROM platform_idempotency WHERE id = $1 AND claim = $2 AND state = 'claimed'",
                            params![&id, &holder],
                        )
                        .await?;
                        tx.execute(
                            "UPDATE platform_idempotency SET leased_until = 0 WHERE id = $1 AND claim = $2",
                            params![&id, &holder],
                        )
                        .await?;
                        return Ok(());
                    };
                    tx.execute(
                        "UPDATE platform_idempotency SET state = 'done', status = $1, content_type = $2, body = $3
                         WHERE id = $4 AND claim = $5",
                        params![i64::from(answer.status), answer.content_type, answer.body, &id, &holder],
                    )
                    .await?;
                    Ok(())
                })
            })
            .await
    }
}

/// Removes keys whose time has run out; returns how many.
pub async fn sweep(db: &Db) -> Result<u64> {
    remove_due(db, "platform_idempotency", "expires_at").await
}

impl Claim {
    /// Does the work of a claim: what it writes commits together with the mark that it was done, and only while the claim
    /// is held.
    pub async fn scope<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        CLAIM.scope(self, work).await
    }

    /// The claim whose work is being done, where one is.
    pub(crate) fn current() -> Option<Arc<Self>> {
        CLAIM.try_with(Arc::clone).ok()
    }

    /// Marks, in the transaction of the effects of several, that they happened.
    pub(crate) async fn mark_all(tx: &mut Tx, claims: &[Arc<Self>]) -> Result<()> {
        let change = Change {
            table: "platform_idempotency",
            set: "state = 'committed'",
            condition: "own.id = given.id AND own.claim = given.claim",
        };
        let rows: Vec<_> = claims.iter().map(|one| vec![Param::from(&one.id), Param::from(&one.holder)]).collect();
        tx.change_all(change, &[("id", Holds::Text), ("claim", Holds::Text)], &rows, taken_over).await
    }

    /// Marks, in the transaction of the effect, that it happened.
    pub(crate) async fn mark(&self, tx: &mut Tx) -> Result<()> {
        tx.change_one(
            "UPDATE platform_idempotency SET state = 'committed' WHERE id = $1 AND claim = $2",
            params![&self.id, &self.holder],
            taken_over,
        )
        .await
    }
}

fn taken_over() -> Error {
    Error::conflict("This took too long, and the same request was begun anew meanwhile")
}

/// What the row says, where it says anything but that the key is free.
fn settled(known: Option<Known>, fingerprint: &str, may_repeat: bool, now: Timestamp) -> Option<Claiming> {
    let known = known.filter(|known| known.expires_at > now.0)?;
    if known.fingerprint != fingerprint {
        return Some(Claiming::OtherRequest);
    }
    match (known.state.as_str(), known.answer) {
        ("done", Some(answer)) => Some(Claiming::Answered(answer)),
        _ if known.leased_until > now.0 => Some(Claiming::InFlight),
        ("claimed", _) => None,
        _ if may_repeat => None,
        _ => Some(Claiming::AnswerLost),
    }
}

async fn row_of(tx: &mut Tx, id: &str) -> Result<Option<Known>> {
    tx.query_one(
        "SELECT fingerprint, state, leased_until, expires_at, status, content_type, body
         FROM platform_idempotency WHERE id = $1",
        params![id],
        read,
    )
    .await
}

fn read(row: &Row<'_>) -> Result<Known> {
    let answer = match (row.opt_int(4)?, row.opt_text(6)?) {
        (Some(status), Some(body)) => Some(KeptAnswer {
            status: u16::try_from(status).map_err(Error::internal)?,
            content_type: row.opt_text(5)?,
            body,
        }),
        _ => None,
    };
    Ok(Known {
        fingerprint: row.text(0)?,
        state: row.text(1)?,
        leased_until: row.int(2)?,
        expires_at: row.int(3)?,
        answer,
    })
}

async fn store_claim(tx: &mut Tx, claim: &Claim, fingerprint: &str, leased_until: Timestamp) -> Result<()> {
    let expires_at = tx.now().plus_seconds(KEPT_SECONDS);
    tx.execute(
        "INSERT INTO platform_idempotency (id, fingerprint, state, claim, leased_until, expires_at)
         VALUES ($1, $2, 'claimed', $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state,
             claim = excluded.claim, leased_until = excluded.leased_until, expires_at = excluded.expires_at,
             status = NULL, content_type = NULL, body = NULL",
        params![&claim.id, fingerprint, &claim.holder, leased_until, expires_at],
    )
    .await?;
    Ok(())
}
