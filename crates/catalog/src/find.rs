//! Reading: from memory where it is there, from the database where it is not, and lists.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use tradewind_kernel::{Page, Paging, Result};
use tradewind_platform::db::{Stored, Tx, TxFuture};

use crate::model::{Product, ProductStatus};
use crate::query::{
    Direction, OptionQuery, OrderKey, ProductFilter, ProductQuery, TimeRange, VariantFilter, VariantQuery,
};
use crate::search::{Column, Condition, SearchOrder, SearchQuery};
use crate::shelf::{Counted, Held};
use crate::store::{self, Found, Part};
use crate::taxonomy::Taxonomy;
use crate::{Catalog, ListedOption, VariantOf};

/// How many products words find at most where they stand in a group with other filters.
const WORDS_IN_GROUP_MAX: u64 = 10_000;
/// Of how many products at most, found by what the search index does not know, words choose.
const WORDS_WITHIN_MAX: u64 = 50_000;
/// Beyond this a page is far enough down its list to be read off the threads that answer requests.
const OFFSET_QUICK_MAX: u64 = 1_000;

pub(crate) async fn taxonomy(catalog: &Catalog) -> Result<Arc<Taxonomy>> {
    if let Some(taxonomy) = catalog.shelf.taxonomy() {
        return Ok(taxonomy);
    }
    let version = catalog.version();
    let taxonomy = catalog.db.read(|tx| Box::pin(async move { store::taxonomy(tx).await })).await?;
    let taxonomy = Arc::new(taxonomy);
    catalog.shelf.keep_taxonomy(version, &taxonomy);
    Ok(taxonomy)
}

pub(crate) async fn product(catalog: &Catalog, id: &str) -> Result<Option<Arc<Product>>> {
    if let Some(product) = catalog.shelf.product(id) {
        return Ok(Some(product));
    }
    Ok(load(catalog, &[id]).await?.pop())
}

pub(crate) async fn products<T: AsRef<str>>(catalog: &Catalog, ids: &[T]) -> Result<Vec<Arc<Product>>> {
    let mut found: Vec<Option<Arc<Product>>> = ids.iter().map(|id| catalog.shelf.product(id.as_ref())).collect();
    let missing: Vec<&str> =
        ids.iter().zip(&found).filter(|(_, product)| product.is_none()).map(|(id, _)| id.as_ref()).collect();
    if !missing.is_empty() {
        let loaded = load(catalog, &missing).await?;
        let by_id: HashMap<&str, &Arc<Product>> = loaded.iter().map(|product| (product.id.as_str(), product)).collect();
        for (id, place) in ids.iter().zip(&mut found) {
            if place.is_none() {
                *place = by_id.get(id.as_ref()).map(|product| Arc::clone(product));
            }
        }
    }
    Ok(found.into_iter().flatten().collect())
}

/// Reads products from the database and keeps them, in one statement however many.
async fn load(catalog: &Catalog, ids: &[&str]) -> Result<Vec<Arc<Product>>> {
    // Asked first: what is committed while we read must not be covered by what we read.
    let version = catalog.version();
    let taxonomy = taxonomy(catalog).await?;
    let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let loaded = catalog.db.read(|tx| Box::pin(async move { store::products_by_ids(tx, &ids).await })).await?;
    let held: Vec<Held> = loaded
        .into_iter()
        .map(|Stored { version, value: mut product }| {
            taxonomy.forget_missing(&mut product);
            Held { version, product: Arc::new(product) }
        })
        .collect();
    let products = held.iter().map(|held| Arc::clone(&held.product)).collect();
    catalog.shelf.keep_products(version, held);
    Ok(products)
}

pub(crate) async fn product_by_handle(catalog: &Catalog, handle: &str) -> Result<Option<Arc<Product>>> {
    if let Some(id) = catalog.shelf.product_of_handle(handle)
        && let Some(product) = product(catalog, id.as_str()).await?
        && product.handle == handle
    {
        return Ok(Some(product));
    }
    let asked = handle.to_owned();
    let id = catalog.db.read(|tx| Box::pin(async move { store::product_of_handle(tx, &asked).await })).await?;
    let Some(id) = id else { return Ok(None) };
    catalog.shelf.keep_product_of_handle(handle, &id);
    product(catalog, id.as_str()).await
}

pub(crate) async fn variant(catalog: &Catalog, id: &str) -> Result<Option<VariantOf>> {
    if let Some(product_id) = catalog.shelf.product_of_variant(id)
        && let Some(product) = product(catalog, product_id.as_str()).await?
        && let Some(variant) = variant_of(&product, id)
    {
        return Ok(Some(variant));
    }
    let asked = id.to_owned();
    let product_id = catalog.db.read(|tx| Box::pin(async move { store::product_of_variant(tx, &asked).await })).await?;
    let Some(product_id) = product_id else { return Ok(None) };
    catalog.shelf.keep_product_of_variant(id, &product_id);
    let product = product(catalog, product_id.as_str()).await?;
    Ok(product.and_then(|product| variant_of(&product, id)))
}

fn variant_of(product: &Arc<Product>, id: &str) -> Option<VariantOf> {
    let index = product.variants.iter().position(|variant| variant.id.as_str() == id)?;
    Some(VariantOf { product: Arc::clone(product), index })
}

pub(crate) async fn variants<T: AsRef<str>>(catalog: &Catalog, ids: &[T]) -> Result<Vec<VariantOf>> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.extend(variant(catalog, id.as_ref()).await?);
    }
    Ok(found)
}

pub(crate) async fn find(catalog: &Catalog, query: ProductQuery) -> Result<Page<Arc<Product>>> {
    if query.filter.q.as_deref().is_some_and(|words| !words.trim().is_empty()) {
        return found_by_words(catalog, query).await;
    }
    let query = ProductQuery { filter: ProductFilter { q: None, ..query.filter }, ..query };
    let paging = query.paging;
    if has_words(&query.filter) {
        let filter = with_words_found(catalog, query.filter).await?;
        let query = ProductQuery { filter, ..query };
        // What words found changes with each of them, so that nothing of it is worth keeping.
        let found = catalog.db.scan(move |tx| {
            Box::pin(async move {
                let count = store::products_in(tx, &query, Part::Count).await?.count;
                let rows = store::products_in(tx, &query, Part::Page(paging)).await?.rows;
                Ok(Found { rows, count })
            })
        });
        let found = found.await?;
        return Ok(Page { items: products(catalog, &found.rows).await?, count: found.count });
    }
    let list = Counted::Products(query.filter.clone());
    let is_quick = store::is_quick(&query);
    let (ids, count) = page(catalog, list, paging, is_quick, move |tx, part| {
        let query = query.clone();
        Box::pin(async move { store::products_in(tx, &query, part).await })
    })
    .await?;
    Ok(Page { items: products(catalog, &ids).await?, count })
}

/// Whether a group of filters, at any depth, looks for words.
fn has_words(filter: &ProductFilter) -> bool {
    filter.q.is_some() || filter.all.iter().chain(&filter.any).any(has_words)
}

/// The filter with the products that words find in place of the words: the database knows no words.
fn with_words_found(
    catalog: &Catalog,
    mut filter: ProductFilter,
) -> Pin<Box<dyn Future<Output = Result<ProductFilter>> + Send + '_>> {
    Box::pin(async move {
        if let Some(words) = filter.q.take().filter(|words| !words.trim().is_empty()) {
            let found = catalog.ids_found(words, WORDS_IN_GROUP_MAX).await?;
            filter.nothing |= found.is_empty();
            filter.all.push(ProductFilter { ids: found, ..ProductFilter::default() });
        }
        for groups in [&mut filter.all, &mut filter.any] {
            for group in groups {
                *group = with_words_found(catalog, std::mem::take(group)).await?;
            }
        }
        Ok(filter)
    })
}

/// A list that words narrow down comes from the search index; what that does not know is asked of the database first.
async fn found_by_words(catalog: &Catalog, query: ProductQuery) -> Result<Page<Arc<Product>>> {
    let ProductQuery { filter, order, paging } = query;
    let mut rest = filter.clone();
    let mut conditions = vec![
        among(Column::Id, std::mem::take(&mut rest.ids)),
        among(Column::Handle, std::mem::take(&mut rest.handles)),
        among(Column::Category, std::mem::take(&mut rest.category_ids)),
        among(Column::Collection, std::mem::take(&mut rest.collection_ids)),
        among(Column::Tag, std::mem::take(&mut rest.tag_ids)),
        among(Column::Type, std::mem::take(&mut rest.type_ids)),
        within(Column::CreatedAt, std::mem::take(&mut rest.created_at)),
        within(Column::UpdatedAt, std::mem::take(&mut rest.updated_at)),
    ];
    if let Some(is_giftcard) = rest.is_giftcard.take() {
        let wanted = i64::from(is_giftcard);
        conditions.push(Some(Condition::Within(Column::IsGiftcard, Some(wanted), Some(wanted))));
    }
    let text = rest.q.take();
    let channels = std::mem::take(&mut rest.sales_channel_ids);
    let offered_in = match rest.status.take() {
        Some(ProductStatus::Published) if !channels.is_empty() => Some(channels),
        status => {
            conditions.push(status.and_then(|status| among(Column::Status, vec![status.as_str().to_owned()])));
            conditions.push(among(Column::SalesChannel, channels));
            None
        }
    };
    if has_words(&rest) {
        rest = with_words_found(catalog, rest).await?;
    }
    if rest != ProductFilter::default() {
        conditions.push(Some(Condition::Among(Column::Id, ids_of(catalog, rest).await?)));
    }
    let by = match order.first().map(|(key, _)| *key) {
        None => None,
        Some(OrderKey::CreatedAt) => Some(Column::CreatedAt),
        Some(OrderKey::UpdatedAt) => Some(Column::UpdatedAt),
        Some(OrderKey::Title) => Some(Column::Title),
        Some(OrderKey::Handle) => Some(Column::Handle),
        Some(OrderKey::Id) => Some(Column::Id),
    };
    let order = match (by, order.first()) {
        (Some(column), Some((_, Direction::Descending))) => SearchOrder::Falling(column),
        (Some(column), _) => SearchOrder::Rising(column),
        (None, _) => SearchOrder::Relevance,
    };
    let filter = Condition::All(conditions.into_iter().flatten().collect());
    let found =
        catalog.search(SearchQuery { text, offered_in, filter, order, paging, ..SearchQuery::default() }).await?;
    Ok(Page { items: found.products, count: found.count })
}

/// Every product of a list, as far as anybody narrows one down by words.
async fn ids_of(catalog: &Catalog, filter: ProductFilter) -> Result<Vec<String>> {
    let query = ProductQuery { filter, order: Vec::new(), paging: Paging { offset: 0, limit: WORDS_WITHIN_MAX } };
    let part = Part::Page(query.paging);
    let found = catalog.db.scan(move |tx| Box::pin(async move { store::products_in(tx, &query, part).await })).await?;
    Ok(found.rows)
}

fn among(column: Column, wanted: Vec<String>) -> Option<Condition> {
    (!wanted.is_empty()).then_some(Condition::Among(column, wanted))
}

fn within(column: Column, range: TimeRange) -> Option<Condition> {
    let TimeRange { gt, gte, lt, lte } = range;
    let from = gt.map(|at| at.0.saturating_add(1)).max(gte.map(|at| at.0));
    let below = lt.map(|at| at.0.saturating_sub(1));
    let to = match (below, lte.map(|at| at.0)) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    (from.is_some() || to.is_some()).then_some(Condition::Within(column, from, to))
}

pub(crate) async fn find_variants(catalog: &Catalog, query: VariantQuery) -> Result<Page<VariantOf>> {
    let paging = query.paging;
    let is_quick = query.filter == VariantFilter { ids: query.filter.ids.clone(), ..VariantFilter::default() };
    let is_quick = is_quick && query.order.is_empty();
    let list = Counted::Variants(VariantQuery { order: Vec::new(), paging: UNPAGED, ..query.clone() });
    let (found, count) = page(catalog, list, paging, is_quick, move |tx, part| {
        let query = query.clone();
        Box::pin(async move { store::variants_in(tx, &query, part).await })
    })
    .await?;
    let products = products_of(catalog, &found).await?;
    let items = found
        .iter()
        .filter_map(|(id, product_id)| products.get(product_id.as_str()).and_then(|product| variant_of(product, id)));
    Ok(Page { items: items.collect(), count })
}

pub(crate) async fn find_options(catalog: &Catalog, query: OptionQuery) -> Result<Page<ListedOption>> {
    let paging = query.paging;
    let list = Counted::Options(OptionQuery { order: Vec::new(), paging: UNPAGED, ..query.clone() });
    let (found, count) = page(catalog, list, paging, false, move |tx, part| {
        let query = query.clone();
        Box::pin(async move { store::options_in(tx, &query, part).await })
    })
    .await?;
    let products = products_of(catalog, &found).await?;
    let taxonomy = taxonomy(catalog).await?;
    let items = found.iter().filter_map(|(id, product_id)| match product_id.as_str() {
        "" => taxonomy.shared_option(id).cloned().map(ListedOption::Shared),
        product_id => {
            let product = products.get(product_id)?;
            let index = product.options.iter().position(|option| option.id.as_str() == id)?;
            Some(ListedOption::Own { product: Arc::clone(product), index })
        }
    });
    Ok(Page { items: items.collect(), count })
}

/// The ids of the products that use a shared option, at most a thousand.
pub(crate) async fn products_using(catalog: &Catalog, option_id: &str) -> Result<Vec<String>> {
    let id = option_id.to_owned();
    let mut ids = catalog.db.read(|tx| Box::pin(async move { store::products_using(tx, &id).await })).await?;
    ids.truncate(usize::try_from(store::PRODUCTS_MAX).unwrap_or(usize::MAX));
    Ok(ids)
}

/// Which of these inventory items no variant uses.
pub(crate) async fn unused_items(catalog: &Catalog, item_ids: Vec<String>) -> Result<Vec<String>> {
    let asked = item_ids.clone();
    let used = catalog.db.read_own(|tx| Box::pin(async move { store::items_in_use(tx, &asked).await })).await?;
    Ok(item_ids.into_iter().filter(|id| !used.iter().any(|(item_id, _)| item_id == id)).collect())
}

/// Lists that differ in paging alone are equally long.
const UNPAGED: Paging = Paging { offset: 0, limit: 0 };

/// Reads a part of a list, and how long the whole is: counted once for each version of the catalogue.
async fn page<T, F>(catalog: &Catalog, list: Counted, paging: Paging, is_quick: bool, read: F) -> Result<(Vec<T>, u64)>
where
    T: Send + 'static,
    F: for<'t> Fn(&'t mut Tx, Part) -> TxFuture<'t, Found<T>> + Send + Sync + 'static,
{
    let version = catalog.version();
    let read = Arc::new(read);
    let count = match catalog.shelf.known_count(version, &list).await {
        Some(count) => count,
        None => {
            let read = Arc::clone(&read);
            // Counting looks at every row of a list: not on the threads that answer requests.
            let counted = async { Ok(catalog.db.scan(move |tx| read(tx, Part::Count)).await?.count) };
            catalog.shelf.count(version, list, counted).await?
        }
    };
    if paging.limit == 0 || paging.offset >= count {
        return Ok((Vec::new(), count));
    }
    let part = Part::Page(paging);
    let found = match is_quick && paging.offset <= OFFSET_QUICK_MAX {
        true => catalog.db.read(move |tx| read(tx, part)).await?,
        false => catalog.db.scan(move |tx| read(tx, part)).await?,
    };
    Ok((found.rows, count))
}

/// The products of (thing, product) pairs, by id.
async fn products_of(catalog: &Catalog, pairs: &[(String, String)]) -> Result<HashMap<String, Arc<Product>>> {
    let mut ids: Vec<&str> = pairs.iter().map(|(_, product_id)| product_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let products = products(catalog, &ids).await?;
    Ok(products.into_iter().map(|product| (product.id.0.clone(), product)).collect())
}
