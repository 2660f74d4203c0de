//! Placing an order: a finished cart becomes one order, with its stock claimed and its payment promised.
//!
//! The steps: the cart is read and checked; the provider is asked to promise the money, with nothing locked; then one
//! transaction closes the cart (if it is still the one that was read), claims the stock and the uses of promotions,
//! records the payment and places the order. Stock and order share a store, so that either all of it happened or nothing.

use std::sync::Arc;

use tradewind_catalog::VariantOf;
use tradewind_inventory::Demand;
use tradewind_kernel::id::body_of;
use tradewind_kernel::{Error, Money, Result, Timestamp};
use tradewind_offers::{PROMOTION_USED_UP, PromotionUse};
use tradewind_orders::{
    Address, Adjustment, ChargedTax, LineTotals, NewOrder, Order, OrderItem, OrderShipping, Placement, TaxLine,
    order_id_of_cart,
};
use tradewind_payments::error::{declined, requires_more};
use tradewind_payments::{Outcome, PaymentCollection, PaymentSession, SESSION_VOID};
use tradewind_platform::db::VERSION;
use tradewind_pricing::Totals;

use crate::error::CART_COMPLETED;
use crate::lines::is_offered;
use crate::model::{Cart, Completion};
use crate::promotions::uses_of;
use crate::shipping::profiles_of;
use crate::stock::demands_of;
use crate::{ATTEMPTS_MAX, Checkout, Loaded, busy, error, quote, store};

/// A cart that can become an order, at the version it was read at.
struct Ready {
    cart: Cart,
    version: i64,
    totals: Totals,
    demands: Vec<Demand>,
    locations: Arc<[String]>,
    payment: Option<(PaymentCollection, PaymentSession)>,
    uses: Vec<PromotionUse>,
}

/// What one attempt to complete a cart came to.
enum Attempt {
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
        let loaded = self.load(cart_id).await?;
        if loaded.cart.is_completed() {
            return self.order_of(cart_id).await.map(|order| Attempt::Done(Completion::Order(order)));
        }
        let ready = self.check(loaded).await?;
        let lost = self.lost(&ready.cart, &ready.uses).await?;
        if !lost.is_empty() {
            return self.refuse(&ready.cart, lost).await;
        }
        if let Some(refusal) = self.ask_provider(&ready).await? {
            let view = Box::new(self.cart(cart_id).await?);
            return Ok(Attempt::Done(Completion::Cart { view, error: refusal }));
        }
        let now = self.parts.clock.now();
        let placement = self.parts.orders.prepare(new_order(&ready, now)).await?;
        if placement.order().totals().total() != ready.totals.total {
            return Err(Error::internal(format!("the lines of {cart_id} do not add up to its total")));
        }
        let uses = ready.uses.clone();
        match self.commit(ready, placement, now).await {
            Ok(order) => {
                self.parts.orders.list_for_customer(&order).await?;
                Ok(Attempt::Done(Completion::Order(order)))
            }
            // The cart, or its payment session, is not the one that was read.
            Err(error) if error.is(VERSION) || error.is(SESSION_VOID) => Ok(Attempt::Again),
            Err(error) if error.is(PROMOTION_USED_UP) => {
                let cart = self.load(cart_id).await?.cart;
                let lost = self.lost(&cart, &uses).await?;
                // Where it is not known which, as another process counts as well, none is insisted on.
                let all = || uses.iter().map(|one| one.promotion_id.clone()).collect();
                self.refuse(&cart, if lost.is_empty() { all() } else { lost }).await
            }
            Err(error) => Err(self.noting_sold_out(error)),
        }
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

    async fn order_of(&self, cart_id: &str) -> Result<Arc<Order>> {
        let order_id = order_id_of_cart(cart_id);
        let order = self.parts.orders.order(order_id.as_str()).await?.ok_or_else(|| {
            Error::internal(format!("the cart {cart_id} is completed, but {order_id} does not exist"))
        })?;
        // Mends what a crash between the commit and the customer's list may have left out.
        self.parts.orders.list_for_customer(&order).await?;
        Ok(order)
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

    /// Asks the provider to promise the money. `Some` says why it does not.
    ///
    /// No transaction is open. A provider of this process answers at once; one that is asked over a network will need the
    /// order recorded as awaiting payment, and its stock claimed, before this step.
    async fn ask_provider(&self, ready: &Ready) -> Result<Option<Error>> {
        let Some((collection, session)) = &ready.payment else {
            return Ok(None);
        };
        let outcome = self.parts.payments.authorize(session).await?;
        let refusal = match &outcome {
            Outcome::Authorized | Outcome::Captured => return Ok(None),
            Outcome::RequiresAction => requires_more(),
            Outcome::Declined(reason) => declined(reason.as_str()),
        };
        let payments = self.parts.payments.clone();
        let (collection_id, session_id) = (collection.id.clone(), session.id.clone());
        self.database_of(ready.cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move { payments.record_refusal(tx, &collection_id, &session_id, &outcome).await })
            })
            .await?;
        Ok(Some(refusal))
    }

    async fn commit(&self, ready: Ready, placement: Placement, now: Timestamp) -> Result<Arc<Order>> {
        let Ready { cart, version, demands, locations, payment, uses, .. } = ready;
        let (inventory, payments, orders) =
            (self.parts.inventory.clone(), self.parts.payments.clone(), self.parts.orders.clone());
        let offers = self.parts.offers.clone();
        self.database_of(cart.id.as_str())
            .write(move |tx| {
                Box::pin(async move {
                    let order_id = placement.order().id.as_str().to_owned();
                    // First of all: nothing is claimed for a cart that is not the one that was checked.
                    store::complete(tx, cart.id.as_str(), version, now).await?;
                    if !demands.is_empty() {
                        inventory.reserve(tx, &order_id, &demands, &locations).await?;
                    }
                    if !uses.is_empty() {
                        offers.claim(tx, &order_id, &uses).await?;
                    }
                    if let Some((collection, session)) = &payment {
                        payments.record_authorized(tx, &collection.id, &session.id, &order_id).await?;
                    }
                    orders.place(tx, placement).await
                })
            })
            .await
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
    collection: Option<PaymentCollection>,
    total: Money,
) -> Result<Option<(PaymentCollection, PaymentSession)>> {
    if total.minor == 0 {
        return Ok(None);
    }
    let collection = collection.ok_or_else(error::no_payment)?;
    let session =
        collection.open_session().filter(|session| session.amount == total).cloned().ok_or_else(error::no_payment)?;
    Ok(Some((collection, session)))
}

/// The order a cart becomes. Lines, methods and addresses keep their 26 characters, as the order does the cart's.
fn new_order(ready: &Ready, now: Timestamp) -> NewOrder {
    let Ready { cart, totals, payment, .. } = ready;
    let items = cart.items.iter().zip(&totals.lines).map(|(item, of_line)| OrderItem {
        id: renamed("ordli", &item.id),
        goods: item.goods.clone(),
        quantity: item.quantity,
        unit_price: item.unit_price,
        compare_at_unit_price: item.compare_at_unit_price,
        is_tax_inclusive: item.is_tax_inclusive,
        totals: line_totals(of_line),
        taxes: charged_taxes("ordlitxl", &item.tax_lines, of_line),
        adjustments: order_adjustments("ordliadj", &item.adjustments),
        metadata: item.metadata.clone(),
    });
    let methods = cart.shipping_methods.iter().zip(&totals.shipping).map(|(method, of_method)| OrderShipping {
        id: renamed("ordsm", &method.id),
        shipping_option_id: method.shipping_option_id.clone(),
        name: method.name.clone(),
        amount: method.amount,
        is_tax_inclusive: method.is_tax_inclusive,
        data: method.data.clone(),
        totals: line_totals(of_method),
        taxes: charged_taxes("ordsmtxl", &method.tax_lines, of_method),
        adjustments: order_adjustments("ordsmadj", &method.adjustments),
    });
    NewOrder {
        cart_id: cart.id.as_str().to_owned(),
        region_id: cart.region_id.clone(),
        customer_id: cart.customer_id.clone(),
        sales_channel_id: cart.sales_channel_id.clone(),
        email: cart.email.clone(),
        currency: cart.currency,
        locale: cart.locale.clone(),
        shipping_address: cart.shipping_address.as_ref().map(order_address),
        billing_address: cart.billing_address.as_ref().map(order_address),
        items: items.collect(),
        shipping_methods: methods.collect(),
        credit_lines: cart.credit_lines.clone(),
        payment_collection_ids: payment.iter().map(|(collection, _)| collection.id.clone()).collect(),
        metadata: cart.metadata.clone(),
        at: now,
    }
}

fn renamed(prefix: &str, id: &str) -> String {
    format!("{prefix}_{}", body_of(id))
}

fn order_address(address: &Address) -> Address {
    Address { id: renamed("ordaddr", &address.id), ..address.clone() }
}

fn order_adjustments(prefix: &str, of_line: &[Adjustment]) -> Vec<Adjustment> {
    of_line.iter().map(|own| Adjustment { id: renamed(prefix, &own.id), ..own.clone() }).collect()
}

fn line_totals(of_line: &tradewind_pricing::LineTotals) -> LineTotals {
    LineTotals {
        subtotal: of_line.subtotal.minor,
        total: of_line.total.minor,
        tax_total: of_line.tax_total.minor,
        discount_total: of_line.discount_total.minor,
        discount_subtotal: of_line.discount_subtotal.minor,
        discount_tax_total: of_line.discount_tax_total.minor,
        original_total: of_line.original_total.minor,
        original_subtotal: of_line.original_subtotal.minor,
        original_tax_total: of_line.original_tax_total.minor,
    }
}

fn charged_taxes(prefix: &str, lines: &[TaxLine], of_line: &tradewind_pricing::LineTotals) -> Vec<ChargedTax> {
    lines
        .iter()
        .zip(&of_line.tax_lines)
        .map(|(line, (subtotal, total))| ChargedTax {
            line: TaxLine { id: renamed(prefix, &line.id), ..line.clone() },
            subtotal: subtotal.minor,
            total: total.minor,
        })
        .collect()
}
