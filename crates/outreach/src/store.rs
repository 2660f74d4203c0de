//! All SQL of the webhooks: endpoints, deliveries, attempts. Whoever sends holds a delivery by the moment it moved `next_at` to.

use tradewind_kernel::{Error, Page, Result, Secret, Timestamp};
use tradewind_platform::db::{Row, Tx, json_list};
use tradewind_platform::params;

use crate::error::{no_such_endpoint, too_many};
use crate::model::{
    Attempt, Delivery, DeliveryQuery, DeliveryState, ENDPOINTS_MAX, Endpoint, EndpointChange, Keys, NewEndpoint, Wants,
};

/// How many rows one transaction changes or removes, so that it does not hold up the write lane.
const ROWS_MAX: i64 = 500;

const ENDPOINT: &str = "SELECT id, url, description, wants_all, enabled, disabled_at, disabled_reason, failing_since, \
                        created_at, updated_at FROM outreach_webhook_endpoint";

/// A delivery that is this process's to send, until the moment it is held to.
pub(crate) struct Held {
    pub(crate) event_id: String,
    pub(crate) body: String,
    pub(crate) attempts: i64,
    pub(crate) until: Timestamp,
}

/// What is due for an endpoint, and where it goes.
pub(crate) struct Batch {
    pub(crate) url: String,
    pub(crate) keys: Keys,
    pub(crate) held: Vec<Held>,
}

/// How a delivery goes on.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    Delivered,
    Again { at: Timestamp, reason: String },
    Dead { reason: String },
}

fn endpoint_of(row: &Row<'_>) -> Result<Endpoint> {
    Ok(Endpoint {
        id: row.text(0)?,
        url: row.text(1)?,
        description: row.text(2)?,
        wants: if row.bool(3)? { Wants::All } else { Wants::Kinds(Vec::new()) },
        enabled: row.bool(4)?,
        disabled_at: row.opt_int(5)?.map(Timestamp),
        disabled_reason: row.opt_text(6)?,
        failing_since: row.opt_int(7)?.map(Timestamp),
        created_at: row.time(8)?,
        updated_at: row.time(9)?,
    })
}

pub(crate) async fn endpoints(tx: &mut Tx) -> Result<Vec<Endpoint>> {
    let sql = format!("{ENDPOINT} ORDER BY created_at, id");
    let mut found = tx.query(&sql, &[], endpoint_of).await?;
    let sql = "SELECT endpoint_id, kind FROM outreach_webhook_kind ORDER BY endpoint_id, kind";
    for (endpoint_id, kind) in tx.query(sql, &[], |row| Ok((row.text(0)?, row.text(1)?))).await? {
        for endpoint in found.iter_mut().filter(|endpoint| endpoint.id == endpoint_id) {
            if let Wants::Kinds(kinds) = &mut endpoint.wants {
                kinds.push(kind.clone());
            }
        }
    }
    Ok(found)
}

pub(crate) async fn endpoint(tx: &mut Tx, id: &str) -> Result<Endpoint> {
    let sql = format!("{ENDPOINT} WHERE id = $1");
    let found = tx.query_one(&sql, params![id], endpoint_of).await?;
    let mut found = found.ok_or_else(|| no_such_endpoint(id))?;
    if let Wants::Kinds(kinds) = &mut found.wants {
        let sql = "SELECT kind FROM outreach_webhook_kind WHERE endpoint_id = $1 ORDER BY kind";
        *kinds = tx.query(sql, params![id], |row| row.text(0)).await?;
    }
    Ok(found)
}

pub(crate) async fn insert_endpoint(tx: &mut Tx, id: &str, new: &NewEndpoint, secret: &Secret) -> Result<()> {
    if tx.number("SELECT COUNT(*) FROM outreach_webhook_endpoint", &[]).await? >= ENDPOINTS_MAX {
        return Err(too_many());
    }
    let now = tx.now();
    tx.run(
        "INSERT INTO outreach_webhook_endpoint (id, url, description, wants_all, enabled, secret, old_secrets, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, '[]', $7, $8)",
        params![id, &new.url, &new.description, new.wants == Wants::All, true, secret.expose(), now, now],
    )
    .await?;
    set_kinds(tx, id, &new.wants).await
}

async fn set_kinds(tx: &mut Tx, id: &str, wants: &Wants) -> Result<()> {
    tx.execute("DELETE FROM outreach_webhook_kind WHERE endpoint_id = $1", params![id]).await?;
    let Wants::Kinds(kinds) = wants else { return Ok(()) };
    for kind in kinds {
        let sql = "INSERT INTO outreach_webhook_kind (endpoint_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        tx.execute(sql, params![id, kind]).await?;
    }
    Ok(())
}

pub(crate) async fn update_endpoint(tx: &mut Tx, id: &str, change: &EndpointChange) -> Result<()> {
    let now = tx.now();
    let wants_all = change.wants.as_ref().map(|wants| *wants == Wants::All);
    let changed = tx
        .execute(
            "UPDATE outreach_webhook_endpoint SET url = COALESCE(CAST($1 AS TEXT), url),
                description = COALESCE(CAST($2 AS TEXT), description),
                wants_all = COALESCE(CAST($3 AS BOOLEAN), wants_all), updated_at = $4
             WHERE id = $5",
            params![change.url.as_deref(), change.description.as_deref(), wants_all, now, id],
        )
        .await?;
    if changed == 0 {
        return Err(no_such_endpoint(id));
    }
    match &change.wants {
        Some(wants) => set_kinds(tx, id, wants).await,
        None => Ok(()),
    }
}

/// Removes an endpoint: it is told of nothing more. What was collected for it goes by [`remove_of_endpoint`].
pub(crate) async fn delete_endpoint(tx: &mut Tx, id: &str) -> Result<()> {
    if tx.execute("DELETE FROM outreach_webhook_endpoint WHERE id = $1", params![id]).await? == 0 {
        return Err(no_such_endpoint(id));
    }
    tx.execute("DELETE FROM outreach_webhook_kind WHERE endpoint_id = $1", params![id]).await?;
    Ok(())
}

/// Removes some of what was collected for an endpoint; returns how many rows went.
pub(crate) async fn remove_of_endpoint(tx: &mut Tx, id: &str) -> Result<u64> {
    let deliveries = tx
        .execute(
            "DELETE FROM outreach_webhook_delivery WHERE endpoint_id = $1 AND event_id IN
                (SELECT event_id FROM outreach_webhook_delivery WHERE endpoint_id = $1 LIMIT $2)",
            params![id, ROWS_MAX],
        )
        .await?;
    let attempts = tx
        .execute(
            "DELETE FROM outreach_webhook_attempt WHERE id IN
                (SELECT id FROM outreach_webhook_attempt WHERE endpoint_id = $1 LIMIT $2)",
            params![id, ROWS_MAX],
        )
        .await?;
    Ok(deliveries + attempts)
}

pub(crate) async fn enable(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "UPDATE outreach_webhook_endpoint
               SET enabled = $1, disabled_at = NULL, disabled_reason = NULL, failing_since = NULL WHERE id = $2";
    match tx.execute(sql, params![true, id]).await? {
        0 => Err(no_such_endpoint(id)),
        _ => Ok(()),
    }
}

/// Disables an endpoint; whether it was enabled until now, and so has to be told of.
pub(crate) async fn disable(tx: &mut Tx, id: &str, reason: &str) -> Result<bool> {
    let now = tx.now();
    let sql = "UPDATE outreach_webhook_endpoint SET enabled = $1, disabled_at = $2, disabled_reason = $3
               WHERE id = $4 AND enabled = $5";
    Ok(tx.execute(sql, params![false, now, reason, id, true]).await? > 0)
}

pub(crate) async fn keys(tx: &mut Tx, id: &str) -> Result<Keys> {
    let sql = "SELECT secret, old_secrets FROM outreach_webhook_endpoint WHERE id = $1";
    let found = tx.query_one(sql, params![id], |row| keys_of(row, 0)).await?;
    found.ok_or_else(|| no_such_endpoint(id))
}

fn keys_of(row: &Row<'_>, at: usize) -> Result<Keys> {
    Ok(Keys { newest: Secret::new(row.text(at)?), old: row.json(at + 1)? })
}

pub(crate) async fn set_keys(tx: &mut Tx, id: &str, keys: &Keys) -> Result<()> {
    let (now, old) = (tx.now(), serde_json::to_string(&keys.old).map_err(Error::internal)?);
    let sql = "UPDATE outreach_webhook_endpoint SET secret = $1, old_secrets = $2, updated_at = $3 WHERE id = $4";
    tx.execute(sql, params![keys.newest.expose(), old, now, id]).await?;
    Ok(())
}

/// An event is to go to every endpoint that wants it, or to this one alone; once to each, however often it comes.
pub(crate) async fn collect(tx: &mut Tx, event_id: &str, kind: &str, body: &str, only: Option<&str>) -> Result<()> {
    let now = tx.now();
    tx.run(
        "INSERT INTO outreach_webhook_delivery (endpoint_id, event_id, kind, body, state, attempts, next_at, created_at)
         SELECT endpoint.id, CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), 'waiting', 0,
                CAST($4 AS BIGINT), CAST($4 AS BIGINT)
         FROM outreach_webhook_endpoint AS endpoint
         WHERE endpoint.id = CAST($5 AS TEXT) OR (CAST($5 AS TEXT) IS NULL AND (endpoint.wants_all
            OR EXISTS (SELECT 1 FROM outreach_webhook_kind AS wanted
                       WHERE wanted.endpoint_id = endpoint.id AND wanted.kind = CAST($2 AS TEXT))))
         ON CONFLICT (endpoint_id, event_id) DO NOTHING",
        params![event_id, kind, body, now, only],
    )
    .await
}

/// The endpoints that are told at present, each with whether something is due for it. It is one SELECT.
pub(crate) async fn due(tx: &mut Tx) -> Result<Vec<(String, bool)>> {
    let now = tx.now();
    tx.query(
        "SELECT endpoint.id, EXISTS (SELECT 1 FROM outreach_webhook_delivery AS delivery
            WHERE delivery.endpoint_id = endpoint.id AND delivery.state = 'waiting' AND delivery.next_at <= $1)
         FROM outreach_webhook_endpoint AS endpoint WHERE endpoint.enabled = $2",
        params![now, true],
        |row| Ok((row.text(0)?, row.bool(1)?)),
    )
    .await
}

/// Takes up to `room` of what is due for an endpoint, to be sent before `until`: nobody else takes these until then. Nothing is taken
/// for an endpoint that is disabled or gone.
pub(crate) async fn take(tx: &mut Tx, id: &str, room: i64, until: Timestamp) -> Result<Option<Batch>> {
    let now = tx.now();
    let sql = "SELECT url, secret, old_secrets FROM outreach_webhook_endpoint WHERE id = $1 AND enabled = $2";
    let Some((url, keys)) = tx.query_one(sql, params![id, true], |row| Ok((row.text(0)?, keys_of(row, 1)?))).await?
    else {
        return Ok(None);
    };
    let sql = format!(
        "UPDATE outreach_webhook_delivery SET next_at = $1
         WHERE endpoint_id = $2 AND event_id IN (SELECT event_id FROM outreach_webhook_delivery
            WHERE endpoint_id = $2 AND state = 'waiting' AND next_at <= $3
            ORDER BY next_at, event_id LIMIT $4 {})
         RETURNING event_id, body, attempts",
        tx.dialect().skip_locked()
    );
    let held = tx
        .query(&sql, params![until, id, now, room], |row| {
            Ok(Held { event_id: row.text(0)?, body: row.text(1)?, attempts: row.int(2)?, until })
        })
        .await?;
    Ok(Some(Batch { url, keys, held }))
}

/// Notes what came of an attempt. Where the delivery is not held by this process any more (somebody replayed it, or took it over), it
/// is left as it is; whether it still was.
pub(crate) async fn settle(
    tx: &mut Tx,
    id: &str,
    held: (&str, Timestamp),
    attempt: &Attempt,
    outcome: &Outcome,
) -> Result<bool> {
    let (event_id, until) = held;
    let attempt_id = tx.mint().mint("whatt");
    tx.run(
        "INSERT INTO outreach_webhook_attempt (id, endpoint_id, event_id, at, duration_ms, status, reason, answer)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            attempt_id,
            id,
            event_id,
            attempt.at,
            attempt.duration_ms,
            attempt.status.map(i64::from),
            attempt.reason.as_deref(),
            &attempt.answer
        ],
    )
    .await?;
    let now = tx.now();
    let (state, next_at, reason, settled_at) = match outcome {
        Outcome::Delivered => (DeliveryState::Delivered, now, None, Some(now)),
        Outcome::Again { at, reason } => (DeliveryState::Waiting, *at, Some(reason.as_str()), None),
        Outcome::Dead { reason } => (DeliveryState::Dead, now, Some(reason.as_str()), Some(now)),
    };
    let changed = tx
        .execute(
            "UPDATE outreach_webhook_delivery SET state = $1, next_at = $2, reason = $3, settled_at = $4, attempts = attempts + 1
             WHERE endpoint_id = $5 AND event_id = $6 AND state = 'waiting' AND next_at = $7",
            params![state.name(), next_at, reason, settled_at, id, event_id, until],
        )
        .await?;
    Ok(changed > 0)
}

/// An endpoint has answered well.
pub(crate) async fn note_success(tx: &mut Tx, id: &str) -> Result<()> {
    let sql = "UPDATE outreach_webhook_endpoint SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL";
    tx.execute(sql, params![id]).await?;
    Ok(())
}

/// An endpoint has not answered well; since when it has not. Nothing where it is gone.
pub(crate) async fn note_failure(tx: &mut Tx, id: &str) -> Result<Option<Timestamp>> {
    let now = tx.now();
    let sql = "UPDATE outreach_webhook_endpoint SET failing_since = $1 WHERE id = $2 AND failing_since IS NULL";
    tx.execute(sql, params![now, id]).await?;
    let sql = "SELECT failing_since FROM outreach_webhook_endpoint WHERE id = $1";
    let since = tx.query_one(sql, params![id], |row| row.opt_int(0)).await?;
    Ok(since.flatten().map(Timestamp))
}

/// Has one delivery sent again from the beginning; whether it is there.
pub(crate) async fn replay(tx: &mut Tx, id: &str, event_id: &str) -> Result<bool> {
    let now = tx.now();
    let changed = tx
        .execute(
            "UPDATE outreach_webhook_delivery SET state = 'waiting', attempts = 0, next_at = $1, reason = NULL, settled_at = NULL
             WHERE endpoint_id = $2 AND event_id = $3",
            params![now, id, event_id],
        )
        .await?;
    Ok(changed > 0)
}

/// Where a replay of many has come to.
#[derive(Clone, Default, Debug)]
pub(crate) struct Replayed {
    pub(crate) count: u64,
    /// The moment and the event of the last one.
    pub(crate) last: Option<(Timestamp, String)>,
}

/// Which deliveries of an endpoint are sent again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) since: Timestamp,
    pub(crate) until: Timestamp,
    pub(crate) state: Option<DeliveryState>,
}

/// Has some deliveries sent again, those behind the last one that was; the last one is none where none are left.
pub(crate) async fn replay_some(
    tx: &mut Tx,
    id: &str,
    span: Span,
    behind: Option<&(Timestamp, String)>,
) -> Result<Replayed> {
    let (at, event_id) = behind.map_or((span.since, ""), |(at, event_id)| (*at, event_id.as_str()));
    let mut found: Vec<(Timestamp, String)> = tx
        .query(
            "SELECT created_at, event_id FROM outreach_webhook_delivery
             WHERE endpoint_id = $1 AND (created_at > $2 OR (created_at = $2 AND event_id > $3)) AND created_at <= $4
               AND (CAST($5 AS TEXT) IS NULL OR state = CAST($5 AS TEXT))
             ORDER BY created_at, event_id LIMIT $6",
            params![id, at, event_id, span.until, span.state.map(DeliveryState::name), ROWS_MAX],
            |row| Ok((row.time(0)?, row.text(1)?)),
        )
        .await?;
    let ids: Vec<&str> = found.iter().map(|(_, event_id)| event_id.as_str()).collect();
    let now = tx.now();
    let sql = format!(
        "UPDATE outreach_webhook_delivery
         SET state = 'waiting', attempts = 0, next_at = $1, reason = NULL, settled_at = NULL
         WHERE endpoint_id = $2 AND {}",
        tx.dialect().in_list("event_id", "$3")
    );
    let count = tx.execute(&sql, params![now, id, json_list(&ids)]).await?;
    Ok(Replayed { count, last: found.pop() })
}

/// The deliveries of an endpoint with their attempts.
pub(crate) async fn deliveries(tx: &mut Tx, id: &str, query: DeliveryQuery) -> Result<Page<Delivery>> {
    let state = query.state.map(DeliveryState::name);
    let count = tx
        .number(
            "SELECT COUNT(*) FROM outreach_webhook_delivery
             WHERE endpoint_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = CAST($2 AS TEXT))",
            params![id, state],
        )
        .await?;
    let mut items = tx
        .query(
            "SELECT event_id, kind, state, attempts, next_at, reason, created_at, settled_at FROM outreach_webhook_delivery
             WHERE endpoint_id = $1 AND (CAST($2 AS TEXT) IS NULL OR state = CAST($2 AS TEXT))
             ORDER BY created_at DESC, event_id DESC LIMIT $3 OFFSET $4",
            params![id, state, query.paging.limit, query.paging.offset],
            |row| {
                Ok(Delivery {
                    event_id: row.text(0)?,
                    kind: row.text(1)?,
                    state: DeliveryState::named(&row.text(2)?).map_err(Error::internal)?,
                    attempts: row.int(3)?,
                    next_at: row.time(4)?,
                    reason: row.opt_text(5)?,
                    created_at: row.time(6)?,
                    settled_at: row.opt_int(7)?.map(Timestamp),
                    log: Vec::new(),
                })
            },
        )
        .await?;
    let ids: Vec<&str> = items.iter().map(|delivery: &Delivery| delivery.event_id.as_str()).collect();
    let sql = format!(
        "SELECT event_id, at, duration_ms, status, reason, answer FROM outreach_webhook_attempt
         WHERE endpoint_id = $1 AND {} ORDER BY at, id",
        tx.dialect().in_list("event_id", "$2")
    );
    let attempts = tx
        .query(&sql, params![id, json_list(&ids)], |row| {
            let attempt = Attempt {
                at: row.time(1)?,
                duration_ms: row.int(2)?,
                status: row.opt_int(3)?.and_then(|status| u16::try_from(status).ok()),
                reason: row.opt_text(4)?,
                answer: row.text(5)?,
            };
            Ok((row.text(0)?, attempt))
        })
        .await?;
    for (event_id, attempt) in attempts {
        if let Some(delivery) = items.iter_mut().find(|delivery| delivery.event_id == event_id) {
            delivery.log.push(attempt);
        }
    }
    Ok(Page { items, count: u64::try_from(count).unwrap_or(0) })
}

/// How many deliveries wait for each endpoint.
pub(crate) async fn waiting(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    tx.query(
        "SELECT endpoint.id, (SELECT COUNT(*) FROM outreach_webhook_delivery AS delivery
            WHERE delivery.endpoint_id = endpoint.id AND delivery.state = 'waiting')
         FROM outreach_webhook_endpoint AS endpoint ORDER BY endpoint.id",
        &[],
        |row| Ok((row.text(0)?, row.int(1)?)),
    )
    .await
}

/// Removes some deliveries and attempts from before this moment; returns how many rows went.
pub(crate) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let deliveries = tx
        .execute(
            "DELETE FROM outreach_webhook_delivery WHERE (endpoint_id, event_id) IN
                (SELECT endpoint_id, event_id FROM outreach_webhook_delivery
                 WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
            params![before, ROWS_MAX],
        )
        .await?;
    let attempts = tx
        .execute(
            "DELETE FROM outreach_webhook_attempt WHERE id IN
                (SELECT id FROM outreach_webhook_attempt WHERE at < $1 ORDER BY at LIMIT $2)",
            params![before, ROWS_MAX],
        )
        .await?;
    Ok(deliveries + attempts)
}
