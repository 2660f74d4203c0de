//! What goes wrong between the shop and Stripe: by a script, or by chance from a seed.

use std::collections::VecDeque;
use std::time::Duration;

use tradewind_kernel::Rng;

/// What befalls one call of the shop's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The connection closes, and nothing was done.
    DropBefore,
    /// It is done, and the connection closes without an answer.
    DropAfter,
    /// It is done after this time, also for a caller who has given up waiting.
    Slow(Duration),
    /// 500, and nothing was done.
    ServerError,
    /// 429, and nothing was done.
    TooMany,
}

/// Faults by chance: one call in so many meets one of them. With one caller at a time the same seed repeats them.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// Where chance begins.
    pub seed: u64,
    /// One call in how many; none for zero.
    pub one_in: u64,
}

/// What is to befall the next calls.
#[derive(Default)]
pub(super) struct FaultPlan {
    scripted: VecDeque<(String, Fault)>,
    chance: Option<(Rng, u64)>,
    is_down: bool,
}

impl FaultPlan {
    /// The next call whose `METHOD /path` contains this text meets this fault.
    pub(super) fn script(&mut self, part: &str, fault: Fault) {
        self.scripted.push_back((part.to_owned(), fault));
    }

    pub(super) fn leave_to_chance(&mut self, faults: Option<Faults>) {
        self.chance = faults.map(|faults| (Rng::seeded(faults.seed), faults.one_in));
    }

    pub(super) fn set_down(&mut self, is_down: bool) {
        self.is_down = is_down;
    }

    /// What befalls this call.
    pub(super) fn next(&mut self, call: &str) -> Option<Fault> {
        if self.is_down {
            return Some(Fault::DropBefore);
        }
        if let Some(at) = self.scripted.iter().position(|(part, _)| call.contains(part.as_str())) {
            return self.scripted.remove(at).map(|(_, fault)| fault);
        }
        let (rng, one_in) = self.chance.as_ref()?;
        // Every call takes as many numbers, so that what befalls one does not depend on what befell the last.
        let (strikes, which, millis) = (rng.below(*one_in) == 0 && *one_in > 0, rng.below(5), 20 + rng.below(280));
        strikes.then(|| match which {
            0 => Fault::DropBefore,
            1 => Fault::DropAfter,
            2 => Fault::Slow(Duration::from_millis(millis)),
            3 => Fault::ServerError,
            _ => Fault::TooMany,
        })
    }
}
