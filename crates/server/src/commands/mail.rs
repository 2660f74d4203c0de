//! `tradewind mail`: what mails look like, which could not be sent and why, and another try.

use anyhow::{Context as _, Result, bail};
use clap::{Subcommand, ValueEnum};
use tradewind_outreach::{Kind, Language};
use tradewind_platform::jobs;

use super::{Configured, say};
use crate::wiring::Shop;

/// How many are told at once.
const TOLD_MAX: i64 = 1000;

#[derive(Debug, Subcommand)]
pub(super) enum MailCommand {
    /// Write a mail with made-up facts to standard output
    Preview {
        /// Which: order-placed, welcome ... An unknown name lists them all
        name: String,
        /// The language: en, de, da [default: mail.language]
        #[arg(long)]
        locale: Option<String>,
        /// The form
        #[arg(long, value_enum, default_value = "html")]
        part: Part,
        #[command(flatten)]
        configured: Configured,
    },
    /// List the mails that were given up, each with its reason
    Dead {
        #[command(flatten)]
        configured: Configured,
    },
    /// Try mails that were given up once more: one, or all of them
    Retry {
        /// The id that `tradewind mail dead` tells
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All of them
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        configured: Configured,
    },
}

/// The forms of a mail.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Part {
    /// The HTML part.
    Html,
    /// The text part.
    Text,
}

impl MailCommand {
    pub(super) async fn run(self) -> Result<()> {
        match self {
            Self::Preview { name, locale, part, configured } => preview(&name, locale.as_deref(), part, &configured),
            Self::Dead { configured } => dead(&configured).await,
            Self::Retry { id, configured, .. } => retry(id, &configured).await,
        }
    }
}

fn preview(name: &str, locale: Option<&str>, part: Part, configured: &Configured) -> Result<()> {
    let kind = Kind::named(name)
        .with_context(|| format!("there is no mail {name:?}; there are {}", Kind::ALL.map(Kind::name).join(", ")))?;
    if let Some(unknown) = locale.filter(|locale| Language::of(locale).is_none()) {
        bail!("--locale {unknown}: mails are written in {}", Language::ALL.map(Language::code).join(", "));
    }
    let written = Shop::open(configured.load()?)?.outreach.sample(kind, locale)?;
    say(match part {
        Part::Html => written.html,
        Part::Text => written.text,
    });
    Ok(())
}

async fn dead(configured: &Configured) -> Result<()> {
    let shop = Shop::open(configured.load()?)?;
    shop.migrate().await?;
    let dead = shop.db.read_own(|tx| Box::pin(jobs::dead(tx, jobs::MAIL_QUEUE, TOLD_MAX))).await?;
    if dead.is_empty() {
        say("No mail was given up.");
    }
    for job in dead {
        say(format!("{}  {}  {}  tried {} times\n    {}", job.id, job.created_at, job.kind, job.attempts, job.reason));
    }
    Ok(())
}

async fn retry(id: Option<String>, configured: &Configured) -> Result<()> {
    let shop = Shop::open(configured.load()?)?;
    shop.migrate().await?;
    let wanted = id.clone();
    let revived = shop
        .db
        .write(move |tx| {
            let id = wanted.clone();
            Box::pin(async move { jobs::revive(tx, jobs::MAIL_QUEUE, id.as_deref()).await })
        })
        .await?;
    match (revived, id) {
        (0, Some(id)) => bail!("{id} is no mail that was given up; `tradewind mail dead` lists them"),
        (1, _) => say("One mail is tried again."),
        (mails, _) => say(format!("{mails} mails are tried again.")),
    }
    Ok(())
}
