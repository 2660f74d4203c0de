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

/// Availability by item. An item's entry is dropped after each commit that changes it; where something was only taken, it stays
/// as what there is at least. Whoever reads the database to fill an entry holds a ticket from before the read; a change in
/// between makes the ticket void, so what is kept is never older than the last commit of this process. What other processes
/// commit is seen in the next turn.
pub(crate) struct Availability {
    shelves: Vec<Mutex<HashMap<String, Entry>>>,
    tickets: AtomicU64,
}

struct Entry {
    ticket: u64,
    /// When it began to be read.
    turn: u64,
    /// `None` while it is read for the first time.
    read: Option<PerLocation>,
    /// What was taken since, of each location in `read`; nothing while that is exact.
    taken: Vec<i64>,
}

impl Entry {
    /// How much there is at these locations at least: what was read may have been without some of what was taken since.
    fn at_least(&self, location_ids: &[String]) -> Option<i64> {
        let read = self.read.as_ref()?;
        let taken = self.taken.iter().copied().chain(std::iter::repeat(0));
        let counted = read.iter().zip(taken).filter(|((location, _), _)| location_ids.contains(location));
        Some(counted.map(|((_, available), taken)| available - taken).sum())
    }
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
            return match &entry.read {
                Some(read) if entry.taken.is_empty() => Look::Held(Arc::clone(read)),
                _ => Look::Read { ticket: entry.ticket },
            };
        }
        if shelf.len() >= ITEMS_PER_SHELF_MAX {
            shelf.clear();
        }
        let ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        shelf.insert(item_id.to_owned(), Entry { ticket, turn, read: None, taken: Vec::new() });
        Look::Read { ticket }
    }

    fn keep(&self, item_id: &str, ticket: u64, read: PerLocation) {
        if let Some(entry) = self.shelf(item_id).lock().get_mut(item_id)
            && entry.ticket == ticket
        {
            entry.read = Some(read);
            entry.taken.clear();
        }
    }

    /// Whether an item is known to be there in this quantity.
    fn has(&self, item_id: &str, turn: u64, quantity: i64, location_ids: &[String]) -> bool {
        let shelf = self.shelf(item_id).lock();
        let entry = shelf.get(item_id).filter(|entry| entry.turn == turn);
        entry.and_then(|entry| entry.at_least(location_ids)).is_some_and(|there| there >= quantity)
    }

    /// Notes that so much of an item was taken from a location.
    pub(crate) fn take(&self, item_id: &str, location_id: &str, quantity: i64) {
        let mut shelf = self.shelf(item_id).lock();
        let Some(entry) = shelf.get_mut(item_id) else { return };
        let Some(read) = &entry.read else {
            shelf.remove(item_id);
            return;
        };
        entry.ticket = self.tickets.fetch_add(1, Ordering::Relaxed);
        entry.taken.resize(read.len(), 0);
        if let Some(at) = read.iter().position(|(location, _)| location == location_id) {
            entry.taken[at] += quantity;
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
    /// Of these items, those of which there is not as much at these locations, in sum, as is needed. The database is asked only
    /// where what is remembered does not settle it.
    pub async fn short_of(&self, needed: &[(&str, i64)], location_ids: &[String]) -> Result<Vec<String>> {
        let turn = self.shared.turns.current();
        let is_settled = |id: &str, quantity| self.availability().has(id, turn, quantity, location_ids);
        let open: Vec<_> = needed.iter().filter(|(id, quantity)| !is_settled(id, *quantity)).collect();
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<String> = open.iter().map(|(id, _)| (*id).to_owned()).collect();
        let available = self.available(&ids, location_ids).await?;
        let is_short = |id: &str, quantity: i64| quantity > available.get(id).copied().unwrap_or(0);
        Ok(open.into_iter().filter(|(id, quantity)| is_short(id, *quantity)).map(|(id, _)| (*id).to_owned()).collect())
    }

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
