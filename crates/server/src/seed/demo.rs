//! The demo: its pictures painted, its shelves and prints put on sale. Interrupted anywhere, it goes on where it was.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Map, Value, json};
use tradewind_catalog::{
    InventoryLink, NewCategory, NewCollection, NewImage, NewOption, NewPrice, NewProduct, NewTag, NewType, NewVariant,
    ProductQuery, ProductStatus,
};
use tradewind_demo::art::{Work, works};
use tradewind_demo::catalogue::{CATEGORIES, COLLECTIONS, Frame, Print, Size, Variant, large_catalogue, prints};
use tradewind_demo::pages;
use tradewind_demo::pictures::{Format, View, WIDTHS_PX, file_name, paint_all};
use tradewind_inventory::{Customs, NewItem, NewLevel};
use tradewind_kernel::{Currency, Decimal, Paging, Timestamp};
use tradewind_platform::db::Tx;
use tradewind_storefront::{PaymentText, TEXTS_KEY, TextPage, Texts};

use super::foundation::{self, Foundation, Modules};
use crate::wiring::Shop;

/// The seed of the large catalogue: the same `--products N` is the same catalogue everywhere.
const LARGE_SEED: u64 = 20_261_123;
/// How many products of a large catalogue go into one transaction.
const CHUNK: usize = 500;

/// Fills the shop up to the demo's prints, and on to `products_min` products where that is more.
pub(crate) async fn fill(shop: &Shop, products_min: u32) -> Result<()> {
    paint(shop).await?;
    let foundation = match foundation::find(shop).await? {
        Some(foundation) => foundation,
        None => open(shop).await?,
    };
    fill_up(shop, &foundation, products_min as usize).await?;
    index(shop).await
}

/// Makes the search index where it is missing, before anybody searches.
async fn index(shop: &Shop) -> Result<()> {
    let mut bar: Option<ProgressBar> = None;
    let report = |done: u64, total: u64| {
        let length = usize::try_from(total).unwrap_or(usize::MAX);
        bar.get_or_insert_with(|| progress(length, "indexing products")).set_position(done);
    };
    shop.catalog.build_search(report).await?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(())
}

/// Paints what is not painted yet: the work whose last file is missing is painted anew.
async fn paint(shop: &Shop) -> Result<()> {
    let mut missing = Vec::new();
    for work in works() {
        let [.., smallest] = WIDTHS_PX;
        let last = file_name(&work, View::Wall, smallest, Format::Jpeg);
        if shop.blobs.get(&last).await?.is_none() {
            missing.push(work);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let bar = progress(missing.len(), "painting pictures");
    let (blobs, handle) = (Arc::clone(&shop.blobs), tokio::runtime::Handle::current());
    let painted = bar.clone();
    tokio::task::spawn_blocking(move || {
        paint_all(&missing, |work: &Work, files| -> Result<()> {
            for file in files {
                let name = file_name(work, file.view, file.width_px, file.format);
                handle.block_on(blobs.put(&name, file.bytes.into()))?;
            }
            painted.inc(1);
            Ok(())
        })
    })
    .await
    .context("painting was interrupted")??;
    bar.finish_and_clear();
    Ok(())
}

/// The foundation, the shelves and the sixty prints: all in one transaction, so that there is a whole shop or none.
async fn open(shop: &Shop) -> Result<Foundation> {
    let modules = Modules::of(shop);
    let laid = shop.db.write(move |tx| {
        Box::pin(async move {
            let foundation = foundation::lay(&modules, tx, pages::SHOP_NAME, Some(texts()?)).await?;
            let shelves = Shelves::make(&modules, tx).await?;
            let prints = prints();
            for (position, print) in (0_i64..).zip(&prints) {
                // Newest first, one of each family in turn: the first page shows everything the shop is about.
                let (family, number) = (position / 10, position % 10);
                let created_at = tx.now().plus_seconds(-(number * 6 + family));
                let product = product(&modules, tx, &foundation, &shelves, print, created_at).await?;
                modules.catalog.create_product(tx, product).await?;
            }
            Ok(foundation)
        })
    });
    Ok(laid.await?)
}

/// The shop's own words, as its settings keep them.
fn texts() -> tradewind_kernel::Result<Map<String, Value>> {
    let prints = prints();
    // A ship before a red sun, a sea of paper, the bend of a river: one of each kind the shop sells.
    let hero_products = [1, 31, 21].iter().filter_map(|work| prints.get(*work)).map(|print| print.handle.clone());
    let invoice = PaymentText {
        name: "Invoice (demonstration)".to_owned(),
        detail: "Nothing is charged and nothing is shipped.".to_owned(),
    };
    let page = |page: &pages::Page| TextPage {
        handle: page.handle.to_owned(),
        title: page.title.to_owned(),
        body_html: page.body_html.to_owned(),
    };
    let texts = Texts {
        one: "print".to_owned(),
        many: "prints".to_owned(),
        description: pages::SHOP_DESCRIPTION.to_owned(),
        eyebrow: "Generative art prints".to_owned(),
        heading: "Drawn by wind and water.".to_owned(),
        lead:
            "Ships, winds, waves, maps, stars and harbours. Each picture is drawn by rules and a grain of chance, then \
               printed on cotton paper, framed or bare."
                .to_owned(),
        hero_products: hero_products.collect(),
        featured_collections: vec!["night-watch".to_owned(), "chart-room".to_owned()],
        delivery: "Sent within three days in a sturdy tube or crate. Returns within 30 days.".to_owned(),
        notice: pages::DEMO_NOTICE.to_owned(),
        pages: pages::PAGES.iter().map(page).collect(),
        payments: [("pp_system_default".to_owned(), invoice)].into(),
    };
    let texts = serde_json::to_value(texts).map_err(tradewind_kernel::Error::internal)?;
    Ok(fields(&json!({ (TEXTS_KEY): texts })))
}

/// Adds seeded products until there are `products_min`.
async fn fill_up(shop: &Shop, foundation: &Foundation, products_min: usize) -> Result<()> {
    let one = ProductQuery { paging: Paging { offset: 0, limit: 1 }, ..ProductQuery::default() };
    let present = usize::try_from(shop.catalog.find(one).await?.count).unwrap_or(usize::MAX);
    if present >= products_min {
        return Ok(());
    }
    let bar = progress(products_min - present, "filling shelves");
    let shelves = Shelves::find(shop).await?;
    let mut rest = large_catalogue(products_min - prints().len(), LARGE_SEED)
        .skip(present.saturating_sub(prints().len()))
        .peekable();
    while rest.peek().is_some() {
        let chunk: Vec<Print> = rest.by_ref().take(CHUNK).collect();
        let added = chunk.len() as u64;
        let (modules, foundation, shelves) = (Modules::of(shop), foundation.clone(), shelves.clone());
        let written = shop.db.write(move |tx| {
            Box::pin(async move {
                let mut products = Vec::with_capacity(chunk.len());
                // Older than the prints that were drawn for the shop: those come first in its lists.
                let created_at = tx.now().plus_seconds(-86_400);
                for print in &chunk {
                    products.push(product(&modules, tx, &foundation, &shelves, print, created_at).await?);
                }
                modules.catalog.create_products(tx, products).await.map(|_| ())
            })
        });
        written.await?;
        bar.inc(added);
    }
    bar.finish_and_clear();
    Ok(())
}

/// The ids of the shelves by their handles.
#[derive(Clone, Default)]
struct Shelves {
    categories: HashMap<String, tradewind_catalog::CategoryId>,
    collections: HashMap<String, tradewind_catalog::CollectionId>,
    tags: HashMap<String, tradewind_catalog::TagId>,
    art_print: Option<tradewind_catalog::TypeId>,
}

impl Shelves {
    async fn make(modules: &Modules, tx: &mut Tx) -> tradewind_kernel::Result<Self> {
        let mut shelves = Self::default();
        for category in CATEGORIES {
            let new = NewCategory {
                name: category.name.to_owned(),
                handle: Some(category.family.handle().to_owned()),
                description: category.description.to_owned(),
                is_active: true,
                ..NewCategory::default()
            };
            let made = modules.catalog.create_category(tx, new).await?;
            shelves.categories.insert(made.handle, made.id);
        }
        for collection in COLLECTIONS {
            let new = NewCollection {
                title: collection.title.to_owned(),
                handle: Some(collection.handle.to_owned()),
                metadata: Some(fields(&json!({ "description": collection.description }))),
                ..NewCollection::default()
            };
            let made = modules.catalog.create_collection(tx, new).await?;
            shelves.collections.insert(made.handle, made.id);
        }
        let prints = prints();
        for tag in prints.iter().flat_map(|print| &print.tags) {
            if !shelves.tags.contains_key(*tag) {
                let new = NewTag { value: (*tag).to_owned(), ..NewTag::default() };
                let made = modules.catalog.create_tag(tx, new).await?;
                shelves.tags.insert(made.value, made.id);
            }
        }
        let new = NewType { value: "Art print".to_owned(), ..NewType::default() };
        shelves.art_print = Some(modules.catalog.create_type(tx, new).await?.id);
        Ok(shelves)
    }

    async fn find(shop: &Shop) -> Result<Self> {
        let taxonomy = shop.catalog.taxonomy().await?;
        Ok(Self {
            categories: taxonomy.categories().iter().map(|c| (c.handle.clone(), c.id.clone())).collect(),
            collections: taxonomy.collections().iter().map(|c| (c.handle.clone(), c.id.clone())).collect(),
            tags: taxonomy.tags().iter().map(|tag| (tag.value.clone(), tag.id.clone())).collect(),
            art_print: taxonomy.types().first().map(|kind| kind.id.clone()),
        })
    }
}

/// A print as a product, its stock put on the shelves on the way.
async fn product(
    modules: &Modules,
    tx: &mut Tx,
    foundation: &Foundation,
    shelves: &Shelves,
    print: &Print,
    created_at: Timestamp,
) -> tradewind_kernel::Result<NewProduct> {
    let work = &works()[print.work];
    let [largest, ..] = WIDTHS_PX;
    let picture = |view, alt: String| NewImage {
        url: format!("/media/{}", file_name(work, view, largest, Format::Jpeg)),
        metadata: Some(fields(&json!({ "alt": alt }))),
        ..NewImage::default()
    };
    let mut variants = Vec::with_capacity(print.variants.len());
    for (rank, variant) in print.variants.iter().enumerate() {
        let item_id = stocked_item(modules, tx, foundation, print, variant).await?;
        variants.push(new_variant(variant, rank, item_id));
    }
    let sizes = Size::ALL.iter().filter(|size| print.variants.iter().any(|variant| variant.size == **size));
    let frames = Frame::ALL.iter().filter(|frame| print.variants.iter().any(|variant| variant.frame == **frame));
    Ok(NewProduct {
        handle: Some(print.handle.clone()),
        title: print.title.clone(),
        subtitle: Some(print.subtitle.clone()),
        description: Some(print.description.clone()),
        status: ProductStatus::Published,
        images: vec![picture(View::Print, print.print_alt()), picture(View::Wall, print.wall_alt())],
        material: Some("Cotton paper, pigment ink".to_owned()),
        metadata: Some(fields(&json!({ "palette": print.palette, "seed": print.seed }))),
        collection_id: shelves.collections.get(print.collection).cloned(),
        type_id: shelves.art_print.clone(),
        tag_ids: print.tags.iter().filter_map(|tag| shelves.tags.get(*tag).cloned()).collect(),
        category_ids: shelves.categories.get(print.family.handle()).cloned().into_iter().collect(),
        sales_channel_ids: vec![foundation.sales_channel_id.clone()],
        shipping_profile_id: Some(foundation.shipping_profile_id.clone()),
        options: vec![option("Size", sizes.map(|size| size.name())), option("Frame", frames.map(|frame| frame.name()))],
        variants,
        created_at: Some(created_at),
        ..NewProduct::default()
    })
}

async fn stocked_item(
    modules: &Modules,
    tx: &mut Tx,
    foundation: &Foundation,
    print: &Print,
    variant: &Variant,
) -> tradewind_kernel::Result<String> {
    let item = NewItem {
        sku: Some(variant.sku.clone()),
        title: Some(format!("{}, {}", print.title, variant.title())),
        customs: Customs { weight: Some(variant.weight_grams), ..Customs::default() },
        ..NewItem::default()
    };
    let levels = foundation.location_ids.iter().zip(variant.stock);
    let levels: Vec<_> = levels.map(|(id, stocked)| NewLevel { location_id: id.clone(), stocked }).collect();
    Ok(modules.inventory.create_stocked_item(tx, item, &levels).await?.id)
}

fn new_variant(variant: &Variant, rank: usize, item_id: String) -> NewVariant {
    let price = |currency, cents| NewPrice::of(currency, Decimal::new(cents, 2));
    NewVariant {
        title: variant.title(),
        sku: Some(variant.sku.clone()),
        weight: Some(variant.weight_grams),
        rank: i64::try_from(rank).ok(),
        options: vec![
            ("Size".to_owned(), variant.size.name().to_owned()),
            ("Frame".to_owned(), variant.frame.name().to_owned()),
        ],
        prices: vec![price(Currency::EUR, variant.eur_cents), price(Currency::USD, variant.usd_cents)],
        inventory: vec![InventoryLink { item_id, required_quantity: 1 }],
        ..NewVariant::default()
    }
}

fn option<'a>(title: &str, values: impl Iterator<Item = &'a str>) -> NewOption {
    NewOption { title: title.to_owned(), values: values.map(Into::into).collect(), ..NewOption::default() }
}

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// A bar at a terminal; a line at the start elsewhere.
fn progress(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::stderr());
    } else {
        eprintln!("{what}: {length}");
    }
    let style = ProgressStyle::with_template("  {msg:18} {bar:40.cyan} {pos}/{len}  {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar
}
