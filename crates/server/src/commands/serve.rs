//! `tradewind serve`: what the roles of this process say, until it is asked to stop.

use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{say, start_telemetry};
use crate::config::{Config, Role};
use crate::serve::{ServeOptions, listen, serve};
use crate::wiring::{HandingOn, Shop};

pub(super) async fn run(config: Config) -> Result<()> {
    start_telemetry(&config)?;
    // The port first: a taken one is known before anything else is touched.
    let listener = if config.roles.contains(&Role::Web) { Some(listen(&config.server.listen)?) } else { None };
    let shop = Shop::open(config)?;
    shop.migrate().await?;
    shop.check_replicas().await?;
    shop.check_cache().await?;
    // Whoever only answers requests neither publishes nor consumes.
    if hands_events_on(&shop) {
        shop.check_events().await?;
    }
    if listener.is_some() {
        say(format!("The shop is open at {}", shop.config.public_url()));
    }
    run_roles(shop, listener).await
}

/// Runs the roles of a built shop until SIGTERM or Ctrl-C.
pub(super) async fn run_roles(shop: Shop, listener: Option<TcpListener>) -> Result<()> {
    let (stopper, stop) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(shop.db.clone().hear_changes(stop.clone()));
    let roles = &shop.config.roles;
    match shop.handing_on() {
        HandingOn::Within(relay) if roles.contains(&Role::Relay) => drop(tasks.spawn(relay.run(stop.clone()))),
        HandingOn::Between(publisher, consumer) if hands_events_on(&shop) => {
            if roles.contains(&Role::Relay) {
                tasks.spawn(publisher.run(stop.clone()));
            }
            tasks.spawn(consumer.run(stop.clone()));
        }
        HandingOn::Within(_) | HandingOn::Between(..) => {}
    }
    if roles.contains(&Role::Worker) {
        tasks.spawn(shop.runner().run(stop.clone()));
        tasks.spawn(shop.webhooks.dispatcher()?.run(stop.clone()));
    }
    tasks.spawn(crate::operations::keep_metrics_small(stop.clone()));
    if let Some(listener) = listener {
        shop.catalog.start_search();
        let router = shop.router();
        let options = ServeOptions {
            connections_max: shop.config.limits.connections_max,
            shutdown_max: Duration::from_secs(shop.config.server.shutdown_seconds_max),
        };
        tasks.spawn(serve(listener, router, stop.clone(), options));
    }
    wait_for_signal().await?;
    tracing::info!("stopping: no new requests, those under way finish");
    stopper.send_replace(true);
    shop.closing.send_replace(true);
    while tasks.join_next().await.is_some() {}
    Ok(())
}

/// Whether this process is one of those between which events travel.
fn hands_events_on(shop: &Shop) -> bool {
    shop.config.roles.iter().any(|role| matches!(role, Role::Relay | Role::Worker))
}

async fn wait_for_signal() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("signals cannot be listened for")?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed.context("signals cannot be listened for")?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
