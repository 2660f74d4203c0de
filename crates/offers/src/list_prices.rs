//! The verbs that change the prices of a list, a few at a time: a list may have thousands.

use std::collections::HashMap;

use tradewind_kernel::{Error, Result};
use tradewind_platform::db::Tx;

use crate::model::{ListPrice, ListPriceChange, NewListPrice, set};
use crate::{Offers, OffersPart, check, store};

/// What was done to a list's prices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListPricesChanged {
    /// Those that are new.
    pub created: Vec<ListPrice>,
    /// Those that are different.
    pub updated: Vec<ListPrice>,
}

impl Offers {
    /// Puts prices into a list, changes and removes some, all or nothing. Two prices of a list that would hold for the same are
    /// refused. Removing one that is gone is no error.
    pub async fn change_list_prices(
        &self,
        tx: &mut Tx,
        list_id: &str,
        create: Vec<NewListPrice>,
        update: Vec<ListPriceChange>,
        delete: &[String],
    ) -> Result<ListPricesChanged> {
        if !store::prices::touch_list(tx, list_id).await? {
            return Err(Error::not_found("Price list", list_id));
        }
        store::prices::delete(tx, list_id, delete).await?;
        let created = made(tx, list_id, create);
        let mut updated = Vec::with_capacity(update.len());
        let mut fields = HashMap::new();
        for (position, price) in created.iter().enumerate() {
            fields.insert(price.id.clone(), format!("create[{position}]"));
        }
        for (position, change) in update.into_iter().enumerate() {
            let field = format!("update[{position}]");
            let price = changed_price(tx, list_id, change, &field).await?;
            fields.insert(price.id.clone(), field);
            updated.push(price);
        }
        for price in created.iter().chain(&updated) {
            check::list_price(&fields[&price.id], price)?;
        }
        for price in &created {
            store::prices::insert(tx, price).await?;
        }
        for price in &updated {
            store::prices::update(tx, price).await?;
        }
        let mut variants: Vec<String> = created.iter().chain(&updated).map(|price| price.variant_id.clone()).collect();
        variants.sort_unstable();
        variants.dedup();
        let of_variants = store::prices::of_variants(tx, list_id, &variants).await?;
        let mut by_variant: HashMap<&str, Vec<ListPrice>> = HashMap::new();
        for price in &of_variants {
            by_variant.entry(&price.variant_id).or_default().push(price.clone());
        }
        for variant in &variants {
            check::no_overlap(&by_variant[variant.as_str()], |price| fields.get(&price.id).cloned())?;
        }
        self.changed(tx, OffersPart::PriceList, list_id).await?;
        Ok(ListPricesChanged { created, updated })
    }

    /// Takes all prices of these variants out of a list.
    pub async fn remove_variants_from_list(&self, tx: &mut Tx, list_id: &str, variant_ids: &[String]) -> Result<()> {
        if !store::prices::touch_list(tx, list_id).await? {
            return Err(Error::not_found("Price list", list_id));
        }
        store::prices::delete_of_variants(tx, list_id, variant_ids).await?;
        self.changed(tx, OffersPart::PriceList, list_id).await
    }
}

async fn changed_price(tx: &mut Tx, list_id: &str, change: ListPriceChange, field: &str) -> Result<ListPrice> {
    let mut price = store::prices::one(tx, list_id, &change.id).await?.ok_or_else(|| {
        let field = format!("{field}.id");
        Error::invalid(&*field, format!("{field}: the list has no such price: {}", change.id))
    })?;
    set(&mut price.variant_id, change.variant_id);
    set(&mut price.currency, change.currency);
    set(&mut price.amount, change.amount);
    set(&mut price.region_id, change.region_id);
    set(&mut price.min_quantity, change.min_quantity);
    set(&mut price.max_quantity, change.max_quantity);
    price.updated_at = tx.now();
    Ok(price)
}

/// Prices with their ids and times.
pub(crate) fn made(tx: &Tx, list_id: &str, prices: Vec<NewListPrice>) -> Vec<ListPrice> {
    let now = tx.now();
    let prices = prices.into_iter().map(|price| ListPrice {
        id: price.id.unwrap_or_else(|| tx.mint().mint(ListPrice::PREFIX)),
        list_id: list_id.to_owned(),
        variant_id: price.variant_id,
        currency: price.currency,
        amount: price.amount,
        region_id: price.region_id,
        min_quantity: price.min_quantity,
        max_quantity: price.max_quantity,
        created_at: now,
        updated_at: now,
    });
    prices.collect()
}
