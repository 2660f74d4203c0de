//! Reading items, levels and reservations, for lists of the staff.

use tradewind_kernel::{Page, Paging, Result};

use crate::model::{InventoryItem, Level, Reservation, StockedItem};
use crate::{Inventory, store};

/// Which inventory items are asked for; empty lists ask for nothing in particular.
#[derive(Clone, Debug, Default)]
pub struct ItemQuery {
    /// These ids.
    pub ids: Vec<String>,
    /// These stock keeping units.
    pub skus: Vec<String>,
    /// All of these words, anywhere in SKU, title and description.
    pub words: Option<String>,
    /// Kept at one of these locations.
    pub location_ids: Vec<String>,
}

/// Which reservations are asked for; empty lists ask for nothing in particular.
#[derive(Clone, Debug, Default)]
pub struct ReservationQuery {
    /// These ids.
    pub ids: Vec<String>,
    /// For these orders.
    pub references: Vec<String>,
    /// Of these items.
    pub item_ids: Vec<String>,
    /// At these locations.
    pub location_ids: Vec<String>,
}

impl Inventory {
    /// An item with its levels.
    pub async fn item(&self, id: &str) -> Result<Option<StockedItem>> {
        let wanted = id.to_owned();
        let found = self.shards().of_id(id).read_own(move |tx| {
            Box::pin(async move {
                let item = store::item(tx, &wanted).await?.map(|stored| stored.value);
                Ok((item, store::levels(tx, &[wanted]).await?))
            })
        });
        let (item, levels) = found.await?;
        Ok(item.map(|item| StockedItem { item, levels }))
    }

    /// Items with their levels, in the order asked for; unknown ids are left out.
    pub async fn items(&self, ids: &[String]) -> Result<Vec<StockedItem>> {
        let mut found = Vec::with_capacity(ids.len());
        for db in self.shards().all() {
            let ids = ids.to_vec();
            let part = db.read_own(move |tx| {
                Box::pin(async move { Ok((store::items(tx, &ids).await?, store::levels(tx, &ids).await?)) })
            });
            let (items, levels) = part.await?;
            found.extend(with_levels(items, levels));
        }
        found.sort_by_key(|stocked| ids.iter().position(|id| *id == stocked.item.id));
        Ok(found)
    }

    /// A page of items, newest first.
    pub async fn find_items(&self, query: ItemQuery, paging: Paging) -> Result<Page<StockedItem>> {
        // With several shards each answers its first part and the parts are merged.
        let (query, mut pages) = (std::sync::Arc::new(query), Vec::new());
        let shards = self.shards().all();
        let asked = part_of(paging, shards.len());
        for db in shards {
            let query = std::sync::Arc::clone(&query);
            let page = db.scan(move |tx| {
                Box::pin(async move {
                    let page = store::find_items(tx, &query, asked).await?;
                    let ids: Vec<_> = page.items.iter().map(|item| item.id.clone()).collect();
                    let levels = store::levels(tx, &ids).await?;
                    Ok(Page { items: with_levels(page.items, levels), count: page.count })
                })
            });
            pages.push(page.await?);
        }
        Ok(merged(pages, paging, |stocked| (std::cmp::Reverse(stocked.item.created_at), stocked.item.id.clone())))
    }

    /// An item's levels, by location.
    pub async fn levels(&self, item_id: &str) -> Result<Vec<Level>> {
        let ids = [item_id.to_owned()];
        self.shards().of_id(item_id).read_own(move |tx| Box::pin(async move { store::levels(tx, &ids).await })).await
    }

    /// What a reference holds.
    pub async fn reservations_of(&self, reference: &str) -> Result<Vec<Reservation>> {
        let wanted = reference.to_owned();
        let mut found = Vec::new();
        for db in self.shards().all() {
            let wanted = wanted.clone();
            let part = db.read_own(move |tx| Box::pin(async move { store::reservations_of(tx, &wanted).await }));
            found.extend(part.await?);
        }
        Ok(found)
    }

    /// A reservation by id.
    pub async fn reservation(&self, id: &str) -> Result<Option<Reservation>> {
        let wanted = id.to_owned();
        for db in self.shards().all() {
            let wanted = wanted.clone();
            let part = db.read_own(move |tx| Box::pin(async move { store::reservation(tx, &wanted).await }));
            if let Some(found) = part.await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A page of held reservations, newest first.
    pub async fn find_reservations(&self, query: ReservationQuery, paging: Paging) -> Result<Page<Reservation>> {
        let (query, mut pages) = (std::sync::Arc::new(query), Vec::new());
        let shards = self.shards().all();
        let asked = part_of(paging, shards.len());
        for db in shards {
            let query = std::sync::Arc::clone(&query);
            let page = db.scan(move |tx| Box::pin(async move { store::find_reservations(tx, &query, asked).await }));
            pages.push(page.await?);
        }
        Ok(merged(pages, paging, |held| (std::cmp::Reverse(held.created_at), held.id.clone())))
    }
}

fn with_levels(items: Vec<InventoryItem>, levels: Vec<Level>) -> Vec<StockedItem> {
    let mut by_item = std::collections::HashMap::<String, Vec<Level>>::new();
    for level in levels {
        by_item.entry(level.item_id.clone()).or_default().push(level);
    }
    let with = |item: InventoryItem| StockedItem { levels: by_item.remove(&item.id).unwrap_or_default(), item };
    items.into_iter().map(with).collect()
}

/// What each shard is asked for, so that the wanted page is among the answers.
fn part_of(paging: Paging, shards: usize) -> Paging {
    if shards <= 1 {
        return paging;
    }
    Paging { offset: 0, limit: paging.offset.saturating_add(paging.limit) }
}

fn merged<T, K: Ord>(mut pages: Vec<Page<T>>, paging: Paging, key: impl Fn(&T) -> K) -> Page<T> {
    if pages.len() == 1
        && let Some(only) = pages.pop()
    {
        return only;
    }
    let count = pages.iter().map(|page| page.count).sum();
    let mut all: Vec<T> = pages.into_iter().flat_map(|page| page.items).collect();
    all.sort_by_key(key);
    Page { items: Page::cut(all, paging).items, count }
}
