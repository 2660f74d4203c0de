//! `tradewind webhooks`: which programs are told of which events, what became of it, and sending it again.

use anyhow::{Context as _, Result, bail};
use clap::Subcommand;
use tradewind_kernel::{Paging, Timestamp};
use tradewind_outreach::{
    Attempt, DeliveryQuery, DeliveryState, Endpoint, NewEndpoint, OLD_SECRET_SECONDS, Wants, Webhooks,
};

use super::{Configured, say};
use crate::wiring::Shop;

#[derive(Debug, Subcommand)]
pub(super) enum WebhooksCommand {
    /// List all webhooks
    List {
        #[command(flatten)]
        configured: Configured,
    },
    /// Show one webhook
    Show {
        /// The id that `tradewind webhooks list` tells
        id: String,
        #[command(flatten)]
        configured: Configured,
    },
    /// Add a webhook and print its secret
    Add {
        /// Where events go: https://example.com/hooks
        url: String,
        /// What it is for, in your words
        #[arg(long, default_value = "")]
        description: String,
        /// The kinds of event, such as orders.placed; may be repeated. All of them where none is given
        #[arg(long = "event", value_name = "KIND")]
        events: Vec<String>,
        #[command(flatten)]
        configured: Configured,
    },
    /// Send to a webhook again, beginning with what has waited
    Enable {
        /// The webhook
        id: String,
        #[command(flatten)]
        configured: Configured,
    },
    /// Send nothing to a webhook for now; what it wants waits
    Disable {
        /// The webhook
        id: String,
        /// Why, for those who ask later
        #[arg(long, default_value = "Disabled on the command line")]
        reason: String,
        #[command(flatten)]
        configured: Configured,
    },
    /// Give a webhook a new secret and print it
    Rotate {
        /// The webhook
        id: String,
        /// For how many seconds the old secret signs as well; 0 for one that others have seen
        #[arg(long, default_value_t = OLD_SECRET_SECONDS, value_name = "SECONDS")]
        keep_old: i64,
        #[command(flatten)]
        configured: Configured,
    },
    /// Send again what was collected for a webhook: one event, or everything since a moment
    Replay {
        /// The webhook
        id: String,
        /// One event, by the id that `tradewind webhooks deliveries` tells
        #[arg(long, value_name = "ID", required_unless_present = "since", conflicts_with = "since")]
        event: Option<String>,
        /// Everything since this moment: 2026-11-23, or 2026-11-23T12:00:00Z
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
        /// Only what is in this state: waiting, delivered or dead
        #[arg(long, requires = "since")]
        state: Option<String>,
        #[command(flatten)]
        configured: Configured,
    },
    /// List what was sent to a webhook, the newest first, with what it answered
    Deliveries {
        /// The webhook
        id: String,
        /// Only what is in this state: waiting, delivered or dead
        #[arg(long)]
        state: Option<String>,
        /// How many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
        #[command(flatten)]
        configured: Configured,
    },
}

impl WebhooksCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::List { configured } => list(&open(&configured).await?).await,
            Self::Show { id, configured } => {
                tell(&open(&configured).await?.endpoint(&id).await?);
                Ok(())
            }
            Self::Add { url, description, events, configured } => {
                let wants = if events.is_empty() { Wants::All } else { Wants::Kinds(events) };
                let (made, secret) = open(&configured).await?.create(NewEndpoint { url, description, wants }).await?;
                tell(&made);
                tell_secret(secret.expose());
                Ok(())
            }
            Self::Enable { id, configured } => {
                tell(&open(&configured).await?.enable(&id).await?);
                Ok(())
            }
            Self::Disable { id, reason, configured } => {
                tell(&open(&configured).await?.disable(&id, &reason).await?);
                Ok(())
            }
            Self::Rotate { id, keep_old, configured } => {
                let (_, secret) = open(&configured).await?.rotate_secret(&id, keep_old).await?;
                tell_secret(secret.expose());
                Ok(())
            }
            Self::Replay { id, event, since, state, configured } => {
                let state = state.as_deref().map(DeliveryState::named).transpose()?;
                replay(&open(&configured).await?, &id, event, since, state).await
            }
            Self::Deliveries { id, state, limit, configured } => {
                let state = state.as_deref().map(DeliveryState::named).transpose()?;
                let query = DeliveryQuery { state, paging: Paging { offset: 0, limit } };
                deliveries(&open(&configured).await?, &id, query).await
            }
        }
    }
}

async fn open(configured: &Configured) -> Result<Webhooks> {
    let shop = Shop::open(configured.load()?)?;
    shop.migrate().await?;
    Ok(shop.webhooks.clone())
}

async fn list(webhooks: &Webhooks) -> Result<()> {
    let endpoints = webhooks.endpoints().await?;
    if endpoints.is_empty() {
        say("There are no webhooks.");
    }
    endpoints.iter().for_each(tell);
    Ok(())
}

fn tell(endpoint: &Endpoint) {
    let state = match (endpoint.enabled, &endpoint.disabled_reason, endpoint.failing_since) {
        (true, _, None) => "enabled".to_owned(),
        (true, _, Some(since)) => format!("enabled, failing since {since}"),
        (false, reason, _) => format!("disabled: {}", reason.as_deref().unwrap_or_default()),
    };
    let events = match &endpoint.wants {
        Wants::All => "all events".to_owned(),
        Wants::Kinds(kinds) => kinds.join(", "),
    };
    say(format!("{}  {}  {state}\n    {events}", endpoint.id, endpoint.url));
    if !endpoint.description.is_empty() {
        say(format!("    {}", endpoint.description));
    }
}

fn tell_secret(secret: &str) {
    say(secret);
    eprintln!("This is the only time the secret is shown.");
}

async fn replay(
    webhooks: &Webhooks,
    id: &str,
    event: Option<String>,
    since: Option<String>,
    state: Option<DeliveryState>,
) -> Result<()> {
    let replayed = match (event, since) {
        (Some(event), _) => {
            webhooks.replay(id, &event).await?;
            1
        }
        (None, Some(since)) => {
            let moment = since.parse::<Timestamp>();
            let moment = moment
                .ok()
                .with_context(|| format!("--since {since}: this is no moment such as 2026-11-23T12:00:00Z"))?;
            webhooks.replay_since(id, moment, state).await?
        }
        (None, None) => bail!("say what is sent again: --event ID or --since MOMENT"),
    };
    say(match replayed {
        1 => "One event is sent again.".to_owned(),
        events => format!("{events} events are sent again."),
    });
    Ok(())
}

async fn deliveries(webhooks: &Webhooks, id: &str, query: DeliveryQuery) -> Result<()> {
    let page = webhooks.deliveries(id, query).await?;
    if page.items.is_empty() {
        say("Nothing was collected for it.");
    }
    for delivery in &page.items {
        let next = match delivery.state {
            DeliveryState::Waiting => format!(", next try {}", delivery.next_at),
            DeliveryState::Delivered | DeliveryState::Dead => String::new(),
        };
        let (event, at, state) = (&delivery.event_id, delivery.created_at, delivery.state.name());
        say(format!("{event}  {at}  {}  {state}{next}", delivery.kind));
        for Attempt { at, duration_ms, status, reason, answer } in &delivery.log {
            let status = status.map_or("no answer".to_owned(), |status| status.to_string());
            let reason = reason.as_deref().unwrap_or("taken");
            let answer = answer.lines().next().unwrap_or_default();
            say(format!("    {at}  {status}  {duration_ms} ms  {reason}  {answer}"));
        }
    }
    if page.count > page.items.len() as u64 {
        say(format!("{} of {}; --limit shows more.", page.items.len(), page.count));
    }
    Ok(())
}
