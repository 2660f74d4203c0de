//! `/store/regions`: where the shop sells.

use axum::extract::State;
use tradewind_http::{Answer, Json};
use tradewind_kernel::{Error, Page};
use tradewind_market::Region;

use crate::Shop;
use crate::list::{has_words, is_among, order};
use crate::view;
use crate::visit::{Made, Visit};

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let query = &asked.query;
            query.refuse(&["$and", "$or"])?;
            let (ids, names) = (query.texts("id"), query.texts("name"));
            let currencies = query.texts("currency_code");
            let market = shop.market.snapshot().await?;
            let mut regions: Vec<&Region> = market
                .regions()
                .iter()
                .filter(|region| is_among(ids.as_deref(), region.id.as_str()))
                .filter(|region| is_among(names.as_deref(), &region.name))
                .filter(|region| is_among(currencies.as_deref(), region.currency.code()))
                .filter(|region| has_words(query, &[&region.name]))
                .collect();
            order(&mut regions, query, |name, a, b| {
                Some(match name {
                    "id" => a.id.cmp(&b.id),
                    "name" => a.name.cmp(&b.name),
                    "currency_code" => a.currency.cmp(&b.currency),
                    "created_at" => a.created_at.cmp(&b.created_at),
                    "updated_at" => a.updated_at.cmp(&b.updated_at),
                    _ => return None,
                })
            })?;
            let page = Page::cut(regions, asked.paging);
            let about = (page.count, asked.paging);
            let json = Json::page("regions", &asked.plan, page.items, about, |obj, region| {
                view::region::region(obj, region);
            });
            Ok(Made::public(json, "regions"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let market = shop.market.snapshot().await?;
            let region = market.region(&id).ok_or_else(|| Error::not_found("Region", &id))?;
            let json = Json::one("region", &asked.plan, |obj| view::region::region(obj, region));
            Ok(Made::public(json, format!("regions {}", region.id)))
        })
        .await
}
