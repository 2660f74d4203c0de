//! All categories, collections, tags, types and shared options in memory: a shop has some hundreds of them and asks for them on every page.

use std::collections::HashMap;

use crate::model::{Category, Collection, Product, ProductType, SharedOption, Tag};

/// The terms products are sorted by, with their look-ups. A snapshot: ask [`crate::Catalog::taxonomy`] for the present one.
#[derive(Debug, Default)]
pub struct Taxonomy {
    categories: Vec<Category>,
    collections: Vec<Collection>,
    tags: Vec<Tag>,
    types: Vec<ProductType>,
    category_by_id: HashMap<String, usize>,
    category_by_handle: HashMap<String, usize>,
    children: HashMap<Option<String>, Vec<usize>>,
    collection_by_id: HashMap<String, usize>,
    collection_by_handle: HashMap<String, usize>,
    tag_by_id: HashMap<String, usize>,
    type_by_id: HashMap<String, usize>,
    options: HashMap<String, SharedOption>,
}

impl Taxonomy {
    /// Sorts everything by id and builds the look-ups; siblings are sorted by rank.
    pub(crate) fn new(
        mut categories: Vec<Category>,
        mut collections: Vec<Collection>,
        mut tags: Vec<Tag>,
        mut types: Vec<ProductType>,
    ) -> Self {
        categories.sort_by(|a, b| a.id.cmp(&b.id));
        collections.sort_by(|a, b| a.id.cmp(&b.id));
        tags.sort_by(|a, b| a.id.cmp(&b.id));
        types.sort_by(|a, b| a.id.cmp(&b.id));
        let mut children: HashMap<Option<String>, Vec<usize>> = HashMap::new();
        for (position, category) in categories.iter().enumerate() {
            let parent = category.parent_id.as_ref().map(|id| id.0.clone());
            children.entry(parent).or_default().push(position);
        }
        for siblings in children.values_mut() {
            siblings.sort_by_key(|&position| categories[position].rank);
        }
        Self {
            category_by_id: positions(&categories, |category| &category.id.0),
            category_by_handle: positions(&categories, |category| &category.handle),
            collection_by_id: positions(&collections, |collection| &collection.id.0),
            collection_by_handle: positions(&collections, |collection| &collection.handle),
            tag_by_id: positions(&tags, |tag| &tag.id.0),
            type_by_id: positions(&types, |product_type| &product_type.id.0),
            children,
            categories,
            collections,
            tags,
            types,
            options: HashMap::new(),
        }
    }

    /// With the options that products share.
    pub(crate) fn with_options(mut self, options: Vec<SharedOption>) -> Self {
        self.options = options.into_iter().map(|option| (option.id.0.clone(), option)).collect();
        self
    }

    /// The shared option with this id.
    #[must_use]
    pub fn shared_option(&self, id: &str) -> Option<&SharedOption> {
        self.options.get(id)
    }

    /// All categories, by id.
    #[must_use]
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// All collections, by id.
    #[must_use]
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// All tags, by id.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// All types, by id.
    #[must_use]
    pub fn types(&self) -> &[ProductType] {
        &self.types
    }

    /// The category with this id.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.category_by_id.get(id).map(|&position| &self.categories[position])
    }

    /// The category with this handle.
    #[must_use]
    pub fn category_by_handle(&self, handle: &str) -> Option<&Category> {
        self.category_by_handle.get(handle).map(|&position| &self.categories[position])
    }

    /// The categories directly under this one (`None`: those under no other), by rank.
    pub fn children(&self, parent_id: Option<&str>) -> impl Iterator<Item = &Category> {
        let siblings = self.children.get(&parent_id.map(str::to_owned));
        siblings.into_iter().flatten().map(|&position| &self.categories[position])
    }

    /// This category and the ones it is part of, the outermost first; empty when there is no such category.
    #[must_use]
    pub fn path(&self, id: &str) -> Vec<&Category> {
        let mut path: Vec<&Category> = Vec::new();
        let mut next = self.category(id);
        while let Some(category) = next {
            // A circle cannot be stored, but an endless loop is too high a price for trusting that.
            if path.len() > self.categories.len() {
                break;
            }
            path.push(category);
            next = category.parent_id.as_ref().and_then(|parent| self.category(parent.as_str()));
        }
        path.reverse();
        path
    }

    /// This category and all those under it: what a page of the category shows.
    #[must_use]
    pub fn descendants(&self, id: &str) -> Vec<&Category> {
        let mut found: Vec<&Category> = self.category(id).into_iter().collect();
        let mut next = 0;
        while let Some(category) = found.get(next).copied() {
            found.extend(self.children(Some(category.id.as_str())));
            next += 1;
        }
        found
    }

    /// The collection with this id.
    #[must_use]
    pub fn collection(&self, id: &str) -> Option<&Collection> {
        self.collection_by_id.get(id).map(|&position| &self.collections[position])
    }

    /// The collection with this handle.
    #[must_use]
    pub fn collection_by_handle(&self, handle: &str) -> Option<&Collection> {
        self.collection_by_handle.get(handle).map(|&position| &self.collections[position])
    }

    /// The tag with this id.
    #[must_use]
    pub fn tag(&self, id: &str) -> Option<&Tag> {
        self.tag_by_id.get(id).map(|&position| &self.tags[position])
    }

    /// The type with this id.
    #[must_use]
    pub fn product_type(&self, id: &str) -> Option<&ProductType> {
        self.type_by_id.get(id).map(|&position| &self.types[position])
    }

    /// Takes from a product the terms that exist no more. Removing a tag does not rewrite the thousands of products that
    /// carry it; they forget it when they are read.
    pub(crate) fn forget_missing(&self, product: &mut Product) {
        product.category_ids.retain(|id| self.category_by_id.contains_key(id.as_str()));
        product.tag_ids.retain(|id| self.tag_by_id.contains_key(id.as_str()));
        product.collection_id.take_if(|id| !self.collection_by_id.contains_key(id.as_str()));
        product.type_id.take_if(|id| !self.type_by_id.contains_key(id.as_str()));
    }
}

fn positions<T>(terms: &[T], key: impl Fn(&T) -> &String) -> HashMap<String, usize> {
    terms.iter().enumerate().map(|(position, term)| (key(term).clone(), position)).collect()
}
