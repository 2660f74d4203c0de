//! Who waits for a place: a bounded queue in which shoppers take turns, however many requests each of them has waiting.

use std::collections::{HashMap, VecDeque};

/// A queue of one class.
#[derive(Debug)]
pub(super) struct Queue<W> {
    most: usize,
    waiting: usize,
    /// Shoppers with somebody waiting, in the order of their turns.
    turns: VecDeque<u64>,
    of_shopper: HashMap<u64, VecDeque<(u64, W)>>,
}

impl<W> Queue<W> {
    pub(super) fn new(most: usize) -> Self {
        Self { most, waiting: 0, turns: VecDeque::new(), of_shopper: HashMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting
    }

    /// Lets somebody wait. Where the queue is full, whoever has the most waiting loses the last of them to a shopper who has
    /// fewer. Answers whether there was room, and with whom it was made.
    pub(super) fn push(&mut self, shopper: u64, ticket: u64, waiter: W) -> (bool, Option<W>) {
        let mut sent_away = None;
        if self.waiting >= self.most {
            let own = self.of_shopper.get(&shopper).map_or(0, VecDeque::len);
            let greediest = self.of_shopper.iter().max_by_key(|(_, waiting)| waiting.len());
            let Some((&greediest, _)) = greediest.filter(|(_, waiting)| waiting.len() > own + 1) else {
                return (false, None);
            };
            sent_away = self.take(greediest, VecDeque::pop_back);
        }
        let waiting = self.of_shopper.entry(shopper).or_default();
        if waiting.is_empty() {
            self.turns.push_back(shopper);
        }
        waiting.push_back((ticket, waiter));
        self.waiting += 1;
        (true, sent_away)
    }

    /// Whoever's turn it is.
    pub(super) fn pop(&mut self) -> Option<W> {
        let shopper = *self.turns.front()?;
        let first = self.take(shopper, VecDeque::pop_front);
        if self.of_shopper.contains_key(&shopper) {
            self.turns.rotate_left(1);
        }
        first
    }

    /// Somebody does not want to wait any longer.
    pub(super) fn remove(&mut self, shopper: u64, ticket: u64) {
        self.take(shopper, |waiting| {
            let position = waiting.iter().position(|(own, _)| *own == ticket)?;
            waiting.remove(position)
        });
    }

    fn take(&mut self, shopper: u64, which: impl FnOnce(&mut VecDeque<(u64, W)>) -> Option<(u64, W)>) -> Option<W> {
        let waiting = self.of_shopper.get_mut(&shopper)?;
        let (_, taken) = which(waiting)?;
        self.waiting -= 1;
        if waiting.is_empty() {
            self.of_shopper.remove(&shopper);
            self.turns.retain(|own| *own != shopper);
        }
        Some(taken)
    }
}
