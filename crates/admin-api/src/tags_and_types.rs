//! Tags and types of products: texts that products share.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_catalog::{Metadata, NewTag, NewType, ProductType, Tag, ValueChange};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::Timestamp;

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/product-tags", get(tags).post(create_tag))
        .route("/admin/product-tags/{id}", get(tag).post(update_tag).delete(delete_tag))
        .route("/admin/product-types", get(types).post(create_type))
        .route("/admin/product-types/{id}", get(product_type).post(update_type).delete(delete_type))
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    value: Option<String>,
    #[serde(default, deserialize_with = "change")]
    external_id: Change<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Metadata>,
}

impl From<Body> for ValueChange {
    fn from(body: Body) -> Self {
        Self { value: body.value, external_id: body.external_id, metadata: body.metadata }
    }
}

async fn tags(State(state): State<AdminState>, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let page = list::part(&asked, taxonomy.tags(), |_| true)?;
    Ok(Json::page("product_tags", &asked.plan, page.items, (page.count, asked.paging), render_tag).into_response())
}

async fn tag(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let tag = taxonomy.tag(&id).ok_or_else(|| missing("Product tag", &id))?;
    Ok(Json::one("product_tag", &asked.plan, |obj| render_tag(obj, tag)).into_response())
}

async fn create_tag(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewTag {
        id: None,
        value: body.value.unwrap_or_default(),
        external_id: body.external_id.flatten(),
        metadata: body.metadata.flatten(),
    };
    let catalog = state.catalog.clone();
    let tag = state.core.write(move |tx| Box::pin(async move { catalog.create_tag(tx, new).await })).await?;
    Ok(Json::one("product_tag", &asked.plan, |obj| render_tag(obj, &tag)).into_response())
}

async fn update_tag(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    let catalog = state.catalog.clone();
    let change = ValueChange::from(body);
    let tag = state.core.write(move |tx| Box::pin(async move { catalog.update_tag(tx, &id, change).await })).await?;
    Ok(Json::one("product_tag", &asked.plan, |obj| render_tag(obj, &tag)).into_response())
}

async fn delete_tag(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_tag(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "product_tag").into_response())
}

async fn types(State(state): State<AdminState>, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let page = list::part(&asked, taxonomy.types(), |_| true)?;
    Ok(Json::page("product_types", &asked.plan, page.items, (page.count, asked.paging), render_type).into_response())
}

async fn product_type(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let product_type = taxonomy.product_type(&id).ok_or_else(|| missing("Product type", &id))?;
    Ok(Json::one("product_type", &asked.plan, |obj| render_type(obj, product_type)).into_response())
}

async fn create_type(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewType {
        id: None,
        value: body.value.unwrap_or_default(),
        external_id: body.external_id.flatten(),
        metadata: body.metadata.flatten(),
    };
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| Box::pin(async move { catalog.create_type(tx, new).await })).await?;
    Ok(Json::one("product_type", &asked.plan, |obj| render_type(obj, &made)).into_response())
}

async fn update_type(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    let catalog = state.catalog.clone();
    let change = ValueChange::from(body);
    let changed =
        state.core.write(move |tx| Box::pin(async move { catalog.update_type(tx, &id, change).await })).await?;
    Ok(Json::one("product_type", &asked.plan, |obj| render_type(obj, &changed)).into_response())
}

async fn delete_type(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_type(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "product_type").into_response())
}

pub(crate) fn render_tag(obj: &mut Obj<'_>, tag: &Tag) {
    obj.id(tag.id.as_str());
    obj.put("value", || &tag.value);
    obj.put("external_id", || &tag.external_id);
    obj.put("metadata", || &tag.metadata);
    obj.put("created_at", || tag.created_at);
    obj.put("updated_at", || tag.updated_at);
    obj.put("deleted_at", || Null);
}

pub(crate) fn render_type(obj: &mut Obj<'_>, product_type: &ProductType) {
    obj.id(product_type.id.as_str());
    obj.put("value", || &product_type.value);
    obj.put("external_id", || &product_type.external_id);
    obj.put("metadata", || &product_type.metadata);
    obj.put("created_at", || product_type.created_at);
    obj.put("updated_at", || product_type.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for Tag {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("value", &self.value), ("external_id", self.external_id.as_deref().unwrap_or_default())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}

impl Listed for ProductType {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("value", &self.value), ("external_id", self.external_id.as_deref().unwrap_or_default())]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
