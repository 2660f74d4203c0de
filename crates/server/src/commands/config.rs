//! `tradewind config`: every setting with its meaning and the value in force.

use anyhow::Result;

use super::{Configured, say};
use crate::config::Config;

pub(super) fn run(configured: &Configured) -> Result<()> {
    let text = Config::describe(configured.config.as_deref(), Configured::environment(), &configured.sets)?;
    say(text.trim_end());
    Ok(())
}
