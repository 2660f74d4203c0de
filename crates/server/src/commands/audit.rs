//! `tradewind audit`: do the books of a shop add up?

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::{Configured, say};
use crate::audit::{Audit, Book, Question, audit};
use crate::config::StoreKind;
use crate::wiring::Shop;

#[derive(Debug, Args)]
pub(super) struct AuditCommand {
    /// A file of order ids that were acknowledged, one a line: each must be there
    #[arg(long, value_name = "FILE")]
    acknowledged: Option<PathBuf>,
    /// How long something may be under way; 0 for a shop that has come to rest
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(i64).range(0..=86_400))]
    settled_within: i64,
    #[command(flatten)]
    configured: Configured,
}

impl AuditCommand {
    pub(super) async fn run(self) -> Result<()> {
        let acknowledged = match &self.acknowledged {
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("--acknowledged {} cannot be read", path.display()))?;
                text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
            None => Vec::new(),
        };
        let config = self.configured.load()?;
        let store = config.database();
        if store.kind == StoreKind::Sqlite && !store.path.exists() {
            bail!("there is no shop at {}; name its configuration with --config or --set", store.path.display());
        }
        let shop = Arc::new(Shop::open(config)?);
        let asked = acknowledged.len();
        let found = audit(&shop, Question { acknowledged, settled_within_seconds: self.settled_within }).await?;
        tell(&found, asked);
        match found.found {
            0 => Ok(()),
            1 => bail!("one thing does not add up; see above"),
            several => bail!("{several} things do not add up; see above"),
        }
    }
}

fn tell(audit: &Audit, acknowledged: usize) {
    let mut wrong: BTreeMap<Book, Vec<&str>> = BTreeMap::new();
    for finding in &audit.findings {
        wrong.entry(finding.book).or_default().push(&finding.text);
    }
    say(format!(
        "{} orders sell {} units; {} of them are claimed and have not left.",
        audit.orders, audit.units, audit.claimed
    ));
    if audit.brought > 0 {
        say(format!(
            "{} orders came from elsewhere and have no cart here; they are not compared with one.",
            audit.brought
        ));
    }
    say("");
    for book in Book::ALL {
        if book == Book::Acknowledged && acknowledged == 0 {
            continue;
        }
        let texts = wrong.remove(&book).unwrap_or_default();
        say(format!("  {}  {}", if texts.is_empty() { "ok   " } else { "WRONG" }, book.promise()));
        for text in texts {
            say(format!("           {text}"));
        }
    }
    if audit.found > audit.findings.len() {
        say(format!("           and {} more", audit.found - audit.findings.len()));
    }
    say("");
}
