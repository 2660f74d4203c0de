//! Making products: one, or a thousand in one transaction.

use std::collections::HashSet;

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::assemble::Workbench;
use crate::change::NewProduct;
use crate::check::{check_product, unique_fields};
use crate::error::{duplicate_handle, duplicate_value};
use crate::events::{CatalogChanged, Change, ProductChanged};
use crate::model::{OptionId, Product, ProductId, SharedOption};
use crate::shelf::{PRODUCTS, Stale, TERMS};
use crate::{Catalog, store};

impl Catalog {
    /// Makes a product. The handle comes from the title where none is given; handle, SKUs and barcodes must be free.
    pub async fn create_product(&self, tx: &mut Tx, new: NewProduct) -> Result<Product> {
        let mut products = self.make(tx, vec![new]).await?;
        let product = products.pop().ok_or_else(|| Error::internal("no product was made"))?;
        tx.publish(&ProductChanged { product_id: product.id.clone(), change: Change::Created }).await?;
        Ok(product)
    }

    /// Makes many products, for imports: some statements for all of them, and one event. About a thousand at a time keep the
    /// transaction short.
    pub async fn create_products(&self, tx: &mut Tx, new: Vec<NewProduct>) -> Result<Vec<Product>> {
        let products = self.make(tx, new).await?;
        tx.publish(&CatalogChanged { products_created: products.len() as u64 }).await?;
        Ok(products)
    }

    async fn make(&self, tx: &mut Tx, new: Vec<NewProduct>) -> Result<Vec<Product>> {
        let given_ids: HashSet<String> = new.iter().filter_map(|new| new.id.as_ref().map(|id| id.0.clone())).collect();
        let named: Vec<OptionId> =
            new.iter().flat_map(|new| &new.options).filter_map(|option| option.id.clone()).collect();
        let shared = shared_options(tx, &named).await?;
        let bench = Workbench { mint: tx.mint(), now: tx.now(), shared: &shared };
        let mut products = Vec::with_capacity(new.len());
        for new in new {
            let mut product = bench.product(new)?;
            check_product(&mut product)?;
            products.push(product);
        }
        for product in products.iter().filter(|_| !named.is_empty()) {
            check_options_are_own(tx, product).await?;
        }
        check_terms(tx, &products).await?;
        check_unique(tx, &products, &given_ids).await?;
        store::insert_products(tx, &products).await.map_err(ids_taken)?;
        let stale = Stale::Products(products.iter().map(|product| product.id.clone()).collect());
        self.changed(tx, stale).await?;
        Ok(products)
    }

    /// Lets every process throw out what this transaction makes old, once it is committed.
    pub(crate) async fn changed(&self, tx: &mut Tx, stale: Stale) -> Result<()> {
        match stale {
            Stale::Products(ids) => {
                let ids: Vec<&str> = ids.iter().map(ProductId::as_str).collect();
                tx.announce(PRODUCTS, &ids).await
            }
            Stale::Terms => tx.announce(TERMS, &[]).await,
            Stale::Anything => tx.announce(PRODUCTS, &[]).await,
        }
    }
}

/// Those of these options that products share.
pub(crate) async fn shared_options(tx: &mut Tx, ids: &[OptionId]) -> Result<Vec<SharedOption>> {
    let mut shared = Vec::new();
    for id in ids {
        shared.extend(store::term::<SharedOption>(tx, id.as_str()).await?.map(|stored| stored.value));
    }
    Ok(shared)
}

/// No option of the product, but for those it shares, is an option of anything else.
pub(crate) async fn check_options_are_own(tx: &mut Tx, product: &Product) -> Result<()> {
    let own: Vec<&str> =
        product.options.iter().filter(|option| !option.is_shared).map(|option| option.id.as_str()).collect();
    match store::options_elsewhere(tx, &own, product.id.as_str()).await?.first() {
        None => Ok(()),
        Some(id) => {
            let message =
                format!("The option {id} belongs to another product; only shared options can be used by several");
            Err(Error::invalid("options", message).code(crate::DUPLICATE_VALUE))
        }
    }
}

/// All terms the products name exist.
async fn check_terms(tx: &mut Tx, products: &[Product]) -> Result<()> {
    let named: HashSet<&str> = products.iter().flat_map(term_ids).map(|(_, id)| id).collect();
    let named: Vec<&str> = named.into_iter().collect();
    let existing: HashSet<String> = store::existing_terms(tx, &named).await?.into_iter().collect();
    for (field, id) in products.iter().flat_map(term_ids) {
        if !existing.contains(id) {
            return Err(unknown_term(field, id));
        }
    }
    Ok(())
}

/// The terms a product names, each with the field it is named in.
pub(crate) fn term_ids(product: &Product) -> impl Iterator<Item = (&'static str, &str)> {
    let categories = product.category_ids.iter().map(|id| ("categories", id.as_str()));
    let tags = product.tag_ids.iter().map(|id| ("tags", id.as_str()));
    let collection = product.collection_id.iter().map(|id| ("collection_id", id.as_str()));
    let product_type = product.type_id.iter().map(|id| ("type_id", id.as_str()));
    categories.chain(tags).chain(collection).chain(product_type)
}

pub(crate) fn unknown_term(field: &str, id: &str) -> Error {
    Error::invalid(field, format!("There is no {} in {field}", id.chars().take(80).collect::<String>()))
}

/// What must be unique in the shop is free, within these products and beside them.
pub(crate) async fn check_unique(tx: &mut Tx, products: &[Product], given_ids: &HashSet<String>) -> Result<()> {
    let given: Vec<&str> = given_ids.iter().map(String::as_str).collect();
    if let Some((id, _)) = store::taken(tx, "catalog_product", "id", &given).await?.first() {
        return Err(duplicate_value("Product", "id", id));
    }
    let handles: Vec<&str> = products.iter().map(|product| product.handle.as_str()).collect();
    let own = |id: &str| products.iter().any(|product| product.id.as_str() == id);
    let holders = store::taken(tx, "catalog_product", "handle", &handles).await?;
    if let Some((handle, _)) = holders.iter().find(|(_, holder)| !own(holder)) {
        return Err(duplicate_handle("Product", handle));
    }
    if let Some(handle) = first_repeated(&handles) {
        return Err(duplicate_handle("Product", handle));
    }
    let own_variants: HashSet<&str> =
        products.iter().flat_map(|product| product.variants.iter().map(|variant| variant.id.as_str())).collect();
    let mut fields: Vec<(&'static str, Vec<&str>)> = Vec::new();
    for product in products {
        for (position, (name, values)) in unique_fields(product).into_iter().enumerate() {
            match fields.get_mut(position) {
                Some((_, all)) => all.extend(values),
                None => fields.push((name, values)),
            }
        }
    }
    for (name, values) in fields {
        let holders = store::taken(tx, "catalog_variant", name, &values).await?;
        let mut elsewhere = holders.iter().filter(|(_, holder)| !own_variants.contains(holder.as_str()));
        let taken = elsewhere.next().map(|(value, _)| value.as_str()).or_else(|| first_repeated(&values));
        if let Some(value) = taken {
            return Err(duplicate_value("Variant", name, value));
        }
    }
    Ok(())
}

fn first_repeated<'v>(values: &[&'v str]) -> Option<&'v str> {
    let mut seen = HashSet::with_capacity(values.len());
    values.iter().find(|value| !seen.insert(**value)).copied()
}

/// What is left when handles, SKUs and barcodes are free: an id that was given belongs to something else.
pub(crate) fn ids_taken(error: Error) -> Error {
    if error.is(UNIQUE) {
        return Error::invalid("id", "One of the ids given belongs to something else already")
            .code(crate::DUPLICATE_VALUE)
            .caused_by(error);
    }
    error
}
