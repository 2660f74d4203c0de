//! The state of a database, as far as it was announced: a name that changes with each announced commit, and is the same in all
//! processes that have heard of the same commits.
//!
//! PostgreSQL delivers the notices of commits in one order to everybody. The last notice of each transaction is a random code,
//! and the last code heard is the state: whoever is at a state has dropped from memory what any commit up to it has changed. No
//! table has to be kept for it. A process that begins to listen sends a code of its own, by which all get to a state that it
//! knows too.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// How many codes are remembered, in order to know one's own commits when they come round before they are noted. That takes
/// moments.
const HEARD_MAX: usize = 256;
/// How long an own commit may take to come round. The connection is asked each second whether it still answers, so notices that
/// take longer are none that were sent before this process began to listen.
const UNHEARD_MAX: Duration = Duration::from_secs(10);

/// At which state this process is.
#[derive(Default)]
pub(super) struct State {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The last code that was heard.
    last: Option<Arc<str>>,
    /// Whether something was dropped from memory since, which leads to another.
    is_changing: bool,
    /// Own commits whose notice has not come round yet: the commits of others that lie between are not known.
    unheard: HashMap<String, Instant>,
    heard: VecDeque<String>,
}

impl State {
    /// The present state, where it is known.
    pub(super) fn current(&self) -> Option<Arc<str>> {
        let mut known = self.known.lock();
        if known.is_changing {
            return None;
        }
        known.unheard.retain(|_, since| since.elapsed() < UNHEARD_MAX);
        known.last.clone().filter(|_| known.unheard.is_empty())
    }

    /// Something is about to be dropped from memory: until the code of the commit that made it old, the state is not known.
    pub(super) fn is_changing(&self) {
        self.known.lock().is_changing = true;
    }

    /// A commit of this process with this code; to be said before anything is dropped from memory.
    pub(super) fn committed(&self, code: String) {
        let mut known = self.known.lock();
        if !known.heard.contains(&code) {
            known.unheard.insert(code, Instant::now());
        }
    }

    /// A code was heard, and all that was told before it has been dropped from memory.
    pub(super) fn reached(&self, code: &str) {
        let mut known = self.known.lock();
        known.unheard.remove(code);
        known.is_changing = false;
        known.last = Some(code.into());
        known.heard.push_back(code.to_owned());
        if known.heard.len() > HEARD_MAX {
            known.heard.pop_front();
        }
    }

    /// Nothing is heard: notices may be lost, or were before anybody listened.
    pub(super) fn is_lost(&self) {
        *self.known.lock() = Known::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_known_once_all_that_leads_to_it_was_heard() {
        let state = State::default();
        assert_eq!(state.current(), None);
        state.reached("hello");
        assert_eq!(state.current().as_deref(), Some("hello"));
        state.is_changing();
        assert_eq!(state.current(), None, "between a notice and its code");
        state.reached("theirs");
        state.committed("mine".to_owned());
        assert_eq!(state.current(), None);
        state.reached("between");
        assert_eq!(state.current(), None, "one's own commit is not in it");
        state.reached("mine");
        assert_eq!(state.current().as_deref(), Some("mine"));
        state.reached("early");
        state.committed("early".to_owned());
        assert_eq!(state.current().as_deref(), Some("early"), "it came round before it was noted");
        state.committed("lost".to_owned());
        state.is_lost();
        state.reached("hello again");
        assert_eq!(state.current().as_deref(), Some("hello again"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_commit_that_nobody_could_hear_is_not_waited_for_forever() {
        let state = State::default();
        state.reached("hello");
        state.committed("just before hello".to_owned());
        assert_eq!(state.current(), None);
        tokio::time::advance(UNHEARD_MAX).await;
        assert_eq!(state.current().as_deref(), Some("hello"));
    }
}
