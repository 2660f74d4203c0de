#![allow(clippy::all, clippy::disallowed_methods, clippy::float_arithmetic, clippy::print_stdout, clippy::unwrap_used, missing_docs)]
use std::time::Instant;
use tradewind_catalog::*;
use tradewind_kernel::*;
use tradewind_platform::db::*;
#[tokio::main]
async fn main() {
    let n: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(100_000);
    let path = std::path::PathBuf::from("/tmp/catalog-scale/shop.db");
    let _ = std::fs::remove_dir_all("/tmp/catalog-scale");
    let clock = Clock::System;
    let mint = IdMint::new(clock.clone(), Rng::seeded(7));
    let db = Db::open_sqlite(&SqliteOptions::at(path), Surroundings { clock, mint }).unwrap();
    db.migrate(&tradewind_platform::MIGRATIONS).await.unwrap();
    db.migrate(&MIGRATIONS).await.unwrap();
    let catalog = Catalog::new(db.clone());
    let c = catalog.clone();
    let cats: Vec<CategoryId> = db.write(move |tx| Box::pin(async move {
        let mut v = Vec::new();
        for i in 0..12 { v.push(c.create_category(tx, NewCategory { name: format!("Cat {i}"), is_active: true, ..Default::default() }).await?.id); }
        for i in 0..30 { c.create_tag(tx, NewTag { value: format!("tag{i}"), ..Default::default() }).await?; }
        Ok(v)
    })).await.unwrap();
    let tags: Vec<TagId> = catalog.taxonomy().await.unwrap().tags().iter().map(|t| t.id.clone()).collect();
    let start = Instant::now();
    for chunk in 0..n / 1000 {
        let mut new = Vec::new();
        for i in 0..1000 {
            let k = chunk * 1000 + i;
            let sizes = ["30 x 40", "50 x 70", "70 x 100"];
            new.push(NewProduct {
                title: format!("Print of a harbour at dawn {k}"),
                description: Some("A quiet harbour with boats, drawn in three colours and printed on heavy paper. It comes rolled in a tube.".into()),
                status: ProductStatus::Published,
                sales_channel_ids: vec!["sc_01M83DXVTHDR70R1FZ9K40D9S1".into()],
                category_ids: vec![cats[k % 12].clone()],
                tag_ids: vec![tags[k % 30].clone(), tags[(k / 30) % 30].clone()].into_iter().collect::<std::collections::BTreeSet<_>>().into_iter().collect(),
                created_at: Some(Timestamp(1_700_000_000_000 + (k as i64 * 7919) % 10_000_000_000)),
                images: vec![format!("/media/{k}.webp").into()],
                options: vec![NewOption { title: "Size".into(), values: sizes.iter().map(|s| (*s).into()).collect(), ..Default::default() }],
                variants: sizes.iter().enumerate().map(|(j, s)| NewVariant { title: (*s).into(), sku: Some(format!("P-{k}-{j}")), rank: Some(j as i64), options: vec![("Size".into(), (*s).into())],
                    prices: vec![NewPrice::of(Currency::EUR, Decimal::new(2900 + j as i64 * 1000, 2)), NewPrice::of(Currency::USD, Decimal::new(3200 + j as i64 * 1000, 2))],
                    inventory: vec![InventoryLink { item_id: format!("iitem_{k}_{j}"), required_quantity: 1 }], ..Default::default() }).collect(),
                ..Default::default()
            });
        }
        let c = catalog.clone();
        db.write(move |tx| Box::pin(async move { c.create_products(tx, new).await.map(|p| p.len()) })).await.unwrap();
    }
    println!("seeded {n} in {:?}", start.elapsed());
    let size = std::fs::metadata("/tmp/catalog-scale/shop.db").unwrap().len();
    println!("file {} MB", size / 1_000_000);
    let channel = || ProductFilter { sales_channel_ids: vec!["sc_01M83DXVTHDR70R1FZ9K40D9S1".into()], status: Some(ProductStatus::Published), ..Default::default() };
    let newest = vec![(OrderKey::CreatedAt, Direction::Descending)];
    let page = |offset, limit| Paging { offset, limit };
    let cases: Vec<(&str, ProductQuery)> = vec![
        ("newest 12", ProductQuery { filter: channel(), order: newest.clone(), paging: page(0, 12) }),
        ("by id 50", ProductQuery { filter: channel(), order: vec![], paging: page(0, 50) }),
        ("newest deep 50000", ProductQuery { filter: channel(), order: newest.clone(), paging: page(50_000, 12) }),
        ("by title", ProductQuery { filter: channel(), order: vec![(OrderKey::Title, Direction::Ascending)], paging: page(0, 12) }),
        ("category newest", ProductQuery { filter: ProductFilter { category_ids: vec![cats[3].0.clone()], ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("category+tag newest", ProductQuery { filter: ProductFilter { category_ids: vec![cats[3].0.clone()], tag_ids: vec![tags[9].0.clone()], ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("two categories", ProductQuery { filter: ProductFilter { category_ids: vec![cats[3].0.clone(), cats[4].0.clone()], ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("q common", ProductQuery { filter: ProductFilter { q: Some("harbour dawn".into()), ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("q rare", ProductQuery { filter: ProductFilter { q: Some("dawn 77777".into()), ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("q none", ProductQuery { filter: ProductFilter { q: Some("zeppelin".into()), ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("q tag", ProductQuery { filter: ProductFilter { q: Some("tag7".into()), ..channel() }, order: newest.clone(), paging: page(0, 12) }),
        ("staff newest", ProductQuery { filter: ProductFilter::default(), order: newest.clone(), paging: page(0, 20) }),
        ("staff drafts", ProductQuery { filter: ProductFilter { status: Some(ProductStatus::Draft), ..Default::default() }, order: newest.clone(), paging: page(0, 20) }),
        ("sku", ProductQuery { filter: ProductFilter { variant_skus: vec!["P-77-1".into()], ..channel() }, order: newest.clone(), paging: page(0, 20) }),
    ];
    for (name, query) in cases {
        let a = Instant::now();
        let p = catalog.find(query.clone()).await.unwrap();
        let first = a.elapsed();
        let a = Instant::now();
        catalog.find(query.clone()).await.unwrap();
        println!("{name:22} count {:6} first {first:?} again {:?}", p.count, a.elapsed());
    }
    let a = Instant::now();
    let v = catalog.find_variants(VariantQuery { sales_channel_ids: vec!["sc_01M83DXVTHDR70R1FZ9K40D9S1".into()], status: Some(ProductStatus::Published), ..Default::default() }).await.unwrap();
    println!("variants {} {:?}", v.count, a.elapsed());
    let ids: Vec<_> = catalog.find(ProductQuery { filter: channel(), order: newest.clone(), paging: page(0, 12) }).await.unwrap().items.iter().map(|p| p.id.clone()).collect();
    let a = Instant::now();
    for _ in 0..100_000 { std::hint::black_box(catalog.product(ids[3].as_str()).await.unwrap()); }
    println!("product cached {:?}", a.elapsed() / 100_000);
    let vid = catalog.product(ids[3].as_str()).await.unwrap().unwrap().variants[1].id.clone();
    let a = Instant::now();
    for _ in 0..100_000 { std::hint::black_box(catalog.variant(vid.as_str()).await.unwrap()); }
    println!("variant cached {:?}", a.elapsed() / 100_000);
    let a = Instant::now();
    for _ in 0..10_000 { std::hint::black_box(catalog.find(ProductQuery { filter: channel(), order: newest.clone(), paging: page(0, 12) }).await.unwrap()); }
    println!("find cached docs {:?}", a.elapsed() / 10_000);
    let all = catalog.find(ProductQuery { filter: channel(), order: vec![], paging: page(500, 1000) }).await.unwrap();
    let c = catalog.clone();
    let a = Instant::now();
    for p in all.items.iter().take(200) {
        let c = c.clone(); let id = p.id.clone();
        db.write(move |tx| Box::pin(async move { c.update_product(tx, id.as_str(), ProductChange { subtitle: Some(Some("x".into())), ..Default::default() }).await })).await.unwrap();
    }
    println!("update {:?}", a.elapsed() / 200);
    let c = catalog.clone(); let tag = tags[0].clone();
    let a = Instant::now();
    db.write(move |tx| Box::pin(async move { c.delete_tag(tx, tag.as_str()).await })).await.unwrap();
    println!("delete tag {:?}", a.elapsed());
}
