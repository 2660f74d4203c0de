//! Looking around: lists, search, what search engines read, and how pages are kept.

use tradewind_testkit::TestShop;

use crate::browser::{Browser, Shown};

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_and_leafed_through() {
    let shop = TestShop::open().await;
    for number in 1..=26 {
        shop.print(&format!("Wave {number:02}"), 3).await;
    }
    let browser = Browser::new(&shop);
    let first = browser.open("/products?sort=title").await;
    let titles = first.texts(".card h2");
    assert_eq!((titles.len(), titles[0].as_str()), (24, "Wave 01"));
    assert_eq!(first.text("#results-count"), "26 products");
    let second = browser.open(&first.attribute(".pager [rel=next]", "href")).await;
    assert_eq!(second.texts(".card h2"), ["Wave 25", "Wave 26"]);
    assert_eq!(second.text(".pager p"), "Page 2 of 2");
    assert!(second.attribute("meta[name=robots]", "content").contains("noindex"), "an order is not listed twice");
    assert!(first.html.len() < 30_000, "{} bytes", first.html.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_finds_words_and_says_what_it_does_not_find() {
    let shop = TestShop::open().await;
    shop.print("Lighthouse at Dusk", 3).await;
    let browser = Browser::new(&shop);
    assert_eq!(browser.open("/search?q=lighthouse").await.text(".card h2"), "Lighthouse at Dusk");
    let nothing = browser.open("/search?q=%3Cscript%3E").await;
    assert_eq!(nothing.status, 200);
    assert_eq!(nothing.text("#results-count"), "Nothing found for “<script>”");
    assert_eq!(nothing.text(".empty h2"), "An empty horizon");
    assert!(browser.open("/search").await.texts(".card").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_engines_find_every_page() {
    let shop = TestShop::open().await;
    shop.print("Ebb", 3).await;
    let browser = Browser::new(&shop);
    let url = shop.client().url;
    assert!(browser.open("/robots.txt").await.html.contains(&format!("Sitemap: {url}/sitemap.xml")));
    let index = browser.open("/sitemap.xml").await.html;
    assert!(index.contains(&format!("{url}/sitemaps/products-1.xml")), "{index}");
    assert!(browser.open("/sitemaps/products-1.xml").await.html.contains(&format!("{url}/products/ebb")));
    assert!(browser.open("/sitemaps/pages.xml").await.html.contains(&format!("{url}/terms")));
    let product = browser.open("/products/ebb?size=A3").await;
    assert_eq!(product.attribute("link[rel=canonical]", "href"), format!("{url}/products/ebb"));
    assert_eq!(product.text("title"), "Ebb · Test shop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_kept_until_what_it_shows_changes() {
    let shop = TestShop::open().await;
    let print = shop.print("Ebb", 2).await;
    let browser = Browser::new(&shop);
    let first = browser.open("/products/ebb").await;
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    assert!(first.headers["cache-control"].to_str().unwrap().starts_with("public"));
    let again = browser.request("GET", "/products/ebb").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(again.status(), 304);

    let buyer = Browser::new(&shop);
    buyer.add(&shop, &print, "1").await;
    let with_cart = buyer.open("/products/ebb").await;
    assert_eq!(with_cart.headers["cache-control"], "private, no-cache");
    assert_eq!(with_cart.text("#cart-link .count"), "1");
    crate::purchase::check_out(&buyer, "guest@example.com").await;
    let changed = browser.request("GET", "/products/ebb").header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
    assert_eq!(Shown::of(changed).await.text(".stock"), "Last one");
}

/// A print of another kind: its price in euros and its frame.
async fn framed(shop: &TestShop, title: &str, euros: i64, frame: &str) {
    use tradewind_catalog::{NewOption, NewPrice, NewProduct, NewVariant, ProductStatus};
    use tradewind_kernel::{Currency, Decimal};
    let market = shop.shop.market.snapshot().await.unwrap();
    let channel = market.store().default_sales_channel_id.as_ref().unwrap().to_string();
    let option = NewOption { title: "Frame".to_owned(), values: vec![frame.into()], ..NewOption::default() };
    let variant = NewVariant {
        title: frame.to_owned(),
        manage_inventory: false,
        options: vec![("Frame".to_owned(), frame.to_owned())],
        prices: vec![NewPrice::of(Currency::EUR, Decimal::from(euros))],
        ..NewVariant::default()
    };
    let product = NewProduct {
        title: title.to_owned(),
        status: ProductStatus::Published,
        sales_channel_ids: vec![channel],
        options: vec![option],
        variants: vec![variant],
        ..NewProduct::default()
    };
    let catalog = shop.shop.catalog.clone();
    let written =
        shop.shop.db.write(move |tx| Box::pin(async move { catalog.create_product(tx, product).await.map(|_| ()) }));
    written.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_narrowed_down_counted_and_ordered_by_price() {
    let shop = TestShop::open().await;
    for (title, euros, frame) in
        [("Ebb", 40, "Oak"), ("Flood", 90, "Oak"), ("Slack", 20, "Walnut"), ("Neap", 60, "Ash")]
    {
        framed(&shop, title, euros, frame).await;
    }
    let browser = Browser::new(&shop);
    let all = browser.open("/products?sort=price").await;
    assert_eq!(all.texts(".card h2"), ["Slack", "Ebb", "Neap", "Flood"]);
    let boxes: Vec<String> =
        all.texts(".tick").iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(boxes[..3], ["Ash 1", "Oak 2", "Walnut 1"]);
    let oak = browser.open("/products?sort=price-down&option=Frame%3A+Oak").await;
    assert_eq!(oak.texts(".card h2"), ["Flood", "Ebb"]);
    assert_eq!(oak.text("#results-count"), "2 products");
    assert_eq!(oak.texts(".tick").len(), boxes.len(), "the other frames stay to be chosen");
    let cheap = browser.open("/products?price=-50&price=80-&sort=title").await;
    assert_eq!(cheap.texts(".card h2"), ["Ebb", "Flood", "Slack"]);
    assert_eq!(cheap.texts(".pill.on").len(), 2);
    let nothing = browser.open("/search?q=flod&option=Frame%3A+Walnut").await;
    assert!(nothing.texts(".card").is_empty());
    assert_eq!(browser.open("/search?q=flod").await.texts(".card h2"), ["Flood"]);
    let suggested = browser.open("/search/suggestions?q=sla").await;
    assert_eq!(suggested.texts("li a")[0], "Slack");
    assert!(!suggested.html.contains("<html"), "a piece of a page");
    assert!(browser.open("/search/suggestions?q=").await.texts("li").is_empty());
}
