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

/// What the allocator is told at start. Its header has names for these numbers, the crate only for some.
mod allocator {
    use libmimalloc_sys::{mi_option_set, mi_option_t};

    /// How long freed memory stays with the process, in milliseconds.
    pub(crate) const PURGE_DELAY: mi_option_t = 15;
    /// How many pages of each size a thread keeps although nothing is in them.
    pub(crate) const PAGE_FULL_RETAIN: mi_option_t = 36;

    /// Gives freed memory back soon: what a login or a start-up needed would stay resident for good. Each order costs some
    /// hundredths of a millisecond for it.
    #[expect(unsafe_code, reason = "setting an option has no safe form; these calls take numbers only")]
    pub(crate) fn give_back_soon() {
        // SAFETY: both are options of the allocator that is linked (a test checks their numbers), and may be set at any time.
        unsafe {
            mi_option_set(PURGE_DELAY, 30);
            mi_option_set(PAGE_FULL_RETAIN, 0);
        }
    }
}

fn main() -> ExitCode {
    ask_for_small_pages();
    allocator::give_back_soon();
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tradewind: {error:#}");
            // What was typed cannot be right: as clap says it of what it can tell by itself.
            let is_invalid = |error: &tradewind_kernel::Error| error.kind() == tradewind_kernel::ErrorKind::Invalid;
            if error.downcast_ref().is_some_and(is_invalid) { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::allocator::{PAGE_FULL_RETAIN, PURGE_DELAY};

    #[test]
    #[expect(unsafe_code, reason = "reading an option has no safe form")]
    fn the_allocators_options_are_those_that_are_meant() {
        // SAFETY: reads a number. What nobody has set has the value the header documents.
        let (delay, retained) =
            unsafe { (libmimalloc_sys::mi_option_get(PURGE_DELAY), libmimalloc_sys::mi_option_get(PAGE_FULL_RETAIN)) };
        assert_eq!((delay, retained), (1000, 2), "look up the numbers in mimalloc.h of this version");
    }
}
