//! `/store/customers/me/addresses`: the shopper's address book.

use axum::extract::State;
use axum::response::IntoResponse as _;
use http::Method;
use tradewind_accounts::{AddressChange, Customer, CustomerAddress};
use tradewind_http::auth::{PublishableKey, Shopper};
use tradewind_http::{Answer, Asked, Json, PathId, Sent, contract};
use tradewind_kernel::{Error, Page};

use crate::Shop;
use crate::customers::own;
use crate::list::{has_words, is_among, order};
use crate::view::customer::{address, customer};

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

fn show(asked: &Asked, shown: &Customer) -> axum::response::Response {
    Json::one("customer", &asked.plan, |obj| customer(obj, shown)).into_response()
}

pub(crate) async fn list(State(shop): State<Shop>, _key: PublishableKey, shopper: Shopper, asked: Asked) -> Answer {
    let owner = own(&shop, &shopper).await?;
    let query = &asked.query;
    let (cities, countries) = (query.texts("city"), query.texts("country_code"));
    let codes = query.texts("postal_code");
    let mut found: Vec<&CustomerAddress> = owner
        .addresses
        .iter()
        .filter(|address| is_among(cities.as_deref(), text(&address.city)))
        .filter(|address| is_among(countries.as_deref(), text(&address.country_code)))
        .filter(|address| is_among(codes.as_deref(), text(&address.postal_code)))
        .filter(|address| {
            let texts = [
                &address.address_name,
                &address.first_name,
                &address.last_name,
                &address.company,
                &address.address_1,
                &address.city,
            ];
            has_words(query, &texts.map(text))
        })
        .collect();
    order(&mut found, query, |name, a, b| {
        Some(match name {
            "id" => a.id.cmp(&b.id),
            "city" => a.city.cmp(&b.city),
            "country_code" => a.country_code.cmp(&b.country_code),
            "created_at" => a.created_at.cmp(&b.created_at),
            "updated_at" => a.updated_at.cmp(&b.updated_at),
            _ => return None,
        })
    })?;
    let page = Page::cut(found, asked.paging);
    let about = (page.count, asked.paging);
    let json = Json::page("addresses", &asked.plan, page.items, about, |obj, value| {
        address(obj, &owner, value);
    });
    Ok(json.into_response())
}

pub(crate) async fn one(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let owner = own(&shop, &shopper).await?;
    let found = owner.address(&id).ok_or_else(|| Error::not_found("Address", &id))?;
    Ok(Json::one("address", &asked.plan, |obj| address(obj, &owner, found)).into_response())
}

pub(crate) async fn add(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    asked: Asked,
    Sent(sent): Sent<AddressChange>,
) -> Answer {
    let owner = shop.accounts.add_address(&shopper.customer_id, sent).await?;
    Ok(show(&asked, &owner))
}

pub(crate) async fn update(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    PathId(id): PathId,
    asked: Asked,
    Sent(sent): Sent<AddressChange>,
) -> Answer {
    let owner = shop.accounts.update_address(&shopper.customer_id, &id, sent).await?;
    Ok(show(&asked, &owner))
}

pub(crate) async fn remove(
    State(shop): State<Shop>,
    _key: PublishableKey,
    shopper: Shopper,
    PathId(id): PathId,
    asked: Asked,
) -> Answer {
    let owner = shop.accounts.remove_address(&shopper.customer_id, &id).await?;
    // The parent is shown by its own route's fields.
    let plan = contract::route(&Method::GET, "/store/customers/me").plan(asked.query.text("fields"))?;
    let json = Json::object(|answer| {
        answer.id(&id);
        answer.always("object", "address");
        answer.always("deleted", true);
        answer.nest_with("parent", &plan, |obj| customer(obj, &owner));
    });
    Ok(json.into_response())
}
