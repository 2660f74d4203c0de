#![doc = include_str!("../README.md")]

mod assemble;
mod change;
mod check;
mod create;
mod error;
mod events;
mod find;
mod handle;
mod import;
mod model;
mod query;
pub mod search;
mod shelf;
mod store;
mod taxonomy;
mod terms;
mod update;

use std::path::PathBuf;
use std::sync::Arc;

use tradewind_kernel::{Page, Result};
use tradewind_platform::db::{Db, Migration, Migrations};

pub use change::{
    CategoryChange, CollectionChange, NewCategory, NewCollection, NewImage, NewOption, NewOptionValue, NewPrice,
    NewProduct, NewTag, NewType, NewVariant, ProductChange, ValueChange, VariantChange, VariantEntry,
};
pub use error::{DUPLICATE_HANDLE, DUPLICATE_VALUE, IN_USE};
pub use events::{CatalogChanged, Change, ProductChanged};
pub use handle::handle_of;
pub use model::{
    Category, CategoryId, Collection, CollectionId, Image, ImageId, InventoryLink, Metadata, OptionId, OptionValue,
    OptionValueId, Price, PriceId, Product, ProductId, ProductOption, ProductStatus, ProductType, Tag, TagId, TypeId,
    Variant, VariantId,
};
pub use query::{Direction, OptionQuery, OrderKey, ProductFilter, ProductQuery, TimeRange, VariantQuery};
pub use taxonomy::Taxonomy;

/// The module's tables.
pub const MIGRATIONS: Migrations = Migrations {
    module: "catalog",
    steps: &[
        Migration { name: "V1__create_tables", sqlite: include_str!("../migrations/sqlite/V1__create_tables.sql") },
        Migration { name: "V2__follow_products", sqlite: include_str!("../migrations/sqlite/V2__follow_products.sql") },
    ],
};

/// The catalogue. Cheap to clone; clones share what is in memory.
#[derive(Clone)]
pub struct Catalog {
    db: Db,
    shelf: Arc<shelf::Shelf>,
    finder: Arc<search::Finder>,
}

/// A variant together with the product it belongs to.
#[derive(Clone, Debug)]
pub struct VariantOf {
    /// The product.
    pub product: Arc<Product>,
    /// Which of its variants.
    pub index: usize,
}

impl VariantOf {
    /// The variant.
    #[must_use]
    pub fn variant(&self) -> &Variant {
        &self.product.variants[self.index]
    }
}

/// An option together with the product it belongs to.
#[derive(Clone, Debug)]
pub struct OptionOf {
    /// The product.
    pub product: Arc<Product>,
    /// Which of its options.
    pub index: usize,
}

impl OptionOf {
    /// The option.
    #[must_use]
    pub fn option(&self) -> &ProductOption {
        &self.product.options[self.index]
    }
}

impl Catalog {
    /// The catalogue in this database, with its search index in memory.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self::open(db, None)
    }

    /// The catalogue in this database, with its search index in this folder, so that a restart does not make it anew.
    #[must_use]
    pub fn with_search_in(db: Db, folder: impl Into<PathBuf>) -> Self {
        Self::open(db, Some(folder.into()))
    }

    fn open(db: Db, search_folder: Option<PathBuf>) -> Self {
        Self { db, shelf: Arc::new(shelf::Shelf::new()), finder: Arc::new(search::Finder::new(search_folder)) }
    }

    /// A number that rises with each committed change. What was read after this number was read is at least as new.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.shelf.version()
    }

    /// All categories, collections, tags and types.
    pub async fn taxonomy(&self) -> Result<Arc<Taxonomy>> {
        find::taxonomy(self).await
    }

    /// The product with this id.
    pub async fn product(&self, id: &str) -> Result<Option<Arc<Product>>> {
        find::product(self, id).await
    }

    /// The products with these ids, in this order; ids nobody has are left out.
    pub async fn products<T: AsRef<str> + Sync>(&self, ids: &[T]) -> Result<Vec<Arc<Product>>> {
        find::products(self, ids).await
    }

    /// The product with this handle.
    pub async fn product_by_handle(&self, handle: &str) -> Result<Option<Arc<Product>>> {
        find::product_by_handle(self, handle).await
    }

    /// The variant with this id, and its product.
    pub async fn variant(&self, id: &str) -> Result<Option<VariantOf>> {
        find::variant(self, id).await
    }

    /// The variants with these ids, in this order; ids nobody has are left out.
    pub async fn variants<T: AsRef<str> + Sync>(&self, ids: &[T]) -> Result<Vec<VariantOf>> {
        find::variants(self, ids).await
    }

    /// A part of the list of products.
    pub async fn find(&self, query: ProductQuery) -> Result<Page<Arc<Product>>> {
        find::find(self, query).await
    }

    /// A part of the list of variants.
    pub async fn find_variants(&self, query: VariantQuery) -> Result<Page<VariantOf>> {
        find::find_variants(self, query).await
    }

    /// A part of the list of options.
    pub async fn find_options(&self, query: OptionQuery) -> Result<Page<OptionOf>> {
        find::find_options(self, query).await
    }
}
