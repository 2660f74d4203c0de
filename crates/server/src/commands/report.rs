//! `tradewind report`: sales, tax, stock and customers as files.

use std::io::{IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use clap::Args;
use indicatif::ProgressBar;
use tradewind_insights::{Sink, Wanted};
use tradewind_kernel::Error;

use super::Configured;
use crate::config::StoreKind;
use crate::wiring::Shop;

/// Write a report: sales, tax, stock or customers
///
/// It is read a piece at a time, from a replica where there is one, while the shop serves, and takes the same memory however many rows it has.
#[derive(Debug, Args)]
pub(super) struct ReportCommand {
    /// Which: sales, tax, stock, customers
    kind: String,
    /// The first moment of the period: a date (midnight UTC) or a time like 2026-01-31T08:00:00+01:00 [default: the beginning]
    #[arg(long, value_name = "MOMENT")]
    from: Option<String>,
    /// The first moment behind the period [default: no end]
    #[arg(long, value_name = "MOMENT")]
    before: Option<String>,
    /// How it is written: csv, pdf
    #[arg(long, default_value = "csv")]
    format: String,
    /// The file to write; - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    #[command(flatten)]
    configured: Configured,
}

impl ReportCommand {
    pub(super) async fn run(self) -> Result<()> {
        let wanted = Wanted::parse(&self.kind, &self.format, self.from.as_deref(), self.before.as_deref())?;
        let config = self.configured.load()?;
        let store = config.database();
        if store.kind == StoreKind::Sqlite && !store.path.exists() {
            bail!("there is no shop at {}; name its configuration with --config or --set", store.path.display());
        }
        let shop = Shop::open(config)?;
        // The replicas that can be used take the reading from the start.
        shop.check_replicas().await?;
        let progress = Progress::start();
        let rows = match self.out.to_str() {
            Some("-") => write(&shop, &wanted, std::io::stdout(), &progress).await?,
            _ => write_file(&shop, &wanted, &self.out, &progress).await?,
        };
        progress.end(rows, &self.out);
        Ok(())
    }
}

/// Writes beside the file and puts it there when it is whole: nobody takes a part for a report.
async fn write_file(shop: &Shop, wanted: &Wanted, path: &Path, progress: &Progress) -> Result<u64> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let file = std::fs::File::create(&beside)
        .with_context(|| format!("--out {}: {} cannot be written", path.display(), beside.display()))?;
    let written = write(shop, wanted, file, progress).await;
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
        return written;
    }
    std::fs::rename(&beside, path).with_context(|| format!("--out {} cannot be written", path.display()))?;
    written
}

async fn write(shop: &Shop, wanted: &Wanted, to: impl Write + Send, progress: &Progress) -> Result<u64> {
    let mut stream = Stream(to);
    let rows = shop.insights().write(wanted, &mut stream, &mut |rows| progress.tell(rows)).await?;
    stream.0.flush().context("the report cannot be written to its end")?;
    Ok(rows)
}

struct Stream<W>(W);

impl<W: Write + Send> Sink for Stream<W> {
    fn write(&mut self, piece: Bytes) -> Pin<Box<dyn Future<Output = tradewind_kernel::Result<()>> + Send + '_>> {
        let written = self.0.write_all(&piece);
        let told = |error| Error::not_allowed(format!("The report cannot be written: {error}"));
        Box::pin(std::future::ready(written.map_err(told)))
    }
}

/// How far a report is, for somebody at a terminal.
struct Progress(Option<ProgressBar>);

impl Progress {
    fn start() -> Self {
        Self(std::io::stderr().is_terminal().then(ProgressBar::new_spinner))
    }

    fn tell(&self, rows: u64) {
        if let Some(bar) = &self.0 {
            bar.set_message(format!("{rows} rows"));
            bar.tick();
        }
    }

    fn end(&self, rows: u64, out: &Path) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
            let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            eprintln!("{rows}; written to {}", if out == Path::new("-") { "standard output" } else { "the file" });
        }
    }
}
