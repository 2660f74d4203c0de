//! Moving a shop from one store to another while it serves: copy, follow, compare, switch.
//!
//! Triggers note the key of every row that changes ([`source`]). In rounds, what was noted is read from one state of the source
//! and put in place of what the target has; then more rows of the same state are copied. So after each round the target holds
//! nothing but rows of that state: no unique key is ever in the way, and deleted rows are gone. When all is copied, every row is
//! compared. At the end the source is locked: writers wait while the last changes are followed, and in the transaction that
//! held the lock the source begins to refuse all writes. That commit is the switch. Whoever dies before it leaves a shop
//! that goes on in the source, and a move that can go on; whoever dies after it leaves a complete target.

mod held;
mod rows;
mod run;
mod source;
mod tables;
mod target;

use std::time::Duration;

use tradewind_kernel::{Error, ErrorKind, Result};

use super::{Db, Migrations};
use held::Hold;
pub use run::move_shop;
pub(super) use source::{MOVED_STATE, moved};

/// What a move is at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Progress {
    /// It begins, or goes on, with so many rows in so many tables.
    Begun {
        /// Rows in the source.
        rows: u64,
        /// Its tables.
        tables: usize,
        /// Whether an earlier run had begun.
        goes_on: bool,
    },
    /// So many rows were copied.
    Copied {
        /// Of which table the last ones were.
        table: String,
        /// All so far.
        rows: u64,
    },
    /// Rows that changed meanwhile were brought up to date.
    Followed {
        /// How many.
        rows: u64,
    },
    /// So many rows were compared.
    Compared {
        /// Of which table the last ones were.
        table: String,
        /// All so far.
        rows: u64,
    },
    /// Writers wait from now on.
    Switching,
}

/// What a move came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Moved {
    /// Rows that were compared.
    pub rows: u64,
    /// In so many tables.
    pub tables: usize,
    /// The same on both sides, of all rows in order.
    pub sum: String,
    /// Rows that changed during the move and were followed.
    pub followed: u64,
    /// How long writers waited for the switch.
    pub waited: Duration,
}

/// Gives up a move that has not come to its end: the shop stays where it is. Answers whether there was one.
pub async fn give_up_move(source: &Db, histories: &[Migrations]) -> Result<bool> {
    let mut tx = source.hold(Hold::State).await?;
    let leaving = source::leaving(&mut tx).await?;
    let tables = tables::tables(&mut tx, histories).await?;
    drop(tx);
    match leaving {
        None => Ok(false),
        Some(leaving) if leaving.is_over => Err(has_moved(source, &leaving)),
        Some(_) => {
            source::stop_noting(source, &tables).await?;
            Ok(true)
        }
    }
}

fn has_moved(source: &Db, leaving: &source::Leaving) -> Error {
    let message = format!(
        "This shop has moved from {} to {}. The old store takes no more orders: name the new one in the configuration.",
        source.place(),
        leaving.target
    );
    Error::new(ErrorKind::NotAllowed, message)
}

impl Db {
    /// Whether a shop may be opened on this store: not where it has moved away, nor where it has not wholly arrived.
    pub async fn check_move(&self) -> Result<()> {
        let found =
            self.read_own(|tx| Box::pin(async move { Ok((source::leaving(tx).await?, target::arriving(tx).await?)) }));
        let (leaving, arriving) = found.await?;
        if let Some(leaving) = leaving.filter(|leaving| leaving.is_over) {
            return Err(has_moved(self, &leaving));
        }
        match arriving {
            None => Ok(()),
            Some(arriving) => Err(Error::new(
                ErrorKind::NotAllowed,
                format!(
                    "A shop is on its way from {} to {}, and not all of it has arrived. Start it here once `tradewind move` has \
                     ended; if that was stopped, start it again.",
                    arriving.source,
                    self.place()
                ),
            )),
        }
    }
}
