//! The home page.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use tradewind_catalog::{Collection, Direction, OrderKey, Product, ProductFilter, ProductQuery};
use tradewind_kernel::{Paging, Result};

use crate::failure::Page;
use crate::state::Storefront;
use crate::views::{Feature, Hero, HomePage, Link, Picture, Porthole, structured_data};
use crate::visitor::{Guest, PageFacts};

const NEWEST_COUNT: u64 = 8;
const HERO_PICTURES: usize = 3;
const FEATURE_PICTURES: u64 = 3;

/// `GET /`
pub(crate) async fn show(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    Ok(storefront.public_page(&guest, &asked, home(&storefront, &guest)).await?)
}

async fn home(storefront: &Storefront, guest: &Guest) -> Result<HomePage> {
    let texts = &guest.frame.texts;
    let name = &guest.frame.shop.name;
    let goods = &guest.frame.shop.goods;
    let newest = newest(storefront, guest, ProductFilter::default(), NEWEST_COUNT).await?;
    let heading = if texts.heading.is_empty() { name } else { &texts.heading };
    let mut shell = guest.shell(storefront, PageFacts { path: "/", indexed: true, ..PageFacts::default() });
    if !texts.eyebrow.is_empty() {
        shell.head.title = format!("{name} · {}", texts.eyebrow);
    }
    shell.head.structured_data.push(structured_data::website(&storefront.parts.public_url, name));
    let hung = hung(storefront, guest, &newest).await?;
    shell.head.picture = hung.first().map(|(picture, _)| storefront.absolute(&picture.address(1200)));
    Ok(HomePage {
        shell,
        hero: Hero {
            eyebrow: texts.eyebrow.clone(),
            heading: heading.clone(),
            lead: if texts.lead.is_empty() { texts.description.clone() } else { texts.lead.clone() },
            action: Link::new(format!("Browse all {goods}"), "/products"),
            second_action: second_action(storefront, guest).await?,
            pictures: hung,
        },
        newest_heading: format!("New {goods}"),
        newest: storefront.cards(guest, &newest).await?,
        categories: portholes(storefront, guest).await?,
        features: features(storefront, guest).await?,
    })
}

/// The pictures beside the heading: of the products the shop names, or of its newest.
async fn hung(storefront: &Storefront, guest: &Guest, newest: &[Arc<Product>]) -> Result<Vec<(Picture, String)>> {
    let mut chosen = Vec::new();
    for handle in guest.frame.texts.hero_products.iter().take(HERO_PICTURES) {
        chosen.extend(storefront.parts.catalog.product_by_handle(handle).await?);
    }
    let products = if chosen.is_empty() { newest } else { &chosen };
    let pictures = products
        .iter()
        .take(HERO_PICTURES)
        .filter_map(|product| Some((storefront.first_picture(product)?, format!("/products/{}", product.handle))));
    Ok(pictures.collect())
}

async fn second_action(storefront: &Storefront, guest: &Guest) -> Result<Option<Link>> {
    let first = featured(storefront, guest).await?.into_iter().next();
    Ok(first.map(|collection| {
        Link::new(format!("See {}", collection.title), format!("/collections/{}", collection.handle))
    }))
}

async fn portholes(storefront: &Storefront, guest: &Guest) -> Result<Vec<Porthole>> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let mut portholes = Vec::new();
    for link in &guest.frame.shop.categories {
        let handle = link.href.rsplit('/').next().unwrap_or_default();
        let Some(category) = taxonomy.category_by_handle(handle) else { continue };
        let below = taxonomy.descendants(category.id.as_str());
        let filter = ProductFilter {
            category_ids: below.iter().map(|category| category.id.as_str().to_owned()).collect(),
            ..ProductFilter::default()
        };
        let first = newest(storefront, guest, filter, 1).await?;
        let picture = first.first().and_then(|product| storefront.first_picture(product));
        portholes.push(Porthole { link: link.clone(), picture: picture.map(Picture::decorative) });
    }
    Ok(portholes)
}

async fn features(storefront: &Storefront, guest: &Guest) -> Result<Vec<Feature>> {
    let mut features = Vec::new();
    for collection in featured(storefront, guest).await? {
        let filter =
            ProductFilter { collection_ids: vec![collection.id.as_str().to_owned()], ..ProductFilter::default() };
        let products = newest(storefront, guest, filter, FEATURE_PICTURES).await?;
        features.push(Feature {
            eyebrow: "Collection".to_owned(),
            heading: collection.title.clone(),
            text: description_of(&collection).unwrap_or_default().to_owned(),
            action: Link::new("See the collection", format!("/collections/{}", collection.handle)),
            pictures: products.iter().filter_map(|product| storefront.first_picture(product)).collect(),
        });
    }
    Ok(features)
}

/// The collections the home page tells at length, as the shop names them.
async fn featured(storefront: &Storefront, guest: &Guest) -> Result<Vec<Collection>> {
    let taxonomy = storefront.parts.catalog.taxonomy().await?;
    let named = guest.frame.texts.featured_collections.iter();
    Ok(named.filter_map(|handle| taxonomy.collection_by_handle(handle)).cloned().collect())
}

/// What the shop says about a collection, in its metadata.
pub(crate) fn description_of(collection: &Collection) -> Option<&str> {
    collection.metadata.as_ref()?.get("description")?.as_str()
}

async fn newest(
    storefront: &Storefront,
    guest: &Guest,
    filter: ProductFilter,
    limit: u64,
) -> Result<Vec<Arc<Product>>> {
    let offered = guest.offered();
    let query = ProductQuery {
        filter: ProductFilter { status: offered.status, sales_channel_ids: offered.sales_channel_ids, ..filter },
        order: vec![(OrderKey::CreatedAt, Direction::Descending)],
        paging: Paging { offset: 0, limit },
    };
    Ok(storefront.parts.catalog.find(query).await?.items)
}
