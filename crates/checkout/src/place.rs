//! Placing an order: a finished cart becomes one order, with its stock claimed and its payment promised.
//!
//! The steps: the cart is read and checked; a provider of this process is asked for the money, with nothing locked; then one
//! transaction closes the cart (if it is still the one that was read), claims the stock and the uses of promotions,
//! records the payment and places the order. Stock and order share a store, so that either all of it happened or nothing.
//! A provider that is another system is asked in two steps instead: `ask.rs` and `settle.rs`.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_catalog::VariantOf;
use tradewind_inventory::{Claim, Demand};
use tradewind_kernel::{Bucket, Error, Money, Result, Timestamp};
use tradewind_offers::{PROMOTION_USED_UP, PromotionUse};
use tradewind_orders::{Placement, order_id_of_cart};
use tradewind_payments::error::{declined, processing, requires_more};
use tradewind_payments::{Answer, Outcome, Paid, PaymentCollection, PaymentSession, SESSION_VOID};
use tradewind_platform::db::{Asked, Batch, Stored, Tx, TxFuture, VERSION};
use tradewind_pricing::Totals;

use crate::becoming::new_order;
use crate::error::CART_COMPLETED;
use crate::lines::is_offered;
use crate::model::{Cart, Completion, Placed};
use crate::promotions::uses_of;
use crate::settle::{Settled, Why};
use crate::shipping::profiles_of;
use crate::stock::demands_of;
use crate::{ATTEMPTS_MAX, Checkout, CheckoutParts, Loaded, busy, error, quote, store};

/// A cart that can become an order, at the version it was read at.
#[derive(Clone)]
pub(crate) struct Ready {
    pub(crate) cart: Cart,
    pub(crate) version: i64,
    pub(crate) totals: Totals,
    pub(crate) demands: Vec<Demand>,
    pub(crate) locations: Arc<[String]>,
    pub(crate) payment: Option<(Stored<PaymentCollection>, PaymentSession)>,
    pub(crate) uses: Vec<PromotionUse>,
}

/// What one attempt to complete a cart came to.
pub(crate) enum Attempt {
    Done(Completion),
    /// The cart was changed, or completed, since it was read.
    Again,
}

impl Checkout {
    /// Makes an order of a cart. A cart that is one already answers with its order, however often and from however many
    /// places at once it is asked.
    pub async fn complete(&self, cart_id: &str) -> Result<Completion> {
        for _ in 0..ATTEMPTS_MAX {
            if let Attempt::Done(completion) = self.try_to_complete(cart_id).await? {
                return Ok(completion);
            }
        }
        Err(busy())
    }

    async fn try_to_complete(&self, cart_id: &str) -> Result<Attempt> {
        let (cart, version) = self.load_cart(cart_id).await?;
        if cart.is_completed() {
            return self.order_of(cart_id).await.map(|placed| Attempt::Done(Completion::Order(placed)));
        }
        if cart.is_awaiting_payment() {
            let loaded = self.load(cart_id).await?;
            if !loaded.cart.is_awaiting_payment() {
                return Ok(Attempt::Again);
            }
            return match self.settle(loaded, Why::Asked).await? {
                Settled::Placed(placed) => Ok(Attempt::Done(Completion::Order(placed))),
                Settled::Reopened(error) | Settled::Waiting(error) => self.not_paid(cart_id, error).await,
                Settled::Again => Ok(Attempt::Again),
            };
        }
        let payment_collection = self.payment_of(&cart).await?;
        let ready = match self.check(Loaded { cart, version, payment_collection }).await {
            Ok(ready) => ready,
            // The cart and its payment may be of two moments. That it cannot be ordered is said of one.
            Err(refusal) => {
                let loaded = self.load(cart_id).await?;
                if loaded.version != version {
                    return Ok(Attempt::Again);
                }
                return Err(refusal);
            }
        };
        let lost = self.lost(&ready.cart, &ready.uses).await?;
        if !lost.is_empty() {
            return self.refuse(&ready.cart, lost).await;
        }
        let uses = ready.uses.clone();
        let cart_id = ready.cart.id.clone();
        match self.place_or_ask(ready).await {
            // The cart, or its payment session, is not the one that was read.
            Err(error) if error.is(VERSION) || error.is(SESSION_VOID) => Ok(Attempt::Again),
            Err(error) if error.is(PROMOTION_USED_UP) => {
                let (cart, _) = self.load_cart(cart_id.as_str()).await?;
                let lost = self.lost(&cart, &uses).await?;
                // Where it is not known which, as another process counts as well, none is insisted on.
                let all = || uses.iter().map(|one| one.promotion_id.clone()).collect();
                self.refuse(&cart, if lost.is_empty() { all() } else { lost }).await
            }
            outcome => outcome.map_err(|error| self.noting_sold_out(error)),
        }
    }

    async fn place_or_ask(&self, ready: Ready) -> Result<Attempt> {
        let answer = match &ready.payment {
            None => None,
            Some((_, session)) if !self.parts.payments.is_local(&session.provider_id)? => {
                self.await_payment(ready).await?;
                // From here it is settled as after a crash.
                return Ok(Attempt::Again);
            }
            Some((collection, session)) => {
                let answer = self.parts.payments.authorize(ready.cart.id.as_str(), session).await?;
                if let Some(refusal) = refusal_of(&answer.outcome) {
                    let cart_id = ready.cart.id.as_str();
                    self.note_unpaid(cart_id, &collection.value.id, &session.id, answer).await?;
                    return self.not_paid(cart_id, refusal).await;
                }
                Some(answer)
            }
        };
        let now = self.parts.clock.now();
        let placement =
            self.prepare(&ready.cart, &ready.totals, ready.payment.as_ref().map(|(of, _)| &of.value), now).await?;
        let placed = self.commit(Placing { ready, placement, answer, now }).await?;
        self.parts.orders.list_for_customer(&placed.order).await?;
        Ok(Attempt::Done(Completion::Order(placed)))
    }

    /// Numbers the order that a cart becomes; it must come to what the cart was shown to cost.
    pub(crate) async fn prepare(
        &self,
        cart: &Cart,
        totals: &Totals,
        collection: Option<&PaymentCollection>,
        now: Timestamp,
    ) -> Result<Placement> {
        let placement = self.parts.orders.prepare(new_order(cart, totals, collection, now)).await?;
        if placement.order().totals().total() != totals.total {
            return Err(Error::internal(format!("the lines of {} do not add up to its total", cart.id.as_str())));
        }
        Ok(placement)
    }

    async fn not_paid(&self, cart_id: &str, error: Error) -> Result<Attempt> {
        let view = Box::new(self.cart(cart_id).await?);
        Ok(Attempt::Done(Completion::Cart { view, error }))
    }

    /// Keeps what a provider answered that is not a payment.
    pub(crate) async fn note_unpaid(
        &self,
        cart_id: &str,
        collection_id: &str,
        session_id: &str,
        answer: Answer,
    ) -> Result<()> {
        let payments = self.parts.payments.clone();
        let (collection_id, session_id) = (collection_id.to_owned(), session_id.to_owned());
        self.database_of(cart_id)
            .write(move |tx| {
                Box::pin(async move { payments.record_unpaid(tx, &collection_id, &session_id, answer).await })
            })
            .await
    }

    /// Promotions the cart was promised are used up: nothing is ordered, and the cart can be bought at its new price.
    async fn refuse(&self, cart: &Cart, promotion_ids: Vec<String>) -> Result<Attempt> {
        match self.go_on_without(cart, promotion_ids).await {
            Ok(refusal) => Err(refusal),
            // Somebody completed the very same cart meanwhile.
            Err(error) if error.is(CART_COMPLETED) => Ok(Attempt::Again),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn order_of(&self, cart_id: &str) -> Result<Placed> {
        let order_id = order_id_of_cart(cart_id);
        let order = self.parts.orders.order(order_id.as_str()).await?.ok_or_else(|| {
            Error::internal(format!("the cart {cart_id} is completed, but {order_id} does not exist"))
        })?;
        // Mends what a crash between the commit and the customer's list may have left out.
        self.parts.orders.list_for_customer(&order).await?;
        Ok(Placed { order, collections: None })
    }

    /// Whether the cart has all that an order needs.
    async fn check(&self, loaded: Loaded) -> Result<Ready> {
        let Loaded { cart, version, payment_collection } = loaded;
        if cart.items.is_empty() {
            return Err(Error::invalid("items", "The cart is empty; add something before completing it"));
        }
        if cart.email.is_none() {
            return Err(Error::invalid("email", "The cart needs an e-mail address before it can be completed"));
        }
        check_shipping(&cart)?;
        let sold = self.sold_in(&cart).await?;
        let demands = demands(&cart, &sold)?;
        let locations = self.locations_of(&cart).await?;
        self.refuse_sold_out(&cart, &demands, &locations).await?;
        let totals = quote::totals(&cart)?;
        let payment = payment_of(payment_collection, totals.total)?;
        let uses = uses_of(&cart)?;
        Ok(Ready { cart, version, totals, demands, locations, payment, uses })
    }

    async fn commit(&self, placing: Placing) -> Result<Placed> {
        let bucket = Bucket::of(placing.ready.cart.id.as_str());
        // Uses of promotions are counted for one order after the other.
        if placing.ready.uses.is_empty() {
            self.placing.write(bucket, placing).await
        } else {
            self.placing.write_alone(bucket, placing).await
        }
    }
}

/// All that the transaction needs that makes an order of a cart.
#[derive(Clone)]
pub(crate) struct Placing {
    ready: Ready,
    placement: Placement,
    /// What the provider answered, where there is something to pay.
    answer: Option<Answer>,
    now: Timestamp,
}

/// Placing orders, as many as are asked for at the moment.
pub(crate) struct PlaceOrders(pub(crate) Arc<CheckoutParts>);

impl Batch for PlaceOrders {
    type Item = Placing;
    type Answer = Placed;

    fn one<'t>(&'t self, tx: &'t mut Tx, placing: Placing) -> TxFuture<'t, Placed> {
        Box::pin(async move {
            let (Placing { ready, placement, answer, now }, parts) = (placing, &self.0);
            let request_id = tx.request_id().map(str::to_owned);
            let order_id = placement.order().id.as_str().to_owned();
            // First of all: nothing is claimed for a cart that is not the one that was checked.
            store::complete(tx, ready.cart.id.as_str(), ready.version, now).await?;
            parts.claim(tx, &order_id, &ready).await?;
            let paid = ready.payment.zip(answer).map(|((collection, session), answer)| {
                let session_id = session.id;
                (Paid { collection, session_id, order_id: order_id.clone(), answer }, request_id)
            });
            let collections = parts.payments.record_all_paid(tx, paid.into_iter().collect()).await?;
            let order = parts.orders.place(tx, placement).await?;
            Ok(Placed { order, collections: Some(collections) })
        })
    }

    fn all<'t>(&'t self, tx: &'t mut Tx, asked: Vec<Asked<Placing>>) -> TxFuture<'t, Vec<Placed>> {
        Box::pin(async move {
            let parts = &self.0;
            let closing =
                |Placing { ready, now, .. }: &Placing| (ready.cart.id.as_str().to_owned(), ready.version, *now);
            store::complete_all(tx, &asked.iter().map(|one| closing(&one.item)).collect::<Vec<_>>()).await?;
            let (mut claims, mut paid) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
            for Asked { item: Placing { ready, placement, answer, .. }, request_id } in &asked {
                let order_id = placement.order().id.as_str();
                let (demands, location_ids) = (ready.demands.as_slice(), &*ready.locations);
                claims.push(Claim { reference: order_id, demands, location_ids });
                if let (Some((collection, session)), Some(answer)) = (&ready.payment, answer) {
                    let (collection, session_id) = (collection.clone(), session.id.clone());
                    let (order_id, answer) = (order_id.to_owned(), answer.clone());
                    paid.push((Paid { collection, session_id, order_id, answer }, request_id.clone()));
                }
            }
            parts.inventory.reserve_all(tx, &claims).await?;
            let recorded = parts.payments.record_all_paid(tx, paid).await?;
            let placements = asked.into_iter().map(|one| (one.item.placement, one.request_id)).collect();
            let orders = parts.orders.place_all(tx, placements).await?;
            let mut of_order: HashMap<_, _> = recorded.into_iter().map(|it| (it.order_id.clone(), it)).collect();
            let placed = orders.into_iter().map(|order| {
                let collection = of_order.remove(&Some(order.id.as_str().to_owned()));
                Placed { order, collections: Some(collection.into_iter().collect()) }
            });
            Ok(placed.collect())
        })
    }
}

impl CheckoutParts {
    /// Claims what is scarce of all that a cart becomes: stock and uses of promotions, for its order.
    pub(crate) async fn claim(&self, tx: &mut Tx, order_id: &str, ready: &Ready) -> Result<()> {
        if !ready.demands.is_empty() {
            self.inventory.reserve(tx, order_id, &ready.demands, &ready.locations).await?;
        }
        if !ready.uses.is_empty() {
            self.offers.claim(tx, order_id, &ready.uses).await?;
        }
        Ok(())
    }
}

/// What the shopper is told of an answer that is not a payment.
pub(crate) fn refusal_of(outcome: &Outcome) -> Option<Error> {
    match outcome {
        Outcome::Authorized | Outcome::Captured => None,
        Outcome::RequiresAction => Some(requires_more()),
        Outcome::Pending => Some(processing()),
        Outcome::Declined(reason) => Some(declined(reason.as_str())),
    }
}

fn check_shipping(cart: &Cart) -> Result<()> {
    if !cart.requires_shipping() {
        return Ok(());
    }
    let country = cart.shipping_address.as_ref().and_then(|address| address.country_code.as_ref());
    if country.is_none() {
        return Err(Error::invalid(
            "shipping_address",
            "The cart needs a shipping address with a country before it can be completed",
        ));
    }
    let has_method_for =
        |profile: &str| cart.shipping_methods.iter().any(|method| method.shipping_profile_id == profile);
    let all_are_sent = profiles_of(cart).into_iter().all(has_method_for);
    if cart.shipping_methods.is_empty() || !all_are_sent {
        return Err(Error::invalid(
            "shipping_methods",
            "A shipping method must be chosen for everything in the cart before it can be completed",
        ));
    }
    Ok(())
}

/// What the cart takes out of stock. What is no longer for sale is not sold.
fn demands(cart: &Cart, sold: &[Option<VariantOf>]) -> Result<Vec<Demand>> {
    let mut demands = Vec::new();
    for (item, sold) in cart.items.iter().zip(sold) {
        let sold = sold
            .as_ref()
            .filter(|sold| is_offered(sold, cart.sales_channel_id.as_deref()))
            .ok_or_else(|| error::not_for_sale_any_more(&item.goods.title))?;
        demands.extend(demands_of(item, sold)?);
    }
    Ok(demands)
}

/// The session that pays for the cart: it must be for exactly what the cart costs. Nothing has to be paid for nothing.
fn payment_of(
    collection: Option<Stored<PaymentCollection>>,
    total: Money,
) -> Result<Option<(Stored<PaymentCollection>, PaymentSession)>> {
    if total.minor == 0 {
        return Ok(None);
    }
    let collection = collection.ok_or_else(error::no_payment)?;
    let session = collection
        .value
        .open_session()
        .filter(|session| session.amount == total)
        .cloned()
        .ok_or_else(error::no_payment)?;
    Ok(Some((collection, session)))
}
