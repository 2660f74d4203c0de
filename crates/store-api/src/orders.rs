//! `/store/orders`: a shopper's orders, and one by its id.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse as _;
use tradewind_http::auth::{PublishableKey, Shopper};
use tradewind_http::query::unknown_order;
use tradewind_http::{Answer, Asked, Json, Obj, PathId, Plan, Query};
use tradewind_kernel::{Error, Result};
use tradewind_orders::{CustomerOrders, Order, OrderStatus};
use tradewind_payments::PaymentCollection;

use crate::view::cart::Around;
use crate::view::order::{self, OrderView, Place};
use crate::{Shop, StoreState};

/// What orders are shown with.
pub(crate) struct Shown {
    around: Around,
    collections: HashMap<String, Vec<PaymentCollection>>,
    place: Place,
}

impl Shown {
    /// Writes one of them.
    pub(crate) fn write(&self, obj: &mut Obj<'_>, order: &Order) {
        let collections = self.collections.get(order.id.as_str());
        let view = OrderView { order, collections: collections.map_or(&[], Vec::as_slice), place: self.place };
        order::order(obj, &view, &self.around);
    }
}

/// Loads what these orders are shown with.
pub(crate) async fn load(shop: &StoreState, plan: &Plan, orders: &[Arc<Order>], place: Place) -> Result<Shown> {
    let mut collections = HashMap::new();
    for order in orders {
        let of_order = shop.payments.collections_of_order(order.id.as_str()).await?;
        collections.insert(order.id.0.clone(), of_order);
    }
    around(shop, plan, orders, collections, place).await
}

/// [`load`] for an order whose cart was just completed; what it is paid with may be known already.
pub(crate) async fn load_placed(
    shop: &StoreState,
    plan: &Plan,
    order: &Arc<Order>,
    known: Option<Vec<PaymentCollection>>,
) -> Result<Shown> {
    let (orders, place) = (std::slice::from_ref(order), Place::Completion);
    match known {
        Some(known) => around(shop, plan, orders, HashMap::from([(order.id.0.clone(), known)]), place).await,
        None => load(shop, plan, orders, place).await,
    }
}

async fn around(
    shop: &StoreState,
    plan: &Plan,
    orders: &[Arc<Order>],
    collections: HashMap<String, Vec<PaymentCollection>>,
    place: Place,
) -> Result<Shown> {
    let items = orders.iter().flat_map(|order| &order.items);
    let product_ids = items.map(|item| item.goods.product_id.as_str()).collect();
    let mut around = Around::load(shop, plan, product_ids).await?;
    around.load_promotions(shop, plan, orders.iter().flat_map(|order| order::adjustments_of(order))).await?;
    Ok(Shown { around, collections, place })
}

pub(crate) async fn list(State(shop): State<Shop>, _key: PublishableKey, shopper: Shopper, asked: Asked) -> Answer {
    let query = &asked.query;
    query.refuse(&["$and", "$or"])?;
    let wanted = CustomerOrders {
        ids: query.texts("id"),
        statuses: statuses(query)?,
        newest_first: newest_first(query)?,
        paging: asked.paging,
    };
    let page = shop.orders.orders_of_customer(&shopper.customer_id, &wanted).await?;
    let shown = load(&shop, &asked.plan, &page.items, Place::List).await?;
    let about = (page.count, asked.paging);
    let json = Json::page("orders", &asked.plan, &page.items, about, |obj, order| {
        shown.write(obj, order);
    });
    Ok(json.into_response())
}

/// One order. Its id cannot be guessed: whoever has it was given it, at the completion or by mail.
pub(crate) async fn one(State(shop): State<Shop>, _key: PublishableKey, PathId(id): PathId, asked: Asked) -> Answer {
    let order = shop.orders.order(&id).await?.ok_or_else(|| Error::not_found("Order", &id))?;
    let shown = load(&shop, &asked.plan, std::slice::from_ref(&order), Place::Alone).await?;
    Ok(Json::one("order", &asked.plan, |obj| shown.write(obj, &order)).into_response())
}

fn statuses(query: &Query) -> Result<Vec<OrderStatus>> {
    let known = [OrderStatus::Pending, OrderStatus::Completed, OrderStatus::Canceled, OrderStatus::Archived];
    let read = |text: String| {
        known.into_iter().find(|status| status.name() == text).ok_or_else(|| {
            Error::invalid("status", "Invalid request: 'status' is one of pending, completed, canceled, archived")
        })
    };
    query.texts("status").unwrap_or_default().into_iter().map(read).collect()
}

/// Orders are ordered by when they were placed, which their ids and numbers follow.
fn newest_first(query: &Query) -> Result<bool> {
    match query.order().first() {
        None => Ok(true),
        Some(("created_at" | "id" | "display_id", descending)) => Ok(*descending),
        Some((name, _)) => Err(unknown_order(name)),
    }
}
