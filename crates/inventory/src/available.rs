//! What can still be promised, kept in memory for hot pages and dropped the moment a commit changes it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tradewind_kernel::{Bucket, Result};

use crate::{Inventory, store};

const SHELVES: usize = 64;
const ITEMS_PER_SHELF_MAX: usize = 4096;

/// What each location has of one item.
type PerLocation = Arc<[(String, i64)]>;

/// Availability by item. An item's entry is dropped after each commit that changes it. Whoever reads the database to fill an
/// entry holds a ticket from before the read; a drop in between makes the ticket void, so what is kept is never older than
/// the last commit of this process. What other processes commit is seen in the next turn.
pub(crate) struct Availability {
    shelves: Vec<Mutex<HashMap<String, Entry>>>,
    tickets: AtomicU64,
}

struct Entry {
    ticket: u64,
    /// When it began to be read.
    turn: u64,
    /// `None` while it is being read.
    held: Option<PerLocation>,
}

enum Look {
    Held(PerLocation),
    Read { ticket: u64 },
}

impl Availability {
    pub(crate) fn new() -> Self {
        Self { shelves: (0..SHELVES).map(|_| Mutex::default()).collect(), tickets: AtomicU64::new(0) }
    }

    fn shelf(&self, item_id: &str) -> &Mutex<HashMap<String, Entry>> {
        &self.shelves[usize::from(Bucket::of(item_id).number()) % SHELVES]
    }

    fn look(&self, item_id: &str, turn: u64) -> Look {
        let mut shelf = self.shelf(item_id).lock();
        if let Some(entry) = shelf.get(item_id).filter(|entry| entry.turn == turn) {
            return match &entry.held {
                Some(held) => Look::Held(Arc::clone(held)),
                None => Look::Read { ticket: entry.ticket },
            };
        }
        if shelf.len() >= ITEMS_PER_SHELF_MAX {
            shelf.clear();
        }
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        shelf.insert(item_id.to_owned(), Entry { ticket, turn, held: None });
        Look::Read { ticket }
    }

    fn keep(&self, item_id: &str, ticket: u64, read: PerLocation) {
        if let Some(entry) = self.shelf(item_id).lock().get_mut(item_id)
            && entry.ticket == ticket
        {
            entry.held = Some(read);
        }
    }

    pub(crate) fn drop_item(&self, item_id: &str) {
        self.shelf(item_id).lock().remove(item_id);
    }

    pub(crate) fn drop_all(&self) {
        for shelf in &self.shelves {
            shelf.lock().clear();
        }
    }
}

impl Inventory {
    /// How much of each item can still be promised from these locations, in sum; 0 for items that lie at none of them.
    pub async fn available(&self, item_ids: &[String], location_ids: &[String]) -> Result<HashMap<String, i64>> {
        let (cache, turn) = (self.availability(), self.shared.turns.current());
        let mut found = HashMap::with_capacity(item_ids.len());
        let mut missing: Vec<(usize, Vec<String>, Vec<u64>)> = Vec::new();
        // Lines of a cart may share an item; what is read of it is kept once.
        for id in item_ids.iter().collect::<BTreeSet<_>>() {
            match cache.look(id, turn) {
                Look::Held(held) => {
                    found.insert(id.clone(), sum_over(&held, location_ids));
                }
                Look::Read { ticket } => {
                    let shard = self.shard_of(id);
                    match missing.iter_mut().find(|(of, ..)| *of == shard) {
                        Some((_, ids, tickets)) => {
                            ids.push(id.clone());
                            tickets.push(ticket);
                        }
                        None => missing.push((shard, vec![id.clone()], vec![ticket])),
                    }
                }
            }
        }
        for (shard, ids, tickets) in missing {
            let wanted = ids.clone();
            let rows = self.shards().all()[shard]
                .look_up(move |tx| Box::pin(async move { store::availability_of(tx, &wanted).await }))
                .await?;
            let mut per_item: HashMap<String, Vec<(String, i64)>> = HashMap::new();
            for (item_id, location_id, available) in rows {
                per_item.entry(item_id).or_default().push((location_id, available));
            }
            for (id, ticket) in ids.into_iter().zip(tickets) {
                let read: PerLocation = per_item.remove(&id).unwrap_or_default().into();
                found.entry(id.clone()).or_insert_with(|| sum_over(&read, location_ids));
                cache.keep(&id, ticket, read);
            }
        }
        Ok(found)
    }
}

fn sum_over(per_location: &[(String, i64)], location_ids: &[String]) -> i64 {
    let counted = per_location.iter().filter(|(location, _)| location_ids.contains(location));
    counted.map(|(_, available)| available).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_commit_is_not_kept_after_it() {
        let cache = Availability::new();
        let Look::Read { ticket } = cache.look("iitem_a", 0) else {
            panic!("nothing is held yet");
        };
        cache.drop_item("iitem_a");
        cache.keep("iitem_a", ticket, Arc::from([("sloc_1".to_owned(), 5)]));
        assert!(matches!(cache.look("iitem_a", 0), Look::Read { .. }));
    }

    #[test]
    fn what_was_read_in_another_turn_is_read_again() {
        let cache = Availability::new();
        let Look::Read { ticket } = cache.look("iitem_a", 1) else {
            panic!("nothing is held yet");
        };
        cache.keep("iitem_a", ticket, Arc::from([("sloc_1".to_owned(), 5)]));
        assert!(matches!(cache.look("iitem_a", 1), Look::Held(_)));
        let Look::Read { ticket: newer } = cache.look("iitem_a", 2) else {
            panic!("the turn is over");
        };
        assert_ne!(ticket, newer);
    }

    #[test]
    fn a_full_shelf_is_emptied() {
        let cache = Availability::new();
        for number in 0..(SHELVES * ITEMS_PER_SHELF_MAX * 2) {
            cache.look(&format!("item {number}"), 0);
        }
        for shelf in &cache.shelves {
            assert!(shelf.lock().len() <= ITEMS_PER_SHELF_MAX);
        }
    }
}
