//! The binary `tradewind`: reads the command line and hands over to one file per command.

use std::process::ExitCode;

use clap::Parser as _;
use tradewind_server::commands::{Cli, run};

// Many small, short-lived values on several threads: what the system's allocator is worst at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tradewind: {error:#}");
            ExitCode::FAILURE
        }
    }
}
