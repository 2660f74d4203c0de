//! `/store/currencies`: what there is to pay in.

use axum::extract::State;
use tradewind_http::wire::Null;
use tradewind_http::{Answer, Json, Obj};
use tradewind_kernel::{Decimal, Error, Page};
use tradewind_market::{CurrencyInfo, currencies, currency_info};

use crate::Shop;
use crate::list::{has_words, is_among, order};
use crate::visit::{Made, Visit};

fn currency(obj: &mut Obj<'_>, currency: &CurrencyInfo) {
    obj.put("code", || currency.code);
    obj.put("name", || currency.name);
    obj.put("symbol", || currency.symbol);
    obj.put("symbol_native", || currency.symbol_native);
    obj.put("decimal_digits", || currency.decimal_digits);
    // What cash is rounded to, where that is coarser than the minor unit: Switzerland has no one-rappen coins.
    let is_franc = currency.code.code() == "chf";
    obj.put("rounding", || if is_franc { Decimal::new(5, 2) } else { Decimal::ZERO });
    // The list is the standard's, not the shop's: it has no history here.
    obj.put("created_at", || Null);
    obj.put("updated_at", || Null);
    obj.put("deleted_at", || Null);
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let asked = visit.asked()?;
            let query = &asked.query;
            query.refuse(&["$and", "$or"])?;
            let codes = query.texts("code");
            let mut found: Vec<&CurrencyInfo> = currencies()
                .iter()
                .filter(|currency| is_among(codes.as_deref(), currency.code.code()))
                .filter(|currency| has_words(query, &[currency.code.code(), currency.name]))
                .collect();
            order(&mut found, query, |name, a, b| {
                Some(match name {
                    "code" => a.code.cmp(&b.code),
                    "name" => a.name.cmp(b.name),
                    _ => return None,
                })
            })?;
            let page = Page::cut(found, asked.paging);
            let about = (page.count, asked.paging);
            let json = Json::page("currencies", &asked.plan, page.items, about, currency);
            Ok(Made::public(json, "currencies"))
        })
        .await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    visit
        .answer(&shop, async {
            let (asked, code) = (visit.asked()?, visit.id());
            let found = code.parse().ok().and_then(currency_info).ok_or_else(|| Error::not_found("Currency", &code))?;
            let json = Json::one("currency", &asked.plan, |obj| currency(obj, found));
            Ok(Made::public(json, "currencies"))
        })
        .await
}
