//! What collections, tags and types have in common: lists and single terms, with the products below them.

use std::sync::Arc;

use tradewind_catalog::{Product, ProductFilter, ProductQuery, ProductStatus, Taxonomy};
use tradewind_http::list::{Lists, part};
use tradewind_http::{Answer, Json, Obj, Plan};
use tradewind_kernel::{Error, Paging, Result, Timestamp};

use crate::view::product::{self, Surroundings};
use crate::visit::{Made, Visit};
use crate::{Shop, StoreState};

/// How many products are shown below a term: as many as the longest page has. Whoever wants more asks `/store/products`
/// for them, page by page.
const PRODUCTS_MAX: u64 = 1000;

/// How products are sorted, other than by categories.
pub(crate) trait Term: Sized + Sync + 'static {
    /// The name of one, and of a list, on the wire.
    const NAMES: (&'static str, &'static str);
    /// What one is called in messages.
    const CALLED: &'static str;
    /// The field that holds its text: `title`, `value`.
    const TEXT: &'static str;
    /// What of the products below it is shown by its id alone.
    const STUBS: &'static [&'static str];

    /// All of them.
    fn all(taxonomy: &Taxonomy) -> &[Self];
    /// The one with this id.
    fn with_id<'a>(taxonomy: &'a Taxonomy, id: &str) -> Option<&'a Self>;
    /// Its id.
    fn id(&self) -> &str;
    /// Its text.
    fn text(&self) -> &str;
    /// Its name in addresses, of those that have one.
    fn handle(&self) -> Option<&str> {
        None
    }
    /// Its id in another system.
    fn external_id(&self) -> Option<&str>;
    /// When it was made, and when it was last changed.
    fn times(&self) -> (Timestamp, Timestamp);
    /// What finds the products below it.
    fn filter(&self) -> ProductFilter;
    /// Writes its own fields.
    fn write(&self, obj: &mut Obj<'_>);
}

/// How shoppers see terms in a list.
struct Shelf;

impl<T: Term> Lists<T> for Shelf {
    fn id(term: &T) -> &str {
        term.id()
    }

    fn texts(term: &T) -> Vec<(&'static str, &str)> {
        let mut texts = vec![(T::TEXT, term.text()), ("external_id", term.external_id().unwrap_or_default())];
        texts.extend(term.handle().map(|handle| ("handle", handle)));
        texts
    }

    fn times(term: &T) -> (Timestamp, Timestamp) {
        term.times()
    }
}

/// A part of the list of terms.
pub(crate) async fn list<T: Term>(shop: Shop, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let page = part::<Shelf, T>(&asked, T::all(&taxonomy), &[], |_| Ok(Box::new(|_| true)))?;
            let channels = visit.sales_channels(None)?;
            let filters = page.items.iter().map(|term| term.filter());
            let below = products_below(&shop, &asked.plan, &channels, filters).await?;
            let around = Surroundings::plain(&taxonomy);
            let about = (page.count, asked.paging);
            let items = page.items.iter().zip(&below);
            let json = Json::page(T::NAMES.1, &asked.plan, items, about, |obj, (term, products)| {
                term.write(obj);
                write_products(obj, products, &around, T::STUBS);
            });
            Ok(Made::public(json, format!("{} products", T::NAMES.1)))
        })
        .await
}

/// One term.
pub(crate) async fn one<T: Term>(shop: Shop, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let taxonomy = shop.catalog.taxonomy().await?;
            let term = T::with_id(&taxonomy, &id).ok_or_else(|| Error::not_found(T::CALLED, &id))?;
            let channels = visit.sales_channels(None)?;
            let filters = [term.filter()];
            let below = products_below(&shop, &asked.plan, &channels, filters).await?;
            let around = Surroundings::plain(&taxonomy);
            let json = Json::one(T::NAMES.0, &asked.plan, |obj| {
                term.write(obj);
                write_products(obj, first(&below), &around, T::STUBS);
            });
            Ok(Made::public(json, format!("{} products {}", T::NAMES.1, term.id())))
        })
        .await
}

/// The products below each of some terms, if they were asked for, by the filter that finds them.
pub(crate) async fn products_below(
    shop: &StoreState,
    plan: &Plan,
    sales_channel_ids: &[String],
    filters: impl IntoIterator<Item = ProductFilter> + Send,
) -> Result<Vec<Vec<Arc<Product>>>> {
    let wanted = plan.below("products").is_some();
    let queries: Vec<ProductQuery> = filters
        .into_iter()
        .map(|filter| ProductQuery {
            filter: ProductFilter {
                sales_channel_ids: sales_channel_ids.to_vec(),
                status: Some(ProductStatus::Published),
                ..filter
            },
            paging: Paging { offset: 0, limit: PRODUCTS_MAX },
            ..ProductQuery::default()
        })
        .collect();
    let mut below = Vec::with_capacity(queries.len());
    for query in queries {
        below.push(match wanted {
            true => shop.catalog.find(query).await?.items,
            false => Vec::new(),
        });
    }
    Ok(below)
}

/// The products below the only term.
pub(crate) fn first(below: &[Vec<Arc<Product>>]) -> &[Arc<Product>] {
    below.first().map_or(&[], Vec::as_slice)
}

/// Writes the products below a term. `stubs` are what of a product is shown by its id alone.
pub(crate) fn write_products(obj: &mut Obj<'_>, products: &[Arc<Product>], around: &Surroundings<'_>, stubs: &[&str]) {
    obj.nest_list("products", products, |obj, value| {
        product::nested(obj, value, around, stubs);
    });
}
