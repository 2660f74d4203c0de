//! Returns: begun, asked for, received.

use axum::extract::{Path, State};
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde::Deserialize;
use serde_json::{Map, Value};
use tradewind_fulfilment::ChoiceChange;
use tradewind_http::auth::Staff;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, Plan, Sent};
use tradewind_kernel::Error;
use tradewind_orders::{Choice, LineQuantity, NewReturn, Order, ReturnEdit, ReturnStep};

use crate::order_steps::LineBody;
use crate::orders::load;
use crate::{AdminState, missing, return_wire};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/returns", get(all).post(open))
        .route("/admin/returns/{id}", get(one).post(edit))
        .route("/admin/returns/{id}/cancel", post(cancel))
        .route("/admin/returns/{id}/request-items", post(choose_to_request))
        .route("/admin/returns/{id}/request-items/{action_id}", post(change_request).delete(drop_request))
        .route("/admin/returns/{id}/request", post(request).delete(forget_request))
        .route("/admin/returns/{id}/receive", post(begin_receiving).delete(forget_receiving))
        .route("/admin/returns/{id}/receive-items", post(choose_to_receive))
        .route("/admin/returns/{id}/receive-items/{action_id}", post(change_receiving).delete(drop_receiving))
        .route("/admin/returns/{id}/dismiss-items", post(choose_to_dismiss))
        .route("/admin/returns/{id}/dismiss-items/{action_id}", post(change_receiving).delete(drop_receiving))
        .route("/admin/returns/{id}/receive/confirm", post(receive))
        .route("/admin/orders/{id}/preview", get(preview))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    asked.query.refuse(&["q", "id", "status", "exchange_id", "claim_id", "location_id", "created_at", "updated_at"])?;
    let page = state.orders.returns(asked.query.text("order_id"), asked.paging).await?;
    let market = state.market.snapshot().await?;
    let found = page.items.iter().filter_map(|(order, id)| Some((order, order.back(id).ok()?)));
    Ok(Json::page("returns", &asked.plan, found, (page.count, asked.paging), |obj, (order, back)| {
        return_wire::give_back(obj, order, back, &market);
    })
    .into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let order = state.orders.order_of_return(&id).await?.ok_or_else(|| missing("Return", &id))?;
    alone(&state, &asked.plan, &order, &id).await
}

async fn alone(state: &AdminState, plan: &Plan, order: &Order, id: &str) -> Answer {
    let (back, market) = (order.back(id)?, state.market.snapshot().await?);
    Ok(Json::one("return", plan, |obj| return_wire::give_back(obj, order, back, &market)).into_response())
}

/// How an order is shown beside its return.
#[derive(Clone, Copy)]
enum View {
    /// As it is.
    AsItIs,
    /// As it would be, were what is chosen confirmed.
    Preview,
}

async fn both(state: &AdminState, asked: &Asked, view: View, order: std::sync::Arc<Order>, id: &str) -> Answer {
    let orders = [order];
    let beside = load(state, &asked.plan, &orders).await?;
    let [order] = &orders;
    let back = order.back(id)?;
    Ok(Json::object(|obj| {
        match view {
            View::AsItIs => obj.nest_with("order", Plan::all(), |obj| {
                return_wire::order_beside(obj, order, back, &beside);
            }),
            View::Preview => obj.nest_with("order_preview", Plan::all(), |obj| {
                return_wire::preview(obj, order, Some(back), &beside);
            }),
        }
        obj.nest_with("return", &asked.plan, |obj| return_wire::give_back(obj, order, back, &beside.market));
    })
    .into_response())
}

async fn preview(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let order = state.orders.order(&id).await?.ok_or_else(|| missing("Order", &id))?;
    let orders = [order];
    let beside = load(&state, &asked.plan, &orders).await?;
    let [order] = &orders;
    let back = order.returns.iter().find(|back| back.draft.is_some());
    Ok(Json::one("order", Plan::all(), |obj| return_wire::preview(obj, order, back, &beside)).into_response())
}

#[derive(Deserialize)]
struct NewBody {
    order_id: String,
    location_id: Option<String>,
    no_notification: Option<bool>,
    metadata: Option<Map<String, Value>>,
}

async fn open(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    asked: Asked,
    Sent(body): Sent<NewBody>,
) -> Answer {
    let new =
        NewReturn { location_id: body.location_id, no_notification: body.no_notification, metadata: body.metadata };
    let (order, id) = state.handling.open_return(&body.order_id, new, staff.id()).await?;
    both(&state, &asked, View::AsItIs, order, &id).await
}

#[derive(Deserialize)]
struct EditBody {
    location_id: Option<String>,
    no_notification: Option<bool>,
    metadata: Option<Map<String, Value>>,
}

async fn edit(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<EditBody>,
) -> Answer {
    let edit = ReturnEdit {
        return_id: id.clone(),
        location_id: body.location_id,
        no_notification: body.no_notification,
        metadata: body.metadata,
    };
    let order = state.handling.edit_return(edit, staff.id()).await?;
    both(&state, &asked, View::Preview, order, &id).await
}

async fn cancel(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.cancel_return(&id, staff.id()).await?;
    alone(&state, &asked.plan, &order, &id).await
}

#[derive(Deserialize)]
struct ChoicesBody {
    items: Vec<ChoiceBody>,
}

#[derive(Deserialize)]
struct ChoiceBody {
    #[serde(flatten)]
    line: LineBody,
    reason_id: Option<String>,
    internal_note: Option<String>,
}

async fn choose(
    state: &AdminState,
    staff: &Staff,
    asked: &Asked,
    (id, step, is_dismissed): (&str, ReturnStep, bool),
    body: ChoicesBody,
) -> Answer {
    let market = state.market.snapshot().await?;
    let mut choices = Vec::with_capacity(body.items.len());
    for (position, choice) in body.items.into_iter().enumerate() {
        let ChoiceBody { line, reason_id, internal_note } = choice;
        if reason_id.as_ref().is_some_and(|reason| market.return_reason(reason).is_none()) {
            return Err(unknown_reason(&format!("items.{position}.reason_id")).into());
        }
        choices.push(Choice { line: LineQuantity::from(line), reason_id, note: internal_note });
    }
    let order = state.handling.choose(id, step, is_dismissed, choices, staff.id()).await?;
    both(state, asked, View::Preview, order, id).await
}

fn unknown_reason(field: &str) -> Error {
    Error::invalid(field, "There is no such return reason")
}

async fn choose_to_request(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChoicesBody>,
) -> Answer {
    choose(&state, &staff, &asked, (&id, ReturnStep::Request, false), body).await
}

async fn choose_to_receive(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChoicesBody>,
) -> Answer {
    choose(&state, &staff, &asked, (&id, ReturnStep::Receive, false), body).await
}

async fn choose_to_dismiss(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<ChoicesBody>,
) -> Answer {
    choose(&state, &staff, &asked, (&id, ReturnStep::Receive, true), body).await
}

#[derive(Deserialize)]
struct ChangeBody {
    quantity: Option<i64>,
    reason_id: Option<String>,
    internal_note: Option<String>,
}

async fn choose_again(
    state: &AdminState,
    staff: &Staff,
    asked: &Asked,
    (id, step, action_id): (&str, ReturnStep, &str),
    body: Option<ChangeBody>,
) -> Answer {
    let change = match body {
        None => None,
        Some(body) => {
            let market = state.market.snapshot().await?;
            if body.reason_id.as_ref().is_some_and(|reason| market.return_reason(reason).is_none()) {
                return Err(unknown_reason("reason_id").into());
            }
            Some(ChoiceChange { quantity: body.quantity, reason_id: body.reason_id, note: body.internal_note })
        }
    };
    let order = state.handling.choose_again(id, step, action_id, change, staff.id()).await?;
    both(state, asked, View::Preview, order, id).await
}

async fn change_request(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, action_id)): Path<(String, String)>,
    asked: Asked,
    Sent(body): Sent<ChangeBody>,
) -> Answer {
    choose_again(&state, &staff, &asked, (&id, ReturnStep::Request, &action_id), Some(body)).await
}

async fn drop_request(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, action_id)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    choose_again(&state, &staff, &asked, (&id, ReturnStep::Request, &action_id), None).await
}

async fn change_receiving(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, action_id)): Path<(String, String)>,
    asked: Asked,
    Sent(body): Sent<ChangeBody>,
) -> Answer {
    choose_again(&state, &staff, &asked, (&id, ReturnStep::Receive, &action_id), Some(body)).await
}

async fn drop_receiving(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    Path((id, action_id)): Path<(String, String)>,
    asked: Asked,
) -> Answer {
    choose_again(&state, &staff, &asked, (&id, ReturnStep::Receive, &action_id), None).await
}

async fn request(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let before = state.orders.order_of_return(&id).await?.ok_or_else(|| missing("Return", &id))?;
    let order = state.handling.request_return(&id, staff.id()).await?;
    // The peer answers with the preview of what was confirmed.
    let beside = load(&state, &asked.plan, std::slice::from_ref(&before)).await?;
    Ok(Json::object(|obj| {
        obj.nest_with("order_preview", Plan::all(), |obj| {
            return_wire::preview(obj, &before, before.back(&id).ok(), &beside);
        });
        if let Ok(back) = order.back(&id) {
            obj.nest_with("return", &asked.plan, |obj| return_wire::give_back(obj, &order, back, &beside.market));
        }
    })
    .into_response())
}

async fn receive(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.receive_return(&id, staff.id()).await?;
    both(&state, &asked, View::Preview, order, &id).await
}

async fn begin_receiving(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let order = state.handling.begin_receiving(&id, staff.id()).await?;
    both(&state, &asked, View::AsItIs, order, &id).await
}

async fn forget_request(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
) -> Answer {
    state.handling.forget_choices(&id, ReturnStep::Request, staff.id()).await?;
    Ok(Json::deleted(&id, "return").into_response())
}

async fn forget_receiving(
    State(state): State<AdminState>,
    Extension(staff): Extension<Staff>,
    PathId(id): PathId,
) -> Answer {
    state.handling.forget_choices(&id, ReturnStep::Receive, staff.id()).await?;
    Ok(Json::deleted(&id, "return").into_response())
}
