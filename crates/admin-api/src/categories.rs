//! Categories: the shop's shelves, a tree.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::{get, post};
use serde::Deserialize;
use tradewind_catalog::{Category, CategoryChange, CategoryId, Metadata, NewCategory, Taxonomy};
use tradewind_http::call::{Change, change};
use tradewind_http::problem::Answer;
use tradewind_http::wire::Null;
use tradewind_http::{Asked, Json, Obj, PathId, Plan, Query, Sent};
use tradewind_kernel::{Result, Timestamp};

use crate::collections::{AddAndRemove, check_products};
use crate::list::{self, Keep, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new()
        .route("/admin/product-categories", get(all).post(create))
        .route("/admin/product-categories/{id}", get(one).post(update).delete(delete))
        .route("/admin/product-categories/{id}/products", post(change_products))
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    handle: Option<String>,
    #[serde(default)]
    is_active: Option<bool>,
    #[serde(default)]
    is_internal: Option<bool>,
    #[serde(default)]
    rank: Option<i64>,
    #[serde(default, deserialize_with = "change")]
    parent_category_id: Change<CategoryId>,
    #[serde(default, deserialize_with = "change")]
    external_id: Change<String>,
    #[serde(default, deserialize_with = "change")]
    metadata: Change<Metadata>,
}

async fn all(State(state): State<AdminState>, asked: Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let page = list::part_by(&asked, taxonomy.categories(), &OWN, filter)?;
    let tree = Tree::of(&asked, &taxonomy);
    Ok(Json::page("product_categories", &asked.plan, page.items, (page.count, asked.paging), |obj, category| {
        tree.render(obj, category);
    })
    .into_response())
}

/// What categories are filtered by beside what all lists are. How much of the tree is shown filters nothing.
const OWN: [&str; 5] =
    ["is_active", "is_internal", "parent_category_id", "include_ancestors_tree", "include_descendants_tree"];

/// Reads them.
fn filter(query: &Query) -> Result<Keep<Category>> {
    let (is_active, is_internal) = (query.flag("is_active"), query.flag("is_internal"));
    // `parent_category_id=null`, or nothing after the sign, asks for those at the top.
    let parents = list::wanted(query, "parent_category_id")?
        .map(|ids| if ids.is_empty() { vec!["null".to_owned()] } else { ids });
    Ok(Box::new(move |category: &Category| {
        let parent = category.parent_id.as_ref().map_or("", |id| id.as_str());
        is_active.is_none_or(|wanted| category.is_active == wanted)
            && is_internal.is_none_or(|wanted| category.is_internal == wanted)
            && parents
                .as_ref()
                .is_none_or(|ids| ids.iter().any(|id| id == parent || (id == "null" && parent.is_empty())))
    }))
}

async fn one(State(state): State<AdminState>, PathId(id): PathId, asked: Asked) -> Answer {
    answer(&state, &id, &asked).await
}

async fn create(State(state): State<AdminState>, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let new = NewCategory {
        id: None,
        name: body.name.unwrap_or_default(),
        handle: body.handle,
        description: body.description.unwrap_or_default(),
        is_active: body.is_active.unwrap_or(false),
        is_internal: body.is_internal.unwrap_or(false),
        rank: body.rank,
        parent_id: body.parent_category_id.flatten(),
        external_id: body.external_id.flatten(),
        metadata: body.metadata.flatten(),
    };
    let catalog = state.catalog.clone();
    let made = state.core.write(move |tx| Box::pin(async move { catalog.create_category(tx, new).await })).await?;
    answer(&state, made.id.as_str(), &asked).await
}

async fn update(State(state): State<AdminState>, PathId(id): PathId, asked: Asked, Sent(body): Sent<Body>) -> Answer {
    let change = CategoryChange {
        name: body.name,
        handle: body.handle,
        description: body.description,
        is_active: body.is_active,
        is_internal: body.is_internal,
        rank: body.rank,
        parent_id: body.parent_category_id,
        external_id: body.external_id,
        metadata: body.metadata,
    };
    let (catalog, changed) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.update_category(tx, &changed, change).await })).await?;
    answer(&state, &id, &asked).await
}

async fn delete(State(state): State<AdminState>, PathId(id): PathId) -> Answer {
    let (catalog, gone) = (state.catalog.clone(), id.clone());
    state.core.write(move |tx| Box::pin(async move { catalog.delete_category(tx, &gone).await })).await?;
    Ok(Json::deleted(&id, "product_category").into_response())
}

async fn change_products(
    State(state): State<AdminState>,
    PathId(id): PathId,
    asked: Asked,
    Sent(body): Sent<AddAndRemove>,
) -> Answer {
    if state.catalog.taxonomy().await?.category(&id).is_none() {
        return Err(missing("Product category", &id));
    }
    check_products(&state, &body).await?;
    let (catalog, category) = (state.catalog.clone(), id.clone());
    state
        .core
        .write(move |tx| {
            Box::pin(async move { catalog.change_products_of_category(tx, &category, &body.add, &body.remove).await })
        })
        .await?;
    answer(&state, &id, &asked).await
}

async fn answer(state: &AdminState, id: &str, asked: &Asked) -> Answer {
    let taxonomy = state.catalog.taxonomy().await?;
    let category = taxonomy.category(id).ok_or_else(|| missing("Product category", id))?;
    let tree = Tree::of(asked, &taxonomy);
    Ok(Json::one("product_category", &asked.plan, |obj| tree.render(obj, category)).into_response())
}

/// How much of the tree is shown around a category.
struct Tree<'a> {
    taxonomy: &'a Taxonomy,
    all_ancestors: bool,
    all_descendants: bool,
}

impl<'a> Tree<'a> {
    fn of(asked: &Asked, taxonomy: &'a Taxonomy) -> Self {
        Self {
            taxonomy,
            all_ancestors: asked.query.flag("include_ancestors_tree").unwrap_or(false),
            all_descendants: asked.query.flag("include_descendants_tree").unwrap_or(false),
        }
    }

    fn render(&self, obj: &mut Obj<'_>, category: &Category) {
        render(obj, category, self.taxonomy);
        if let Some(plan) = obj.plan().below("parent_category") {
            self.parent(obj, plan, category);
        }
        if let Some(plan) = obj.plan().below("category_children") {
            self.children(obj, plan, category);
        }
    }

    fn parent(&self, obj: &mut Obj<'_>, plan: &Plan, category: &Category) {
        let parent = category.parent_id.as_ref().and_then(|id| self.taxonomy.category(id.as_str()));
        match parent {
            None => obj.always("parent_category", Null),
            Some(parent) => obj.nest_with("parent_category", plan, |obj| {
                render(obj, parent, self.taxonomy);
                if self.all_ancestors {
                    self.parent(obj, plan, parent);
                }
            }),
        }
    }

    fn children(&self, obj: &mut Obj<'_>, plan: &Plan, category: &Category) {
        let children = self.taxonomy.children(Some(category.id.as_str()));
        obj.nest_list_with("category_children", plan, children, |obj, child| {
            render(obj, child, self.taxonomy);
            if self.all_descendants {
                self.children(obj, plan, child);
            }
        });
    }
}

pub(crate) fn render(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
    obj.id(category.id.as_str());
    obj.put("name", || &category.name);
    obj.put("description", || &category.description);
    obj.put("handle", || &category.handle);
    obj.put("mpath", || {
        let path = taxonomy.path(category.id.as_str());
        path.iter().map(|category| category.id.as_str()).collect::<Vec<_>>().join(".")
    });
    obj.put("is_active", || category.is_active);
    obj.put("is_internal", || category.is_internal);
    obj.put("rank", || category.rank);
    obj.put("external_id", || &category.external_id);
    obj.put("parent_category_id", || category.parent_id.as_ref().map(|id| id.as_str()));
    obj.put("metadata", || &category.metadata);
    obj.put("created_at", || category.created_at);
    obj.put("updated_at", || category.updated_at);
    obj.put("deleted_at", || Null);
}

impl Listed for Category {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        let external_id = self.external_id.as_deref().unwrap_or_default();
        vec![
            ("name", &self.name),
            ("handle", &self.handle),
            ("description", &self.description),
            ("external_id", external_id),
        ]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }

    fn number(&self, name: &str) -> Option<i64> {
        (name == "rank").then_some(self.rank)
    }
}
