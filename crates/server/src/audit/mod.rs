//! The audit: do the books of a shop add up? Sold is claimed is ordered is paid, and nothing hangs.
//!
//! All books of a store are read in one transaction, so that a shop may be audited while it serves.

mod acknowledged;
mod orders;
mod waiting;

use std::sync::Arc;

use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::wiring::Shop;

/// How many rows are held in memory at once.
const PAGE: i64 = 500;
/// How many findings are told one by one; the rest are counted.
const TOLD_MAX: usize = 50;

/// What to audit.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Orders that were acknowledged to somebody, by id: each must be there.
    pub acknowledged: Vec<String>,
    /// For how many seconds something may be under way: an event not handed on, a claim past its time, a job due. 0: nothing
    /// may be, which holds for a shop that has come to rest.
    pub settled_within_seconds: i64,
}

/// A book of the shop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Book {
    /// The orders that were acknowledged are there.
    Acknowledged,
    /// A cart becomes one order, and only a completed one does.
    Carts,
    /// What an order sells is claimed for it, and nothing is claimed for nobody.
    Claims,
    /// What levels promise is what is claimed of them; promotions count what was claimed of them.
    Counters,
    /// Each order is paid for by payments of its total, and each payment is for an order.
    Payments,
    /// An order's document is what its history tells.
    Histories,
    /// Every event was handed on, no job hangs, no claim is older than its time.
    Waiting,
}

impl Book {
    /// All of them, as they are told.
    pub const ALL: [Self; 7] =
        [Self::Acknowledged, Self::Carts, Self::Claims, Self::Counters, Self::Payments, Self::Histories, Self::Waiting];

    /// What it says.
    #[must_use]
    pub fn promise(self) -> &'static str {
        match self {
            Self::Acknowledged => "every acknowledged order is there",
            Self::Carts => "one order a completed cart",
            Self::Claims => "claimed is what was ordered",
            Self::Counters => "promised is what was claimed",
            Self::Payments => "paid is what was ordered",
            Self::Histories => "orders are what their histories tell",
            Self::Waiting => "nothing is left hanging",
        }
    }
}

/// Something that does not add up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// In which book.
    pub book: Book,
    /// What, with the ids it takes to look at it.
    pub text: String,
}

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Orders that stand.
    pub orders: u64,
    /// Units they sell.
    pub units: i64,
    /// Units claimed for them that have not left.
    pub claimed: i64,
    /// Orders from elsewhere, which have no cart here and are not compared with one.
    pub brought: u64,
    /// The first of what does not add up.
    pub findings: Vec<Finding>,
    /// How many findings there are in all.
    pub found: usize,
}

impl Audit {
    /// Whether the books add up.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        self.found == 0
    }

    fn find(&mut self, book: Book, text: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < TOLD_MAX {
            self.findings.push(Finding { book, text: text.into() });
        }
    }
}

/// Audits a shop, store by store.
pub async fn audit(shop: &Arc<Shop>, question: Question) -> Result<Audit> {
    let now = shop.clock.now();
    let auditor = Auditor {
        shop: Arc::clone(shop),
        before: now.plus_seconds(-question.settled_within_seconds),
        is_at_rest: question.settled_within_seconds == 0,
    };
    let question = Arc::new(question);
    let mut audit = shop.db.scan_own(move |tx| Box::pin(async move { auditor.read(tx, &question).await })).await?;
    orders::compare_with_catalog(shop, &mut audit).await?;
    Ok(audit.told)
}

#[derive(Clone)]
struct Auditor {
    shop: Arc<Shop>,
    /// What was under way since before this moment hangs.
    before: Timestamp,
    /// Whether nothing at all may be under way.
    is_at_rest: bool,
}

/// What was read so far.
#[derive(Default)]
struct Reading {
    told: Audit,
    /// Lines of orders for which nothing is claimed; right only for what is not counted.
    unclaimed: Vec<orders::Unclaimed>,
}

impl Auditor {
    async fn read(&self, tx: &mut Tx, question: &Question) -> Result<Reading> {
        let mut reading = Reading::default();
        self.acknowledged(tx, &question.acknowledged, &mut reading.told).await?;
        self.orders(tx, &mut reading).await?;
        self.carts(tx, &mut reading.told).await?;
        self.claims(tx, &mut reading.told).await?;
        self.counters(tx, &mut reading.told).await?;
        self.payments_without_order(tx, &mut reading.told).await?;
        self.waiting(tx, &mut reading.told).await?;
        Ok(reading)
    }
}
