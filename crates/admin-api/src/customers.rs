//! Shoppers, as staff sees them.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_accounts::{Customer, CustomerAddress, CustomerQuery};
use tradewind_http::problem::Answer;
use tradewind_http::query::{Query, unknown_order};
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId};
use tradewind_kernel::Result;

use crate::list::wanted;
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/customers", get(all)).route("/admin/customers/{id}", get(one))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = &asked.query;
    let unsupported = [
        "$and",
        "$or",
        "groups",
        "company_name",
        "first_name",
        "last_name",
        "created_by",
        "created_at",
        "updated_at",
        "deleted_at",
    ];
    query.refuse(&unsupported)?;
    let wanted = CustomerQuery {
        ids: wanted(query, "id")?.unwrap_or_default(),
        emails: wanted(query, "email")?.unwrap_or_default(),
        text: query.text("q").map(str::to_owned),
        has_account: query.flag("has_account"),
        oldest_first: !is_newest_first(query)?,
    };
    let page = state.accounts.customers(wanted, asked.paging).await?;
    Ok(Json::page("customers", &asked.plan, &page.items, (page.count, asked.paging), render).into_response())
}

/// Lists of shoppers and of orders run by time, forwards unless asked otherwise.
pub(crate) fn is_newest_first(query: &Query) -> Result<bool> {
    match query.order()[..] {
        [] => Ok(false),
        [("created_at" | "id", descending)] => Ok(descending),
        [(name, _), ..] => Err(unknown_order(name)),
    }
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let customer = state.accounts.customer(&id).await?.ok_or_else(|| missing("Customer", &id))?;
    Ok(Json::one("customer", &asked.plan, |obj| render(obj, &customer)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, customer: &Customer) {
    obj.id(customer.id.as_str());
    obj.put("company_name", || &customer.company_name);
    obj.put("first_name", || &customer.first_name);
    obj.put("last_name", || &customer.last_name);
    obj.put("email", || &customer.email);
    obj.put("phone", || &customer.phone);
    obj.put("metadata", || &customer.metadata);
    obj.put("has_account", || customer.has_account);
    obj.put("created_by", || &customer.created_by);
    obj.put("created_at", || customer.created_at);
    obj.put("updated_at", || customer.updated_at);
    obj.put("deleted_at", || Null);
    obj.nest_list("addresses", &customer.addresses, |obj, address| render_address(obj, customer, address));
    obj.nest_list("groups", &customer.group_ids, |obj, id| obj.id(id));
}

fn render_address(obj: &mut Obj<'_>, customer: &Customer, address: &CustomerAddress) {
    obj.id(address.id.as_str());
    obj.put("address_name", || &address.address_name);
    obj.put("is_default_shipping", || address.is_default_shipping);
    obj.put("is_default_billing", || address.is_default_billing);
    obj.put("company", || &address.company);
    obj.put("first_name", || &address.first_name);
    obj.put("last_name", || &address.last_name);
    obj.put("address_1", || &address.address_1);
    obj.put("address_2", || &address.address_2);
    obj.put("city", || &address.city);
    obj.put("country_code", || &address.country_code);
    obj.put("province", || &address.province);
    obj.put("postal_code", || &address.postal_code);
    obj.put("phone", || &address.phone);
    obj.put("metadata", || &address.metadata);
    obj.put("customer_id", || customer.id.as_str());
    obj.put("created_at", || address.created_at);
    obj.put("updated_at", || address.updated_at);
    obj.put("deleted_at", || Null);
}
