//! `/health` and `/metrics`: what operators and their machines ask.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tradewind_kernel::{Clock, Result, Timestamp};
use tradewind_outreach::Webhooks;
use tradewind_platform::db::Db;
use tradewind_platform::jobs::{self, QueueView};
use tradewind_platform::{events, telemetry};

#[derive(Clone)]
struct Operations {
    db: Db,
    clock: Clock,
    webhooks: Webhooks,
    metrics: Option<PrometheusHandle>,
    /// The queues that jobs wait in.
    queues: Arc<BTreeSet<&'static str>>,
}

pub(crate) fn router(db: Db, clock: Clock, queues: BTreeSet<&'static str>, webhooks: Webhooks) -> Router {
    let state = Operations { db, clock, webhooks, metrics: metrics(), queues: Arc::new(queues) };
    Router::new().route("/health", get(health)).route("/metrics", get(render)).with_state(state)
}

/// "OK" when the shop can read its store.
async fn health(State(state): State<Operations>) -> Response {
    match state.db.read_own(|tx| Box::pin(async move { tx.number("SELECT 1", &[]).await })).await {
        Ok(_) => "OK".into_response(),
        Err(error) => {
            tracing::error!(?error, "the store does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "The store does not answer").into_response()
        }
    }
}

async fn render(State(state): State<Operations>) -> Response {
    if let (Ok(waiting), Ok(oldest)) = (events::waiting(&state.db).await, events::oldest(&state.db).await) {
        metrics::gauge!("tradewind_outbox_waiting").set(as_gauge(waiting));
        let waits_seconds = oldest.map_or(0, |at| state.clock.now().unix_seconds() - at.unix_seconds());
        metrics::gauge!("tradewind_outbox_oldest_seconds").set(as_gauge(waits_seconds.max(0)));
    }
    match queues(&state).await {
        Ok(queues) => queues.into_iter().for_each(|queue| measure_queue(queue, state.clock.now())),
        Err(error) => tracing::warn!(?error, "the queues could not be counted"),
    }
    if let Err(error) = state.webhooks.measure().await {
        tracing::warn!(?error, "the webhooks that wait could not be counted");
    }
    let text = state.metrics.map(|handle| handle.render()).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

async fn queues(state: &Operations) -> Result<Vec<QueueView>> {
    let known = Arc::clone(&state.queues);
    state.db.read_own(move |tx| Box::pin(async move { jobs::queues(tx, known.iter().copied()).await })).await
}

fn measure_queue(queue: QueueView, now: Timestamp) {
    let label = [("queue", queue.name)];
    let waits_seconds = queue.due_since.map_or(0, |since| now.unix_seconds() - since.unix_seconds());
    for (name, count) in [
        ("tradewind_jobs_waiting", queue.waiting),
        ("tradewind_jobs_running", queue.running),
        ("tradewind_jobs_dead", queue.dead),
        ("tradewind_jobs_oldest_seconds", waits_seconds.max(0)),
        ("tradewind_jobs_paused", i64::from(queue.paused_at.is_some())),
    ] {
        metrics::gauge!(name, &label).set(as_gauge(count));
    }
}

/// The metrics of the process: collected once, however many shops are built in it, and from the first call on.
pub(crate) fn metrics() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let start = || {
        let started = telemetry::start_metrics();
        started.inspect_err(|error| tracing::error!(?error, "metrics cannot be collected")).ok()
    };
    HANDLE.get_or_init(start).clone()
}

/// Folds what was measured into its histograms every few seconds: unread, every single sample would be kept.
pub(crate) async fn keep_metrics_small(mut stop: watch::Receiver<bool>) {
    let Some(metrics) = metrics() else { return };
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(5)) => metrics.run_upkeep(),
            _ = stop.changed() => {}
        }
    }
}

/// A count as a gauge takes it.
#[expect(clippy::cast_precision_loss, reason = "a gauge of a count may lose its last digits")]
fn as_gauge(count: i64) -> f64 {
    count as f64
}
