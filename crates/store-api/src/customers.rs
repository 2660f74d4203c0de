//! `/store/customers`: opening an account, and the shopper's own data.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use tradewind_accounts::{Customer, CustomerChange, NewCustomer};
use tradewind_http::auth::{PublishableKey, Registered, Shopper};
use tradewind_http::{Answer, Asked, Json, Problem, Sent};
use tradewind_kernel::{Paging, Result};
use tradewind_orders::CustomerOrders;

use crate::view;
use crate::view::order::Place;
use crate::{Shop, StoreState, orders};

/// How many orders are shown with a shopper. Whoever wants more asks `/store/orders` for them.
const ORDERS_MAX: u64 = 100;

/// A shopper as an answer, with their orders where those were asked for.
async fn show(shop: &StoreState, asked: &Asked, customer: &Customer) -> Result<Response> {
    let Some(plan) = asked.plan.below("orders") else {
        let json = Json::one("customer", &asked.plan, |obj| {
            view::customer::customer(obj, customer);
        });
        return Ok(json.into_response());
    };
    let wanted = CustomerOrders {
        ids: None,
        statuses: Vec::new(),
        newest_first: true,
        paging: Paging { offset: 0, limit: ORDERS_MAX },
    };
    let page = shop.orders.orders_of_customer(customer.id.as_str(), &wanted).await?;
    let shown = orders::load(shop, plan, &page.items, Place::List).await?;
    let json = Json::one("customer", &asked.plan, |obj| {
        view::customer::customer(obj, customer);
        obj.nest_list_with("orders", plan, &page.items, |obj, order| shown.write(obj, order));
    });
    Ok(json.into_response())
}

/// The shopper whose proof this is; one that is gone proves nothing any more.
pub(crate) async fn own(shop: &StoreState, shopper: &Shopper) -> Result<Customer, Problem> {
    shop.accounts.customer(&shopper.customer_id).await?.ok_or_else(Problem::anonymous)
}

pub(crate) async fn create(
    State(shop): State<Shop>,
    _key: PublishableKey,
    Registered(actor): Registered,
    asked: Asked,
    Sent(sent): Sent<NewCustomer>,
) -> Answer {
    let customer = shop.accounts.create_customer(&actor, sent).await?;
    Ok(show(&shop, &asked, &customer).await?)
}

pub(crate) async fn me(State(shop): State<Shop>, _key: PublishableKey, shopper: Shopper, asked: Asked) -> Answer {
    let customer = own(&shop, &shopper).await?;
    Ok(show(&shop, &asked, &customer).await?)
}

pub(crate) async fn update(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    asked: Asked,
    Sent(sent): Sent<CustomerChange>,
) -> Answer {
    let customer = shop.accounts.update_customer(&shopper.customer_id, sent).await?;
    Ok(show(&shop, &asked, &customer).await?)
}
