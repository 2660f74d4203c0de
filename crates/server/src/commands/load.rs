//! `tradewind load`: puts load on a shop, ours or another, and examines its books.

use anyhow::{Result, ensure};
use tradewind_load::Load;

use super::say;

pub(super) fn run(load: &Load) -> Result<()> {
    let report = tradewind_load::run(load)?;
    say(&report);
    ensure!(report.passed, "the run failed, for the reasons above");
    Ok(())
}
