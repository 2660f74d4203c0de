//! Options by themselves: those that products share, and those of one product, named by their own id.

use tradewind_kernel::{Bucket, Error, Result};
use tradewind_platform::db::{Stored, Tx};

use crate::assemble::{Workbench, keep_order_of_choices};
use crate::change::{NewOption, NewOptionValue, OptionChange, OptionValueChange};
use crate::check::check_option;
use crate::error::in_use;
use crate::events::CatalogChanged;
use crate::model::{OptionId, OptionValueId, Product, ProductOption, SharedOption};
use crate::shelf::Stale;
use crate::{Catalog, store};

/// Options that come to a product, leave it, and get or lose values.
#[derive(Clone, Debug, Default)]
pub struct OptionsChange {
    /// New ones, and shared ones.
    pub add: Vec<NewOption>,
    /// Those that leave.
    pub remove: Vec<OptionId>,
    /// Those whose values change: which come, which leave.
    pub values: Vec<(OptionId, Vec<NewOptionValue>, Vec<OptionValueId>)>,
}

/// Where an option is kept.
enum Home {
    Shared(Stored<SharedOption>),
    Product(String),
}

impl Catalog {
    /// Makes an option that products share.
    pub async fn create_option(&self, tx: &mut Tx, new: NewOption) -> Result<SharedOption> {
        let now = tx.now();
        let id = new.id.unwrap_or_else(|| OptionId::mint(tx.mint()));
        let bench = Workbench { mint: tx.mint(), now, shared: &[] };
        let option = SharedOption {
            values: bench.option_values(Bucket::of(id.as_str()), new.values, &[]),
            id,
            title: new.title,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        check_option("", &in_product(&option))?;
        if !store::option_places(tx, option.id.as_str()).await?.is_empty() {
            return Err(crate::error::duplicate_value("Product option", "id", option.id.as_str()));
        }
        store::insert_term(tx, &option).await.map_err(crate::create::ids_taken)?;
        store::save_shared_option(tx, &option).await?;
        self.options_changed(tx).await?;
        Ok(option)
    }

    /// Changes an option, in every product that uses it.
    pub async fn update_option(&self, tx: &mut Tx, id: &str, change: OptionChange) -> Result<()> {
        self.edit_option(tx, id, |bench, bucket, option| {
            if let Some(title) = change.title {
                option.title = title;
            }
            if let Some(metadata) = change.metadata {
                option.metadata = metadata;
            }
            if let Some(values) = change.values {
                option.values = bench.option_values(bucket, values, &option.values);
            }
            for (text, rank) in change.ranks {
                let value = option.values.iter_mut().find(|value| value.value == text);
                let value = value.ok_or_else(|| {
                    Error::invalid("ranks", format!("The option {} has no value {text}", option.title))
                })?;
                value.rank = Some(rank);
            }
            Ok(())
        })
        .await
    }

    /// Removes an option. A shared one that products use stays; of a product it leaves only where its variants stay
    /// different without it.
    pub async fn delete_option(&self, tx: &mut Tx, id: &str) -> Result<()> {
        match home(tx, id).await? {
            Home::Shared(_) => {
                if !store::products_using(tx, id).await?.is_empty() {
                    return Err(in_use("An option that products use cannot be removed; take it out of them first"));
                }
                store::delete_term(tx, id).await?;
                store::unlist_shared_option(tx, id).await?;
                self.options_changed(tx).await
            }
            Home::Product(product_id) => {
                self.edit(tx, &product_id, |_, product| remove_option(product, id)).await?;
                Ok(())
            }
        }
    }

    /// Changes one value of an option, in every product that uses it.
    pub async fn update_option_value(
        &self,
        tx: &mut Tx,
        option_id: &str,
        value_id: &str,
        change: OptionValueChange,
    ) -> Result<()> {
        self.edit_option(tx, option_id, |_, _, option| {
            let value = option.values.iter_mut().find(|value| value.id.as_str() == value_id);
            let value = value.ok_or_else(|| Error::not_found("Product option value", value_id))?;
            if let Some(text) = change.value {
                value.value = text;
            }
            if let Some(metadata) = change.metadata {
                value.metadata = metadata;
            }
            Ok(())
        })
        .await
    }

    /// Removes a value from an option, unless a variant has chosen it.
    pub async fn delete_option_value(&self, tx: &mut Tx, option_id: &str, value_id: &str) -> Result<()> {
        self.edit_option(tx, option_id, |_, _, option| remove_value(option, value_id)).await
    }

    /// Changes which options a product has.
    pub async fn change_options_of_product(
        &self,
        tx: &mut Tx,
        product_id: &str,
        change: OptionsChange,
    ) -> Result<Product> {
        let named: Vec<OptionId> = change.add.iter().filter_map(|option| option.id.clone()).collect();
        self.edit_with(tx, product_id, &named, |bench, product| {
            for id in &change.remove {
                remove_option(product, id.as_str())?;
            }
            let bucket = product.id.bucket();
            for (id, added, removed) in change.values {
                let option = product.options.iter_mut().find(|option| option.id == id);
                let option = option.ok_or_else(|| Error::not_found("Product option", id.as_str()))?;
                for value_id in removed {
                    remove_value(option, value_id.as_str())?;
                }
                if option.is_shared {
                    let mut kept: Vec<NewOptionValue> =
                        option.values.iter().map(|value| NewOptionValue::of_id(value.id.clone())).collect();
                    kept.extend(added);
                    let wanted = NewOption { id: Some(id), values: kept, is_shared: true, ..NewOption::default() };
                    let known = std::slice::from_ref(option);
                    if let Some(changed) = bench.options(bucket, vec![wanted], known)?.pop() {
                        *option = changed;
                    }
                } else {
                    let known = std::mem::take(&mut option.values);
                    let added = bench.option_values(bucket, added, &known);
                    option.values = known;
                    for value in added {
                        if !option.values.iter().any(|known| known.id == value.id) {
                            option.values.push(value);
                        }
                    }
                }
            }
            for new in change.add {
                if let Some(option) = bench.options(bucket, vec![new], &[])?.pop() {
                    product.options.push(option);
                }
            }
            let options = product.options.clone();
            keep_order_of_choices(product, &options);
            Ok(())
        })
        .await
    }

    async fn edit_option<F>(&self, tx: &mut Tx, id: &str, change: F) -> Result<()>
    where
        F: FnOnce(Workbench<'_>, Bucket, &mut ProductOption) -> Result<()>,
    {
        match home(tx, id).await? {
            Home::Product(product_id) => {
                self.edit(tx, &product_id, |bench, product| {
                    let bucket = product.id.bucket();
                    let option = product.options.iter_mut().find(|option| option.id.as_str() == id);
                    change(bench, bucket, option.ok_or_else(|| Error::not_found("Product option", id))?)?;
                    let options = product.options.clone();
                    keep_order_of_choices(product, &options);
                    Ok(())
                })
                .await?;
                Ok(())
            }
            Home::Shared(stored) => {
                let mut option = in_product(&stored.value);
                let bench = Workbench { mint: tx.mint(), now: tx.now(), shared: &[] };
                change(bench, Bucket::of(id), &mut option)?;
                check_option("", &option)?;
                let after = SharedOption {
                    title: option.title,
                    values: option.values,
                    metadata: option.metadata,
                    updated_at: stored.value.updated_at.max(tx.now()),
                    ..stored.value
                };
                store::update_term(tx, stored.version, &after).await?;
                store::save_shared_option(tx, &after).await?;
                self.follow(tx, &after).await?;
                self.options_changed(tx).await
            }
        }
    }

    /// Gives every product that uses a shared option what has become of it.
    async fn follow(&self, tx: &mut Tx, shared: &SharedOption) -> Result<()> {
        let products = store::products_using(tx, shared.id.as_str()).await?;
        if i64::try_from(products.len()).unwrap_or(i64::MAX) > store::PRODUCTS_MAX {
            let most = store::PRODUCTS_MAX;
            return Err(in_use(format!("More than {most} products use this option; make a new one for what changes")));
        }
        for product_id in products {
            self.edit(tx, &product_id, |_, product| {
                for option in product.options.iter_mut().filter(|option| option.id == shared.id) {
                    let had: Vec<OptionValueId> = option.values.iter().map(|value| value.id.clone()).collect();
                    option.title.clone_from(&shared.title);
                    option.metadata.clone_from(&shared.metadata);
                    option.values = shared.values.iter().filter(|value| had.contains(&value.id)).cloned().collect();
                }
                let options = product.options.clone();
                keep_order_of_choices(product, &options);
                Ok(())
            })
            .await?;
        }
        Ok(())
    }

    async fn options_changed(&self, tx: &mut Tx) -> Result<()> {
        self.changed(tx, Stale::Terms).await?;
        tx.publish(&CatalogChanged { products_created: 0 }).await
    }
}

async fn home(tx: &mut Tx, id: &str) -> Result<Home> {
    if let Some(stored) = store::term::<SharedOption>(tx, id).await? {
        return Ok(Home::Shared(stored));
    }
    let places = store::option_places(tx, id).await?;
    places.into_iter().next().map(Home::Product).ok_or_else(|| Error::not_found("Product option", id))
}

fn remove_option(product: &mut Product, id: &str) -> Result<()> {
    let before = product.options.len();
    product.options.retain(|option| option.id.as_str() != id);
    if product.options.len() == before {
        return Err(Error::not_found("Product option", id));
    }
    let options = product.options.clone();
    keep_order_of_choices(product, &options);
    Ok(())
}

fn remove_value(option: &mut ProductOption, value_id: &str) -> Result<()> {
    let before = option.values.len();
    option.values.retain(|value| value.id.as_str() != value_id);
    match option.values.len() < before {
        true => Ok(()),
        false => Err(Error::not_found("Product option value", value_id)),
    }
}

/// A shared option as a product with all its values has it.
fn in_product(option: &SharedOption) -> ProductOption {
    ProductOption {
        id: option.id.clone(),
        title: option.title.clone(),
        values: option.values.clone(),
        metadata: option.metadata.clone(),
        is_shared: true,
    }
}
