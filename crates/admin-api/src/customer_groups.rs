//! Groups of shoppers.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::Value;
use tradewind_accounts::{
    Customer, CustomerCondition, CustomerGroup, CustomerGroupChange, CustomerQuery, NewCustomerGroup,
};
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Paging, Result, Timestamp};

use crate::collections::AddAndRemove;
use crate::list::{self, Listed};
use crate::{AdminState, customers, missing};

/// How many shoppers are shown with a group. Whoever wants more lists shoppers by group.
const CUSTOMERS_MAX: u64 = 1000;

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/customer-groups", get(all).post(create))
        .route("/admin/customer-groups/{id}", get(one).post(update).delete(delete))
        .route("/admin/customer-groups/{id}/customers", post(change_customers))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let of_customers = match asked.query.get("customers") {
        None => None,
        Some(value) => Some(groups_of(&state, value).await?),
    };
    let groups = state.accounts.groups().await?;
    let page = list::part(&asked, &groups, |group| {
        of_customers.as_ref().is_none_or(|ids| ids.iter().any(|id| id == group.id.as_str()))
    })?;
    let mut shown = Vec::new();
    for group in page.items {
        shown.push((group, members(&state, &asked, group).await?));
    }
    let about = (page.count, asked.paging);
    Ok(Json::page("customer_groups", &asked.plan, &shown, about, |obj, (group, members)| render(obj, group, members))
        .into_response())
}

/// The groups that any of these shoppers is in.
async fn groups_of(state: &AdminState, value: &Value) -> Result<Vec<String>> {
    let wrong = || Error::invalid("customers", "'customers' can be one id or a list of ids here");
    let ids = match value {
        Value::Object(fields) if fields.len() == 1 => fields.get("id").ok_or_else(wrong)?,
        Value::Object(_) => return Err(wrong()),
        ids => ids,
    };
    let ids: Vec<&str> = match ids {
        Value::String(id) => vec![id],
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        _ => return Err(wrong()),
    };
    let mut groups = Vec::new();
    for id in ids {
        groups.extend(state.accounts.customer(id).await?.map(|customer| customer.group_ids).unwrap_or_default());
    }
    Ok(groups)
}

/// Who is in a group, where that is asked for.
async fn members(state: &AdminState, asked: &Asked, group: &CustomerGroup) -> Result<Vec<Customer>> {
    if asked.plan.below("customers").is_none() {
        return Ok(Vec::new());
    }
    let query = CustomerQuery::of(CustomerCondition::InGroup(vec![group.id.0.clone()]));
    Ok(state.accounts.customers(query, Paging { offset: 0, limit: CUSTOMERS_MAX }).await?.items)
}

async fn answer(state: &AdminState, asked: &Asked, group: &CustomerGroup) -> Result<Response> {
    let members = members(state, asked, group).await?;
    Ok(Json::one("customer_group", &asked.plan, |obj| render(obj, group, &members)).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let group = state.accounts.group(&id).await?.ok_or_else(|| missing("Customer group", &id))?;
    Ok(answer(&state, &asked, &group).await?)
}

async fn create(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    asked: Asked,
    Sent(body): Sent<NewCustomerGroup>,
) -> Answer {
    let group = state.accounts.create_group(body, staff.id()).await?;
    Ok(answer(&state, &asked, &group).await?)
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<CustomerGroupChange>,
) -> Answer {
    let group = state.accounts.update_group(&id, body).await?;
    Ok(answer(&state, &asked, &group).await?)
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    state.accounts.delete_group(&id).await?;
    Ok(Json::deleted(&id, "customer_group").into_response())
}

async fn change_customers(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    state.accounts.change_group_customers(&id, body.add, body.remove).await?;
    let group = state.accounts.group(&id).await?.ok_or_else(|| missing("Customer group", &id))?;
    Ok(answer(&state, &asked, &group).await?)
}

fn render(obj: &mut Obj<'_>, group: &CustomerGroup, members: &[Customer]) {
    render_plain(obj, group);
    obj.nest_list("customers", members, customers::render);
}

/// A group without its shoppers.
pub(crate) fn render_plain(obj: &mut Obj<'_>, group: &CustomerGroup) {
    obj.id(group.id.as_str());
    obj.put("name", || &group.name);
    obj.put("metadata", || &group.metadata);
    obj.put("created_by", || &group.created_by);
    obj.put("created_at", || group.created_at);
    obj.put("updated_at", || group.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for CustomerGroup {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name), ("created_by", self.created_by.as_deref().unwrap_or_default())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
