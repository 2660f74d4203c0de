//! Making, changing and removing what products are sorted by.

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::change::{CategoryChange, CollectionChange, NewCategory, NewCollection, NewTag, NewType, ValueChange};
use crate::check::{check_id, optional, required};
use crate::error::{duplicate_handle, duplicate_value, in_use};
use crate::events::CatalogChanged;
use crate::handle::{check_handle, handle_of};
use crate::model::{Category, CategoryId, Collection, CollectionId, ProductType, Tag, TagId, TypeId};
use crate::shelf::Stale;
use crate::store::Term;
use crate::{Catalog, store};

const NAME_MAX: usize = 255;
const DESCRIPTION_MAX: usize = 20_000;
/// How deep categories nest: deeper trees are no help to shoppers, and every page of a category walks up to its root.
const DEPTH_MAX: usize = 20;

impl Catalog {
    /// Makes a category, the last among its siblings unless a rank is given.
    pub async fn create_category(&self, tx: &mut Tx, new: NewCategory) -> Result<Category> {
        let now = tx.now();
        let mut category = Category {
            id: new.id.unwrap_or_else(|| CategoryId::mint(tx.mint())),
            handle: new.handle.unwrap_or_else(|| handle_of(&new.name)),
            name: new.name,
            description: new.description,
            is_active: new.is_active,
            is_internal: new.is_internal,
            rank: 0,
            parent_id: new.parent_id,
            external_id: new.external_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check_category(&category)?;
        check_parent(tx, &category).await?;
        let siblings = siblings(tx, &category).await?;
        category.rank = make_room(tx, siblings, new.rank).await?;
        self.insert(tx, category).await
    }

    /// Changes a category; its siblings, old and new, are numbered anew where it moves.
    pub async fn update_category(&self, tx: &mut Tx, id: &str, change: CategoryChange) -> Result<Category> {
        let Stored { version, value: before } = load::<Category>(tx, id).await?;
        let mut category = before.clone();
        category.name = change.name.unwrap_or(category.name);
        category.handle = change.handle.unwrap_or(category.handle);
        category.description = change.description.unwrap_or(category.description);
        category.is_active = change.is_active.unwrap_or(category.is_active);
        category.is_internal = change.is_internal.unwrap_or(category.is_internal);
        category.external_id = change.external_id.unwrap_or(category.external_id);
        category.metadata = change.metadata.unwrap_or(category.metadata);
        category.parent_id = change.parent_id.unwrap_or(category.parent_id);
        check_category(&category)?;
        let moves_away = category.parent_id != before.parent_id;
        if moves_away {
            check_parent(tx, &category).await?;
            let left = siblings(tx, &before).await?;
            make_room(tx, left, None).await?;
        }
        if moves_away || change.rank.is_some() {
            let siblings = siblings(tx, &category).await?;
            category.rank = make_room(tx, siblings, change.rank).await?;
        }
        category.updated_at = tx.now();
        self.update(tx, version, &before, category).await
    }

    /// Removes a category that has no others under it; its products stay.
    pub async fn delete_category(&self, tx: &mut Tx, id: &str) -> Result<()> {
        let category = load::<Category>(tx, id).await?.value;
        if !store::siblings(tx, id).await?.is_empty() {
            return Err(in_use("A category with others under it cannot be removed; move those first"));
        }
        store::delete_term(tx, id).await?;
        let left = siblings(tx, &category).await?;
        make_room(tx, left, None).await?;
        self.terms_changed(tx, Stale::Anything).await
    }

    /// Makes a collection.
    pub async fn create_collection(&self, tx: &mut Tx, new: NewCollection) -> Result<Collection> {
        let now = tx.now();
        let collection = Collection {
            id: new.id.unwrap_or_else(|| CollectionId::mint(tx.mint())),
            handle: new.handle.unwrap_or_else(|| handle_of(&new.title)),
            title: new.title,
            external_id: new.external_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check_collection(&collection)?;
        self.insert(tx, collection).await
    }

    /// Changes a collection.
    pub async fn update_collection(&self, tx: &mut Tx, id: &str, change: CollectionChange) -> Result<Collection> {
        let Stored { version, value: before } = load::<Collection>(tx, id).await?;
        let mut collection = before.clone();
        collection.title = change.title.unwrap_or(collection.title);
        collection.handle = change.handle.unwrap_or(collection.handle);
        collection.external_id = change.external_id.unwrap_or(collection.external_id);
        collection.metadata = change.metadata.unwrap_or(collection.metadata);
        collection.updated_at = tx.now();
        check_collection(&collection)?;
        self.update(tx, version, &before, collection).await
    }

    /// Removes a collection; its products stay.
    pub async fn delete_collection(&self, tx: &mut Tx, id: &str) -> Result<()> {
        self.delete::<Collection>(tx, id).await
    }

    /// Makes a tag.
    pub async fn create_tag(&self, tx: &mut Tx, new: NewTag) -> Result<Tag> {
        let now = tx.now();
        let tag = Tag {
            id: new.id.unwrap_or_else(|| TagId::mint(tx.mint())),
            value: new.value,
            external_id: new.external_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check_value(&tag.value, tag.external_id.as_deref())?;
        self.insert(tx, tag).await
    }

    /// Changes a tag.
    pub async fn update_tag(&self, tx: &mut Tx, id: &str, change: ValueChange) -> Result<Tag> {
        let Stored { version, value: before } = load::<Tag>(tx, id).await?;
        let mut tag = before.clone();
        tag.value = change.value.unwrap_or(tag.value);
        tag.external_id = change.external_id.unwrap_or(tag.external_id);
        tag.metadata = change.metadata.unwrap_or(tag.metadata);
        tag.updated_at = tx.now();
        check_value(&tag.value, tag.external_id.as_deref())?;
        self.update(tx, version, &before, tag).await
    }

    /// Removes a tag; its products stay.
    pub async fn delete_tag(&self, tx: &mut Tx, id: &str) -> Result<()> {
        self.delete::<Tag>(tx, id).await
    }

    /// Makes a type of product.
    pub async fn create_type(&self, tx: &mut Tx, new: NewType) -> Result<ProductType> {
        let now = tx.now();
        let product_type = ProductType {
            id: new.id.unwrap_or_else(|| TypeId::mint(tx.mint())),
            value: new.value,
            external_id: new.external_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check_value(&product_type.value, product_type.external_id.as_deref())?;
        self.insert(tx, product_type).await
    }

    /// Changes a type of product.
    pub async fn update_type(&self, tx: &mut Tx, id: &str, change: ValueChange) -> Result<ProductType> {
        let Stored { version, value: before } = load::<ProductType>(tx, id).await?;
        let mut product_type = before.clone();
        product_type.value = change.value.unwrap_or(product_type.value);
        product_type.external_id = change.external_id.unwrap_or(product_type.external_id);
        product_type.metadata = change.metadata.unwrap_or(product_type.metadata);
        product_type.updated_at = tx.now();
        check_value(&product_type.value, product_type.external_id.as_deref())?;
        self.update(tx, version, &before, product_type).await
    }

    /// Removes a type of product; its products stay.
    pub async fn delete_type(&self, tx: &mut Tx, id: &str) -> Result<()> {
        self.delete::<ProductType>(tx, id).await
    }

    async fn insert<T: Term>(&self, tx: &mut Tx, term: T) -> Result<T> {
        check_id("id", term.id())?;
        check_free(tx, &term).await?;
        store::insert_term(tx, &term).await.map_err(crate::create::ids_taken)?;
        self.terms_changed(tx, Stale::Terms).await?;
        Ok(term)
    }

    async fn update<T: Term>(&self, tx: &mut Tx, version: i64, before: &T, term: T) -> Result<T> {
        if term.unique_name() != before.unique_name() {
            check_free(tx, &term).await?;
        }
        store::update_term(tx, version, &term).await?;
        self.terms_changed(tx, Stale::Terms).await?;
        Ok(term)
    }

    async fn delete<T: Term>(&self, tx: &mut Tx, id: &str) -> Result<()> {
        load::<T>(tx, id).await?;
        store::delete_term(tx, id).await?;
        self.terms_changed(tx, Stale::Anything).await
    }

    pub(crate) async fn terms_changed(&self, tx: &mut Tx, stale: Stale) -> Result<()> {
        self.changed(tx, stale).await?;
        tx.publish(&CatalogChanged { products_created: 0 }).await
    }
}

async fn load<T: Term>(tx: &mut Tx, id: &str) -> Result<Stored<T>> {
    store::term(tx, id).await?.ok_or_else(|| Error::not_found(T::WHAT, id))
}

/// Nobody else of the kind has its handle or value.
pub(crate) async fn check_free<T: Term>(tx: &mut Tx, term: &T) -> Result<()> {
    let holder = store::term_named::<T>(tx, term.unique_name()).await?;
    if holder.is_none_or(|holder| holder == term.id()) {
        return Ok(());
    }
    Err(match T::NAME_FIELD {
        "handle" => duplicate_handle(T::WHAT, term.unique_name()),
        field => duplicate_value(T::WHAT, field, term.unique_name()),
    })
}

fn check_category(category: &Category) -> Result<()> {
    required("name", &category.name, NAME_MAX)?;
    check_handle(&category.handle)?;
    optional("description", Some(&category.description), DESCRIPTION_MAX)?;
    optional("external_id", category.external_id.as_deref(), NAME_MAX)
}

fn check_collection(collection: &Collection) -> Result<()> {
    required("title", &collection.title, NAME_MAX)?;
    check_handle(&collection.handle)?;
    optional("external_id", collection.external_id.as_deref(), NAME_MAX)
}

fn check_value(value: &str, external_id: Option<&str>) -> Result<()> {
    required("value", value, NAME_MAX)?;
    optional("external_id", external_id, NAME_MAX)
}

/// The parent exists, is not the category itself and is not under it.
async fn check_parent(tx: &mut Tx, category: &Category) -> Result<()> {
    let mut next = category.parent_id.clone();
    let mut depth = 0;
    while let Some(id) = next {
        depth += 1;
        if id == category.id {
            let message = "A category cannot be under itself, nor under one that is under it; move that one first";
            return Err(Error::invalid("parent_category_id", message));
        }
        if depth > DEPTH_MAX {
            let message = format!("A category cannot be more than {DEPTH_MAX} levels deep");
            return Err(Error::invalid("parent_category_id", message));
        }
        let parent = store::term::<Category>(tx, id.as_str())
            .await?
            .ok_or_else(|| Error::invalid("parent_category_id", format!("There is no category {id}")))?;
        next = parent.value.parent_id;
    }
    Ok(())
}

/// The others under the same parent, by rank.
async fn siblings(tx: &mut Tx, category: &Category) -> Result<Vec<Stored<Category>>> {
    let mut siblings = store::siblings(tx, category.parent_id()).await?;
    siblings.retain(|sibling| sibling.value.id != category.id);
    siblings.sort_by(|a, b| (a.value.rank, &a.value.id).cmp(&(b.value.rank, &b.value.id)));
    Ok(siblings)
}

/// Numbers siblings from 0 and leaves `rank` free (the last where none is asked for). Returns the free rank.
async fn make_room(tx: &mut Tx, siblings: Vec<Stored<Category>>, rank: Option<i64>) -> Result<i64> {
    let last = i64::try_from(siblings.len()).unwrap_or(i64::MAX);
    let free = rank.unwrap_or(last).clamp(0, last);
    for (position, mut sibling) in (0_i64..).zip(siblings) {
        let rank = if position >= free { position + 1 } else { position };
        if sibling.value.rank != rank {
            sibling.value.rank = rank;
            store::update_term(tx, sibling.version, &sibling.value).await?;
        }
    }
    Ok(free)
}
