//! Lists of products, variants and options: filters, search, order and paging.

use crate::shop::{CHANNEL, Shop, mug, titled};
use tradewind_catalog::{
    Choice, Direction, NewCategory, NewProduct, NewTag, OptionFilter, OptionQuery, OptionValueChange, OrderKey,
    ProductChange, ProductFilter, ProductQuery, ProductStatus, TimeRange, ValueChange, VariantFilter, VariantQuery,
};
use tradewind_kernel::{Paging, Timestamp};

async fn titles(shop: &Shop, query: ProductQuery) -> Vec<String> {
    let page = shop.catalog.find(query).await.expect("found");
    page.items.iter().map(|product| product.title.clone()).collect()
}

fn of(filter: ProductFilter) -> ProductQuery {
    ProductQuery { filter, ..ProductQuery::default() }
}

fn variants(filter: VariantFilter) -> VariantQuery {
    VariantQuery { filter, ..VariantQuery::default() }
}

fn by(key: OrderKey, direction: Direction) -> ProductQuery {
    ProductQuery { order: vec![(key, direction)], ..ProductQuery::default() }
}

/// Bowl, Cup, Dish and Ewer, a minute apart, of which Dish is a draft and Ewer is in another channel; then the mug.
async fn table_ware() -> Shop {
    let shop = Shop::open().await;
    let drafts = [
        titled("Bowl"),
        NewProduct { is_giftcard: true, ..titled("Cup") },
        NewProduct { status: ProductStatus::Draft, ..titled("Dish") },
        NewProduct { sales_channel_ids: vec!["sc_other".into()], ..titled("Ewer") },
        mug(),
    ];
    for new in drafts {
        shop.clock.advance_seconds(60);
        shop.create(new).await.expect("made");
    }
    shop
}

#[tokio::test]
async fn filters_hold_together() {
    let shop = table_ware().await;
    let channel = || ProductFilter {
        sales_channel_ids: vec![CHANNEL.into()],
        status: Some(ProductStatus::Published),
        ..ProductFilter::default()
    };
    assert_eq!(titles(&shop, of(ProductFilter::default())).await.len(), 5);
    assert_eq!(titles(&shop, of(channel())).await, ["Bowl", "Cup", "Mug"]);
    let both = ProductFilter { sales_channel_ids: vec![CHANNEL.into(), "sc_other".into()], ..channel() };
    assert_eq!(titles(&shop, of(both)).await, ["Bowl", "Cup", "Ewer", "Mug"]);
    let any_status = ProductFilter { status: None, ..channel() };
    assert_eq!(titles(&shop, of(any_status)).await, ["Bowl", "Cup", "Dish", "Mug"]);
    let gift_cards = ProductFilter { is_giftcard: Some(true), ..channel() };
    assert_eq!(titles(&shop, of(gift_cards)).await, ["Cup"]);
    let named = ProductFilter { titles: vec!["Cup".into(), "Ewer".into()], ..channel() };
    assert_eq!(titles(&shop, of(named)).await, ["Cup"]);
    let red = VariantFilter { skus: vec!["MUG-RED".into()], ..VariantFilter::default() };
    let sku = ProductFilter { variants: Some(Box::new(red)), ..channel() };
    assert_eq!(titles(&shop, of(sku)).await, ["Mug"]);
    let handle = ProductFilter { handles: vec!["bowl".into()], ..channel() };
    let bowl = shop.catalog.find(of(handle)).await.expect("found");
    assert_eq!(bowl.items[0].title, "Bowl");
    let ids = ProductFilter { ids: vec![bowl.items[0].id.0.clone(), "x".into()], ..channel() };
    assert_eq!(titles(&shop, of(ids)).await, ["Bowl"]);
    let since = bowl.items[0].created_at;
    let later = ProductFilter { created_at: TimeRange { gt: Some(since), ..TimeRange::default() }, ..channel() };
    assert_eq!(titles(&shop, of(later.clone())).await, ["Cup", "Mug"]);
    let never = ProductFilter { updated_at: TimeRange { lt: Some(Timestamp(1)), ..TimeRange::default() }, ..later };
    assert_eq!(titles(&shop, of(never)).await, [""; 0]);
    let mug = shop.catalog.product_by_handle("mug").await.expect("read").expect("there");
    let value = ProductFilter { option_value_ids: vec![mug.options[0].values[0].id.0.clone()], ..channel() };
    assert_eq!(titles(&shop, of(value)).await, ["Mug"]);
}

#[tokio::test]
async fn order_and_paging() {
    let shop = table_ware().await;
    let newest = by(OrderKey::CreatedAt, Direction::Descending);
    assert_eq!(titles(&shop, newest.clone()).await, ["Mug", "Ewer", "Dish", "Cup", "Bowl"]);
    let by_title = by(OrderKey::Title, Direction::Ascending);
    assert_eq!(titles(&shop, by_title).await, ["Bowl", "Cup", "Dish", "Ewer", "Mug"]);
    let by_handle = by(OrderKey::Handle, Direction::Descending);
    assert_eq!(titles(&shop, by_handle).await[0], "Mug");
    let second = ProductQuery { paging: Paging { offset: 2, limit: 2 }, ..newest.clone() };
    let page = shop.catalog.find(second).await.expect("found");
    assert_eq!(page.count, 5);
    assert_eq!(page.items.iter().map(|p| p.title.as_str()).collect::<Vec<_>>(), ["Dish", "Cup"]);
    for (offset, limit) in [(0, 0), (1_000, 10), (u64::MAX, u64::MAX)] {
        let query = ProductQuery { paging: Paging { offset, limit }, ..newest.clone() };
        let page = shop.catalog.find(query).await.expect("found");
        assert_eq!((page.items.len(), page.count), (0, 5), "{offset} {limit}");
    }
}

#[tokio::test]
async fn search_finds_words_wherever_they_are() {
    let shop = table_ware().await;
    let tag = shop
        .write(|catalog, tx| {
            Box::pin(async move {
                let new = NewTag { value: "Stoneware".into(), ..NewTag::default() };
                catalog.create_tag(tx, new).await
            })
        })
        .await
        .expect("made");
    let bowl = shop.catalog.product_by_handle("bowl").await.expect("read").expect("there");
    let change = ProductChange {
        tag_ids: Some(vec![tag.id.clone()]),
        subtitle: Some(Some("100% hand-made, ÄPFEL".into())),
        ..ProductChange::default()
    };
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, bowl.id.as_str(), change).await }))
        .await
        .expect("changed");
    let search = |q: &str| {
        of(ProductFilter {
            q: Some(q.to_owned()),
            sales_channel_ids: vec![CHANNEL.into()],
            status: Some(ProductStatus::Published),
            ..ProductFilter::default()
        })
    };
    shop.catalog.settle_search().await.expect("settled");
    for (q, found) in [
        ("mug", vec!["Mug"]),
        ("LITRE tea", vec!["Mug"]),
        ("litre coffee", vec![]),
        ("mug-blue", vec!["Mug"]),
        ("blue", vec!["Mug"]),
        ("stoneware", vec!["Bowl"]),
        ("stone bowl", vec!["Bowl"]),
        ("stone mug", vec![]),
        ("äpfel", vec!["Bowl"]),
        ("100%", vec!["Bowl"]),
        ("%", vec![]),
        ("ewer", vec![]),
        ("'; DROP TABLE catalog_product; --", vec![]),
        ("  ", vec!["Bowl", "Cup", "Mug"]),
    ] {
        let page = shop.catalog.find(search(q)).await.expect("found");
        let titles: Vec<_> = page.items.iter().map(|product| product.title.as_str()).collect();
        assert_eq!(titles, found, "{q}");
        assert_eq!(page.count, found.len() as u64, "{q}");
    }
    // A tag that is renamed is found by its new name, without its products being written.
    shop.write(move |catalog, tx| {
        Box::pin(async move {
            let change = ValueChange { value: Some("clay".into()), ..ValueChange::default() };
            catalog.update_tag(tx, tag.id.as_str(), change).await
        })
    })
    .await
    .expect("renamed");
    assert_eq!(titles(&shop, search("stoneware")).await, [""; 0]);
    assert_eq!(titles(&shop, search("clay")).await, ["Bowl"]);
}

#[tokio::test]
async fn counts_follow_changes() {
    let shop = table_ware().await;
    let query = || of(ProductFilter { sales_channel_ids: vec![CHANNEL.into()], ..ProductFilter::default() });
    assert_eq!(shop.catalog.find(query()).await.expect("found").count, 4);
    shop.create(titled("Fork")).await.expect("made");
    assert_eq!(shop.catalog.find(query()).await.expect("found").count, 5);
    let fork = shop.catalog.product_by_handle("fork").await.expect("read").expect("there");
    shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_product(tx, fork.id.as_str()).await }))
        .await
        .expect("removed");
    assert_eq!(shop.catalog.find(query()).await.expect("found").count, 4);
}

#[tokio::test]
async fn lists_follow_status_channel_and_category() {
    let shop = table_ware().await;
    let category = shop
        .write(|catalog, tx| {
            Box::pin(async move {
                let new = NewCategory { name: "Cups".into(), is_active: true, ..NewCategory::default() };
                catalog.create_category(tx, new).await
            })
        })
        .await
        .expect("made");
    let in_category = {
        let id = category.id.0.clone();
        move || {
            of(ProductFilter {
                category_ids: vec![id.clone()],
                sales_channel_ids: vec![CHANNEL.into()],
                status: Some(ProductStatus::Published),
                ..ProductFilter::default()
            })
        }
    };
    assert_eq!(titles(&shop, in_category()).await, [""; 0]);
    let all = shop.catalog.find(ProductQuery::default()).await.expect("found");
    let ids: Vec<_> = all.items.iter().map(|product| product.id.clone()).collect();
    let category_id = category.id.clone();
    shop.write(move |catalog, tx| {
        Box::pin(async move { catalog.change_products_of_category(tx, category_id.as_str(), &ids, &[]).await })
    })
    .await
    .expect("changed");
    assert_eq!(titles(&shop, in_category()).await, ["Bowl", "Cup", "Mug"]);
    let cup = shop.catalog.product_by_handle("cup").await.expect("read").expect("there");
    let change = ProductChange { status: Some(ProductStatus::Draft), ..ProductChange::default() };
    let cup_id = cup.id.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, cup_id.as_str(), change).await }))
        .await
        .expect("changed");
    assert_eq!(titles(&shop, in_category()).await, ["Bowl", "Mug"]);
    let change = ProductChange { sales_channel_ids: Some(Vec::new()), ..ProductChange::default() };
    let mug = shop.catalog.product_by_handle("mug").await.expect("read").expect("there");
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, mug.id.as_str(), change).await }))
        .await
        .expect("changed");
    assert_eq!(titles(&shop, in_category()).await, ["Bowl"]);
}

#[tokio::test]
async fn variants_and_options_are_listed_across_products() {
    let shop = table_ware().await;
    let all = shop.catalog.find_variants(VariantQuery::default()).await.expect("found");
    assert_eq!(all.count, 2);
    let blue = variants(VariantFilter { q: Some("blue".into()), ..VariantFilter::default() });
    let blue = shop.catalog.find_variants(blue).await.expect("found");
    assert_eq!((blue.count, blue.items[0].variant().title.as_str()), (1, "Blue"));
    let offered = VariantQuery {
        sales_channel_ids: vec![CHANNEL.into()],
        status: Some(ProductStatus::Published),
        order: vec![(OrderKey::Title, Direction::Ascending)],
        paging: Paging { offset: 0, limit: 1 },
        ..VariantQuery::default()
    };
    let page = shop.catalog.find_variants(offered).await.expect("found");
    assert_eq!((page.count, page.items[0].variant().title.as_str()), (2, "Blue"));
    let red = VariantFilter { skus: vec!["MUG-RED".into()], ..VariantFilter::default() };
    let elsewhere = VariantQuery { sales_channel_ids: vec!["sc_other".into()], ..variants(red) };
    assert_eq!(shop.catalog.find_variants(elsewhere).await.expect("found").count, 0);
    let drafts = VariantQuery { status: Some(ProductStatus::Draft), ..VariantQuery::default() };
    assert_eq!(shop.catalog.find_variants(drafts).await.expect("found").count, 0);

    let options = shop.catalog.find_options(OptionQuery::default()).await.expect("found");
    assert_eq!((options.count, options.items[0].title()), (1, "Colour"));
    let size = OptionFilter { titles: vec!["Size".into()], ..OptionFilter::default() };
    let size = OptionQuery { filter: size, ..OptionQuery::default() };
    assert_eq!(shop.catalog.find_options(size).await.expect("found").count, 0);
    let ids: Vec<_> = all.items.iter().map(|found| found.variant().id.clone()).collect();
    assert_eq!(shop.catalog.variants(&ids).await.expect("read").len(), 2);
}

#[tokio::test]
async fn groups_of_filters_narrow_and_widen() {
    let shop = table_ware().await;
    let titled = |title: &str| ProductFilter { titles: vec![title.into()], ..ProductFilter::default() };
    let status = |status| ProductFilter { status: Some(status), ..ProductFilter::default() };
    let any = |any: Vec<ProductFilter>| ProductFilter { any, ..ProductFilter::default() };
    let all = |all: Vec<ProductFilter>| ProductFilter { all, ..ProductFilter::default() };
    let published = |filter: ProductFilter| ProductFilter {
        sales_channel_ids: vec![CHANNEL.into()],
        status: Some(ProductStatus::Published),
        ..filter
    };
    let gift = ProductFilter { is_giftcard: Some(true), ..ProductFilter::default() };
    let red = VariantFilter { skus: vec!["MUG-RED".into()], ..VariantFilter::default() };
    let has_red = ProductFilter { variants: Some(Box::new(red)), ..ProductFilter::default() };
    for (filter, found) in [
        (any(vec![titled("Bowl"), titled("Dish")]), vec!["Bowl", "Dish"]),
        (published(any(vec![titled("Bowl"), titled("Dish"), titled("Ewer")])), vec!["Bowl"]),
        (any(vec![status(ProductStatus::Draft), gift.clone()]), vec!["Cup", "Dish"]),
        (all(vec![any(vec![titled("Cup"), titled("Dish")]), gift]), vec!["Cup"]),
        (all(vec![titled("Cup"), titled("Dish")]), vec![]),
        (any(vec![has_red, titled("Bowl")]), vec!["Bowl", "Mug"]),
        (any(vec![ProductFilter { q: Some("litre".into()), ..ProductFilter::default() }]), vec!["Mug"]),
        (
            any(vec![ProductFilter { sales_channel_ids: vec!["sc_other".into()], ..ProductFilter::default() }]),
            vec!["Ewer"],
        ),
        (any(vec![ProductFilter { nothing: true, ..ProductFilter::default() }, titled("Cup")]), vec!["Cup"]),
        (ProductFilter { nothing: true, ..ProductFilter::default() }, vec![]),
        (any(vec![ProductFilter::default()]), vec!["Bowl", "Cup", "Dish", "Ewer", "Mug"]),
    ] {
        let named = format!("{filter:?}");
        assert_eq!(titles(&shop, of(filter)).await, found, "{named}");
    }
}

#[tokio::test]
async fn variants_are_found_by_what_they_choose() {
    let shop = table_ware().await;
    let mug = shop.catalog.product_by_handle("mug").await.expect("read").expect("there");
    let option = mug.options[0].id.0.clone();
    let chose = |option_id: Option<&str>, value: Option<&str>| {
        let choice = Choice { option_id: option_id.map(str::to_owned), value: value.map(str::to_owned) };
        VariantFilter { choice: Some(choice), ..VariantFilter::default() }
    };
    let skus = |filter: VariantFilter| {
        let shop = &shop;
        async move {
            let page = shop.catalog.find_variants(variants(filter)).await.expect("found");
            page.items.iter().map(|found| found.variant().sku.clone().unwrap_or_default()).collect::<Vec<_>>()
        }
    };
    assert_eq!(skus(chose(None, Some("Red"))).await, ["MUG-RED"]);
    assert_eq!(skus(chose(Some(&option), Some("Blue"))).await, ["MUG-BLUE"]);
    assert_eq!(skus(chose(Some("opt_other"), Some("Blue"))).await, [""; 0]);
    assert_eq!(skus(chose(Some(&option), None)).await.len(), 2);
    let either =
        VariantFilter { any: vec![chose(None, Some("Red")), chose(None, Some("Blue"))], ..VariantFilter::default() };
    assert_eq!(skus(either).await.len(), 2);
    let in_red = ProductFilter { variants: Some(Box::new(chose(None, Some("Red")))), ..ProductFilter::default() };
    assert_eq!(titles(&shop, of(in_red)).await, ["Mug"]);
    let of_option = ProductFilter { option_ids: vec![option.clone()], ..ProductFilter::default() };
    assert_eq!(titles(&shop, of(of_option)).await, ["Mug"]);

    // A value that gets another name is chosen under it.
    let value = mug.options[0].values[0].id.0.clone();
    shop.write(move |catalog, tx| {
        Box::pin(async move {
            let change = OptionValueChange { value: Some("Crimson".into()), ..OptionValueChange::default() };
            catalog.update_option_value(tx, &option, &value, change).await
        })
    })
    .await
    .expect("renamed");
    assert_eq!(skus(chose(None, Some("Crimson"))).await, ["MUG-RED"]);
    assert_eq!(skus(chose(None, Some("Red"))).await, [""; 0]);
}
