//! The servers that tests use, from the command line. The tests start them by themselves where they are installed.

use anyhow::anyhow;
use clap::ValueEnum;
use tradewind_services::postgres;

use crate::{say, setup};

/// What to do with the servers.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Verb {
    /// Install what is missing, and start them. They stop when no test has used them for two minutes.
    Up,
    /// Stop them.
    Down,
    /// Say which run.
    Status,
}

/// Does it, and says where the servers are as the variables that tests read.
pub fn run(verb: Verb) -> anyhow::Result<()> {
    match verb {
        Verb::Up => {
            setup::servers()?;
            let server = postgres::Server::start().map_err(|error| anyhow!(error))?;
            say(&format!("TEST_POSTGRES_URL={}", server.url("postgres")));
        }
        Verb::Down => {
            let stopped = postgres::stop().map_err(|error| anyhow!(error))?;
            say(if stopped { "PostgreSQL is stopped." } else { "PostgreSQL did not run." });
        }
        Verb::Status => match postgres::running() {
            Some(url) => say(&format!("TEST_POSTGRES_URL={url}")),
            None => say("PostgreSQL does not run. The tests start it when they need it."),
        },
    }
    Ok(())
}
