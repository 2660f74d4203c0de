//! The currencies there are.

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tradewind_http::problem::Answer;
use tradewind_http::{Asked, Json, Obj, PathId};
use tradewind_kernel::Timestamp;
use tradewind_market::{CurrencyInfo, currencies, currency_info};

use crate::list::{self, Listed};
use crate::{AdminState, missing};

pub(crate) fn routes() -> Router<AdminState> {
    Router::new().route("/admin/currencies", get(all)).route("/admin/currencies/{code}", get(one))
}

async fn all(State(_): State<AdminState>, asked: Asked) -> Answer {
    let page = list::part(&asked, currencies(), |_| true)?;
    Ok(Json::page("currencies", &asked.plan, page.items, (page.count, asked.paging), render).into_response())
}

async fn one(State(_): State<AdminState>, PathId(code): PathId, asked: Asked) -> Answer {
    let known = code.parse().ok().and_then(currency_info).ok_or_else(|| missing("Currency", &code))?;
    Ok(Json::one("currency", &asked.plan, |obj| render(obj, known)).into_response())
}

pub(crate) fn render(obj: &mut Obj<'_>, currency: &CurrencyInfo) {
    obj.put("code", || currency.code);
    obj.put("name", || currency.name);
    obj.put("symbol", || currency.symbol);
    obj.put("symbol_native", || currency.symbol_native);
    obj.put("decimal_digits", || currency.decimal_digits);
    obj.put("rounding", || 0_i64);
}

impl Listed for CurrencyInfo {
    fn id(&self) -> &str {
        self.code.code()
    }

    fn texts(&self) -> Vec<(&'static str, &str)> {
        vec![("code", self.code.code()), ("name", self.name), ("symbol", self.symbol)]
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (Timestamp(0), Timestamp(0))
    }
}
