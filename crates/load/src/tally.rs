//! What was counted: times by kind of request, and what happened one slot of time after the other.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

/// The longest time that is told apart: ten minutes.
const LONGEST_MICROS: u64 = 600_000_000;
/// How many different errors are kept; more are counted together.
const KINDS_OF_ERRORS: usize = 20;

/// A kind of request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A page of the product list.
    List,
    /// One product.
    Product,
    /// A search.
    Search,
    /// A cart with its item.
    Cart,
    /// E-mail and addresses.
    Address,
    /// What shipping there is.
    Options,
    /// The shipping method.
    Shipping,
    /// The payment collection.
    Collection,
    /// The payment session.
    Session,
    /// The completion.
    Complete,
    /// The completion, sent once more.
    Again,
}

impl Step {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 11] = [
        Self::List,
        Self::Product,
        Self::Search,
        Self::Cart,
        Self::Address,
        Self::Options,
        Self::Shipping,
        Self::Collection,
        Self::Session,
        Self::Complete,
        Self::Again,
    ];

    /// What a reader calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "product list",
            Self::Product => "product",
            Self::Search => "search",
            Self::Cart => "cart with an item",
            Self::Address => "e-mail and addresses",
            Self::Options => "shipping options",
            Self::Shipping => "shipping method",
            Self::Collection => "payment collection",
            Self::Session => "payment session",
            Self::Complete => "complete",
            Self::Again => "complete, repeated",
        }
    }

    /// Whether its times are those that the plots over time show.
    pub fn is_headline(self) -> bool {
        matches!(self, Self::List | Self::Product | Self::Search | Self::Complete)
    }
}

/// How something ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// As it should.
    Done,
    /// With 503 and Retry-After: not now.
    Refused,
    /// The stock was gone.
    SoldOut,
    /// With an error.
    Failed,
}

/// The times and ends of one kind.
pub struct Kind {
    /// Of those that were done, in microseconds.
    pub done: Histogram<u64>,
    /// Of those that were refused.
    pub refused: Histogram<u64>,
    /// How many were told that the stock is gone.
    pub sold_out: u64,
    /// How many ended with an error.
    pub failed: u64,
}

impl Kind {
    fn new() -> Self {
        Self { done: histogram(3), refused: histogram(3), sold_out: 0, failed: 0 }
    }

    fn record(&mut self, outcome: Outcome, micros: u64) {
        match outcome {
            Outcome::Done => self.done.saturating_record(micros),
            Outcome::Refused => self.refused.saturating_record(micros),
            Outcome::SoldOut => self.sold_out += 1,
            Outcome::Failed => self.failed += 1,
        }
    }

    /// Whether there was any.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.refused.is_empty() && self.sold_out == 0 && self.failed == 0
    }
}

/// A second of the run, or less where it is short.
pub struct Slot {
    /// Shoppers who arrived in it.
    pub arrived: u64,
    /// How many of those got what they came for, whenever that was.
    pub served_of_arrived: u64,
    /// Shoppers who got what they came for in it.
    pub served: u64,
    /// Shoppers who left in it, refused.
    pub refused: u64,
    /// Shoppers who left in it because the stock was gone.
    pub sold_out: u64,
    /// Shoppers whose errand ended in it with an error.
    pub failed: u64,
    /// The times of the headline requests that were answered in it.
    pub times: Histogram<u32>,
}

impl Slot {
    fn new() -> Self {
        Self { arrived: 0, served_of_arrived: 0, served: 0, refused: 0, sold_out: 0, failed: 0, times: histogram(2) }
    }

    /// Takes in another slot.
    pub fn add(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.served_of_arrived += other.served_of_arrived;
        self.served += other.served;
        self.refused += other.refused;
        self.sold_out += other.sold_out;
        self.failed += other.failed;
        // The same bounds everywhere, so adding cannot fail.
        let _ = self.times.add(&other.times);
    }
}

fn histogram<C: hdrhistogram::Counter>(digits: u8) -> Histogram<C> {
    Histogram::new_with_bounds(1, LONGEST_MICROS, digits).expect("the bounds are constants of this file")
}

/// Everything that is counted during a run.
pub struct Tally {
    kinds: Vec<Kind>,
    /// Whole errands: from the moment a shopper meant to come to the last answer.
    pub errands: Kind,
    /// One after the other, since the start.
    pub slots: Vec<Slot>,
    /// How long each is.
    pub slot_micros: u64,
    /// What went wrong, and how often.
    pub errors: BTreeMap<String, u64>,
    /// How late the generator itself sent shoppers off.
    pub lateness: Histogram<u64>,
}

impl Tally {
    /// Nothing counted yet, in slots of this length.
    pub fn new(slot_micros: u64) -> Self {
        Self {
            kinds: Step::ALL.iter().map(|_| Kind::new()).collect(),
            errands: Kind::new(),
            slots: Vec::new(),
            slot_micros,
            errors: BTreeMap::new(),
            lateness: histogram(3),
        }
    }

    /// The kinds of requests, with what was counted of them.
    pub fn kinds(&self) -> impl Iterator<Item = (Step, &Kind)> {
        Step::ALL.into_iter().zip(&self.kinds)
    }

    fn slot(&mut self, micros: u64) -> &mut Slot {
        // A day of slots of a second; nothing runs longer.
        let number = usize::try_from(micros / self.slot_micros).unwrap_or(usize::MAX).min(1_000_000);
        while self.slots.len() <= number {
            self.slots.push(Slot::new());
        }
        &mut self.slots[number]
    }

    /// What happened between two moments, in whole slots.
    pub fn between(&self, from_micros: u64, to_micros: u64) -> Slot {
        let [from, to] = [from_micros, to_micros]
            .map(|micros| usize::try_from(micros / self.slot_micros).unwrap_or(usize::MAX).min(self.slots.len()));
        let mut all = Slot::new();
        self.slots.get(from..to).unwrap_or_default().iter().for_each(|slot| all.add(slot));
        all
    }

    /// A shopper was due at one moment and sent off at another.
    pub fn arrived(&mut self, due: u64, sent_off: u64) {
        self.slot(due).arrived += 1;
        self.lateness.saturating_record(sent_off.saturating_sub(due));
    }

    /// A request was due, and was answered (or given up).
    pub fn answered(&mut self, step: Step, outcome: Outcome, due: u64, at: u64) {
        let micros = at.saturating_sub(due);
        if let Some(kind) = self.kinds.get_mut(step as usize) {
            kind.record(outcome, micros);
        }
        if step.is_headline() && outcome == Outcome::Done {
            self.slot(at).times.saturating_record(micros);
        }
    }

    /// A shopper is through with everything.
    pub fn left(&mut self, outcome: Outcome, arrived: u64, at: u64) {
        self.errands.record(outcome, at.saturating_sub(arrived));
        let slot = self.slot(at);
        match outcome {
            Outcome::Done => slot.served += 1,
            Outcome::Refused => slot.refused += 1,
            Outcome::SoldOut => slot.sold_out += 1,
            Outcome::Failed => slot.failed += 1,
        }
        if outcome == Outcome::Done {
            self.slot(arrived).served_of_arrived += 1;
        }
    }

    /// Something went wrong.
    pub fn error(&mut self, what: String) {
        let known = self.errors.contains_key(&what) || self.errors.len() < KINDS_OF_ERRORS;
        *self.errors.entry(if known { what } else { "other errors".to_owned() }).or_default() += 1;
    }

    /// How many things went wrong.
    pub fn error_count(&self) -> u64 {
        self.errors.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_count_from_when_a_request_was_due_and_in_the_second_of_its_answer() {
        let mut tally = Tally::new(1_000_000);
        tally.arrived(900_000, 901_000);
        tally.answered(Step::Complete, Outcome::Done, 900_000, 2_400_000);
        tally.left(Outcome::Done, 900_000, 2_400_000);
        assert_eq!(tally.slots.len(), 3);
        assert_eq!((tally.slots[0].arrived, tally.slots[0].served_of_arrived, tally.slots[0].served), (1, 1, 0));
        assert_eq!((tally.slots[2].served, tally.slots[2].times.len()), (1, 1));
        let complete = tally.kinds().find(|(step, _)| *step == Step::Complete).unwrap().1;
        assert!(complete.done.equivalent(complete.done.max(), 1_500_000));
        assert_eq!(tally.lateness.max(), 1_000);
    }

    #[test]
    fn a_refusal_is_neither_done_nor_an_error() {
        let mut tally = Tally::new(1_000_000);
        tally.answered(Step::Cart, Outcome::Refused, 0, 700);
        tally.left(Outcome::Refused, 0, 700);
        let cart = tally.kinds().find(|(step, _)| *step == Step::Cart).unwrap().1;
        assert_eq!((cart.done.len(), cart.refused.len(), cart.failed), (0, 1, 0));
        assert_eq!((tally.slots[0].refused, tally.slots[0].failed, tally.error_count()), (1, 0, 0));
        assert!(tally.slots[0].times.is_empty(), "the plots show those who were let in");
    }

    #[test]
    fn errors_of_many_kinds_are_all_counted() {
        let mut tally = Tally::new(1_000_000);
        for number in 0..100 {
            tally.error(format!("error {number}"));
            tally.error("error 0".to_owned());
        }
        assert_eq!(tally.error_count(), 200);
        assert_eq!(tally.errors.len(), KINDS_OF_ERRORS + 1);
        assert_eq!(tally.errors["error 0"], 101);
    }

    #[test]
    fn what_lies_between_two_moments_is_added_up() {
        let mut tally = Tally::new(100_000);
        for number in 0..30 {
            tally.arrived(number * 100_000, number * 100_000);
        }
        assert_eq!(tally.slots.len(), 30);
        assert_eq!(tally.between(1_000_000, 2_000_000).arrived, 10);
        assert_eq!(tally.between(2_500_000, 9_000_000).arrived, 5);
    }

    proptest! {
        #[test]
        fn every_shopper_is_in_exactly_one_column(ends in prop::collection::vec((0..4_u8, 0..5_000_000_u64, 0..9_000_000_u64), 0..200)) {
            let mut tally = Tally::new(1_000_000);
            for (outcome, due, took) in &ends {
                tally.arrived(*due, *due);
                let outcome = [Outcome::Done, Outcome::Refused, Outcome::SoldOut, Outcome::Failed][usize::from(*outcome)];
                tally.left(outcome, *due, due + took);
            }
            let sum = |of: fn(&Slot) -> u64| tally.slots.iter().map(of).sum::<u64>();
            prop_assert_eq!(sum(|s| s.arrived), ends.len() as u64);
            prop_assert_eq!(sum(|s| s.served + s.refused + s.sold_out + s.failed), ends.len() as u64);
            prop_assert_eq!(sum(|s| s.served), sum(|s| s.served_of_arrived));
            prop_assert_eq!(tally.errands.done.len() + tally.errands.refused.len() + tally.errands.sold_out + tally.errands.failed, ends.len() as u64);
        }
    }
}
