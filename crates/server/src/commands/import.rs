//! `tradewind import medusa`: takes in a shop from Medusa v2, from saved answers or from the running server.

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Configured, say};
use crate::import::{self, Progress};
use crate::wiring::Shop;

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Take in a shop from Medusa v2, with its ids; starting it again continues, and changes nothing that is equal
    Medusa {
        /// A file of saved Admin API answers, or the address of the running server (https://...)
        #[arg(value_name = "FILE|URL")]
        source: String,
        /// For a server: a secret API key (sk_...) or a token of its staff
        #[arg(long, env = "MEDUSA_TOKEN", hide_env_values = true)]
        token: Option<String>,
        /// Read, check and compare everything, and keep nothing
        #[arg(long)]
        dry_run: bool,
        /// The folder that keeps everything the shop writes, instead of the configured places
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
        #[command(flatten)]
        configured: Configured,
    },
}

impl Import {
    pub(super) async fn run(self) -> Result<()> {
        let Self::Medusa { source, token, dry_run, data, configured } = self;
        let source = import::source_of(&source, token)?;
        let mut config = configured.load()?;
        if let Some(folder) = data {
            config.keep_everything_in(&folder);
        }
        let shop = Shop::open(config)?;
        shop.migrate().await?;
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::with_template("{spinner} {msg}")?);
        let report = import::medusa(&shop, &source, dry_run, |progress| show(&bar, progress)).await;
        bar.finish_and_clear();
        say(report?);
        Ok(())
    }
}

fn show(bar: &ProgressBar, Progress { thing, done, count }: Progress) {
    bar.set_message(match count {
        Some(count) => format!("{thing}: {done} of {count}"),
        None => format!("{thing}: {done}"),
    });
    bar.tick();
}
