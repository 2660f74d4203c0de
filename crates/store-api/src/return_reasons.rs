//! `/store/return-reasons`: why things come back.

use axum::extract::State;
use tradewind_http::{Answer, Json, Obj};
use tradewind_kernel::{Error, Page};
use tradewind_market::{MarketSnapshot, ReturnReason};

use crate::Shop;
use crate::list::order;
use crate::view::all_times;
use crate::visit::{Made, Visit};

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let market = shop.market.snapshot().await?;
            let mut reasons: Vec<&ReturnReason> = market.return_reasons().iter().collect();
            order(&mut reasons, &asked.query, |name, a, b| {
                Some(match name {
                    "id" => a.id.cmp(&b.id),
                    "value" => a.value.cmp(&b.value),
                    "label" => a.label.cmp(&b.label),
                    "created_at" => a.created_at.cmp(&b.created_at),
                    "updated_at" => a.updated_at.cmp(&b.updated_at),
                    _ => return None,
                })
            })?;
            let page = Page::cut(reasons, asked.paging);
            let about = (page.count, asked.paging);
            let json = Json::page("return_reasons", &asked.plan, page.items, about, |obj, reason| {
                render(obj, reason, &market);
            });
            Ok(Made::public(json, "return-reasons"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, id) = (visit.asked()?, visit.id());
            let market = shop.market.snapshot().await?;
            let reason = market.return_reason(&id).ok_or_else(|| Error::not_found("Return reason", &id))?;
            let json = Json::one("return_reason", &asked.plan, |obj| render(obj, reason, &market));
            Ok(Made::public(json, "return-reasons"))
        })
        .await
}

fn render(obj: &mut Obj<'_>, reason: &ReturnReason, market: &MarketSnapshot) {
    plain(obj, reason);
    let parent = reason.parent_id.as_ref().and_then(|id| market.return_reason(id.as_str()));
    obj.nest_some("parent_return_reason", parent, plain);
    let below = market.return_reasons().iter().filter(|below| below.parent_id.as_ref() == Some(&reason.id));
    obj.nest_list("return_reason_children", below, plain);
}

fn plain(obj: &mut Obj<'_>, reason: &ReturnReason) {
    obj.id(reason.id.as_str());
    obj.put("value", || &reason.value);
    obj.put("label", || &reason.label);
    obj.put("parent_return_reason_id", || reason.parent_id.as_ref().map(|id| id.as_str()));
    obj.put("description", || &reason.description);
    obj.put("metadata", || &reason.metadata);
    all_times(obj, reason.created_at, reason.updated_at);
}
