//! Orders, as staff sees them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_http::problem::Answer;
use tradewind_http::query::Query;
use tradewind_http::{Asked, Json, PathId, Plan};
use tradewind_kernel::{Error, Result};
use tradewind_orders::{Order, OrderQuery, OrderStatus};

use crate::customers::is_newest_first;
use crate::list::wanted;
use crate::order_wire::{self, Beside};
use crate::{AdminState, fulfillment_wire, missing, order_steps, product_wire};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/orders", get(all)).route("/admin/orders/{id}", get(one).post(order_steps::edit))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let page = state.orders.list(order_query(&asked)?).await?;
    let beside = load(&state, &asked.plan, &page.items).await?;
    Ok(Json::page("orders", &asked.plan, &page.items, (page.count, asked.paging), |obj, order| {
        order_wire::order_and_status(obj, order, &beside);
    })
    .into_response())
}

fn order_query(asked: &Asked) -> Result<OrderQuery> {
    let query = &asked.query;
    query.refuse(&["sales_channel_id", "region_id", "updated_at", "total"])?;
    let created = query.times("created_at")?;
    let customer_id = match wanted(query, "customer_id")? {
        None => None,
        Some(ids) if ids.len() == 1 => ids.into_iter().next(),
        Some(_) => return Err(Error::invalid("customer_id", "'customer_id' can be one shopper here, not several")),
    };
    let (display_id, email) = search(query);
    Ok(OrderQuery {
        ids: wanted(query, "id")?,
        statuses: wanted(query, "status")?
            .unwrap_or_default()
            .iter()
            .map(|name| status(name))
            .collect::<Result<_>>()?,
        customer_id,
        email,
        display_id,
        created_from: created.gte.max(created.gt.map(|at| at.plus_millis(1))),
        created_before: match (created.lt, created.lte.map(|at| at.plus_millis(1))) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        },
        newest_first: is_newest_first(query)?,
        paging: asked.paging,
    })
}

/// What `q` looks for: an order's number, or the e-mail address it was placed with.
fn search(query: &Query) -> (Option<i64>, Option<String>) {
    let Some(text) = query.text("q").map(str::trim).filter(|text| !text.is_empty()) else {
        return (None, None);
    };
    match text.trim_start_matches('#').parse() {
        Ok(number) => (Some(number), None),
        Err(_) => (None, Some(text.to_lowercase())),
    }
}

fn status(name: &str) -> Result<OrderStatus> {
    [OrderStatus::Pending, OrderStatus::Completed, OrderStatus::Canceled, OrderStatus::Archived]
        .into_iter()
        .find(|status| status.name() == name)
        .ok_or_else(|| Error::invalid("status", "'status' is one of: pending, completed, canceled, archived"))
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let order = state.orders.order(&id).await?.ok_or_else(|| missing("Order", &id))?;
    let orders = [order];
    let beside = load(&state, &asked.plan, &orders).await?;
    let [order] = &orders;
    Ok(Json::one("order", &asked.plan, |obj| {
        order_wire::order_and_status(obj, order, &beside);
        if obj.plan().below("fulfillments").is_none() {
            // One order is shown with what was sent of it, asked for or not.
            obj.nest_list_with("fulfillments", Plan::all(), &order.fulfillments, |obj, parcel| {
                fulfillment_wire::fulfillment(obj, order, parcel);
            });
        }
    })
    .into_response())
}

/// An order, as it is answered by what changes it.
pub(crate) async fn answer(state: &AdminState, asked: &Asked, order: Arc<Order>) -> Answer {
    let orders = [order];
    let beside = load(state, &asked.plan, &orders).await?;
    let [order] = &orders;
    Ok(Json::one("order", &asked.plan, |obj| order_wire::order(obj, order, &beside)).into_response())
}

/// What is shown beside orders, of other modules.
pub(crate) async fn load(state: &AdminState, plan: &Plan, orders: &[Arc<Order>]) -> Result<Beside> {
    let mut payments = HashMap::new();
    for order in orders {
        let collections = state.payments.collections_of_order(order.id.as_str()).await?;
        payments.insert(order.id.0.clone(), collections);
    }
    let mut variants = HashMap::new();
    if plan.names_path("items.variant") {
        let mut ids: Vec<&str> =
            orders.iter().flat_map(|order| &order.items).map(|item| item.goods.variant_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let found = state.catalog.variants(&ids).await?;
        variants.extend(found.into_iter().map(|found| (found.variant().id.0.clone(), found)));
    }
    let mut customers = HashMap::new();
    if plan.names("customer") {
        for id in orders.iter().filter_map(|order| order.customer_id.as_ref()) {
            if let Some(customer) = state.accounts.customer(id).await? {
                customers.insert(id.clone(), customer);
            }
        }
    }
    let products = product_wire::Beside::variants(state, Plan::all(), []).await?;
    let market = state.market.snapshot().await?;
    Ok(Beside { payments, variants, customers, products, market })
}
