//! Types of shipping options: the kinds of delivery there are.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_fulfilment::{OptionTypeChange, ShippingOptionType};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/shipping-option-types", get(all).post(create))
        .route("/admin/shipping-option-types/{id}", get(one).post(update).delete(delete))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypeBody {
    label: Option<String>,
    code: Option<String>,
    description: Option<String>,
}

impl From<TypeBody> for ShippingOptionType {
    fn from(body: TypeBody) -> Self {
        Self {
            label: body.label.unwrap_or_default(),
            code: body.code.unwrap_or_default(),
            description: body.description,
            ..Self::default()
        }
    }
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let page = list::part(&asked, fulfilment.option_types(), |_| true)?;
    let part = (page.count, asked.paging);
    Ok(Json::page("shipping_option_types", &asked.plan, page.items, part, render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let fulfilment = state.fulfilment.snapshot().await?;
    let type_ = fulfilment.option_type(&id).ok_or_else(|| missing("Shipping option type", &id))?;
    Ok(Json::one("shipping_option_type", &asked.plan, |obj| render(obj, type_)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<TypeBody>) -> Answer {
    let (fulfilment, new) = (state.fulfilment.clone(), body.into());
    let made =
        state.core.write(move |tx| Box::pin(async move { fulfilment.create_option_type(tx, new).await })).await?;
    Ok(Json::one("shipping_option_type", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<TypeBody>,
) -> Answer {
    let change = OptionTypeChange { label: body.label, code: body.code, description: body.description };
    let fulfilment = state.fulfilment.clone();
    let changed = state
        .core
        .write(move |tx| Box::pin(async move { fulfilment.update_option_type(tx, &id, change).await }))
        .await?;
    Ok(Json::one("shipping_option_type", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (fulfilment, gone) = (state.fulfilment.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { fulfilment.delete_option_type(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "shipping_option_type").into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, type_: &ShippingOptionType) {
    obj.id(&type_.id);
    obj.put("label", || &type_.label);
    obj.put("code", || &type_.code);
    obj.put("description", || &type_.description);
    obj.put("created_at", || type_.created_at);
    obj.put("updated_at", || type_.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for ShippingOptionType {
    fn id(&self) -> &str {
        &self.id
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("label", &self.label),
            ("code", &self.code),
            ("description", self.description.as_deref().unwrap_or_default()),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
