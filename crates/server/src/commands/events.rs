//! `tradewind events`: what waits in the outbox, and how far each consumer is behind.

use anyhow::Result;
use clap::Args;
use tradewind_kernel::Timestamp;
use tradewind_platform::events::{self, Lag, WaitingEvent};

use super::table::{passed, table};
use super::{Configured, say};
use crate::reactions;
use crate::wiring::Shop;

/// What happened and has not been handed on, and how far each consumer is behind
#[derive(Debug, Args)]
pub(super) struct EventsCommand {
    /// How many of the waiting events are listed
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=1000))]
    limit: u32,
    #[command(flatten)]
    configured: Configured,
}

impl EventsCommand {
    pub(super) async fn run(self) -> Result<()> {
        let shop = Shop::open(self.configured.load()?)?;
        shop.migrate().await?;
        let (limit, reactions) = (self.limit, reactions::all(&shop.offers, &shop.webhooks));
        let reading = shop.db.read_own(move |tx| {
            Box::pin(async move {
                let now = tx.now();
                let book = events::book(tx, now).await?;
                Ok((book, events::lags(tx, &reactions).await?, events::list(tx, limit).await?))
            })
        });
        let (book, lags, waiting) = reading.await?;
        let now = shop.clock.now();
        let rows: Vec<_> = lags.iter().map(|lag| row_of_lag(lag, now)).collect();
        say(table(["consumer", "event", "waiting", "oldest"], &rows));
        if let Some((name, _)) = shop.config.events_store() {
            say(format!(
                "\nThis is what has not reached [store.{name}] yet; what waits in it is tradewind_events_lag of /metrics."
            ));
        }
        if waiting.is_empty() {
            say(format!("\n{}", told(book.waiting, book.refused)));
            return Ok(());
        }
        say(format!("\n{}\n", told(book.waiting, book.refused)));
        let rows: Vec<_> = waiting.iter().map(|event| row_of_event(event, now)).collect();
        say(table(["id", "event", "of", "age", "request", ""], &rows));
        let (shown, all) = (waiting.len() as i64, book.waiting + book.refused);
        if shown < all {
            say(format!("\n{shown} of {all}, the oldest first; --limit shows more."));
        }
        Ok(())
    }
}

fn told(waiting: i64, refused: i64) -> String {
    let waiting = match waiting {
        0 => "No event waits.".to_owned(),
        1 => "One event waits.".to_owned(),
        waiting => format!("{waiting} events wait."),
    };
    match refused {
        0 => waiting,
        1 => format!("{waiting} One was set aside, as a consumer refused it each time."),
        refused => format!("{waiting} {refused} were set aside, as a consumer refused them each time."),
    }
}

fn row_of_lag(lag: &Lag, now: Timestamp) -> [String; 4] {
    let oldest = lag.oldest.map_or(String::new(), |at| age(at, now));
    [lag.consumer.to_owned(), lag.kind.to_owned(), lag.waiting.to_string(), oldest]
}

fn row_of_event(event: &WaitingEvent, now: Timestamp) -> [String; 6] {
    let remark = match (event.is_refused, event.attempts) {
        (true, _) => "set aside".to_owned(),
        (false, 0) => String::new(),
        (false, 1) => "refused once".to_owned(),
        (false, times) => format!("refused {times} times"),
    };
    let (id, kind, aggregate) = (event.id.clone(), event.kind.clone(), event.aggregate.clone());
    [id, kind, aggregate, age(event.at, now), event.request_id.clone().unwrap_or_default(), remark]
}

fn age(at: Timestamp, now: Timestamp) -> String {
    passed(now.unix_seconds() - at.unix_seconds())
}
