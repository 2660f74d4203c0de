//! Settling carts that wait for another system to say whether they are paid: the order is placed, or the cart reopened with what
//! it claimed given back. The shopper's browser, the provider's notice and the sweep all come here, in any order and at once;
//! whoever commits first decides, and what they decide follows from what the provider says.

use std::sync::Arc;

use futures::{StreamExt as _, stream};
use tradewind_kernel::{Error, ErrorKind, Result, Timestamp};
use tradewind_orders::{Change, PaymentAttempt, order_id_of_cart};
use tradewind_payments::{Answer, Outcome, PaymentCollection, PaymentSession, Payments};
use tradewind_platform::db::VERSION;

use crate::error::{called_off, paid_another_amount, payment_too_late};
use crate::model::{Cart, Placed};
use crate::place::refusal_of;
use crate::{ATTEMPTS_MAX, Checkout, Loaded, Patience, busy, error, quote, store};

/// How many carts one sweep settles at most in each store.
const SWEEP_MAX: i64 = 500;
/// How many of them at a time: each waits for its provider.
const SWEEP_AT_ONCE: usize = 16;
/// A provider is not asked more rarely than this.
const ASK_AGAIN_SECONDS_MAX: i64 = 60;

/// Why a waiting cart is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It shall become an order: the provider is asked for the money.
    Asked,
    /// The provider says that something has happened.
    Noticed,
    /// The shopper wants to change it.
    CalledOff,
    /// Nobody has said anything for a while.
    Swept,
}

/// What became of a waiting cart.
pub(crate) enum Settled {
    /// It was paid.
    Placed(Placed),
    /// It was not, for this reason, and can be changed and bought again.
    Reopened(Error),
    /// That is not known yet. The error says what the shopper can do.
    Waiting(Error),
    /// Somebody else settled it, or the provider changed its mind.
    Again,
}

/// A cart that waits, with the session its provider is asked about.
struct Awaited {
    cart: Cart,
    version: i64,
    collection: PaymentCollection,
    session: PaymentSession,
}

/// How a session ended that was not paid.
#[derive(Clone)]
enum End {
    /// The provider said so.
    Unpaid(Answer),
    /// The shop gave it up, and the provider agreed.
    CalledOff,
    /// It brought money that is not what is owed, and goes back.
    Void,
}

impl Checkout {
    /// A provider says that something happened with a cart's payment: where it is paid, its order is placed although the
    /// shopper's browser may be gone; where it cannot become an order, the money is given back.
    pub async fn noticed(&self, cart_id: &str) -> Result<()> {
        for _ in 0..ATTEMPTS_MAX {
            let loaded = match self.load(cart_id).await {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
                loaded => loaded?,
            };
            if loaded.cart.is_completed() {
                return Ok(());
            }
            let is_settled = match loaded.cart.is_awaiting_payment() {
                true => !matches!(self.settle(loaded, Why::Noticed).await?, Settled::Again),
                false => self.take_up(cart_id, loaded).await?,
            };
            if is_settled {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Completes a cart whose shopper paid and never came back to say so. Answers false where it was changed meanwhile.
    async fn take_up(&self, cart_id: &str, loaded: Loaded) -> Result<bool> {
        let Loaded { version, payment_collection: Some(collection), .. } = loaded else { return Ok(true) };
        let collection = collection.value;
        let Some(session) = collection.open_session() else { return Ok(true) };
        let payments = &self.parts.payments;
        if payments.is_local(&session.provider_id)? || !payments.status(cart_id, session).await?.outcome.is_paid() {
            return Ok(true);
        }
        let refusal = match self.complete(cart_id).await {
            Ok(_) => return Ok(true),
            Err(error) => error,
        };
        let is_final = matches!(refusal.kind(), ErrorKind::Invalid | ErrorKind::NotAllowed | ErrorKind::NotFound);
        if !is_final {
            return Err(refusal);
        }
        // It cannot be bought: the money goes back.
        let (payments, cart_id) = (payments.clone(), cart_id.to_owned());
        let (collection_id, session_id) = (collection.id.clone(), session.id.clone());
        let voided = self
            .database_of(&cart_id.clone())
            .write(move |tx| {
                Box::pin(async move {
                    store::touch(tx, &cart_id, version).await?;
                    payments.void_session(tx, &collection_id, &session_id).await
                })
            })
            .await;
        match voided {
            Err(error) if error.is(VERSION) => Ok(false),
            voided => voided.map(|()| true),
        }
    }

    /// Asks about every cart of which nobody has heard for a while, and ends the wait of those that waited too long. Answers
    /// how many were looked at. What cannot be settled now is looked at again later; the first failure is passed on.
    pub async fn settle_due(&self) -> Result<usize> {
        let (mut looked_at, mut failure) = (0, None);
        for db in self.parts.shards.all() {
            let now = self.parts.clock.now();
            let due = db.read_own(move |tx| Box::pin(async move { store::due(tx, now, SWEEP_MAX).await })).await?;
            let mut settling = stream::iter(due)
                .map(|cart_id| async move { self.sweep(&cart_id).await })
                .buffer_unordered(SWEEP_AT_ONCE);
            while let Some(outcome) = settling.next().await {
                looked_at += 1;
                if let Err(error) = outcome {
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(looked_at), Err)
    }

    async fn sweep(&self, cart_id: &str) -> Result<()> {
        for _ in 0..ATTEMPTS_MAX {
            let loaded = self.load(cart_id).await?;
            let Some(since) = loaded.cart.awaiting_since else { return Ok(()) };
            let next = self.parts.patience.ask_again_after(since, self.parts.clock.now());
            let id = cart_id.to_owned();
            self.database_of(cart_id)
                .write(move |tx| Box::pin(async move { store::ask_again(tx, &id, next).await }))
                .await?;
            if !matches!(self.settle(loaded, Why::Swept).await?, Settled::Again) {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// A cart that can be changed. One that waits for its payment is called off first: if its money has come all the same, it
    /// is an order; if it may be coming, the cart cannot be changed now.
    pub(crate) async fn open_cart(&self, cart_id: &str) -> Result<(Cart, i64)> {
        for _ in 0..ATTEMPTS_MAX {
            let (cart, version) = self.load_cart(cart_id).await?;
            if cart.is_completed() {
                return Err(error::completed(cart_id));
            }
            if !cart.is_awaiting_payment() {
                return Ok((cart, version));
            }
            let loaded = self.load(cart_id).await?;
            if loaded.cart.is_awaiting_payment()
                && let Settled::Waiting(error) = self.settle(loaded, Why::CalledOff).await?
            {
                return Err(error);
            }
        }
        Err(busy())
    }

    pub(crate) async fn settle(&self, loaded: Loaded, why: Why) -> Result<Settled> {
        let awaited = Awaited::of(loaded)?;
        let (cart_id, session) = (awaited.cart.id.as_str(), &awaited.session);
        let payments = &self.parts.payments;
        let answer = match why {
            Why::Asked => payments.authorize(cart_id, session).await,
            Why::Noticed | Why::CalledOff | Why::Swept => payments.status(cart_id, session).await,
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if Payments::is_unsettled(&error) => return Ok(Settled::Waiting(error)),
            // The provider does not know of it, or will not have it: it is not paid.
            Err(error) => Answer {
                outcome: Outcome::Declined(error.message().to_owned()),
                amount: session.amount,
                data: session.data.clone(),
            },
        };
        let Some(refusal) = refusal_of(&answer.outcome) else {
            return match answer.amount == session.amount {
                true => self.place_awaited(awaited, answer).await,
                false => self.reopen(awaited, End::Void, paid_another_amount()).await,
            };
        };
        match answer.outcome {
            Outcome::Declined(_) => self.reopen(awaited, End::Unpaid(answer), refusal).await,
            // Money on its way cannot be stopped.
            Outcome::RequiresAction if self.gives_up(&awaited.cart, why) => {
                match payments.call_off(cart_id, session).await {
                    Ok(()) if why == Why::CalledOff => self.reopen(awaited, End::CalledOff, called_off()).await,
                    Ok(()) => self.reopen(awaited, End::CalledOff, payment_too_late()).await,
                    // It was paid, or is about to be, since its provider was asked.
                    Err(error) if error.kind() == ErrorKind::NotAllowed => Ok(Settled::Again),
                    Err(error) if Payments::is_unsettled(&error) => Ok(Settled::Waiting(error)),
                    Err(error) => Err(error),
                }
            }
            _ => {
                self.note_unpaid(cart_id, &awaited.collection.id, &session.id, answer).await?;
                Ok(Settled::Waiting(refusal))
            }
        }
    }

    fn gives_up(&self, cart: &Cart, why: Why) -> bool {
        match why {
            Why::CalledOff => true,
            Why::Swept => self.parts.patience.is_over(cart.awaiting_since, self.parts.clock.now()),
            Why::Asked | Why::Noticed => false,
        }
    }

    async fn place_awaited(&self, awaited: Awaited, answer: Answer) -> Result<Settled> {
        let Awaited { cart, version, collection, session } = awaited;
        let now = self.parts.clock.now();
        let placement = self.prepare(&cart, &quote::totals(&cart)?, Some(&collection), now).await?;
        let (payments, orders) = (self.parts.payments.clone(), self.parts.orders.clone());
        let placed = self
            .database_of(cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    store::complete(tx, cart.id.as_str(), version, now).await?;
                    let order_id = placement.order().id.as_str().to_owned();
                    let collection = payments.record_paid(tx, &collection.id, &session.id, &order_id, answer).await?;
                    let order = orders.place(tx, placement).await?;
                    Ok(Placed { order, collections: Some(vec![collection]) })
                })
            })
            .await;
        match placed {
            Ok(placed) => {
                self.parts.orders.list_for_customer(&placed.order).await?;
                Ok(Settled::Placed(placed))
            }
            Err(error) if error.is(VERSION) => Ok(Settled::Again),
            Err(error) => Err(error),
        }
    }

    /// Gives back what was claimed for a cart, which can then be changed and bought again.
    async fn reopen(&self, awaited: Awaited, end: End, refusal: Error) -> Result<Settled> {
        let Awaited { cart, version, collection, session } = awaited;
        let reason = Some(refusal.message().to_owned());
        let parts = Arc::clone(&self.parts);
        let reopened = self
            .database_of(cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    store::reopen(tx, cart.id.as_str(), version).await?;
                    let order_id = order_id_of_cart(cart.id.as_str());
                    parts.inventory.release(tx, order_id.as_str()).await?;
                    parts.offers.release(tx, order_id.as_str()).await?;
                    match end {
                        End::Unpaid(answer) => {
                            parts.payments.record_unpaid(tx, &collection.id, &session.id, answer).await?;
                        }
                        End::CalledOff => parts.payments.record_called_off(tx, &collection.id, &session.id).await?,
                        End::Void => parts.payments.void_session(tx, &collection.id, &session.id).await?,
                    }
                    let change = Change::PaymentFailed(PaymentAttempt { session_id: session.id, reason });
                    let (seq, payer) = (cart.order_events + 1, cart.customer_id.as_deref());
                    parts.orders.note_payment(tx, order_id.as_str(), seq, change, payer).await
                })
            })
            .await;
        match reopened {
            Ok(()) => Ok(Settled::Reopened(refusal)),
            Err(error) if error.is(VERSION) => Ok(Settled::Again),
            Err(error) => Err(error),
        }
    }
}

impl Awaited {
    fn of(loaded: Loaded) -> Result<Self> {
        let Loaded { cart, version, payment_collection } = loaded;
        let payment_collection = payment_collection.map(|stored| stored.value);
        let session = payment_collection.as_ref().and_then(|collection| collection.asked_session().cloned());
        let (Some(collection), Some(session)) = (payment_collection, session) else {
            return Err(Error::internal(format!("{} waits for a payment that nobody is asked for", cart.id.as_str())));
        };
        Ok(Self { cart, version, collection, session })
    }
}

impl Patience {
    fn is_over(&self, since: Option<Timestamp>, now: Timestamp) -> bool {
        since.is_none_or(|since| now >= since.plus_seconds(self.seconds))
    }

    /// When a provider is asked again, of what it is asked about since then: the longer it takes, the more rarely.
    fn ask_again_after(&self, since: Timestamp, now: Timestamp) -> Timestamp {
        let waited_seconds = (now.0 - since.0) / 1000;
        let longest = ASK_AGAIN_SECONDS_MAX.max(self.ask_again_seconds);
        now.plus_seconds((waited_seconds / 4).clamp(self.ask_again_seconds, longest))
    }
}
