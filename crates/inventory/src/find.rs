//! Reading items, levels and reservations, for lists of the staff.

use std::cmp::Ordering;

use tradewind_kernel::{Page, Paging, Result, Timestamp};

use crate::model::{InventoryItem, Level, Reservation, StockedItem};
use crate::{Inventory, store};

/// Ends and single values that a number, or a moment, is compared with. What is not set lets everything through.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range<T> {
    /// One of these.
    pub among: Option<Vec<T>>,
    /// None of these.
    pub not: Vec<T>,
    /// More than.
    pub gt: Option<T>,
    /// At least.
    pub gte: Option<T>,
    /// Less than.
    pub lt: Option<T>,
    /// At most.
    pub lte: Option<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { among: None, not: Vec::new(), gt: None, gte: None, lt: None, lte: None }
    }
}

/// Which inventory items are asked for. Filters that are empty let everything through; all that are set must hold.
#[derive(Clone, Debug, Default)]
pub struct ItemFilter {
    /// These ids.
    pub ids: Vec<String>,
    /// These stock keeping units.
    pub skus: Vec<String>,
    /// All of these words, anywhere in SKU, title and description.
    pub words: Option<String>,
    /// Kept at one of these locations.
    pub location_ids: Vec<String>,
    /// Made in one of these countries.
    pub origin_countries: Vec<String>,
    /// With one of these codes of the Harmonized System.
    pub hs_codes: Vec<String>,
    /// With one of these identification codes of the manufacturer.
    pub mid_codes: Vec<String>,
    /// Made of one of these.
    pub materials: Vec<String>,
    /// Whether it has to be delivered.
    pub requires_shipping: Option<bool>,
    /// Grams.
    pub weight: Range<i64>,
    /// Millimetres.
    pub length: Range<i64>,
    /// Millimetres.
    pub height: Range<i64>,
    /// Millimetres.
    pub width: Range<i64>,
    /// Further filters that must all hold.
    pub all: Vec<ItemFilter>,
    /// Further filters of which one must hold, where there are any.
    pub any: Vec<ItemFilter>,
}

/// What items are ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is named after the field it compares")]
pub enum ItemKey {
    Id,
    Sku,
    Title,
    CreatedAt,
    UpdatedAt,
}

/// A list of inventory items.
#[derive(Clone, Debug, Default)]
pub struct ItemQuery {
    /// Which.
    pub filter: ItemFilter,
    /// By what they are ordered, each with whether the greatest comes first; by id where this is empty.
    pub order: Vec<(ItemKey, bool)>,
}

/// Which reservations are asked for. Filters that are empty let everything through; all that are set must hold.
#[derive(Clone, Debug, Default)]
pub struct ReservationFilter {
    /// These ids.
    pub ids: Vec<String>,
    /// For these orders.
    pub references: Vec<String>,
    /// Of these items.
    pub item_ids: Vec<String>,
    /// At these locations.
    pub location_ids: Vec<String>,
    /// For these lines of orders.
    pub line_ids: Vec<String>,
    /// By these of the staff.
    pub created_by: Vec<String>,
    /// Described by just one of these.
    pub descriptions: Vec<String>,
    /// All of these words in the description.
    pub words: Option<String>,
    /// So many.
    pub quantity: Range<i64>,
    /// When it was made.
    pub created_at: Range<Timestamp>,
    /// When it was last changed.
    pub updated_at: Range<Timestamp>,
}

/// What reservations are ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is named after the field it compares")]
pub enum ReservationKey {
    Id,
    Quantity,
    CreatedAt,
    UpdatedAt,
}

/// A list of held reservations.
#[derive(Clone, Debug, Default)]
pub struct ReservationQuery {
    /// Which.
    pub filter: ReservationFilter,
    /// By what they are ordered, each with whether the greatest comes first; by id where this is empty.
    pub order: Vec<(ReservationKey, bool)>,
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

    /// A page of items.
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
        Ok(merged(pages, paging, |a, b| {
            by(&query.order, &a.item, &b.item, |key, a, b| match key {
                ItemKey::Id => a.id.cmp(&b.id),
                ItemKey::Sku => a.sku.cmp(&b.sku),
                ItemKey::Title => a.title.cmp(&b.title),
                ItemKey::CreatedAt => a.created_at.cmp(&b.created_at),
                ItemKey::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            })
            .then_with(|| a.item.id.cmp(&b.item.id))
        }))
    }

    /// An item's levels, by location.
    pub async fn levels(&self, item_id: &str) -> Result<Vec<Level>> {
        let ids = [item_id.to_owned()];
        self.shards().of_id(item_id).read_own(move |tx| Box::pin(async move { store::levels(tx, &ids).await })).await
    }

    /// A level by its own id.
    pub async fn level(&self, id: &str) -> Result<Option<Level>> {
        for db in self.shards().all() {
            let wanted = id.to_owned();
            let part = db.read_own(move |tx| Box::pin(async move { store::level_by_id(tx, &wanted).await }));
            if let Some(found) = part.await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
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

    /// A page of held reservations.
    pub async fn find_reservations(&self, query: ReservationQuery, paging: Paging) -> Result<Page<Reservation>> {
        let (query, mut pages) = (std::sync::Arc::new(query), Vec::new());
        let shards = self.shards().all();
        let asked = part_of(paging, shards.len());
        for db in shards {
            let query = std::sync::Arc::clone(&query);
            let page = db.scan(move |tx| Box::pin(async move { store::find_reservations(tx, &query, asked).await }));
            pages.push(page.await?);
        }
        Ok(merged(pages, paging, |a, b| {
            by(&query.order, a, b, |key, a, b| match key {
                ReservationKey::Id => a.id.cmp(&b.id),
                ReservationKey::Quantity => a.quantity.cmp(&b.quantity),
                ReservationKey::CreatedAt => a.created_at.cmp(&b.created_at),
                ReservationKey::UpdatedAt => a.updated_at.cmp(&b.updated_at),
            })
            .then_with(|| a.id.cmp(&b.id))
        }))
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

fn merged<T>(mut pages: Vec<Page<T>>, paging: Paging, compare: impl Fn(&T, &T) -> Ordering) -> Page<T> {
    if pages.len() == 1
        && let Some(only) = pages.pop()
    {
        return only;
    }
    let count = pages.iter().map(|page| page.count).sum();
    let mut all: Vec<T> = pages.into_iter().flat_map(|page| page.items).collect();
    all.sort_by(compare);
    Page { items: Page::cut(all, paging).items, count }
}

fn by<T, K: Copy>(order: &[(K, bool)], a: &T, b: &T, compare: impl Fn(K, &T, &T) -> Ordering) -> Ordering {
    let keys = order.iter().map(|(key, descending)| {
        let ordering = compare(*key, a, b);
        if *descending { ordering.reverse() } else { ordering }
    });
    keys.fold(Ordering::Equal, Ordering::then)
}
