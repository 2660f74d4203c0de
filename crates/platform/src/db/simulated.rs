//! A store that does, on purpose, what real ones do when one least wants it: for simulations, never for a shop.
//!
//! A simulated store has no thread of its own: everything happens on the caller's, one thing after the other, so that a run
//! repeats itself to the letter when the decisions do.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tradewind_kernel::{Error, ErrorKind, Result};

/// When a simulated store asks what shall happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// A transaction is about to begin.
    Begin,
    /// A statement of a writing transaction is about to run.
    Statement,
    /// A transaction is about to commit.
    Commit,
}

/// What shall happen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// What was asked for.
    GoOn,
    /// Others come first ([`Moment::Begin`]).
    Wait,
    /// The store fails, and nothing is done.
    Fail,
    /// It is done, but the answer is lost ([`Moment::Commit`]).
    FailAfterwards,
}

/// Decides what a simulated store does.
#[derive(Clone)]
pub struct Simulated(Arc<dyn Fn(Moment) -> Decision + Send + Sync>);

impl Simulated {
    /// A store that does what this says.
    pub fn new(decide: impl Fn(Moment) -> Decision + Send + Sync + 'static) -> Self {
        Self(Arc::new(decide))
    }

    pub(super) fn decide(&self, moment: Moment) -> Decision {
        (self.0)(moment)
    }

    /// Fails where that was decided.
    pub(super) fn check(&self, moment: Moment) -> Result<()> {
        match self.decide(moment) {
            Decision::Fail => Err(failed()),
            Decision::GoOn | Decision::Wait | Decision::FailAfterwards => Ok(()),
        }
    }

    /// Lets others come first for as long as that is decided.
    pub(super) async fn wait(&self) {
        while self.decide(Moment::Begin) == Decision::Wait {
            Once(false).await;
        }
    }
}

impl std::fmt::Debug for Simulated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Simulated")
    }
}

pub(super) fn failed() -> Error {
    Error::new(ErrorKind::Unavailable, "The shop cannot store this at the moment. Please try again.")
        .caused_by("the simulation decided so")
}

/// Is ready when it is asked for the second time.
struct Once(bool);

impl Future for Once {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
