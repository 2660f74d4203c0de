//! Taking in the catalogue of another shop: whole products and terms under the ids they have there.

use std::collections::HashSet;

use tradewind_kernel::Result;
use tradewind_platform::db::{Imported, Tx};

use crate::check::{check_id, check_product};
use crate::create::{check_unique, ids_taken};
use crate::events::Change;
use crate::model::{Category, Collection, Product, ProductType, Tag};
use crate::shelf::Stale;
use crate::store::Term;
use crate::terms::check_free;
use crate::{Catalog, store};

impl Catalog {
    /// Stores a product as it is. Its handle, SKUs and barcodes must be its own; the terms it names are the importer's to know.
    pub async fn import_product(&self, tx: &mut Tx, mut product: Product) -> Result<Imported> {
        check_product(&mut product)?;
        let present = store::load(tx, product.id.as_str()).await?;
        let outcome = Imported::over(present.as_ref(), &product);
        if outcome == Imported::Same {
            return Ok(outcome);
        }
        let one = std::slice::from_ref(&product);
        check_unique(tx, one, &HashSet::new()).await?;
        let change = match present {
            None => {
                store::insert_products(tx, one).await.map_err(ids_taken)?;
                Change::Created
            }
            Some(present) => {
                store::update_product(tx, &present, &product).await.map_err(ids_taken)?;
                Change::Updated
            }
        };
        self.product_changed(tx, product.id, change).await?;
        Ok(outcome)
    }

    /// Stores a category as it is, rank included.
    pub async fn import_category(&self, tx: &mut Tx, category: Category) -> Result<Imported> {
        self.import_term(tx, category).await
    }

    /// Stores a collection as it is.
    pub async fn import_collection(&self, tx: &mut Tx, collection: Collection) -> Result<Imported> {
        self.import_term(tx, collection).await
    }

    /// Stores a tag as it is.
    pub async fn import_tag(&self, tx: &mut Tx, tag: Tag) -> Result<Imported> {
        self.import_term(tx, tag).await
    }

    /// Stores a type of product as it is.
    pub async fn import_type(&self, tx: &mut Tx, product_type: ProductType) -> Result<Imported> {
        self.import_term(tx, product_type).await
    }

    async fn import_term<T: Term + PartialEq>(&self, tx: &mut Tx, term: T) -> Result<Imported> {
        check_id("id", term.id())?;
        let present = store::term::<T>(tx, term.id()).await?;
        let outcome = Imported::over(present.as_ref(), &term);
        if outcome == Imported::Same {
            return Ok(outcome);
        }
        check_free(tx, &term).await?;
        match present {
            None => store::insert_term(tx, &term).await.map_err(ids_taken)?,
            Some(present) => store::update_term(tx, present.version, &term).await?,
        }
        self.terms_changed(tx, Stale::Terms).await?;
        Ok(outcome)
    }
}
