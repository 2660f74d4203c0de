//! `/store/product-categories`: the shop's shelves, a tree.

use axum::extract::State;
use serde_json::Value;
use tradewind_catalog::{Category, ProductFilter, Taxonomy};
use tradewind_http::{Answer, Asked, Json, Obj};
use tradewind_kernel::{Error, Page, Result};

use crate::Shop;
use crate::list::{has_words, is_among, is_within, order};
use crate::terms::{first, products_below, write_products};
use crate::view::product::Surroundings;
use crate::view::term;
use crate::visit::{Made, Visit};

fn filter(category: &Category) -> ProductFilter {
    ProductFilter { category_ids: vec![category.id.0.clone()], ..ProductFilter::default() }
}

/// How much of the tree is shown with each category.
struct Tree {
    descendants: bool,
    ancestors: bool,
}

impl Tree {
    fn of(asked: &Asked) -> Self {
        let flag = |name: &str| asked.query.flag(name).unwrap_or(false);
        Self { descendants: flag("include_descendants_tree"), ancestors: flag("include_ancestors_tree") }
    }

    fn write(&self, obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
        if !self.descendants && !self.ancestors {
            term::category(obj, category, taxonomy);
            return;
        }
        term::category_scalars(obj, category, taxonomy);
        if self.ancestors {
            term::ancestors(obj, category, taxonomy);
        }
        if self.descendants {
            term::descendants(obj, category, taxonomy);
        }
    }
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let page = Page::cut(found(&asked, &taxonomy)?, asked.paging);
            let channels = visit.sales_channels(None)?;
            let filters = page.items.iter().map(|category| filter(category));
            let below = products_below(&shop, &asked.plan, &channels, filters).await?;
            let (around, tree) = (Surroundings::plain(&taxonomy), Tree::of(&asked));
            let about = (page.count, asked.paging);
            let items = page.items.iter().zip(&below);
            let name = "product_categories";
            let json = Json::page(name, &asked.plan, items, about, |obj, (category, products)| {
                tree.write(obj, category, &taxonomy);
                write_products(obj, products, &around, &["type", "collection"]);
            });
            Ok(Made::public(json, "product_categories products"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let taxonomy = shop.catalog.taxonomy().await?;
            let found = taxonomy
                .category(&id)
                .filter(|category| term::is_visible(category))
                .ok_or_else(|| Error::not_found("Product category", &id))?;
            let channels = visit.sales_channels(None)?;
            let below = products_below(&shop, &asked.plan, &channels, [filter(found)]).await?;
            let (around, tree) = (Surroundings::plain(&taxonomy), Tree::of(&asked));
            let json = Json::one("product_category", &asked.plan, |obj| {
                tree.write(obj, found, &taxonomy);
                write_products(obj, first(&below), &around, &["type", "collection"]);
            });
            Ok(Made::public(json, format!("product_categories products {id}")))
        })
        .await
}

fn found<'a>(asked: &Asked, taxonomy: &'a Taxonomy) -> Result<Vec<&'a Category>> {
    let query = &asked.query;
    query.refuse(&["$and", "$or", "deleted_at"])?;
    let (ids, names, handles) = (query.texts("id"), query.texts("name"), query.texts("handle"));
    let (descriptions, external_ids) = (query.texts("description"), query.texts("external_id"));
    let (created, updated) = (query.times("created_at")?, query.times("updated_at")?);
    // `null` asks for the roots.
    let parents = query.get("parent_category_id").map(|value| match value {
        Value::Null => vec![String::new()],
        value if value == "null" || value == "" => vec![String::new()],
        _ => query.texts("parent_category_id").unwrap_or_default(),
    });
    let mut found: Vec<&Category> = taxonomy
        .categories()
        .iter()
        .filter(|category| term::is_visible(category))
        .filter(|category| is_among(ids.as_deref(), category.id.as_str()))
        .filter(|category| is_among(names.as_deref(), &category.name))
        .filter(|category| is_among(handles.as_deref(), &category.handle))
        .filter(|category| is_among(descriptions.as_deref(), &category.description))
        .filter(|category| {
            let own = category.external_id.as_deref().unwrap_or_default();
            is_among(external_ids.as_deref(), own)
        })
        .filter(|category| {
            let own = category.parent_id.as_ref().map_or("", |id| id.as_str());
            is_among(parents.as_deref(), own)
        })
        .filter(|category| is_within(created, category.created_at))
        .filter(|category| is_within(updated, category.updated_at))
        .filter(|category| has_words(query, &[&category.name, &category.description, &category.handle]))
        .collect();
    order(&mut found, query, |name, a, b| {
        Some(match name {
            "id" => a.id.cmp(&b.id),
            "name" => a.name.cmp(&b.name),
            "handle" => a.handle.cmp(&b.handle),
            "rank" => a.rank.cmp(&b.rank),
            "created_at" => a.created_at.cmp(&b.created_at),
            "updated_at" => a.updated_at.cmp(&b.updated_at),
            _ => return None,
        })
    })?;
    Ok(found)
}
