//! What the catalogue keeps in memory, and how it never serves what a commit has made old.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::sync::Cache;
use parking_lot::Mutex;

use crate::model::{Product, ProductId};
use crate::query::{OptionQuery, ProductFilter, VariantQuery};
use crate::taxonomy::Taxonomy;

const PRODUCTS_MAX: u64 = 20_000;
const VARIANTS_MAX: u64 = 200_000;
const HANDLES_MAX: u64 = 20_000;
const COUNTS_MAX: u64 = 2_000;

pub(crate) struct Shelf {
    version: AtomicU64,
    /// Held while something is put in or thrown out, so that "nothing was committed since it was read" and putting it in
    /// are one step.
    gate: Mutex<()>,
    products: Cache<String, Arc<Product>>,
    /// Which product a variant belongs to, which one a handle leads to.
    products_of_variants: Cache<String, ProductId>,
    products_of_handles: Cache<String, ProductId>,
    /// How long lists are, at a version.
    counts: Cache<(u64, Counted), u64>,
    taxonomy: Mutex<Option<Arc<Taxonomy>>>,
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
    /// Terms, and with them what products say of them.
    Terms,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        Self {
            version: AtomicU64::new(1),
            gate: Mutex::new(()),
            products: Cache::new(PRODUCTS_MAX),
            products_of_variants: Cache::new(VARIANTS_MAX),
            products_of_handles: Cache::new(HANDLES_MAX),
            counts: Cache::new(COUNTS_MAX),
            taxonomy: Mutex::new(None),
        }
    }

    pub(crate) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(crate) fn product(&self, id: &str) -> Option<Arc<Product>> {
        self.products.get(id)
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

    pub(crate) fn count(&self, version: u64, counted: &Counted) -> Option<u64> {
        self.counts.get(&(version, counted.clone()))
    }

    pub(crate) fn keep_count(&self, version: u64, counted: Counted, count: u64) {
        self.counts.insert((version, counted), count);
    }

    /// Keeps what was read at `version`, unless something was committed since.
    pub(crate) fn keep_products(&self, version: u64, products: &[Arc<Product>]) {
        let _gate = self.gate.lock();
        if self.version() == version {
            for product in products {
                self.products.insert(product.id.0.clone(), Arc::clone(product));
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
        let _gate = self.gate.lock();
        match stale {
            Stale::Products(ids) => ids.iter().for_each(|id| self.products.invalidate(id.as_str())),
            Stale::Terms => {
                *self.taxonomy.lock() = None;
                self.products.invalidate_all();
            }
        }
        self.version.fetch_add(1, Ordering::AcqRel);
    }
}
