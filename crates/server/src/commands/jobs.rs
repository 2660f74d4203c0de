//! `tradewind jobs`: what the shop works on, what could not be done and why; another try, none, and queues that wait.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use tradewind_kernel::{Paging, Timestamp};
use tradewind_platform::jobs::{self, Calling, Filter, JobView, QueueView, State};

use super::table::{passed, table};
use super::{Configured, say};
use crate::wiring::Shop;

#[derive(Debug, Subcommand)]
pub(super) enum JobsCommand {
    /// List jobs, the newest first
    List(List),
    /// Show one job: how far it is, what it came to, or why it failed
    Show(One),
    /// Try a job that was set aside or canceled once more; one that waits for its next try is tried now
    Retry(One),
    /// Cancel a job. One that is under way is stopped; what it did so far stays
    Cancel(One),
    /// List the queues: what waits, what is under way, what was set aside
    Queues {
        #[command(flatten)]
        configured: Configured,
    },
    /// Let nothing of a queue begin until it is resumed; nothing is lost
    Pause(Queue),
    /// Let a paused queue go on
    Resume(Queue),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those in this state: waiting, running, done, dead, canceled
    #[arg(long)]
    state: Option<String>,
    /// Only those of this queue
    #[arg(long)]
    queue: Option<String>,
    /// Only those of this kind
    #[arg(long)]
    kind: Option<String>,
    /// How many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
    limit: u64,
    #[command(flatten)]
    configured: Configured,
}

#[derive(Debug, Args)]
pub(super) struct One {
    /// The id that `tradewind jobs list` tells
    id: String,
    #[command(flatten)]
    configured: Configured,
}

#[derive(Debug, Args)]
pub(super) struct Queue {
    /// The name that `tradewind jobs queues` tells
    name: String,
    #[command(flatten)]
    configured: Configured,
}

impl JobsCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(one) => one.show().await,
            Self::Retry(one) => one.retry().await,
            Self::Cancel(one) => one.cancel().await,
            Self::Queues { configured } => queues(&open(&configured).await?).await,
            Self::Pause(queue) => queue.pause().await,
            Self::Resume(queue) => queue.resume().await,
        }
    }
}

async fn open(configured: &Configured) -> Result<Shop> {
    let shop = Shop::open(configured.load()?)?;
    shop.migrate().await?;
    Ok(shop)
}

impl List {
    async fn run(self) -> Result<()> {
        let state = match &self.state {
            None => None,
            Some(name) => match State::named(name) {
                Some(state) => Some(state),
                None => bail!("--state {name}: a job is {}", State::ALL.map(State::name).join(", ")),
            },
        };
        let shop = open(&self.configured).await?;
        let filter = Filter { state, queue: self.queue, kind: self.kind };
        let paging = Paging { limit: self.limit, offset: 0 };
        let listing = shop.db.scan_own(move |tx| Box::pin(async move { jobs::list(tx, &filter, paging).await }));
        let page = listing.await?;
        if page.items.is_empty() {
            say("There is no such job. What is done is gone, unless somebody asked for it.");
            return Ok(());
        }
        let now = shop.clock.now();
        let rows: Vec<_> = page.items.iter().map(|job| row(job, now)).collect();
        say(table(["id", "state", "queue", "kind", "age", "tries", ""], &rows));
        let shown = page.items.len() as u64;
        if shown < page.count {
            say(format!("\n{shown} of {}; --limit shows more, --state, --queue and --kind fewer.", page.count));
        }
        Ok(())
    }
}

fn row(job: &JobView, now: Timestamp) -> [String; 7] {
    [
        job.id.clone(),
        job.state.name().to_owned(),
        job.queue.clone(),
        job.kind.clone(),
        passed(seconds_between(job.created_at, now)),
        format!("{}/{}", job.attempts, job.attempts_max),
        remark(job, now),
    ]
}

/// What matters most of a job in its state, on one line.
fn remark(job: &JobView, now: Timestamp) -> String {
    let reason = job.reason.as_deref().map(first_line).unwrap_or_default();
    match job.state {
        State::Waiting if job.run_at > now => {
            let due = format!("due in {}", passed(seconds_between(now, job.run_at)));
            if reason.is_empty() { due } else { format!("{due}: {reason}") }
        }
        State::Running if job.cancel_at.is_some() => "is being canceled".to_owned(),
        State::Running => progress(job),
        State::Dead => reason,
        State::Waiting | State::Done | State::Canceled => String::new(),
    }
}

/// The beginning of an error: its whole text is what `show` is for.
fn first_line(text: &str) -> String {
    const LETTERS_MAX: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let short: String = line.chars().take(LETTERS_MAX).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

fn progress(job: &JobView) -> String {
    let Some(progress) = &job.progress else { return String::new() };
    let done = match progress.total {
        Some(total) => format!("{} of {total}", progress.done),
        None => progress.done.to_string(),
    };
    if progress.note.is_empty() { done } else { format!("{done}, {}", progress.note) }
}

impl One {
    async fn find(&self, shop: &Shop) -> Result<JobView> {
        let id = self.id.clone();
        let found = shop.db.look_up(move |tx| Box::pin(async move { jobs::find(tx, &id).await })).await?;
        match found {
            Some(job) => Ok(job),
            None => bail!(
                "there is no job {}; `tradewind jobs list` lists them. What is done is gone, unless somebody \
                           asked for it",
                self.id
            ),
        }
    }

    async fn show(self) -> Result<()> {
        let shop = open(&self.configured).await?;
        let job = self.find(&shop).await?;
        say(described(&job, shop.clock.now()));
        Ok(())
    }

    async fn retry(self) -> Result<()> {
        let shop = open(&self.configured).await?;
        self.find(&shop).await?;
        let id = self.id.clone();
        shop.db.write(move |tx| Box::pin(async move { jobs::retry(tx, &id).await })).await?;
        say(format!("{} is tried again.", self.id));
        Ok(())
    }

    async fn cancel(self) -> Result<()> {
        let shop = open(&self.configured).await?;
        self.find(&shop).await?;
        let id = self.id.clone();
        match shop.db.write(move |tx| Box::pin(async move { jobs::cancel(tx, &id).await })).await? {
            Calling::Off => say(format!("{} is canceled.", self.id)),
            Calling::Soon => say(format!("{} is under way; its worker stops it within seconds.", self.id)),
        }
        Ok(())
    }
}

/// A job with everything that is known of it, one thing a line.
fn described(job: &JobView, now: Timestamp) -> String {
    let moment = |at: Option<Timestamp>| {
        at.map_or(String::new(), |at| format!("{at} ({} ago)", passed(seconds_between(at, now))))
    };
    let state = match job.state {
        State::Waiting if job.run_at > now => format!("waiting until {}", job.run_at),
        State::Running if job.cancel_at.is_some() => "running, and being canceled".to_owned(),
        state => state.name().to_owned(),
    };
    let lines = [
        ("state", state),
        ("kind", job.kind.clone()),
        ("queue", job.queue.clone()),
        ("tries", format!("{} of {}", job.attempts, job.attempts_max)),
        ("progress", progress(job)),
        ("promised", moment(Some(job.created_at))),
        ("begun", moment(job.begun_at)),
        ("ended", moment(job.ended_at)),
        ("request", job.request_id.clone().unwrap_or_default()),
        ("result", job.result.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("reason", job.reason.clone().unwrap_or_default()),
    ];
    let said = lines.into_iter().filter(|(_, text)| !text.is_empty());
    let said = said.map(|(name, text)| format!("  {name:9} {text}"));
    std::iter::once(job.id.clone()).chain(said).collect::<Vec<_>>().join("\n")
}

async fn queues(shop: &Shop) -> Result<()> {
    let (now, limits) = (shop.clock.now(), shop.queue_limits());
    let limit = |number: Option<&u32>| number.map_or(String::new(), ToString::to_string);
    let rows: Vec<_> = all_queues(shop)
        .await?
        .into_iter()
        .map(|queue| {
            let oldest = queue.due_since.map_or(String::new(), |since| passed(seconds_between(since, now)));
            let paused =
                queue.paused_at.map_or(String::new(), |at| format!("paused for {}", passed(seconds_between(at, now))));
            let (at_once, per_minute) = (limits.at_once.get(&queue.name), limits.per_minute.get(&queue.name));
            [
                queue.name.clone(),
                queue.waiting.to_string(),
                queue.running.to_string(),
                queue.dead.to_string(),
                oldest,
                limit(at_once),
                limit(per_minute),
                paused,
            ]
        })
        .collect();
    say(table(["queue", "waiting", "running", "dead", "due for", "at once", "per minute", ""], &rows));
    Ok(())
}

async fn all_queues(shop: &Shop) -> Result<Vec<QueueView>> {
    let known = shop.queues();
    Ok(shop.db.read_own(move |tx| Box::pin(async move { jobs::queues(tx, known.iter().copied()).await })).await?)
}

impl Queue {
    /// Opens the shop, which must have this queue: a slip in its name would pause nothing, and nobody would notice.
    async fn open(&self) -> Result<(Shop, QueueView)> {
        let shop = open(&self.configured).await?;
        let queues = all_queues(&shop).await?;
        match queues.iter().find(|queue| queue.name == self.name) {
            Some(queue) => Ok((shop, queue.clone())),
            None => {
                let known: Vec<_> = queues.iter().map(|queue| queue.name.as_str()).collect();
                bail!("there is no queue {}; the queues are {}", self.name, known.join(", "))
            }
        }
    }

    async fn pause(self) -> Result<()> {
        let (shop, queue) = self.open().await?;
        let name = self.name.clone();
        shop.db.write(move |tx| Box::pin(async move { jobs::pause(tx, &name).await })).await?;
        let under_way = match queue.running {
            0 => String::new(),
            running => format!("; {running} under way will finish"),
        };
        say(format!("{} is paused: {} wait{under_way}.", self.name, queue.waiting));
        Ok(())
    }

    async fn resume(self) -> Result<()> {
        let (shop, queue) = self.open().await?;
        if queue.paused_at.is_none() {
            say(format!("{} is not paused.", self.name));
            return Ok(());
        }
        let name = self.name.clone();
        shop.db.write(move |tx| Box::pin(async move { jobs::resume(tx, &name).await })).await?;
        say(format!("{} goes on: {} wait.", self.name, queue.waiting));
        Ok(())
    }
}

fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.unix_seconds() - from.unix_seconds()
}
