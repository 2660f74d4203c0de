//! Sales channels: the places where the shop sells.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_catalog::ProductChange;
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_market::{NewSalesChannel, SalesChannel, SalesChannelChange, SalesChannelId};

use crate::collections::{AddAndRemove, check_products};
use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/sales-channels", get(all).post(create))
        .route("/admin/sales-channels/{id}", get(one).post(update).delete(delete))
        .route("/admin/sales-channels/{id}/products", post(change_products))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    name: Option<String>,
    #[serde(deserialize_with = "change")]
    description: Change<String>,
    is_disabled: Option<bool>,
    #[serde(deserialize_with = "change")]
    metadata: Change<serde_json::Map<String, serde_json::Value>>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let is_disabled = asked.query.flag("is_disabled");
    let of_location = match list::wanted(&asked.query, "location_id")? {
        None => None,
        Some(ids) => {
            let mut channels = Vec::new();
            for id in ids {
                channels.extend(state.inventory.channels_of_location(&id).await?);
            }
            Some(channels)
        }
    };
    let of_key = match asked.query.text("publishable_key_id") {
        None => None,
        Some(id) => Some(state.accounts.api_key(id).await?.map(|key| key.sales_channel_ids).unwrap_or_default()),
    };
    let market = state.market.snapshot().await?;
    let page = list::part(&asked, market.sales_channels(), |channel| {
        let named =
            |ids: &Option<Vec<String>>| ids.as_ref().is_none_or(|ids| ids.iter().any(|id| id == channel.id.as_str()));
        is_disabled.is_none_or(|wanted| channel.is_disabled == wanted) && named(&of_location) && named(&of_key)
    })?;
    Ok(Json::page("sales_channels", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let market = state.market.snapshot().await?;
    let channel = market.sales_channel(&id).ok_or_else(|| missing("Sales channel", &id))?;
    Ok(Json::one("sales_channel", &asked.plan, |obj| render(obj, channel)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewSalesChannel {
        id: None,
        name: body.name.unwrap_or_default(),
        description: body.description.flatten(),
        is_disabled: body.is_disabled.unwrap_or(false),
        metadata: body.metadata.flatten(),
    };
    let market = state.market.clone();
    let made = state.core.write(move |tx| Box::pin(async move { market.create_sales_channel(tx, new).await })).await?;
    Ok(Json::one("sales_channel", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = SalesChannelChange {
        name: body.name,
        description: body.description,
        is_disabled: body.is_disabled,
        metadata: body.metadata,
    };
    let (market, id) = (state.market.clone(), SalesChannelId(id));
    let changed =
        state.core.write(move |tx| Box::pin(async move { market.update_sales_channel(tx, &id, change).await })).await?;
    Ok(Json::one("sales_channel", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (market, gone) = (state.market.clone(), SalesChannelId(id.clone()));
    state.core.write(move |tx| Box::pin(async move { market.delete_sales_channel(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "sales-channel").into_response())
}

async fn change_products(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let market = state.market.snapshot().await?;
    let channel = market.sales_channel(&id).ok_or_else(|| missing("Sales channel", &id))?;
    check_products(&state, &body).await?;
    let products = state.catalog.products(&[body.add.clone(), body.remove].concat()).await?;
    let catalog = state.catalog.clone();
    state
        .core
        .write(move |tx| {
            Box::pin(async move {
                for product in products {
                    let mut channels = product.sales_channel_ids.clone();
                    channels.retain(|held| *held != id);
                    if body.add.iter().any(|added| *added == product.id.as_str()) {
                        channels.push(id.clone());
                    }
                    if channels != product.sales_channel_ids {
                        let change = ProductChange { sales_channel_ids: Some(channels), ..ProductChange::default() };
                        catalog.update_product(tx, product.id.as_str(), change).await?;
                    }
                }
                Ok(())
            })
        })
        .await?;
    Ok(Json::one("sales_channel", &asked.plan, |obj| render(obj, channel)).into_response())
}

/// The channels with these ids exist; the first that does not is named.
pub(crate) async fn check(state: &AdminState, field: &str, ids: &[String]) -> Result<()> {
    let market = state.market.snapshot().await?;
    match ids.iter().find(|id| market.sales_channel(id).is_none()) {
        None => Ok(()),
        Some(id) => Err(Error::invalid(field, format!("{field}: there is no sales channel with id: {id}"))),
    }
}

pub(crate) fn render(obj: &mut Obj<'_>, channel: &SalesChannel) {
    obj.id(channel.id.as_str());
    obj.put("name", || &channel.name);
    obj.put("description", || &channel.description);
    obj.put("is_disabled", || channel.is_disabled);
    obj.put("metadata", || &channel.metadata);
    obj.put("created_at", || channel.created_at);
    obj.put("updated_at", || channel.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for SalesChannel {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("name", &self.name), ("description", self.description.as_deref().unwrap_or_default())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
