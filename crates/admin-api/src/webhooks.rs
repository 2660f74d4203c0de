//! Webhooks: which programs are told of which events, and what became of it. Routes of our own: the peer has nothing like them.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::time;
use tradewind_http::{Json, PathId, Sent};
use tradewind_kernel::{Error, Paging, Result, Secret, Timestamp};
use tradewind_outreach::{
    Delivery, DeliveryQuery, DeliveryState, Endpoint, EndpointChange, NewEndpoint, OLD_SECRET_SECONDS, Wants,
};

use crate::AdminState;

/// How many deliveries are listed where nothing else is asked for, and at most.
const LISTED: u64 = 20;
const LISTED_MAX: u64 = 100;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/webhooks", get(all).post(create))
        .route("/admin/webhooks/{id}", get(one).post(update).delete(delete))
        .route("/admin/webhooks/{id}/enable", post(enable))
        .route("/admin/webhooks/{id}/disable", post(disable))
        .route("/admin/webhooks/{id}/rotate-secret", post(rotate_secret))
        .route("/admin/webhooks/{id}/deliveries", get(deliveries))
        .route("/admin/webhooks/{id}/replay", post(replay))
        .route("/admin/webhooks/{id}/test", post(test))
}

/// An endpoint that is to be. Without `events` it is told of all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    url: String,
    #[serde(default)]
    description: String,
    events: Option<Vec<String>>,
}

/// What becomes of an endpoint. `"events": null` has it told of all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookChange {
    url: Option<String>,
    description: Option<String>,
    #[serde(default, deserialize_with = "change")]
    events: Change<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Disabling {
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotation {
    keep_old_seconds: Option<i64>,
}

/// What is sent again: one event, or everything since.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    event_id: Option<String>,
    since: Option<String>,
    state: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Look {
    state: Option<String>,
    limit: Option<u64>,
    offset: Option<u64>,
}

/// A body without anything in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn wants(events: Option<Vec<String>>) -> Wants {
    events.map_or(Wants::All, Wants::Kinds)
}

async fn all(State(state): State<AdminState>) -> Answer {
    let shown: Vec<Value> = state.webhooks.endpoints().await?.iter().map(|endpoint| shown(endpoint, None)).collect();
    Ok(Json::object(|answer| {
        answer.always("webhooks", &shown);
        answer.always("count", shown.len());
        answer.always("events", state.webhooks.kinds().iter().map(|kind| (*kind).to_owned()).collect::<Vec<String>>());
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    Ok(answer(&state.webhooks.endpoint(&id).await?, None))
}

async fn create(State(state): State<AdminState>, Sent(body): Sent<NewWebhook>) -> Answer {
    let new = NewEndpoint { url: body.url, description: body.description, wants: wants(body.events) };
    let (made, secret) = state.webhooks.create(new).await?;
    Ok(answer(&made, Some(&secret)))
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, Sent(body): Sent<WebhookChange>) -> Answer {
    let change = EndpointChange { url: body.url, description: body.description, wants: body.events.map(wants) };
    Ok(answer(&state.webhooks.update(&id, change).await?, None))
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.webhooks.delete(&id).await?;
    Ok(Json::deleted(&id, "webhook").into_response())
}

async fn enable(State(state): State<AdminState>, PathId(id): PathId, Sent(Nothing {}): Sent<Nothing>) -> Answer {
    Ok(answer(&state.webhooks.enable(&id).await?, None))
}

async fn disable(State(state): State<AdminState>, PathId(id): PathId, Sent(body): Sent<Disabling>) -> Answer {
    let reason = body.reason.unwrap_or_else(|| "Staff disabled it".to_owned());
    Ok(answer(&state.webhooks.disable(&id, &reason).await?, None))
}

async fn rotate_secret(State(state): State<AdminState>, PathId(id): PathId, Sent(body): Sent<Rotation>) -> Answer {
    let keep_old_seconds = body.keep_old_seconds.unwrap_or(OLD_SECRET_SECONDS);
    let (rotated, secret) = state.webhooks.rotate_secret(&id, keep_old_seconds).await?;
    Ok(answer(&rotated, Some(&secret)))
}

async fn deliveries(
    State(state): State<AdminState>,
    PathId(id): PathId,
    look: Result<Query<Look>, QueryRejection>,
) -> Answer {
    let Query(look) = look.map_err(|_| Error::invalid("query", "Deliveries are listed by state, limit and offset"))?;
    let paging = Paging { offset: look.offset.unwrap_or(0), limit: look.limit.unwrap_or(LISTED).min(LISTED_MAX) };
    let query = DeliveryQuery { state: look.state.as_deref().map(DeliveryState::named).transpose()?, paging };
    let page = state.webhooks.deliveries(&id, query).await?;
    let shown: Vec<Value> = page.items.iter().map(shown_delivery).collect();
    Ok(Json::object(|answer| {
        answer.always("deliveries", &shown);
        answer.always("count", page.count);
        answer.always("offset", paging.offset);
        answer.always("limit", paging.limit);
    })
    .into_response())
}

async fn replay(State(state): State<AdminState>, PathId(id): PathId, Sent(body): Sent<Replay>) -> Answer {
    let replayed = match (body.event_id, body.since) {
        (Some(event_id), None) if body.state.is_none() => {
            state.webhooks.replay(&id, &event_id).await?;
            1
        }
        (None, Some(since)) => {
            let since: Timestamp = since
                .parse()
                .map_err(|_| Error::invalid("since", "since: this is no moment such as 2026-11-23T12:00:00Z"))?;
            let state_of = body.state.as_deref().map(DeliveryState::named).transpose()?;
            state.webhooks.replay_since(&id, since, state_of).await?
        }
        _ => {
            let text =
                "Say what is sent again: either event_id, or since, with a state where only those in it are meant";
            return Err(Error::invalid("since", text).into());
        }
    };
    Ok(Json::object(|answer| {
        answer.always("webhook_id", &id);
        answer.always("replayed", replayed);
    })
    .into_response())
}

async fn test(State(state): State<AdminState>, PathId(id): PathId, Sent(Nothing {}): Sent<Nothing>) -> Answer {
    state.webhooks.test(&id).await?;
    Ok(answer(&state.webhooks.endpoint(&id).await?, None))
}

/// An endpoint as an answer. What holds a secret is kept by nobody on the way.
fn answer(endpoint: &Endpoint, secret: Option<&Secret>) -> Response {
    let mut response = Json::object(|answer| answer.always("webhook", shown(endpoint, secret))).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn shown(endpoint: &Endpoint, secret: Option<&Secret>) -> Value {
    let mut shown = json!({
        "id": endpoint.id,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": match &endpoint.wants {
            Wants::All => Value::Null,
            Wants::Kinds(kinds) => json!(kinds),
        },
        "enabled": endpoint.enabled,
        "disabled_at": endpoint.disabled_at.map(time),
        "disabled_reason": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since.map(time),
        "created_at": time(endpoint.created_at),
        "updated_at": time(endpoint.updated_at),
    });
    if let Some(secret) = secret {
        shown["secret"] = Value::from(secret.expose());
    }
    shown
}

fn shown_delivery(delivery: &Delivery) -> Value {
    let waits = delivery.state == DeliveryState::Waiting;
    let attempts: Vec<Value> = delivery
        .log
        .iter()
        .map(|attempt| {
            json!({
                "at": time(attempt.at),
                "duration_ms": attempt.duration_ms,
                "status": attempt.status,
                "reason": attempt.reason,
                "answer": attempt.answer,
            })
        })
        .collect();
    json!({
        "event_id": delivery.event_id,
        "event": delivery.kind,
        "state": delivery.state.name(),
        "tries": delivery.attempts,
        "next_at": waits.then(|| time(delivery.next_at)),
        "reason": delivery.reason,
        "created_at": time(delivery.created_at),
        "settled_at": delivery.settled_at.map(time),
        "attempts": attempts,
    })
}
