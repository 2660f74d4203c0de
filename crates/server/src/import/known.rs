//! What is here already or was read in this run: things name each other by id.

use std::collections::HashSet;

use anyhow::Result;

use super::record::Record;
use crate::wiring::Shop;

/// The ids that things may name.
pub(super) struct Known {
    ids: HashSet<String>,
    /// Things whose own lists are read afterwards, in order.
    parents: Vec<String>,
    /// The one whose list is being read.
    parent: String,
}

impl Known {
    /// What is in the shop already.
    pub(super) async fn of(shop: &Shop) -> Result<Self> {
        let market = shop.market.snapshot().await?;
        let fulfilment = shop.fulfilment.snapshot().await?;
        let taxonomy = shop.catalog.taxonomy().await?;
        let mut ids: HashSet<String> = HashSet::new();
        ids.extend(market.regions().iter().map(|region| region.id.to_string()));
        ids.extend(shop.accounts.groups().await?.into_iter().map(|group| group.id.to_string()));
        ids.extend(market.sales_channels().iter().map(|channel| channel.id.to_string()));
        ids.extend(fulfilment.profiles().iter().map(|profile| profile.id.clone()));
        ids.extend(fulfilment.sets().iter().flat_map(|set| set.service_zones.iter().map(|zone| zone.id.clone())));
        ids.extend(shop.inventory.locations().await?.into_iter().map(|location| location.id));
        ids.extend(taxonomy.categories().iter().map(|category| category.id.to_string()));
        ids.extend(taxonomy.collections().iter().map(|collection| collection.id.to_string()));
        ids.extend(taxonomy.tags().iter().map(|tag| tag.id.to_string()));
        ids.extend(taxonomy.types().iter().map(|product_type| product_type.id.to_string()));
        Ok(Self { ids, parents: Vec::new(), parent: String::new() })
    }

    /// The id of a thing that is read; others may name it from now on.
    pub(super) fn take_id(&mut self, record: &Record<'_>) -> Result<String> {
        let id = record.id()?;
        self.ids.insert(id.clone());
        Ok(id)
    }

    /// Asks for the lists of this thing to be read afterwards.
    pub(super) fn add_parent(&mut self, id: &str) {
        self.parents.push(id.to_owned());
    }

    /// The things whose own lists are to be read.
    pub(super) fn parents(&self) -> Vec<String> {
        self.parents.clone()
    }

    /// Says whose list is read from now on.
    pub(super) fn set_parent(&mut self, id: &str) {
        id.clone_into(&mut self.parent);
    }

    /// The thing whose list is being read.
    pub(super) fn parent(&self) -> &str {
        &self.parent
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
}
