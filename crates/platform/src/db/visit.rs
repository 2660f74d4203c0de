//! What the reads of one request must see, and how far its own writes came: the thread through a request by which nobody misses
//! what they have just stored.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tradewind_kernel::{Error, Result};

tokio::task_local! {
    static VISIT: Arc<Visit>;
}

/// That a write was committed and nobody knows where: no replica has come so far.
const UNKNOWN: u64 = u64::MAX;
const DIGITS: usize = 16;

/// A place in the order of a store's commits. As text it is a token that means nothing to whoever is given it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position(pub(super) u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Position {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_sane = text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let number = is_sane.then(|| u64::from_str_radix(text, 16).ok()).flatten();
        number.map(Self).ok_or_else(|| Error::invalid("token", "This is not a token of this shop"))
    }
}

/// What the reads of a request must see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MustSee {
    /// A recent state.
    Recent,
    /// Everything up to a commit.
    Upto(Position),
    /// Everything that was committed before it is asked for: the primary answers.
    Everything,
}

/// One request (or job) on its way through the store.
#[derive(Debug)]
pub struct Visit {
    must_see: MustSee,
    /// Where the last of its own commits is; 0 before the first.
    written: AtomicU64,
}

impl Visit {
    /// A request whose reads see this, and what it has written itself.
    #[must_use]
    pub fn new(must_see: MustSee) -> Arc<Self> {
        Arc::new(Self { must_see, written: AtomicU64::new(0) })
    }

    /// The request that is being answered, where it is known.
    #[must_use]
    pub fn current() -> Option<Arc<Self>> {
        VISIT.try_with(Arc::clone).ok()
    }

    /// Runs a future as part of this request.
    pub async fn scope<F: Future>(self: Arc<Self>, future: F) -> F::Output {
        VISIT.scope(self, future).await
    }

    /// The future as part of the request that is being answered now; for work that goes on in a task of its own.
    pub fn carried<F: Future>(future: F) -> impl Future<Output = F::Output> {
        let visit = Self::current();
        async move {
            match visit {
                Some(visit) => visit.scope(future).await,
                None => future.await,
            }
        }
    }

    /// Up to where its reads must see; nothing where that is everything.
    pub(super) fn upto(&self) -> Option<u64> {
        let written = self.written.load(Ordering::Acquire);
        match self.must_see {
            MustSee::Recent => Some(written),
            MustSee::Upto(Position(wanted)) => Some(wanted.max(written)),
            MustSee::Everything => None,
        }
    }

    /// Notes a commit of its own, and where it is, as far as that is known.
    pub(super) fn has_written(&self, position: Option<u64>) {
        self.written.fetch_max(position.unwrap_or(UNKNOWN), Ordering::AcqRel);
    }

    /// Notes that what another has written was its own as well.
    pub(super) fn has_written_with(&self, other: &Self) {
        self.written.fetch_max(other.written.load(Ordering::Acquire), Ordering::AcqRel);
    }

    /// Where the last of its own commits is, where there was one and that is known.
    #[must_use]
    pub fn written(&self) -> Option<Position> {
        let written = self.written.load(Ordering::Acquire);
        (written != 0 && written != UNKNOWN).then_some(Position(written))
    }
}

/// Runs a future whose reads see everything up to a position.
pub async fn with_position<F: Future>(position: Position, future: F) -> F::Output {
    Visit::new(MustSee::Upto(position)).scope(future).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written() {
        let position = Position(0x1234_5678_9abc_def0);
        assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        for wrong in ["", "12", "zzzzzzzzzzzzzzzz", "+123456789abcdef", "123456789ABCDEF0", "00123456789abcdef0"] {
            assert!(wrong.parse::<Position>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_sees_what_it_wrote() {
        let visit = Visit::new(MustSee::Upto(Position(7)));
        assert_eq!((visit.upto(), visit.written()), (Some(7), None));
        visit.has_written(Some(9));
        assert_eq!((visit.upto(), visit.written()), (Some(9), Some(Position(9))));
        visit.has_written(None);
        assert_eq!((visit.upto(), visit.written()), (Some(UNKNOWN), None));
        assert_eq!(Visit::new(MustSee::Everything).upto(), None);
    }
}
