//! What is here already or was read in this run: things name each other by id.

use std::collections::{HashMap, HashSet};

use anyhow::Result;

use super::record::Record;
use crate::wiring::Shop;

/// The ids that things may name, and what one list says about the things of another.
pub(super) struct Known {
    ids: HashSet<String>,
    /// Whether prices contain the tax, by currency and by region.
    tax_inclusive: HashMap<String, bool>,
}

impl Known {
    /// What is in the shop already.
    pub(super) async fn of(shop: &Shop) -> Result<Self> {
        let market = shop.market.snapshot().await?;
        let fulfilment = shop.fulfilment.snapshot().await?;
        let taxonomy = shop.catalog.taxonomy().await?;
        let mut ids: HashSet<String> = HashSet::new();
        let mut tax_inclusive = HashMap::new();
        for region in market.regions() {
            ids.insert(region.id.to_string());
            tax_inclusive.insert(region.id.to_string(), region.is_tax_inclusive);
        }
        for held in &market.store().currencies {
            tax_inclusive.insert(held.currency.code().to_owned(), held.is_tax_inclusive);
        }
        ids.extend(market.sales_channels().iter().map(|channel| channel.id.to_string()));
        ids.extend(fulfilment.profiles().iter().map(|profile| profile.id.clone()));
        ids.extend(fulfilment.sets().iter().flat_map(|set| set.service_zones.iter().map(|zone| zone.id.clone())));
        ids.extend(shop.inventory.locations().await?.into_iter().map(|location| location.id));
        ids.extend(taxonomy.categories().iter().map(|category| category.id.to_string()));
        ids.extend(taxonomy.collections().iter().map(|collection| collection.id.to_string()));
        ids.extend(taxonomy.tags().iter().map(|tag| tag.id.to_string()));
        ids.extend(taxonomy.types().iter().map(|product_type| product_type.id.to_string()));
        Ok(Self { ids, tax_inclusive })
    }

    /// The id of a thing that is read; others may name it from now on.
    pub(super) fn take_id(&mut self, record: &Record<'_>) -> Result<String> {
        let id = record.id()?;
        self.ids.insert(id.clone());
        Ok(id)
    }

    /// Whether something has this id.
    pub(super) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// The thing a field names; left out, and counted, where nobody has that id.
    pub(super) fn reference(&self, record: &Record<'_>, field: &'static str) -> Result<Option<String>> {
        let named = record.opt_text(field)?;
        let found = named.clone().filter(|id| self.has(id));
        if named.is_some() && found.is_none() {
            record.leave_out(&format!("{field} (names something unknown)"));
        }
        Ok(found)
    }

    /// The things a list names; those nobody has are left out, and counted.
    pub(super) fn references(&self, record: &Record<'_>, field: &'static str) -> Result<Vec<String>> {
        let (found, unknown): (Vec<_>, Vec<_>) = record.ids(field)?.into_iter().partition(|id| self.has(id));
        for _ in unknown {
            record.leave_out(&format!("{field} (names something unknown)"));
        }
        Ok(found)
    }

    /// The thing a field must name.
    pub(super) fn needed(&self, record: &Record<'_>, field: &'static str) -> Result<String> {
        let id = record.text(field)?;
        match self.has(&id) {
            true => Ok(id),
            false => Err(record.refuse(field, format!("{id} is neither among what is imported nor in the shop"))),
        }
    }

    /// Keeps whether prices of a currency or region contain the tax.
    pub(super) fn set_tax_inclusive(&mut self, of: &str, is_inclusive: bool) {
        self.tax_inclusive.insert(of.to_owned(), is_inclusive);
    }

    /// Whether prices of a currency or region contain the tax.
    pub(super) fn is_tax_inclusive(&self, of: &str) -> bool {
        self.tax_inclusive.get(of).copied().unwrap_or(false)
    }
}
