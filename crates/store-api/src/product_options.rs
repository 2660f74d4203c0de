//! `/store/product-options`: what shoppers choose by, across products.

use axum::extract::State;
use tradewind_catalog::{OptionQuery, ProductStatus};
use tradewind_http::{Answer, Json};
use tradewind_kernel::Error;

use crate::Shop;
use crate::view::product;
use crate::visit::{Made, Visit};

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let query = &asked.query;
            query.refuse(&["$and", "$or", "created_at", "updated_at", "deleted_at", "order"])?;
            // Each option belongs to one product, so there are none that are shared.
            let none = query.flag("is_exclusive") == Some(false);
            let page = shop
                .catalog
                .find_options(OptionQuery {
                    ids: query.texts("id").unwrap_or_default(),
                    titles: query.texts("title").unwrap_or_default(),
                    q: query.text("q").filter(|q| !q.trim().is_empty()).map(str::to_owned),
                    sales_channel_ids: visit.sales_channels(None)?,
                    status: Some(ProductStatus::Published),
                    paging: asked.paging,
                })
                .await?;
            let (items, count) = if none { (&[][..], 0) } else { (&page.items[..], page.count) };
            let about = (count, asked.paging);
            let json = Json::page("product_options", &asked.plan, items, about, |obj, found| {
                product::option(obj, &found.product, found.option());
            });
            Ok(Made::public(json, "products"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let page = shop
                .catalog
                .find_options(OptionQuery {
                    ids: vec![id.clone()],
                    sales_channel_ids: visit.sales_channels(None)?,
                    status: Some(ProductStatus::Published),
                    ..OptionQuery::default()
                })
                .await?;
            let found = page.items.first().ok_or_else(|| Error::not_found("Product option", &id))?;
            let json = Json::one("product_option", &asked.plan, |obj| {
                product::option(obj, &found.product, found.option());
            });
            Ok(Made::public(json, "products"))
        })
        .await
}
