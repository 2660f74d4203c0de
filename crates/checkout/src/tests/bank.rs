//! A bank: a payment provider that is another system, with its own books. It outlives the shop, answers as it is told, or at
//! random, and sometimes not at all.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use futures::future::BoxFuture;
use tradewind_kernel::{Money, Rng};
use tradewind_platform::payment::{Answer, Notice, Outcome, PaymentProvider, PaymentRequest, bad_notice, no_answer};

use crate::*;

pub(super) const BANK: &str = "pp_bank";

/// What the bank does when it is asked for money.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Plan {
    /// Promises it.
    Promise,
    /// Takes it at once.
    Take,
    /// Takes another amount.
    TakeOther,
    /// Wants the shopper to confirm.
    AskShopper,
    /// Goes on thinking.
    Think,
    /// Refuses.
    Refuse,
    /// Does not answer, and does nothing.
    BeSilent,
    /// Takes it, and the answer is lost.
    TakeSilently,
}

const PLANS: [Plan; 8] = [
    Plan::Promise,
    Plan::Take,
    Plan::TakeOther,
    Plan::AskShopper,
    Plan::Think,
    Plan::Refuse,
    Plan::BeSilent,
    Plan::TakeSilently,
];

/// What the bank's books say of a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) cart_id: String,
    pub(super) amount: Money,
    pub(super) standing: Standing,
    /// The keys money was given back with.
    pub(super) refunds: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    Open,
    Thinking,
    Refused,
    Promised,
    Taken,
    Canceled,
}

impl Entry {
    /// Whether the shopper's money is with the shop.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.standing, Standing::Promised | Standing::Taken) && self.refunds.is_empty()
    }
}

#[derive(Default)]
struct Books {
    entries: BTreeMap<String, Entry>,
    plans: VecDeque<Plan>,
    dice: Option<Rng>,
    asked: usize,
}

/// The bank. Told nothing, it promises.
#[derive(Default)]
pub(super) struct Bank {
    books: Mutex<Books>,
}

impl Bank {
    /// A bank that decides by chance.
    pub(super) fn moody(seed: u64) -> Self {
        let books = Books { dice: Some(Rng::seeded(seed)), ..Books::default() };
        Self { books: Mutex::new(books) }
    }

    /// From now on it does as it is told, or promises.
    pub(super) fn calm(&self) {
        self.books.lock().unwrap().dice = None;
    }

    pub(super) fn will(&self, plans: &[Plan]) {
        self.books.lock().unwrap().plans.extend(plans);
    }

    /// The shopper confirms a payment, in the bank's own window.
    pub(super) fn confirm(&self, session_id: &str) {
        let mut books = self.books.lock().unwrap();
        let takes = books.dice.as_ref().is_some_and(|dice| dice.below(2) == 0);
        let entry = books.entries.get_mut(session_id).expect("the bank knows of it");
        if matches!(entry.standing, Standing::Open | Standing::Thinking | Standing::Refused) {
            entry.standing = if takes { Standing::Taken } else { Standing::Promised };
        }
    }

    /// The bank has thought.
    pub(super) fn decide(&self, is_paid: bool) {
        for entry in self.books.lock().unwrap().entries.values_mut() {
            if entry.standing == Standing::Thinking {
                entry.standing = if is_paid { Standing::Taken } else { Standing::Refused };
            }
        }
    }

    pub(super) fn entry(&self, session_id: &str) -> Entry {
        self.books.lock().unwrap().entries[session_id].clone()
    }

    pub(super) fn entries(&self) -> Vec<(String, Entry)> {
        self.books.lock().unwrap().entries.clone().into_iter().collect()
    }

    /// How often it was asked for money.
    pub(super) fn asked(&self) -> usize {
        self.books.lock().unwrap().asked
    }

    fn change<T>(&self, session_id: &str, change: impl FnOnce(&mut Entry) -> T) -> T {
        change(self.books.lock().unwrap().entries.get_mut(session_id).expect("the bank knows of it"))
    }

    fn decided(&self, request: &PaymentRequest) -> Result<Answer> {
        let mut books = self.books.lock().unwrap();
        books.asked += 1;
        let standing = books.entries[&request.key].standing;
        if matches!(standing, Standing::Open | Standing::Refused) {
            let plan = match (books.plans.pop_front(), &books.dice) {
                (Some(plan), _) => plan,
                (None, Some(dice)) => PLANS[usize::try_from(dice.below(PLANS.len() as u64)).unwrap()],
                (None, None) => Plan::Promise,
            };
            let entry = books.entries.get_mut(&request.key).unwrap();
            entry.standing = match plan {
                Plan::Promise => Standing::Promised,
                Plan::Take | Plan::TakeSilently | Plan::TakeOther => Standing::Taken,
                Plan::AskShopper => Standing::Open,
                Plan::Think => Standing::Thinking,
                Plan::Refuse => Standing::Refused,
                Plan::BeSilent => standing,
            };
            if plan == Plan::TakeOther {
                entry.amount.minor -= 1;
            }
            if matches!(plan, Plan::BeSilent | Plan::TakeSilently) {
                return Err(no_answer("the line is dead"));
            }
        }
        drop(books);
        Ok(self.told(request))
    }

    fn told(&self, request: &PaymentRequest) -> Answer {
        let entry = self.entry(&request.key);
        let outcome = match entry.standing {
            Standing::Open => Outcome::RequiresAction,
            Standing::Thinking => Outcome::Pending,
            Standing::Refused => Outcome::Declined("No money on the account".to_owned()),
            Standing::Canceled => Outcome::Declined("The payment was cancelled".to_owned()),
            Standing::Promised => Outcome::Authorized,
            Standing::Taken => Outcome::Captured,
        };
        Answer { amount: entry.amount, ..request.answered(outcome) }
    }
}

impl PaymentProvider for Bank {
    fn id(&self) -> &str {
        BANK
    }

    fn is_local(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<serde_json::Value>> {
        Box::pin(async move {
            let entry = Entry {
                cart_id: request.cart_id.clone(),
                amount: request.amount,
                standing: Standing::Open,
                refunds: Vec::new(),
            };
            self.books.lock().unwrap().entries.insert(request.key.clone(), entry);
            Ok(serde_json::json!({ "secret": "of the shopper" }))
        })
    }

    fn authorize<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async move {
            over_the_line().await;
            let decided = self.decided(request);
            over_the_line().await;
            decided
        })
    }

    fn status<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<Answer>> {
        Box::pin(async move {
            over_the_line().await;
            let told = self.told(request);
            over_the_line().await;
            Ok(told)
        })
    }

    fn capture<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { Err(no_answer(format!("nobody captures {}", request.key))) })
    }

    fn cancel<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            over_the_line().await;
            let canceled = self.change(&request.key, |entry| match entry.standing {
                Standing::Taken | Standing::Thinking => Err(Error::not_allowed("The money is on its way")),
                _ => {
                    entry.standing = Standing::Canceled;
                    Ok(())
                }
            });
            over_the_line().await;
            canceled
        })
    }

    fn refund<'a>(&'a self, request: &'a PaymentRequest) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let session_id = request.key.split(':').next().unwrap();
            self.change(session_id, |entry| {
                if !entry.refunds.contains(&request.key) {
                    entry.refunds.push(request.key.clone());
                }
            });
            Ok(())
        })
    }

    fn notice(&self, notice: &Notice) -> Result<Option<String>> {
        if notice.headers.get("signature").map(String::as_str) != Some("the bank") {
            return Err(bad_notice("This is not from the bank"));
        }
        Ok(Some(String::from_utf8_lossy(&notice.body).into_owned()))
    }
}

/// Others get on meanwhile.
async fn over_the_line() {
    let mut is_back = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut is_back, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
