//! What the catalogue keeps in memory, and how it never serves what a commit has made old.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use moka::sync::Cache;
use parking_lot::Mutex;
use tradewind_kernel::Result;
use tradewind_platform::cache::{self, Keeping};

use crate::model::{Product, ProductId};
use crate::query::{OptionQuery, ProductFilter, VariantQuery};
use crate::taxonomy::Taxonomy;

const PRODUCTS_MAX: u64 = 20_000;
const VARIANTS_MAX: u64 = 200_000;
const HANDLES_MAX: u64 = 20_000;
const COUNTS_MAX: u64 = 2_000;
/// Counts of versions that have passed are of no use to anybody.
const COUNT_KEPT: Keeping = Keeping::fresh_for(Duration::from_secs(3600));

/// The topic of changed products: it names them, or none where it may be all, and the terms with them.
pub(crate) const PRODUCTS: &str = "catalog.products";
/// The topic of terms that were made or changed.
pub(crate) const TERMS: &str = "catalog.terms";

type CountCache = cache::Cache<(u64, Counted), u64>;

pub(crate) struct Shelf {
    /// Called before anything is thrown out, so that it is not read anew from where the change has not come yet.
    before_clearing: Box<dyn Fn() + Send + Sync>,
    version: AtomicU64,
    /// Held while something is put in or thrown out, so that "nothing was committed since it was read" and putting it in
    /// are one step.
    gate: Mutex<()>,
    products: Cache<String, Held>,
    /// Which product a variant belongs to, which one a handle leads to.
    products_of_variants: Cache<String, ProductId>,
    products_of_handles: Cache<String, ProductId>,
    /// How long lists are, at a version.
    counts: CountCache,
    taxonomy: Mutex<Option<Arc<Taxonomy>>>,
}

/// A product as it was read: at which version of its document.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) version: i64,
    pub(crate) product: Arc<Product>,
}

/// A list whose length is known; order and paging do not matter for it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Products(ProductFilter),
    Variants(VariantQuery),
    Options(OptionQuery),
}

/// What a commit has made old.
pub(crate) enum Stale {
    /// These products.
    Products(Vec<ProductId>),
    /// Terms: one was made or changed.
    Terms,
    /// Anything: a term is gone, and with it a part of the products that named it, or it is not known what has changed.
    Anything,
}

impl Shelf {
    pub(crate) fn new(before_clearing: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            before_clearing: Box::new(before_clearing),
            version: AtomicU64::new(1),
            gate: Mutex::new(()),
            products: Cache::new(PRODUCTS_MAX),
            products_of_variants: Cache::new(VARIANTS_MAX),
            products_of_handles: Cache::new(HANDLES_MAX),
            counts: CountCache::new("catalog.counts", COUNTS_MAX, COUNT_KEPT),
            taxonomy: Mutex::new(None),
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(crate) fn product(&self, id: &str) -> Option<Arc<Product>> {
        self.products.get(id).map(|held| held.product)
    }

    /// The product a variant was last seen in; it may have left it since.
    pub(crate) fn product_of_variant(&self, variant_id: &str) -> Option<ProductId> {
        self.products_of_variants.get(variant_id)
    }

    /// The product a handle last led to; it may have been given another since.
    pub(crate) fn product_of_handle(&self, handle: &str) -> Option<ProductId> {
        self.products_of_handles.get(handle)
    }

    pub(crate) fn taxonomy(&self) -> Option<Arc<Taxonomy>> {
        self.taxonomy.lock().clone()
    }

    /// How long a list is at a version, counted once however many ask.
    pub(crate) async fn count<F>(&self, version: u64, list: Counted, count: F) -> Result<u64>
    where
        F: Future<Output = Result<u64>>,
    {
        self.counts.get_or_load((version, list), count).await
    }

    /// How long a list is, if that is known.
    pub(crate) async fn known_count(&self, version: u64, list: &Counted) -> Option<u64> {
        self.counts.get(&(version, list.clone())).await
    }

    /// Keeps what was read at `version`, unless something was committed since, or somebody has read a later state already
    /// of a commit that is just being announced.
    pub(crate) fn keep_products(&self, version: u64, products: Vec<Held>) {
        let _gate = self.gate.lock();
        if self.version() == version {
            for held in products {
                let id = held.product.id.as_str();
                if self.products.get(id).is_none_or(|present| present.version < held.version) {
                    self.products.insert(id.to_owned(), held);
                }
            }
        }
    }

    /// Keeps what was read at `version`, unless something was committed since.
    pub(crate) fn keep_taxonomy(&self, version: u64, taxonomy: &Arc<Taxonomy>) {
        let _gate = self.gate.lock();
        if self.version() == version {
            *self.taxonomy.lock() = Some(Arc::clone(taxonomy));
        }
    }

    /// A hint, checked against the product whenever it is used.
    pub(crate) fn keep_product_of_variant(&self, variant_id: &str, product_id: &ProductId) {
        self.products_of_variants.insert(variant_id.to_owned(), product_id.clone());
    }

    /// A hint, checked against the product whenever it is used.
    pub(crate) fn keep_product_of_handle(&self, handle: &str, product_id: &ProductId) {
        self.products_of_handles.insert(handle.to_owned(), product_id.clone());
    }

    /// Throws out what a commit has made old, and then raises the version: whoever sees the new version reads anew.
    pub(crate) fn clear(&self, stale: &Stale) {
        (self.before_clearing)();
        let _gate = self.gate.lock();
        match stale {
            Stale::Products(ids) => ids.iter().for_each(|id| self.products.invalidate(id.as_str())),
            Stale::Terms => *self.taxonomy.lock() = None,
            Stale::Anything => {
                *self.taxonomy.lock() = None;
                self.products.invalidate_all();
            }
        }
        self.version.fetch_add(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_commit_is_not_kept_after_it() {
        let shelf = Shelf::new(|| ());
        let (before, taxonomy) = (shelf.version(), Arc::new(Taxonomy::default()));
        shelf.clear(&Stale::Products(vec!["prod_1".into()]));
        shelf.keep_taxonomy(before, &taxonomy);
        assert!(shelf.taxonomy().is_none(), "it may be older than the commit");
        shelf.keep_taxonomy(shelf.version(), &taxonomy);
        assert!(shelf.taxonomy().is_some());
        shelf.clear(&Stale::Terms);
        assert!(shelf.taxonomy().is_none());
    }
}
