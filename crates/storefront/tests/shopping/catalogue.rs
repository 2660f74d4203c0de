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
