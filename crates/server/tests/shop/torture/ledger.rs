//! What the shoppers know: what was acknowledged to them, and which completions were never answered.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

use tokio::sync::Notify;

/// Shared by all shoppers, through all rounds.
#[derive(Default)]
pub(super) struct Ledger {
    pages: Mutex<Pages>,
    answered: Notify,
}

#[derive(Default)]
struct Pages {
    /// Orders by cart.
    orders: BTreeMap<String, String>,
    /// Acknowledged units by variant.
    sold: HashMap<String, i64>,
    /// Carts whose completion was sent and not answered: what became of them nobody knows yet.
    unanswered: Vec<Sent>,
    counts: Counts,
    /// The shop is killed after so many answers.
    kill_after: u64,
}

/// A cart that somebody sent off.
#[derive(Clone)]
pub(super) struct Sent {
    pub cart: String,
    pub variant: String,
    pub quantity: i64,
    /// Whether it may be refused for want of stock.
    pub is_scarce: bool,
    /// Whether it is paid with Stripe, which may refuse, ask for more or not answer.
    pub is_paid_elsewhere: bool,
}

/// How often what happened.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub requests: u64,
    pub acknowledged: u64,
    pub doubles: u64,
    pub asked_again: u64,
    pub sold_out: u64,
    pub not_paid: u64,
}

impl Ledger {
    /// The next round is over after so many answers.
    pub(super) fn begin_round(&self, answers: u64) {
        let mut pages = self.pages.lock().unwrap();
        pages.kill_after = pages.counts.requests + answers;
    }

    /// Waits for as many answers as the round is to have.
    pub(super) async fn enough(&self) {
        loop {
            let answered = self.answered.notified();
            {
                let pages = self.pages.lock().unwrap();
                if pages.counts.requests >= pages.kill_after {
                    return;
                }
            }
            answered.await;
        }
    }

    pub(super) fn answered(&self) {
        self.pages.lock().unwrap().counts.requests += 1;
        self.answered.notify_one();
    }

    /// An order was acknowledged. A cart is never acknowledged as two.
    pub(super) fn acknowledge(&self, sent: &Sent, order: &str) {
        let mut pages = self.pages.lock().unwrap();
        match pages.orders.insert(sent.cart.clone(), order.to_owned()) {
            Some(before) => assert_eq!(before, order, "{} became two orders", sent.cart),
            None => {
                pages.counts.acknowledged += 1;
                *pages.sold.entry(sent.variant.clone()).or_default() += sent.quantity;
            }
        }
    }

    pub(super) fn unanswered(&self, sent: Sent) {
        self.pages.lock().unwrap().unanswered.push(sent);
    }

    /// The carts to be asked for again.
    pub(super) fn take_unanswered(&self) -> Vec<Sent> {
        let mut pages = self.pages.lock().unwrap();
        let taken = std::mem::take(&mut pages.unanswered);
        pages.counts.asked_again += taken.len() as u64;
        taken
    }

    pub(super) fn doubled(&self) {
        self.pages.lock().unwrap().counts.doubles += 1;
    }

    pub(super) fn sold_out(&self) {
        self.pages.lock().unwrap().counts.sold_out += 1;
    }

    pub(super) fn not_paid(&self) {
        self.pages.lock().unwrap().counts.not_paid += 1;
    }

    pub(super) fn counts(&self) -> Counts {
        self.pages.lock().unwrap().counts
    }

    /// All orders that were acknowledged.
    pub(super) fn acknowledged(&self) -> Vec<String> {
        self.pages.lock().unwrap().orders.values().cloned().collect()
    }

    /// How many units of a variant were acknowledged as sold.
    pub(super) fn sold(&self, variant: &str) -> i64 {
        self.pages.lock().unwrap().sold.get(variant).copied().unwrap_or(0)
    }
}
