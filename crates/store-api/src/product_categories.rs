//! `/store/product-categories`: the shop's shelves, a tree.

use axum::extract::State;
use tradewind_catalog::{Category, ProductFilter, Taxonomy};
use tradewind_http::list::{Keep, Lists, part, wanted};
use tradewind_http::{Answer, Asked, Json, Obj, Query};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::Shop;
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
            let visible = taxonomy.categories().iter().filter(|category| term::is_visible(category));
            let page = part::<Shelf, Category>(&asked, visible, &OWN, below_parents)?;
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

/// What categories are filtered by beside what all lists are. How much of the tree is shown filters nothing.
const OWN: [&str; 3] = ["parent_category_id", "include_ancestors_tree", "include_descendants_tree"];

/// `parent_category_id`; `null`, or nothing after the sign, asks for the roots.
fn below_parents(query: &Query) -> Result<Keep<Category>> {
    let mut parents = wanted(query, "parent_category_id")?;
    for parent in parents.iter_mut().flatten().filter(|parent| *parent == "null") {
        parent.clear();
    }
    let parents = parents.map(|ids| if ids.is_empty() { vec![String::new()] } else { ids });
    Ok(Box::new(move |category: &Category| {
        let own = category.parent_id.as_ref().map_or("", |id| id.as_str());
        parents.as_ref().is_none_or(|ids| ids.iter().any(|id| id == own))
    }))
}

/// How shoppers see categories in a list.
struct Shelf;

impl Lists<Category> for Shelf {
    fn id(category: &Category) -> &str {
        category.id.as_str()
    }

    fn texts(category: &Category) -> Vec<(&'static str, &str)> {
        vec![
            ("name", &category.name),
            ("handle", &category.handle),
            ("description", &category.description),
            ("external_id", category.external_id.as_deref().unwrap_or_default()),
        ]
    }

    fn times(category: &Category) -> (Timestamp, Timestamp) {
        (category.created_at, category.updated_at)
    }

    fn number(category: &Category, name: &str) -> Option<i64> {
        (name == "rank").then_some(category.rank)
    }
}
