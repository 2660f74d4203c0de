//! Searching: words and their slips, scripts, filters, order, counts, and what hostile questions do.

use tradewind_catalog::search::{
    Column, Condition, Facet, Found, Matching, Narrowing, PriceColumn, Ranges, SearchOrder, SearchQuery, Slips, Spread,
    marks, option_text,
};
use tradewind_catalog::{
    CategoryChange, CategoryId, NewCategory, NewCollection, NewOption, NewPrice, NewProduct, NewTag, NewVariant,
    ProductChange, ProductStatus,
};
use tradewind_kernel::{Currency, Decimal, Paging, Timestamp};

use crate::shop::{CHANNEL, Shop, titled};

const EUROS: PriceColumn = PriceColumn { currency: Currency::EUR, region_id: None };

fn print(title: &str, cents: i64, frames: &[&str]) -> NewProduct {
    let variant = |(position, frame): (usize, &&str)| NewVariant {
        title: (*frame).to_owned(),
        sku: Some(format!(
            "{}-{}",
            title.chars().filter(|letter| letter.is_alphabetic()).collect::<String>(),
            position
        )),
        options: vec![("Frame".to_owned(), (*frame).to_owned())],
        prices: vec![NewPrice::of(
            Currency::EUR,
            Decimal::new(cents + i64::try_from(position).unwrap_or(0) * 1_000, 2),
        )],
        ..NewVariant::default()
    };
    NewProduct {
        options: vec![NewOption {
            title: "Frame".to_owned(),
            values: frames.iter().map(|frame| (*frame).into()).collect(),
            ..NewOption::default()
        }],
        variants: frames.iter().enumerate().map(variant).collect(),
        ..titled(title)
    }
}

/// Six prints on two shelves, one below the other, and one that only staff see.
async fn prints() -> Shop {
    let shop = Shop::open().await;
    shop.write(|catalog, tx| {
        Box::pin(async move {
            let category = |id: &str, name: &str, parent: Option<&str>| NewCategory {
                id: Some(id.into()),
                name: name.to_owned(),
                is_active: true,
                parent_id: parent.map(CategoryId::from),
                ..NewCategory::default()
            };
            catalog.create_category(tx, category("pcat_sea", "Seascapes", None)).await?;
            catalog.create_category(tx, category("pcat_ships", "Sailing ships", Some("pcat_sea"))).await?;
            let secret = NewCategory { is_internal: true, ..category("pcat_secret", "Clearance", None) };
            catalog.create_category(tx, secret).await?;
            let night = NewCollection {
                id: Some("pcol_night".into()),
                title: "Night watch".into(),
                ..NewCollection::default()
            };
            catalog.create_collection(tx, night).await?;
            let calm = NewTag { id: Some("ptag_calm".into()), value: "calm".into(), ..NewTag::default() };
            catalog.create_tag(tx, calm).await?;
            let on = |shelf: &str, days: i64, product: NewProduct| NewProduct {
                category_ids: [vec![shelf.into()], product.category_ids].concat(),
                created_at: Some(Timestamp(1_790_000_000_000).plus_seconds(days * 86_400)),
                ..product
            };
            let described =
                |text: &str, product: NewProduct| NewProduct { description: Some(text.to_owned()), ..product };
            let products = vec![
                on("pcat_sea", 1, described("A harbour at dusk.", print("Quiet Water", 4_900, &["Oak", "None"]))),
                on(
                    "pcat_sea",
                    2,
                    NewProduct { tag_ids: vec!["ptag_calm".into()], ..print("Harbour", 5_900, &["Oak"]) },
                ),
                on(
                    "pcat_ships",
                    3,
                    NewProduct {
                        collection_id: Some("pcol_night".into()),
                        category_ids: vec!["pcat_sea".into(), "pcat_secret".into()],
                        ..print("Éclair over the Brig", 8_900, &["Walnut"])
                    },
                ),
                on("pcat_ships", 4, print("Harbour by Night", 9_900, &["Walnut", "Oak"])),
                on("pcat_ships", 5, print("Ночная гавань", 2_900, &["None"])),
                on("pcat_sea", 6, described("神奈川沖浪裏", print("日本の海", 3_900, &["None"]))),
                NewProduct { status: ProductStatus::Draft, ..print("Harbour draft", 1_900, &["None"]) },
            ];
            catalog.create_products(tx, products).await
        })
    })
    .await
    .expect("made");
    shop.catalog.settle_search().await.expect("settled");
    shop
}

fn offered() -> SearchQuery {
    SearchQuery { offered_in: Some(vec![CHANNEL.to_owned()]), ..SearchQuery::default() }
}

fn asking(text: &str) -> SearchQuery {
    SearchQuery { text: Some(text.to_owned()), ..offered() }
}

async fn find(shop: &Shop, query: SearchQuery) -> Found {
    shop.catalog.search(query).await.expect("found")
}

async fn titles(shop: &Shop, query: SearchQuery) -> Vec<String> {
    find(shop, query).await.products.iter().map(|product| product.title.clone()).collect()
}

fn among(column: Column, values: &[&str]) -> Condition {
    Condition::Among(column, values.iter().map(|value| (*value).to_owned()).collect())
}

fn texts(spread: &Spread) -> Vec<(&str, u64)> {
    let Spread::Texts(texts) = spread else { panic!("{spread:?} is of numbers") };
    texts.iter().map(|(text, count)| (text.as_str(), *count)).collect()
}

#[tokio::test]
async fn the_title_goes_before_tags_and_those_before_the_description() {
    let shop = prints().await;
    assert_eq!(titles(&shop, asking("harbour")).await, ["Harbour", "Harbour by Night", "Quiet Water"]);
    assert_eq!(titles(&shop, asking("calm")).await, ["Harbour"], "by its tag");
    assert_eq!(titles(&shop, asking("night")).await, ["Harbour by Night", "Éclair over the Brig"], "by its collection");
    assert_eq!(titles(&shop, asking("walnut brig")).await, ["Éclair over the Brig"], "by its option and title");
    assert_eq!(titles(&shop, asking("sailing")).await.len(), 3, "by their category");
    assert!(titles(&shop, asking("clearance")).await.is_empty(), "a shelf of staff is no word of shoppers");
    assert_eq!(titles(&shop, asking("harbour dusk")).await, ["Quiet Water"]);
}

#[tokio::test]
async fn slips_beginnings_and_accents_are_forgiven() {
    let shop = prints().await;
    for (text, first) in [
        ("habrour", "Harbour"),
        ("harbor night", "Harbour by Night"),
        ("harb", "Harbour by Night"),
        ("eclair", "Éclair over the Brig"),
        ("ÉCLÂIR", "Éclair over the Brig"),
        ("sailling shps", "Ночная гавань"),
        ("wallnut", "Harbour by Night"),
    ] {
        assert_eq!(titles(&shop, asking(text)).await.first().map(String::as_str), Some(first), "{text}");
    }
    let exact = SearchQuery { slips: Slips::Never, ..asking("habrour") };
    assert!(titles(&shop, exact).await.is_empty());
    assert!(titles(&shop, asking("brog")).await.contains(&"Éclair over the Brig".to_owned()));
    assert!(titles(&shop, asking("bog")).await.is_empty(), "short words are too alike to forgive");
    let any = SearchQuery { matching: Matching::Any, ..asking("brig calm") };
    assert_eq!(titles(&shop, any).await.len(), 2);
}

#[tokio::test]
async fn other_letters_are_found_like_our_own() {
    let shop = prints().await;
    for (text, title) in [
        ("гавань", "Ночная гавань"),
        ("НОЧНАЯ", "Ночная гавань"),
        ("ноч", "Ночная гавань"),
        ("говань", "Ночная гавань"),
        ("海", "日本の海"),
        ("日本", "日本の海"),
        ("の海", "日本の海"),
        ("沖浪", "日本の海"),
    ] {
        assert_eq!(titles(&shop, asking(text)).await, [title], "{text}");
    }
    assert!(titles(&shop, asking("海本")).await.is_empty());
}

#[tokio::test]
async fn numbers_of_articles_are_found_with_and_without_hyphens() {
    let shop = prints().await;
    for text in ["HarbourbyNight-1", "harbourbynight1", "HARBOURBYNIGHT 1", "harbourbynight"] {
        assert_eq!(titles(&shop, asking(text)).await, ["Harbour by Night"], "{text}");
    }
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let shop = prints().await;
    let price = |from, to| Condition::Within(Column::Price(EUROS), from, to);
    let frame = |value| among(Column::Option, &[&option_text("Frame", value)]);
    for (name, filter, count) in [
        ("everything", Condition::everything(), 6),
        ("a category", among(Column::Category, &["pcat_ships"]), 3),
        ("two categories", among(Column::Category, &["pcat_ships", "pcat_sea"]), 6),
        ("a collection", among(Column::Collection, &["pcol_night"]), 1),
        ("a tag", among(Column::Tag, &["ptag_calm"]), 1),
        ("an unknown tag", among(Column::Tag, &["ptag_none"]), 0),
        ("an option", frame("Oak"), 3),
        ("a price", price(Some(4_900), Some(8_900)), 3),
        ("a price from", price(Some(8_900), None), 2),
        (
            "a price without any",
            Condition::Exists(Column::Price(PriceColumn { currency: Currency::USD, region_id: None })),
            0,
        ),
        ("not", Condition::Not(Box::new(frame("Oak"))), 3),
        ("both", Condition::All(vec![frame("Oak"), price(None, Some(5_000))]), 1),
        ("either", Condition::Any(vec![frame("Walnut"), price(None, Some(3_000))]), 3),
        ("a title", among(Column::Title, &["eclair OVER the brig"]), 1),
        ("a beginning", Condition::Begins(Column::Title, "Harbour".to_owned()), 2),
        ("no collection", Condition::Not(Box::new(Condition::Exists(Column::Collection))), 5),
        ("gift cards", Condition::Within(Column::IsGiftcard, Some(1), Some(1)), 0),
        ("new ones", Condition::Within(Column::CreatedAt, Some(1_790_000_000_000 + 4 * 86_400_000), None), 3),
    ] {
        assert_eq!(find(&shop, SearchQuery { filter, ..offered() }).await.count, count, "{name}");
    }
    let elsewhere = SearchQuery { offered_in: Some(vec!["sc_other".to_owned()]), ..SearchQuery::default() };
    assert_eq!(find(&shop, elsewhere).await.count, 0);
    let drafts = SearchQuery { filter: among(Column::Status, &["draft"]), ..SearchQuery::default() };
    assert_eq!(titles(&shop, drafts).await, ["Harbour draft"]);
}

#[tokio::test]
async fn lists_come_in_order_and_in_parts() {
    let shop = prints().await;
    let by_price = |order: fn(Column) -> SearchOrder| SearchQuery { order: order(Column::Price(EUROS)), ..offered() };
    let rising = ["Ночная гавань", "日本の海", "Quiet Water", "Harbour", "Éclair over the Brig", "Harbour by Night"];
    assert_eq!(titles(&shop, by_price(SearchOrder::Rising)).await, rising);
    let mut falling = rising;
    falling.reverse();
    assert_eq!(titles(&shop, by_price(SearchOrder::Falling)).await, falling);
    let newest = titles(&shop, offered()).await;
    assert_eq!(newest[..2], ["日本の海", "Ночная гавань"]);
    let oldest = SearchQuery { order: SearchOrder::Rising(Column::CreatedAt), ..offered() };
    assert_eq!(titles(&shop, oldest).await[0], "Quiet Water");
    let by_title = SearchQuery { order: SearchOrder::Rising(Column::Title), ..offered() };
    let by_title = titles(&shop, by_title).await;
    assert_eq!(by_title[..4], ["Éclair over the Brig", "Harbour", "Harbour by Night", "Quiet Water"]);
    for offset in 0..6 {
        let part =
            SearchQuery { paging: Paging { offset, limit: 1 }, order: SearchOrder::Rising(Column::Title), ..offered() };
        let found = find(&shop, part).await;
        assert_eq!((found.count, found.products[0].title.as_str()), (6, by_title[offset as usize].as_str()));
    }
    let beyond = find(&shop, SearchQuery { paging: Paging { offset: u64::MAX, limit: 9 }, ..offered() }).await;
    assert_eq!((beyond.count, beyond.products.len()), (6, 0));
}

#[tokio::test]
async fn what_is_found_is_counted_by_its_values() {
    let shop = prints().await;
    let facet = |column, ranges| Facet { column, ranges };
    let query = SearchQuery {
        facets: vec![
            facet(Column::Category, Ranges::None),
            facet(Column::Collection, Ranges::None),
            facet(Column::Option, Ranges::None),
            facet(Column::Price(EUROS), Ranges::Given(vec![(None, Some(5_000)), (Some(5_000), None)])),
        ],
        ..offered()
    };
    let found = find(&shop, query.clone()).await;
    assert_eq!(
        texts(&found.spreads[0]),
        [("pcat_sea", 6), ("pcat_ships", 3), ("pcat_secret", 1)],
        "a shelf counts those below it, and each print once"
    );
    assert_eq!(texts(&found.spreads[1]), [("pcol_night", 1)]);
    let frame = |value| option_text("Frame", value);
    assert_eq!(texts(&found.spreads[2]), [(&*frame("None"), 3), (&*frame("Oak"), 3), (&*frame("Walnut"), 2)]);
    let Spread::Numbers(prices) = &found.spreads[3] else { panic!("numbers") };
    assert_eq!((prices.min, prices.max), (Some(2_900), Some(9_900)));
    assert_eq!(prices.ranges.iter().map(|range| range.count).collect::<Vec<_>>(), [3, 3]);

    // Whoever chose oak sees how many there are in walnut, and categories of oak alone.
    let oak = Narrowing {
        column: Column::Option,
        option: Some("Frame".to_owned()),
        condition: among(Column::Option, &[&frame("Oak")]),
    };
    let found = find(&shop, SearchQuery { narrowing: vec![oak], ..query }).await;
    assert_eq!(found.count, 3);
    assert_eq!(texts(&found.spreads[0]), [("pcat_sea", 3), ("pcat_ships", 1)]);
    assert_eq!(texts(&found.spreads[2]), [(&*frame("None"), 3), (&*frame("Oak"), 3), (&*frame("Walnut"), 2)]);
}

#[tokio::test]
async fn prices_of_a_region_go_before_those_of_its_currency() {
    let shop = prints().await;
    let own = |region: &str, cents| NewPrice {
        region_id: Some(region.to_owned()),
        ..NewPrice::of(Currency::EUR, Decimal::new(cents, 2))
    };
    let variant = NewVariant {
        title: "Default".to_owned(),
        prices: vec![
            NewPrice::of(Currency::EUR, Decimal::new(7_000, 2)),
            own("reg_north", 100),
            NewPrice { min_quantity: Some(10), ..NewPrice::of(Currency::EUR, Decimal::new(10, 2)) },
        ],
        ..NewVariant::default()
    };
    shop.create(NewProduct { variants: vec![variant], ..titled("Cheap up north") }).await.expect("made");
    shop.catalog.settle_search().await.expect("settled");
    let cheapest = |region_id: Option<&str>| {
        let prices = PriceColumn { currency: Currency::EUR, region_id: region_id.map(str::to_owned) };
        SearchQuery { order: SearchOrder::Rising(Column::Price(prices)), ..offered() }
    };
    assert_eq!(titles(&shop, cheapest(Some("reg_north"))).await[0], "Cheap up north");
    assert_eq!(titles(&shop, cheapest(Some("reg_south"))).await[0], "Ночная гавань", "ten at once is not one");
    assert_eq!(titles(&shop, cheapest(None)).await[0], "Ночная гавань");
}

#[tokio::test]
async fn changes_are_found_and_what_is_gone_is_not() {
    let shop = prints().await;
    let id = shop.catalog.product_by_handle("harbour").await.expect("read").expect("there").id.clone();
    let (changed, gone) = (id.clone(), id.clone());
    let renamed = ProductChange { title: Some("Anchorage".into()), ..ProductChange::default() };
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, changed.as_str(), renamed).await }))
        .await
        .expect("changed");
    let variant = shop.catalog.product(id.as_str()).await.expect("read").expect("there").variants[0].id.clone();
    let cheaper = vec![NewPrice::of(Currency::EUR, Decimal::new(100, 2))];
    shop.write(move |catalog, tx| Box::pin(async move { catalog.set_prices(tx, variant.as_str(), cheaper).await }))
        .await
        .expect("changed");
    shop.catalog.settle_search().await.expect("settled");
    assert_eq!(titles(&shop, asking("anchorage")).await, ["Anchorage"]);
    let cheapest = SearchQuery { order: SearchOrder::Rising(Column::Price(EUROS)), ..offered() };
    assert_eq!(titles(&shop, cheapest).await[0], "Anchorage");
    // Shelves are known by their present names without their products being written.
    shop.write(|catalog, tx| {
        Box::pin(async move {
            let change = CategoryChange { name: Some("Tall rigs".into()), ..CategoryChange::default() };
            catalog.update_category(tx, "pcat_ships", change).await
        })
    })
    .await
    .expect("renamed");
    assert_eq!(titles(&shop, asking("rigs")).await.len(), 3);
    assert!(titles(&shop, asking("sailing")).await.is_empty());
    shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_product(tx, gone.as_str()).await }))
        .await
        .expect("removed");
    assert!(titles(&shop, asking("anchorage")).await.is_empty(), "not even before the index knows");
    shop.catalog.settle_search().await.expect("settled");
    assert_eq!(find(&shop, offered()).await.count, 5);
}

#[tokio::test]
async fn hostile_questions_find_little_and_break_nothing() {
    let shop = prints().await;
    let long = "harbour ".repeat(50_000);
    let wide = "é".repeat(100_000);
    let many: String = (0..2_000).map(|number| format!("w{number} ")).collect();
    for text in [
        "title:harbour AND (oak OR *)",
        "\"",
        "+",
        "-harbour",
        "[a TO b]",
        "/(.*a){50}b/",
        "\0\u{1}\u{7f}",
        "^~2",
        "*",
        "🦀🦀",
        "a\u{300}\u{301}\u{302}",
        "\u{202e}ruobrah",
        "ﷺﷺ",
        "'''",
        "İstanbul",
        &long,
        &wide,
        &many,
    ] {
        let found = shop.catalog.search(asking(text)).await;
        assert!(found.is_ok(), "{:?}", text.chars().take(40).collect::<String>());
    }
    assert_eq!(find(&shop, asking(&long)).await.count, 3);
    assert_eq!(find(&shop, asking("***")).await.count, 0);
    let deep = (0..200).fold(Condition::everything(), |inner, _| Condition::Not(Box::new(inner)));
    assert_eq!(find(&shop, SearchQuery { filter: deep, ..offered() }).await.count, 6);
    let odd = PriceColumn { currency: Currency::EUR, region_id: Some("a.b\0\u{1}[0]".to_owned()) };
    let odd = SearchQuery { order: SearchOrder::Falling(Column::Price(odd)), ..offered() };
    assert_eq!(find(&shop, odd).await.count, 6);
}

#[test]
fn words_of_a_question_are_marked_where_they_stand() {
    let marked = |text: &str, question: &str| -> Vec<String> {
        marks(text, question).into_iter().map(|range| text[range].to_owned()).collect()
    };
    assert_eq!(marked("Harbour by Night, the harbours", "harbor"), ["Harbour"]);
    assert_eq!(marked("Harbour by Night, the harbours", "harbour"), ["Harbour", "harbours"]);
    assert_eq!(marked("Une Été à Paris", "ete PAR"), ["Été", "Paris"]);
    assert!(marked("<b>", "b>").iter().all(|word| word == "b"));
    assert!(marked("anything", "***").is_empty());
}
