//! `/store/product-options`: what shoppers choose by, across products.

use axum::extract::State;
use tradewind_catalog::{OptionFilter, OptionQuery, ProductStatus};
use tradewind_http::{Answer, Json, Query};
use tradewind_kernel::{Error, Result};

use crate::Shop;
use crate::products::{order, times, words};
use crate::view::product;
use crate::visit::{Made, Visit};

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let query = OptionQuery {
                filter: filter(&asked.query)?,
                order: order(&asked.query)?,
                paging: asked.paging,
                ..offered(&visit)?
            };
            let page = shop.catalog.find_options(query).await?;
            let about = (page.count, asked.paging);
            let json = Json::page("product_options", &asked.plan, &page.items, about, product::listed_option);
            Ok(Made::public(json, "products"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let filter = OptionFilter { ids: vec![id.clone()], ..OptionFilter::default() };
            let page = shop.catalog.find_options(OptionQuery { filter, ..offered(&visit)? }).await?;
            let found = page.items.first().ok_or_else(|| Error::not_found("Product option", &id))?;
            let json = Json::one("product_option", &asked.plan, |obj| product::listed_option(obj, found));
            Ok(Made::public(json, "products"))
        })
        .await
}

/// The options of what shoppers can see.
fn offered(visit: &Visit) -> Result<OptionQuery> {
    Ok(OptionQuery {
        sales_channel_ids: visit.sales_channels(None)?,
        status: Some(ProductStatus::Published),
        ..OptionQuery::default()
    })
}

fn filter(query: &Query) -> Result<OptionFilter> {
    let groups = |name| query.groups(name).iter().map(filter).collect::<Result<Vec<_>>>();
    Ok(OptionFilter {
        ids: query.texts("id").unwrap_or_default(),
        titles: query.texts("title").unwrap_or_default(),
        q: words(query),
        is_exclusive: query.flag("is_exclusive"),
        created_at: times(query, "created_at")?,
        updated_at: times(query, "updated_at")?,
        nothing: query.asks_for_deleted()?,
        all: groups("$and")?,
        any: groups("$or")?,
    })
}
