//! The binary `tradewind`: reads the command line and hands over to one file per command.

use std::process::ExitCode;

use clap::Parser as _;
use tradewind_server::commands::{Cli, run};

// Many small, short-lived values on several threads: what the system's allocator is worst at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Asks for small pages. With huge ones a shop at rest holds twice the memory: the allocator's spans are far smaller than
/// two megabytes, and a huge page stays whole while one of them is in use.
#[expect(unsafe_code, reason = "prctl has no safe form in a crate we use; this call takes numbers only")]
fn ask_for_small_pages() {
    #[cfg(target_os = "linux")]
    // SAFETY: PR_SET_THP_DISABLE takes no pointers and changes nothing but how later pages are mapped. Failing is harmless.
    unsafe {
        libc::prctl(libc::PR_SET_THP_DISABLE, 1, 0, 0, 0);
    }
}

fn main() -> ExitCode {
    ask_for_small_pages();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tradewind: {error:#}");
            ExitCode::FAILURE
        }
    }
}
