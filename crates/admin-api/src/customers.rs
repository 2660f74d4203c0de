//! Shoppers, as staff sees them.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use tradewind_accounts::{AddressChange, Customer, CustomerAddress, CustomerChange, CustomerGroup, NewCustomer};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::query::{Query, unknown_order};
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, PathIds, Plan, Sent};
use tradewind_kernel::{Result, Timestamp};

use crate::collections::AddAndRemove;
use crate::list::{self, Listed};
use crate::{AdminState, customer_groups, customer_query, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/customers", get(all).post(create))
        .route("/admin/customers/{id}", get(one).post(update).delete(delete))
        .route("/admin/customers/{id}/customer-groups", post(change_groups))
        .route("/admin/customers/{id}/addresses", get(addresses).post(add_address))
        .route("/admin/customers/{id}/addresses/{address_id}", get(address).post(update_address).delete(remove_address))
}

#[derive(Deserialize)]
struct StaffChange {
    email: Option<String>,
    #[serde(flatten)]
    change: CustomerChange,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let groups = state.accounts.groups().await?;
    let query = customer_query::read(&asked.query, &groups)?;
    let page = state.accounts.customers(query, asked.paging).await?;
    let about = (page.count, asked.paging);
    Ok(Json::page("customers", &asked.plan, &page.items, about, |obj, customer| {
        render_with_groups(obj, customer, &groups);
    })
    .into_response())
}

/// Lists of shoppers and of orders run by time, forwards unless asked otherwise.
pub(crate) fn is_newest_first(query: &Query) -> Result<bool> {
    match query.order()[..] {
        [] => Ok(false),
        [("created_at" | "id", descending)] => Ok(descending),
        [(name, _), ..] => Err(unknown_order(name)),
    }
}

async fn found(state: &AdminState, id: &str) -> Result<Customer> {
    state.accounts.customer(id).await?.ok_or_else(|| tradewind_kernel::Error::not_found("Customer", id))
}

/// The groups to show with shoppers: none where none are asked for.
async fn groups(state: &AdminState, plan: &Plan) -> Result<Vec<CustomerGroup>> {
    if plan.below("groups").is_some() { state.accounts.groups().await } else { Ok(Vec::new()) }
}

async fn answer(state: &AdminState, asked: &Asked, customer: &Customer) -> Result<Response> {
    let groups = groups(state, &asked.plan).await?;
    Ok(Json::one("customer", &asked.plan, |obj| render_with_groups(obj, customer, &groups)).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let customer = found(&state, &id).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn create(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    asked: Asked,
    Sent(body): Sent<NewCustomer>,
) -> Answer {
    let customer = state.accounts.add_customer(body, staff.id()).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<StaffChange>,
) -> Answer {
    let customer = state.accounts.update_customer_as_staff(&id, body.email.as_deref(), body.change).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.accounts.delete_customer(&id).await?;
    Ok(Json::deleted(&id, "customer").into_response())
}

async fn change_groups(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let customer = state.accounts.change_customer_groups(&id, body.add, body.remove).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn addresses(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let customer = found(&state, &id).await?;
    let page = list::part(&asked, &customer.addresses, |_| true)?;
    let about = (page.count, asked.paging);
    Ok(Json::page("addresses", &asked.plan, page.items, about, |obj, address| {
        render_address(obj, &customer, address);
    })
    .into_response())
}

async fn address(State(state): State<AdminState>, PathIds(id, address_id): PathIds, asked: Asked) -> Answer {
    let customer = found(&state, &id).await?;
    let address = customer.address(&address_id).ok_or_else(|| missing("Address", &address_id))?;
    Ok(Json::one("address", &asked.plan, |obj| render_address(obj, &customer, address)).into_response())
}

async fn add_address(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddressChange>,
) -> Answer {
    let customer = state.accounts.add_address(&id, body).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn update_address(
    State(state): State<AdminState>,
    PathIds(id, address_id): PathIds,
    asked: Asked,
    Sent(body): Sent<AddressChange>,
) -> Answer {
    let customer = state.accounts.update_address(&id, &address_id, body).await?;
    Ok(answer(&state, &asked, &customer).await?)
}

async fn remove_address(State(state): State<AdminState>, PathIds(id, address_id): PathIds, asked: Asked) -> Answer {
    let customer = state.accounts.remove_address(&id, &address_id).await?;
    let groups = groups(&state, &asked.plan).await?;
    let json = Json::object(|answer| {
        answer.id(&address_id);
        answer.always("object", "customer_address");
        answer.always("deleted", true);
        answer.nest_with("parent", &asked.plan, |obj| render_with_groups(obj, &customer, &groups));
    });
    Ok(json.into_response())
}

/// A shopper with the groups it is in, which are found among these.
fn render_with_groups(obj: &mut Obj<'_>, customer: &Customer, groups: &[CustomerGroup]) {
    render(obj, customer);
    let own = groups.iter().filter(|group| customer.group_ids.contains(&group.id.0));
    obj.nest_list("groups", own, customer_groups::render_plain);
}

/// A shopper without groups.
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

impl Listed for CustomerAddress {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let texts = [
            ("address_name", &self.address_name),
            ("company", &self.company),
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("address_1", &self.address_1),
            ("address_2", &self.address_2),
            ("city", &self.city),
            ("country_code", &self.country_code),
            ("province", &self.province),
            ("postal_code", &self.postal_code),
            ("phone", &self.phone),
        ];
        texts.map(|(name, text)| (name, text.as_deref().unwrap_or_default())).to_vec()
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
