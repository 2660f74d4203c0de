//! What search engines read first: robots.txt and the sitemap, in parts that stay small.

use askama::Template as _;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use tradewind_catalog::{OrderKey, ProductQuery};
use tradewind_kernel::{Error, Paging, Result};

use crate::failure::Page;
use crate::format::date_iso;
use crate::state::Storefront;
use crate::views::{Robots, Sitemap, SitemapEntry, SitemapIndex};
use crate::visitor::Guest;

/// Products of one part.
const PART_LENGTH: u64 = 2_000;

/// `GET /robots.txt`
pub(crate) async fn robots(State(storefront): State<Storefront>) -> Page {
    let robots = Robots { origin: storefront.parts.public_url.clone() };
    Ok(text(robots.render()?, "text/plain; charset=utf-8"))
}

/// `GET /sitemap.xml`: the index of the parts.
pub(crate) async fn index(State(storefront): State<Storefront>, guest: Guest) -> Page {
    let count = products(&storefront, &guest, 0, 1).await?.count;
    let parts = (1..=count.div_ceil(PART_LENGTH)).map(|part| format!("/sitemaps/products-{part}.xml"));
    let paths = ["/sitemaps/pages.xml".to_owned()].into_iter().chain(parts);
    let index = SitemapIndex { addresses: paths.map(|path| storefront.absolute(&path)).collect() };
    Ok(text(index.render()?, "application/xml"))
}

/// `GET /sitemaps/{part}`
pub(crate) async fn part(State(storefront): State<Storefront>, guest: Guest, Path(part): Path<String>) -> Page {
    let entries = if part == "pages.xml" {
        pages(&storefront, &guest)
    } else {
        let unknown = || Error::not_found("Sitemap", &part);
        let number = part.strip_prefix("products-").and_then(|rest| rest.strip_suffix(".xml")).ok_or_else(unknown)?;
        let number: u64 = number.parse().ok().filter(|number| (1..=100_000).contains(number)).ok_or_else(unknown)?;
        let found = products(&storefront, &guest, (number - 1) * PART_LENGTH, PART_LENGTH).await?;
        let entry = |product: &std::sync::Arc<tradewind_catalog::Product>| SitemapEntry {
            address: storefront.absolute(&format!("/products/{}", product.handle)),
            changed_on: Some(date_iso(product.updated_at)),
        };
        found.items.iter().map(entry).collect()
    };
    Ok(text(Sitemap { entries }.render()?, "application/xml"))
}

fn pages(storefront: &Storefront, guest: &Guest) -> Vec<SitemapEntry> {
    let shop = &guest.frame.shop;
    let fixed = ["/", "/products"].into_iter();
    let listed = shop.categories.iter().chain(&shop.collections).chain(&shop.pages);
    let listed = listed.map(|link| link.href.as_str());
    let entry = |path: &str| SitemapEntry { address: storefront.absolute(path), changed_on: None };
    fixed.chain(listed).map(entry).collect()
}

async fn products(
    storefront: &Storefront,
    guest: &Guest,
    offset: u64,
    limit: u64,
) -> Result<tradewind_kernel::Page<std::sync::Arc<tradewind_catalog::Product>>> {
    let query = ProductQuery {
        filter: guest.offered(),
        order: vec![(OrderKey::Id, tradewind_catalog::Direction::Ascending)],
        paging: Paging { offset, limit },
    };
    storefront.parts.catalog.find(query).await
}

fn text(text: String, kind: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600, s-maxage=3600")),
    ];
    (headers, text).into_response()
}
