//! What products are sorted by, on the wire: categories, collections, tags and types.

use tradewind_catalog::{Category, Collection, ProductType, Tag, Taxonomy};
use tradewind_http::{Obj, Plan};

use super::all_times;

/// A collection.
pub(crate) fn collection(obj: &mut Obj<'_>, collection: &Collection) {
    obj.id(collection.id.as_str());
    obj.put("title", || &collection.title);
    obj.put("handle", || &collection.handle);
    obj.put("external_id", || &collection.external_id);
    obj.put("metadata", || &collection.metadata);
    all_times(obj, collection.created_at, collection.updated_at);
}

/// A tag.
pub(crate) fn tag(obj: &mut Obj<'_>, tag: &Tag) {
    obj.id(tag.id.as_str());
    obj.put("value", || &tag.value);
    obj.put("external_id", || &tag.external_id);
    obj.put("metadata", || &tag.metadata);
    all_times(obj, tag.created_at, tag.updated_at);
}

/// A type of products.
pub(crate) fn product_type(obj: &mut Obj<'_>, product_type: &ProductType) {
    obj.id(product_type.id.as_str());
    obj.put("value", || &product_type.value);
    obj.put("external_id", || &product_type.external_id);
    obj.put("metadata", || &product_type.metadata);
    all_times(obj, product_type.created_at, product_type.updated_at);
}

/// Whether shoppers may see a category.
pub(crate) fn is_visible(category: &Category) -> bool {
    category.is_active && !category.is_internal
}

/// A category with the ones above and below it, as far as they were asked for.
pub(crate) fn category(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
    category_scalars(obj, category, taxonomy);
    let parent =
        category.parent_id.as_ref().and_then(|id| taxonomy.category(id.as_str())).filter(|parent| is_visible(parent));
    obj.nest_some("parent_category", parent, |obj, parent| {
        self::category(obj, parent, taxonomy);
    });
    let children = taxonomy.children(Some(category.id.as_str())).filter(|child| is_visible(child));
    obj.nest_list("category_children", children, |obj, child| {
        self::category(obj, child, taxonomy);
    });
}

/// A category with everything under it: `include_descendants_tree`.
pub(crate) fn descendants(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
    let Some(plan) = obj.plan().below("category_children") else { return };
    tree(obj, category, taxonomy, plan, 0);
}

/// A category with everything above it: `include_ancestors_tree`.
pub(crate) fn ancestors(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
    let plan = obj.plan().below("parent_category").unwrap_or(Plan::all());
    let parent = category.parent_id.as_ref().and_then(|id| taxonomy.category(id.as_str()));
    match parent.filter(|parent| is_visible(parent)) {
        Some(parent) => obj.nest_with("parent_category", plan, |obj| {
            category_scalars(obj, parent, taxonomy);
            ancestors(obj, parent, taxonomy);
        }),
        None => obj.always("parent_category", tradewind_http::wire::Null),
    }
}

/// No tree is as deep as this; a circle would be.
const DEPTH_MAX: usize = 50;

fn tree(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy, plan: &Plan, depth: usize) {
    let children = taxonomy.children(Some(category.id.as_str())).filter(|child| is_visible(child) && depth < DEPTH_MAX);
    obj.nest_list_with("category_children", plan, children, |obj, child| {
        category_scalars(obj, child, taxonomy);
        tree(obj, child, taxonomy, plan, depth + 1);
    });
}

/// The plain fields of a category.
pub(crate) fn category_scalars(obj: &mut Obj<'_>, category: &Category, taxonomy: &Taxonomy) {
    obj.id(category.id.as_str());
    obj.put("name", || &category.name);
    obj.put("description", || &category.description);
    obj.put("handle", || &category.handle);
    obj.put("mpath", || {
        let path = taxonomy.path(category.id.as_str());
        path.iter().map(|above| above.id.as_str()).collect::<Vec<_>>().join(".")
    });
    obj.put("is_active", || category.is_active);
    obj.put("is_internal", || category.is_internal);
    obj.put("rank", || category.rank);
    obj.put("external_id", || &category.external_id);
    obj.put("metadata", || &category.metadata);
    obj.put("parent_category_id", || category.parent_id.as_ref().map(|id| id.as_str()));
    all_times(obj, category.created_at, category.updated_at);
}
