//! `tradewind migrate`: brings the tables up to date.

use anyhow::Result;

use super::say;
use crate::config::Config;
use crate::wiring::Shop;

pub(super) async fn run(config: Config) -> Result<()> {
    let shop = Shop::open(config)?;
    let steps = shop.migrate().await?;
    match steps {
        0 => say("The tables were up to date."),
        1 => say("One step was taken; the tables are up to date."),
        steps => say(format!("{steps} steps were taken; the tables are up to date.")),
    }
    Ok(())
}
