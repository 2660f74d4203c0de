//! The fulfilment providers that a shipping option can name, and their services.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, PathId, Plan};
use tradewind_kernel::Page;

use crate::{AdminState, list, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/fulfillment-providers", get(all))
        .route("/admin/fulfillment-providers/{id}/options", get(services))
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let query = &asked.query;
    let (ids, locations) = (list::wanted(query, "id")?, list::wanted(query, "stock_location_id")?);
    let words = query.text("q").unwrap_or_default().to_lowercase();
    let fulfilment = state.fulfilment.snapshot().await?;
    let delivers_from = |id: &str| {
        locations.as_ref().is_none_or(|locations| {
            locations.iter().any(|location| fulfilment.providers_of_location(location).any(|own| own == id))
        })
    };
    let is_wanted = |id: &&str| {
        ids.as_ref().is_none_or(|ids| ids.iter().any(|wanted| wanted == id))
            && delivers_from(id)
            && id.contains(&words)
            && query.flag("is_enabled") != Some(false)
    };
    let page = Page::cut(state.fulfilment.carriers().ids().filter(is_wanted).collect(), asked.paging);
    Ok(Json::page("fulfillment_providers", &asked.plan, page.items, (page.count, asked.paging), |obj, id| {
        obj.id(id);
        obj.put("is_enabled", || true);
    })
    .into_response())
}

async fn services(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let carrier = state.fulfilment.carriers().get(&id).map_err(|_| missing("Fulfillment provider", &id))?;
    let services = carrier.services();
    Ok(Json::object(|answer| {
        answer.nest_list_with("fulfillment_options", Plan::all(), services, |obj, service| {
            obj.id(service.id);
            if service.is_return {
                obj.always("is_return", true);
            }
        });
        answer.always("count", services.len());
        answer.always("offset", 0);
        answer.always("limit", services.len());
    })
    .into_response())
}
