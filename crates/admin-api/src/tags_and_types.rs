//! Tags and types of products: texts that products share. They are twins: what is done with one is done with the other.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use serde::Deserialize;
use tradewind_catalog::{Catalog, Metadata, NewTag, NewType, ProductType, Tag, Taxonomy, ValueChange};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Result, Timestamp};
use tradewind_platform::db::{Tx, TxFuture};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/product-tags", get(all::<Tag>).post(create::<Tag>))
        .route("/admin/product-tags/{id}", get(one::<Tag>).post(update::<Tag>).delete(delete::<Tag>))
        .route("/admin/product-types", get(all::<ProductType>).post(create::<ProductType>))
        .route(
            "/admin/product-types/{id}",
            get(one::<ProductType>).post(update::<ProductType>).delete(delete::<ProductType>),
        )
}

#[derive(Clone, Deserialize)]
struct Body {
    #[serde(default)]
    value: Option<String>,
    #[serde(default, deserialize_with = "change")]
    external_id: Change<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Metadata>,
}

/// A text that products share.
trait Twin: Listed + Sized + Send + Sync + 'static {
    /// Its name on the wire, and that of a list.
    const NAMES: (&'static str, &'static str);
    /// What it is called in messages.
    const CALLED: &'static str;

    fn all(taxonomy: &Taxonomy) -> &[Self];
    fn render(obj: &mut Obj<'_>, twin: &Self);
    fn create(catalog: Catalog, tx: &mut Tx, body: Body) -> TxFuture<'_, Self>;
    fn update(catalog: Catalog, tx: &mut Tx, id: String, change: ValueChange) -> TxFuture<'_, Self>;
    fn delete(catalog: Catalog, tx: &mut Tx, id: String) -> TxFuture<'_, ()>;
}

async fn all<T: Twin>(State(state): State<AdminState>, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let page = list::part(&asked, T::all(&taxonomy), |_| true)?;
    Ok(Json::page(T::NAMES.1, &asked.plan, page.items, (page.count, asked.paging), T::render).into_response())
}

async fn one<T: Twin>(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let twin = T::all(&taxonomy).iter().find(|twin| twin.id() == id).ok_or_else(|| missing(T::CALLED, &id))?;
    Ok(Json::one(T::NAMES.0, &asked.plan, |obj| T::render(obj, twin)).into_response())
}

async fn create<T: Twin>(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| T::create(catalog, tx, body)).await;
    shown(&asked, made)
}

async fn update<T: Twin>(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<Body>,
) -> Answer {
    let catalog = state.catalog.clone();
    let change = ValueChange { value: body.value, external_id: body.external_id, metadata: body.metadata };
    let changed = state.core.write(move |tx| T::update(catalog, tx, id, change)).await;
    shown(&asked, changed)
}

async fn delete<T: Twin>(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| T::delete(catalog, tx, gone)).await?;
    Ok(Json::deleted(&id, T::NAMES.0).into_response())
}

fn shown<T: Twin>(asked: &Asked, twin: Result<T>) -> Answer {
    let twin = twin?;
    Ok(Json::one(T::NAMES.0, &asked.plan, |obj| T::render(obj, &twin)).into_response())
}

impl Twin for Tag {
    const NAMES: (&'static str, &'static str) = ("product_tag", "product_tags");
    const CALLED: &'static str = "Product tag";

    fn all(taxonomy: &Taxonomy) -> &[Self] {
        taxonomy.tags()
    }

    fn render(obj: &mut Obj<'_>, tag: &Self) {
        render_tag(obj, tag);
    }

    fn create(catalog: Catalog, tx: &mut Tx, body: Body) -> TxFuture<'_, Self> {
        let new = NewTag {
            id: None,
            value: body.value.unwrap_or_default(),
            external_id: body.external_id.flatten(),
            metadata: body.metadata.flatten(),
        };
        Box::pin(async move { catalog.create_tag(tx, new).await })
    }

    fn update(catalog: Catalog, tx: &mut Tx, id: String, change: ValueChange) -> TxFuture<'_, Self> {
        Box::pin(async move { catalog.update_tag(tx, &id, change).await })
    }

    fn delete(catalog: Catalog, tx: &mut Tx, id: String) -> TxFuture<'_, ()> {
        Box::pin(async move { catalog.delete_tag(tx, &id).await })
    }
}

impl Twin for ProductType {
    const NAMES: (&'static str, &'static str) = ("product_type", "product_types");
    const CALLED: &'static str = "Product type";

    fn all(taxonomy: &Taxonomy) -> &[Self] {
        taxonomy.types()
    }

    fn render(obj: &mut Obj<'_>, product_type: &Self) {
        render_type(obj, product_type);
    }

    fn create(catalog: Catalog, tx: &mut Tx, body: Body) -> TxFuture<'_, Self> {
        let new = NewType {
            id: None,
            value: body.value.unwrap_or_default(),
            external_id: body.external_id.flatten(),
            metadata: body.metadata.flatten(),
        };
        Box::pin(async move { catalog.create_type(tx, new).await })
    }

    fn update(catalog: Catalog, tx: &mut Tx, id: String, change: ValueChange) -> TxFuture<'_, Self> {
        Box::pin(async move { catalog.update_type(tx, &id, change).await })
    }

    fn delete(catalog: Catalog, tx: &mut Tx, id: String) -> TxFuture<'_, ()> {
        Box::pin(async move { catalog.delete_type(tx, &id).await })
    }
}

pub(crate) fn render_tag(obj: &mut Obj<'_>, tag: &Tag) {
    obj.id(tag.id.as_str());
    value(obj, &tag.value, tag.external_id.as_deref(), tag.metadata.as_ref(), Listed::times(tag));
}

pub(crate) fn render_type(obj: &mut Obj<'_>, product_type: &ProductType) {
    obj.id(product_type.id.as_str());
    let (external_id, metadata) = (product_type.external_id.as_deref(), product_type.metadata.as_ref());
    value(obj, &product_type.value, external_id, metadata, Listed::times(product_type));
}

fn value(
    obj: &mut Obj<'_>,
    value: &str,
    external_id: Option<&str>,
    metadata: Option<&Metadata>,
    (created_at, updated_at): (Timestamp, Timestamp),
) {
    obj.put("value", || value);
    obj.put("external_id", || external_id);
    obj.put("metadata", || metadata);
    obj.put("created_at", || created_at);
    obj.put("updated_at", || updated_at);
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
