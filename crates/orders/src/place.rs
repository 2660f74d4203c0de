//! Placing an order: attempts to pay for it, then the event of its placing, the document and the customer's list, in the transaction of its stock.

use std::sync::Arc;

use tradewind_kernel::id::body_of;
use tradewind_kernel::{Currency, Error, Result, Timestamp};
use tradewind_platform::db::Tx;

use crate::events::OrderPlaced;
use crate::history::{Change, Recorded};
use crate::model::{Address, CreditLine, Metadata, Order, OrderId, OrderItem, OrderShipping, OrderStatus};
use crate::numbers::Number;
use crate::{Orders, store};

/// What a cart comes to be as an order.
#[derive(Clone, Debug)]
pub struct NewOrder {
    /// The cart it grows from.
    pub cart_id: String,
    /// The region.
    pub region_id: String,
    /// Who places it.
    pub customer_id: Option<String>,
    /// Where it is placed.
    pub sales_channel_id: Option<String>,
    /// Where messages about it go.
    pub email: Option<String>,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// The language.
    pub locale: Option<String>,
    /// Where it is sent.
    pub shipping_address: Option<Address>,
    /// Where the invoice goes.
    pub billing_address: Option<Address>,
    /// What is bought.
    pub items: Vec<OrderItem>,
    /// How it is sent.
    pub shipping_methods: Vec<OrderShipping>,
    /// What is already paid otherwise.
    pub credit_lines: Vec<CreditLine>,
    /// How it is paid.
    pub payment_collection_ids: Vec<String>,
    /// What clients attached.
    pub metadata: Option<Metadata>,
    /// How many events its history has already: attempts to pay.
    pub events_before: i64,
    /// The present moment.
    pub at: Timestamp,
}

/// An order that is numbered and written out, so that all the write lane has to do is to store it. Clones are the same order.
#[derive(Clone)]
pub struct Placement {
    order: Arc<Order>,
    body: String,
    number: Number,
}

impl Placement {
    /// The order as it will be.
    #[must_use]
    pub fn order(&self) -> &Arc<Order> {
        &self.order
    }
}

/// The id of the order that a cart becomes: the same 26 characters.
#[must_use]
pub fn order_id_of_cart(cart_id: &str) -> OrderId {
    OrderId(format!("{}_{}", OrderId::PREFIX, body_of(cart_id)))
}

impl Orders {
    /// Numbers an order and writes it out. Nothing is stored yet; dropped, its number serves another.
    pub async fn prepare(&self, new: NewOrder) -> Result<Placement> {
        let number = self.numbers.take().await?;
        let order = order_of(new, number.value());
        let body = serde_json::to_string(&order).map_err(Error::internal)?;
        Ok(Placement { order: Arc::new(order), body, number })
    }

    /// Places a prepared order: event, document, the customer's list where it lives in the same store, and the news of it.
    /// A cart that has its order already is refused with the code `unique_violation`.
    pub async fn place(&self, tx: &mut Tx, placement: Placement) -> Result<Arc<Order>> {
        let order = Arc::clone(&placement.order);
        store::insert(tx, &order, &placement.body).await?;
        if let (Some(customer_id), [_]) = (&order.customer_id, self.shards.all()) {
            store::put_on_list(tx, customer_id, order.id.as_str(), order.created_at).await?;
        }
        tx.publish(&OrderPlaced::of(&order)).await?;
        tx.settle().await?;
        // From here the number is spent, even should the commit fail: a gap is allowed, a number given twice is not.
        placement.number.use_up();
        Ok(order)
    }

    /// [`place`](Self::place) for many orders, each with the id of the request it comes from; none of them, where one cannot be
    /// placed.
    pub async fn place_all(
        &self,
        tx: &mut Tx,
        placements: Vec<(Placement, Option<String>)>,
    ) -> Result<Vec<Arc<Order>>> {
        let written: Vec<_> = placements.iter().map(|(it, _)| (&*it.order, it.body.as_str())).collect();
        store::insert_all(tx, &written).await?;
        if let [_] = self.shards.all() {
            store::put_all_on_lists(tx, &written).await?;
        }
        let mut placed = Vec::with_capacity(placements.len());
        let mut news = Vec::with_capacity(placements.len());
        let mut numbers = Vec::with_capacity(placements.len());
        for (Placement { order, number, .. }, request_id) in placements {
            news.push((OrderPlaced::of(&order), request_id));
            numbers.push(number);
            placed.push(order);
        }
        tx.publish_all(&news).await?;
        tx.settle().await?;
        numbers.iter().for_each(|number| number.use_up());
        Ok(placed)
    }

    /// Notes an attempt to pay for an order that is not placed, or how it ended, as the `seq`th event of its history. `actor` is
    /// who pays: a customer's id, or `None` for a guest.
    pub async fn note_payment(
        &self,
        tx: &mut Tx,
        order_id: &str,
        seq: i64,
        change: Change,
        actor: Option<&str>,
    ) -> Result<()> {
        let recorded = Recorded { seq, change, actor: actor.unwrap_or("guest").to_owned(), at: tx.now() };
        store::insert_event(tx, order_id, &recorded).await
    }

    /// Puts a placed order on its customer's list where that lives in another store than the order. To be called after
    /// the commit and before the completion is answered; calling it again is harmless, and mends what a crash left out.
    pub async fn list_for_customer(&self, order: &Order) -> Result<()> {
        let (Some(customer_id), [_, _, ..]) = (&order.customer_id, self.shards.all()) else {
            return Ok(());
        };
        let (customer_id, order_id) = (customer_id.clone(), order.id.as_str().to_owned());
        let placed_at = order.created_at;
        self.shards
            .of_id(&customer_id.clone())
            .write(move |tx| Box::pin(async move { store::put_on_list(tx, &customer_id, &order_id, placed_at).await }))
            .await
    }
}

/// The order as it is on its first day.
pub(crate) fn order_of(new: NewOrder, display_id: i64) -> Order {
    Order {
        id: order_id_of_cart(&new.cart_id),
        version: new.events_before + 1,
        display_id,
        status: OrderStatus::Pending,
        cart_id: new.cart_id,
        region_id: new.region_id,
        customer_id: new.customer_id,
        sales_channel_id: new.sales_channel_id,
        email: new.email,
        currency: new.currency,
        locale: new.locale,
        shipping_address: new.shipping_address,
        billing_address: new.billing_address,
        items: new.items,
        shipping_methods: new.shipping_methods,
        credit_lines: new.credit_lines,
        payment_collection_ids: new.payment_collection_ids,
        metadata: new.metadata,
        created_at: new.at,
        updated_at: new.at,
        canceled_at: None,
        transfer: None,
        fulfillments: Vec::new(),
        returns: Vec::new(),
    }
}
