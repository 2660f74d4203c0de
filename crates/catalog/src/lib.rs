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
mod options;
mod query;
pub mod search;
mod shelf;
mod store;
mod taxonomy;
mod terms;
mod update;

use std::path::PathBuf;
use std::sync::Arc;

use tradewind_kernel::{Page, Result, Timestamp};
use tradewind_platform::db::{Db, Migrations};
use tradewind_platform::migrations;

use crate::shelf::{PRODUCTS, Stale, TERMS};

pub use change::{
    CategoryChange, CollectionChange, NewCategory, NewCollection, NewImage, NewOption, NewOptionValue, NewPrice,
    NewProduct, NewTag, NewType, NewVariant, OptionChange, OptionValueChange, PartsChange, ProductChange, ValueChange,
    VariantChange, VariantEntry, VariantsChange,
};
pub use error::{DUPLICATE_HANDLE, DUPLICATE_VALUE, IN_USE};
pub use events::{CatalogChanged, Change, ProductChanged};
pub use handle::handle_of;
pub use model::{
    Category, CategoryId, Collection, CollectionId, Image, ImageId, InventoryLink, Metadata, OptionId, OptionValue,
    OptionValueId, Price, PriceId, Product, ProductId, ProductOption, ProductStatus, ProductType, SharedOption, Tag,
    TagId, TypeId, Variant, VariantId,
};
pub use options::OptionsChange;
pub use query::{
    Choice, Direction, OptionFilter, OptionQuery, OrderKey, ProductFilter, ProductQuery, TimeRange, VariantFilter,
    VariantQuery,
};
pub use taxonomy::Taxonomy;

/// The module's tables.
pub const MIGRATIONS: Migrations =
    migrations!("catalog", "V1__create_tables", "V2__follow_products", "V3__shared_options_and_choices");

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

/// An option in a list of options.
#[derive(Clone, Debug)]
pub enum ListedOption {
    /// One of one product alone.
    Own {
        /// The product.
        product: Arc<Product>,
        /// Which of its options.
        index: usize,
    },
    /// One that products share.
    Shared(SharedOption),
}

impl ListedOption {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &OptionId {
        match self {
            Self::Own { product, index } => &product.options[*index].id,
            Self::Shared(option) => &option.id,
        }
    }

    /// Its name.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Own { product, index } => &product.options[*index].title,
            Self::Shared(option) => &option.title,
        }
    }

    /// What there is to choose from.
    #[must_use]
    pub fn values(&self) -> &[OptionValue] {
        match self {
            Self::Own { product, index } => &product.options[*index].values,
            Self::Shared(option) => &option.values,
        }
    }

    /// What the shop adds.
    #[must_use]
    pub fn metadata(&self) -> Option<&Metadata> {
        match self {
            Self::Own { product, index } => product.options[*index].metadata.as_ref(),
            Self::Shared(option) => option.metadata.as_ref(),
        }
    }

    /// When it was made and last changed; an option of one product comes with it.
    #[must_use]
    pub fn times(&self) -> (Timestamp, Timestamp) {
        match self {
            Self::Own { product, .. } => (product.created_at, product.created_at),
            Self::Shared(option) => (option.created_at, option.updated_at),
        }
    }

    /// Whether products share it.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(_))
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
        let changed = db.clone();
        let shelf = Arc::new(shelf::Shelf::new(move || changed.note_change()));
        let finder = Arc::new(search::Finder::new(search_folder));
        db.listen(PRODUCTS, &shelf, |shelf, notice| match notice.ids() {
            [] => shelf.clear(&Stale::Anything),
            ids => shelf.clear(&Stale::Products(ids.iter().map(|id| (*id).into()).collect())),
        });
        db.listen(TERMS, &shelf, |shelf, _| shelf.clear(&Stale::Terms));
        for topic in [PRODUCTS, TERMS] {
            db.listen(topic, &finder, |finder, _| finder.wake());
        }
        Self { db, shelf, finder }
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
    pub async fn find_options(&self, query: OptionQuery) -> Result<Page<ListedOption>> {
        find::find_options(self, query).await
    }

    /// The option with this id, shared or not.
    pub async fn option(&self, id: &str) -> Result<Option<ListedOption>> {
        let filter = OptionFilter { ids: vec![id.to_owned()], ..OptionFilter::default() };
        let page = find::find_options(self, OptionQuery { filter, ..OptionQuery::default() }).await?;
        Ok(page.items.into_iter().next())
    }

    /// The ids of the products that use a shared option, at most a thousand.
    pub async fn products_using(&self, option_id: &str) -> Result<Vec<String>> {
        find::products_using(self, option_id).await
    }

    /// Which of these inventory items no variant uses.
    pub async fn unused_items(&self, item_ids: Vec<String>) -> Result<Vec<String>> {
        find::unused_items(self, item_ids).await
    }
}
