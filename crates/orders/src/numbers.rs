//! The numbers people call orders by: leased from core in blocks, so that placing an order asks nobody for one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tradewind_kernel::Result;
use tradewind_platform::db::Db;

use crate::store;

/// How many numbers a process leases at a time. Those it has not used when it stops are left out: gaps are allowed.
const LEASE: i64 = 100;

/// The numbers this process may give to orders.
#[derive(Clone)]
pub(crate) struct Numbers {
    core: Db,
    free: Arc<Mutex<BTreeSet<i64>>>,
    // Held while leasing: however many orders find no number left, one block is leased.
    leasing: Arc<tokio::sync::Mutex<()>>,
}

/// A number for one order; clones are the same number, for a transaction that is begun anew. When the last is dropped and none
/// was used (the order was not placed after all), it serves the next order.
#[derive(Clone)]
pub(crate) struct Number(Arc<Held>);

struct Held {
    value: i64,
    is_used: AtomicBool,
    free: Arc<Mutex<BTreeSet<i64>>>,
}

impl Numbers {
    pub(crate) fn new(core: Db) -> Self {
        Self { core, free: Arc::default(), leasing: Arc::default() }
    }

    pub(crate) async fn take(&self) -> Result<Number> {
        if let Some(number) = self.take_free() {
            return Ok(number);
        }
        let _leasing = self.leasing.lock().await;
        loop {
            // Somebody else may have leased a block while this one waited.
            if let Some(number) = self.take_free() {
                return Ok(number);
            }
            let first = self.core.write(|tx| Box::pin(async move { store::lease(tx, LEASE).await })).await?;
            self.free.lock().extend(first..first + LEASE);
        }
    }

    /// The lowest number that is free.
    fn take_free(&self) -> Option<Number> {
        let value = self.free.lock().pop_first()?;
        Some(Number(Arc::new(Held { value, is_used: AtomicBool::new(false), free: Arc::clone(&self.free) })))
    }
}

impl Number {
    pub(crate) fn value(&self) -> i64 {
        self.0.value
    }

    /// Keeps it from being given out again.
    pub(crate) fn use_up(&self) {
        self.0.is_used.store(true, Ordering::Release);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if !*self.is_used.get_mut() {
            self.free.lock().insert(self.value);
        }
    }
}
