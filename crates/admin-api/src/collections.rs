//! Collections, and which products are in them.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_catalog::{Collection, CollectionChange, Metadata, NewCollection};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Sent};
use tradewind_kernel::{Error, Timestamp};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/collections", get(all).post(create))
        .route("/admin/collections/{id}", get(one).post(update).delete(delete))
        .route("/admin/collections/{id}/products", post(change_products))
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    handle: Option<String>,
    #[serde(default, deserialize_with = "change")]
    external_id: Change<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Metadata>,
}

/// Ids to add to something, and to take out of it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct AddAndRemove {
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let page = list::part(&asked, taxonomy.collections(), |_| true)?;
    Ok(Json::page("collections", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let collection = taxonomy.collection(&id).ok_or_else(|| missing("Collection", &id))?;
    Ok(Json::one("collection", &asked.plan, |obj| render(obj, collection)).into_response())
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewCollection {
        id: None,
        title: body.title.unwrap_or_default(),
        handle: body.handle,
        external_id: body.external_id.flatten(),
        metadata: body.metadata.flatten(),
    };
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| Box::pin(async move { catalog.create_collection(tx, new).await })).await?;
    Ok(Json::one("collection", &asked.plan, |obj| render(obj, &made)).into_response())
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = CollectionChange {
        title: body.title,
        handle: body.handle,
        external_id: body.external_id,
        metadata: body.metadata,
    };
    let catalog = state.catalog.clone();
    let changed =
        state.core.write(move |tx| Box::pin(async move { catalog.update_collection(tx, &id, change).await })).await?;
    Ok(Json::one("collection", &asked.plan, |obj| render(obj, &changed)).into_response())
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_collection(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "collection").into_response())
}

async fn change_products(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let collection = taxonomy.collection(&id).ok_or_else(|| missing("Collection", &id))?;
    check_products(&state, &body).await?;
    let catalog = state.catalog.clone();
    state
        .core
        .write(move |tx| {
            Box::pin(async move { catalog.change_products_of_collection(tx, &id, &body.add, &body.remove).await })
        })
        .await?;
    Ok(Json::one("collection", &asked.plan, |obj| render(obj, collection)).into_response())
}

/// The products named in a body exist; the first that does not is named.
pub(crate) async fn check_products(state: &AdminState, body: &AddAndRemove) -> Result<(), Error> {
    for (field, ids) in [("add", &body.add), ("remove", &body.remove)] {
        let found = state.catalog.products(ids).await?;
        let unknown = ids.iter().find(|id| !found.iter().any(|product| product.id.as_str() == id.as_str()));
        if let Some(id) = unknown {
            return Err(Error::invalid(field, format!("{field}: there is no product with id: {id}")));
        }
    }
    Ok(())
}

pub(crate) fn render(obj: &mut Obj<'_>, collection: &Collection) {
    obj.id(collection.id.as_str());
    obj.put("title", || &collection.title);
    obj.put("handle", || &collection.handle);
    obj.put("external_id", || &collection.external_id);
    obj.put("metadata", || &collection.metadata);
    obj.put("created_at", || collection.created_at);
    obj.put("updated_at", || collection.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for Collection {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let external_id = self.external_id.as_deref().unwrap_or_default();
        vec![("title", &self.title), ("handle", &self.handle), ("external_id", external_id)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }
}
