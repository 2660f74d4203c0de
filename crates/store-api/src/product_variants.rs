//! `/store/product-variants`: variants across products.

use std::sync::Arc;

use axum::extract::State;
use tradewind_catalog::{Product, ProductStatus, VariantOf, VariantQuery};
use tradewind_http::{Answer, Json, Obj};
use tradewind_kernel::Error;

use crate::Shop;
use crate::products::{Shown, order, variant_filter};
use crate::view::product::{self, Surroundings};
use crate::visit::Visit;

fn variant(obj: &mut Obj<'_>, value: &VariantOf, around: &Surroundings<'_>) {
    let (of, variant) = (&*value.product, value.variant());
    product::variant(obj, of, variant, around);
    obj.nest("product", |obj| product::product(obj, of, around));
    product::options_of_variant(obj, of, variant, false);
    product::images_of_variant(obj, of, variant);
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let query = &asked.query;
            let channels = visit.sales_channels(query.texts("sales_channel_id"))?;
            let page = shop
                .catalog
                .find_variants(VariantQuery {
                    filter: variant_filter(query)?,
                    sales_channel_ids: channels.clone(),
                    status: Some(ProductStatus::Published),
                    order: order(query)?,
                    paging: asked.paging,
                })
                .await?;
            let products: Vec<Arc<Product>> = page.items.iter().map(|found| Arc::clone(&found.product)).collect();
            let shown = Shown::load(&shop, &visit, &asked, &channels, "", &products).await?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let around = shown.around(&taxonomy);
            let about = (page.count, asked.paging);
            let json = Json::page("variants", &asked.plan, &page.items, about, |obj, value| {
                variant(obj, value, &around);
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
                .variant(&id)
                .await?
                .filter(|found| channels.iter().any(|id| found.product.is_offered_in(id)))
                .ok_or_else(|| Error::not_found("Variant", &id))?;
            let products = [Arc::clone(&found.product)];
            let shown = Shown::load(&shop, &visit, &asked, &channels, "", &products).await?;
            let taxonomy = shop.catalog.taxonomy().await?;
            let around = shown.around(&taxonomy);
            let json = Json::one("variant", &asked.plan, |obj| variant(obj, &found, &around));
            Ok(shown.made(json, format!("products {}", found.product.id)))
        })
        .await
}
