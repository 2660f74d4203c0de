//! `/store/products`: what is for sale.

use std::sync::Arc;

use axum::extract::State;
use tradewind_catalog::{
    Choice, Direction, OrderKey, Product, ProductFilter, ProductQuery, ProductStatus, TimeRange, VariantFilter,
};
use tradewind_http::{Answer, Asked, Json, Query};
use tradewind_kernel::{Error, Result};

use crate::prices::PriceView;
use crate::stock::StockView;
use crate::view::product::{self, Surroundings};
use crate::visit::{Made, Visit};
use crate::{Shop, StoreState};

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let channels = visit.sales_channels(asked.query.texts("sales_channel_id"))?;
            let query = product_query(&asked, channels.clone())?;
            let page = shop.catalog.find(query).await?;
            let shown = Shown::load(&shop, &visit, &asked, &channels, "variants.", &page.items).await?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let around = shown.around(&taxonomy);
            let about = (page.count, asked.paging);
            let json = Json::page("products", &asked.plan, &page.items, about, |obj, value| {
                product::product(obj, value, &around);
            });
            Ok(shown.made(json, "products".to_owned()))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let channels = visit.sales_channels(asked.query.texts("sales_channel_id"))?;
            let found = shop
                .catalog
                .product(&id)
                .await?
                .filter(|found| channels.iter().any(|channel| found.is_offered_in(channel)))
                .ok_or_else(|| Error::not_found("Product", &id))?;
            let found = [found];
            let shown = Shown::load(&shop, &visit, &asked, &channels, "variants.", &found).await?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let around = shown.around(&taxonomy);
            let [found] = &found;
            let json = Json::one("product", &asked.plan, |obj| {
                product::product(obj, found, &around);
                if !asked.plan.names("categories") {
                    // What the peer filters by shows in its answer: clients may have come to read it.
                    obj.nest_list_with(
                        "categories",
                        tradewind_http::Plan::all(),
                        product::categories(found, &around),
                        |obj, category| obj.always("is_internal", category.is_internal),
                    );
                }
            });
            Ok(shown.made(json, format!("products {}", found.id)))
        })
        .await
}

/// The prices and the stock that an answer shows.
pub(crate) struct Shown {
    prices: Option<PriceView>,
    stock: Option<StockView>,
    is_private: bool,
}

impl Shown {
    /// Loads what was asked for; `prefix` is the way from the answer to its variants.
    pub(crate) async fn load(
        shop: &StoreState,
        visit: &Visit,
        asked: &Asked,
        channels: &[String],
        prefix: &str,
        products: &[Arc<Product>],
    ) -> Result<Self> {
        let wants = |name: &str| asked.plan.names_path(&format!("{prefix}{name}"));
        let prices = match wants("calculated_price") {
            true => Some(PriceView::of(shop, &asked.query, &visit.customer_group_ids).await?),
            false => None,
        };
        let stock = match wants("inventory_quantity") {
            true => {
                let variants = products.iter().flat_map(|product| &product.variants);
                Some(StockView::of(shop, channels, variants).await?)
            }
            false => None,
        };
        Ok(Self { prices, stock, is_private: asked.query.has("cart_id") })
    }

    /// As products are shown with it.
    pub(crate) fn around<'a>(&'a self, taxonomy: &'a tradewind_catalog::Taxonomy) -> Surroundings<'a> {
        Surroundings { taxonomy, prices: self.prices.as_ref(), stock: self.stock.as_ref() }
    }

    /// The answer that shows it.
    pub(crate) fn made(&self, json: Json, surrogate_keys: String) -> Made {
        Made { json, surrogate_keys, shows_stock: self.stock.is_some(), is_private: self.is_private }
    }
}

fn product_query(asked: &Asked, sales_channel_ids: Vec<String>) -> Result<ProductQuery> {
    let filter =
        ProductFilter { sales_channel_ids, status: Some(ProductStatus::Published), ..product_filter(&asked.query)? };
    Ok(ProductQuery { filter, order: order(&asked.query)?, paging: asked.paging })
}

/// What a query, or a group in its `$and` or `$or`, says of products.
fn product_filter(query: &Query) -> Result<ProductFilter> {
    let texts = |name: &str| query.texts(name).unwrap_or_default();
    let groups = |name| query.groups(name).iter().map(product_filter).collect::<Result<Vec<_>>>();
    Ok(ProductFilter {
        ids: texts("id"),
        handles: texts("handle"),
        titles: texts("title"),
        external_ids: texts("external_id"),
        q: words(query),
        category_ids: texts("category_id"),
        collection_ids: texts("collection_id"),
        tag_ids: texts("tag_id"),
        type_ids: texts("type_id"),
        option_ids: texts("option_id"),
        option_value_ids: texts("option_value_id"),
        sales_channel_ids: Vec::new(),
        variants: query.below("variants").map(|query| variant_filter(&query).map(Box::new)).transpose()?,
        status: None,
        is_giftcard: query.flag("is_giftcard"),
        created_at: times(query, "created_at")?,
        updated_at: times(query, "updated_at")?,
        nothing: query.asks_for_deleted()?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}

/// What a query, or a group in its `$and` or `$or`, says of variants.
pub(crate) fn variant_filter(query: &Query) -> Result<VariantFilter> {
    let texts = |name: &str| query.texts(name).unwrap_or_default();
    let groups = |name| query.groups(name).iter().map(variant_filter).collect::<Result<Vec<_>>>();
    let choice = query.below("options").map(|options| Choice {
        option_id: options.text("option_id").map(str::to_owned),
        value: options.text("value").map(str::to_owned),
    });
    Ok(VariantFilter {
        ids: texts("id"),
        product_ids: texts("product_id"),
        skus: texts("sku"),
        eans: texts("ean"),
        upcs: texts("upc"),
        barcodes: texts("barcode"),
        q: words(query),
        allow_backorder: query.flag("allow_backorder"),
        manage_inventory: query.flag("manage_inventory"),
        choice,
        created_at: times(query, "created_at")?,
        updated_at: times(query, "updated_at")?,
        nothing: query.asks_for_deleted()?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}

/// The words that are searched for.
pub(crate) fn words(query: &Query) -> Option<String> {
    query.text("q").filter(|q| !q.trim().is_empty()).map(str::to_owned)
}

/// A range of time, as the catalogue takes it.
pub(crate) fn times(query: &Query, name: &str) -> Result<TimeRange> {
    let range = query.times(name)?;
    Ok(TimeRange { gt: range.gt, gte: range.gte, lt: range.lt, lte: range.lte })
}

/// What the catalogue orders by.
pub(crate) fn order(query: &Query) -> Result<Vec<(OrderKey, Direction)>> {
    query
        .order()
        .into_iter()
        .map(|(name, descending)| {
            let direction = if descending { Direction::Descending } else { Direction::Ascending };
            Ok((name.parse()?, direction))
        })
        .collect()
}
